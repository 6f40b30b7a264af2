"""Bicho Bom: visits and purchases, each customer in the own rhythm; late deliveries, returns."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from posvenda.demo.calendar import at, trading_day
from posvenda.demo.shop import Person, Pet
from posvenda.demo.town import Row, stream
from posvenda.demo.truth import Cause

# name, kind, category and price in cents of each product key
GOODS: dict[str, tuple[str, str, str, int]] = {
    "banho-p": ("Banho porte pequeno", "service", "Banho e tosa", 6_500),
    "banho-g": ("Banho porte grande", "service", "Banho e tosa", 11_000),
    "tosa": ("Tosa higiênica", "service", "Banho e tosa", 4_500),
    "racao-caes-3": ("Ração cães adultos 3 kg", "goods", "Alimentação", 8_990),
    "racao-caes-15": ("Ração cães adultos 15 kg", "goods", "Alimentação", 24_990),
    "racao-gatos-3": ("Ração gatos castrados 3 kg", "goods", "Alimentação", 11_490),
    "racao-gatos-10": ("Ração gatos castrados 10 kg", "goods", "Alimentação", 28_900),
    "areia": ("Areia higiênica 12 kg", "goods", "Higiene", 4_990),
    "petisco": ("Petisco dental", "goods", "Alimentação", 2_490),
    "brinquedo": ("Brinquedo de corda", "goods", "Acessórios", 3_490),
    "antipulgas": ("Antipulgas mensal", "goods", "Farmácia", 8_900),
    "vermifugo": ("Vermífugo", "goods", "Farmácia", 4_500),
    "v10": ("Vacina V10", "service", "Veterinária", 13_000),
    "v4": ("Vacina V4", "service", "Veterinária", 12_000),
    "antirrabica": ("Vacina antirrábica", "service", "Veterinária", 9_500),
    "consulta": ("Consulta veterinária", "service", "Veterinária", 16_000),
}
EXTRAS = ("petisco", "brinquedo", "antipulgas", "vermifugo")
LARGE = ("Golden retriever", "Labrador", "Border collie", "Vira-lata")


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


def product_rows() -> list[Row]:
    """This will give what the shop sells."""
    return [
        {"key": key, "name": name, "kind": kind, "category": category}
        for key, (name, kind, category, _) in GOODS.items()
    ]


def purchases(person: Person, *, today: date, seed: int) -> list[Purchase]:
    """This will give a customer's orders and returns, oldest first."""
    dice = stream(seed, "orders", person.key)
    days = list(_days(person, dice))
    made: list[Purchase] = []
    for index, day in enumerate(days):
        from_end = len(days) - index
        order = _purchase(person, index + 1, day, from_end, today, dice)
        made.append(order)
        if from_end > 2 and not order.is_cancelled and dice.random() < _return_rate(person):
            made.append(_return(order, dice))
    return made


def order_row(order: Purchase) -> Row:
    """This will give the order as the import loader takes it."""
    done = (
        "devolvido" if order.is_return else "concluído" if order.promised_at is None else "entregue"
    )
    waiting = order.promised_at is not None and order.delivered_at is None
    cancelled_at = order.moment + timedelta(hours=3) if order.is_cancelled else None
    return {
        "number": order.number,
        "customer": order.person.key,
        "happened_at": order.moment,
        "amount": None,
        "currency": "BRL",
        "status": "cancelado" if order.is_cancelled else "a caminho" if waiting else done,
        "promised_at": order.promised_at,
        "delivered_at": order.delivered_at,
        "cancelled_at": cancelled_at,
        "is_return": order.is_return,
    }


def line_rows(order: Purchase) -> list[Row]:
    """This will give the lines; in a return quantity and amount are negative."""
    sign = -1 if order.is_return else 1
    return [
        {
            "order": order.number,
            "customer": order.person.key,
            "line": position,
            "product": key,
            "product_name": GOODS[key][0],
            "quantity": Decimal(sign * count),
            "amount": sign * count * GOODS[key][3],
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
    person: Person, number: int, day: date, from_end: int, today: date, dice: random.Random
) -> Purchase:
    moment = at(day, dice.randint(540, 1_110)) + timedelta(seconds=dice.randrange(60))
    lines = _lines(person, number, dice)
    promised, delivered = _delivery(person, day, from_end, today, lines, dice)
    return Purchase(
        person=person,
        number=f"{person.key[3:]}{number:03d}",
        day=day,
        moment=moment,
        lines=lines,
        promised_at=promised,
        delivered_at=delivered,
        is_cancelled=from_end > 3 and number > 1 and delivered is None and dice.random() < 0.012,
    )


def _lines(person: Person, number: int, dice: random.Random) -> tuple[tuple[str, int], ...]:
    chosen: dict[str, int] = {}
    for pet in person.pets:
        if pet is person.pets[0] or dice.random() < 0.6:
            for key in _needs(person, pet, number, dice):
                chosen[key] = chosen.get(key, 0) + 1
    if dice.random() < 0.22:
        chosen.setdefault(dice.choice(EXTRAS), 1)
    return tuple(chosen.items())


def _needs(person: Person, pet: Pet, number: int, dice: random.Random) -> list[str]:
    a_year = max(1, round(365 / person.interval))
    needs = ["v10" if pet.is_dog else "v4", "antirrabica"] if number % a_year == a_year // 2 else []
    if dice.random() < 0.05:
        needs.append("consulta")
    if person.is_bather and pet.is_dog:
        needs.append("banho-g" if pet.breed in LARGE else "banho-p")
        return needs + (["tosa"] if dice.random() < 0.3 else [])
    if pet.is_dog:
        return [*needs, "racao-caes-15" if pet.breed in LARGE else "racao-caes-3"]
    return [*needs, "racao-gatos-10" if len(person.pets) > 1 else "racao-gatos-3", "areia"]


def _delivery(
    person: Person,
    day: date,
    from_end: int,
    today: date,
    lines: tuple[tuple[str, int], ...],
    dice: random.Random,
) -> tuple[datetime | None, datetime | None]:
    """This will give when goods were promised and came; the last five are late where planted."""
    if not person.is_delivered or any(GOODS[key][1] == "service" for key, _ in lines):
        return None, None
    promised = day + timedelta(days=dice.randint(1, 2))
    is_late = (person.cause is Cause.LATE_DELIVERY and from_end <= 5) or dice.random() < 0.015
    came = promised + timedelta(days=dice.randint(2, 6)) if is_late else day + timedelta(days=1)
    arrived = at(came, dice.randint(600, 1_100)) if came < today else None
    return at(promised, 1_200), arrived


def _return_rate(person: Person) -> float:
    return 0.12 if person.cause is Cause.LATE_DELIVERY else 0.012


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
