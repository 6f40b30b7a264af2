"""``posvenda events``: the event store seen and tended from the command line."""

import argparse
import sys
from datetime import datetime

import polars as pl
from django.utils.translation import gettext as _

from posvenda.commerce import usage
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.ui import tables

SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    what = parser.add_subparsers(dest="what", required=True)
    late = what.add_parser("late", help=_("list the past days that late events corrected"))
    late.add_argument("--limit", type=int, default=SHOWN, help=_("how many to list"))
    late.add_argument("--format", choices=tables.FORMATS, default="table", help=_("how to print"))
    what.add_parser("drain", help=_("move waiting events into the event store now"))
    rebuild = what.add_parser("rebuild", help=_("count the daily roll-ups anew"))
    rebuild.add_argument("--month", action="append", help=_("only this month, such as 2026-05"))
    move = what.add_parser("move", help=_("move events from one customer to another"))
    move.add_argument("customer", help=_("key of the customer who has them"))
    move.add_argument("to", help=_("key of the customer who gets them"))
    move.add_argument("--person", action="append", help=_("only this person's events"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will do what was asked and say what came of it."""
    match args.what:
        case "late":
            tables.write(_late(args.limit), args.format, output=None)
        case "drain":
            print(_("%(count)d events moved.") % {"count": usage.drain()})
        case "rebuild":
            usage.rebuild(args.month, now=now)
            sheet.refresh(now=now)
            print(_("Counted anew."))
        case "move":
            return _move(args, now=now)
    return 0


def _late(limit: int) -> pl.DataFrame:
    schema = {"day": pl.Date, "learnt_on": pl.Date, "events": pl.Int64}
    return pl.DataFrame(usage.late_days(limit=limit), schema=schema, orient="row")


def _move(args: argparse.Namespace, *, now: datetime) -> int:
    ids = dict(Customer.objects.filter(key__in=[args.customer, args.to]).values_list("key", "pk"))
    for key in (args.customer, args.to):
        if key not in ids:
            print(_("There is no customer %(key)s.") % {"key": key}, file=sys.stderr)
            return 2
    usage.reassign(ids[args.customer], to=ids[args.to], people=args.person, now=now)
    print(_("Events moved."))
    return 0
