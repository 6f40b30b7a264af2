"""Addresses of the journeys room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
