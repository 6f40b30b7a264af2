"""A preview in words: the sentence on top, the colours as a table."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from posvenda.success.editor.preview import BANDS, Preview
from posvenda.ui import formats


def summary(found: Preview) -> str:
    """This will say how many customers change colour, with how much money."""
    moved = found.recoloured
    if moved.is_empty():
        return _("No customer changes colour.")
    text = ngettext(
        "%(n)s customer changes colour", "%(n)s customers change colour", moved.height
    ) % {"n": formats.number(moved.height, _locale(), digits=0)}
    money = _money(found, moved)
    worse = _worse(moved)
    parts = [f"{text}, {money}" if money else text]
    if worse:
        parts.append(
            ngettext("%(n)s to a worse one", "%(n)s to a worse one", worse)
            % {"n": formats.number(worse, _locale(), digits=0)}
        )
    return f"{'; '.join(parts)}."


def matrix(found: Preview) -> list[dict[str, Any]]:
    """This will give one row per colour of today, one cell per colour of the draft."""
    cells = {(a, b): (n, cents) for a, b, n, cents in found.matrix.iter_rows()}
    used = [band for band in BANDS if band != "unknown" or any("unknown" in pair for pair in cells)]
    return [
        {
            "band": before,
            "cells": [
                {
                    "band": after,
                    "is_same": before == after,
                    "customers": cells.get((before, after), (0, None))[0],
                    "cents": cells.get((before, after), (0, None))[1],
                }
                for after in used
            ],
            "customers": sum(n for (a, _b), (n, _c) in cells.items() if a == before),
        }
        for before in used
    ]


def _money(found: Preview, moved: pl.DataFrame) -> str:
    cents = moved["cents"].drop_nulls()
    if cents.is_empty():
        return ""
    return formats.money(int(cents.sum()), _locale(), currency=found.currency or "BRL")


def _worse(moved: pl.DataFrame) -> int:
    place = {"good": 0, "warn": 1, "risk": 2}
    known = moved.filter((pl.col("before") != "unknown") & (pl.col("after") != "unknown"))
    return sum(place[a] < place[b] for a, b in known.select("before", "after").iter_rows())


def _locale() -> str:
    return get_language() or "en"
