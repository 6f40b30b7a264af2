"""Addresses of the api room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
