"""``posvenda config``: every kind of configuration as text files, and the user's own examples."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.base.models import Definition, User
from posvenda.success.config import examples, folder, planning, schemas
from posvenda.ui import tables

UNKNOWN, FAULTY, STALE, FAILED = 2, 2, 3, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, title=_("commands"))
    history = verbs.add_parser("list", help=_("list the published versions"))
    history.add_argument(
        "--format", choices=tables.FORMATS, default="table", help=_("how to print")
    )
    made = {}
    for verb, text in (
        ("export", _("write the definitions in force into a folder")),
        ("check", _("say what is wrong in a folder of definitions")),
        ("diff", _("show how a folder differs from what is in force")),
        ("apply", _("check a folder, then publish what changed, all of it or nothing")),
        ("test", _("run your own examples in a folder, on a database that is thrown away")),
        ("schemas", _("write the JSON Schema of every kind of file into a folder")),
    ):
        made[verb] = verbs.add_parser(verb, help=text, description=text)
        made[verb].add_argument("folder", type=Path, help=_("a folder of YAML files"))
    made["diff"].add_argument(
        "--lines", action="store_true", help=_("line by line instead of object by object")
    )
    apply = made["apply"]
    apply.add_argument("--dry-run", action="store_true", help=_("show the plan and change nothing"))
    apply.add_argument(
        "--force", action="store_true", help=_("even where somebody published meanwhile")
    )
    apply.add_argument("--by", metavar=_("E-MAIL"), help=_("who does it, for the audit record"))


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will do what was asked, say what was done and give an exit code."""
    match args.verb:
        case "list":
            tables.write(_versions(), args.format)
            return 0
        case "export":
            return _printed(folder.export(args.folder))
        case "schemas":
            return _printed(schemas.write(args.folder))
        case "test":
            return examples.run_apart(args.folder)
    try:
        told = folder.read(args.folder)
    except folder.Empty as found:
        text = _("None of these files in %(folder)s: %(files)s")
        return _wrong(text % {"folder": args.folder, "files": found}, code=UNKNOWN)
    if args.verb == "diff":
        return _diff(told, is_by_line=args.lines)
    if problems := folder.problems(told):
        return _wrong("\n".join(problems), code=FAULTY)
    return 0 if args.verb == "check" else _apply(args, told, now=now)


def _printed(paths: list[Path]) -> int:
    for path in paths:
        print(path)
    return 0


def _diff(told: dict[str, str], *, is_by_line: bool) -> int:
    for step in folder.plan(told):
        if is_by_line:
            sys.stdout.writelines(planning.lines(step.old, step.new, name=step.kind.name))
        else:
            _show(step)
    return 0


def _apply(args: argparse.Namespace, told: dict[str, str], *, now: datetime) -> int:
    steps = folder.plan(told)
    for step in steps:
        _show(step)
    if not steps:
        print(_("Nothing differs from what is in force."))
    if args.dry_run or not steps:
        return 0
    by = User.objects.filter(email=args.by).first() if args.by else None
    if args.by and by is None:
        return _wrong(_("Nobody has the e-mail %(email)s") % {"email": args.by}, code=UNKNOWN)
    base = folder.remembered(args.folder)
    try:
        done = folder.apply(told, base=base, by=by, now=now, is_forced=args.force)
    except folder.Stale as found:
        return _wrong(_stale(found.names), code=STALE)
    folder.remember(args.folder)
    print(
        ngettext("%(n)d file is in force.", "%(n)d files are in force.", len(done))
        % {"n": len(done)}
    )
    return 0


def _stale(names: list[str]) -> str:
    text = _(
        "Somebody published these after the folder was exported, so nothing was changed:"
        " %(files)s. Export again and compare, or use --force."
    )
    return text % {"files": ", ".join(names)}


def _show(step: folder.Step) -> None:
    print(step.kind.file)
    for line in step.changes:
        print("  " + (_("~ comments and layout only") if line == planning.COMMENTS else line))


def _wrong(text: str, *, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _versions() -> pl.DataFrame:
    rows = Definition.objects.order_by("kind", "name", "version").values_list(
        "kind", "name", "version", "published_at"
    )
    return pl.DataFrame(
        [(k, n, v, at.isoformat(timespec="seconds")) for k, n, v, at in rows],
        schema={"kind": pl.String, "name": pl.String, "version": pl.Int64, "at": pl.String},
        orient="row",
    )
