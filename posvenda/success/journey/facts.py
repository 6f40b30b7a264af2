"""Facts of the journey: since when in the stage, the pace with its reason, time to first value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import polars as pl
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from posvenda.core import lifecycle
from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.pace import BEHIND, ON_TRACK, STUCK
from posvenda.core.value import facts_of_clocks, time_to_value
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.facts import Provider
from posvenda.success import definitions
from posvenda.success.journey import history
from posvenda.success.journey.past import PACE
from posvenda.success.texts import PLACE

STAGE, ONBOARDING, VALUE = "stage", "onboarding", "value"
STATES = {
    ON_TRACK: pgettext_lazy("pace", "On track"),
    BEHIND: pgettext_lazy("pace", "Behind"),
    STUCK: pgettext_lazy("pace", "Stuck"),
}
FACTS = (
    Fact(
        "stage.since",
        Kind.DATE,
        _("In the stage since"),
        _("The day the customer came into the stage; unknown where the history begins later."),
        STAGE,
        phrases={
            "<": _("in the stage since before {value}"),
            ">=": _("in the stage since {value}"),
        },
    ),
    Fact(
        "stage.days",
        Kind.DAYS,
        _("Days in the stage"),
        _("Whole days since the customer came into the stage."),
        STAGE,
        phrases={
            ">": _("in the stage for more than {value}"),
            ">=": _("in the stage for {value} or more"),
            "<": _("in the stage for less than {value}"),
            "<=": _("in the stage for {value} at most"),
        },
    ),
    Fact(
        "stage.progress",
        Kind.CHOICE,
        _("Pace"),
        _("On track, behind or stuck in the stage, by the limits and conditions of the ladder."),
        STAGE,
        choices=STATES,
        phrases={"=": _("pace: {value}"), "in": _("pace: {value}")},
    ),
)
VALUE_FACTS = (
    Fact(
        "onboarding.is_value_reached",
        Kind.BOOLEAN,
        _("First result reached"),
        _("Whether the first result that the ladder's clock names has happened."),
        ONBOARDING,
        higher_is="better",
    ),
    Fact(
        "onboarding.time_to_value_days",
        Kind.DAYS,
        _("Time to the first result"),
        _("Days from the start to the first result, both as the ladder's clock names them."),
        ONBOARDING,
        phrases={
            "<=": _("reached the first result within {value}"),
            ">": _("took more than {value} to the first result"),
        },
        higher_is="worse",
    ),
    Fact(
        "onboarding.waited_days",
        Kind.DAYS,
        _("Waiting for the first result"),
        _("Days from the start to the first result, or to today while there is none."),
        ONBOARDING,
        phrases={">": _("more than {value} to the first result, or waiting for it")},
        higher_is="worse",
    ),
)


def reason_facts() -> Iterator[Fact]:
    """This will give the reason of the pace as a fact, with the sentences of the ladder."""
    yield Fact(
        "stage.reason",
        Kind.CHOICE,
        _("Why behind or stuck"),
        _("The first limit or condition of the ladder that says behind or stuck."),
        STAGE,
        choices={code: Plain(text) for code, text in reasons().items()},
    )


class Plain:
    """A sentence without the figures that only a single customer can fill in."""

    def __init__(self, text: object) -> None:
        self.text = text

    def __str__(self) -> str:
        return re.sub(r"\s+", " ", PLACE.sub("…", str(self.text))).strip()


def reasons() -> Mapping[str, object]:
    """This will give the sentence of every code that ``core.lifecycle.progress`` can give."""
    found: dict[str, object] = {}
    for index, rule in enumerate(definitions.ladder().rules):
        pace = rule.pace
        found |= {f"{index}.s{n}": each.text for n, each in enumerate(pace.stuck)}
        if pace.limit_days is not None:
            found[f"{index}.limit"] = _passed(pace.limit_days)
        found |= {f"{index}.b{n}": each.text for n, each in enumerate(pace.behind)}
        if pace.expected_days is not None:
            found[f"{index}.expected"] = _longer(pace.expected_days)
    return found


def _passed(days: int) -> object:
    text = ngettext_lazy(
        "Passed the limit of %(days)d day", "Passed the limit of %(days)d days", days
    )
    return _Filled(text, days)


def _longer(days: int) -> object:
    text = ngettext_lazy(
        "Longer than the usual %(days)d day", "Longer than the usual %(days)d days", days
    )
    return _Filled(text, days)


class _Filled:
    """A lazy text with a number in it."""

    def __init__(self, text: object, days: int) -> None:
        self.text, self.days = text, days

    def __str__(self) -> str:
        return str(self.text % {"days": self.days})  # type: ignore[operator]


def pace(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will say since when everybody is in the stage, and who is behind or stuck, and why.

    Reads stage.name and what the ladder asks about. A stage the history does not know yet began on
    the day of the sheet; until the past was replayed once nobody can say.
    Gives stage.since, stage.days, stage.progress, stage.reason.
    """
    kept = history.at(evidence.as_of, ids=evidence.ids, known_at=evidence.known_at)
    day = pl.lit(evidence.as_of, pl.Date)
    is_same = pl.col("stage.name") == pl.col("stage")
    is_new = pl.col("stage.name").is_not_null() & pl.lit(value=history.covered_to() is not None)
    since = (
        pl.when(is_same & ~pl.col("is_start"))
        .then(pl.col("on"))
        .when(~is_same.fill_null(value=False) & is_new)
        .then(day)
    )
    dated = sheet.join(kept, on="customer_id", how="left", maintain_order="left").with_columns(
        since.alias("stage.since")
    )
    dated = dated.with_columns((day - pl.col("stage.since")).dt.total_days().alias("stage.days"))
    rules = definitions.ladder()
    known = _below(PACE) | {fact.name: fact for fact in FACTS[:2]}
    asked = _with_absent(dated, known, definitions.judgement().stages.facts)
    judged = lifecycle.progress(asked, rules, known, days="stage.days", as_of=evidence.as_of)
    return dated.select("customer_id", "stage.since", "stage.days").join(
        judged.select(
            "customer_id",
            pl.col("progress").alias("stage.progress"),
            pl.col("reason").alias("stage.reason"),
        ),
        on="customer_id",
    )


def value(evidence: Evidence, sheet: pl.DataFrame) -> pl.DataFrame:
    """This will run the ladder's clocks. Gives onboarding.* of time to value."""
    clocks = definitions.judgement().stages.clocks
    known = _below(VALUE)
    asked = _with_absent(sheet, known, facts_of_clocks(clocks))
    found = time_to_value(asked, clocks, known, as_of=evidence.as_of)
    return found.select(
        "customer_id",
        pl.col("is_reached").alias("onboarding.is_value_reached"),
        pl.col("days").alias("onboarding.time_to_value_days"),
        pl.col("waited").alias("onboarding.waited_days"),
    )


def _below(name: str) -> dict[str, Fact]:
    found: list[Fact] = []
    for provider in sheet_facts.providers():
        if provider.name == name:
            break
        found.extend(provider.every())
    return catalogue(*found)


def _with_absent(
    sheet: pl.DataFrame, known: Mapping[str, Fact], names: frozenset[str]
) -> pl.DataFrame:
    """A text may ask about a fact that this installation does not have: then it is unknown."""
    absent = [name for name in sorted(names) if name in known and name not in sheet.columns]
    return sheet.with_columns(pl.lit(None, known[name].kind.dtype).alias(name) for name in absent)


PROVIDERS = (
    Provider(PACE, FACTS, pace, attributes=reason_facts),
    Provider(VALUE, VALUE_FACTS, value),
)
