"""What a pack says about the list of customers: columns, order, money, risk, segments."""

from dataclasses import dataclass
from functools import lru_cache

import yaml

from posvenda.base import choices
from posvenda.core.conditions import Condition, parse
from posvenda.success.definitions import FOLDER
from posvenda.success.texts import with_texts


@dataclass(frozen=True)
class Built:
    """A segment that comes with the pack."""

    name: str
    label: str
    when: str
    band: str = ""
    order: str = ""


@dataclass(frozen=True)
class Look:
    """How the list of one pack looks before a person changes anything."""

    pack: str
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


def look() -> Look:
    """This will give the look of the pack in force."""
    return _look(str(choices.get("pack")))


@lru_cache(maxsize=8)
def _look(pack: str) -> Look:
    text = (FOLDER / pack / "clients.yaml").read_text(encoding="utf-8")
    data = with_texts(yaml.safe_load(text))
    return Look(
        pack=pack,
        columns=tuple(data["columns"]),
        order=data["order"],
        money=data["money"],
        risk=parse(data["risk"]),
        segments=tuple(Built(**each) for each in data["segments"]),
    )
