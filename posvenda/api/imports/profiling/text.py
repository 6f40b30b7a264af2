"""A profile in the terminal: columns, doubts, and questions with the options that answer them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.plan import Planned
from posvenda.api.imports.profiling import report, words

OPTIONS = {
    "dates": "--date-order",
    "decimal": "--decimal",
    "time_zone": "--time-zone",
    "ends": "--ends",
    "currency": "--currency",
    "negative": "--negative",
    "nobody": "--nobody",
}


def show(planned: Sequence[Planned], *, today: date) -> None:
    """This will print what is in each table and what its files leave open."""
    for members in report.tables(planned):
        if members[0].table.columns:
            _table(members, report.describe(members, today=today))
    print(_("Nothing was written."))


def _table(members: Sequence[Planned], profile: dict[str, Any]) -> None:
    first = members[0]
    mapping = first.mapping
    what = str(BY_NAME[mapping.record].plural) if mapping.outputs else _("not needed")
    names = first.source.name if len(members) == 1 else f"{first.source.name} (+{len(members) - 1})"
    print(f"{names}: {what}" + (f" · {mapping.preset}" if mapping.preset else ""))
    if note := words.looked_at(profile):
        print(f"  {note}")
    targets = _targets(mapping)
    for name in first.table.columns:
        examples = " · ".join(profile["columns"][name]["examples"])
        print(f"  {name:<28} → {targets.get(name, '—'):<22} {words.figures(profile, name)}")
        if examples:
            print(f"  {'':<28}   {examples}")
        for doubt in words.doubts(profile, name, mapping):
            print(f"  {'':<28} ! {doubt}")
    for question in report.questions(profile, mapping):
        print(f"  ? {question.text}")
        for answer in question.answers:
            mark = "*" if answer.is_default else " "
            option = f"{OPTIONS[question.name]} {answer.value}"
            print(f"   {mark} {option:<34} {answer.label}: {answer.meaning}")
    print()


def _targets(mapping: Mapping) -> dict[str, str]:
    """The fields each column fills."""
    targets: dict[str, str] = {}
    for output in mapping.outputs:
        for column in output.columns:
            before = targets.get(column.name)
            targets[column.name] = column.field if before is None else f"{before}, {column.field}"
    return targets
