"""From the cells of a row to typed rows for the loader; each cell that cannot be read is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from posvenda.api.imports.mapping import identifiers, values
from posvenda.api.imports.mapping.choices import CHOICES
from posvenda.api.imports.mapping.mapping import Column, Formats, Mapping, Output, Rule
from posvenda.api.imports.mapping.targets import BY_NAME, fold
from posvenda.api.imports.mapping.values import Bad, Noted
from posvenda.api.imports.problems import Problem

CACHE = 20_000
SHORT, LONG = 500, 20_000
KEY_LIMIT = 120
SOFT = ("email", "any", "zip")
Row = dict[str, Any]
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Setting:
    """What the installation adds: its time zone, area code and currency."""

    zone: tzinfo
    ddd: str = "11"
    currency: str = "BRL"


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int
    column: str
    field: str
    read: Read
    is_soft: bool
    joiner: str
    is_repeat: bool


class Converter:
    """Reads rows of one file into typed rows; bad cells become problems."""

    def __init__(self, mapping: Mapping, columns: Sequence[str], setting: Setting) -> None:
        self._parts = [
            _Part(output, list(columns), mapping.formats, setting) for output in mapping.outputs
        ]
        self.records = [output.record for output in mapping.outputs]

    def rows(self, line: int, cells: Sequence[Any]) -> tuple[list[Row | None], list[Problem]]:
        """This will give one typed row per output, None where it has a cell that cannot be read."""
        problems: list[Problem] = []
        made = [part.row(line, cells, problems) for part in self._parts]
        return made, problems


class _Part:
    def __init__(
        self, output: Output, columns: list[str], formats: Formats, setting: Setting
    ) -> None:
        self.record = output.record
        seen: set[str] = set()
        self._cells: list[_Cell] = []
        for column in output.columns:
            cell = _cell(column, output.record, columns, formats, setting, seen)
            if cell is not None:
                self._cells.append(cell)
        self._rules = [(columns.index(r.column), r) for r in output.rules if r.column in columns]
        self._constants = _constants(output, formats, setting)
        self._needs = output.needs
        self._is_inclusive = output.record == "contract" and formats.ends == "inclusive"
        record = BY_NAME[output.record]
        self._has_customer = record.field("customer") is not None

    def row(self, line: int, cells: Sequence[Any], problems: list[Problem]) -> Row | None:
        row: Row = {"_line": line, **self._constants}
        is_bad = False
        for cell in self._cells:
            raw = cells[cell.index]
            try:
                value = cell.read(raw)
            except Bad as bad:
                problems.append(
                    Problem(line, bad.code, cell.column, _short(raw), bad.params, cell.is_soft)
                )
                is_bad = is_bad or not cell.is_soft
                continue
            if value is None:
                continue
            if type(value) is Noted:
                doubt = Problem(line, value.code, cell.column, _short(raw), value.params, True)
                problems.append(doubt)
                value = value.value
            if cell.is_repeat and row.get(cell.field) is not None:
                value = f"{row[cell.field]}{cell.joiner}{value}"
            row[cell.field] = value
        if is_bad:
            return None
        self._apply_rules(row, cells)
        if any(row.get(name) is None for name in self._needs):
            return None
        self._finish(row)
        return row

    def _apply_rules(self, row: Row, cells: Sequence[Any]) -> None:
        for index, rule in self._rules:
            if _holds(rule, cells[index]):
                for name, value in rule.sets.items():
                    is_copy = isinstance(value, str) and value.startswith("=")
                    row[name] = row.get(value[1:]) if is_copy else value

    def _finish(self, row: Row) -> None:
        if self._is_inclusive and row.get("ends_on") is not None:
            row["ends_on"] += timedelta(days=1)
        if self._has_customer and not row.get("customer"):
            for name in ("customer.tax_id", "customer.email", "customer.name"):
                if row.get(name):
                    row["customer"] = str(row[name])[:KEY_LIMIT]
                    break


def _holds(rule: Rule, cell: Any) -> bool:
    text = values.key(cell)
    if text is None:
        return False
    upper = text.upper()
    if rule.starts_with:
        return upper.startswith(rule.starts_with.upper())
    return not rule.among or upper in rule.among


def _constants(output: Output, formats: Formats, setting: Setting) -> Row:
    constants = dict(output.constants)
    if BY_NAME[output.record].field("currency") is not None:
        constants.setdefault("currency", formats.currency or setting.currency)
    return constants


def _cell(
    column: Column,
    record: str,
    columns: list[str],
    formats: Formats,
    setting: Setting,
    seen: set[str],
) -> _Cell | None:
    field = BY_NAME[record].field(column.field)
    if field is None or column.name not in columns:
        return None
    is_repeat = column.field in seen
    seen.add(column.field)
    read = _reader(field.type, column, formats, setting)
    return _Cell(
        columns.index(column.name),
        column.name,
        column.field,
        _remembering(read),
        field.type in SOFT or "attr." in column.field,
        "/" if field.type == "key" else "\n",
        is_repeat,
    )


def _remembering(read: Read) -> Read:
    """The reader with a memory of texts it has read, for the same ones come again and again."""
    memory: dict[str, Any] = {}

    def remember(cell: Any) -> Any:
        if type(cell) is not str:
            return read(cell)
        try:
            return memory[cell]
        except KeyError:
            if len(memory) > CACHE:
                memory.clear()
            value = memory[cell] = read(cell)
            return value

    return remember


def _reader(kind: str, column: Column, formats: Formats, setting: Setting) -> Read:
    """The reader for a type of field with the column's own formats."""
    decimal = formats.decimal or column.decimal or ","
    order = _order(column, formats)
    zone = setting.zone
    if column.values:
        return _translating(column.values)
    if kind in CHOICES:
        return _choosing(CHOICES[kind])
    readers: dict[str, Read] = {
        "text": lambda cell: _limited(values.text(cell), SHORT),
        "long_text": lambda cell: _limited(values.text(cell), LONG),
        "key": lambda cell: _mended(values.key(cell), column),
        "zip": lambda cell: _postal(_mended(values.key(cell), column)),
        "number": lambda cell: values.number(cell, decimal=decimal),
        "price": lambda cell: values.number(cell, decimal=decimal),
        "cents": lambda cell: values.cents(cell, decimal=decimal),
        "integer": lambda cell: values.integer(cell, decimal=decimal),
        "boolean": values.boolean,
        "moment": lambda cell: values.moment(cell, order=order, zone=zone),
        "day": lambda cell: values.day(cell, order=order, zone=zone),
        "email": identifiers.email_cell,
        "tax_id": identifiers.tax_id_cell,
        "phone": lambda cell: identifiers.phone_cell(cell, ddd=setting.ddd),
        "currency": identifiers.currency_cell,
        "tags": _tags,
        "any": _any_reader(column.kind, decimal, order, zone),
    }
    return readers[kind]


