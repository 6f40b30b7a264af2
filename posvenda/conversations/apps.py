"""The conversations room as Django knows it."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """What is said."""

    name = "posvenda.conversations"
    label = "conversations"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.conversations import facts as conversations
        from posvenda.conversations import held, history
        from posvenda.customers import facts, holdings, timeline

        holdings.declare(*held.HOLDINGS)
        facts.provide(conversations.PROVIDER)
        facts.witness(conversations.seen)
        timeline.provide(*history.SOURCES)
