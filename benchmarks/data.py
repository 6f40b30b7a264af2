"""A large installation, fast and the same every time: customers, what happened, usage events.

``python -m benchmarks.data --customers 10000 --events 1000000`` fills an empty POSVENDA_HOME.
Everything about customer number n follows from n and the seed, so what a page must show is known.
"""

import argparse
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

SEED = 7
ZONE = ZoneInfo("America/Sao_Paulo")
BATCH = 50_000
PASSWORD = "uma-medida-justa"
OWNERS = 8
CITIES = (
    ("São Paulo", "SP"),
    ("Curitiba", "PR"),
    ("Recife", "PE"),
    ("Belém", "PA"),
    ("Goiânia", "GO"),
)
INDUSTRIES = ("Varejo", "Indústria", "Saúde", "Educação", "Logística", "Serviços")
WORDS = ("Aurora", "Brisa", "Canela", "Dália", "Estrada", "Figueira", "Girassol", "Horizonte",
         "Ipê", "Jasmim", "Lavanda", "Manacá", "Orvalho", "Primavera", "Raiz", "Sabiá")  # fmt: skip
FEATURES = ("Painel", "Relatórios", "Cadastro", "Cobrança", "Agenda", "Integração")
USE_DAYS = 400
PEOPLE = 6
MESSAGES = 10


@dataclass(frozen=True)
class Plan:
    """How much to make and when it is."""

    customers: int
    events: int
    now: datetime
    seed: int = SEED

    @property
    def today(self) -> date:
        """The day of the installation."""
        return self.now.astimezone(ZONE).date()


