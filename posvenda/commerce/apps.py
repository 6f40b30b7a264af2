"""The commerce room as Django knows it."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """What happened."""

    name = "posvenda.commerce"
    label = "commerce"
