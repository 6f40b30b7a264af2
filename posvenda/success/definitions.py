"""The rules of judgement as text: scorecard, stages and plays, parsed and kept by version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from posvenda.base import choices, memo
from posvenda.base.models import Definition, User
from posvenda.commerce.models import ContractLine, Order
from posvenda.core import shapes
from posvenda.core.conditions import facts_of
from posvenda.core.facts import Catalogue
from posvenda.core.health import Card, Cards, check_cards, load_cards
from posvenda.core.lifecycle import Ladder, check_ladder, load_ladder
from posvenda.core.plays import Play
from posvenda.core.shapes import ShapeError
from posvenda.core.value import Clock, check_clocks, load_clocks
from posvenda.success import offers, own_facts
from posvenda.success.looks import Look, check_look, load_look
from posvenda.success.offers import Offer
from posvenda.success.texts import every_language, mapping_of, shown_in, with_texts

KINDS = ("scorecard", "stages", "plays", "clients")
AFTER_STAGE = ("stage.", "onboarding.")
FOLDER = own_facts.FOLDER


class BadDefinition(ValueError):
    """Raised with the file and the path of what is wrong in a scorecard, ladder or plays."""


@dataclass(frozen=True)
class Rest:
    """How long an action, and the customer it was for, stay away from the queue."""

    action_days: int = 14
    customer_days: int = 2


@dataclass(frozen=True)
class Pack:
    """What a kind of company starts with, besides the definitions."""

    name: str
    label: str
    money: str
    day_actions: int
    rest: Rest
    customers: str = "company"
    words: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Stages:
    """A ladder and the order in which people see its stages."""

    ladder: Ladder
    screen: tuple[str, ...]
    clocks: tuple[Clock, ...] = ()

    @property
    def facts(self) -> frozenset[str]:
        """Every fact the ladder's rules and paces ask about."""
        paces = [c for rule in self.ladder.rules for _path, c in rule.pace.conditions]
        return frozenset(self.ladder.facts).union(*(facts_of(each) for each in paces))

    @property
    def shown(self) -> frozenset[str]:
        """Every fact that the reasons of the paces show."""
        reasons = [r for rule in self.ladder.rules for r in (*rule.pace.stuck, *rule.pace.behind)]
        return frozenset(shown_in(each for r in reasons for each in every_language(r.text)))

    def place(self, stage: str | None) -> int | None:
        """This will give the place of a stage on the screen, from 1; None when it has none."""
        return self.screen.index(stage) + 1 if stage in self.screen else None


@dataclass(frozen=True)
class Judgement:
    """The rules in force: who judges with the same versions gets the same answers."""

    pack: Pack
    cards: Cards
    stages: Stages
    offers: tuple[Offer, ...]
    look: Look
    versions: tuple[int, ...] = field(default=(0, 0, 0, 0))

    @property
    def card(self) -> Card:
        """The card for everybody no other card is for: the last one."""
        return self.cards.card

    @property
    def key(self) -> tuple[object, ...]:
        """What a cache of results may be kept by."""
        return (self.pack.name, *self.versions)

    @property
    def label(self) -> str:
        """The name and version of the last card, for the frozen records."""
        return self.card.title

    def offer(self, play: str) -> Offer | None:
        """This will find a play by name."""
        return next((offer for offer in self.offers if offer.id == play), None)


def judgement() -> Judgement:
    """This will give the rules in force: the newest published versions, or the pack's files."""
    return memo.once("judgement", _in_force)


def _in_force() -> Judgement:
    name = choices.get("pack")
    rows = Definition.objects.filter(name=name, kind__in=KINDS).values_list("kind", "version", "pk")
    newest = {kind: (version, pk) for kind, version, pk in rows.order_by("version")}
    return _judgement(name, tuple(newest.get(kind, (0, 0)) for kind in KINDS))


def card() -> Card:
    """This will give the scorecard in force for everybody no other card is for."""
    return judgement().card


def cards() -> Cards:
    """This will give the scorecards in force, in the order they are tried."""
    return judgement().cards


def ladder() -> Ladder:
    """This will give the stage ladder in force."""
    return judgement().stages.ladder


def plays() -> tuple[Play, ...]:
    """This will give the plays in force."""
    return tuple(offer.play for offer in judgement().offers)


def names() -> tuple[str, ...]:
    """This will list the packs that come with the product."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/pack.yaml")))


def install(
    pack: str, *, now: datetime, catalogue: Catalogue | None = None, by: User | None = None
) -> None:
    """This will check a pack's files, publish those that changed and make it the pack in force."""
    texts = {kind: _file(pack, kind).read_text(encoding="utf-8") for kind in KINDS}
    if catalogue is not None:
        catalogue = {**catalogue, **own_facts.catalogue(own_facts.of_pack(pack))}
    for kind, text in texts.items():
        problems = check_text(kind, text, catalogue, file=f"{pack}/{kind}.yaml")
        if problems:
            raise BadDefinition("\n".join(problems))
    with transaction.atomic():
        own_facts.declare(own_facts.of_pack(pack))
        for kind, text in texts.items():
            publish(kind, pack, text, now=now, by=by)
        choices.put("pack", pack)


def settle() -> str:
    """This will choose the pack after the first data, a shop or contracts, unless it was chosen."""
    if not choices.is_made("pack") and (Order.objects.exists() or ContractLine.objects.exists()):
        choices.put("pack", "saas" if ContractLine.objects.exists() else "loja")
    return str(choices.get("pack"))


