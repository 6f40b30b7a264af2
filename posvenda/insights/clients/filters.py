"""The filter form: rows of fact, operator and value, to a condition and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from posvenda.core.conditions import (
    All,
    Any,
    Compare,
    Condition,
    Days,
    Money,
    Scalar,
    Today,
    all_of,
    any_of,
    check,
    to_text,
)
from posvenda.core.conditions.values import currency
from posvenda.core.facts import Catalogue, Fact, Kind
from posvenda.core.money import to_cents, to_units
from posvenda.customers.facts import FAMILIES
from posvenda.customers.wording import OPERATORS, complaint, read_number, write_number

WITHOUT_VALUE = ("is known", "is unknown")
MAX_ROWS = 20
FIRST = "health.band"


class RowProblem(Exception):
    """Raised with the sentence that says what is wrong in one row of the form."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class FilterRow:
    """One row as typed: the fact, the operator and one or two values as text."""

    fact: str
    op: str
    value: str = ""
    value2: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Form:
    """The rows and how they are joined: all must hold, or any."""

    rows: tuple[FilterRow, ...]
    join: str = "all"

    @property
    def is_sound(self) -> bool:
        """Whether every row can be asked."""
        return not any(row.problem for row in self.rows)


def from_query(query: QueryDict, catalogue: Catalogue) -> Form:
    """This will read the rows of a sent form; an operator that does not fit becomes the first."""
    columns = [query.getlist(name) for name in ("fact", "op", "value", "value2")]
    height = min(len(columns[0]), MAX_ROWS)
    padded = [column + [""] * (height - len(column)) for column in columns]
    rows = (
        _fitting(FilterRow(*(column[i].strip()[:500] for column in padded)), catalogue)
        for i in range(height)
    )
    join = "any" if query.get("join") == "any" else "all"
    return Form(tuple(row for row in rows if row.fact in catalogue), join)


def from_condition(condition: Condition | None, catalogue: Catalogue) -> Form | None:
    """This will show a condition as rows, or give None when it is too deep for the form."""
    match condition:
        case None:
            return Form((first_row(catalogue),))
        case Compare():
            parts: Sequence[Condition] = (condition,)
            join = "all"
        case All(parts):
            join = "all"
        case Any(parts):
            join = "any"
        case _:
            return None
    if len(parts) > MAX_ROWS or not all(_fits_a_row(part, catalogue) for part in parts):
        return None
    return Form(tuple(_row(part, catalogue) for part in parts if isinstance(part, Compare)), join)


def to_condition(form: Form, catalogue: Catalogue) -> tuple[Form, Condition | None]:
    """This will read the rows; those that cannot be read come back with their problem."""
    rows, parts = [], []
    for row in form.rows:
        try:
            parts.append(compare(row, catalogue))
            rows.append(row)
        except RowProblem as problem:
            rows.append(FilterRow(row.fact, row.op, row.value, row.value2, problem.message))
    checked = Form(tuple(rows), form.join)
    if not parts or not checked.is_sound:
        return checked, None
    return checked, (all_of if form.join == "all" else any_of)(parts)


def text_of(condition: Condition | None, catalogue: Catalogue) -> str:
    """This will write a condition in the language people can also type."""
    return to_text(condition, catalogue) if condition else ""


def first_row(catalogue: Catalogue) -> FilterRow:
    """This will give the row a new filter starts with."""
    fact = catalogue[FIRST if FIRST in catalogue else next(iter(catalogue))]
    return FilterRow(fact.name, fact.kind.operators[0])


def compare(row: FilterRow, catalogue: Catalogue) -> Compare:
    """This will read one row, or raise ``RowProblem``."""
    fact = catalogue[row.fact]
    comparison = Compare(fact.name, row.op, _operand(row, fact))
    problems = check(comparison, catalogue)
    if problems:
        raise RowProblem(complaint(problems[0]))
    return comparison


