"""The ui room as Django knows it."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The layout, components, charts, css and icons."""

    name = "posvenda.ui"
    label = "ui"
