"""One whole life of many people, in a process and a home of its own: in, out, looked for.

    python -m tests.faults.canaries.play PEOPLE MUTANT

Prints one line of JSON: where words of the people stood before, after, in a backup made after, and
after an older backup was restored. MUTANT leaves out one part of the erasure; the search sees it.
"""

import argparse
import json
import logging
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HOME = Path(os.environ["POSVENDA_HOME"])
NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
os.environ["POSVENDA_NOW"] = NOW.isoformat()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posvenda.config.settings")
AWAY = HOME.parent / "away"


def main(count: int, mutant: str) -> dict[str, Any]:
    """This will play it through."""
    _own_database()
    import django

    django.setup()
    from posvenda.config.prepare import migrate
    from posvenda.customers.privacy import scrubbing
    from tests.faults.canaries import doors
    from tests.faults.canaries.people import Bird

    # Other tests on the same server hold transactions; each ends some time.
    scrubbing.ATTEMPTS = 1_200
    migrate()
    people, stays = [Bird(n) for n in range(count)], Bird(count)
    manager = _staff()
    doors.open_folder(AWAY / "folder")
    _come_in(manager, [*people, stays])
    before = _found(people)
    exported = doors.exported(people[0])
    sales = _sales()
    _backup(AWAY / "old.tar.gz")
    _break(mutant)
    _leave(manager, people)
    told: dict[str, Any] = {"people": count, "before": before, "after": _found(people)}
    told["exported"] = exported
    told["sales_are_equal"] = sales == _sales()
    told["lawful"] = _found_lawful(people)
    told["other"] = sorted(_found([stays]))
    told["refused"] = _come_again(manager, people)
    told["after_return"] = _found(people)
    _backup(AWAY / "new.tar.gz")
    told["backup"] = _in_backup(people)
    told["restored"] = _restore(people)
    told["left"] = _left()
    return told


def _own_database() -> None:
    """On PostgreSQL a database of its own, so that only its files are searched."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        import psycopg

        name = f"canaries_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        os.environ["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"


def _files_of_postgresql() -> Path | None:
    """The folder with the tables of this database; its own log is out of our reach."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = cursor.fetchone()[0]
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0]) / "base" / str(oid)


def _staff() -> Any:
    from posvenda.base.models import User

    User.objects.create_user("admin@x.example", "uma senha bem longa", name="Ada", role="admin")
    return User.objects.create_user(
        "m@x.example", "uma senha bem longa", name="Bia", role="manager"
    )


def _come_in(manager: Any, birds: list[Any]) -> None:
    """Through the doors: the import page, the customer's page, a batch of events, a dead letter."""
    from posvenda.base import deadletters
    from posvenda.commerce.tracking import flushing
    from posvenda.customers import actions, sheet
    from posvenda.customers.models import Attribute, Customer, Identity
    from posvenda.customers.privacy import jobs, requests
    from tests.faults.canaries import doors
    from tests.faults.canaries.people import archive

    client = _signed_in(manager)
    bring(client, archive(birds))
    nickname = Attribute.objects.create(name="apelido", label="Apelido", kind="text")
    customers = {customer.key: customer for customer in Customer.objects.all()}
    for bird in birds:
        customer = customers[bird.key]
        page = f"/clientes/{customer.public_id}/"
        note = f"Nota {bird.word('note')} de {bird.name}"
        ok(client.post(f"{page}notas/nova/", {"kind": "note", "body": note}))
        task = {"title": bird.word("task"), "owner": manager.pk, "due_on": "", "body": ""}
        ok(client.post(f"{page}tarefas/nova/", task))
        ok(client.post(f"{page}etiquetas/", {"tag": bird.word("tag").lower()}))
        told = {"attribute": nickname, "value": bird.word("attribute")}
        actions.set_attribute(customer, **told, by=manager, now=NOW)
        actions.edit(customer, by=manager, now=NOW, name=bird.name + " Z")
        actions.edit(customer, by=manager, now=NOW, name=bird.name)
        Identity.objects.create(
            customer=customer, scheme="stripe", value=bird.word("stripe"), recorded_at=NOW
        )
        letter = json.dumps({"email": bird.email, "texto": bird.word("letter")})
        deadletters.keep(
            [deadletters.Refused(body=letter, code="x")], door="tracking", source="t", now=NOW
        )
        asked = requests.open_request(
            kind="portability", who=customer, name=bird.name, note=bird.document,
            received_on=NOW.date(), by=manager, now=NOW,
        )  # fmt: skip
        requests.verify(asked, proof="reply", note=bird.email, by=manager, now=NOW)
        jobs.export.enqueue(asked.pk)
    _track(manager, birds, "first")
    flushing.flush(now=NOW)
    _deliver(birds)
    doors.come_in(manager, client, birds)
    _track(manager, birds, "waits")
    sheet.refresh(now=NOW)
    doors.patch(birds)


