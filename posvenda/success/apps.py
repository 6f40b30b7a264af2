"""The success room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuccessConfig(AppConfig):
    """Judging and steering."""

    name = "posvenda.success"
    label = "success"

    def ready(self) -> None:
        """This will hand the facts of this room to the sheet and listen for new sheets."""
        from posvenda.base import announcements
        from posvenda.customers import facts as sheet_facts
        from posvenda.customers import holdings, timeline
        from posvenda.success import facts, held, jobs, tabs
        from posvenda.success.cards import history

        holdings.declare(*held.HOLDINGS)
        for provider in facts.PROVIDERS:
            sheet_facts.provide(provider)
        announcements.subscribe("facts.built", jobs.on_facts_built)
        timeline.provide(*history.SOURCES)
        tabs.add(tabs.Tab(key="cards", label=_("Scorecards"), url_name="health_cards", order=10))
        tabs.add(tabs.Tab(key="signals", label=_("Signals"), url_name="health_signals", order=30))
