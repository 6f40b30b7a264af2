"""Addresses of the conversations room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
