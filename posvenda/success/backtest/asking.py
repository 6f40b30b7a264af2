"""Asking for a back-test, and publishing the weights one has learnt: a person does both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from posvenda.base import announcements, audit, choices, clock
from posvenda.base.models import Definition, User
from posvenda.core.health import JUDGEMENT, Group
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


def with_weights(text: str, shares: Mapping[str, float]) -> str:
    """This will put weights (shares of 1, written of 100) into a card's text and keep the rest.

    A weight stands on a line of its own after its fact, rating or group; comments and languages
    stay as they are, and a group with a weight gets the sum of its measures. A weight that was
    learnt to be nothing is written as 0.1: a card has no measure without weight.
    """
    written = {f: max(LEAST_WEIGHT, round(100 * share, 1)) for f, share in shares.items()}
    known = written | _sums(definitions.read_card(text).groups, written)
    about = ""
    lines = []
    for line in text.splitlines(keepends=True):
        about = _named(line) or about
        weighed = re.match(r"(\s*weight:\s*)[\d.]+(.*)", line, re.DOTALL)
        if weighed and about in known:
            line = f"{weighed.group(1)}{round(known[about], 1):g}{weighed.group(2)}"
        lines.append(line)
    return _checked("".join(lines), written)


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


def _checked(text: str, written: Mapping[str, float]) -> str:
    """Refuse a text whose form kept a weight from being found."""
    total, shares = sum(written.values()), definitions.read_card(text).shares
    off = [f for f, weight in written.items() if abs(shares.get(f, -1) - weight / total) > FAR]
    if off:
        raise NothingLearnt(", ".join(sorted(off)))
    return text
