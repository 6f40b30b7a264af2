"""What is said in a trade: reviews, complaints, WhatsApp, and what the team has to do."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from posvenda.demo.calendar import at
from posvenda.demo.shop import WRONGED
from posvenda.demo.shop_orders import Purchase
from posvenda.demo.town import Row, stream
from posvenda.demo.trade import Person, Trade, Voice
from posvenda.demo.truth import Cause, Severity


def answer_rows(
    trade: Trade, person: Person, orders: Sequence[Purchase], *, today: date, seed: int
) -> list[Row]:
    """This will give reviews of orders and now and then an NPS answer; never dated after today."""
    dice = stream(seed, "reviews", person.key)
    bought = [order for order in orders if not order.is_return and not order.is_cancelled]
    rows = [
        row
        for order in bought[:-1]
        if dice.random() < 0.2
        for row in _review(trade.voice, order, dice)
    ]
    rows += _last_word(trade.voice, person, bought, dice)
    is_late = person.cause in WRONGED
    if (person.last - person.since).days > 180 and dice.random() < (0.8 if is_late else 0.35):
        rows.append(
            _nps(trade.voice, person, person.last - timedelta(days=dice.randint(5, 150)), dice)
        )
    by_key = {row["key"]: row for row in rows}
    return [row for row in by_key.values() if row["happened_at"] < at(today, 0)]


def ticket_rows(trade: Trade, person: Person, *, today: date, seed: int) -> list[Row]:
    """This will give complaints: some of those whose deliveries were late wait for an answer."""
    dice = stream(seed, "complaints", person.key)
    if person.cause not in WRONGED or dice.random() > 0.7:
        return []
    day = max(person.last, today - timedelta(days=dice.randint(7, 25)))
    return [
        {
            "key": f"{person.key}-r1",
            "customer": person.key,
            "subject": dice.choice(trade.voice.complaints),
            "priority": "alta",
            "happened_at": at(day, dice.randint(550, 1_100)),
            "first_reply_at": None,
            "closed_at": None,
            "is_escalated": False,
            "score": None,
        }
    ]


def interaction_rows(
    trade: Trade, person: Person, orders: Sequence[Purchase], *, today: date, seed: int
) -> list[Row]:
    """This will give WhatsApp messages around visits."""
    dice = stream(seed, "whatsapp", person.key)
    rows = []
    for number, order in enumerate(orders, start=1):
        if dice.random() < 0.4:
            rows += _messages(trade.voice, person, f"{person.key}-w{number}", order.day, dice)
    return [row for row in rows if row["happened_at"] < at(today, 0)]


def task_rows(trade: Trade, person: Person, *, today: date, seed: int) -> list[Row]:
    """This will give a few open tasks."""
    dice = stream(seed, "shop tasks", person.key)
    is_due = person.cause in WRONGED and person.severity is Severity.WARN
    if not is_due or dice.random() > 0.3:
        return []
    return [
        {
            "customer": person.key,
            "title": trade.voice.task,
            "due_on": today + timedelta(days=dice.randint(-1, 3)),
            "owner": person.owner,
            "created_at": at(today - timedelta(days=dice.randint(2, 5)), dice.randint(560, 1_000)),
            "done_at": None,
        }
    ]


def _last_word(
    voice: Voice, person: Person, bought: Sequence[Purchase], dice: random.Random
) -> Iterator[Row]:
    """This will give the review of the last purchase, which tells of the cause."""
    match person.cause:
        case Cause.LATE_DELIVERY | Cause.MOVED:
            late = next(order for order in reversed(bought) if order.delivered_at is not None)
            score = dice.choice((1, 1, 2))
            yield from _review(voice, late, dice, score=score, words=voice.wronged)
        case Cause.LAPSED if dice.random() < 0.6:
            score = dice.choice((2, 2, 3))
            yield from _review(voice, bought[-1], dice, score=score, words=voice.sad)
        case Cause.LOYAL if dice.random() < 0.6:
            yield from _review(voice, bought[-1], dice, score=5, words=voice.happy)
        case Cause.NEW | Cause.HEALTHY if dice.random() < 0.3:
            yield from _review(voice, bought[-1], dice)


def _review(
    voice: Voice,
    order: Purchase,
    dice: random.Random,
    *,
    score: int | None = None,
    words: Sequence[str] = (),
) -> Iterator[Row]:
    if score is None:
        score = 2 if order.is_late else dice.choices((5, 4, 3), (68, 26, 6))[0]
        words = voice.wronged if order.is_late else voice.happy if score == 5 else voice.fine
    came = order.delivered_at or order.moment
    yield {
        "key": f"{order.number}-nota",
        "customer": order.person.key,
        "order": order.number,
        "scale": "csat",
        "score": score,
        "comment": dice.choice(words),
        "happened_at": came + timedelta(minutes=dice.randint(20, 700)),
    }


def _nps(voice: Voice, person: Person, day: date, dice: random.Random) -> Row:
    is_good = person.severity is Severity.GOOD
    worst = dice.randint(1, 6) if person.cause in WRONGED else dice.randint(4, 9)
    score = dice.choices((10, 9, 8, 7), (45, 30, 18, 7))[0] if is_good else worst
    return {
        "key": f"{person.key}-nps",
        "customer": person.key,
        "order": None,
        "scale": "nps",
        "score": score,
        "comment": dice.choice(
            voice.happy if score >= 9 else voice.fine if score >= 7 else voice.sad
        ),
        "happened_at": at(day, dice.randint(560, 1_200)),
    }


def _messages(voice: Voice, person: Person, key: str, day: date, dice: random.Random) -> list[Row]:
    names = {"person": person.name.first, "being": _being(person, dice)}
    sent, received = dice.choice(voice.sent), dice.choice(voice.received)
    minute = dice.randint(520, 1_000)
    texts = [("out", sent), ("in", received)] if dice.random() < 0.6 else [("in", received)]
    return [
        {
            "key": f"{key}{direction}",
            "customer": person.key,
            "kind": "whatsapp",
            "direction": direction,
            "body": text.format(**names),
            "happened_at": at(day, minute + 17 * position),
            "by": person.owner,
        }
        for position, (direction, text) in enumerate(texts)
    ]


def _being(person: Person, dice: random.Random) -> str:
    return dice.choice(person.beings).name if person.beings else person.name.first
