"""The journeys room as Django knows it."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """What we plan."""

    name = "posvenda.journeys"
    label = "journeys"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.customers import facts, holdings, timeline
        from posvenda.journeys import facts as journeys
        from posvenda.journeys import held, history

        holdings.declare(*held.HOLDINGS)
        facts.provide(journeys.PROVIDER)
        timeline.provide(*history.SOURCES)
