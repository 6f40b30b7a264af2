"""How the list of customers looks on the first day: columns, order, money, risk, segments."""

from __future__ import annotations

from dataclasses import dataclass

from posvenda.core import shapes
from posvenda.core.conditions import Condition, check
from posvenda.core.facts import Catalogue, Kind

TOP = frozenset({"columns", "order", "money", "risk", "segments"})
SEGMENT = frozenset({"name", "label", "when", "band", "order"})
BANDS = ("good", "warn", "risk", "unknown")


@dataclass(frozen=True)
class Built:
    """A segment that comes with the pack."""

    name: str
    label: str
    when: str
    condition: Condition
    band: str = ""
    order: str = ""


@dataclass(frozen=True)
class Look:
    """How the list of one pack looks before a person changes anything."""

    columns: tuple[str, ...]
    order: str
    money: str
    risk: Condition
    segments: tuple[Built, ...]

    @property
    def is_shop(self) -> bool:
        """Whether money comes from orders, not from contracts."""
        return self.money.startswith("orders.")

    def segment(self, name: str) -> Built | None:
        """This will find a segment of the pack by name."""
        return next((one for one in self.segments if one.name == name), None)


def load_look(data: object) -> Look:
    """This will read a look from its YAML shape; every fault names its path."""
    top = shapes.mapping(data, "", TOP)
    columns = shapes.items(shapes.required(top, "columns", ""), "columns")
    listed = shapes.items(top["segments"], "segments") if top.get("segments", []) != [] else ()
    segments = tuple(_segment(each, at) for at, each in listed)
    shapes.refuse_twice([each.name for each in segments], "segments")
    return Look(
        columns=tuple(shapes.text(each, at) for at, each in columns),
        order=shapes.text(top.get("order", ""), "order"),
        money=shapes.name(top, "money", ""),
        risk=shapes.condition(top.get("risk"), "risk"),
        segments=segments,
    )


def check_look(look: Look, catalogue: Catalogue) -> list[str]:
    """This will list what the catalogue's facts cannot feed, each with its path."""
    found = [
        f"columns[{index}]: there is no fact named {name}"
        for index, name in enumerate(look.columns)
        if name not in catalogue
    ]
    if look.money not in catalogue or catalogue[look.money].kind is not Kind.MONEY:
        found.append(f"money: {look.money} is no fact of money")
    found += [f"risk: {problem}" for problem in check(look.risk, catalogue)]
    for index, each in enumerate(look.segments):
        problems = check(each.condition, catalogue)
        found += [f"segments[{index}].when: {problem}" for problem in problems]
    return found


def _segment(data: object, path: str) -> Built:
    found = shapes.mapping(data, path, SEGMENT)
    return Built(
        name=shapes.name(found, "name", path),
        label=shapes.name(found, "label", path),
        when=shapes.name(found, "when", path),
        condition=shapes.condition(found.get("when"), f"{path}.when"),
        band=shapes.one_of(found["band"], BANDS, f"{path}.band") if "band" in found else "",
        order=shapes.text(found.get("order", ""), f"{path}.order"),
    )