def publish(
    kind: str, name: str, text: str, *, now: datetime, by: User | None = None
) -> Definition:
    """This will add a version of a definition, unless the newest one says the same."""
    newest = Definition.objects.filter(kind=kind, name=name).order_by("-version").first()
    if newest and newest.text == text:
        return newest
    version = newest.version + 1 if newest else 1
    memo.forget()
    return Definition.objects.create(
        kind=kind, name=name, version=version, text=text, published_at=now, by=by
    )


def text_of(kind: str, pack: str, *, version: int | None = None) -> str:
    """This will give the text of a version, or the one in force."""
    rows = Definition.objects.filter(kind=kind, name=pack).order_by("-version")
    row = (rows.filter(version=version) if version else rows).first()
    return row.text if row else _file(pack, kind).read_text(encoding="utf-8")


def keep_file(kind: str, name: str, text: str, *, now: datetime) -> None:
    """This will keep a pack's file as version 0: it may change with the product.

    What judged until the first version is published stays readable.
    """
    told = {"text": text, "published_at": now}
    Definition.objects.get_or_create(kind=kind, name=name, version=0, defaults=told)


def check_text(kind: str, text: str, catalogue: Catalogue | None, *, file: str) -> list[str]:
    """This will list what is wrong with a definition, each line with file and path."""
    try:
        found = READERS[kind](text)
    except (ShapeError, yaml.YAMLError) as error:
        return [f"{file}: {error}"]
    if catalogue is None:
        return []
    return [f"{file}: {problem}" for problem in _problems(found, catalogue)]


def _problems(found: Any, catalogue: Catalogue) -> list[str]:
    match found:
        case Cards():
            return [str(error) for error in check_cards(found, catalogue)]
        case Stages():
            return [*_stage_problems(found, catalogue)]
        case Look():
            return check_look(found, catalogue)
    return [*offers.problems_of(found, catalogue)]


def _stage_problems(stages: Stages, catalogue: Catalogue) -> Iterator[str]:
    """What cannot be asked, and what is only known once the stage is."""
    asked = (*check_ladder(stages.ladder, catalogue), *check_clocks(stages.clocks, catalogue))
    yield from (f"{path}: {problem}" for path, problem in asked)
    for index, rule in enumerate(stages.ladder.rules):
        for name in sorted(facts_of(rule.whole)):
            if name.startswith(AFTER_STAGE):
                yield f"rules[{index}].when: {name} is worked out from the stage itself"


def read_cards(text: str, *, version: int | None = None) -> Cards:
    """This will read scorecards from YAML; as a version of what was published, if one is given."""
    found = cards_of(yaml.safe_load(text))
    if version is None:
        return found
    return replace(found, cards=tuple(replace(each, version=version) for each in found.cards))


def cards_of(told: Any) -> Cards:
    """This will read scorecards from data as YAML gives it."""
    return load_cards(with_texts(told))


def read_card(text: str) -> Card:
    """This will read the scorecard for everybody no other card is for from YAML."""
    return read_cards(text).card


def read_stages(text: str) -> Stages:
    """This will read a ladder and its order on the screen from YAML."""
    return stages_of(yaml.safe_load(text))


def stages_of(told: Any) -> Stages:
    """This will read a ladder from data as YAML gives it."""
    data = mapping_of(told)
    listed = shapes.items(data.pop("screen"), "screen") if "screen" in data else ()
    screen = tuple(shapes.text(each, at) for at, each in listed)
    clocks = load_clocks(data.pop("value", None))
    ladder = load_ladder(data)
    strange = sorted(set(screen) - set(ladder.stages))
    if strange:
        raise ShapeError("screen", f"{strange[0]} is not a stage of the rules")
    return Stages(ladder, screen or tuple(ladder.stages), clocks)


def read_look(text: str) -> Look:
    """This will read the look of the list of customers from YAML."""
    return look_of(yaml.safe_load(text))


def look_of(told: Any) -> Look:
    """This will read a look from data as YAML gives it."""
    return load_look(with_texts(told))


READERS: dict[str, Callable[[str], Any]] = {
    "scorecard": read_cards,
    "stages": read_stages,
    "plays": offers.read_plays,
    "clients": read_look,
}


def _file(pack: str, kind: str) -> Path:
    if pack not in names():
        raise BadDefinition(f"{pack}: there is no such pack; there are {', '.join(names())}")
    return FOLDER / pack / f"{kind}.yaml"


@lru_cache(maxsize=8)
def read_pack(name: str) -> Pack:
    """This will read what a pack says besides its definitions."""
    data = mapping_of(yaml.safe_load(_file(name, "pack").read_text(encoding="utf-8")))
    return Pack(
        name=name,
        label=data["label"],
        money=data["money"],
        day_actions=int(data["day_actions"]),
        rest=Rest(**data["rest"]),
        customers=data.get("customers", "company"),
        words=data.get("words", {}),
    )


@lru_cache(maxsize=8)
def _judgement(name: str, newest: tuple[tuple[int, int], ...]) -> Judgement:
    pks = [pk for _, pk in newest]
    texts = dict(Definition.objects.filter(pk__in=pks).values_list("pk", "text"))
    scorecard, stages, plays, clients = (
        texts.get(pk) or _file(name, kind).read_text(encoding="utf-8")
        for kind, pk in zip(KINDS, pks, strict=True)
    )
    versions = tuple(version for version, _ in newest)
    return Judgement(
        pack=read_pack(name),
        cards=read_cards(scorecard, version=versions[0]),
        stages=read_stages(stages),
        offers=offers.read_plays(plays),
        look=read_look(clients),
        versions=versions,
    )
