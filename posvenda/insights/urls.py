"""Addresses of the insights room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
