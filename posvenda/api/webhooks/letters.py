"""Refused deliveries as letters of the page *Recusados*: their sentence, and how they go in."""

import json
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from posvenda.api.models import WebhookDelivery
from posvenda.api.webhooks import processing, reasons
from posvenda.api.webhooks.providers.provider import Told
from posvenda.api.webhooks.understanding import Case, in_order, understood
from posvenda.base import deadletters
from posvenda.base.deadletters import Door, Refused
from posvenda.base.models import DeadLetter


def sentence(letter: DeadLetter | Refused) -> str:
    """This will say why a delivery, or one row of it, was refused."""
    return reasons.sentence(
        letter.code, field=letter.field, value=letter.value, params=letter.params
    )


def again(letter: DeadLetter, body: str, now: datetime) -> None:
    """This will take a refused delivery (or one of its rows) in with a text a person mended."""
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=letter.params["delivery"])
    endpoint = delivery.endpoint
    if letter.params.get("is_row"):
        case = _row_again(delivery, body)
    else:
        case = understood(endpoint, delivery, body)
    newest = in_order(endpoint, [case])
    processing.load(endpoint, newest, now=now)
    if case.wrong:
        raise deadletters.StillRefused(sentence(case.wrong[0]))
    processing.remember(endpoint, newest)
    others = DeadLetter.objects.filter(
        door="webhook", params__delivery=delivery.pk, status=DeadLetter.Status.OPEN
    )
    if not others.exclude(pk=letter.pk).exists():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(status=case.status, settled_at=now)


def _row_again(delivery: WebhookDelivery, body: str) -> Case:
    case = Case(delivery)
    try:
        row = json.loads(body)
    except ValueError:
        case.refuse("not_json")
        return case
    record = delivery.kind.removesuffix(".upserted")
    case.told = Told(about="", moment=delivery.received_at, rows=((record, {"_raw": row}),))
    return case


DOOR = Door(name="webhook", label=_("Webhooks"), sentence=sentence, retry=again)
