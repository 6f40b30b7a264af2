"""The api room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The doors."""

    name = "posvenda.api"
    label = "api"
