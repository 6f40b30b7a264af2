"""What a resource is: its shapes, its table, how a row is shown, and how one is taken in."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from ninja import Schema
from pydantic import BaseModel

from posvenda.api.imports.mapping.values import Bad, Noted
from posvenda.api.rest import names
from posvenda.api.rest.problems import Fault

Item = dict[str, Any]
Row = dict[str, Any]
LINES = 1_000  # a row's line is index * LINES, those of its parts follow


@dataclass
class Reading:
    """One item on its way to the loader: its rows by record, and what is wrong or odd."""

    index: int
    rows: list[tuple[str, Row]] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[Fault] = dataclasses.field(default_factory=list)

    def fault(self, where: str, code: str, value: Any = None, /, **params: Any) -> None:
        """This will note what is wrong with a field."""
        self.faults.append(Fault(code, pointer=f"/{where}", value=value, params=params))

    def add(self, record: str, row: Row, *, part: int = 0) -> Row:
        """This will add a row for the loader."""
        row["_line"] = self.index * LINES + part
        self.rows.append((record, row))
        return row

    def cell(self, name: str, value: Any, read: Callable[[Any], Any]) -> Any:
        """This will read a text the way the importer reads a cell."""
        try:
            found = read(value)
        except Bad as bad:
            self.fault(name, bad.code, value, **bad.params)
            return None
        if isinstance(found, Noted):
            self.warnings.append(
                Fault(found.code, pointer=f"/{name}", value=value, params=found.params)
            )
            return found.value
        return found


Show = Callable[[Sequence[Any]], list[Item]]
Read = Callable[[Item, Reading, "Context"], None]


@dataclass(frozen=True)
class Context:
    """What reading items needs to know of the house: users by e-mail, attributes, area code."""

    owners: Mapping[str, int]
    users: Mapping[str, int]
    attributes: Mapping[str, Any]
    ddd: str


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of the API.

    ``is_versioned``: rows are only added; a correction supersedes, a removal retracts.
    """

    name: str
    one: str
    record: str
    group: str
    model: type[models.Model]
    shape: type[Schema]
    new: type[BaseModel]
    patch: type[BaseModel]
    show: Show
    read: Read
    address: str = "key"
    is_versioned: bool = False
    is_removable: bool = True
    sorts: Mapping[str, str] = dataclasses.field(default_factory=lambda: {"key": "key"})
    has_customer: bool = True
    has_moment: bool = False
    key_limit: int = 200
    related: tuple[str, ...] = ("customer",)

    def live(self) -> QuerySet[Any]:
        """This will give the rows that stand now."""
        query = self.model._default_manager.select_related(*self.related)
        if self.is_versioned:
            return query.filter(superseded_at=None, is_retracted=False)
        if self.record == "customer":
            return query.filter(merged_into=None)
        return query

    def place(self, name: str) -> dict[str, str] | None:
        """This will say by which column a row of an id is found; None for what is no id."""
        if self.address == "public_id":
            return {"public_id": name}
        key = names.decode(name)
        return None if key is None else {"key": key}

    def id_of(self, row: Any) -> str:
        """This will give the id of a row."""
        if self.address == "public_id":
            return str(row.public_id)
        return names.encode(row.key)


def filled(item: Item, *names_: str) -> Row:
    """This will take the fields that have a value, under the names the loader knows."""
    return {name: item[name] for name in names_ if item.get(name) not in (None, "")}
