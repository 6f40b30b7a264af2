"""``posvenda health backtest``: does the scorecard tell who leaves, on this installation's past."""

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.backtest import asking, wording
from posvenda.success.backtest import run as runs
from posvenda.ui import tables

FORMATS = ("table", "json", "csv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, title=_("commands"))
    text = _("measure a scorecard against who left and who stayed")
    test = verbs.add_parser("backtest", help=text, description=text)
    test.add_argument("--card", type=Path, help=_("a scorecard.yaml to test instead"))
    test.add_argument("--name", help=_("which of several cards to test (default: the last)"))
    test.add_argument("--as-of", type=date.fromisoformat, help=_("last day (default: today)"))
    test.add_argument("--months", type=int, help=_("how many months to look back"))
    test.add_argument("--format", choices=FORMATS, default="table", help=_("how to print"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will run the back-test here and print its figures; nothing is stored."""
    cards = definitions.cards()
    if args.card is not None:
        text = args.card.read_text(encoding="utf-8")
        problems = definitions.check_text(
            asking.KIND, text, sheet.catalogue(), file=args.card.name
        )  # fmt: skip
        if problems:
            print("\n".join(problems), file=sys.stderr)
            return 2
        cards = definitions.read_cards(text, version=0)
    card = cards.find(args.name) if args.name else cards.card
    if card is None:
        known = ", ".join(each.name for each in cards.cards)
        print(_("There is no card %(name)s; there are: %(known)s.")
              % {"name": args.name, "known": known}, file=sys.stderr)  # fmt: skip
        return 2
    done = runs.examine(
        card,
        among=cards,
        as_of=args.as_of or clock.day_of(now),
        months=args.months or asking.months(),
        progress=_told if sys.stderr.isatty() else _silent,
    )
    figures = runs.plain(done.figures) | {"data_hash": done.data_hash}
    if args.format == "json":
        print(json.dumps(figures, ensure_ascii=False, indent=1))
        return 0
    if args.format == "table":
        print(wording.verdict(figures))
        for line in wording.missing(figures):
            print(f"  {line}")
    tables.write(_rows(figures), args.format)
    return 0


def _rows(figures: dict[str, Any]) -> pl.DataFrame:
    """The main figures, one a row."""
    area, alerts = figures.get("auc") or {}, figures.get("alerts") or {}
    found: list[tuple[str, float | None]] = [
        ("events", figures["events"]),
        ("customers", figures["customers"]),
        ("landmarks", figures["landmarks"]),
        ("auc", area.get("value")),
        ("auc_low", area.get("low")),
        ("auc_high", area.get("high")),
        ("ece", figures.get("ece")),
        ("recall_at_10", figures.get("recall")),
        ("warned", alerts.get("warned")),
        ("warned_60d", alerts.get("early")),
        ("lost_mrr_warned_60d", alerts.get("money_early")),
    ]
    found += [
        (f"fold_{number}_skill", fold["skill"])
        for number, fold in enumerate(figures.get("folds", ()), start=1)
    ]
    found += [(f"left_{band['band']}", band["rate"]) for band in figures["bands"]]
    return pl.DataFrame(
        [(name, None if value is None else float(value)) for name, value in found],
        schema={"figure": pl.String, "value": pl.Float64},
        orient="row",
    )


def _told(done: int, total: int) -> None:
    print(f"  {done}/{total}", end="\n" if done == total else "\r", file=sys.stderr, flush=True)


def _silent(done: int, total: int) -> None:
    """Nobody is watching."""
