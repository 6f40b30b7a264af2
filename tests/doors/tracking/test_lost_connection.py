"""A connection that the database server closed costs no event."""

from typing import Any

import pytest
from django.db import connection

from posvenda.commerce.models import Inbox
from tests.doors.tracking.asking import Asking

BATCH = {"batch": [{"type": "track", "event": "A", "messageId": "m"}]}


@pytest.mark.django_db(transaction=True)
def test_the_next_request_connects_again(transactional_db: Any, ask: Asking, key: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could close a connection")
    import psycopg

    assert ask.post("/v1/batch", {"batch": []}, key=key).status == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    told = connection.get_connection_params()
    place = {name: told[name] for name in ("dbname", "user", "host", "port")}
    with psycopg.connect(**place) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    assert ask.post("/v1/batch", BATCH, key=key).status == 200
    assert Inbox.objects.count() == 1
