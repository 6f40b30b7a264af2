"""Questions about a file in plain language, asked only where its own data cannot answer.

Each names an example of the file and says what every answer would mean for it; one answer is the
default and holds when nobody answers. Answers are formats of the mapping, and remembered with it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.mapping import Mapping as FieldMapping
from posvenda.api.imports.mapping.targets import BY_NAME

SALES = ("order", "order_line")
NUMBERS = ("cents", "price", "number")
DATES = ("moment", "day")
WHO = ("customer", "customer.tax_id", "customer.email", "customer.name")
CURRENCIES = ("BRL", "USD", "EUR")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})(.*)")

DEFAULTS = {"negative": "return", "nobody": "in"}


@dataclass(frozen=True)
class Answer:
    """One answer and what it would mean for the example."""

    value: str
    label: str
    meaning: str
    is_default: bool


@dataclass(frozen=True)
class Question:
    """One question: which format it decides, the columns it is about, and the answers."""

    name: str
    text: str
    columns: Sequence[str]
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Evidence:
    """What a table's columns show (see ``column.Watch.as_dict``) and what ends look like."""

    columns: Mapping[str, Mapping[str, Any]]
    ends: str = ""
    end_example: str = ""


def ask(mapping: FieldMapping, seen: Evidence, *, said: Collection[str]) -> list[Question]:
    """This will list the questions that neither the file nor a person has answered (``said``)."""
    if not mapping.outputs:
        return []
    open_ = [(name, make) for name, make in _QUESTIONS.items() if name not in said]
    made = [_asked(name, make(mapping, seen), mapping) for name, make in open_]
    return [question for question in made if question is not None]


def _asked(name: str, found: "_Found | None", mapping: FieldMapping) -> Question | None:
    if found is None:
        return None
    text, columns, answers = found
    default = getattr(mapping.formats, name) or DEFAULTS.get(name) or answers[0][0]
    if default not in [value for value, _label, _meaning in answers]:
        default = answers[0][0]
    several = [Answer(*answer, is_default=answer[0] == default) for answer in answers]
    return Question(name, text, columns, several)


_Found = tuple[str, list[str], list[tuple[str, str, str]]]


def _used(mapping: FieldMapping, seen: Evidence, types: Collection[str]) -> Iterator[str]:
    """The mapped columns whose field is of one of these types."""
    for output in mapping.outputs:
        record = BY_NAME[output.record]
        for column in output.columns:
            field = record.field(column.field)
            if field is not None and field.type in types and column.name in seen.columns:
                yield column.name


def _example(seen: Evidence, columns: Collection[str], name: str) -> str:
    found = (seen.columns[column]["example"].get(name) for column in columns)
    return next((each for each in found if each), "")


def _count(seen: Evidence, columns: Collection[str], *names: str) -> int:
    return sum(seen.columns[c]["tally"].get(name, 0) for c in columns for name in names)


