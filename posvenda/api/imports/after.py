"""``posvenda import --list``, ``--undo`` and ``--compare``: what can be done after an import."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from posvenda.api.imports.compare import compare
from posvenda.api.imports.page import shown, undone
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.undo import run as undo
from posvenda.api.models import ImportRun
from posvenda.base import clock

LISTED = 20
UNUSABLE = 2


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will do what the options ask, print it, and give 0, or 2 when it cannot be done."""
    try:
        if args.undo:
            lines = _undo(args.undo, now)
        elif args.compare:
            lines = _compare(*args.compare)
        else:
            lines = _list(now)
        for line in lines:
            print(line)
    except Unusable as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    return 0


def _list(now: datetime) -> Iterator[str]:
    past = ImportRun.objects.select_related("by").prefetch_related("files").order_by("-id")
    for each in past[:LISTED]:
        line = shown.line(each, now=now)
        moment = localtime(each.created_at).strftime("%Y-%m-%d %H:%M")
        yield f"{each.public_id}  {moment}  {line.title}: {line.text}"


def _found(name: str) -> ImportRun:
    run = ImportRun.objects.select_related("batch").filter(public_id=name).first()
    if run is None:
        raise Unusable("no_run", name=name)
    return run


def _undo(name: str, now: datetime) -> Iterator[str]:
    found = _found(name)
    asked = undo.ask(found, by=None, now=now)
    claimed = undo.claim(found.pk, now=now)
    if claimed is None:
        found.refresh_from_db()
        status = found.get_status_display() if not asked else _("somebody else is at it")
        raise Unusable("not_undoable", name=name, status=status)
    undo.perform(claimed, now=now, clock=clock.now)
    for line in undone.lines(claimed):
        words = _("{what}: {undone} taken back, {restored} former values back, {kept} kept")
        yield words.format(
            what=line.label, undone=line.undone, restored=line.restored, kept=line.kept
        )
    yield undone.sentence(claimed)


def _compare(first: str, second: str) -> Iterator[str]:
    for table in compare(_found(first), _found(second)):
        words = _("{what}: {new} new, {changed} changed, {gone} gone, {same} the same")
        yield words.format(
            what=table.label,
            new=table.new,
            changed=table.changed,
            gone=table.gone,
            same=table.same,
        )
        for total in table.totals:
            yield f"  {total.label} ({total.currency}): {total.first} → {total.second}"
        for row in table.rows:
            fields = "; ".join(f"{f.label}: {f.first} → {f.second}" for f in row.fields)
            yield f"  {row.word} {row.key}" + (f": {fields}" if fields else "")
        if table.is_partial:
            yield "  " + table.caveat
