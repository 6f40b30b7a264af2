"""A first guess: the kind of record and the fields, from the columns' names and what they hold."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from posvenda.api.imports.mapping.choices import CHOICES
from posvenda.api.imports.mapping.identifiers import SIGNS
from posvenda.api.imports.mapping.mapping import Column, Formats, Mapping, Output
from posvenda.api.imports.mapping.profile import Profile
from posvenda.api.imports.mapping.targets import BY_NAME, RECORDS, Field, Record, fold
from posvenda.core.periods import add_months, months_between

EXACT, PART, BY_CONTENT = 3.0, 1.5, 1.0
ENOUGH = 4.0
COVERED = 0.4
REFERENCE = ("customer", "customer.tax_id", "customer.email", "customer.name")
NEEDS: Map[str, tuple[tuple[str, ...], ...]] = {
    "product": (("key", "name"),),
    "customer": (("key", "tax_id", "email", "name"), ("name", "tax_id", "email", "phone")),
    "contact": (("customer", "customer.tax_id"), ("name", "email")),
    "subject": (("customer",), ("name",)),
    "contract": (("starts_on",), ("amount",), REFERENCE),
    "order": (("happened_at",), ("number", "amount"), REFERENCE),
    "order_line": (
        ("amount", "unit_price"),
        ("happened_at", "order"),
        ("product", "product_name", "quantity"),
    ),
    "usage": (("happened_at",), ("customer", "contract"), ("feature", "person", "quantity")),
    "ticket": (
        ("happened_at",),
        ("customer", "customer.tax_id"),
        ("subject", "priority", "closed_at", "first_reply_at", "first_reply_minutes"),
    ),
    "answer": (("happened_at",), ("score",), ("customer", "customer.tax_id", "order")),
    "cancellation": (("happened_at",), ("customer", "customer.tax_id"), ("reason", "comment")),
    "interaction": (("happened_at",), ("customer", "customer.tax_id"), ("body", "kind")),
    "consent": (("happened_at",), ("customer", "customer.tax_id"), ("purpose",), ("is_granted",)),
}
TYPES: Map[str, frozenset[str]] = {
    "moment": frozenset({"date", "number"}),
    "day": frozenset({"date"}),
    "cents": frozenset({"number"}),
    "price": frozenset({"number"}),
    "number": frozenset({"number", "boolean"}),
    "integer": frozenset({"number", "boolean"}),
    "boolean": frozenset({"boolean", "number"}),
    "email": frozenset({"email"}),
    "tax_id": frozenset({"tax_id", "number", "text"}),
    "key": frozenset({"text", "number", "tax_id", "email"}),
    "currency": frozenset({"text"}),
    "phone": frozenset({"number", "text", "tax_id"}),
}
TEXT_ROWS = 200
MONEY = ("cents", "price")
_GROUP = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
_SIGN = re.compile("|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))))
ANNUAL = frozenset({"arr", "valor anual", "arr amount"})


@dataclass(frozen=True)
class _Fit:
    record: Record
    columns: Map[str, Field]
    score: float


def guess(
    columns: Sequence[str],
    profiles: Map[str, Profile],
    *,
    file_name: str = "",
    record: str = "",
    is_attended: bool = False,
) -> Mapping | None:
    """This will give the likeliest mapping, or None when nothing fits well enough.

    Where nobody looks at the guess, it must explain a good part of the columns and lack nothing.
    """
    wanted = [each for each in RECORDS if record in ("", each.name)]
    fits = [_fit(each, columns, profiles, file_name) for each in wanted]
    best = max(fits, key=lambda fit: fit.score)
    if not record and not is_attended and not _is_sure(best, columns, profiles):
        return None
    if not record and best.score < ENOUGH:
        return None
    if not best.columns and not record:
        return None
    return Mapping((_output(best, profiles),))


def _is_sure(fit: _Fit, columns: Sequence[str], profiles: Map[str, Profile]) -> bool:
    filled = [name for name in columns if profiles[name].kind != "empty"]
    fields = {field.name for field in fit.columns.values()}
    is_whole = all(fields & set(names) for names in NEEDS[fit.record.name])
    return is_whole and len(fit.columns) >= COVERED * len(filled)


def _output(fit: _Fit, profiles: Map[str, Profile]) -> Output:
    constants: dict[str, Any] = {}
    names = {field.name for field in fit.columns.values()}
    if fit.record.name == "contract" and "period" not in names:
        annual = any(
            field.name == "amount" and fold(name) in ANNUAL for name, field in fit.columns.items()
        )
        constants["period"] = "year" if annual else "month"
    if fit.record.name == "answer" and "scale" not in names:
        constants["scale"] = _scale(fit, profiles)
    return Output(
        fit.record.name,
        tuple(typed(name, field.name, profiles.get(name)) for name, field in fit.columns.items()),
        constants,
    )


def _scale(fit: _Fit, profiles: Map[str, Profile]) -> str:
    """NPS when the column says so or goes beyond 7; CSAT otherwise."""
    name = next(name for name, field in fit.columns.items() if field.name == "score")
    if "nps" in fold(name):
        return "nps"
    examples = [each for each in profiles[name].examples if re.fullmatch(r"\d+(?:[.,]\d+)?", each)]
    return "nps" if any(float(each.replace(",", ".")) > 7 for each in examples) else "csat"


def typed(name: str, field: str, profile: Profile | None) -> Column:
    """This will give a column with the formats its examples prove."""
    if profile is None:
        return Column(name, field)
    return Column(name, field, decimal=profile.decimal, dates=profile.order, kind=profile.kind)


def _fit(
    record: Record, columns: Sequence[str], profiles: Map[str, Profile], file_name: str
) -> _Fit:
    scored = sorted(
        (
            (points, -position, name, field)
            for position, name in enumerate(columns)
            for field in record.fields
            if (points := _points(name, field, profiles.get(name))) > 0
        ),
        key=lambda each: (each[0], each[1]),
        reverse=True,
    )
    taken: dict[str, Field] = {}
    used: set[str] = set()
    score = 0.0
    for points, _position, name, field in scored:
        if name in taken or field.name in used:
            continue
        taken[name] = field
        used.add(field.name)
        score += points + (1.0 if field.is_required else 0.0)
    score += _by_content(record, columns, profiles, taken, used)
    score += _hints(record, columns, file_name)
    missing = sum(not used & set(names) for names in NEEDS[record.name])
    score -= 8.0 * missing + 0.4 * (len(columns) - len(taken))
    ordered = {name: taken[name] for name in columns if name in taken}
    return _Fit(record, ordered, score)


def may_hold(record: str, field: str, profile: Profile) -> bool:
    """This will say whether a column's content is of a kind that the field can take."""
    found = BY_NAME[record].field(field)
    allowed = TYPES.get(found.type) if found else None
    return allowed is None or profile.kind in allowed or profile.kind == "empty"


