"""Reading: pages that bear inserts, the condition language, the same figures as on the pages."""

from urllib.parse import quote

import polars as pl
import pytest
from django.test import Client

from posvenda.api.rest import snapshots
from posvenda.api.rest.models import Snapshot
from posvenda.commerce.models import Order
from posvenda.core.facts import Kind
from posvenda.customers import sheet
from posvenda.customers.models import Segment
from posvenda.insights import metrics
from posvenda.insights.client import reasons
from tests.doors.rest.conftest import NOW, Program, issued

pytestmark = pytest.mark.django_db


def walk(program, path, *, between=lambda: None):
    """This will read all pages of a list."""
    mark, found, cursor = "&" if "?" in path else "?", [], ""
    while True:
        page = program.get(f"{path}{mark}limit=2{cursor}")
        assert page.status_code == 200, page.content
        found += page.json()["items"]
        if page.json()["next"] is None:
            return found
        cursor = f"&cursor={page.json()['next']}"
        between()


def orders(program, *keys):
    items = [
        {"key": key, "customer": "C", "happened_at": f"2026-05-{day:02}T12:00:00Z"}
        for day, key in enumerate(keys, 1)
    ]
    assert program.post("/orders/bulk", {"items": items}).json()["refused"] == 0


@pytest.mark.parametrize("sort", ["key", "-key", "happened_at", "-happened_at", "-recorded_at"])
def test_pages_show_each_row_once_whatever_is_written_meanwhile(program, sort):
    keys = ["b", "d", "f", "h", "k"]
    orders(program, *keys)
    fresh = iter(["a", "c", "e", "g"])

    def write():
        Order.objects.filter(key="f", superseded_at=None).update(status="paid")
        program.post("/orders", {"key": next(fresh), "happened_at": "2026-05-03T12:00:00Z"})

    found = [each["key"] for each in walk(program, f"/orders?sort={sort}", between=write)]
    assert len(found) == len(set(found))
    assert set(keys) <= set(found)


def test_rows_are_narrowed_to_customers_a_condition_holds_for(program):
    for name in ("C", "D"):
        program.post("/customers", {"key": name, "name": f"Loja {name}"})
    orders(program, "a", "b", "c")
    program.post("/orders", {"key": "z", "customer": "D", "happened_at": "2026-05-02T12:00:00Z"})
    sheet.refresh(now=NOW)
    where = quote('who.name = "Loja C"')
    assert [each["key"] for each in walk(program, f"/orders?where={where}")] == ["a", "b", "c"]
    assert walk(program, f"/orders?where={where}&customer=D") == []
    nobody = quote("who.name is unknown")
    assert program.get(f"/orders?where={nobody}").json() == {"items": [], "next": None}
    program.post("/tasks", {"customer": "D", "title": "Ligar"})
    assert [
        len(walk(program, f"/tasks?where={one}")) for one in (where, quote('who.name = "Loja D"'))
    ] == [0, 1]
    assert walk(program, f"/notes?where={where}") == []


@pytest.mark.parametrize(
    "path", ["orders", "contracts", "tickets", "contacts", "interactions", "notes", "tasks"]
)
def test_a_condition_that_cannot_be_read_is_refused_on_every_list_of_rows(program, path):
    told = program.get(f"/{path}?where=nope%20%3D%201")
    assert (told.status_code, told.json()["errors"][0]["parameter"]) == (422, "where")


def test_a_key_that_may_not_read_customers_asks_no_condition_about_them(db):
    key = Program(issued(["sales:read"])[1])
    assert key.get("/orders").status_code == 200
    told = key.get("/orders?where=health.score%20%3C%2045")
    assert told.status_code == 403
    assert "customers:read" in told.content.decode()


def test_a_list_is_narrowed_by_customer_and_time(program):
    orders(program, "a", "b", "c")
    program.post("/orders", {"key": "z", "customer": "D", "happened_at": "2026-05-02T12:00:00Z"})
    path = "/orders?customer=C&happened_from=2026-05-02T00:00:00Z"
    path += "&happened_before=2026-05-03T00:00:00Z"
    assert [each["key"] for each in program.get(path).json()["items"]] == ["b"]
    assert program.get("/orders?customer=nobody").json()["items"] == []


