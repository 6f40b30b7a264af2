"""``posvenda facts``: the fact sheet of any day, as known now or then, with deterministic bytes.

Tables show money in units of the currency; JSON, CSV and Parquet give the sheet's own values, money
in whole cents. Series stand in JSON and Parquet only.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.core import conditions
from posvenda.core.facts import Fact, Kind
from posvenda.customers import sheet
from posvenda.ui import tables

OVERVIEW = (
    "who.key",
    "who.name",
    "who.owner",
    "contract.status",
    "contract.mrr",
    "contract.days_to_renewal",
    "usage.active_people_28d",
    "usage.events_change_rate",
    "orders.count",
    "orders.recency_days",
    "orders.median_interval_days",
    "orders.value",
    "health.score",
    "health.band",
    "stage.name",
)
DECLARED = "attr."


class Refused(ValueError):
    """Raised with a sentence that says what in the command is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    parser.add_argument("--as-of", type=date.fromisoformat, help=_("day of the sheet (today)"))
    parser.add_argument(
        "--known-at", type=_moment, help=_("as known at the end of this day or at this ISO moment")
    )
    parser.add_argument("--where", metavar=_("CONDITION"), help=_("customers that match only"))
    parser.add_argument("--columns", metavar="A,B", help=_("facts to print, in this order"))
    parser.add_argument("--format", choices=tables.FORMATS, default="table", help=_("how to print"))
    parser.add_argument("--output", type=Path, help=_("file to write instead of the screen"))
    parser.add_argument("--list", action="store_true", help=_("print the catalogue of facts"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will print the sheet, or say what is wrong with what was asked."""
    known = sheet.catalogue()
    try:
        printed = _catalogue(known) if args.list else _printed(args, known, now=now)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    tables.write(printed, args.format, output=args.output)
    return 0


def _printed(args: argparse.Namespace, known: Mapping[str, Fact], *, now: datetime) -> pl.DataFrame:
    as_of = args.as_of or clock.day_of(now)
    named = _named(args.columns, known)
    asked = _condition(args.where, known)
    found = sheet.build(as_of=as_of, known_at=args.known_at)
    if asked is not None:
        found = found.filter(conditions.expression(asked, known, as_of=as_of))
    columns = named or _default(found, known, args.format)
    if args.format in ("csv", "table"):
        columns = [name for name in columns if known[name].kind is not Kind.SERIES]
    chosen = found.select(columns)
    match args.format:
        case "csv":
            return chosen.with_columns(_joined(known[name]) for name in columns)
        case "table":
            return chosen.with_columns(_shown(known[name]) for name in columns)
    return chosen


def _moment(text: str) -> datetime:
    """A day means its end in the company's time zone; a moment without a zone is the company's."""
    if len(text) == len("2026-01-31"):
        day = date.fromisoformat(text)
        return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment
    local = clock.start_of(moment.date())
    return local + (moment - datetime.combine(moment.date(), datetime.min.time()))


def _named(text: str | None, known: Mapping[str, Fact]) -> list[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise Refused(
                _("There is no fact %(name)s; did you mean %(near)s?")
                % {"name": name, "near": near[0] if near else "who.key"}
            )
    return names


def _condition(text: str | None, known: Mapping[str, Fact]) -> conditions.Condition | None:
    if not text:
        return None
    try:
        asked = conditions.parse(text)
    except conditions.ConditionError as error:
        raise Refused(_(error.message) % dict(error.params)) from error
    problems = conditions.check(asked, known)
    if problems:
        raise Refused("\n".join(_(each.message) % dict(each.params) for each in problems))
    return asked


def _default(found: pl.DataFrame, known: Mapping[str, Fact], form: str) -> list[str]:
    """Every fact; attributes only where somebody has one, since a later import may declare more.

    A table shows an overview: those of a few facts that anybody has.
    """
    if form == "table":
        return [n for n in OVERVIEW if n in known and (n == "who.key" or _is_told(found[n]))]
    return [n for n in known if not n.startswith(DECLARED) or _is_told(found[n])]


def _is_told(column: pl.Series) -> bool:
    return column.null_count() < column.len()


def _joined(fact: Fact) -> pl.Expr:
    return pl.col(fact.name).list.join(";") if fact.kind is Kind.TAGS else pl.col(fact.name)


def _shown(fact: Fact) -> pl.Expr:
    column = pl.col(fact.name)
    match fact.kind:
        case Kind.MONEY:
            return (column / 100).round(2).cast(pl.Decimal(18, 2))
        case Kind.RATE:
            return (column * 100).round(1).cast(pl.String) + "%"
        case Kind.TAGS:
            return column.list.join(", ")
    return column


def _catalogue(known: Mapping[str, Fact]) -> pl.DataFrame:
    rows: Sequence[tuple[str, str, str, str]] = [
        (fact.name, fact.kind.value, str(fact.label), str(fact.help)) for fact in known.values()
    ]
    return pl.DataFrame(rows, schema=["name", "kind", "label", "help"], orient="row")
