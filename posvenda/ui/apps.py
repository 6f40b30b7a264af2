"""The app: no tables, only the look."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layout, components, charts, icons and behaviours."""

    name = "posvenda.ui"
    label = "ui"
