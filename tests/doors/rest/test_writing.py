"""Rows by API are the rows of a file: same keys, corrections as versions, retraction by DELETE."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from posvenda.api.imports.load import Loader
from posvenda.api.rest import names
from posvenda.base.models import Announcement, Batch
from posvenda.commerce.models import Answer, ContractLine, Order, OrderLine, Ticket
from posvenda.customers.models import Contact, Customer, Ownership, Tagging, Touch
from tests.doors.rest.conftest import NOW

pytestmark = pytest.mark.django_db
MAY = "2026-05-04T09:00:00-03:00"
ORDER = {
    "key": "536365",
    "customer": "17850",
    "happened_at": MAY,
    "currency": "GBP",
    "lines": [
        {
            "key": "1",
            "product": "85123A",
            "product_name": "Heart",
            "quantity": 6,
            "unit_price": "2.55",
        }
    ],
}


def from_file(record, *rows):
    """This will take rows in as an import of a file does."""
    batch = Batch.objects.create(label="f", kind="import", started_at=NOW)
    loader = Loader(batch, now=NOW)
    loader.begin_file()
    return loader.apply(record, [{"_line": n, **row} for n, row in enumerate(rows, 2)])


def test_a_customer_comes_in_with_everything_that_is_said(program, csm):
    said = {
        "key": "C9",
        "name": " Padaria\0 ",
        "tax_id": "11.222.333/0001-81",
        "email": "Ana@Padaria.com.br",
        "phone": "11 98765-4321",
        "owner": csm.email,
        "tags": ["vip"],
        "attributes": {"plan": "pro", "stores": 3},
        "identities": {"stripe": "cus_1"},
    }
    told = program.post("/customers", said)
    assert told.status_code == 201
    assert told["Location"] == f"/api/v1/customers/{told.json()['id']}"
    row = Customer.objects.get()
    assert (row.name, row.tax_id, row.email) == ("Padaria", "11222333000181", "ana@padaria.com.br")
    assert row.phone == "+5511987654321"
    assert Ownership.objects.get().user == csm
    assert Tagging.objects.get().tag == "vip"
    shown = program.get(told["Location"].removeprefix("/api/v1")).json()
    assert shown == told.json()
    assert shown["attributes"] == {"plan": "pro", "stores": 3}
    assert shown["identities"] == {"stripe": ["cus_1"]}
    assert Announcement.objects.filter(kind="customer.changed", customer_ref=row.pk).exists()
    assert Touch.objects.filter(customer_ref=row.pk).exists()


def test_a_twin_by_key_or_tax_id_is_not_made(program):
    first = program.post("/customers", {"key": "A", "name": "A", "tax_id": "11222333000181"}).json()
    for twin in ({"key": "A"}, {"key": "B", "tax_id": "11.222.333/0001-81"}):
        told = program.post("/customers", twin)
        assert (told.status_code, told.json()["id"]) == (409, first["id"])
    assert Customer.objects.count() == 1


def test_a_customer_is_changed_and_emptied(program, csm):
    made = program.post(
        "/customers",
        {
            "key": "A",
            "name": "A",
            "email": "a@b.co",
            "tags": ["x", "y"],
            "attributes": {"plan": "pro"},
            "owner": csm.email,
        },
    ).json()
    change = {"name": "B", "email": None, "tags": ["y", "z"], "attributes": {"plan": None}}
    told = program.patch(f"/customers/{made['id']}", {**change, "owner": None})
    assert told.status_code == 200
    shown = told.json()
    assert (shown["name"], shown["email"], shown["owner"]) == ("B", None, None)
    assert (shown["tags"], shown["attributes"]) == (["y", "z"], {})
    assert Ownership.objects.get().ends_at == NOW
    assert program.patch(f"/customers/{made['id']}", {"name": None}).status_code == 422


def test_an_order_by_api_and_by_file_is_one_order(program):
    made = program.post("/orders", ORDER)
    assert made.status_code == 201
    at = datetime.fromisoformat(MAY).astimezone(UTC)  # as the importer reads it
    line = {
        "order": "536365",
        "line": "1",
        "customer": "17850",
        "product": "85123A",
        "product_name": "Heart",
        "quantity": Decimal(6),
        "unit_price": Decimal("2.55"),
        "happened_at": at,
        "currency": "GBP",
    }
    whole = {"number": "536365", "customer": "17850", "happened_at": at, "currency": "GBP"}
    assert from_file("order", whole).same == 1
    assert from_file("order_line", line).same == 1
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (1, 1, 1)
    assert made.json()["lines"][0]["amount_cents"] == 1530


def test_a_row_of_a_file_is_found_and_corrected_by_api(program):
    row = {"key": "K1", "customer": "C", "starts_on": date(2026, 1, 1), "amount": 10_000}
    from_file("contract", {**row, "currency": "BRL", "period": "month"})
    address = f"/contracts/{names.encode('K1')}"
    assert program.get(address).json()["amount_cents"] == 10_000
    told = program.patch(address, {"amount_cents": 20_000, "seats": 3})
    assert told.status_code == 200
    old, new = ContractLine.objects.order_by("pk")
    assert (old.amount_cents, old.superseded_at) == (10_000, NOW)
    assert (new.amount_cents, new.seats, new.superseded_at) == (20_000, 3, None)
    assert program.patch(address, {"seats": 3}).json() == told.json()
    assert ContractLine.objects.count() == 2


def test_a_removal_is_a_retraction_and_the_past_stays(program):
    made = program.post("/orders", ORDER).json()
    address = f"/orders/{made['id']}"
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404
    assert program.get("/orders").json()["items"] == []
    versions = program.get(f"{address}/versions").json()["items"]
    assert [each["is_retracted"] for each in versions] == [False, True]
    assert not OrderLine.objects.filter(superseded_at=None, is_retracted=False).exists()
    assert program.post("/orders", ORDER).status_code == 201
    assert len(program.get(f"{address}/versions").json()["items"]) == 3
    assert len(program.get(address).json()["lines"]) == 1


def test_lines_that_a_correction_leaves_out_are_taken_back(program):
    made = program.post("/orders", ORDER).json()
    lines = [{"key": "2", "product": "B", "amount_cents": 700}]
    told = program.patch(f"/orders/{made['id']}", {"lines": lines}).json()
    assert [(line["key"], line["amount_cents"]) for line in told["lines"]] == [("536365/2", 700)]
    assert OrderLine.objects.filter(is_retracted=True).count() == 1


def test_the_score_of_a_ticket_comes_and_goes(program):
    program.post("/customers", {"key": "C"})
    ticket = {"key": "T1", "customer": "C", "happened_at": MAY, "score": 4}
    made = program.post("/tickets", ticket).json()
    assert made["score"] == 4
    assert Answer.objects.get().score == 4
    told = program.patch(f"/tickets/{made['id']}", {"score": None, "priority": "high"}).json()
    assert (told["score"], told["priority"]) == (None, "high")
    assert Ticket.objects.filter(superseded_at=None).count() == 1
    assert not Answer.objects.filter(superseded_at=None, is_retracted=False).exists()


def test_contacts_and_subjects_belong_to_a_customer_named_any_way(program):
    made = program.post("/customers", {"key": "C", "tax_id": "11222333000181"}).json()
    for number, ref in enumerate((made["id"], "C", "11222333000181")):
        sent = {"customer": ref, "name": "Ana", "email": f"ana{number}@b.co"}
        told = program.post("/contacts", sent)
        assert (told.status_code, told.json()["customer"]) == (201, made["id"])
    assert set(Contact.objects.values_list("key", flat=True)) == {
        f"C/ana{number}@b.co" for number in range(3)
    }
    pet = program.post("/subjects", {"customer": "C", "name": "Rex", "detail": {"breed": "SRD"}})
    assert pet.json()["detail"] == {"breed": "SRD"}
    left = program.patch(f"/contacts/{told.json()['id']}", {"left_at": MAY, "role": "CEO"}).json()
    assert (left["role"], left["left_at"]) == ("CEO", "2026-05-04T12:00:00Z")
    assert Contact.objects.exclude(left_at=None).get().left_recorded_at == NOW


def test_notes_and_tasks_are_written_changed_and_taken_back(program, csm):
    program.post("/customers", {"key": "C", "owner": csm.email})
    note = program.post("/notes", {"customer": "C", "body": "Ligar na terça"}).json()
    assert (note["kind"], note["direction"]) == ("note", "internal")
    assert program.get("/notes?customer=C").json()["items"] == [note]
    assert program.delete(f"/notes/{note['id']}").status_code == 204
    assert program.get("/notes").json()["items"] == []
    task = program.post("/tasks", {"customer": "C", "title": "Renovar"}).json()
    assert (task["owner"], task["is_done"]) == (csm.email, False)
    done = program.patch(f"/tasks/{task['id']}", {"is_done": True}).json()
    assert done["done_at"] == "2026-06-16T12:00:00Z"
    assert program.get("/tasks?is_done=false").json()["items"] == []
    assert program.patch(f"/tasks/{task['id']}", {"is_done": True}).json() == done


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code"),
    [
        ("/customers", {"key": "A", "tax_id": "11222333000182"}, "/tax_id", "cnpj_check"),
        ("/customers", {"key": "A", "email": "ana@"}, "/email", "not_an_email"),
        ("/customers", {"key": "A", "owner": "no@b.co"}, "/owner", "owner_unknown"),
        ("/customers", {"key": "A", "nome": "x"}, "/nome", "unknown_field"),
        ("/customers", {"key": "A", "kind": "robot"}, "/kind", "not_one_of"),
        ("/customers", {}, "", "nobody"),
        ("/contacts", {"customer": "none", "name": "A"}, "/customer", "customer_unknown"),
        ("/orders", {"key": "1"}, "/happened_at", "required"),
        ("/orders", {"key": "1", "happened_at": "2026-06-16"}, "/happened_at", "not_a_moment"),
        ("/orders", {"happened_at": MAY, "lines": [{}]}, "/lines/0/amount_cents", "required"),
        ("/products", {"key": " "}, "/key", "required"),
        ("/tickets", {"customer": "C", "happened_at": MAY, "score": 9}, "/score", "score_range"),
        (
            "/contracts",
            {
                "customer": "C",
                "amount_cents": 1,
                "starts_on": "2026-02-01",
                "ends_on": "2026-01-01",
            },
            "/ends_on",
            "ends_before_start",
        ),
    ],
)
def test_what_cannot_be_taken_is_told_with_field_value_and_way_out(
    program, path, body, pointer, code
):
    program.post("/customers", {"key": "C"})
    told = program.post(path, body)
    assert (told.status_code, told["Content-Type"]) == (422, "application/problem+json")
    [error] = told.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert error["message"]
    assert not Order.objects.exists()
    assert not Batch.objects.exclude(kind="api").exists()


def test_reasons_come_in_the_language_asked_for(program):
    sent = {"key": "A", "email": "ana@"}
    english = program.post("/customers", sent).json()["errors"][0]["message"]
    told = program.post("/customers", sent, accept_language="pt-BR,pt;q=0.9").json()
    assert "address" in english
    assert told["errors"][0]["message"] == ("Não é um e-mail; deve ser como ana@empresa.com.br")


def test_a_customer_is_recognised_by_the_rules_of_the_importer(program):
    made = program.post("/customers", {"key": "A", "name": "A", "email": "a@b.co"}).json()
    told = program.post("/customers", {"key": "B", "name": "A", "email": "a@b.co"})
    assert (told.status_code, told.json()["id"]) == (409, made["id"])
    items = [{"key": "B", "name": "A", "email": "A@b.co", "attributes": {"plan": "pro"}}]
    report = program.post("/customers/bulk", {"items": items}).json()
    assert [(each["status"], each["id"]) for each in report["results"]] == [("updated", made["id"])]
    assert Customer.objects.count() == 1
    note = program.post("/notes", {"customer": "B", "body": "x"}).json()
    assert note["customer"] == made["id"]


def test_a_joined_customer_leads_to_the_one_that_stands(program):
    kept, joined = (
        program.post("/customers", {"key": key, "name": key}).json() for key in ("A", "B")
    )
    Customer.objects.filter(key="B").update(merged_into=Customer.objects.get(key="A"))
    assert [each["id"] for each in program.get("/customers").json()["items"]] == [kept["id"]]
    assert program.get(f"/customers/{joined['id']}").json()["id"] == kept["id"]
    for ref in ("B", joined["id"]):
        task = program.post("/tasks", {"customer": ref, "title": "Ligar"}).json()
        assert task["customer"] == kept["id"]
        assert len(program.get(f"/tasks?customer={ref}").json()["items"]) >= 1