def _track(manager: Any, birds: list[Any], key: str) -> None:
    """A batch of the product: who they are, what they did."""
    from posvenda.base import keys
    from posvenda.commerce.models import Inbox

    at = NOW.isoformat()
    items = []
    for bird in birds:
        told = {"email": bird.email, "name": bird.name, "nota": bird.word("trait")}
        who = {"userId": bird.key, "timestamp": at}
        did = {"event": "Agenda aberta", "properties": {"nota": bird.word("event")}}
        items += [
            {"type": "identify", "messageId": f"{key}i{bird.number}", "traits": told, **who},
            {"type": "track", "messageId": f"{key}t{bird.number}", **did, **who},
            {"type": "track", "messageId": f"{key}h{bird.number}", **did, "userId": bird.email},
        ]
    source = keys.issue(kind="write", label="site", scopes=[], by=manager, now=NOW)[0]
    body = json.dumps({"batch": items}).encode()
    Inbox.objects.create(key=key, source=source, received_at=NOW, items=len(items), body=body)


def _deliver(birds: list[Any]) -> None:
    """What a shop system sent, taken in long ago and still stored."""
    from posvenda.api.models import WebhookDelivery, WebhookEndpoint

    endpoint = WebhookEndpoint.objects.create(
        provider="nuvemshop", label="loja", sealed_secret="", created_at=NOW
    )
    for bird in birds:
        body = json.dumps({"contact_email": bird.email, "nota": bird.word("hook")}).encode()
        WebhookDelivery.objects.create(
            endpoint=endpoint, key=f"d{bird.number}", received_at=NOW, body=body, status="done"
        )


