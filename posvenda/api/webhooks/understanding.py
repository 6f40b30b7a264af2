"""What deliveries tell, each read by its provider, and which of them hold."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from posvenda.api.models import WebhookDelivery, WebhookEndpoint, WebhookObject
from posvenda.api.webhooks import outside, secrets
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.api.webhooks.providers.provider import NotUnderstood, Told, Tools
from posvenda.api.webhooks.signing import Raw
from posvenda.base.deadletters import Refused

log = logging.getLogger(__name__)
Status = WebhookDelivery.Status


@dataclass
class Case:
    """One delivery on its way: what it tells, and what is wrong with it."""

    delivery: WebhookDelivery
    told: Told | None = None
    status: str = Status.DONE
    wrong: list[Refused] = field(default_factory=list)
    effect: dict[str, int] = field(default_factory=dict)
    is_emptied: bool = False

    def refuse(
        self, code: str, name: str = "", value: str = "", *, item: str = "", **params: Any
    ) -> None:
        """This will note what is wrong with the delivery, or with one of its rows."""
        body = item or text(self.delivery.body)
        where = f"{self.delivery.kind} {self.delivery.key}"[:200]
        known = {**params, "delivery": self.delivery.pk, "is_row": bool(item)}
        self.wrong.append(
            Refused(body=body, code=code, item=where, field=name, value=value, params=known)
        )


def understood(endpoint: WebhookEndpoint, delivery: WebhookDelivery, body: str) -> Case:
    """This will read what one delivery tells; whatever is odd about it is kept with its reason."""
    case, provider = Case(delivery), PROVIDERS[endpoint.provider]
    if delivery.kind in provider.quiet:
        case.status = Status.QUIET
        return case
    try:
        data = json.loads(body)
        if not isinstance(data, dict):
            raise NotUnderstood("not_json")
        given = secrets.options(endpoint)
        tools = Tools(outside.get_json, given)
        raw = Raw(b"", dict(delivery.headers), delivery.received_at)
        head = provider.head(data, raw)
        case.told = provider.tell(data, head, delivery.received_at, tools)
    except NotUnderstood as odd:
        case.refuse(odd.code, odd.field, odd.value)
    except ValueError:
        case.refuse("not_json")
    except (AttributeError, KeyError, TypeError, ArithmeticError) as error:
        # A provider that breaks its own format; the delivery is kept and named, the rest goes on.
        log.warning("a webhook of %s was not understood", endpoint.provider, exc_info=True)
        case.refuse("unexpected", value=type(error).__name__)
    if case.wrong:
        case.status = Status.REFUSED
    elif case.told is None or not (case.told.rows or case.told.asks):
        case.status = Status.QUIET
    return case


def in_order(endpoint: WebhookEndpoint, cases: Iterable[Case]) -> list[Case]:
    """This will give the cases that hold: the newest of each object, unless it is old."""
    speaking = [case for case in cases if case.told is not None and not case.wrong]
    abouts = {case.told.about for case in speaking if case.told and case.told.about}
    known = {
        row.about: (row.moment, row.rank)
        for row in WebhookObject.objects.filter(endpoint=endpoint, about__in=abouts)
    }
    holding: dict[str, Case] = {}
    free = []
    for case in sorted(speaking, key=_age):
        told = case.told
        assert told is not None
        if not told.about:
            free.append(case)
        elif (told.moment, told.rank) < known.get(told.about, (told.moment, told.rank)):
            case.status = Status.OUTDATED
        else:
            former = holding.get(told.about)
            if former is not None:
                former.status = Status.OUTDATED
            holding[told.about] = case
    return [*free, *holding.values()]


def _age(case: Case) -> tuple[datetime, int, int]:
    assert case.told is not None
    return (case.told.moment, case.told.rank, case.delivery.pk)


def text(body: Any) -> str:
    """This will give the bytes of a delivery as text."""
    return bytes(body).decode("utf-8", errors="replace")
