"""Asking for a back-test, and publishing the weights one has learnt: a person does both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from posvenda.base import announcements, audit, choices, clock
from posvenda.base.models import Definition, User
from posvenda.customers import sheet
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.backtest.jobs import back_test
from posvenda.success.backtest.models import BacktestRun

KIND = "scorecard"
MONTHS, MONTHS_OF_MANY, MANY = 24, 12, 20_000
LEAST_WEIGHT = 0.1


class AlreadyAsked(RuntimeError):
    """Raised when a back-test waits or runs already."""


class CardChanged(RuntimeError):
    """Raised when another card came into force since the back-test: its weights are of the past."""


class NothingLearnt(RuntimeError):
    """Raised when a run has no learnt weights, or their facts do not stand in the card's text."""


def ask(*, by: User | None, now: datetime) -> BacktestRun:
    """This will have the card in force back-tested by the worker."""
    with transaction.atomic():
        moving = (BacktestRun.Status.QUEUED, BacktestRun.Status.RUNNING)
        if BacktestRun.objects.filter(status__in=moving).exists():
            raise AlreadyAsked
        run = BacktestRun.objects.create(
            by=by,
            card=definitions.judgement().label,
            card_text=text_in_force(),
            as_of=clock.day_of(now),
            months=months(),
            created_at=now,
        )
        audit.record("backtest.asked", about=run.card, by=by, now=now)
        back_test.enqueue(run.pk)
    return run


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
        text = with_weights(run.card_text, shares)
        problems = definitions.check_text(KIND, text, sheet.catalogue(), file=f"{KIND}.yaml")
        if problems:
            raise NothingLearnt("\n".join(problems))
        pack = str(choices.get("pack"))
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


def with_weights(text: str, shares: Mapping[str, float]) -> str:
    """This will put weights (shares of 1, written of 100) into a card's text and keep the rest.

    A measure's weight stands on the line after its fact; comments and languages stay as they are.
    A weight that was learnt to be nothing is written as 0.1: a card has no measure without weight.
    """
    fact: str | None = None
    done: set[str] = set()
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if named := re.match(r"\s*-?\s*fact:\s*([\w.]+)", line):
            fact = named.group(1)
        weighed = re.match(r"(\s*weight:\s*)[\d.]+(.*)", line, re.DOTALL)
        if weighed and fact is not None and fact in shares and fact not in done:
            weight = max(LEAST_WEIGHT, round(100 * shares[fact], 1))
            line = f"{weighed.group(1)}{weight:g}{weighed.group(2)}"
            done.add(fact)
        lines.append(line)
    if done != set(shares):
        raise NothingLearnt(", ".join(sorted(set(shares) - done)))
    return "".join(lines)
