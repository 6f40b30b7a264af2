"""Visits and purchases of a trade, each customer in the own rhythm; what the house does wrong."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from posvenda.demo.calendar import at, trading_day
from posvenda.demo.shop import WRONGED
from posvenda.demo.town import Row, stream
from posvenda.demo.trade import Person, Trade
from posvenda.demo.truth import Cause


@dataclass(frozen=True)
class Purchase:
    """One order with its lines: product key and quantity."""

    person: Person
    number: str
    day: date
    moment: datetime
    lines: tuple[tuple[str, int], ...]
    promised_at: datetime | None
    delivered_at: datetime | None
    is_cancelled: bool
    is_return: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it came after the promise."""
        return bool(self.promised_at and self.delivered_at and self.delivered_at > self.promised_at)


def product_rows(trade: Trade) -> list[Row]:
    """This will give what the company sells."""
    return [
        {"key": key, "name": name, "kind": kind, "category": category}
        for key, (name, kind, category, _) in trade.goods.items()
    ]


def purchases(trade: Trade, person: Person, *, today: date, seed: int) -> list[Purchase]:
    """This will give a customer's orders and returns, oldest first."""
    dice = stream(seed, "orders", person.key)
    days = list(_days(person, dice))
    made: list[Purchase] = []
    for index, day in enumerate(days):
        from_end = len(days) - index
        order = _purchase(trade, person, index + 1, day, from_end, today, dice)
        made.append(order)
        if from_end > 2 and not order.is_cancelled and dice.random() < _return_rate(trade, person):
            made.append(_return(order, dice))
    return made


def order_row(trade: Trade, order: Purchase) -> Row:
    """This will give the order as the import loader takes it."""
    done, waiting, cancelled = trade.statuses
    if order.is_return:
        done = "devolvido"
    is_waiting = order.promised_at is not None and order.delivered_at is None
    cancelled_at = order.moment + timedelta(hours=3) if order.is_cancelled else None
    return {
        "number": order.number,
        "customer": order.person.key,
        "happened_at": order.moment,
        "amount": None,
        "currency": "BRL",
        "status": cancelled if order.is_cancelled else waiting if is_waiting else done,
        "promised_at": order.promised_at,
        "delivered_at": order.delivered_at,
        "cancelled_at": cancelled_at,
        "is_return": order.is_return,
    }


def line_rows(trade: Trade, order: Purchase) -> list[Row]:
    """This will give the lines; in a return quantity and amount are negative."""
    sign = -1 if order.is_return else 1
    return [
        {
            "order": order.number,
            "customer": order.person.key,
            "line": position,
            "product": key,
            "product_name": trade.goods[key][0],
            "quantity": Decimal(sign * count),
            "amount": sign * count * trade.goods[key][3],
            "currency": "BRL",
            "happened_at": order.moment,
        }
        for position, (key, count) in enumerate(order.lines, start=1)
    ]


def _days(person: Person, dice: random.Random) -> Iterator[date]:
    """This will give the days of buying from the first to the last, close to the own interval."""
    span = (person.last - person.since).days
    gaps = max(1, round(span / person.interval)) if span else 0
    taken: set[date] = set()
    for n in range(gaps + 1):
        wobble = 0 if n in (0, gaps) else round(dice.gauss(0, 0.11) * person.interval)
        day = trading_day(person.since + timedelta(days=round(span * n / max(1, gaps)) + wobble))
        if day not in taken and person.since <= day <= person.last:
            taken.add(day)
            yield day


def _purchase(
    trade: Trade,
    person: Person,
    number: int,
    day: date,
    from_end: int,
    today: date,
    dice: random.Random,
) -> Purchase:
    moment = at(day, dice.randint(540, 1_110)) + timedelta(seconds=dice.randrange(60))
    lines = _lines(trade, person, number, dice)
    is_missed = _is_missed(person, number, from_end, dice)
    agree = _delivery if trade.goods_only else _appointment
    promised, delivered = agree(trade, person, moment, from_end, today, lines, dice)
    if is_missed and trade.goods_only and delivered is not None:
        is_missed = False
    return Purchase(
        person=person,
        number=f"{person.key[3:]}{number:03d}",
        day=day,
        moment=moment,
        lines=lines,
        promised_at=promised,
        delivered_at=None if is_missed else delivered,
        is_cancelled=is_missed,
    )


def _is_missed(person: Person, number: int, from_end: int, dice: random.Random) -> bool:
    """This will say whether the customer called it off or did not come."""
    if person.cause is Cause.NO_SHOW and from_end in (1, 2, 4):
        return True
    return from_end > 3 and number > 1 and dice.random() < 0.012


def _lines(
    trade: Trade, person: Person, number: int, dice: random.Random
) -> tuple[tuple[str, int], ...]:
    chosen: dict[str, int] = {}
    for position, being in enumerate(person.beings or (None,)):
        if position == 0 or dice.random() < 0.6:
            for key in trade.needs(person, being, number, dice):
                chosen[key] = chosen.get(key, 0) + 1
    if dice.random() < 0.22:
        chosen.setdefault(dice.choice(trade.extras), 1)
    return tuple(chosen.items())


def _delivery(
    trade: Trade,
    person: Person,
    moment: datetime,
    from_end: int,
    today: date,
    lines: tuple[tuple[str, int], ...],
    dice: random.Random,
) -> tuple[datetime | None, datetime | None]:
    """This will give when goods were promised and came; the last five are late where planted."""
    if not person.is_promised or any(trade.goods[key][1] == "service" for key, _ in lines):
        return None, None
    day = moment.date()
    promised = day + timedelta(days=dice.randint(1, 2))
    is_late = _is_wronged(trade, person, from_end) or dice.random() < 0.015
    came = promised + timedelta(days=dice.randint(2, 6)) if is_late else day + timedelta(days=1)
    arrived = at(came, dice.randint(600, 1_100)) if came < today else None
    return at(promised, 1_200), arrived


def _appointment(
    trade: Trade,
    person: Person,
    moment: datetime,
    from_end: int,
    today: date,
    lines: tuple[tuple[str, int], ...],
    dice: random.Random,
) -> tuple[datetime | None, datetime | None]:
    """This will give when the visit was agreed for and when it took place."""
    if not person.is_promised:
        return None, None
    is_late = _is_wronged(trade, person, from_end) or dice.random() < 0.015
    agreed = moment - timedelta(days=dice.randint(2, 6)) if is_late else moment
    return agreed, moment


def _is_wronged(trade: Trade, person: Person, from_end: int) -> bool:
    return person.cause is trade.wrong and from_end <= 5


def _return_rate(trade: Trade, person: Person) -> float:
    if not trade.goods_only:
        return 0.002
    return 0.12 if person.cause in WRONGED else 0.012


def _return(order: Purchase, dice: random.Random) -> Purchase:
    day = trading_day(order.day + timedelta(days=dice.randint(2, 6)))
    key = order.lines[-1][0]
    return Purchase(
        person=order.person,
        number=f"D{order.number}",
        day=day,
        moment=at(day, dice.randint(600, 1_080)),
        lines=((key, 1),),
        promised_at=None,
        delivered_at=None,
        is_cancelled=False,
        is_return=True,
    )