def _order(column: Column, formats: Formats) -> str:
    """The order of dates: what the person said, unless the column is plainly year first."""
    if column.dates == "ymd":
        return "ymd"
    return formats.dates or column.dates or "dmy"


def _any_reader(kind: str, decimal: str, order: str, zone: tzinfo) -> Read:
    match kind:
        case "number":
            return lambda cell: _plain(values.number(cell, decimal=decimal))
        case "boolean":
            return values.boolean
        case "date":
            return lambda cell: values.day(cell, order=order, zone=zone)
    return lambda cell: _limited(values.text(cell), SHORT)


def _plain(value: Decimal | None) -> int | Decimal | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value


def _translating(words: Any) -> Read:
    known = {fold(str(word)): value for word, value in words.items()}

    def translate(cell: Any) -> Any:
        text = values.text(cell)
        return None if text is None else known.get(fold(text), text)

    return translate


def _choosing(words: Any) -> Read:
    def choose(cell: Any) -> str | None:
        text = values.text(cell)
        if text is None:
            return None
        word = fold(text)
        for each in (word, word.replace(" ", ""), word.partition(" ")[0]):
            if each in words:
                return str(words[each])
        raise Bad("not_a_choice", value=text[:40], choices=", ".join(dict.fromkeys(words.values())))

    return choose


def _mended(key: str | None, column: Column) -> str | None:
    if key is None:
        return None
    if len(key) > KEY_LIMIT:
        raise Bad("too_long", length=len(key), limit=KEY_LIMIT)
    key = key.zfill(column.pad) if column.pad and key.isdigit() else key
    return (key.upper() if column.upper else key) + column.suffix


def _postal(code: str | None) -> str | None:
    """A CEP with the leading zero a spreadsheet drops."""
    is_short = code is not None and len(code) == 7 and code.isdigit()
    return code.zfill(8) if is_short and code is not None else code


def _limited(text: str | None, limit: int) -> str | None:
    return text if text is None else text[:limit]


def _tags(cell: Any) -> list[str] | None:
    text = values.text(cell)
    if text is None:
        return None
    return [
        tag.strip() for tag in text.replace("|", ",").replace(";", ",").split(",") if tag.strip()
    ]


def _short(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else str(cell)[:SHORT]
