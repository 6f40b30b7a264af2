"""The journeys room as Django knows it."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """What we plan."""

    name = "posvenda.journeys"
    label = "journeys"
