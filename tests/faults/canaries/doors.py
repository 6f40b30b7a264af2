"""The other doors: a signed webhook, the REST API, an undone import, a joined record, a folder."""

import base64
import hashlib
import hmac
import json
import shutil
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.faults.canaries.people import Bird, contacts
from tests.faults.canaries.play import AWAY, NOW, bring, confirm, ok, work

FOLDER = AWAY / "folder"


def come_in(manager: Any, client: Any, birds: list[Bird]) -> None:
    """This will bring words of every bird in through each of them."""
    _post(birds)
    _wait(manager, birds)
    _sign(manager, birds)
    _undo(client, birds)
    _read_folder(client, birds)
    work()
    _join(manager, birds)
    work()


def come_again(birds: list[Bird]) -> None:
    """This will send what the webhook sent before once more."""
    from posvenda.api.models import WebhookEndpoint

    _send(WebhookEndpoint.objects.get(provider="signed"), birds, "again")


def _post(birds: list[Bird]) -> None:
    """A program writes with Idempotency-Key, asks for a former day, makes a second record."""
    from django.test import Client

    from posvenda.api.rest.scopes import SCOPES
    from posvenda.base import keys

    key = keys.issue(kind="api", label="ERP", scopes=list(SCOPES), by=None, now=NOW)[1]

    def post(path: str, body: Any, name: str) -> None:
        told = {"authorization": f"Bearer {key}", "idempotency-key": name}
        told = {"content_type": "application/json", "headers": told}  # type: ignore[dict-item]
        ok(Client().post(f"/api/v1{path}", json.dumps(body), **told))

    for bird in birds:
        note = {"customer": bird.key, "body": f"{bird.word('posted')} {bird.name}"}
        post("/notes", note, f"nota-{bird.email}")
        other = {"key": bird.word("second"), "kind": "person", "name": bird.name}
        post("/customers", other, f"outra-{bird.number}")
        day = {"as_of": "2026-06-01", "where": f'who.name == "{bird.name}"', "fields": []}
        post("/snapshots", day, f"dia-{bird.number}")
        kept = {"name": bird.name, "where": f'who.name == "{bird.name}"'}
        post("/segments", kept, f"grupo-{bird.number}")


def _wait(manager: Any, birds: list[Bird]) -> None:
    """Events of a group nobody knows: they wait for somebody to say whose they are."""
    from posvenda.base import keys
    from posvenda.commerce.models import Inbox
    from posvenda.commerce.tracking import flushing
    from posvenda.commerce.tracking.models import Held

    items = [
        {
            "type": "track",
            "messageId": f"held{bird.number}",
            "userId": f"novo{bird.number}",
            "timestamp": NOW.isoformat(),
            "event": "Agenda aberta",
            "context": {"groupId": f"grupo{bird.number}"},
            "properties": {"nota": f"{bird.word('held')} de {bird.key}"},
        }
        for bird in birds
    ]
    source = keys.issue(kind="write", label="outro", scopes=[], by=manager, now=NOW)[0]
    body = json.dumps({"batch": items}).encode()
    told = {"key": "held", "source": source, "received_at": NOW}
    Inbox.objects.create(items=len(items), body=body, **told)
    flushing.flush(now=NOW)
    assert Held.objects.count() >= len(birds)


def _sign(manager: Any, birds: list[Bird]) -> None:
    """A system of the company signs rows; one of them cannot be read and becomes a letter."""
    from posvenda.api.models import WebhookDelivery
    from posvenda.api.webhooks import endpoints
    from posvenda.base.models import DeadLetter

    endpoint, _secret = endpoints.create(
        provider="signed", label="ERP", secret="", options={}, quiet_hours=None, by=manager, now=NOW
    )
    _send(endpoint, birds, "first")
    assert WebhookDelivery.objects.filter(endpoint=endpoint).exclude(status="waiting").exists()
    assert DeadLetter.objects.filter(door="webhook").exists()


