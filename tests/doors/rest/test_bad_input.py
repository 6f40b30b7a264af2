"""Nothing that is sent changes a query's shape, breaks the door, or keeps it long."""

import json
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.db import connection

from tests.doors.rest.conftest import NOW

pytestmark = pytest.mark.django_db
ATOMS = [
    "' OR '1'='1",
    "'; DROP TABLE customers_customer; --",
    '" OR ""="',
    "1) UNION SELECT password FROM base_user --",
    "%' AND 1=1 --",
    "\\",
    "\\'",
    "${7*7}",
    "{{7*7}}",
    "%s%s%s",
    "%(key)s",
    "_connector",
    "owner__password",
    "customer__owner__password",
    "batch__by__password",
    "pk__in",
    "key; SELECT 1",
    "key DESC NULLS FIRST",
    "-key,-pk",
    "*",
    "RANDOM()",
    "(SELECT 1)",
    "ex\N{COMBINING ACUTE ACCENT}ile",
    "\u202e",
    "😀",
]
PAYLOADS = [
    *ATOMS,
    *(a + b for a in ATOMS[:15] for b in ATOMS[:12]),
]
PARAMETERS = {
    "/orders": {
        "sort": ("key", "-happened_at"),
        "customer": ("K000", "nobody"),
        "where": ("who.name = 1", "who.name is known"),
        "cursor": (),
    },
    "/customers": {"sort": ("id", "who.name"), "where": ("who.name = 1",), "fields": ("who.key",)},
    "/scores": {"sort": ("who.name",), "where": ("who.name is known",)},
    "/facts": {"sort": ("who.name",), "where": ("who.name is known",), "fields": ("who.key",)},
}


class Statements:
    """Notes the statements that are run, with places for their values."""

    def __init__(self):
        self.seen = set()

    def __call__(self, execute, sql, params, many, context):
        self.seen.add(sql)
        return execute(sql, params, many, context)


@pytest.mark.parametrize("path", PARAMETERS)
def test_no_payload_changes_the_shape_of_a_query(program, town, settings, path):
    settings.API_REQUESTS_PER_MINUTE = 10**9
    assert len(PAYLOADS) >= 200
    usual, odd = Statements(), Statements()
    with connection.execute_wrapper(usual):
        for name, values in PARAMETERS[path].items():
            for value in ("", *values):
                program.get(f"{path}?{name}={quote(value)}")
    for name in PARAMETERS[path]:
        for payload in PAYLOADS:
            with connection.execute_wrapper(odd):
                told = program.get(f"{path}?{name}={quote(payload)}")
            assert told.status_code in (200, 422), (name, payload)
    assert odd.seen <= usual.seen


def test_names_of_columns_in_a_body_are_unknown_fields(program):
    for name in ("_connector", "owner_id", "pk", "batch", "recorded_at", "__class__"):
        told = program.post("/customers", {"key": "A", name: 1})
        assert told.json()["errors"][0]["code"] == "unknown_field"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 415),
        ("{", 400),
        ("[" * 100_000, 400),
        ('{"key":' * 50_000 + "1" + "}" * 50_000, 400),
        ('{"key": NaN}', 400),
        ('{"key": "\\ud800"}', 400),
        (b'{"key": "\xff"}', 400),
        ('{"key": "a", "key": "b"}', 201),
        ("null", 422),
        ("[]", 422),
        ('"text"', 422),
        (json.dumps({f"f{n}": n for n in range(10_000)}), 422),
        (json.dumps({"key": "x" * 900_000}), 422),
        (json.dumps({"attributes": {"a": {"b": {"c": {}}}}}), 422),
        ('{"key": 1e999}', 400),
        ('{"key": ' + "9" * 5_000 + "}", 400),
    ],
    ids=lambda value: str(value)[:20],
)
def test_odd_bodies_are_refused_fast(program, body, status):
    program.get("/customers")
    began = time.process_time()
    told = program.post("/customers", body)
    assert time.process_time() - began < 1
    assert told.status_code == status
    assert told["Content-Type"].startswith("application/")


def test_other_media_types_large_bodies_and_many_parameters_are_refused(program):
    told = program.client.post(
        "/api/v1/customers", {"key": "A"}, headers={"authorization": f"Bearer {program.key}"}
    )
    assert told.status_code == 415
    assert program.post("/customers", " " * 1_048_577).status_code == 413
    assert program.post("/customers/bulk", " " * 10_485_761).status_code == 413
    assert program.get("/customers?" + "a=1&" * 10_000).status_code == 414
    assert program.get("/customers?" + "a=1&" * 100).status_code == 400
    assert program.get("/customers?where=%ff").status_code == 400
    assert program.get("/customers?where=%00").status_code == 422


def test_moments_at_the_edges_are_kept_or_refused(program):
    for text, status in (
        ("2026-02-29T00:00:00Z", 422),
        ("0001-01-01T00:00:00Z", 422),
        ("9999-12-31T23:59:59Z", 422),
        ("2026-06-16T24:00:00Z", 422),
        ("2026-06-16T12:00:00", 422),
        ("2026-06-16t12:00:00z", 201),
        ("2026-06-16T12:00:00.123456+14:00", 201),
    ):
        told = program.post("/orders", {"happened_at": text, "status": text[-10:]})
        assert told.status_code == status, text
    at = datetime(2026, 6, 15, 22, 0, 0, 123456, tzinfo=UTC)
    found = program.get("/orders?sort=happened_at").json()["items"][0]["happened_at"]
    assert datetime.fromisoformat(found) == at < NOW


def test_absent_and_forbidden_look_alike(program, town):
    aroeira = town["aroeira"]
    for other in (aroeira.pk, aroeira.key, "x" * 16, "../" + aroeira.public_id):
        told = program.get(f"/customers/{other}")
        assert (told.status_code, told.json()["code"]) == (404, "not_found")
