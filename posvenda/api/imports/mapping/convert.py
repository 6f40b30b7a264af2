"""From the cells of a row to typed rows for the loader; each cell that cannot be read is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.mapping import Column, Formats, Mapping, Output, Rule
from posvenda.api.imports.mapping.readers import KEY_LIMIT, SHORT, Read, Setting, reader
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.mapping.values import Bad, Noted
from posvenda.api.imports.problems import Problem

__all__ = ["Converter", "Row", "Setting"]

CACHE = 20_000
SOFT = ("email", "any", "zip")
SALES = ("order", "order_line")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int
    column: str
    field: str
    read: Read
    is_soft: bool
    joiner: str
    is_repeat: bool
    is_spare: bool
    times: int


class Converter:
    """Reads rows of one file into typed rows; bad cells become problems."""

    def __init__(self, mapping: Mapping, columns: Sequence[str], setting: Setting) -> None:
        self._parts = [
            _Part(output, list(columns), mapping.formats, setting, is_main=number == 0)
            for number, output in enumerate(mapping.outputs)
        ]
        self.records = [output.record for output in mapping.outputs]

    def rows(self, line: int, cells: Sequence[Any]) -> tuple[list[Row | None], list[Problem]]:
        """This will give one typed row per output, None where it has a cell that cannot be read."""
        problems: list[Problem] = []
        made = [part.row(line, cells, problems) for part in self._parts]
        return made, problems


class _Part:
    def __init__(
        self,
        output: Output,
        columns: list[str],
        formats: Formats,
        setting: Setting,
        *,
        is_main: bool,
    ) -> None:
        self.record = output.record
        seen: set[str] = set()
        self._cells: list[_Cell] = []
        for column in output.columns:
            cell = _cell(column, output.record, columns, formats, setting, seen)
            if cell is not None:
                self._cells.append(cell)
        self._products = [cell for cell in self._cells if cell.times >= 0]
        rules = [(columns.index(r.column), r) for r in output.rules if r.column in columns]
        self._skips = [(index, rule) for index, rule in rules if rule.skip]
        self._rules = [(index, rule) for index, rule in rules if not rule.skip]
        self._constants = _constants(output, formats, setting)
        self._needs = output.needs
        self._is_main = is_main
        self._decimal = formats.decimal or ","
        self._is_inclusive = output.record == "contract" and formats.ends == "inclusive"
        is_sale = output.record in SALES
        self._marks_returns = is_sale and formats.negative == "return"
        self._needs_somebody = is_sale and formats.nobody == "out"
        record = BY_NAME[output.record]
        self._has_customer = record.field("customer") is not None

    def row(self, line: int, cells: Sequence[Any], problems: list[Problem]) -> Row | None:
        for index, rule in self._skips:
            if _holds(rule, cells[index], self._decimal):
                self._leave_out(line, "left_out", rule.column, cells[index], problems)
                return None
        row: Row = {"_line": line, **self._constants}
        if not self._read(row, cells, problems):
            return None
        self._apply_rules(row, cells)
        if any(row.get(name) is None for name in self._needs):
            return None
        self._finish(row)
        if self._needs_somebody and not row.get("customer"):
            self._leave_out(line, "nobody_out", "customer", None, problems)
            return None
        return row

    def _read(self, row: Row, cells: Sequence[Any], problems: list[Problem]) -> bool:
        """Fill the row from its cells; False when one of them keeps it out."""
        is_good = True
        for cell in self._cells:
            raw = cells[cell.index]
            if raw is None or raw == "":
                continue
            try:
                value = cell.read(raw)
            except Bad as bad:
                problems.append(_problem(row, cell, raw, bad, is_warning=cell.is_soft))
                is_good = is_good and cell.is_soft
                continue
            if type(value) is Noted:
                problems.append(_problem(row, cell, raw, value, is_warning=True))
                value = value.value
            if value is not None:
                row[cell.field] = _joined(row, cell, value) if cell.is_repeat else value
        return is_good and self._multiply(row, cells, problems)

    def _multiply(self, row: Row, cells: Sequence[Any], problems: list[Problem]) -> bool:
        """Multiply the fields whose column names another one (a price and its quantity)."""
        for cell in self._products:
            if row.get(cell.field) is None:
                continue
            try:
                row[cell.field] = _times(row[cell.field], cells[cell.times], self._decimal)
            except Bad as bad:
                problems.append(_problem(row, cell, cells[cell.times], bad, is_warning=False))
                return False
        return True

    def _apply_rules(self, row: Row, cells: Sequence[Any]) -> None:
        for index, rule in self._rules:
            if _holds(rule, cells[index], self._decimal):
                for name, value in rule.sets.items():
                    is_copy = isinstance(value, str) and value.startswith("=")
                    row[name] = row.get(value[1:]) if is_copy else value

    def _leave_out(
        self, line: int, code: str, column: str, cell: Any, problems: list[Problem]
    ) -> None:
        """Say once, for the main record, that a row is not brought in and why."""
        if self._is_main:
            shown = _short(cell)
            problems.append(Problem(line, code, column, shown, {"value": shown[:40]}, True))

    def _finish(self, row: Row) -> None:
        if self._is_inclusive and row.get("ends_on") is not None:
            row["ends_on"] += timedelta(days=1)
        if self._marks_returns and row.get("is_return") is None:
            self._mark(row)
        if self._has_customer and not row.get("customer"):
            for name in ("customer.tax_id", "customer.email", "customer.name"):
                if row.get(name):
                    row["customer"] = str(row[name])[:KEY_LIMIT]
                    break

    def _mark(self, row: Row) -> None:
        """A sale below zero is a return; a line above zero is none, whatever its order is."""
        if _is_below_zero(row):
            row["is_return"] = True
        elif self.record == "order_line":
            row["is_return"] = False


def _problem(row: Row, cell: _Cell, raw: Any, why: "Bad | Noted", *, is_warning: bool) -> Problem:
    return Problem(row["_line"], why.code, cell.column, _short(raw), why.params, is_warning)


def _joined(row: Row, cell: _Cell, value: Any) -> Any:
    """The value after what earlier columns gave the same field, or only theirs."""
    before = row.get(cell.field)
    if before is None:
        return value
    return before if cell.is_spare else f"{before}{cell.joiner}{value}"


def _is_below_zero(row: Row) -> bool:
    return any((row.get(name) or 0) < 0 for name in ("amount", "quantity", "unit_price"))


def _holds(rule: Rule, cell: Any, decimal: str) -> bool:
    text = values.key(cell)
    if rule.is_empty or text is None:
        return rule.is_empty and text is None
    upper = text.upper()
    if rule.below_zero:
        return _is_negative(cell, decimal)
    if rule.starts_with:
        return upper.startswith(rule.starts_with.upper())
    if rule.not_among:
        return upper not in rule.not_among
    return not rule.among or upper in rule.among


def _is_negative(cell: Any, decimal: str) -> bool:
    try:
        return (values.number(cell, decimal=decimal) or 0) < 0
    except Bad:
        return False


def _times(value: Any, factor: Any, decimal: str) -> Any:
    """The value times the number in another column, once where that one is empty."""
    by = values.number(factor, decimal=decimal)
    if by is None:
        return value
    exact = value * by
    is_cents = isinstance(value, int)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) if is_cents else exact


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
    return _Cell(
        columns.index(column.name),
        column.name,
        column.field,
        _remembering(reader(field.type, column, formats, setting)),
        field.type in SOFT or "attr." in column.field,
        column.join or ("/" if field.type == "key" else "\n"),
        is_repeat,
        column.spare,
        columns.index(column.times) if column.times in columns else -1,
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


def _short(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else str(cell)[:SHORT]
