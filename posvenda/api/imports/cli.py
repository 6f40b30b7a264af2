"""``posvenda import``: the same engine as the page, for scripts and large folders."""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.api.imports import after, kept, one_file, own, refused
from posvenda.api.imports import run as runs
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.plan import Options, plan
from posvenda.api.imports.problems import heading, sentence
from posvenda.api.imports.profiling import text as profile_text
from posvenda.api.imports.reading import files
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.models import ImportFile, ImportRun, Refusal
from posvenda.base import clock

SHOWN = 20
EVERY_SECONDS = 0.5
UNUSABLE = 2
COLUMNS = ("record", "files", "read", "new", "changed", "same", "refused", "warned")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the options of the command."""
    parser.add_argument("path", nargs="*", type=Path, help=_("files or folders"))
    parser.add_argument("--undo", default="", metavar=_("RUN"), help=_("undo an import"))
    parser.add_argument(
        "--compare", nargs=2, default=[], metavar=_("RUN"), help=_("compare two imports")
    )
    parser.add_argument("--list", action="store_true", help=_("list the last imports"))
    parser.add_argument("--preset", default="", help=_("where the files come from"))
    parser.add_argument(
        "--preset-file",
        type=Path,
        help=_("keep the preset of this text file and recognise the files by it"),
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help=_("show what is in each column and what the files leave open; write nothing"),
    )
    parser.add_argument("--record", default="", help=_("what the file holds, such as contract"))
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar=_("COLUMN=FIELD"),
        help=_("which field a column fills; COLUMN= leaves it out"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("count, but write nothing"))
    parser.add_argument(
        "--known-when-happened",
        action="store_true",
        help=_("this history counts as known when it happened"),
    )
    parser.add_argument("--currency", default="", help=_("the currency of the amounts"))
    parser.add_argument("--time-zone", default="", help=_("the zone of times without one"))
    parser.add_argument("--date-order", default="", help=_("dmy, mdy or ymd"))
    parser.add_argument("--decimal", default="", help=_("the decimal sign: , or ."))
    parser.add_argument(
        "--ends", default="", help=_("whether end dates are inclusive or exclusive")
    )
    parser.add_argument(
        "--negative", default="", help=_("whether sales below zero are a return or a correction")
    )
    parser.add_argument(
        "--nobody", default="", help=_("whether sales without a customer come in or stay out")
    )
    parser.add_argument("--refused", type=Path, help=_("write what stayed out to this CSV file"))
    parser.add_argument(
        "--format",
        default="table",
        choices=["table", "json", "csv", "parquet"],
        help=_("how the summary is printed"),
    )


def run_import(args: argparse.Namespace, *, now: datetime) -> ImportRun:
    """This will plan and carry out (or rehearse) an import of the named files."""
    options = _options(args)
    if args.preset_file:
        saved = own.save_file(args.preset_file, by=None, now=now)
        options = replace(options, preset=options.preset or saved.name)
    sources = [source for path in args.path for source in files.gather(path)]
    begun = kept.begin(by=None, now=now, is_history=args.known_when_happened, options=options)
    try:
        kept.keep(begun, plan(sources, options))
    except Unusable:
        begun.delete()
        raise
    report = _progress(sum(file.rows_total or 0 for file in begun.files.all()))
    if args.dry_run:
        claimed = runs.claim(begun.pk, now=now, status=ImportRun.Status.CHECKING)
        assert claimed is not None
        runs.rehearse(claimed, now=now, clock=clock.now, report=report)
    else:
        ImportRun.objects.filter(pk=begun.pk).update(status=ImportRun.Status.QUEUED)
        claimed = runs.claim(begun.pk, now=now)
        assert claimed is not None
        runs.perform(claimed, now=now, clock=clock.now, report=report)
    return claimed


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will import, print what came of it, and give 0, or 2 when the input is unusable."""
    if args.undo or args.compare or args.list:
        return after.run(args, now=now)
    try:
        if not args.path:
            raise Unusable("no_path")
        if args.profile:
            return _show_profile(args, now=now)
        done = run_import(args, now=now)
    except Unusable as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    try:
        _print(done, args)
        if args.refused:
            _write_refused(done, args.refused)
    finally:
        if args.dry_run:
            done.delete()
    if not args.dry_run:
        _refresh(now)
    return 0


def _show_profile(args: argparse.Namespace, *, now: datetime) -> int:
    sources = [source for path in args.path for source in files.gather(path)]
    planned = plan(sources, _options(args), is_attended=True)
    profile_text.show(planned, today=clock.day_of(now))
    return 0


def _options(args: argparse.Namespace) -> Options:
    fields = {}
    for each in args.map:
        column, sign, target = each.rpartition("=")
        if not sign or not column:
            raise Unusable("bad_option", name=each, known="column=field")
        fields[column] = target
    formats = {
        "currency": args.currency.upper(),
        "time_zone": args.time_zone,
        "dates": args.date_order,
        "decimal": args.decimal,
        "ends": args.ends,
        "negative": args.negative,
        "nobody": args.nobody,
    }
    return Options(args.preset, args.record, fields, {k: v for k, v in formats.items() if v})


def _progress(total: int) -> one_file.Report:
    """Progress on standard error, at most twice a second; a plain line where it is no terminal."""
    state = {"at": time.monotonic(), "done": 0, "file": 0}
    is_terminal = sys.stderr.isatty()

    def report(file: ImportFile) -> None:
        if file.pk != state["file"]:
            state["file"], state["done"] = file.pk, state.get("next", 0)
        state["next"] = state["done"] + file.rows_read
        if time.monotonic() - state["at"] < (EVERY_SECONDS if is_terminal else 10):
            return
        state["at"] = time.monotonic()
        text = _("{done} of about {total} rows · {name}").format(
            done=_number(int(state["next"])), total=_number(total), name=file.name
        )
        print(f"\r\033[K{text}" if is_terminal else text, end="" if is_terminal else "\n")

    def to_stderr(file: ImportFile) -> None:
        out, sys.stdout = sys.stdout, sys.stderr
        try:
            report(file)
            sys.stderr.flush()
        finally:
            sys.stdout = out

    return to_stderr


