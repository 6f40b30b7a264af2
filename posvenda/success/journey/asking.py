"""What a person asked the board for: whose customers, which segment, which view."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db.models import Q
from django.http import QueryDict

from posvenda.base.models import User
from posvenda.core.conditions import Condition, check, expression, parse
from posvenda.core.facts import Catalogue
from posvenda.customers.models import Segment
from posvenda.customers.sheet import SheetView
from posvenda.success.looks import Look

BOARD, TIMES = "", "tempo"


@dataclass(frozen=True)
class Choice:
    """One segment or owner to pick."""

    value: str
    label: object
    is_current: bool


@dataclass(frozen=True)
class Asked:
    """The address of the board, understood."""

    owner: int | None
    segment: str
    view: str
    owners: tuple[Choice, ...]
    segments: tuple[Choice, ...]
    condition: Condition | None

    @property
    def is_filtered(self) -> bool:
        """Whether less than everything the person may see is shown."""
        return self.owner is not None or self.condition is not None


def read(query: QueryDict, *, user: User, look: Look, catalogue: Catalogue) -> Asked:
    """This will read the address; unknown names in it are ignored."""
    wanted = query.get("segmento", "")
    saved = Segment.objects.filter(Q(owner=user) | Q(is_shared=True)).exclude(condition="")
    texts = {each.name: (each.label, each.when) for each in look.segments} | {
        one.public_id: (one.name, one.condition) for one in saved.order_by("name", "pk")
    }
    condition = _condition(texts[wanted][1], catalogue) if wanted in texts else None
    people = list(User.objects.owners()) if user.sees_everyone else []
    owner = next((p.pk for p in people if str(p.pk) == query.get("responsavel", "")), None)
    return Asked(
        owner=owner,
        segment=wanted if condition is not None else "",
        view=TIMES if query.get("ver") == TIMES else BOARD,
        owners=tuple(Choice(str(p.pk), p.name, p.pk == owner) for p in people),
        segments=tuple(
            Choice(key, label, key == wanted and condition is not None)
            for key, (label, _when) in texts.items()
        ),
        condition=condition,
    )


def asked_for(view: SheetView, asked: Asked, *, user: User, catalogue: Catalogue) -> pl.LazyFrame:
    """This will leave the rows the person may see and asked for."""
    frame = view.frame
    if not user.sees_everyone:
        frame = frame.filter(pl.col("who.owner_id") == user.pk)
    if asked.owner is not None:
        frame = frame.filter(pl.col("who.owner_id") == asked.owner)
    if asked.condition is not None:
        frame = frame.filter(expression(asked.condition, catalogue, as_of=view.as_of))
    return frame


def _condition(text: str, catalogue: Catalogue) -> Condition | None:
    try:
        found = parse(text)
    except ValueError:
        return None
    return None if check(found, catalogue) else found
