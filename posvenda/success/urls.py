"""Addresses of the success room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
