"""Twice sent is once done: Idempotency-Key, ETag, and bulk that goes on after a crash."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from posvenda.api.rest import bulk, idempotency, taking
from posvenda.api.rest.models import Replay
from posvenda.commerce.models import Order, Product
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Customer
from tests.doors.rest.conftest import NOW, Program, issued

pytestmark = pytest.mark.django_db
NOTE = {"customer": "C", "body": "Ligar"}


@pytest.fixture
def customer(program):
    """Somebody to write about."""
    return program.post("/customers", {"key": "C", "name": "Padaria"}).json()


def test_the_first_answer_is_given_to_every_repetition(program, customer):
    first = program.post("/notes", NOTE, idempotency_key="k1")
    again = program.post("/notes", NOTE, idempotency_key="k1")
    assert again.content == first.content
    assert (again.status_code, again["Location"]) == (201, first["Location"])
    assert (again["Idempotency-Replayed"], again["ETag"]) == ("true", first["ETag"])
    assert Interaction.objects.count() == 1
    program.post("/notes", NOTE, idempotency_key="k2")
    assert Interaction.objects.count() == 2


def test_a_refusal_is_repeated_too(program):
    first = program.post("/notes", NOTE, idempotency_key="k1")
    program.post("/customers", {"key": "C"})
    again = program.post("/notes", NOTE, idempotency_key="k1")
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.content == first.content
    assert not Interaction.objects.exists()


def test_another_request_under_the_same_key_is_refused(program, customer):
    program.post("/notes", NOTE, idempotency_key="k1")
    for path, body in (("/notes", {**NOTE, "body": "x"}), ("/tasks", NOTE)):
        told = program.post(path, body, idempotency_key="k1")
        assert (told.status_code, told.json()["code"]) == (422, "key_reused")


def test_two_programs_may_use_the_same_key(program, customer):
    other = Program(issued(["service:write"])[1])
    program.post("/notes", NOTE, idempotency_key="k1")
    assert other.post("/notes", NOTE, idempotency_key="k1").status_code == 201
    assert Interaction.objects.count() == 2


def test_a_request_at_work_is_told_so_and_may_be_taken_over_after_its_lease(program, customer):
    program.post("/notes", NOTE, idempotency_key="k1")
    Replay.objects.update(status=None, lease_until=NOW + timedelta(seconds=1))
    told = program.post("/notes", NOTE, idempotency_key="k1")
    assert (told.status_code, told.json()["code"]) == (409, "in_flight")
    assert told["Retry-After"]
    Replay.objects.update(lease_until=NOW - timedelta(seconds=1))
    assert program.post("/notes", NOTE, idempotency_key="k1").status_code == 201


def test_a_busy_database_is_503_and_the_key_stays_free(program, customer, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken:
        broken.setattr(taking, "news", locked)
        told = program.post("/notes", NOTE, idempotency_key="k1")
    assert (told.status_code, told["Retry-After"]) == (503, "1")
    assert not Interaction.objects.exists()
    assert program.post("/notes", NOTE, idempotency_key="k1").status_code == 201


def test_a_fault_of_ours_changes_nothing_and_says_no_more_than_it_must(
    program, customer, monkeypatch
):
    def broken(*args, **kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(taking, "news", broken)
    told = program.post("/notes", NOTE, idempotency_key="k1")
    assert (told.status_code, told["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in told.content.decode()
    assert not Interaction.objects.exists()
    assert program.post("/notes", NOTE, idempotency_key="k1").content == told.content


def test_keys_are_forgotten_after_a_day(program, customer):
    program.post("/notes", NOTE, idempotency_key="k1")
    assert idempotency.prune(now=NOW + timedelta(hours=24)) == 0
    assert idempotency.prune(now=NOW + timedelta(hours=24, seconds=1)) == 1


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\tb"])
def test_a_key_that_is_no_key_is_refused(program, customer, key):
    told = program.post("/notes", NOTE, idempotency_key=key)
    assert told.status_code == 422
    assert told.json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_what_is_known_is_not_sent_again(program, customer):
    address = f"/customers/{customer['id']}"
    first = program.get(address)
    short = program.get(address, if_none_match=f'"other", {first["ETag"]}')
    assert (short.status_code, short.content, short["ETag"]) == (304, b"", first["ETag"])
    program.patch(address, {"name": "Padoca"})
    assert program.get(address, if_none_match=first["ETag"]).status_code == 200


def test_a_change_that_came_before_is_not_overwritten(program, customer):
    address = f"/customers/{customer['id']}"
    seen = program.get(address)["ETag"]
    changed = program.patch(address, {"name": "Padoca"}, if_match=seen)
    assert (changed.status_code, changed["ETag"]) == (200, program.get(address)["ETag"])
    late = program.patch(address, {"name": "Padaria Nova"}, if_match=seen)
    assert late.status_code == 412
    assert Customer.objects.get().name == "Padoca"
    assert program.patch(address, {"name": "X"}, if_match="*").status_code == 200


def items(count, *, start=0):
    return [
        {"key": f"P{number:05}", "name": f"Produto {number}"}
        for number in range(start, start + count)
    ]


def test_good_rows_go_in_and_bad_ones_are_told_with_row_field_value_and_way_out(program):
    rows = items(4)
    rows[1] = {"key": "X", "kind": "robot"}
    rows[2] = {"key": "Y", "nome": "Z"}
    rows.append(rows[0])
    rows.append({**rows[3], "name": "Outro"})
    told = program.post("/products/bulk", {"items": rows}, accept_language="pt-BR").json()
    statuses = [each["status"] for each in told["results"]]
    assert statuses == ["created", "refused", "refused", "created", "unchanged", "refused"]
    assert (told["created"], told["unchanged"], told["refused"]) == (2, 1, 3)
    [kind] = told["results"][1]["errors"]
    assert (kind["pointer"], kind["value"]) == ("/items/1/kind", "robot")
    assert kind["message"] == "Precisa ser um destes: goods, service, plan, charge"
    assert told["results"][5]["errors"][0]["code"] == "duplicate_key"
    assert Product.objects.count() == 2


def test_the_same_rows_again_change_nothing_and_new_values_correct(program):
    orders = [
        {
            "key": f"O{number}",
            "customer": f"C{number % 3}",
            "happened_at": "2026-05-01T12:00:00Z",
            "amount_cents": number,
            "lines": [{"key": "1", "product": "P", "amount_cents": number}],
        }
        for number in range(20)
    ]
    first = program.post("/orders/bulk", {"items": orders}).json()
    assert first["created"] == 20
    again = program.post("/orders/bulk", {"items": orders}).json()
    assert again["unchanged"] == 20
    assert Order.objects.count() == 20
    orders[3]["lines"][0]["amount_cents"] = 99
    third = program.post("/orders/bulk", {"items": orders}).json()
    assert (third["updated"], third["unchanged"]) == (1, 19)
    assert third["results"][3]["status"] == "updated"


def test_bulk_goes_on_after_a_crash_and_ends_with_the_same_report(program, monkeypatch):
    monkeypatch.setattr(bulk, "PART", 5)
    rows = items(12)
    whole = bulk._part
    parts = []

    def crash(*args, **kwargs):
        parts.append(args)
        if len(parts) == 3:
            raise SystemExit  # as when the process is killed: nothing catches it
        return whole(*args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(bulk, "_part", crash)
        with pytest.raises(SystemExit):
            program.post("/products/bulk", {"items": rows}, idempotency_key="b1")
    assert Product.objects.count() == 10
    assert program.post("/products/bulk", {"items": rows}, idempotency_key="b1").status_code == 409
    Replay.objects.update(lease_until=NOW - timedelta(seconds=1))
    told = program.post("/products/bulk", {"items": rows}, idempotency_key="b1").json()
    assert (told["created"], len(told["results"])) == (12, 12)
    assert Product.objects.count() == 12


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), RuntimeError("bug")])
def test_bulk_that_stops_midway_says_so_and_goes_on(program, monkeypatch, fault):
    monkeypatch.setattr(bulk, "PART", 5)
    rows, whole, parts = items(12), bulk._part, []

    def stop(*args, **kwargs):
        parts.append(args)
        if len(parts) == 2:
            raise fault
        return whole(*args, **kwargs)

    monkeypatch.setattr(bulk, "_part", stop)
    told = program.post("/products/bulk", {"items": rows}, idempotency_key="b1")
    assert (told.status_code, told.json()["code"]) == (503, "midway")
    assert Product.objects.count() == 5
    told = program.post("/products/bulk", {"items": rows}, idempotency_key="b1").json()
    assert (told["created"], len(told["results"]), Product.objects.count()) == (12, 12, 12)


def test_bulk_takes_five_thousand_and_no_more(program):
    told = program.post("/products/bulk", {"items": items(5_001)})
    assert told.json()["errors"][0]["code"] == "too_many"
    for body in ({}, {"items": []}, {"items": {}}, {"items": [1]}, {"items": [{}], "x": 1}, []):
        assert program.post("/products/bulk", body).status_code == 422


def test_bulk_asks_the_database_by_part_and_not_by_row(program):
    from django.test.utils import CaptureQueriesContext

    program.post("/products/bulk", {"items": items(1, start=9_000)})
    counts = []
    for count, start in ((10, 0), (100, 1_000)):
        with CaptureQueriesContext(connection) as asked:
            program.post("/products/bulk", {"items": items(count, start=start)})
        counts.append(len(asked))
    assert counts[0] == counts[1]
