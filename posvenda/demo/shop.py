"""The customers of a trade: their rhythm, whom the service is for, and what is planted."""

import random
from datetime import date, timedelta

from posvenda.demo.calendar import trading_day
from posvenda.demo.people import Registry, email
from posvenda.demo.town import Row, stream
from posvenda.demo.trade import Person, Trade
from posvenda.demo.truth import Cause, Planted, Severity

WRONGED = (Cause.LATE_DELIVERY, Cause.MOVED)


def people(trade: Trade, registry: Registry, *, today: date, seed: int) -> list[Person]:
    """This will give all customers in the order of their keys."""
    registry.reserve(*(colleague.name for colleague in trade.colleagues))
    fates = [(cause, severity) for cause, severity, count in trade.plan for _ in range(count)]
    stream(seed, trade.pack, "fates").shuffle(fates)
    return [
        _person(trade, number, cause, severity, registry, today=today, seed=seed)
        for number, (cause, severity) in enumerate(fates, start=1)
    ]


def _person(
    trade: Trade,
    number: int,
    cause: Cause,
    severity: Severity,
    registry: Registry,
    *,
    today: date,
    seed: int,
) -> Person:
    dice = stream(seed, trade.pack, "person", number)
    key = f"{trade.prefix}-{number:04d}"
    city, state, ddd = dice.choice(trade.cities)
    name = registry.person()
    beings = trade.beings(key, name, dice, today)
    interval = dice.choice(trade.intervals.get(cause, trade.usual))
    silence = max(1, round(_silence(cause, severity, interval, dice)))
    last = trading_day(today - timedelta(days=silence))
    return Person(
        key=key,
        name=name,
        city=city,
        state=state,
        ddd=ddd,
        owner=dice.choice([trade.staff[n] for n in (0, 1, 1, 2, 2)]).email,
        beings=beings,
        habit=trade.habit(beings, cause, dice),
        is_promised=cause in WRONGED or dice.random() < trade.promised,
        interval=interval,
        since=trading_day(_since(cause, interval, last, today, dice)),
        last=last,
        cause=cause,
        severity=severity,
    )


def _silence(cause: Cause, severity: Severity, interval: int, dice: random.Random) -> float:
    """This will give how many days ago the last purchase was."""
    match cause, severity:
        case Cause.LAPSING, _:
            return interval * dice.uniform(1.95, 2.7)
        case Cause.LAPSED, _:
            return max(interval * 6, dice.uniform(230, 400))
        case ((Cause.LATE_DELIVERY | Cause.MOVED), Severity.RISK):
            return interval * dice.uniform(3.1, 3.9)
        case ((Cause.LATE_DELIVERY | Cause.MOVED), _):
            return interval * dice.uniform(1.1, 1.4)
        case Cause.NO_SHOW, _:
            return interval * dice.uniform(0.3, 0.6)
        case Cause.NEW, _:
            return dice.uniform(2, 25)
    return interval * dice.uniform(0.08, 0.95)


def _since(cause: Cause, interval: int, last: date, today: date, dice: random.Random) -> date:
    if cause is Cause.NEW:
        return last - timedelta(days=dice.choice((0, 0, 8, 14, 21)))
    if cause in (*WRONGED, Cause.NO_SHOW):
        return last - timedelta(days=interval * dice.randint(6, 9))
    most = max(interval * 6, 730 - (today - last).days)
    fewest = min(most, 300 if cause is Cause.LOYAL else interval * 5)
    return last - timedelta(days=round(dice.uniform(fewest, most)))


def planted(person: Person) -> Planted:
    """This will give the truth about a customer."""
    return Planted(person.key, person.cause, person.severity, person.began)


def customer_row(
    trade: Trade, person: Person, registry: Registry, dice: random.Random, *, today: date
) -> Row:
    """This will give the customer as the import loader takes it."""
    address = email(f"{person.name.full} {person.key[3:]}", "correio.example")
    is_loyal = trade.reward and person.cause is Cause.LOYAL
    return {
        "key": person.key,
        "name": person.name.full,
        "kind": "person",
        "tax_id": registry.cpf() if dice.random() < 0.7 else "",
        "email": address if dice.random() < 0.8 else "",
        "phone": registry.mobile(person.ddd),
        "since": person.since,
        "owner": person.owner,
        "tags": [trade.reward] if is_loyal else [],
        "currency": "BRL",
        "attr.city": person.city,
        "attr.state": person.state,
        "attr.country": "Brasil",
        "attr.source": dice.choice(trade.sources),
        **trade.about(person, dice),
        **trade.dates(person, today, dice),
    }


def subject_rows(person: Person) -> list[Row]:
    """This will give whom the service is for: pets, patients."""
    return [
        {
            "key": being.key,
            "customer": person.key,
            "kind": being.kind,
            "name": being.name,
            "born_on": being.born_on,
            **{f"detail.{name}": value for name, value in being.details.items()},
        }
        for being in person.beings
    ]
