"""Bicho Bom, a pet shop with grooming and a vet: its customers, their pets, what is planted."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from posvenda.demo import words
from posvenda.demo.calendar import trading_day
from posvenda.demo.people import Name, Registry, email
from posvenda.demo.town import Colleague, Row, stream
from posvenda.demo.truth import Cause, Planted, Severity

COMPANY = "Bicho Bom"
DOMAIN = "bichobom.example"
COLLEAGUES = (
    Colleague("Helena Prado", f"helena@{DOMAIN}", "manager"),
    Colleague("Caio Brandão", f"caio@{DOMAIN}", "csm"),
    Colleague("Lívia Meireles", f"livia@{DOMAIN}", "csm"),
    Colleague("Marta Quintela", f"marta@{DOMAIN}", "admin"),
    Colleague("Otto Krieger", f"otto@{DOMAIN}", "viewer"),
)
PLAN: tuple[tuple[Cause, Severity, int], ...] = (
    (Cause.LOYAL, Severity.GOOD, 230),
    (Cause.HEALTHY, Severity.GOOD, 330),
    (Cause.NEW, Severity.EARLY, 70),
    (Cause.LAPSING, Severity.WARN, 130),
    (Cause.LATE_DELIVERY, Severity.WARN, 40),
    (Cause.LAPSED, Severity.RISK, 80),
    (Cause.LATE_DELIVERY, Severity.RISK, 20),
)


@dataclass(frozen=True)
class Pet:
    """A dog or a cat."""

    key: str
    name: str
    is_dog: bool
    breed: str
    born_on: date


@dataclass(frozen=True)
class Person:
    """One customer as planted: the own interval in days, the first and the last day of buying."""

    key: str
    name: Name
    city: str
    state: str
    ddd: str
    owner: str
    pets: tuple[Pet, ...]
    is_bather: bool
    is_delivered: bool
    interval: int
    since: date
    last: date
    cause: Cause
    severity: Severity

    @property
    def began(self) -> date:
        """Since when the planted cause holds: for who went quiet, the day a visit was missed."""
        missed = self.last + timedelta(days=self.interval)
        match self.cause:
            case Cause.LAPSING | Cause.LAPSED:
                return missed
            case Cause.LATE_DELIVERY:
                return self.last - timedelta(days=2 * self.interval)
        return self.since


def people(registry: Registry, *, today: date, seed: int) -> list[Person]:
    """This will give all customers in the order of their keys."""
    registry.reserve(*(colleague.name for colleague in COLLEAGUES))
    fates = [(cause, severity) for cause, severity, count in PLAN for _ in range(count)]
    stream(seed, "shop fates").shuffle(fates)
    return [
        _person(number, cause, severity, registry, today=today, seed=seed)
        for number, (cause, severity) in enumerate(fates, start=1)
    ]


def _person(
    number: int, cause: Cause, severity: Severity, registry: Registry, *, today: date, seed: int
) -> Person:
    dice = stream(seed, "person", number)
    key = f"BB-{number:04d}"
    city, state, ddd = dice.choice(words.SHOP_CITIES)
    pets = tuple(
        _pet(f"{key}-{n + 1}", dice, today) for n in range(dice.choices((1, 2, 3), (72, 22, 6))[0])
    )
    interval = _interval(cause, dice)
    silence = max(1, round(_silence(cause, severity, interval, dice)))
    last = trading_day(today - timedelta(days=silence))
    is_late = cause is Cause.LATE_DELIVERY
    return Person(
        key=key,
        name=registry.person(),
        city=city,
        state=state,
        ddd=ddd,
        owner=COLLEAGUES[dice.choice((0, 1, 1, 2, 2))].email,
        pets=pets,
        is_bather=pets[0].is_dog and not is_late and dice.random() < 0.75,
        is_delivered=is_late or dice.random() < 0.5,
        interval=interval,
        since=trading_day(_since(cause, interval, last, today, dice)),
        last=last,
        cause=cause,
        severity=severity,
    )


def _pet(key: str, dice: random.Random, today: date) -> Pet:
    is_dog = dice.random() < 0.74
    return Pet(
        key=key,
        name=dice.choice(words.PETS),
        is_dog=is_dog,
        breed=dice.choice(words.DOGS if is_dog else words.CATS),
        born_on=today - timedelta(days=round(800 + 3_600 * dice.random() ** 1.5)),
    )


def _interval(cause: Cause, dice: random.Random) -> int:
    match cause:
        case Cause.LOYAL:
            return dice.choice((14, 15, 21, 21, 21, 28))
        case Cause.LAPSING:
            return dice.choice((28, 30, 35, 35, 42))
        case Cause.LATE_DELIVERY:
            return dice.choice((30, 35, 35, 40))
    return dice.choice((21, 28, 30, 35, 35, 42, 45))


def _silence(cause: Cause, severity: Severity, interval: int, dice: random.Random) -> float:
    """This will give how many days ago the last purchase was."""
    match cause, severity:
        case Cause.LAPSING, _:
            return interval * dice.uniform(1.95, 2.7)
        case Cause.LAPSED, _:
            return max(interval * 6, dice.uniform(230, 400))
        case Cause.LATE_DELIVERY, Severity.RISK:
            return interval * dice.uniform(3.1, 3.9)
        case Cause.LATE_DELIVERY, _:
            return interval * dice.uniform(1.1, 1.4)
        case Cause.NEW, _:
            return dice.uniform(2, 25)
    return interval * dice.uniform(0.08, 0.95)


def _since(cause: Cause, interval: int, last: date, today: date, dice: random.Random) -> date:
    if cause is Cause.NEW:
        return last - timedelta(days=dice.choice((0, 0, 8, 14, 21)))
    if cause is Cause.LATE_DELIVERY:
        return last - timedelta(days=interval * dice.randint(6, 9))
    most = max(interval * 6, 730 - (today - last).days)
    fewest = min(most, 300 if cause is Cause.LOYAL else interval * 5)
    return last - timedelta(days=round(dice.uniform(fewest, most)))


def planted(person: Person) -> Planted:
    """This will give the truth about a customer."""
    return Planted(person.key, person.cause, person.severity, person.began)


def customer_row(person: Person, registry: Registry, dice: random.Random) -> Row:
    """This will give the customer as the import loader takes it."""
    has_email = dice.random() < 0.8
    return {
        "key": person.key,
        "name": person.name.full,
        "kind": "person",
        "tax_id": registry.cpf() if dice.random() < 0.7 else "",
        "email": email(f"{person.name.full} {person.key[3:]}", "correio.example")
        if has_email
        else "",
        "phone": registry.mobile(person.ddd),
        "since": person.since,
        "owner": person.owner,
        "tags": ["clube do banho"] if person.is_bather and person.cause is Cause.LOYAL else [],
        "currency": "BRL",
        "attr.city": person.city,
        "attr.state": person.state,
        "attr.country": "Brasil",
        "attr.segment": "Banho e tosa" if person.is_bather else "Alimentação",
        "attr.source": dice.choice(words.SHOP_SOURCES),
    }


def subject_rows(person: Person) -> list[Row]:
    """This will give the pets."""
    return [
        {
            "key": pet.key,
            "customer": person.key,
            "kind": "pet",
            "name": pet.name,
            "born_on": pet.born_on,
            "detail.species": "Cachorro" if pet.is_dog else "Gato",
            "detail.breed": pet.breed,
        }
        for pet in person.pets
    ]