def test_a_cursor_of_another_question_is_refused(program):
    orders(program, "a", "b", "c")
    cursor = program.get("/orders?limit=1").json()["next"]
    for path in ("/orders?sort=-key", "/orders?customer=C", "/tickets?limit=1", "/facts?limit=1"):
        mark = "&" if "?" in path else "?"
        told = program.get(f"{path}{mark}cursor={cursor}")
        assert told.json()["errors"][0]["code"] == "cursor"
    assert program.get("/orders?cursor=AAAA").status_code == 422


def test_conditions_choose_and_sort_customers_like_the_list_page(program, town):
    where = quote("contract.mrr > 1000")
    told = walk(program, f"/customers?where={where}&sort=-contract.mrr&fields=contract.mrr")
    assert [(each["name"], each["facts"]["contract.mrr"]) for each in told] == [
        ("Metalúrgica Aroeira", 980_000),
        ("Transportadora Serra", 745_000),
        ("Farmácias Ipê", 710_000),
    ]
    everybody = walk(program, "/facts?sort=contract.mrr&fields=contract.mrr")
    assert [each["facts"]["contract.mrr"] for each in everybody] == [
        *(0, 710_000, 745_000, 980_000),
    ]


def test_a_condition_that_cannot_be_read_is_told_with_its_place(program, town):
    for where, position, word in (
        ("contract.mrr >", 14, "valor"),
        ("contract.mrr > 1 and heelth.score < 4", 21, "health.score"),
        ("who.name < 3", 0, "who.name"),
    ):
        told = program.get(f"/customers?where={quote(where)}", accept_language="pt-BR")
        [error] = told.json()["errors"]
        assert (told.status_code, error["parameter"]) == (422, "where")
        assert error["position"] == position
        assert word in error["message"]


def test_unknown_facts_sorts_and_parameters_are_refused(program, town):
    for path, code in (
        ("/customers?fields=nothing.here", "fact_unknown"),
        ("/customers?sort=nothing", "fact_unknown"),
        ("/customers?wher=a", "unknown_parameter"),
        ("/orders?sort=customer", "sort_unknown"),
        ("/orders?limit=0", "too_small"),
        ("/orders?limit=x", "not_whole"),
        ("/facts?as_of=2020-01-01", "as_of_is_a_job"),
    ):
        told = program.get(path)
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, code)


def _measures(family: reasons.Family) -> list[reasons.Step]:
    """Those of a family, then those of the families within."""
    return [*family.measures, *(each for inner in family.inner for each in _measures(inner))]


def test_the_health_of_a_customer_is_the_one_of_its_page(program, manager):
    from posvenda.base import clock  # the demo reads the clock that the fixture stopped
    from posvenda.demo import load

    load.load("saas", now=clock.now())
    sheet.refresh(now=NOW)
    scores = program.get("/scores?where=health.score%20is%20known&limit=3&sort=health.score").json()
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(manager)
    for one in scores["items"]:
        told = program.get(f"/customers/{one['customer']}/score").json()
        points = sum(each["points"] or 0 for each in told["contributions"])
        assert told["start"] + points == told["score"] == one["score"]
        assert told["start"] + sum(each["points"] for each in told["groups"]) == told["score"]
        row = sheet.lazy(now=NOW).frame.filter(pl.col("public_id") == one["customer"]).collect()
        page = reasons.why(row.row(0, named=True), catalogue=sheet.catalogue(), locale="en")
        assert (page.score, page.band) == (told["score"], told["band"])
        shown = [measure for family in page.families for measure in _measures(family)]
        assert [each.is_known for each in shown] == [
            each["points"] is not None for each in told["contributions"]
        ]
        html = browser.get(f"/clientes/{one['customer']}/").content.decode()
        assert f">{told['score']}<" in html


