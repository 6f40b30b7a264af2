"""The insights room as Django knows it."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Looking across."""

    name = "posvenda.insights"
    label = "insights"
