"""Runs examples one by one, each alone in the database, and reports like a test runner."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import yaml
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posvenda.base import choices, clock, memo
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.config import folder, kinds
from posvenda.success.config.examples import history
from posvenda.success.config.examples.judging import Miss, judge
from posvenda.success.config.examples.reading import Example, read

TESTS = "tests"
ALONE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
import django
django.setup()
from posvenda.success.config.examples import running
sys.exit(running.alone(*sys.argv[1:]))
"""


@dataclass(frozen=True)
class Result:
    """One expectation of one example on one day, and what was not so."""

    example: str
    customer: str
    on: date
    misses: tuple[Miss, ...]


class _Undo(Exception):
    """Takes an example's rows back."""


def run(examples: Sequence[Example]) -> list[Result]:
    """This will run examples on the rules in force; what they write is taken back."""
    return [result for each in examples for result in _alone(each)]


def _alone(example: Example) -> list[Result]:
    results: list[Result] = []
    try:
        with transaction.atomic():
            results = _results(example)
            raise _Undo
    except _Undo:
        memo.forget()
    return results


def _results(example: Example) -> list[Result]:
    ids = history.write(example)
    sheets: dict[date, pl.DataFrame] = {}
    found = []
    for each in example.expect:
        if each.on not in sheets:
            sheets[each.on] = sheet.build(as_of=each.on, customers=list(ids.values()))
        one = sheets[each.on].filter(pl.col("customer_id") == ids[each.customer])
        misses = (
            judge(each, one.row(0, named=True), one)
            if one.height
            else [Miss(each.customer, _("a customer"), _("not a customer yet on that day"))]
        )
        found.append(Result(example.name, each.customer, each.on, tuple(misses)))
    return found


def run_apart(path: Path) -> int:
    """This will run a folder's examples in a process and a home of their own, thrown away after.

    What the folder does not hold is taken from the rules in force, so a folder may hold examples
    alone. Gives an exit code.
    """
    if not _files(path):
        print(_("No examples in %(folder)s") % {"folder": path / TESTS}, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="posvenda-test-") as home:
        given = Path(home) / "given"
        given.mkdir()
        for kind in kinds.kinds().values():
            (given / kind.file).write_text(kind.current(), encoding="utf-8")
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        command = [sys.executable, "-c", ALONE, str(choices.get("pack")), str(given), str(path)]
        environment["POSVENDA_HOME"] = str(Path(home) / "home")
        return subprocess.run(command, env=environment, check=False).returncode


def report(results: Sequence[Result]) -> int:
    """This will print the outcome and give an exit code: 1 when something is not as expected."""
    for result in results:
        mark = "✗" if result.misses else "✓"
        place = _("%(customer)s on %(day)s") % {"customer": result.customer, "day": result.on}
        print(f"{mark} {result.example} · {place}")
        for miss in result.misses:
            told = {"what": miss.what, "expected": miss.expected, "actual": miss.actual}
            print("    " + _("%(what)s: expected %(expected)s, got %(actual)s") % told)
            for line in miss.why:
                print(f"      {line}")
    failed = sum(bool(result.misses) for result in results)
    passed = len(results) - failed
    print()
    print(ngettext("%(n)d passed", "%(n)d passed", passed) % {"n": passed}, end=", ")
    print(ngettext("%(n)d failed", "%(n)d failed", failed) % {"n": failed})
    return 1 if failed else 0


def read_folder(path: Path) -> tuple[list[Example], list[str]]:
    """This will read the examples of a folder, and what is wrong with their files."""
    examples: list[Example] = []
    problems: list[str] = []
    for file in _files(path):
        try:
            examples += read(file.read_text(encoding="utf-8"))
        except (ShapeError, yaml.YAMLError) as error:
            problems.append(f"{file.name}: {error}")
    return examples, problems


def _files(path: Path) -> list[Path]:
    return sorted((path / TESTS).glob("*.yaml"))


def alone(pack: str, given: str, path: str) -> int:
    """This will run a folder's examples by its rules, in a process and a home of its own."""
    translation.activate("pt-br" if os.environ.get("POSVENDA_LANG", "pt_BR") == "pt_BR" else "en")
    call_command("migrate", verbosity=0, interactive=False)
    now = clock.now()
    definitions.install(pack, now=now)
    examples, problems = read_folder(Path(path))
    try:
        folder.apply(folder.read(Path(given)), base=None, by=None, now=now)
        folder.apply(folder.read(Path(path)), base=None, by=None, now=now)
    except folder.Empty:
        pass
    except folder.Faulty as faulty:
        problems = [*faulty.problems, *problems]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 2
    try:
        return report(run(examples))
    except history.NoSuchAttribute as unknown:
        text = _("An example has the attribute %(name)s, which facts.yaml does not declare")
        print(text % {"name": unknown}, file=sys.stderr)
        return 2
