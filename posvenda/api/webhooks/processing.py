"""From stored deliveries to facts, by the worker: understood, put in order, loaded, settled.

Every step may be done twice: rows go through the loader of the imports, which recognises a row that
comes again, and a delivery older than what we know of its object is set aside. So a worker that is
killed anywhere leaves deliveries that are simply taken up again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from posvenda.api.imports.load import Loader
from posvenda.api.imports.mapping.targets import BY_NAME
from posvenda.api.imports.problems import Problem
from posvenda.api.models import WebhookDelivery, WebhookEndpoint, WebhookObject
from posvenda.api.webhooks import asks, typed
from posvenda.api.webhooks.providers.provider import Row
from posvenda.api.webhooks.understanding import Case, in_order, text, understood
from posvenda.base import deadletters
from posvenda.base.models import Batch, DeadLetter
from posvenda.customers import actions, search
from posvenda.customers.models import Customer
from posvenda.customers.privacy import screening

AT_ONCE = 500
# Settled in one transaction: while it lasts the door waits for SQLite.
TOGETHER = 50
CLAIM = timedelta(seconds=120)
Status = WebhookDelivery.Status
Clock = Callable[[], datetime]


def process(*, clock: Clock) -> int:
    """This will take in the deliveries that wait, and say how many."""
    count = 0
    while chosen := _claim(now=clock()):
        by_endpoint: dict[int, list[WebhookDelivery]] = defaultdict(list)
        for delivery in chosen:
            by_endpoint[delivery.endpoint_id].append(delivery)
        for several in by_endpoint.values():
            _take(several[0].endpoint, several, now=clock())
        count += len(chosen)
    return count


def _claim(*, now: datetime) -> list[WebhookDelivery]:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    waiting = WebhookDelivery.objects.filter(free, status=Status.WAITING)
    with transaction.atomic():
        ids = list(waiting.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        WebhookDelivery.objects.filter(free, pk__in=ids).update(claimed_at=now)
    found = WebhookDelivery.objects.filter(pk__in=ids, claimed_at=now, status=Status.WAITING)
    return list(found.select_related("endpoint").order_by("id"))


def _take(
    endpoint: WebhookEndpoint, deliveries: Sequence[WebhookDelivery], *, now: datetime
) -> None:
    cases = [understood(endpoint, each, text(each.body)) for each in deliveries]
    newest = in_order(endpoint, cases)
    load(endpoint, newest, now=now)
    holding = {case.delivery.pk for case in newest}
    for start in range(0, len(cases), TOGETHER):
        part = cases[start : start + TOGETHER]
        with transaction.atomic():
            _settle(endpoint, part, now=now)
            remember(endpoint, [case for case in part if case.delivery.pk in holding])


def load(endpoint: WebhookEndpoint, cases: Sequence[Case], *, now: datetime) -> None:
    """This will load the rows of cases, record by record in the order of the imports."""
    loader = Loader(_batch(endpoint, now=now), now=now)
    owners: dict[int, tuple[Case, Any]] = {}
    rows: dict[str, list[Row]] = defaultdict(list)
    for case in cases:
        for record, row in case.told.rows if case.told else ():
            line = len(owners) + 1
            owners[line] = (case, row.get("_raw"))
            made = typed.row(record, row, line, refuse=lambda p: _tell(*owners[p.line], p))
            if made is not None:
                made.pop("_raw", None)
                rows[record].append(made)
                case.effect[record] = case.effect.get(record, 0) + 1
    refs = {str(ref) for record, several in rows.items() for ref in _names(record, several)}
    for record in sorted(rows, key=lambda name: BY_NAME[name].rank):
        for problem in loader.apply(record, rows[record]).problems:
            if not problem.is_warning:
                _tell(*owners[problem.line], problem)
    for case in cases:
        asks.answer(case.told.asks if case.told else (), now=now)
    _touch(loader, refs, now=now)


def _tell(case: Case, raw: Any, problem: Problem) -> None:
    """Keep what is wrong with one row: the row itself when a person wrote it.

    Of somebody who was erased nothing is kept, the delivery neither.
    """
    if problem.code == screening.CODE:
        case.is_emptied, case.status = True, Status.REFUSED
        case.refuse(problem.code, item="{}", **problem.params)
        return
    item = "" if raw is None else json.dumps(raw, ensure_ascii=False, default=str)
    code = "nobody" if problem.code == "customer_unknown" else problem.code
    case.refuse(code, problem.field, problem.value, item=item, **problem.params)
    case.status = Status.REFUSED


def _names(record: str, rows: Iterable[Row]) -> set[Any]:
    name = "key" if record == "customer" else "customer"
    return {row[name] for row in rows if row.get(name)}


def _touch(loader: Loader, refs: Collection[str], *, now: datetime) -> None:
    """Tell everybody that these customers changed, and have them found by search."""
    ids = {who.id for who in loader.store.customers(refs).values()}
    with transaction.atomic():
        actions.changed(list(Customer.objects.filter(pk__in=ids)), now=now, verb="webhook")
        search.index(sorted(ids))


def _batch(endpoint: WebhookEndpoint, *, now: datetime) -> Batch:
    """Where the facts came from: one batch an endpoint and day."""
    label = f"{endpoint.label} · {now.date().isoformat()}"
    batch = Batch.objects.filter(kind="webhook", label=label).first()
    return batch or Batch.objects.create(kind="webhook", label=label, started_at=now)


def _settle(endpoint: WebhookEndpoint, cases: Sequence[Case], *, now: datetime) -> None:
    _take_letters_back([case for case in cases if case.status != Status.REFUSED], now=now)
    _bury(endpoint, [case for case in cases if case.wrong], now=now)
    for case in cases:
        emptied = {"body": b"{}", "headers": {}} if case.is_emptied else {}
        WebhookDelivery.objects.filter(pk=case.delivery.pk).update(
            status=case.status,
            settled_at=now,
            claimed_at=None,
            effect=case.effect,
            letter=case.delivery.letter_id,
            **emptied,
        )


def _take_letters_back(cases: Iterable[Case], *, now: datetime) -> None:
    letters = [case.delivery.letter_id for case in cases if case.delivery.letter_id]
    if letters:
        DeadLetter.objects.filter(pk__in=letters, status=DeadLetter.Status.OPEN).update(
            status=DeadLetter.Status.RETRIED, settled_at=now
        )


def _bury(endpoint: WebhookEndpoint, cases: Sequence[Case], *, now: datetime) -> None:
    """One open letter for each thing wrong; those of an earlier try make room."""
    if not cases:
        return
    ours = DeadLetter.objects.filter(door="webhook", status=DeadLetter.Status.OPEN)
    for case in cases:
        if case.delivery.letter_id:
            ours.filter(params__delivery=case.delivery.pk).delete()
    before = DeadLetter.objects.aggregate(last=Max("id"))["last"] or 0
    wrong = [each for case in cases for each in case.wrong]
    deadletters.keep(wrong, door="webhook", source=endpoint.label, now=now)
    fresh = ours.filter(pk__gt=before).order_by("id").values_list("params__delivery", "pk")
    newest = dict(fresh)
    for case in cases:
        case.delivery.letter_id = newest.get(case.delivery.pk)


def remember(endpoint: WebhookEndpoint, cases: Iterable[Case]) -> None:
    """This will note how new what we know of these objects is."""
    known = {
        told.about[:200]: WebhookObject(
            endpoint=endpoint, about=told.about[:200], moment=told.moment, rank=told.rank
        )
        for case in cases
        if (told := case.told) is not None and told.about and case.status == Status.DONE
    }
    WebhookObject.objects.bulk_create(
        known.values(),
        update_conflicts=True,
        unique_fields=["endpoint", "about"],
        update_fields=["moment", "rank"],
    )


def replay(delivery: WebhookDelivery) -> bool:
    """This will put a settled delivery back into the queue; again and again changes nothing."""
    settled = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(status=Status.WAITING)
    return bool(settled.update(status=Status.WAITING, claimed_at=None))
