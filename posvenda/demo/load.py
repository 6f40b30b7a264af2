"""Puts a town into this installation: users, pack, records through the import loader, use, tasks.

The load is history: every fact counts as known when it happened, so past days look as they looked.
A load that was cut short goes on with the moment it began with; a finished one changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import polars as pl
from django.db import transaction

from posvenda.api.imports.load import Loader
from posvenda.base import choices, clock, rows
from posvenda.base.models import Batch, User
from posvenda.commerce import offering, usage
from posvenda.customers import search, sheet
from posvenda.customers.models import Customer, public_id
from posvenda.demo import bichobom, clinica, contaflux, focinhos, mechas, onboarding
from posvenda.demo.signin import PASSWORD
from posvenda.demo.town import ORDER, Colleague, Row, Town
from posvenda.journeys.models import Task
from posvenda.success import definitions
from posvenda.success.backtest import asking as backtest
from posvenda.success.coverage import champions

TOWNS = {
    "saas": contaflux.town,
    "loja": bichobom.town,
    "clinica": clinica.town,
    "salao": mechas.town,
    "veterinaria": focinhos.town,
}
CHUNK = 4_000
EVENTS = 100_000
KIND = "demo"

Progress = Callable[[str, int, int], None]


class HomeInUse(RuntimeError):
    """Raised when the home holds somebody's data, or another demo company."""


@dataclass(frozen=True)
class Loaded:
    """What came of it: the town's name, whose sign-in to use, and whether anything was written."""

    company: str
    email: str
    customers: int
    is_new: bool


def load(
    pack: str, *, now: datetime, progress: Progress = lambda name, done, total: None
) -> Loaded:
    """This will load a demo company once; ``progress`` hears step, rows done, rows in all."""
    batch = _batch(pack, now=now)
    town = TOWNS[pack](today=clock.day_of(batch.started_at))
    if choices.get("demo"):
        return _loaded(town, is_new=False)
    at = batch.started_at
    _open_office(town, now=at)
    loader = Loader(batch, now=at, is_history=True)
    for kind in ORDER:
        _apply(loader, kind, town.records.get(kind, ()), progress)
    _record_use(town, batch, progress)
    progress("sheet", 0, 1)
    search.index_all()
    sheet.refresh(now=at)
    champions.note_gone(list(Customer.objects.values_list("id", flat=True)), now=at)
    with transaction.atomic():
        onboarding.begin(now=at)
        if definitions.judgement().pack.money == "contract":
            backtest.ask(by=None, now=at)
        _add_tasks(town)
        choices.put("demo", True)
    progress("sheet", 1, 1)
    return _loaded(town, is_new=True)


def _batch(pack: str, *, now: datetime) -> Batch:
    """This will give the batch of the load, the one already begun if there is one."""
    label = f"demo:{pack}"
    begun = Batch.objects.filter(kind=KIND).first()
    if begun is not None and begun.label != label:
        raise HomeInUse(choices.get("company"))
    if begun is None and Customer.objects.exists():
        raise HomeInUse(choices.get("company"))
    return begun or Batch.objects.create(label=label, kind=KIND, started_at=now, is_history=True)


def _loaded(town: Town, *, is_new: bool) -> Loaded:
    count = len(town.records["customer"])
    return Loaded(town.company, town.lead.email, customers=count, is_new=is_new)


@transaction.atomic
def _open_office(town: Town, *, now: datetime) -> None:
    """This will name the company, publish its pack's rules and let its people sign in."""
    choices.put("company", town.company)
    definitions.install(town.pack, now=now)
    if town.features:
        offering.publish(town.features, by=None, now=now)
    for colleague in town.colleagues:
        if not User.objects.filter(email=colleague.email).exists():
            _sign_on(colleague)


def _sign_on(colleague: Colleague) -> None:
    User.objects.create_user(
        colleague.email, PASSWORD, name=colleague.name, role=colleague.role, language="pt-br"
    )


def _apply(loader: Loader, kind: str, records: Sequence[Row], progress: Progress) -> None:
    done = 0
    for part in _parts(records):
        loader.apply(kind, [{**row, "_line": done + n} for n, row in enumerate(part, start=1)])
        done += len(part)
        progress(kind, done, len(records))


def _parts(records: Sequence[Row]) -> Iterator[list[Row]]:
    source = iter(records)
    while part := list(islice(source, CHUNK)):
        yield part


def _record_use(town: Town, batch: Batch, progress: Progress) -> None:
    """This will put the usage events into the lake, each known when it happened."""
    if town.usage is None:
        return
    ids = dict(Customer.objects.values_list("key", "id"))
    events = town.usage.with_columns(
        pl.col("customer").replace_strict(ids, return_dtype=pl.Int64).alias("customer_id"),
        pl.col("happened_at").alias("recorded_at"),
        pl.lit(batch.pk, dtype=pl.Int64).alias("batch_id"),
    ).drop("customer")
    for start in range(0, events.height, EVENTS):
        part = events.slice(start, EVENTS)
        known = usage.remembered(part, now=batch.started_at)
        with transaction.atomic():
            usage.take(part, now=batch.started_at, known=known)
        progress("usage", min(start + EVENTS, events.height), events.height)


def _add_tasks(town: Town) -> None:
    ids = dict(Customer.objects.values_list("key", "id"))
    users = dict(User.objects.values_list("email", "id"))
    columns = ("public_id", "customer", "title", "body", "due_on", "owner", "created_at",
               "created_by", "done_at", "done_by")  # fmt: skip
    rows.insert(Task, columns, (_task(row, ids, users) for row in town.tasks))


def _task(row: Row, ids: dict[str, int], users: dict[str, int]) -> tuple[object, ...]:
    owner = users[row["owner"]]
    done_by = owner if row["done_at"] else None
    return (
        public_id(), ids[row["customer"]], row["title"], "", row["due_on"], owner,
        row["created_at"], owner, row["done_at"], done_by,
    )  # fmt: skip
