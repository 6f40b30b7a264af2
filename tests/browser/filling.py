"""Fills the demo company with what its data pages show: ``python -m tests.browser.filling``.

Everything goes through the actions that people and programs use; only clocks are moved back.
"""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import django

django.setup()

from posvenda.api.models import WebhookDelivery  # noqa: E402
from posvenda.api.webhooks import endpoints, processing  # noqa: E402
from posvenda.base import clock, keys  # noqa: E402
from posvenda.base.models import User  # noqa: E402
from posvenda.commerce.models import Inbox  # noqa: E402
from posvenda.commerce.tracking import flushing  # noqa: E402
from posvenda.customers.identity import merging, proposals, relations  # noqa: E402
from posvenda.customers.models import Contact, Customer  # noqa: E402
from posvenda.customers.privacy import consent, requests  # noqa: E402
from posvenda.customers.privacy.models import Incident, Request  # noqa: E402
from posvenda.demo.signin import LEADERS  # noqa: E402

EVENTS = ("Nota fiscal emitida", "Boleto gerado", "Relatório aberto", "Conciliação concluída")
KINDS = (
    "invoice.paid",
    "customer.subscription.updated",
    "radar.early_fraud_warning.created",
    "charge.succeeded",
)


def main() -> None:
    """This will fill every data page."""
    now = clock.now()
    by = User.objects.get(email=LEADERS["saas"])
    customers = list(Customer.objects.filter(merged_into=None).order_by("pk")[:40])
    _events(customers, by=by, now=now)
    _webhooks(by=by, now=now)
    _identities(customers, by=by, now=now)
    _privacy(customers, by=by, now=now)


def _events(customers: list[Customer], *, by: User, now: datetime) -> None:
    made = now - timedelta(days=30)
    web = keys.issue(kind="write", label="Aplicativo web", scopes=["track"], by=by, now=made)[0]
    app = keys.issue(kind="write", label="Aplicativo no celular", scopes=["track"], by=by, now=made)
    keys.rotate(app[0], overlap=timedelta(days=1), by=by, now=now - timedelta(hours=3))
    scopes = ["customers:read", "customers:write"]
    keys.issue(kind="api", label="Integração com o ERP da matriz", scopes=scopes, by=by, now=made)
    old = keys.issue(kind="write", label="Site antigo", scopes=["track"], by=by, now=made)[0]
    keys.revoke(old, by=by, now=now - timedelta(days=2))
    for batch in range(8):
        items = [_item(batch * 25 + n, customers, now) for n in range(25)]
        body = json.dumps({"batch": items, "sentAt": now.isoformat()}).encode()
        Inbox.objects.create(
            key=f"lote-{batch}",
            source=web if batch % 3 else app[0],
            received_at=now - timedelta(minutes=5 * batch),
            items=len(items),
            body=body,
        )
    flushing.flush(now=now)


def _item(number: int, customers: list[Customer], now: datetime) -> dict[str, Any]:
    """Every eleventh names a group nobody knows; every thirtieth has no name and is refused."""
    known = customers[number % 20].key
    return {
        "type": "track",
        "event": EVENTS[number % 4] if number % 30 else "",
        "userId": f"u{number % 20}",
        "groupId": known if number % 11 else f"acme-{number % 3}",
        "messageId": f"m{number}",
        "timestamp": (now - timedelta(minutes=3 * number)).isoformat(),
    }


def _webhooks(*, by: User, now: datetime) -> None:
    made = now - timedelta(days=40)
    named: dict[str, Any] = {"options": {}, "by": by, "now": made}
    stripe, _ = endpoints.create(
        provider="stripe", label="Stripe", secret="whsec_exemplo", quiet_hours=48, **named
    )
    asaas, _ = endpoints.create(provider="asaas", label="Asaas", secret="", quiet_hours=24, **named)
    asaas.received_at, asaas.is_silent = now - timedelta(days=3), True
    asaas.save()
    for hours, kind, number in zip(range(36, 0, -3), KINDS * 3, count(), strict=False):
        at = now - timedelta(hours=hours)
        told = {"id": f"evt_1Nq{number}", "type": kind, "created": int(at.timestamp())}
        thing = {"id": f"in_{number}", "customer": f"cus_{number}", "amount": 12_900}
        body = json.dumps({**told, "data": {"object": {**thing, "currency": "brl"}}}).encode()
        WebhookDelivery.objects.create(
            endpoint=stripe, key=told["id"], kind=kind, received_at=at, body=body
        )
        stripe.received_at = at
    stripe.save()
    processing.process(clock=lambda: now)


def _identities(customers: list[Customer], *, by: User, now: datetime) -> None:
    for one, other, name in zip(
        customers[20:23],
        customers[23:26],
        ("Padaria Trigo Bom", "Ateliê Lua", "Ótica Sol"),
        strict=True,
    ):
        mail = f"contato@{one.key.lower()}.example"
        Customer.objects.filter(pk=one.pk).update(name=name, email=mail)
        Customer.objects.filter(pk=other.pk).update(name=f"{name} Ltda.", email=mail, tax_id="")
    proposals.find(now=now)
    apart = proposals.propose(customers[27], customers[28], by=by, now=now)
    proposals.set_apart(apart, by=by, now=now)
    merging.merge(customers[29], into=customers[30], by=by, now=now)
    since = now.date() - timedelta(days=100)
    relations.relate(customers[0], customers[1], kind="payer", by=by, now=now, starts_on=since)


def _privacy(customers: list[Customer], *, by: User, now: datetime) -> None:
    people: list[Any] = [*Contact.objects.order_by("pk")[:4], *customers[31:35]]
    asked = zip(
        ("access", "erasure", "correction", "portability"), people, (9, 9, 3, 2), strict=False
    )
    for kind, who, days in asked:
        day = now.date() - timedelta(days=days)
        note = "Chegou por e-mail ao financeiro."
        made = requests.open_request(
            kind=kind, who=who, name=who.name, received_on=day, by=by, now=now, note=note
        )
        if kind == "erasure":
            proof = Request.Proof.REPLY
            requests.verify(made, proof=proof, note="Respondeu do cadastro.", by=by, now=now)
    what = "Planilha de contatos enviada ao cliente errado"
    known = now.date() - timedelta(days=1)
    requests.report_incident(Incident(known_on=known, what=what, is_relevant=True), by=by, now=now)
    for number, purpose in enumerate(("research", "marketing", "news")):
        said = consent.Said(
            purpose=purpose,
            channel="email",
            is_granted=True,
            happened_at=now - timedelta(days=40 - number),
            source="hand",
            evidence="Contrato assinado, cláusula 8",
        )
        consent.record(customers[0], said, by=by, now=now)
    consent.revoke(customers[0], purpose="news", channel="email", by=by, now=now)


if __name__ == "__main__":
    main()
