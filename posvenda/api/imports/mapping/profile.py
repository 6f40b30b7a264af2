"""What a column holds, judged from examples: type, decimal sign, order of dates, and doubts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from posvenda.api.imports.mapping.values import NO, YES
from posvenda.core.identifiers import InvalidIdentifier, document

EXAMPLES = 3
ENOUGH = 0.9
_NUMBER = re.compile(r"[-+(−]?\s*(?:R\$|US\$|[$€£])?\s*[-+]?\d[\d.,\s ]*\)?-?\s*(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"(\d{1,4})[-/.](\d{1,2}|[^\W\d]{3,9})[-/.](\d{1,4})(?:,?[ T].*)?")
_WORDED_DATE = re.compile(r"\d{1,2}º? de [^\W\d]+ de \d{4}|[^\W\d]{3,9}\.? \d{1,2},? \d{4}")
_EIGHT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TAX_ID = re.compile(
    r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}|[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?\d{2}"
)
_COMMA = re.compile(r",\d{1,2}(?!\d)[)\s-]*$|\.\d{3},|^-?0,\d+$")
_POINT = re.compile(r"\.\d{1,2}(?!\d)[)\s-]*$|,\d{3}\.|\.\d{4,}$|^-?0\.\d+$")


@dataclass(frozen=True)
class Profile:
    """What the examples of one column say.

    ``kind``: empty, text, number, date, boolean, email or tax_id. ``decimal`` and ``order`` are ""
    when nothing tells; ``is_ambiguous`` when dates could be read either way.
    """

    kind: str
    filled: int = 0
    distinct: int = 0
    examples: tuple[str, ...] = ()
    decimal: str = ""
    order: str = ""
    is_ambiguous: bool = False
    is_whole: bool = False

    def as_dict(self) -> dict[str, Any]:
        """This will give what the page shows."""
        return {
            "kind": self.kind,
            "filled": self.filled,
            "distinct": self.distinct,
            "examples": list(self.examples),
            "decimal": self.decimal,
            "order": self.order,
            "is_ambiguous": self.is_ambiguous,
        }


def profile(cells: Sequence[Any]) -> Profile:
    """This will judge one column from its example cells."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    if not filled:
        return Profile("empty")
    texts = [shown(cell) for cell in filled]
    base = Profile(
        "text",
        filled=len(filled),
        distinct=len(set(texts)),
        examples=tuple(dict.fromkeys(texts))[:EXAMPLES],
    )
    kinds = Counter(_kind(cell) for cell in filled)
    kind, count = kinds.most_common(1)[0]
    if kind == "boolean" and kinds["number"]:
        kind, count = "number", count + kinds["number"]
    if count < len(filled) * ENOUGH:
        kind = _mixed(kinds, len(filled))
    if kind == "date":
        order, is_ambiguous = _order(texts)
        return replace(base, kind=kind, order=order, is_ambiguous=is_ambiguous)
    if kind == "number":
        written = [shown(cell) for cell in filled if isinstance(cell, str)]
        whole = all(re.fullmatch(r"-?\d+(?:\.0+)?", each) for each in texts)
        return replace(base, kind=kind, decimal=_decimal(written), is_whole=whole)
    return replace(base, kind=kind)


def _mixed(kinds: Counter[str], total: int) -> str:
    """A column with odd cells is still of a kind when most of it is; the odd ones are refused."""
    for kind in ("date", "number", "tax_id"):
        if kinds[kind] + (kinds["boolean"] if kind == "number" else 0) >= total * 0.6:
            return kind
    return "text"


def shown(cell: Any) -> str:
    """This will write a cell as people see it, in one short line."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return " ".join(str(cell).split())[:80]


def _kind(cell: Any) -> str:
    match cell:
        case bool():
            return "boolean"
        case datetime() | date():
            return "date"
        case int() | float() | Decimal():
            return "number"
    plain = str(cell).strip()
    word = plain.lower()
    if (word in YES or word in NO) and not plain.isdigit():
        return "boolean"
    if _EIGHT.fullmatch(plain) or _DATE.fullmatch(plain) or _WORDED_DATE.fullmatch(plain):
        return "date"
    if _TAX_ID.fullmatch(plain) and _is_tax_id(plain):
        return "tax_id"
    if _NUMBER.fullmatch(plain):
        return "number"
    return "email" if _EMAIL.fullmatch(plain) else "text"


def _is_tax_id(plain: str) -> bool:
    try:
        document(plain)
    except InvalidIdentifier:
        return False
    return True


def _decimal(texts: Sequence[str]) -> str:
    """The decimal sign that the examples prove, or "" when none does."""
    commas = sum(bool(_COMMA.search(each)) for each in texts)
    points = sum(bool(_POINT.search(each)) for each in texts)
    if commas == points:
        return ""
    return "," if commas > points else "."


def _order(texts: Sequence[str]) -> tuple[str, bool]:
    """The order of day, month and year, and whether both readings are possible."""
    firsts, seconds = [], []
    for each in texts:
        match = _DATE.fullmatch(each)
        if match is None or not match[2].isdigit():
            continue
        if len(match[1]) == 4:
            return "ymd", False
        firsts.append(int(match[1]))
        seconds.append(int(match[2]))
    if not firsts:
        return "ymd" if all(_EIGHT.match(each) for each in texts) else "dmy", False
    if max(firsts) > 12 >= max(seconds):
        return "dmy", False
    if max(seconds) > 12 >= max(firsts):
        return "mdy", False
    late_first = sum(each > 12 for each in firsts)
    late_second = sum(each > 12 for each in seconds)
    return ("mdy" if late_second > late_first else "dmy"), True
