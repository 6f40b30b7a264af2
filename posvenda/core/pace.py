"""Pace: whether a customer moves on in time. On track, then behind, then stuck, and why.

A rule of the ladder may say how many days are usual (``expected_days``), how many are the most
(``limit_days``), and which conditions mean behind or stuck with a sentence for people. Stuck wins
over behind; in each, the written conditions come before the count of days, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from posvenda.core import shapes
from posvenda.core.conditions import Condition, to_text
from posvenda.core.facts import Words
from posvenda.core.shapes import ShapeError

ON_TRACK, BEHIND, STUCK = "on_track", "behind", "stuck"
STATES = (ON_TRACK, BEHIND, STUCK)
KEYS = frozenset({"span", "expected_days", "limit_days", "behind_when", "stuck_when"})
_REASON = frozenset({"when", "reason"})


@dataclass(frozen=True, slots=True)
class Reason:
    """This will say, in a sentence, why whoever meets a condition is behind or stuck."""

    condition: Condition
    text: Words


@dataclass(frozen=True, slots=True)
class Pace:
    """This will hold what is usual in one stage; empty means that nobody can be late in it."""

    span: Words = ""
    expected_days: int | None = None
    limit_days: int | None = None
    behind: tuple[Reason, ...] = ()
    stuck: tuple[Reason, ...] = ()

    @property
    def is_set(self) -> bool:
        """This will say whether anybody can be behind or stuck."""
        days = (self.expected_days, self.limit_days)
        return any(each is not None for each in days) or bool(self.behind or self.stuck)

    @property
    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """This will list the conditions with their paths inside the rule."""
        named = (("behind_when", self.behind), ("stuck_when", self.stuck))
        return tuple(
            (f"{key}[{n}].when", each.condition)
            for key, found in named
            for n, each in enumerate(found)
        )

    def state(self, days: pl.Expr, holds: Mapping[str, pl.Expr]) -> tuple[pl.Expr, pl.Expr]:
        """This will give the state and the code of its reason for every row.

        ``days`` are the days in the stage, ``holds`` the conditions by path. Codes: ``s0`` … of
        stuck_when, ``limit``, ``b0`` … of behind_when, ``expected``.
        """
        steps = [(STUCK, f"s{n}", holds[f"stuck_when[{n}].when"]) for n in range(len(self.stuck))]
        if self.limit_days is not None:
            steps.append((STUCK, "limit", days > self.limit_days))
        steps += [
            (BEHIND, f"b{n}", holds[f"behind_when[{n}].when"]) for n in range(len(self.behind))
        ]
        if self.expected_days is not None:
            steps.append((BEHIND, "expected", days > self.expected_days))
        state = [pl.when(holds_).then(pl.lit(name)) for name, _code, holds_ in steps]
        code = [pl.when(holds_).then(pl.lit(code)) for _name, code, holds_ in steps]
        return pl.coalesce(*state, pl.lit(ON_TRACK)), pl.coalesce(*code, pl.lit(None, pl.String))


def load_pace(found: Mapping[str, object], path: str) -> Pace:
    """This will read the pace out of a rule's mapping."""
    expected = _days(found, "expected_days", path)
    limit = _days(found, "limit_days", path)
    if expected is not None and limit is not None and expected > limit:
        raise ShapeError(f"{path}.expected_days", "must not be above limit_days")
    return Pace(
        span=shapes.text(found.get("span", ""), f"{path}.span"),
        expected_days=expected,
        limit_days=limit,
        behind=_reasons(found.get("behind_when"), f"{path}.behind_when"),
        stuck=_reasons(found.get("stuck_when"), f"{path}.stuck_when"),
    )


def dump_pace(pace: Pace) -> dict[str, object]:
    """This will give a pace as plain mappings and lists; `load_pace` reads them back."""
    told: dict[str, object] = {
        "span": str(pace.span),
        "expected_days": pace.expected_days,
        "limit_days": pace.limit_days,
        "behind_when": _dumped(pace.behind),
        "stuck_when": _dumped(pace.stuck),
    }
    return {key: value for key, value in told.items() if value not in ("", None, [])}


def _days(found: Mapping[str, object], key: str, path: str) -> int | None:
    if found.get(key) is None:
        return None
    days = shapes.whole(found[key], f"{path}.{key}")
    return int(shapes.positive(days, f"{path}.{key}"))


def _reasons(data: object, path: str) -> tuple[Reason, ...]:
    if data is None:
        return ()
    return tuple(_reason(each, at) for at, each in shapes.items(data, path))


def _reason(data: object, path: str) -> Reason:
    found = shapes.mapping(data, path, _REASON)
    return Reason(
        shapes.condition(found.get("when"), f"{path}.when"), shapes.name(found, "reason", path)
    )


def _dumped(reasons: tuple[Reason, ...]) -> list[dict[str, str]]:
    return [{"when": to_text(each.condition), "reason": str(each.text)} for each in reasons]
