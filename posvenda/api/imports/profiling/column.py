"""What is in one column of a file: figures, and evidence for or against ways of reading it.

Values are counted part by part; each different value is judged once, with its weight. Above
``LIMIT`` different values further new ones are judged at once and only their number is kept.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.identifiers import SIGNS
from posvenda.api.imports.mapping.profile import Profile, shown

LIMIT = 20_000
EXAMPLES = 3
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?!\d)(.*)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_OFFSET = re.compile(r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
_COMMA = re.compile(r",\d{1,2}(?!\d)|\.\d{3},|,\d{4,}|^-?0,\d")
_POINT = re.compile(r"\.\d{1,2}(?!\d)|,\d{3}\.|\.\d{4,}|^-?0\.\d")
_GROUP = re.compile(r"[-+(]?\d{1,3}[.,]\d{3}\)?")
_FLOAT_ID = re.compile(r"\d{3,}\.0")
_SIGN = re.compile("|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))))


@dataclass
class Watch:
    """What was seen so far in one column."""

    name: str
    profile: Profile
    today: date
    decimal: str = ""
    order: str = "dmy"
    empty: int = 0
    filled: int = 0
    counts: Counter[Any] = field(default_factory=Counter)
    more: int = 0
    low: Any = None
    high: Any = None
    tally: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)
    lengths: Counter[int] = field(default_factory=Counter)

    def take(self, cells: Sequence[Any]) -> None:
        """This will count the cells of a part of the column."""
        for cell, count in Counter(map(_countable, cells)).items():
            if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
                self.empty += count
                continue
            self.filled += count
            if cell in self.counts:
                self.counts[cell] += count
            elif len(self.counts) < LIMIT:
                self.counts[cell] = count
            else:
                self.more += 1
            self._judge(cell, count)

    def _judge(self, cell: Any, count: int) -> None:
        text = shown(cell)
        match self.profile.kind:
            case "number":
                self._number(cell, text, count)
            case "date":
                self._date(cell, text, count)
            case "text" | "tax_id":
                self._sign(text, count)
        if text.isdigit():
            self.lengths[len(text)] += count
            self._note("leading_zero", text, count if text[0] == "0" else 0)
        self._note("float_id", text, count if _FLOAT_ID.fullmatch(text) else 0)

    def _note(self, name: str, text: str, count: int) -> None:
        if count:
            self.tally[name] += count
            self.example.setdefault(name, text)

    def _sign(self, text: str, count: int) -> None:
        if found := _SIGN.search(text):
            self._note(f"sign.{SIGNS[found[0]]}", text, count)

    def _number(self, cell: Any, text: str, count: int) -> None:
        if isinstance(cell, str):
            self._sign(text, count)
            is_comma, is_point = bool(_COMMA.search(text)), bool(_POINT.search(text))
            self._note("comma", text, count if is_comma else 0)
            self._note("point", text, count if is_point else 0)
            is_group = not is_comma and not is_point and _GROUP.fullmatch(text)
            self._note("group", text, count if is_group else 0)
        try:
            value = values.number(cell, decimal=self.decimal or self.profile.decimal or ",")
        except values.Bad:
            self._note("odd", text, count)
            return
        if value is not None:
            self._note("negative", text, count if value < 0 else 0)
            self._extend(value)

    def _date(self, cell: Any, text: str, count: int) -> None:
        self._order(text, count)
        is_naive = isinstance(cell, datetime) and cell.tzinfo is None and cell.time() != time(0)
        is_clock = isinstance(cell, str) and _CLOCK.search(text) and not _OFFSET.search(text)
        midnight = isinstance(cell, str) and text.endswith((" 00:00", " 00:00:00"))
        self._note("naive", text, count if (is_naive or is_clock) and not midnight else 0)
        try:
            day = values.day(cell, order=self.order or "dmy", zone=UTC)
        except values.Bad:
            self._note("odd", text, count)
            return
        if day is not None:
            self._note("future", text, count if day > self.today else 0)
            self._extend(day)

    def _order(self, text: str, count: int) -> None:
        """Count dates that only fit one order, and those that fit both and differ."""
        found = _DAY_FIRST.fullmatch(text)
        if found is None:
            return
        first, second = int(found[1]), int(found[2])
        self._note("day_first", text, count if first > 12 >= second else 0)
        self._note("month_first", text, count if second > 12 >= first else 0)
        self._note("either", text, count if max(first, second) <= 12 and first != second else 0)

    def _extend(self, value: Any) -> None:
        self.low = value if self.low is None or value < self.low else self.low
        self.high = value if self.high is None or value > self.high else self.high

    def as_dict(self) -> dict[str, Any]:
        """This will give what is kept with the file and shown."""
        total = self.filled + self.empty
        return {
            "kind": self.profile.kind,
            "filled": self.filled,
            "empty": self.empty,
            "empty_rate": round(self.empty / total, 4) if total else 0.0,
            "distinct": len(self.counts) + self.more,
            "is_more": bool(self.more),
            "examples": list(dict.fromkeys(shown(each)[:80] for each in self.counts))[:EXAMPLES],
            "low": _plain(self.low),
            "high": _plain(self.high),
            "tally": dict(self.tally),
            "example": self.example,
        }


def _countable(cell: Any) -> Any:
    return cell if isinstance(cell, str | int | float | date | None) else str(cell)


def _plain(value: Any) -> str | None:
    match value:
        case None:
            return None
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
    return str(value)