def _dates(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    columns = list(dict.fromkeys(_used(mapping, seen, DATES)))
    first, second = (_count(seen, columns, each) for each in ("day_first", "month_first"))
    is_mixed = bool(first and second)
    example = _example(seen, columns, "either")
    if not example or (not is_mixed and (first or second)):
        return None
    answers = [(order, label, _said_date(example, order)) for order, label in _orders()]
    return (
        _("Which comes first in {example}, the day or the month?").format(example=example),
        columns,
        answers,
    )


def _orders() -> list[tuple[str, str]]:
    return [("dmy", _("the day")), ("mdy", _("the month"))]


def _said_date(example: str, order: str) -> str:
    found = _NUMERIC_DATE.fullmatch(example)
    day = values.day(f"{found[1]}/{found[2]}/{found[3]}", order=order, zone=UTC) if found else None
    language = to_locale(get_language() or "en")
    return format_date(day, "long", locale=language) if day else ""


def _decimal(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    columns = list(dict.fromkeys(_used(mapping, seen, NUMBERS)))
    example = _example(seen, columns, "group")
    if not example or _count(seen, columns, "comma", "point"):
        return None
    signs = [(",", _("a comma parts decimals")), (".", _("a point parts decimals"))]
    answers = []
    for sign, label in signs:
        value = values.number(example, decimal=sign)
        answers.append(
            (sign, label, _("{example} is {value}").format(example=example, value=_number(value)))
        )
    return _("How much is {example}?").format(example=example), columns, answers


def _number(value: Any) -> str:
    from django.utils.formats import number_format

    return str(number_format(value, use_l10n=True, force_grouping=True))


def _time_zone(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    columns = list(dict.fromkeys(_used(mapping, seen, ("moment",))))
    example = _example(seen, columns, "naive")
    if not example:
        return None
    here = timezone.get_default_timezone_name()
    zones = dict.fromkeys((here, "UTC"))
    answers = [(zone, _zone_label(zone, here), _said_time(example, zone, here)) for zone in zones]
    text = _("In which time zone are times such as {example}?")
    return text.format(example=example), columns, answers


def _zone_label(zone: str, here: str) -> str:
    return _("yours ({zone})").format(zone=zone) if zone == here else zone


def _said_time(example: str, zone: str, here: str) -> str:
    """The example's time of day where the company is, when written in this zone."""
    clock = re.search(r"(\d{1,2}):(\d{2})", example)
    if clock is None:
        return ""
    hour, minute = int(clock[1]) % 24, int(clock[2])
    there = datetime(2026, 6, 15, hour, minute, tzinfo=ZoneInfo(zone))
    return _("{written} there is {read} for you").format(
        written=f"{hour:02}:{minute:02}", read=f"{there.astimezone(ZoneInfo(here)):%H:%M}"
    )


def _ends(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    columns = [c.name for c in mapping.outputs[0].columns if c.field == "ends_on"]
    if mapping.record != "contract" or not columns or seen.ends or not seen.end_example:
        return None
    end = date.fromisoformat(seen.end_example)
    before, shown = _day(end - timedelta(days=1)), _day(end)
    text = _("A contract ends on {day}: does it still count on that day?").format(day=shown)
    last = _("{day} is the last day that counts").format(day=shown)
    first = _("{day} is the last day that counts").format(day=before)
    return text, columns, [("inclusive", _("yes"), last), ("exclusive", _("no"), first)]


def _day(day: date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))


def _currency(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    columns = list(dict.fromkeys(_used(mapping, seen, ("cents", "price"))))
    has_own = any(
        column.field == "currency" for output in mapping.outputs for column in output.columns
    )
    signs = {n for c in columns for n in seen.columns[c]["tally"] if n.startswith("sign.")}
    if not columns or has_own or signs:
        return None
    example = next((each for c in columns for each in seen.columns[c]["examples"]), "")
    if not example:
        return None
    known = dict.fromkeys((mapping.formats.currency or CURRENCIES[0], *CURRENCIES))
    answers = [(code, code, f"{example} {code}") for code in known]
    return _("In which currency is {example}?").format(example=example), columns, answers


def _negative(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    if mapping.record not in SALES or "is_return" in mapping.outputs[0].constants:
        return None
    main = mapping.outputs[0]
    fields = {column.field for column in main.columns}
    columns = list(dict.fromkeys(_used(mapping, seen, NUMBERS)))
    example = _example(seen, columns, "negative")
    if not example or "is_return" in fields:
        return None
    text = _("What is an amount below zero, such as {example}?").format(example=example)
    back = _("the customer gave something back; it counts among returns")
    mend = _("the sum gets smaller, and nobody gave anything back")
    return text, columns, [("return", _("a return"), back), ("correction", _("a correction"), mend)]


def _nobody(mapping: FieldMapping, seen: Evidence) -> _Found | None:
    main = mapping.outputs[0]
    columns = [c.name for c in main.columns if c.field in WHO and c.name in seen.columns]
    empty = min((seen.columns[name]["empty"] for name in columns), default=0)
    if main.record not in SALES or not empty:
        return None
    text = _("Rows that name no customer: {count}. Should they come in?").format(
        count=_number(empty)
    )
    yes = _("they count in the company's sales, for no customer")
    no = _("they stay out; the company's sales are smaller by them")
    asked = text.format(count=_number(empty))
    return asked, columns, [("in", _("yes"), yes), ("out", _("no"), no)]


_QUESTIONS: Mapping[str, Callable[[FieldMapping, Evidence], _Found | None]] = {
    "dates": _dates,
    "decimal": _decimal,
    "time_zone": _time_zone,
    "ends": _ends,
    "currency": _currency,
    "negative": _negative,
    "nobody": _nobody,
}
