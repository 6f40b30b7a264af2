"""Rows for the loader: those a provider typed, and those your own system wrote in JSON."""

from collections.abc import Callable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from posvenda.api.imports.mapping.convert import Converter, Setting
from posvenda.api.imports.mapping.mapping import Column, Formats, Mapping, Output
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.problems import Problem
from posvenda.api.webhooks.providers.provider import Row
from posvenda.base import choices

FORMATS = Formats(decimal=".", dates="ymd", ends="exclusive")


def row(record: str, given: Row, line: int, *, refuse: Callable[[Problem], None]) -> Row | None:
    """This will give the row with its line; a written row is read by the imports' converter."""
    if "_raw" not in given:
        return {**given, "_line": line}
    written = given["_raw"]
    if not isinstance(written, dict) or not written:
        refuse(Problem(line, "not_json"))
        return None
    known = BY_NAME[record]
    unknown = [name for name in written if known.field(str(name)) is None]
    for name in unknown:
        refuse(Problem(line, "field_unknown", str(name), str(written[name])[:200]))
    nested = [name for name in written if isinstance(written[name], dict | list)]
    for name in nested:
        refuse(Problem(line, "not_plain", str(name)))
    if unknown or nested:
        return None
    names = [str(name) for name in written]
    mapping = Mapping((Output(record, tuple(Column(name, name) for name in names)),), FORMATS)
    cells = [_cell(value) for value in written.values()]
    made, found = Converter(mapping, names, _setting()).rows(line, cells)
    for problem in found:
        refuse(problem)
    return None if made[0] is None else {**made[0], "_raw": written}


def _cell(value: Any) -> Any:
    """JSON's own values as the converter takes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _setting() -> Setting:
    zone = timezone.get_default_timezone()
    return Setting(zone if isinstance(zone, ZoneInfo) else UTC, ddd=str(choices.get("default_ddd")))