def families(catalogue: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """This will list the facts one can ask about, by family, for the choice of a row."""
    found: dict[str, list[tuple[str, str]]] = {}
    for fact in catalogue.values():
        if fact.kind.operators:
            family = str(FAMILIES.get(fact.family, fact.family))
            found.setdefault(family, []).append((fact.name, str(fact.label)))
    return list(found.items())


def operators(fact: Fact) -> list[tuple[str, str]]:
    """This will list the operators of a fact in words."""
    return [(op, str(OPERATORS[op])) for op in fact.kind.operators]


def choices(fact: Fact) -> list[tuple[str, str]]:
    """This will list the values to choose from, where a fact has such."""
    if fact.kind is Kind.BOOLEAN:
        return [("true", _("yes")), ("false", _("no"))]
    return [(key, str(words)) for key, words in fact.choices.items()]


def unit(fact: Fact) -> str:
    """This will say in what a value is typed."""
    units: Mapping[Kind, str] = {
        Kind.RATE: "%",
        Kind.DAYS: _("days"),
        Kind.MONEY: currency(fact) if fact.kind is Kind.MONEY else "",
        Kind.DATE: _("date, or days from today such as +30 or -30"),
    }
    return units.get(fact.kind, "")


def _fitting(row: FilterRow, catalogue: Catalogue) -> FilterRow:
    fact = catalogue.get(row.fact)
    if fact is None or row.op in fact.kind.operators or not fact.kind.operators:
        return row
    return FilterRow(row.fact, fact.kind.operators[0])


def _operand(row: FilterRow, fact: Fact) -> Scalar | tuple[Scalar, ...] | None:
    if row.op in WITHOUT_VALUE:
        return None
    if row.op == "between":
        return _scalar(row.value, fact), _scalar(row.value2, fact)
    if row.op in ("in", "not in"):
        texts = [text.strip() for text in row.value.split(";" if ";" in row.value else ",")]
        return tuple(_scalar(text, fact) for text in texts if text) or _empty()
    return _scalar(row.value, fact)


def _empty() -> tuple[Scalar, ...]:
    raise RowProblem(_("Write at least one value."))


def _scalar(text: str, fact: Fact) -> Scalar:
    if not text:
        raise RowProblem(_("The value is missing."))
    match fact.kind:
        case Kind.BOOLEAN:
            return text == "true"
        case Kind.TEXT | Kind.CHOICE | Kind.TAGS:
            return text
        case Kind.DATE:
            return _day(text)
        case Kind.MONEY:
            return Money(to_cents(_number(text)), currency(fact))
        case Kind.RATE:
            return float(_number(text.removesuffix("%").strip()) / 100)
    number = _number(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _number(text: str) -> Decimal:
    try:
        value = read_number(text.removeprefix("R$"))
    except ValueError as error:
        raise RowProblem(_("%(text)s is not a number.") % {"text": text}) from error
    if abs(value) >= 10**13:
        raise RowProblem(_("%(text)s is too large.") % {"text": text})
    return value


def _day(text: str) -> date | Today:
    if text[0] in "+-" and text[1:].isascii() and text[1:].isdigit() and len(text) < 7:
        return Today(int(text))
    day, *rest = text.split("/")
    try:
        if len(rest) == 2:
            return date(int(rest[1]), int(rest[0]), int(day))
        return Today() if text in ("today", "hoje") else date.fromisoformat(text)
    except ValueError as error:
        message = _("%(text)s is not a date such as 31/12/2026.") % {"text": text}
        raise RowProblem(message) from error


def _fits_a_row(part: Condition, catalogue: Catalogue) -> bool:
    if not isinstance(part, Compare) or part.fact not in catalogue or check(part, catalogue):
        return False
    values = part.value if isinstance(part.value, tuple) else (part.value,)
    return not any(isinstance(value, str) and _is_awkward(value) for value in values)


def _is_awkward(text: str) -> bool:
    """Text that a field would not give back as it is."""
    return ";" in text or text != text.strip() or not text or len(text) > 200


def _row(part: Compare, catalogue: Catalogue) -> FilterRow:
    fact = catalogue[part.fact]
    match part.op, part.value:
        case _, None:
            return FilterRow(part.fact, part.op)
        case "between", (low, high):
            return FilterRow(part.fact, part.op, _typed(low, fact), _typed(high, fact))
        case _, tuple() as values:
            return FilterRow(part.fact, part.op, "; ".join(_typed(v, fact) for v in values) + ";")
    return FilterRow(part.fact, part.op, _typed(part.value, fact))


def _typed(value: object, fact: Fact) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Money(cents, _currency):
            return write_number(to_units(cents)).removesuffix(",00").removesuffix(".00")
        case Today(days):
            return f"{days:+d}"
        case date():
            return value.strftime("%d/%m/%Y")
        case int() | float():
            scaled = Decimal(repr(value)) * (100 if fact.kind is Kind.RATE else 1)
            return write_number(scaled.normalize())
    return str(value.days if isinstance(value, Days) else value)
