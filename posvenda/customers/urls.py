"""Addresses of the customers room."""

from django.urls import URLPattern, URLResolver

from posvenda.customers.privacy.page.urls import urlpatterns as privacy

urlpatterns: list[URLPattern | URLResolver] = [*privacy]
