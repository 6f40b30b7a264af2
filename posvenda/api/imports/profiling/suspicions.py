"""Doubts about a file in plain words: what looks odd, how much of it, and what that can mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from posvenda.api.imports.mapping.mapping import Mapping as FieldMapping
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.profiling.column import Watch
from posvenda.api.imports.profiling.look import Seen

ONE_CUSTOMER = 0.03
ONE_DAY = 0.20
ENOUGH_ROWS, ENOUGH_CUSTOMERS = 100, 20
SHORTER = 0.3
LONG_ID = 6
PAST = ("happened_at", "since", "signed_on", "delivered_at", "closed_at", "first_reply_at")
IDS = ("key", "tax_id", "zip")
MONEY = ("cents", "price")
SALES = ("order", "order_line")

SENTENCES: Mapping[str, str] = {
    "future": _("Dates in the future: {count}, such as {example}"),
    "negative": _("Amounts below zero: {count}, such as {example}"),
    "one_customer": _(
        "“{value}” has {share} of all rows: perhaps the counter sale, or a test customer"
    ),
    "one_day": _(
        "{share} of first purchases fall on {value}: perhaps the day an older system was moved"
    ),
    "one_day_since": _(
        "{share} of customers begin on {value}: perhaps the day an older system was moved"
    ),
    "constant": _("Every row has the same value, “{value}”"),
    "float_id": _(
        "Codes that became decimals: {count}, such as {example}; they are read without “.0”"
    ),
    "lost_zeros": _("Codes that may have lost leading zeros: {count}, such as {example}"),
    "mixed_decimals": _("Decimals are written both with a comma ({comma}) and a point ({point})"),
    "mixed_dates": _("Days and months stand in both orders: {day_first} and {month_first}"),
    "duplicates": _("Rows that repeat the key of an earlier row: {count}, such as “{value}”"),
    "odd": _("Values of another kind than the rest: {count}, such as “{example}”"),
    "mostly_empty": _("{share} of the rows have no value here"),
}


@dataclass(frozen=True)
class Suspicion:
    """One doubt about one column."""

    code: str
    column: str
    params: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """This will give what is kept with the file."""
        return {"code": self.code, "column": self.column, "params": dict(self.params)}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """This will give the doubt in the reader's language."""
    return gettext(SENTENCES[code]).format(**params)


def find(seen: Seen, mapping: FieldMapping) -> list[Suspicion]:
    """This will list the doubts about a table, those of mapped columns and of whole rows."""
    types = _types(mapping)
    found: list[Suspicion] = []
    for name, watch in seen.columns.items():
        fields = types.get(name, {})
        found += [Suspicion(code, name, params) for code, params in _of_column(watch, fields)]
    found += _of_rows(seen, mapping)
    return found


def _types(mapping: FieldMapping) -> dict[str, dict[str, str]]:
    """The fields each column fills, with their types."""
    types: dict[str, dict[str, str]] = {}
    for output in mapping.outputs:
        record = BY_NAME[output.record]
        for column in output.columns:
            field = record.field(column.field)
            if field is not None:
                types.setdefault(column.name, {})[column.field] = field.type
    return types


def _of_column(watch: Watch, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    tally, example = watch.tally, watch.example
    kinds = set(fields.values())
    if tally["future"] and set(fields) & set(PAST):
        yield "future", _counted(watch, "future")
    if tally["negative"] and kinds & {*MONEY, "number"}:
        yield "negative", _counted(watch, "negative")
    if tally["float_id"] and kinds & set(IDS):
        yield "float_id", _counted(watch, "float_id")
    if tally["comma"] and tally["point"] and kinds & {*MONEY, "number"}:
        yield "mixed_decimals", {"comma": example["comma"], "point": example["point"]}
    if tally["day_first"] and tally["month_first"]:
        names = ("day_first", "month_first")
        yield "mixed_dates", {name: example[name] for name in names}
    if tally["odd"] and fields:
        yield "odd", _counted(watch, "odd")
    if kinds & set(IDS) and (lost := _lost_zeros(watch, kinds)):
        yield "lost_zeros", lost
    yield from _of_emptiness(watch, fields)


def _of_emptiness(watch: Watch, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    total = watch.filled + watch.empty
    if len(watch.counts) == 1 and watch.filled == total >= ENOUGH_CUSTOMERS:
        yield "constant", {"value": str(next(iter(watch.counts)))[:60]}
    elif fields and watch.filled and watch.empty >= total / 2:
        yield "mostly_empty", {"percent": round(100 * watch.empty / total)}


def _counted(watch: Watch, name: str) -> dict[str, Any]:
    return {"count": watch.tally[name], "example": watch.example[name]}


def _lost_zeros(watch: Watch, kinds: set[str]) -> dict[str, Any] | None:
    """Codes of one length with some shorter ones and none that begins with zero.

    Numbers counted up from one look like that too; they lie close together, codes do not.
    """
    lengths = watch.lengths
    total = sum(lengths.values())
    if total < ENOUGH_CUSTOMERS or watch.tally["leading_zero"]:
        return None
    longest = max(lengths)
    shorter = sum(count for length, count in lengths.items() if length < longest)
    is_fixed = bool(kinds & {"tax_id", "zip"})
    if not shorter or shorter > total * SHORTER or longest < LONG_ID - (1 if is_fixed else 0):
        return None
    if not is_fixed and len(watch.counts) > 10 ** (longest - 1) / 20:
        return None
    example = next(str(each) for each in watch.counts if len(str(each)) < longest)
    return {"count": shorter, "example": example[:40]}


def _of_rows(seen: Seen, mapping: FieldMapping) -> Iterator[Suspicion]:
    if not mapping.outputs:
        return
    record, places = mapping.record, seen.places
    key = next((places[each] for each in ("key", "number") if each in places), None)
    has_latest = mapping.outputs[0].latest is not None
    if seen.repeats and key is not None and record != "order_line" and not has_latest:
        params = {"count": seen.repeats, "value": seen.repeated[:60]}
        yield Suspicion("duplicates", key, params)
    if record in SALES:
        yield from _one_customer(seen)
    if record in (*SALES, "customer"):
        yield from _one_day(seen, record)


def _one_customer(seen: Seen) -> Iterator[Suspicion]:
    for field in ("customer", "customer.tax_id", "customer.email"):
        watch = seen.columns.get(seen.places.get(field, ""))
        if watch is None or watch.filled < ENOUGH_ROWS or len(watch.counts) < ENOUGH_CUSTOMERS:
            continue
        value, count = watch.counts.most_common(1)[0]
        if count >= watch.filled * ONE_CUSTOMER:
            params = {"value": str(value)[:60], "percent": round(100 * count / watch.filled)}
            yield Suspicion("one_customer", watch.name, params)


def _one_day(seen: Seen, record: str) -> Iterator[Suspicion]:
    total = seen.first_days.total()
    fields = ("since",) if record == "customer" else ("happened_at",)
    column = next((seen.places[each] for each in fields if each in seen.places), None)
    if column is None or total < ENOUGH_CUSTOMERS:
        return
    day, count = seen.first_days.most_common(1)[0]
    if count >= total * ONE_DAY:
        code = "one_day_since" if record == "customer" else "one_day"
        params = {"value": day.isoformat(), "percent": round(100 * count / total)}
        yield Suspicion(code, column, params)
