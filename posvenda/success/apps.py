"""The success room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SuccessConfig(AppConfig):
    """Judging and steering."""

    name = "posvenda.success"
    label = "success"

    def ready(self) -> None:
        """This will hand the facts of this room to the sheet and listen for new sheets."""
        from posvenda.base import announcements, said
        from posvenda.base import jobs as schedule
        from posvenda.commerce import texts
        from posvenda.customers import facts as sheet_facts
        from posvenda.customers import holdings, timeline
        from posvenda.success import facts, held, jobs, tabs, trade_words
        from posvenda.success.cards import history as spoken
        from posvenda.success.config import entries, kinds
        from posvenda.success.coverage import champions
        from posvenda.success.coverage import facts as coverage
        from posvenda.success.coverage import history as gone
        from posvenda.success.journey import facts as journey
        from posvenda.success.journey import history, told
        from posvenda.success.journey import jobs as moving
        from posvenda.success.plans import facts as plans
        from posvenda.success.plans import jobs as planning
        from posvenda.success.plans import template
        from posvenda.success.plans import told as plans_told
        from posvenda.ui import menu

        for entry in entries.ENTRIES:
            kinds.declare(entry)
        holdings.declare(*held.HOLDINGS)
        timeline.provide(*spoken.SOURCES, *gone.SOURCES)
        for provider in (coverage.PROVIDER, *facts.PROVIDERS):
            sheet_facts.provide(provider)
        for provider in (*journey.PROVIDERS, plans.PROVIDER):
            sheet_facts.provide(provider)
        timeline.provide(*told.SOURCES, *plans_told.SOURCES)
        texts.declare(template.KIND)
        menu.add(
            menu.Entry(
                section="know",
                key="journey",
                label=pgettext_lazy("lifecycle", "Journey"),
                icon="route",
                url_name="journey",
                goto="j",
                order=10,
            )
        )
        announcements.subscribe("facts.built", moving.on_facts_built)
        announcements.subscribe("facts.built", planning.on_facts_built)
        every = schedule.every(moving.REPLAY_SECONDS)
        schedule.repeat("journey.replay", moving.replay, every, when=history.is_waiting)
        schedule.repeat("journey.late", moving.look_for_late, schedule.daily_at(2))
        said.words_from(trade_words.words)
        announcements.subscribe("facts.built", jobs.on_facts_built)
        announcements.subscribe("facts.built", champions.on_facts_built)
        announcements.subscribe("customer.changed", champions.on_customer_changed)
        tabs.add(tabs.Tab(key="cards", label=_("Scorecards"), url_name="health_cards", order=10))
        tabs.add(tabs.Tab(key="signals", label=_("Signals"), url_name="health_signals", order=30))