def _refresh(now: datetime) -> None:
    """Rebuild the fact sheet, so that what came in is seen at once."""
    from posvenda.customers import sheet

    print(_("Working out the facts about your customers …"), file=sys.stderr)
    sheet.refresh(now=now)


def summary(done: ImportRun) -> list[dict[str, Any]]:
    """This will give one row per table: what it is, how many files, and what came of the rows."""
    groups: dict[tuple[str, str], list[ImportFile]] = defaultdict(list)
    for file in done.files.order_by("position"):
        name = file.name if file.record == "ignored" else file.mapping.get("preset", "")
        groups[file.record, name or file.name].append(file)
    result = []
    for (record, name), members in groups.items():
        total = _counts(members)
        result.append(
            {
                "table": name if len(members) > 1 else members[0].name,
                "record": record,
                "files": len(members),
                **{key.removeprefix("rows_"): value for key, value in total.items()},
                "already_in": sum("same_as" in file.preview for file in members),
                "reason": members[0].mapping.get("reason", ""),
            }
        )
    return result


def _counts(members: Sequence[ImportFile]) -> dict[str, int]:
    if any("check" in file.preview for file in members):
        return {name: sum(f.preview["check"][name] for f in members) for name in one_file.COUNTS}
    return runs.counts(members)


def codes(done: ImportRun) -> dict[str, int]:
    """This will count problems by their code over all files."""
    total: dict[str, int] = defaultdict(int)
    for file in done.files.all():
        for code, count in (file.preview.get("check", {}).get("tally") or file.tally).items():
            total[code] += count
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _print(done: ImportRun, args: argparse.Namespace) -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    writers: dict[str, Callable[[ImportRun, bool], None]] = {
        "table": _table,
        "json": _json,
        "csv": _csv,
        "parquet": _parquet,
    }
    writers[args.format](done, args.dry_run)


def _table(done: ImportRun, is_rehearsal: bool) -> None:
    heads = {
        "read": _("rows"),
        "new": _("new"),
        "changed": _("changed"),
        "same": _("same"),
        "refused": _("refused"),
        "warned": _("warnings"),
    }
    what, origin = _("what"), _("from")
    print(f"{what:<28}{origin:<44}" + "".join(f"{head:>12}" for head in heads.values()))
    for row in summary(done):
        if row["record"] == "ignored":
            label = _("not needed")
            print(f"{label:<28}{row['table']:<44}  {row['reason']}")
            continue
        label = str(BY_NAME[row["record"]].plural)
        origin = row["table"] if row["files"] == 1 else _many(row)
        print(f"{label:<28}{origin:<44}" + "".join(f"{_number(row[key]):>12}" for key in heads))
    _print_problems(done)
    _print_mrr(done)
    if is_rehearsal:
        print(_("This was a rehearsal; nothing was written."))


def _many(row: dict[str, Any]) -> str:
    text = ngettext("{count} file", "{count} files", row["files"]).format(count=row["files"])
    return f"{row['table']} ({text})"


def _print_problems(done: ImportRun) -> None:
    for code, count in codes(done).items():
        print(f"  {_number(count):>9}  {heading(code)}")
    listed = Refusal.objects.filter(file__run=done, is_warning=False).select_related("file")
    for refusal in listed.order_by("file__position", "line")[:SHOWN]:
        where = _("{file}, line {line}").format(file=refusal.file.name, line=refusal.line)
        reason = sentence(refusal.code, refusal.params)
        print(f"  {where}, {refusal.field} “{refusal.value[:60]}”: {reason}")
    rest = listed.count() - SHOWN
    if rest > 0:
        print(_("  … and {count} more; --refused FILE writes them all").format(count=rest))


def _print_mrr(done: ImportRun) -> None:
    told = done.summary.get("mrr", {})
    before, after = told.get("before", {}), told.get("after", {})
    for currency in sorted({*before, *after}):
        was, becomes = before.get(currency, 0), after.get(currency, 0)
        if was != becomes:
            text = _("MRR today in {currency}: from {before} to {after}")
            amounts = {"before": _money(was), "after": _money(becomes)}
            print(text.format(currency=currency, **amounts))


def _number(value: int) -> str:
    from django.utils.formats import number_format

    return str(number_format(value, use_l10n=True, force_grouping=True))


def _money(value: int) -> str:
    from django.utils.formats import number_format

    return str(number_format(value / 100, decimal_pos=2, use_l10n=True, force_grouping=True))


def _json(done: ImportRun, is_rehearsal: bool) -> None:
    import json

    told = {
        "tables": summary(done),
        "problems": codes(done),
        "mrr": done.summary.get("mrr", {}),
        "is_rehearsal": is_rehearsal,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


def _csv(done: ImportRun, is_rehearsal: bool) -> None:
    print(_frame(done).write_csv(), end="")


def _parquet(done: ImportRun, is_rehearsal: bool) -> None:
    _frame(done).write_parquet(sys.stdout.buffer)


def _frame(done: ImportRun) -> Any:
    import polars as pl

    return pl.DataFrame(summary(done), infer_schema_length=None)


def _write_refused(done: ImportRun, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(refused.as_csv(runs.problems_of(done)))