def _signed_in(manager: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(manager)
    return client


def ok(answer: Any) -> None:
    """This will refuse an answer that tells of a failure."""
    assert answer.status_code in (200, 201, 202, 204, 302), (
        answer.status_code,
        answer.content.decode()[:800],
    )


def bring(client: Any, packed: bytes, name: str = "tudo.zip") -> Any:
    """This will import a file over the page, as a person does."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from posvenda.api.models import ImportRun

    file = SimpleUploadedFile(name, packed, content_type="application/zip")
    ok(client.post("/importar/", {"files": [file]}))
    return confirm(client, ImportRun.objects.latest("pk"))


def confirm(client: Any, run: Any) -> Any:
    """This will have a run that waits go in."""
    work()
    ok(client.post(f"/importar/{run.public_id}/colunas/", {"act": "check"}))
    work()
    ok(client.get(f"/importar/{run.public_id}/"))
    ok(client.post(f"/importar/{run.public_id}/comecar/", {}))
    work()
    run.refresh_from_db()
    assert run.status == "done", (run.status, run.problem, run.summary)
    return run


def work() -> None:
    """This will do every job that waits, as the worker runs them."""
    from django_tasks_db.management.commands.db_worker import Worker

    worker = Worker(
        queue_names=["*"], interval=0.1, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="canary", excluded_queue_names=[],
    )  # fmt: skip
    worker.run()


def _break(mutant: str) -> None:
    """Leaves out one part of the erasure."""
    from posvenda.customers import holdings
    from posvenda.customers.privacy import erasing, exports, places, scrubbing, sheets

    match mutant:
        case "no_scrub":
            scrubbing.scrub = lambda: None
            scrubbing.wipe_as_you_go = lambda: None
        case "no_wait":
            scrubbing._outlive_the_older = lambda: None
        case "no_sheets":
            sheets.forget = lambda ids: 0
        case "no_exports":
            exports.drop_of = lambda person: 0
        case "no_replay":
            erasing.replay = lambda now: 0
        case str() as name if name.startswith("holding:"):
            holdings._holdings.pop(name.removeprefix("holding:"))
        case str() as name if name.startswith("place:"):
            places._places.pop(name.removeprefix("place:"))


def _leave(manager: Any, people: list[Any]) -> None:
    from posvenda.customers.models import Customer
    from posvenda.customers.privacy import erasing, requests
    from posvenda.customers.privacy.models import Erasure

    for bird in people:
        asked = requests.open_request(
            kind="erasure", who=Customer.objects.get(key=bird.key), name=bird.name,
            note=f"CPF {bird.document}", received_on=NOW.date(), by=manager, now=NOW,
        )  # fmt: skip
        requests.verify(asked, proof="document", note=bird.document, by=manager, now=NOW)
        erasing.begin(asked, typed=bird.name, by=manager, now=NOW)
    work()
    assert not Erasure.objects.filter(finished_at=None).exists()


def _come_again(manager: Any, people: list[Any]) -> int:
    """The same people in the company's next export: every row stays out, nothing of it is kept."""
    from posvenda.commerce.tracking import flushing
    from posvenda.customers.privacy import jobs
    from tests.faults.canaries import doors
    from tests.faults.canaries.people import archive

    run = bring(_signed_in(manager), archive(people))
    _track(manager, people, "again")
    flushing.flush(now=NOW)
    doors.come_again(people)
    jobs.tidy.call()
    return int(sum(file.rows_refused for file in run.files.all()))


def _look(people: list[Any], folder: Path = HOME) -> dict[str, list[str]]:
    from tests.faults.canaries.looking import look

    needles: dict[str, list[str]] = {}
    for bird in people:
        for kind, several in bird.needles().items():
            needles.setdefault(kind, []).extend(several)
    return look(folder, needles)


def _found(people: list[Any]) -> dict[str, list[str]]:
    tables = _files_of_postgresql()
    more = _look(people, tables) if tables else {}
    home = _look(people)
    return {kind: home.get(kind, []) + more.get(kind, []) for kind in sorted({*home, *more})}


def _found_lawful(people: list[Any]) -> list[str]:
    """The columns that hold the one thing the law keeps: the number of an order."""
    from django.apps import apps
    from django.db import models

    found = set()
    for model in apps.get_models():
        texts = [
            f for f in model._meta.fields if isinstance(f, models.CharField | models.TextField)
        ]
        for field in texts:
            if model._default_manager.filter(**{f"{field.name}__in": [b.order for b in people]}):
                found.add(f"{model._meta.label_lower}.{field.name}")
    return sorted(found)


def _sales() -> str:
    from posvenda.insights import metrics

    span = metrics.whole_span(as_of=NOW.date())
    sold = str(metrics.net_sales(span).rows()) + str(metrics.month_end_mrr(span).rows())
    return sold + str(_lines_by_month())


def _lines_by_month() -> list[tuple[Any, ...]]:
    """What the lines of orders say was sold: money and pieces, by month and product."""
    from django.db.models import Sum
    from django.db.models.functions import TruncMonth

    from posvenda.commerce.models import OrderLine

    standing = OrderLine.objects.filter(superseded_at=None, is_retracted=False)
    by_month = standing.annotate(month=TruncMonth("happened_at")).values_list(
        "month", "product__key"
    )
    summed = by_month.annotate(cents=Sum("amount_cents"), pieces=Sum("quantity"))
    return list(summed.order_by("month", "product__key"))


def _backup(target: Path) -> None:
    from posvenda.config import backup

    target.parent.mkdir(exist_ok=True)
    assert backup.run(argparse.Namespace(file=target), now=NOW) == 0


def _in_backup(people: list[Any]) -> dict[str, list[str]]:
    folder = AWAY / "unpacked"
    shutil.unpack_archive(AWAY / "new.tar.gz", folder, filter="data")
    found = _look(people, folder)
    shutil.rmtree(folder)
    return found


def _restore(people: list[Any]) -> dict[str, list[str]]:
    from posvenda.config import restore

    arguments = argparse.Namespace(file=AWAY / "old.tar.gz", replace=True)
    assert restore.run(arguments, now=NOW + timedelta(days=1)) == 0
    return _found(people)


def _left() -> int:
    from posvenda.customers.models import Customer

    return Customer.objects.filter(merged_into=None).count()


if __name__ == "__main__":
    logging.basicConfig(filename=HOME / "log.txt", level=logging.DEBUG)
    result = main(int(sys.argv[1]), sys.argv[2])
    print(json.dumps(result))
