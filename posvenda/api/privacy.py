"""What the doors tell the room of privacy: consents and requests that come by webhook."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from posvenda.api.models import WebhookDelivery, WebhookObject
from posvenda.api.rest import snapshots
from posvenda.api.rest.models import Replay, Snapshot
from posvenda.base import clock
from posvenda.customers.models import Customer, Identity
from posvenda.customers.privacy import consent, places, requests
from posvenda.customers.privacy.models import Request
from posvenda.customers.privacy.person import Person
from posvenda.customers.privacy.places import Place

Row = dict[str, Any]


def consent_told(ask: Row, now: datetime) -> None:
    """This will add what RD Station says of a consent to the ledger of the customer it names."""
    customer = _customer(ask)
    if customer is not None:
        at = ask.get("at") or now
        consent.from_rd_station(customer, [ask["base"]], happened_at=at, now=now)


def request_told(ask: Row, now: datetime) -> None:
    """This will open a request that a shop system hands on; the same one told again adds nothing.

    Nobody is named as whoever wrote it down; a person verifies the identity before anything is
    done, and a shop system tells only who its customer is.
    """
    customer = _customer(ask)
    kind = str(ask["kind"])
    waiting = Request.objects.filter(kind=kind, status__in=requests.WAITING)
    note = f"{ask.get('source') or ''} {ask.get('external_id') or ''}".strip()
    if customer is not None and waiting.filter(customer=customer).exists():
        return
    if customer is None and waiting.filter(customer=None, note=note).exists():
        return
    requests.open_by_door(
        kind=kind,
        who=customer,
        name=customer.name if customer else str(ask.get("email") or note),
        note=note,
        received_on=clock.day_of(now),
        now=now,
    )


def _customer(ask: Row) -> Customer | None:
    for name in ("email", "tax_id"):
        if ask.get(name):
            found = Customer.objects.filter(**{name: ask[name]}).first()
            if found is not None:
                return found
    ref = str(ask.get("external_id") or "")
    known = Identity.objects.filter(value=ref).select_related("customer").first() if ref else None
    return known.customer if known else None


def deliveries(person: Person) -> int:
    """This will empty stored deliveries of webhooks that name the person."""
    settled = WebhookDelivery.objects.order_by("pk").values_list("pk", "key", "headers", "body")
    found = [
        pk
        for pk, key, headers, body in settled.iterator(places.READ)
        if person.is_inside([key, headers, bytes(body).decode("utf-8", "replace")])
    ]
    objects = places.holding(WebhookObject, person, "about")
    with transaction.atomic():
        WebhookObject.objects.filter(pk__in=objects).delete()
        return WebhookDelivery.objects.filter(pk__in=found).delete()[0]


def answers(person: Person) -> int:
    """This will throw away answers kept for repeated requests that name the person."""
    found = places.holding(Replay, person, "headers", "body", "progress")
    with transaction.atomic():
        return Replay.objects.filter(pk__in=found).delete()[0]


def sheets(person: Person) -> int:
    """This will throw away sheets of other days, and questions for one that name the person."""
    several = list(Snapshot.objects.exclude(file=""))
    for each in several:
        (snapshots.folder() / each.file).unlink(missing_ok=True)
    asked = places.holding(Snapshot, person, "where", "customers")
    gone = {*asked, *(each.pk for each in several)}
    return Snapshot.objects.filter(pk__in=gone).delete()[0]


PLACES = (
    Place(
        name="api.answers",
        label=_("Answers kept for repeated requests"),
        forget=answers,
        tables=(Replay,),
    ),
    Place(
        name="api.snapshots",
        label=_("Sheets of other days"),
        forget=sheets,
        tables=(Snapshot,),
    ),
    Place(
        name="api.deliveries",
        label=_("Deliveries of webhooks"),
        forget=deliveries,
        tables=(WebhookDelivery, WebhookObject),
    ),
)
