"""While the database is locked, senders are told in time to send again, and then they are taken."""

import base64
import json
import sqlite3
import time
import urllib.error
import urllib.request

import pytest

from tests.faults.kept import inbox_items
from tests.faults.product import Product

pytestmark = pytest.mark.onedb


def post(url: str, key: str) -> tuple[int, dict[str, object]]:
    body = json.dumps({"batch": [{"type": "track", "event": "A", "messageId": "m"}]}).encode()
    coded = base64.b64encode(f"{key}:".encode()).decode()
    asked = urllib.request.Request(
        f"{url}/v1/batch", data=body, headers={"Authorization": f"Basic {coded}"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.loads(answer.read())


def test_a_lock_that_is_held_too_long_is_told_as_503_within_the_patience_of_an_sdk(
    product: Product, key: str
) -> None:
    product.start_web()
    product.wait()
    database = sqlite3.connect(product.home / "posvenda.sqlite3", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    status, told = post(product.url, key)
    assert (status, told["code"], bool(told["message"])) == (503, "unavailable", True)
    assert time.monotonic() - start < 9
    assert list(inbox_items(product.home)) == []
    database.execute("ROLLBACK")
    database.close()
    assert post(product.url, key)[0] == 200
    assert [item["messageId"] for item in inbox_items(product.home)] == ["m"]
