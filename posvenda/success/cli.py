"""``posvenda config``: scorecard, stages, plays, tracking rules and features as text files."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from posvenda.base import announcements, choices
from posvenda.base.models import Definition
from posvenda.commerce import texts
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.ui import tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """This will describe the command's arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, title=_("commands"))
    history = verbs.add_parser("list", help=_("list the published versions"))
    history.add_argument(
        "--format", choices=tables.FORMATS, default="table", help=_("how to print")
    )
    for verb, text in (
        ("export", _("write the definitions in force into a folder")),
        ("check", _("say what is wrong in a folder of definitions")),
        ("apply", _("check a folder, then publish what changed")),
        ("diff", _("show how a folder differs from what is in force")),
    ):
        one = verbs.add_parser(verb, help=text, description=text)
        one.add_argument(
            "folder",
            type=Path,
            help=_("scorecard.yaml, stages.yaml, plays.yaml, tracking.yaml, features.yaml"),
        )


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """This will export, compare, check or publish, and say what was done."""
    match args.verb:
        case "list":
            tables.write(_versions(), args.format)
            return 0
        case "export":
            return _export(args.folder)
        case "diff":
            return _diff(args.folder)
    told = _read(args.folder)
    problems = [line for kind, text in told.items() for line in _problems(kind, text)]
    if not told:
        problems = [_("No scorecard.yaml, stages.yaml or plays.yaml in %(folder)s") % vars(args)]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 2
    return _apply(told, now=now) if args.verb == "apply" else 0


def _problems(kind: str, text: str) -> list[str]:
    if own := _own().get(kind):
        return [f"{kind}.yaml: {problem}" for problem in own.check(text)]
    return definitions.check_text(kind, text, sheet.catalogue(), file=f"{kind}.yaml")


def _own() -> dict[str, texts.Kind]:
    """Texts that belong to the installation and not to its pack: tracking, features."""
    return {kind.name: kind for kind in texts.kinds()}


def _apply(told: dict[str, str], *, now: datetime) -> int:
    pack = choices.get("pack")
    with transaction.atomic():
        for kind, text in told.items():
            own = _own().get(kind)
            if own:
                row = texts.publish(own, text, by=None, now=now)
            else:
                row = definitions.publish(kind, pack, text, now=now)
            print(_("%(kind)s: version %(version)d") % {"kind": kind, "version": row.version})
        announcements.announce("config.published", now=now, payload={"pack": pack})
    return 0


def _export(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in _in_force().items():
        (folder / f"{kind}.yaml").write_text(text, encoding="utf-8")
        print(folder / f"{kind}.yaml")
    return 0


def _diff(folder: Path) -> int:
    from difflib import unified_diff

    told = _read(folder)
    for kind, old in _in_force().items():
        new = told.get(kind, old)
        lines = unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), kind, f"{kind}.yaml"
        )
        sys.stdout.writelines(lines)
    return 0


def _in_force() -> dict[str, str]:
    pack = choices.get("pack")
    told = {}
    for kind in definitions.KINDS:
        row = Definition.objects.filter(kind=kind, name=pack).order_by("-version").first()
        file = definitions.FOLDER / pack / f"{kind}.yaml"
        told[kind] = row.text if row else file.read_text(encoding="utf-8")
    return told | {kind.name: texts.text(kind) for kind in texts.kinds()}


def _read(folder: Path) -> dict[str, str]:
    names = (*definitions.KINDS, *_own())
    files = {kind: folder / f"{kind}.yaml" for kind in names}
    return {k: f.read_text(encoding="utf-8") for k, f in files.items() if f.is_file()}


def _versions() -> pl.DataFrame:
    rows = Definition.objects.order_by("kind", "name", "version").values_list(
        "kind", "name", "version", "published_at"
    )
    return pl.DataFrame(
        [(k, n, v, at.isoformat(timespec="seconds")) for k, n, v, at in rows],
        schema={"kind": pl.String, "name": pl.String, "version": pl.Int64, "at": pl.String},
        orient="row",
    )
