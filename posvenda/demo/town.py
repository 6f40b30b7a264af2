"""A town: one invented company, its customers, all that happened, and the planted truth."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from posvenda.demo.truth import Planted

Row = dict[str, Any]
SEED = 2026
ORDER = (
    "customer", "contact", "subject", "product", "contract", "order", "order_line",
    "ticket", "answer", "cancellation", "interaction",
)  # fmt: skip


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at the company and signs in."""

    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Town:
    """Rows by record kind, as the import loader takes them; usage apart, as a frame."""

    pack: str
    company: str
    today: date
    colleagues: tuple[Colleague, ...]
    records: Mapping[str, Sequence[Row]]
    usage: pl.DataFrame | None
    tasks: tuple[Row, ...]
    truth: tuple[Planted, ...]
    features: str = ""
    silent_champions: frozenset[str] = frozenset()

    @property
    def lead(self) -> Colleague:
        """Whose sign-in the demo prints."""
        return next(one for one in self.colleagues if one.role == "manager")


def stream(seed: int, *names: object) -> random.Random:
    """This will give dice of their own to a part of the town, so no part disturbs another."""
    return random.Random(":".join(map(str, (seed, *names))))
