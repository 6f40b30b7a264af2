"""The customers room as Django knows it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who."""

    name = "posvenda.customers"
    label = "customers"
