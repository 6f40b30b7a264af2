"""Time to value: from the start to the first result, each chosen among the facts.

    days = reached - starts        (or a fact that already counts the days)

Who has not got there yet has waited so many days so far: a censored spell, not a missing one. Of
several clocks the first whose condition holds is the customer's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from posvenda.core import shapes
from posvenda.core.conditions import Condition, check, expression, to_text
from posvenda.core.facts import Catalogue, Kind, Words
from posvenda.core.shapes import ShapeError

_CLOCK = frozenset({"label", "when", "starts", "reached", "days"})


@dataclass(frozen=True, slots=True)
class Clock:
    """This will name the dates between which value arrives, and for whom.

    ``starts`` and ``reached`` are facts that are dates; ``days`` is a fact that counts the days
    from start to first result and stands in the place of ``reached``.
    """

    starts: str
    reached: str = ""
    days: str = ""
    label: Words = ""
    when: Condition | None = None


def load_clocks(data: object, path: str = "value") -> tuple[Clock, ...]:
    """This will read one clock, or a list of them; nothing means that none runs."""
    if data is None:
        return ()
    found = list(shapes.items(data, path)) if isinstance(data, list) else [(path, data)]
    return tuple(_clock(each, at) for at, each in found)


def dump_clocks(clocks: tuple[Clock, ...]) -> list[dict[str, str]]:
    """This will give clocks as plain mappings; `load_clocks` reads them back."""
    return [dict(_dumped(clock)) for clock in clocks]


def check_clocks(clocks: tuple[Clock, ...], catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """This will list facts that are not there or of another kind, each with its path."""
    return tuple(
        (f"value[{number}].{key}", problem)
        for number, clock in enumerate(clocks)
        for key, problem in _problems(clock, catalogue)
    )


def time_to_value(
    sheet: pl.DataFrame, clocks: tuple[Clock, ...], catalogue: Catalogue, *, as_of: date
) -> pl.DataFrame:
    """This will run the clocks.

    Reads customer_id and the facts the clocks name. One row per customer: customer_id, days (to the
    first result; null before), waited (days so far, or days), is_reached (null where no clock
    runs). A result dated before the start counts as zero days.
    """
    days, reached = _never(pl.Int64), _never(pl.Boolean)
    waited = _never(pl.Int64)
    day = pl.lit(as_of, pl.Date)
    for clock in reversed(clocks):
        holds = pl.lit(value=True)
        if clock.when is not None:
            holds = expression(clock.when, catalogue, as_of=as_of)
        runs = holds & (pl.col(clock.starts) <= day)
        took = _took(clock, day)
        so_far = (day - pl.col(clock.starts)).dt.total_days()
        days = pl.when(runs).then(took).otherwise(days)
        waited = pl.when(runs).then(pl.coalesce(took, so_far)).otherwise(waited)
        reached = pl.when(runs).then(took.is_not_null()).otherwise(reached)
    return sheet.select(
        "customer_id", days.alias("days"), waited.alias("waited"), reached.alias("is_reached")
    )


def facts_of_clocks(clocks: tuple[Clock, ...]) -> frozenset[str]:
    """This will name the facts that clocks read, apart from their conditions."""
    return frozenset(name for c in clocks for name in (c.starts, c.reached, c.days) if name)


def _never(kind: type[pl.DataType]) -> pl.Expr:
    return pl.lit(None, kind)


def _took(clock: Clock, day: pl.Expr) -> pl.Expr:
    if clock.days:
        return pl.col(clock.days).cast(pl.Int64).clip(lower_bound=0)
    by_then = pl.when(pl.col(clock.reached) <= day).then(pl.col(clock.reached))
    return (by_then - pl.col(clock.starts)).dt.total_days().clip(lower_bound=0)


def _clock(data: object, path: str) -> Clock:
    found = shapes.mapping(data, path, _CLOCK)
    if ("reached" in found) == ("days" in found):
        raise ShapeError(path, "needs either reached or days")
    when = found.get("when")
    return Clock(
        starts=shapes.name(found, "starts", path),
        reached=shapes.text(found.get("reached", ""), f"{path}.reached"),
        days=shapes.text(found.get("days", ""), f"{path}.days"),
        label=shapes.text(found.get("label", ""), f"{path}.label"),
        when=None if when is None else shapes.condition(when, f"{path}.when"),
    )


def _dumped(clock: Clock) -> Iterator[tuple[str, str]]:
    for key in ("label", "starts", "reached", "days"):
        if getattr(clock, key):
            yield key, str(getattr(clock, key))
    if clock.when is not None:
        yield "when", to_text(clock.when)


def _problems(clock: Clock, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    wanted = ("starts", Kind.DATE), ("reached", Kind.DATE), ("days", Kind.DAYS)
    for key, kind in wanted:
        name = getattr(clock, key)
        fact = catalogue.get(name)
        if name and fact is None:
            yield key, f"there is no fact {name}"
        elif fact is not None and fact.kind is not kind:
            yield key, f"{name} must be a fact of kind {kind}"
    if clock.when is not None:
        yield from (("when", str(problem)) for problem in check(clock.when, catalogue))
