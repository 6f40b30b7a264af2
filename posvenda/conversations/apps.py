"""The conversations room as Django knows it."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """What is said."""

    name = "posvenda.conversations"
    label = "conversations"