def name_of(number: int) -> str:
    """This will give the name of customer ``number``; names sort as numbers do not."""
    first, second = WORDS[number * 7 % len(WORDS)], WORDS[(number // 16 + 3) % len(WORDS)]
    return f"{first} {second} {number:06d}"


def public_id_of(number: int) -> str:
    """This will give the name of customer ``number`` in addresses."""
    return f"bench{number:011d}"


def key_of(number: int) -> str:
    """This will give the key of customer ``number``."""
    return f"B{number:06d}"


def owner_of(number: int) -> int:
    """This will give which owner, 0 to 7, answers for customer ``number``."""
    return number % OWNERS


def email_of(owner: int) -> str:
    """This will give the sign-in of an owner; number 0 is the manager who sees everybody."""
    return f"pessoa{owner}@medida.example"


def fill(plan: Plan) -> None:
    """This will fill the empty installation of POSVENDA_HOME; Django must be set up."""
    from posvenda.base import choices
    from posvenda.customers import search, sheet
    from posvenda.success import definitions

    said = time.perf_counter()

    def tell(what: str) -> None:
        nonlocal said
        now = time.perf_counter()
        print(f"  {what}: {now - said:.1f} s", flush=True)
        said = now

    definitions.install("saas", now=plan.now)
    choices.put("company", "Medida")
    _people(plan)
    tell("rules and people")
    for table in (_customers, _details, _contracts, _orders, _voices, _messages):
        table(plan)
        tell(table.__name__[1:])
    _use(plan)
    tell("usage")
    search.index_all()
    tell("search")
    sheet.refresh(now=plan.now)
    tell("sheet")


def _people(plan: Plan) -> None:
    from posvenda.base.models import User

    for owner in range(OWNERS):
        role = "csm" if owner else "manager"
        name = f"Pessoa {owner}"
        User.objects.create_user(email_of(owner), PASSWORD, name=name, role=role, language="pt-br")


def _dice(plan: Plan, number: int, part: str) -> random.Random:
    return random.Random(f"{plan.seed}:{part}:{number}")


def _numbers(plan: Plan) -> range:
    return range(1, plan.customers + 1)


def _since(plan: Plan, number: int) -> datetime:
    return plan.now - timedelta(days=420 + number * 13 % 700)


def _insert(model: Any, columns: Sequence[str], source: Iterable[Sequence[Any]]) -> None:
    from django.db import transaction

    from posvenda.base import rows

    others = {
        field.name: field.get_default()
        for field in model._meta.concrete_fields
        if not (field.null or field.primary_key or field.name in columns)
    }
    names, values = (*columns, *others), tuple(others.values())
    many = ((*row, *values) for row in source)
    while part := list(islice(many, BATCH)):
        with transaction.atomic():
            rows.insert(model, names, part)


def _customers(plan: Plan) -> None:
    """Customer number n gets the id n, so that other rows need no look-up."""
    from posvenda.customers.models import Customer, Ownership

    def made() -> Iterator[Sequence[Any]]:
        for n in _numbers(plan):
            since = _since(plan, n)
            yield (n, public_id_of(n), key_of(n), "company", name_of(n), f"{n:014d}",
                   f"contato@c{n}.example", f"+55119{n:08d}", f"119{n:08d}", since, since,
                   1 + owner_of(n))  # fmt: skip

    _insert(Customer, ("id", "public_id", "key", "kind", "name", "tax_id", "email", "phone",
                       "phone_key", "happened_at", "recorded_at", "owner"), made())  # fmt: skip
    owned = ((n, 1 + owner_of(n), _since(plan, n), _since(plan, n)) for n in _numbers(plan))
    _insert(Ownership, ("customer", "user", "starts_at", "recorded_at"), owned)


def _details(plan: Plan) -> None:
    from posvenda.customers.models import Attribute, AttributeValue, Contact

    kinds = {"city": "text", "state": "text", "industry": "text", "employees": "number"}
    ids = {}
    for name, kind in kinds.items():
        known, _ = Attribute.objects.get_or_create(
            name=name, defaults={"label": name, "kind": kind}
        )
        ids[name] = known.pk

    def values() -> Iterator[Sequence[Any]]:
        for n in _numbers(plan):
            city, state = CITIES[n % len(CITIES)]
            told = (city, state, INDUSTRIES[n % len(INDUSTRIES)], str(10 + n % 490))
            for name, value in zip(kinds, told, strict=True):
                yield (n, ids[name], value, _since(plan, n), _since(plan, n))

    _insert(
        AttributeValue, ("customer", "attribute", "value", "happened_at", "recorded_at"), values()
    )
    people = (
        (n, f"{key_of(n)}-{i}", f"{WORDS[(n + i) % 16]} de {WORDS[(n * 3 + i) % 16]}", "Gerente",
         f"p{i}@c{n}.example", i == 0, _since(plan, n), _since(plan, n))
        for n in _numbers(plan)
        for i in range(1 + n % 2)
    )  # fmt: skip
    _insert(Contact, ("customer", "key", "name", "role", "email", "is_champion", "happened_at",
                      "recorded_at"), people)  # fmt: skip


FACT = ("key", "customer", "happened_at", "recorded_at", "is_retracted", "digest")


def _fact(key: str, number: int, at: datetime) -> tuple[Any, ...]:
    return (key, number, at, at, False, f"{hash(key) & (1 << 64) - 1:032x}")


def _contracts(plan: Plan) -> None:
    from posvenda.commerce.models import ContractLine, Product

    product = Product.objects.create(
        key="plano", name="Plano Único", kind="plan", recorded_at=plan.now - timedelta(days=2_000)
    )

    def made() -> Iterator[Sequence[Any]]:
        for n in _numbers(plan):
            renews = plan.today + timedelta(days=1 + n * 11 % 365)
            for year in (2, 1):
                start = renews - timedelta(days=365 * year)
                at = plan.now - timedelta(days=(plan.today - start).days)
                amount = 50_000 + n * 37 % 900_000
                end = start + timedelta(days=365)
                yield (*_fact(f"{key_of(n)}-{year}", n, at), product.pk, start, end, amount, "BRL",
                       "month", PEOPLE + 1, False, False)  # fmt: skip

    _insert(ContractLine, (*FACT, "product", "starts_on", "ends_on", "amount_cents", "currency",
                           "period", "seats", "is_auto_renewed", "is_trial"), made())  # fmt: skip


def _orders(plan: Plan) -> None:
    from posvenda.commerce.models import Order, OrderLine

    days = [
        (n, i, plan.now - timedelta(days=20 + 60 * i + n % 40))
        for n in _numbers(plan)
        for i in range(3)
    ]
    orders = (
        (*_fact(f"{key_of(n)}-{i}", n, at), f"P{n:06d}-{i}", False, "BRL", "pago")
        for n, i, at in days
    )
    _insert(Order, (*FACT, "number", "is_return", "currency", "status"), orders)
    lines = (
        (*_fact(f"{key_of(n)}-{i}-1", n, at), f"{key_of(n)}-{i}", 1, 10_000 + n % 90_000, "BRL")
        for n, i, at in days
    )
    _insert(OrderLine, (*FACT, "order_key", "quantity", "amount_cents", "currency"), lines)


def _voices(plan: Plan) -> None:
    from posvenda.commerce.models import Answer, Ticket

    def tickets() -> Iterator[Sequence[Any]]:
        for n in _numbers(plan):
            at = plan.now - timedelta(days=n % 180 + 1)
            closed = None if n % 9 == 0 else at + timedelta(hours=n % 12)
            yield (*_fact(f"{key_of(n)}-t", n, at), "Dúvida", "normal", at, closed, n % 50 == 0)

    _insert(Ticket, (*FACT, "subject", "priority", "first_reply_at", "closed_at", "is_escalated"),
            tickets())  # fmt: skip
    answers = (
        (
            *_fact(f"{key_of(n)}-n", n, plan.now - timedelta(days=n % 200 + 1)),
            "nps",
            n * 7 % 11,
            "Bom",
        )
        for n in _numbers(plan)
    )
    _insert(Answer, (*FACT, "scale", "score", "comment"), answers)


def _messages(plan: Plan) -> None:
    from posvenda.conversations.models import Interaction

    def made() -> Iterator[Sequence[Any]]:
        for n in _numbers(plan):
            for i in range(MESSAGES):
                at = plan.now - timedelta(days=(n + 31 * i) % 400, hours=i)
                yield (f"m{n:09d}{i:06d}", f"{key_of(n)}-m{i}", n, "whatsapp", "in",
                       "Bom dia, tudo certo por aqui.", at, at)  # fmt: skip

    _insert(Interaction, ("public_id", "key", "customer", "kind", "direction", "body",
                          "happened_at", "recorded_at"), made())  # fmt: skip


def _use(plan: Plan) -> None:
    """Usage events by month, straight to the lake; six people a customer, six features."""
    from posvenda.commerce import usage

    start = plan.now - timedelta(days=USE_DAYS)
    parts = max(1, USE_DAYS // 30)
    each = plan.events // parts
    step = timedelta(days=USE_DAYS) / parts
    for part in range(parts):
        count = each if part + 1 < parts else plan.events - each * (parts - 1)
        made = _events(plan, part * each, count, start + part * step, step)
        usage.lake().append(made, token=("benchmark", part + 1))


def _events(plan: Plan, first: int, count: int, start: datetime, span: timedelta) -> pl.DataFrame:
    number = pl.int_range(first, first + count, dtype=pl.UInt64)
    draw = number.hash(plan.seed)
    micros = int(span.total_seconds() * 1_000_000)
    at = pl.lit(start, dtype=pl.Datetime("us", "UTC")) + pl.duration(
        microseconds=(draw % micros).cast(pl.Int64)
    )
    customer = 1 + (number.hash(plan.seed + 1) % plan.customers).cast(pl.Int64)
    return pl.select(
        number.cast(pl.Int64).alias("event_id"),
        customer.alias("customer_id"),
        (customer * 64 + (draw % PEOPLE).cast(pl.Int64)).alias("person"),
        pl.lit(pl.Series(FEATURES))
        .gather((draw // 7 % len(FEATURES)).cast(pl.UInt32))
        .alias("feature"),
        pl.lit(1, dtype=pl.Decimal(18, 3)).alias("quantity"),
        pl.lit(60, dtype=pl.Int64).alias("seconds"),
        at.alias("happened_at"),
        at.alias("recorded_at"),
        pl.lit(None, dtype=pl.Int64).alias("batch_id"),
    )


def main() -> None:
    """This will fill the present POSVENDA_HOME."""
    import os

    import django

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
    django.setup()
    from posvenda.base import clock
    from posvenda.config.prepare import migrate

    migrate()
    fill(Plan(args.customers, args.events, clock.now()))


if __name__ == "__main__":
    main()
