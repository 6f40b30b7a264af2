"""A trade: all that differs between two demo companies whose customers come again and again.

The generator (``shop``, ``shop_orders``, ``shop_voice``) is one; a trade gives it the people, the
goods, the rhythm, what the house does wrong, and the words.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from posvenda.demo import words
from posvenda.demo.people import Name, plain
from posvenda.demo.town import Colleague, Row
from posvenda.demo.truth import Cause, Severity

Good = tuple[str, str, str, int]


@dataclass(frozen=True)
class Being:
    """Whom the service is for besides the customer: a pet, a patient; ``sort`` picks the goods."""

    key: str
    kind: str
    name: str
    sort: str
    born_on: date
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """One customer as planted: the own interval in days, the first and the last day of buying."""

    key: str
    name: Name
    city: str
    state: str
    ddd: str
    owner: str
    beings: tuple[Being, ...]
    habit: str
    is_promised: bool
    interval: int
    since: date
    last: date
    cause: Cause
    severity: Severity

    @property
    def began(self) -> date:
        """Since when the planted cause holds: for who went quiet, the day a visit was missed."""
        match self.cause:
            case Cause.LAPSING | Cause.LAPSED:
                return self.last + timedelta(days=self.interval)
            case Cause.LATE_DELIVERY | Cause.MOVED | Cause.NO_SHOW:
                return self.last - timedelta(days=2 * self.interval)
        return self.since


@dataclass(frozen=True)
class Voice:
    """What customers and the team write; ``{person}`` and ``{being}`` are names."""

    happy: tuple[str, ...]
    fine: tuple[str, ...]
    wronged: tuple[str, ...]
    sad: tuple[str, ...]
    sent: tuple[str, ...]
    received: tuple[str, ...]
    complaints: tuple[str, ...]
    task: str


def no_dates(person: Person, today: date, dice: random.Random) -> Row:
    """This will give no dates."""
    return {}


@dataclass(frozen=True)
class Trade:
    """One company: who works there, who comes, how often, for what, and what goes wrong.

    ``wrong`` is the cause that the house itself gives: the last five visits come later than was
    agreed. ``promised`` is the share of the others whose visits carry an agreed date; with
    ``goods_only`` services carry none. ``dates`` gives attributes of a customer that are dates.
    """

    pack: str
    company: str
    domain: str
    prefix: str
    colleagues: tuple[Colleague, ...]
    plan: tuple[tuple[Cause, Severity, int], ...]
    intervals: Mapping[Cause, tuple[int, ...]]
    usual: tuple[int, ...]
    goods: Mapping[str, Good]
    extras: tuple[str, ...]
    beings: Callable[[str, Name, random.Random, date], tuple[Being, ...]]
    habit: Callable[[tuple[Being, ...], Cause, random.Random], str]
    needs: Callable[[Person, Being | None, int, random.Random], list[str]]
    about: Callable[[Person, random.Random], Row]
    voice: Voice
    wrong: Cause = Cause.MOVED
    promised: float = 0.9
    goods_only: bool = False
    reward: str = ""
    dates: Callable[[Person, date, random.Random], Row] = no_dates
    cities: tuple[tuple[str, str, str], ...] = words.SHOP_CITIES
    sources: tuple[str, ...] = words.SHOP_SOURCES
    statuses: tuple[str, str, str] = ("atendido", "agendado", "desmarcado")

    @property
    def staff(self) -> tuple[Colleague, ...]:
        """Who answers for customers: the manager and the two who care."""
        return self.colleagues[:3]


def colleagues(domain: str, *names: str) -> tuple[Colleague, ...]:
    """This will give five people who work at a company, in the order of their roles."""
    roles = ("manager", "csm", "csm", "admin", "viewer")
    return tuple(
        Colleague(name, f"{plain(name.split(' ', 1)[0])}@{domain}", role)
        for name, role in zip(names, roles, strict=True)
    )


def nobody(key: str, name: Name, dice: random.Random, today: date) -> tuple[Being, ...]:
    """This will give nobody besides the customer."""
    return ()