def test_the_facts_are_those_of_the_sheet_and_the_catalogue_says_what_they_are(program, town):
    aroeira = town["aroeira"].public_id
    told = program.get(f"/customers/{aroeira}/facts").json()
    row = sheet.row(town["aroeira"].pk, now=NOW)
    assert told["as_of"] == "2026-06-16"
    assert told["facts"]["contract.mrr"] == row["contract.mrr"] == 980_000
    catalogue = {each["name"]: each for each in program.get("/catalogue").json()}
    assert set(catalogue) == set(told["facts"])
    assert catalogue["contract.mrr"]["kind"] == Kind.MONEY.value


def test_figures_of_the_company_are_those_of_the_catalogue(program, town):
    told = program.get("/metrics/mrr?first=2026-05-01").json()
    assert {"month": "2026-05-31", "currency": "BRL", "mrr_cents": 2_435_000, "customers": 3} in (
        told["rows"]
    )
    span = metrics.whole_span(as_of=NOW.date())
    assert len(program.get("/metrics/mrr").json()["rows"]) == metrics.month_end_mrr(span).height
    assert program.get("/metrics/nothing").status_code == 404


def test_segments_are_made_read_and_removed(program, town):
    sent = {"name": "Grandes", "where": "contract.mrr > 7200", "sort": "-contract.mrr"}
    made = program.post("/segments", sent)
    assert made.status_code == 201
    where = f"/segments/{made.json()['id']}"
    members = walk(program, f"{where}/members?fields=contract.mrr")
    assert [each["facts"]["contract.mrr"] for each in members] == [980_000, 745_000]
    assert Segment.objects.get().is_shared
    assert made.json() in program.get("/segments").json()
    bad = program.post("/segments", {"name": "x", "where": "nope = 1"}).json()["errors"]
    assert [(each["pointer"], each["position"]) for each in bad] == [("/where", 0)]
    assert program.get("/segments/at_risk/members").status_code == 200
    assert program.delete("/segments/at_risk").status_code == 404
    assert program.delete(where).status_code == 204
    assert not Segment.objects.exists()


def test_facts_of_another_day_are_worked_out_by_the_worker(program, town):
    sent = {"as_of": "2026-01-31", "where": "contract.mrr > 7200", "fields": ["contract.mrr"]}
    asked = program.post("/snapshots", sent)
    assert (asked.status_code, asked.json()["status"]) == (202, "queued")
    where = asked["Location"].removeprefix("/api/v1")
    assert program.get(f"{where}/rows").status_code == 409
    snapshots.perform(Snapshot.objects.get().pk, now=NOW)
    assert program.get(where).json()["rows"] == 2
    rows = walk(program, f"{where}/rows?sort=-contract.mrr")
    assert [each["facts"] for each in rows] == [
        {"contract.mrr": 980_000},
        {"contract.mrr": 745_000},
    ]
    assert program.get(f"{where}/rows").json()["as_of"] == "2026-01-31"
    late = program.post("/snapshots", {"as_of": "2026-06-17"})
    assert late.json()["errors"][0]["code"] == "in_future"


def test_snapshots_are_forgotten_after_a_day(program, town):
    program.post("/snapshots", {"as_of": "2026-01-31"})
    row = Snapshot.objects.get()
    snapshots.perform(row.pk, now=NOW)
    assert len(list(snapshots.folder().iterdir())) == 1
    assert snapshots.prune(now=NOW + snapshots.KEPT) == 0
    assert snapshots.prune(now=NOW + 2 * snapshots.KEPT) == 1
    assert not list(snapshots.folder().iterdir())


def test_queries_do_not_grow_with_the_rows(program, town, django_assert_num_queries):
    orders(program, *"abcdefgh")
    for path, count in (
        ("/orders?limit=2", 3),  # the key, the orders, their lines
        ("/orders?limit=8", 3),
        ("/customers?limit=1", 5),  # the key, customers, tags, attributes, identities
        ("/customers?limit=4", 5),
        ("/tickets?limit=2", 3),  # the key, the tickets, their scores
        ("/tasks?limit=2", 2),
    ):
        with django_assert_num_queries(count):
            assert program.get(path).status_code == 200
