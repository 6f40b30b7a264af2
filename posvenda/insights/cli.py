"""``posvenda metrics``: any figure of the catalogue, by month, as known now or then."""

import argparse
import sys
from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _

from posvenda.base import clock
from posvenda.insights import metrics
from posvenda.ui import tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    names = [one.name for one in metrics.CATALOGUE]
    parser.add_argument("name", nargs="?", choices=names, help=_("which figure; none lists all"))
    parser.add_argument("--by", choices=["month"], default="month", help=_("one row for each"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help=_("first day"))
    parser.add_argument("--as-of", type=date.fromisoformat, help=_("last day (default: today)"))
    parser.add_argument(
        "--known-at", type=datetime.fromisoformat, help=_("as known at this moment (ISO)")
    )
    parser.add_argument("--format", choices=tables.FORMATS, default="table", help=_("how to print"))
    parser.add_argument("--output", type=Path, help=_("file to write instead of the screen"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will print one figure, or the catalogue."""
    if args.name is None:
        tables.write(_catalogue(), args.format, output=args.output)
        return 0
    known_at = args.known_at
    if known_at is not None and known_at.tzinfo is None:
        print(_("--known-at needs a time zone, such as 2026-03-31T23:59:59-03:00"), file=sys.stderr)
        return 2
    span = metrics.whole_span(as_of=args.as_of or clock.day_of(now), known_at=known_at)
    if args.first:
        span = metrics.Span(args.first, span.last, known_at)
    tables.write(metrics.metric(args.name).compute(span), args.format, output=args.output)
    return 0


def _catalogue() -> pl.DataFrame:
    return pl.DataFrame(
        [(one.name, str(one.label), str(one.help)) for one in metrics.CATALOGUE],
        schema=["name", "label", "help"],
        orient="row",
    )
