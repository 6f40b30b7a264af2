"""Asking for a back-test, and publishing the weights one has learnt: a person does both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import yaml
from django.db import transaction

from posvenda.base import announcements, audit, choices, clock
from posvenda.base.models import Definition, User
from posvenda.core.health import JUDGEMENT, Card, Cards, Group
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.backtest.jobs import back_test
from posvenda.success.backtest.models import BacktestRun

KIND = "scorecard"
MONTHS, MONTHS_OF_MANY, MANY = 24, 12, 20_000
LEAST_WEIGHT = 0.1
FAR = 1e-6


class AlreadyAsked(RuntimeError):
    """Raised when a back-test waits or runs already."""


class CardChanged(RuntimeError):
    """Raised when another card came into force since the back-test: its weights are of the past."""


class NothingLearnt(RuntimeError):
    """Raised when a run has no learnt weights, or their facts do not stand in the card's text."""


def ask(
    *, by: User | None, now: datetime, card: str | None = None, text: str | None = None
) -> BacktestRun:
    """This will have a card back-tested by the worker: the one in force, or a text and its name."""
    with transaction.atomic():
        moving = (BacktestRun.Status.QUEUED, BacktestRun.Status.RUNNING)
        if BacktestRun.objects.filter(status__in=moving).exists():
            raise AlreadyAsked
        run = BacktestRun.objects.create(
            by=by,
            card=card or definitions.judgement().label,
            card_text=text or text_in_force(),
            as_of=clock.day_of(now),
            months=months(),
            created_at=now,
        )
        audit.record("backtest.asked", about=run.card, by=by, now=now)
        back_test.enqueue(run.pk)
    return run


class NoSuchCard(LookupError):
    """Raised when a card is to be tested that does not stand in the scorecard's text."""


def cards_of(run: BacktestRun) -> tuple[Cards, Card]:
    """This will read the cards as they stood when a run was asked for, and the one it tests."""
    name, _, version = run.card.rpartition("@")
    cards = definitions.read_cards(
        run.card_text, version=int(version) if name and version.isdigit() else None
    )
    return cards, cards.find(name) or cards.card


def titled(name: str) -> str:
    """This will give the title (name@version) of a card in force; raises ``NoSuchCard``."""
    card = definitions.cards().find(name)
    if card is None:
        raise NoSuchCard(name)
    return card.title


def months() -> int:
    """This will choose how far back to look: two years, one where customers are many."""
    return MONTHS if Customer.objects.count() <= MANY else MONTHS_OF_MANY


def text_in_force() -> str:
    """This will give the scorecard in force as text: the newest version, or the pack's file."""
    pack = choices.get("pack")
    row = Definition.objects.filter(kind=KIND, name=pack).order_by("-version").first()
    file = definitions.FOLDER / pack / f"{KIND}.yaml"
    return row.text if row else file.read_text(encoding="utf-8")


def publish(run: BacktestRun, *, by: User, now: datetime) -> Definition:
    """This will put a run's learnt weights in force as a new version of the scorecard."""
    shares = run.figures.get("learnt", {}).get("shares")
    if not shares:
        raise NothingLearnt
    with transaction.atomic():
        if text_in_force() != run.card_text:
            raise CardChanged
        text = with_weights(run.card_text, shares, name=cards_of(run)[1].name)
        problems = definitions.check_text(KIND, text, sheet.catalogue(), file=f"{KIND}.yaml")
        if problems:
            raise NothingLearnt("\n".join(problems))
        pack = str(choices.get("pack"))
        if not Definition.objects.filter(kind=KIND, name=pack).exists():
            definitions.keep_file(KIND, pack, run.card_text, now=now)
        row = definitions.publish(KIND, pack, text, now=now, by=by)
        run.published = row
        run.save(update_fields=["published"])
        audit.record(
            "scorecard.learnt_weights_published",
            about=f"{pack}@{row.version}",
            by=by,
            now=now,
            detail={"run": run.public_id, "data_hash": run.data_hash, "shares": shares},
        )
        announcements.announce("config.published", now=now, payload={"pack": pack})
    return row


def with_weights(text: str, shares: Mapping[str, float], *, name: str | None = None) -> str:
    """This will put weights (shares of 1, written of 100) into a card's text and keep the rest.

    Of several cards ``name`` says which; the others stay as they are. A weight stands on a line of
    its own after its fact, rating or group; comments and languages stay as they are, and a group
    with a weight gets the sum of its measures. A weight that was learnt to be nothing is written as
    0.1: a card has no measure without weight.
    """
    written = {f: max(LEAST_WEIGHT, round(100 * share, 1)) for f, share in shares.items()}
    cards = definitions.read_cards(text)
    card = cards.find(name) or cards.card
    known = written | _sums(card.groups, written)
    first, last = _lines_of(text, card.name)
    about = ""
    lines = []
    for number, line in enumerate(text.splitlines(keepends=True)):
        if not first <= number < last:
            lines.append(line)
            continue
        about = _named(line) or about
        weighed = re.match(r"(\s*weight:\s*)[\d.]+(.*)", line, re.DOTALL)
        if weighed and about in known:
            line = f"{weighed.group(1)}{round(known[about], 1):g}{weighed.group(2)}"
        lines.append(line)
    changed = "".join(lines)
    _check(changed, cards, card.name, written)
    return changed


def _lines_of(text: str, name: str) -> tuple[int, float]:
    """The lines on which a card begins and the next one does; all where there is one card."""
    whole = yaml.compose(text)
    top = {key.value: node for key, node in whole.value} if whole else {}
    if "cards" not in top:
        return 0, float("inf")
    several = top["cards"].value
    place = next(n for n, each in enumerate(several) if _name_of(each) == name)
    return several[place].start_mark.line, several[place].end_mark.line


def _name_of(node: yaml.MappingNode) -> str:
    return next(str(value.value) for key, value in node.value if key.value == "name")


def _named(line: str) -> str:
    """What a line begins to speak of: a fact, a person's rating or (after a slash) a group."""
    found = re.match(r"\s*-\s*(fact|judgement|name):\s*([\w.]+)", line)
    if not found:
        return ""
    kind, name = found.groups()
    return {"fact": name, "judgement": f"{JUDGEMENT}{name}", "name": f"/{name}"}[kind]


def _sums(groups: Sequence[Group], written: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for group in groups:
        found[f"/{group.name}"] = sum(written.get(each.fact, 0.0) for each in group.every)
        found |= _sums(group.groups, written)
    return found


def _check(text: str, before: Cards, name: str, written: Mapping[str, float]) -> None:
    """Refuse a text whose form kept a weight from being found, or moved those of another card."""
    after = {card.name: card for card in definitions.read_cards(text).cards}
    total, shares = sum(written.values()), after[name].shares
    off = [f for f, weight in written.items() if abs(shares.get(f, -1) - weight / total) > FAR]
    off += [card.name for card in before.cards if card.name != name and card != after[card.name]]
    if off:
        raise NothingLearnt(", ".join(sorted(off)))