def _send(endpoint: Any, birds: list[Bird], name: str) -> None:
    from django.test import Client

    from posvenda.api.webhooks import processing
    from posvenda.base import vault

    key = base64.b64decode(vault.unseal(endpoint.sealed_secret).removeprefix("whsec_"))
    for bird in birds:
        row = {"customer": bird.key, "key": f"w{bird.number}", "happened_at": "2026-05-20"}
        rows = [
            {**row, "kind": "note", "body": bird.word("signed")},
            {**row, "happened_at": "45/45/2026", "body": bird.word("spurned")},
        ]
        body = json.dumps({"type": "interaction.upserted", "data": {"rows": rows}}).encode()
        number, moment = f"{name}-{bird.number}", str(int(NOW.timestamp()))
        digest = hmac.new(key, f"{number}.{moment}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "webhook-id": number,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        address = f"/webhooks/in/{endpoint.public_id}/"
        ok(Client().post(address, body, content_type="application/json", headers=headers))
    processing.process(clock=lambda: NOW)


def _undo(client: Any, birds: list[Bird]) -> None:
    """An import is taken back: its rows stay in their tables, withdrawn."""
    from posvenda.customers.models import Contact

    run = bring(client, contacts(birds, "undone"), "desfazer.zip")
    ok(client.post(f"/importar/{run.public_id}/desfazer/"))
    work()
    run.refresh_from_db()
    assert run.status == "undone", (run.status, run.problem)
    assert Contact.everything.exclude(withdrawn_at=None).count() == len(birds)


def open_folder(path: Path) -> None:
    """This will let a folder of the company be read."""
    from django.conf import settings

    path.mkdir(parents=True, exist_ok=True)
    settings.SOURCE_FOLDERS = (str(path),)


def _read_folder(client: Any, birds: list[Bird]) -> None:
    """A scheduled reading: the first file waits for a person, files named after people follow."""
    from posvenda.api import jobs
    from posvenda.api.models import Source
    from posvenda.api.sources import reading

    source = Source.objects.create(
        kind="folder", address=str(FOLDER), name="ERP", every_minutes=60, created_at=NOW
    )
    for number, bird in enumerate(birds):
        with zipfile.ZipFile(BytesIO(contacts([bird], "folder"))) as archive:
            (FOLDER / f"contatos {bird.key}.csv").write_bytes(archive.read("folder.csv"))
        Source.objects.filter(pk=source.pk).update(reading_at=None)
        jobs.read_source.call(source.pk)
        source.refresh_from_db()
        if number == 0:
            waiting = reading.waiting_run(source)
            assert waiting is not None
            confirm(client, waiting)
            _news()
        work()
    source.refresh_from_db()
    assert source.mappings
    # The company takes its files away itself: we only ever read its folder.
    shutil.rmtree(FOLDER)
    FOLDER.mkdir()


def _news() -> None:
    from posvenda.base import announcements

    announcements.deliver(now=NOW)


def _join(manager: Any, birds: list[Bird]) -> None:
    """The second record of the same person becomes part of the first."""
    from posvenda.customers.identity import merging
    from posvenda.customers.models import Customer

    for bird in birds:
        second = Customer.objects.get(key=bird.word("second"))
        first = Customer.objects.get(key=bird.key)
        merging.merge(second, into=first, by=manager, now=NOW)


def patch(birds: list[Bird]) -> None:
    """This will lay changed rows over the sheet, as a stream of events does."""
    from posvenda.customers import patches, sheet
    from posvenda.customers.models import Customer, Sheet

    ids = list(Customer.objects.filter(key__in=[bird.key for bird in birds]).values_list("pk"))
    sheet.stale([pk for (pk,) in ids], now=NOW + timedelta(seconds=1))
    patches.lay(now=NOW + timedelta(seconds=1))
    assert Sheet.objects.exclude(patch="").exists()


def exported(bird: Bird) -> list[str]:
    """This will list the kinds of words that stand in the copy a person gets."""
    from posvenda.customers.models import Customer
    from posvenda.customers.privacy import exports
    from posvenda.customers.privacy.person import Person

    packed = exports.build(Person(Customer.objects.get(key=bird.key)), now=NOW)
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode().lower()
    needles = bird.needles().items()
    return sorted(kind for kind, several in needles if any(n.lower() in text for n in several))
