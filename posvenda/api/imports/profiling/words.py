"""What was seen in a table's columns, in words for the step *Columns* and for the terminal."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from posvenda.api.imports.mapping.mapping import Mapping
from posvenda.api.imports.profiling import suspicions

KINDS = {
    "empty": gettext_noop("empty"),
    "text": gettext_noop("text"),
    "number": gettext_noop("number"),
    "date": gettext_noop("date"),
    "boolean": gettext_noop("yes or no"),
    "email": gettext_noop("e-mail"),
    "tax_id": gettext_noop("CPF or CNPJ"),
}
OF_ROWS = ("duplicates", "one_customer", "one_day", "one_day_since")


def looked_at(profile: dict[str, Any]) -> str:
    """This will say how many rows the figures come from, when they are not all."""
    if not profile or profile["is_whole"]:
        return ""
    return _("Figures from the first {count} rows").format(count=_number(profile["rows"]))


def figures(profile: dict[str, Any], name: str) -> str:
    """This will describe a column: kind, share of empty cells, values, lowest and highest."""
    said = profile.get("columns", {}).get(name)
    if said is None:
        return ""
    words = [_(KINDS[said["kind"]])]
    if said["filled"]:
        words += list(_counts(said))
    return ", ".join(words)


def _counts(said: dict[str, Any]) -> Iterator[str]:
    if said["empty"]:
        percent = _number(Decimal(str(max(said["empty_rate"] * 100, 0.1))).quantize(Decimal("0.1")))
        yield _("{share} empty").format(share=f"{percent}%")
    count = said["distinct"]
    text = ngettext("{count} value", "{count} different values", count)
    yield text.format(count=("≥ " if said["is_more"] else "") + _number(count))
    if said["low"] is not None and said["low"] != said["high"]:
        ends = {name: value(said["kind"], said[name]) for name in ("low", "high")}
        yield _("from {low} to {high}").format(**ends)


def value(kind: str, written: str) -> str:
    """This will write the lowest or highest value of a column by locale."""
    if kind == "date":
        return str(date_format(date.fromisoformat(written), "SHORT_DATE_FORMAT"))
    return _number(Decimal(written)) if kind == "number" else written


def _number(value_: int | Decimal) -> str:
    return str(number_format(value_, use_l10n=True, force_grouping=True))


def doubts(profile: dict[str, Any], name: str, mapping: Mapping) -> Iterator[str]:
    """This will say what looks odd in a column; of rows only while the mapping is the same."""
    places = profile.get("places", {})
    main = mapping.outputs[0].columns if mapping.outputs else ()
    is_same = all(any(c.name == places[f] and c.field == f for c in main) for f in places)
    for each in profile.get("suspicions", ()):
        if each["column"] == name and (is_same or each["code"] not in OF_ROWS):
            yield suspicions.sentence(each["code"], _shown(each["code"], each["params"]))


def _shown(code: str, params: dict[str, Any]) -> dict[str, Any]:
    """Parameters by locale: counts grouped, days as people write them."""
    shown = dict(params)
    if "percent" in shown:
        shown["share"] = f"{_number(shown['percent'])}%"
    if "count" in shown:
        shown["count"] = _number(shown["count"])
    if code.startswith("one_day"):
        shown["value"] = value("date", shown["value"])
    return shown
