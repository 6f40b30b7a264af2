"""The success room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

SCORING_HOUR = 4


class SuccessConfig(AppConfig):
    """Judging and steering."""

    name = "posvenda.success"
    label = "success"

    def ready(self) -> None:
        """This will hand the facts of this room to the sheet and listen for new sheets."""
        from posvenda.base import announcements, clock, said
        from posvenda.base import jobs as schedule
        from posvenda.customers import facts as sheet_facts
        from posvenda.customers import holdings, timeline
        from posvenda.success import facts, held, jobs, tabs, trade_words
        from posvenda.success.backtest import jobs as backtest_jobs
        from posvenda.success.backtest import scoring
        from posvenda.success.cards import history as spoken
        from posvenda.success.config import entries, kinds
        from posvenda.success.coverage import champions
        from posvenda.success.coverage import facts as coverage
        from posvenda.success.coverage import history as gone

        for entry in entries.ENTRIES:
            kinds.declare(entry)
        holdings.declare(*held.HOLDINGS)
        timeline.provide(*spoken.SOURCES, *gone.SOURCES)
        for provider in (coverage.PROVIDER, *facts.PROVIDERS):
            sheet_facts.provide(provider)
        said.words_from(trade_words.words)
        announcements.subscribe("facts.built", jobs.on_facts_built)
        schedule.repeat(
            "score predictions",
            backtest_jobs.score_predictions,
            schedule.daily_at(SCORING_HOUR),
            when=lambda: scoring.is_due(now=clock.now()),
        )
        tabs.add(tabs.Tab(key="backtest", label=_("Validation"), url_name="backtest", order=20))
        announcements.subscribe("facts.built", champions.on_facts_built)
        announcements.subscribe("customer.changed", champions.on_customer_changed)
        tabs.add(tabs.Tab(key="signals", label=_("Signals"), url_name="health_signals", order=30))
