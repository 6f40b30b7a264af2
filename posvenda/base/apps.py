"""The base room as Django knows it."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Users, audit, jobs, clock, settings kept as data."""

    name = "posvenda.base"
    label = "base"
