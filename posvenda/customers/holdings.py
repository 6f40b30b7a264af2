"""What the house holds about a customer: every room declares its tables here, in ``ready()``.

Merging, exporting and erasing read this list and nothing else, so a table that is not declared
cannot be left behind: a house test refuses it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

PLAIN = ("customer", "customer_ref", "pk", "")
Stays = Callable[[int, int], Collection[int]]


def nothing_stays(source: int, target: int) -> Collection[int]:
    """This will let every row of the source move."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One table with rows about customers; a table with two such columns is declared twice.

    ``by`` is the column that names the customer: a foreign key, ``customer_ref``, ``pk`` for the
    customer's own row, or "" where ``find`` gives the rows. ``exported`` are the fields a person
    gets with a copy of the data, ``personal`` those that are emptied when a row is kept and the
    person is forgotten. ``kept_by_law`` says, for people, why erasure keeps the row; "" means it
    goes. ``stays`` names the rows that may not move from one customer to another (unique rules);
    ``is_moved`` is False where rows stay with the record they were written for. ``shown`` writes a
    row in a line, for people who pick rows to part; ``carries`` names, by table, the rows that go
    along with picked ones (the items of orders).
    """

    model: type[models.Model]
    label: Any
    by: str = "customer"
    exported: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    kept_by_law: Any = ""
    is_moved: bool = True
    stays: Stays = nothing_stays
    shown: Callable[[Any], str] | None = None
    carries: Callable[[Collection[int]], Mapping[str, Collection[int]]] | None = None
    find: Callable[[Sequence[int]], "models.QuerySet[Any]"] | None = None

    @property
    def name(self) -> str:
        """The table by room and model, such as ``commerce.order``, and a column of another name."""
        label = self.model._meta.label_lower
        return label if self.by in PLAIN else f"{label}.{self.by}"

    @property
    def column(self) -> str:
        """The name of the attribute that holds the customer's id."""
        if self.by in ("", "pk"):
            return self.by
        return str(getattr(self.model._meta.get_field(self.by), "attname", self.by))

    def of(self, customer_ids: Iterable[int]) -> "models.QuerySet[Any]":
        """This will give the rows about these customers, withdrawn ones too."""
        ids = sorted(set(customer_ids))
        if self.find is not None:
            return self.find(ids)
        # The base manager: rows an undone import took back are held all the same.
        return self.model._base_manager.filter(**{f"{self.column}__in": ids})


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What is held about customers outside the tables: an index, the event store.

    ``read`` gives an export's rows; ``forget`` erases what is held about customers for good.
    """

    name: str
    label: Any
    forget: Callable[[Sequence[int]], object]
    read: Callable[[Sequence[int]], Iterable[Mapping[str, Any]]] | None = None
    kept_by_law: Any = ""


class DeclaredTwice(ValueError):
    """Raised when a table or place is declared a second time."""


_holdings: dict[str, Holding] = {}
_elsewhere: dict[str, Elsewhere] = {}


def declare(*holdings: Holding) -> None:
    """This will put tables on the list; call it in ``ready()``."""
    for holding in holdings:
        if holding.name in _holdings:
            raise DeclaredTwice(holding.name)
        _holdings[holding.name] = holding


def declare_elsewhere(*places: Elsewhere) -> None:
    """This will put a place that is no table on the list; call it in ``ready()``."""
    for place in places:
        if place.name in _elsewhere:
            raise DeclaredTwice(place.name)
        _elsewhere[place.name] = place


def every() -> tuple[Holding, ...]:
    """This will list the tables in the order of the stairs."""
    return tuple(_holdings.values())


def elsewhere() -> tuple[Elsewhere, ...]:
    """This will list what is held outside the tables."""
    return tuple(_elsewhere.values())


def moving() -> tuple[Holding, ...]:
    """This will list the tables whose rows follow a customer."""
    return tuple(holding for holding in every() if holding.is_moved)


def holding(model: type[models.Model]) -> Holding:
    """This will give what is declared of a table."""
    return _holdings[model._meta.label_lower]