def _points(name: str, field: Field, profile: Profile | None) -> float:
    """How well a column's name fits a field; nothing when its content contradicts."""
    allowed = TYPES.get(field.type)
    kind = profile.kind if profile is not None else "empty"
    if allowed is not None and kind not in allowed and kind != "empty":
        return 0.0
    if field.type in CHOICES and not _are_known(profile, CHOICES[field.type]):
        return 0.0
    folded = fold(name)
    if folded == fold(field.name.rpartition(".")[2]) or folded in field.aliases:
        weak = folded in ("id", "codigo", "nome", "name", "tipo", "data", "date", "total", "valor")
        return EXACT - (0.5 if weak else 0.0) - (0.5 if kind == "empty" else 0.0)
    words = set(folded.split())
    longest = max(
        (len(alias.split()) for alias in field.aliases if set(alias.split()) <= words), default=0
    )
    return PART * longest / max(len(words), 1) if longest else 0.0


def _are_known(profile: Profile | None, words: Map[str, str]) -> bool:
    """Whether the examples are among the words a field knows."""
    if profile is None or not profile.examples:
        return False
    folded = [fold(each) for each in profile.examples]
    return all(each in words or each.partition(" ")[0] in words for each in folded)


def _by_content(
    record: Record,
    columns: Sequence[str],
    profiles: Map[str, Profile],
    taken: dict[str, Field],
    used: set[str],
) -> float:
    """Columns nobody knows by name that hold tax ids or e-mail addresses."""
    score = 0.0
    for name in columns:
        profile = profiles.get(name)
        if name in taken or profile is None or profile.kind not in ("tax_id", "email"):
            continue
        for field in record.fields:
            if field.type == profile.kind and field.name not in used:
                taken[name] = field
                used.add(field.name)
                score += BY_CONTENT
                break
    return score


def _hints(record: Record, columns: Sequence[str], file_name: str) -> float:
    stem = fold(file_name.rpartition("/")[2].partition(".")[0])
    names = " ".join(map(fold, columns))
    in_name = any(hint in stem for hint in record.hints)
    return (3.0 if in_name else 0.0) + 0.5 * sum(hint in names for hint in record.hints)


def find_ends(pairs: Sequence[tuple[date, date]]) -> str:
    """This will say whether ends look inclusive (the day before an anniversary) or exclusive.

    Without evidence it says nothing.
    """
    inclusive = exclusive = 0
    for start, end in pairs:
        exclusive += _is_anniversary(start, end)
        inclusive += _is_anniversary(start, end + timedelta(days=1))
    if exclusive == inclusive:
        return ""
    return "exclusive" if exclusive > inclusive else "inclusive"


def _is_anniversary(start: date, end: date) -> bool:
    months = months_between(start, end)
    return months > 0 and add_months(start, months) == end


def find_currency(mapping: Mapping, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """This will give the currency whose sign stands in the amounts or their columns' names."""
    found = Counter(
        SIGNS[each[0]]
        for text in _texts(mapping, columns, rows, MONEY)
        if (each := _SIGN.search(text))
    )
    return found.most_common(1)[0][0] if found else ""


def find_grouping(mapping: Mapping, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """This will give the likelier decimal sign where amounts only show one sign and three digits.

    1.234 is more often a thousand than a decimal with three places.
    """
    found = Counter(
        "," if "." in text else "."
        for text in _texts(mapping, columns, rows, (*MONEY, "number"))
        if _GROUP.fullmatch(text.strip())
    )
    return found.most_common(1)[0][0] if found else ""


def _texts(
    mapping: Mapping, columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str]
) -> Iterator[str]:
    """The names and first texts of the columns whose field is of one of these types."""
    for output in mapping.outputs:
        for column in output.columns:
            field = BY_NAME[output.record].field(column.field)
            if field is None or field.type not in types or column.name not in columns:
                continue
            index = columns.index(column.name)
            yield column.name
            yield from (cell for cells in rows[:TEXT_ROWS] if isinstance(cell := cells[index], str))


def default_formats(columns: Sequence[Column], *, currency: str, grouping: str = "") -> Formats:
    """This will give the formats of a file from what its columns prove, else the likelier ones."""
    decimals = [column.decimal for column in columns if column.decimal]
    orders = [column.dates for column in columns if column.dates in ("dmy", "mdy")]
    comma = decimals.count(",") >= decimals.count(".") and bool(decimals)
    return Formats(
        decimal="," if comma else "." if decimals else grouping or ".",
        dates=max(orders, key=orders.count) if orders else "dmy",
        currency=currency,
    )
