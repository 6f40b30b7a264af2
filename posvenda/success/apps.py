"""The success room as Django knows it: what it hands to the rooms below when it starts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LATE_HOUR, SCORING_HOUR = 2, 4


class SuccessConfig(AppConfig):
    """Judging and steering."""

    name = "posvenda.success"
    label = "success"

    def ready(self) -> None:
        """This will hand in facts, words, texts, pages and jobs, and listen for news."""
        _know()
        _tell()
        _configure()
        _show()
        _listen()
        _repeat()


def _know() -> None:
    """Facts, in the order in which one may read another, and what is held about a customer."""
    from posvenda.customers import facts as sheet_facts
    from posvenda.customers import holdings
    from posvenda.success import facts, held
    from posvenda.success.coverage import facts as coverage
    from posvenda.success.journey import facts as journey
    from posvenda.success.plans import facts as plans

    holdings.declare(*held.HOLDINGS)
    for provider in (coverage.PROVIDER, *facts.PROVIDERS, *journey.PROVIDERS, plans.PROVIDER):
        sheet_facts.provide(provider)


def _tell() -> None:
    """Lines of the timeline, and the words of the trade."""
    from posvenda.base import said
    from posvenda.customers import timeline
    from posvenda.success import dated, trade_words
    from posvenda.success.cards import history as cards

    timeline.provide(*cards.SOURCES, *dated.SOURCES)
    said.words_from(trade_words.words)


def _configure() -> None:
    """Kinds of configuration that are text."""
    from posvenda.commerce import texts
    from posvenda.success.config import entries, kinds
    from posvenda.success.plans import template

    for entry in entries.ENTRIES:
        kinds.declare(entry)
    texts.declare(template.KIND)


def _show() -> None:
    """Lines of the menu, tabs of *Saúde*, and the back-test's part of the preview."""
    from posvenda.success import tabs
    from posvenda.success.backtest import proving
    from posvenda.success.editor import proof
    from posvenda.ui import menu

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
    proof.provide(proving.BACKTEST)
    tabs.add(tabs.Tab(key="cards", label=_("Scorecards"), url_name="health_cards", order=10))
    tabs.add(tabs.Tab(key="backtest", label=_("Validation"), url_name="backtest", order=20))
    tabs.add(tabs.Tab(key="signals", label=_("Signals"), url_name="health_signals", order=30))


def _listen() -> None:
    """What follows a new sheet or a change of a customer."""
    from posvenda.base import announcements
    from posvenda.success import jobs
    from posvenda.success.coverage import champions
    from posvenda.success.journey import jobs as journey
    from posvenda.success.plans import jobs as plans

    for part in (jobs, champions, journey, plans):
        announcements.subscribe("facts.built", part.on_facts_built)
    announcements.subscribe("customer.changed", champions.on_customer_changed)


def _repeat() -> None:
    """Work by the clock: stages of the past, late facts, predictions that have come due."""
    from posvenda.base import clock, jobs
    from posvenda.success.backtest import jobs as backtest
    from posvenda.success.backtest import scoring
    from posvenda.success.journey import history
    from posvenda.success.journey import jobs as journey

    every = jobs.every(journey.REPLAY_SECONDS)
    jobs.repeat("journey.replay", journey.replay, every, when=history.is_waiting)
    jobs.repeat("journey.late", journey.look_for_late, jobs.daily_at(LATE_HOUR))
    jobs.repeat(
        "score predictions",
        backtest.score_predictions,
        jobs.daily_at(SCORING_HOUR),
        when=lambda: scoring.is_due(now=clock.now()),
    )
