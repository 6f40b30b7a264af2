"""The customers room as Django knows it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who."""

    name = "posvenda.customers"
    label = "customers"

    def ready(self) -> None:
        """This will put what this room knows about a customer on the fact sheet and the timeline."""
        from posvenda.customers import facts, history, timeline, who

        facts.provide(who.WHO)
        facts.provide(who.ATTRIBUTES)
        timeline.provide(*history.SOURCES)
