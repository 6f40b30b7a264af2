"""Who may ask: a key in force with the right scope, within its limit; everything else is told."""

import pytest
from django.test import Client

from posvenda.api.rest import limits
from posvenda.base import keys
from posvenda.base.models import Audit
from tests.doors.rest.conftest import NOW, Program, issued

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer sk_x_y", "Basic abc", "Bearer é"])
def test_without_a_key_nothing_opens(sent):
    headers = {} if sent is None else {"authorization": sent}
    told = Client().get("/api/v1/customers", headers={**headers, "accept-language": "pt-BR"})
    assert told.status_code == 401
    assert told["Content-Type"] == "application/problem+json"
    assert told["WWW-Authenticate"].startswith("Bearer")
    assert told.json()["title"] == "Sem chave válida"


def test_a_revoked_key_and_a_tracking_key_open_nothing(admin):
    row, text = issued(["customers:read"])
    assert Program(text).get("/customers").status_code == 200
    keys.revoke(row, by=admin, now=NOW)
    assert Program(text).get("/customers").status_code == 401
    tracking = keys.issue(kind="write", label="Site", scopes=["track"], by=None, now=NOW)[1]
    assert Program(tracking).get("/customers").status_code == 401


def test_a_key_does_what_its_scopes_say_and_no_more():
    program = Program(issued(["customers:read"])[1])
    assert program.get("/customers").status_code == 200
    told = program.post("/customers", {"key": "a"})
    assert told.status_code == 403
    assert "customers:write" in told.json()["detail"]
    assert program.get("/orders").status_code == 403
    assert program.get("/facts").status_code == 403


def test_read_stands_for_every_read():
    program = Program(issued(["read"])[1])
    for path in ("/customers", "/orders", "/facts", "/segments", "/tasks"):
        assert program.get(path).status_code == 200
    assert program.post("/notes", {"customer": "x", "body": "y"}).status_code == 403


def test_the_limit_is_told_and_then_kept(settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    program, other = Program(issued(["read"])[1]), Program(issued(["read"])[1])
    left = [program.get("/segments")["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    told = program.get("/segments")
    assert told.status_code == 429
    assert (told["Retry-After"], told["RateLimit-Remaining"]) == (told["RateLimit-Reset"], "0")
    assert other.get("/segments").status_code == 200


def test_several_web_processes_share_the_limit(settings):
    settings.API_REQUESTS_PER_MINUTE, settings.WEB_PROCESSES = 600, 4
    assert limits.share() == 150


def test_an_address_that_is_not_there_is_a_problem(program):
    for path in ("/nothing", "/customers/absent", "/orders/%00", "/orders/not-an-id!"):
        told = program.get(path)
        assert (told.status_code, told["Content-Type"]) == (404, "application/problem+json")
    told = program("PUT", "/customers", {})
    assert (told.status_code, told["Allow"]) == (405, "GET, POST")


def test_no_session_and_no_cookie_is_made(program, django_assert_num_queries):
    program.get("/customers")
    with django_assert_num_queries(2):  # the key, the rows
        told = program.get("/customers")
    assert not told.cookies


def test_every_write_leaves_its_trail(program):
    made = program.post("/customers", {"key": "C1", "name": "Padaria"}).json()
    row = Audit.objects.get(verb="api.customers")
    assert row.about == f"customer:{made['id']}"
    assert row.detail["label"] == "ERP"
    assert row.by is None
