"""The success room as Django knows it."""

from django.apps import AppConfig


class SuccessConfig(AppConfig):
    """Judging and steering."""

    name = "posvenda.success"
    label = "success"
