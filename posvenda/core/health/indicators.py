"""Indicators: risks and opportunities of the moment, raised by a rule, apart from the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from posvenda.core.conditions import Condition, expression, facts_of
from posvenda.core.facts import Catalogue, Words

Nature = Literal["risk", "opportunity"]
NATURES: tuple[Nature, ...] = ("risk", "opportunity")


@dataclass(frozen=True, slots=True)
class Indicator:
    """This will raise a risk or an opportunity for whoever meets a condition."""

    name: str
    nature: Nature
    when: Condition
    label: Words = ""

    @property
    def facts(self) -> frozenset[str]:
        """This will name the facts the condition asks about."""
        return facts_of(self.when)


def raised(
    sheet: pl.DataFrame, rules: Sequence[Indicator], catalogue: Catalogue, *, as_of: date
) -> pl.DataFrame:
    """This will say which rules hold for whom.

    Reads customer_id and the facts the rules ask about. Gives customer_id and indicator (the name
    of the rule): one row per customer and rule that holds.
    """
    found = [
        sheet.filter(expression(rule.when, catalogue, as_of=as_of)).select(
            "customer_id", pl.lit(rule.name).alias("indicator")
        )
        for rule in rules
    ]
    nothing = pl.DataFrame(schema={"customer_id": pl.Int64, "indicator": pl.String})
    return pl.concat([nothing, *found], how="vertical_relaxed")
