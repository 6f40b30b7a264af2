"""What is sent to the tracking door is kept once, in one shape, and without the key's secret."""

import gzip
import json
from datetime import datetime
from typing import Any

import pytest

from posvenda.api.models import TrackingDay
from posvenda.commerce.models import Inbox
from tests.doors.tracking.asking import Asking

EVENT = {"type": "track", "event": "Invoice Sent", "userId": "u1", "messageId": "m1"}
SENT = "2026-06-16T12:00:00.000Z"
KINDS = ("track", "identify", "page", "screen", "group", "alias")
SINGLES = [(f"/v1/{name}", kind) for kind in KINDS for name in (kind, kind[0])]
BATCHES = ["/v1/batch", "/v1/import", "/v1/b"]


def kept() -> list[Any]:
    return [json.loads(row.body) for row in Inbox.objects.order_by("id")]


@pytest.mark.parametrize("path", BATCHES)
def test_a_batch_is_kept_as_sent_with_its_moment_and_its_source(
    ask: Asking, key: str, now: datetime, path: str
) -> None:
    items = [EVENT, {**EVENT, "messageId": "m2", "properties": {"nome": "São João \u2028"}}]
    said = ask.post(path, {"batch": items, "sentAt": SENT, "writeKey": key}, key=key)
    assert (said.status, said.told) == (200, {"success": True})
    row = Inbox.objects.get()
    assert json.loads(row.body) == {"batch": items, "sentAt": SENT}
    assert (row.items, row.received_at, row.source.label) == (2, now, "Site")


@pytest.mark.parametrize(("path", "kind"), SINGLES)
def test_one_event_becomes_a_batch_of_one_with_the_type_of_its_address(
    ask: Asking, key: str, path: str, kind: str
) -> None:
    fields = {"event": "A", "userId": "u", "messageId": "m", "sentAt": SENT, "writeKey": key}
    assert ask.post(path, fields).status == 200
    item = {"event": "A", "userId": "u", "messageId": "m", "type": kind}
    assert kept() == [{"batch": [item], "sentAt": SENT}]


def test_the_bytes_of_items_stay_as_they_were_sent(ask: Asking, key: str) -> None:
    item = b'{"type" :"track","n": 1.50, "big":12345678901234567890,'
    item += b' "u":"\\ud83d\\ude00\\\\ud83d","u":2}'
    ask.post("/v1/batch", b'{"batch":[' + item + b"]}", key=key)
    assert bytes(Inbox.objects.get().body) == b'{"batch":[' + item + b'],"sentAt":null}'


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d\\ude00", "\\ud83d\\n"])
def test_a_text_cut_in_the_middle_of_a_character_harms_nothing(
    ask: Asking, key: str, half: str
) -> None:
    body = '{"batch":[{"title":"Oi ' + half + '","n":1}],"sentAt":"' + half + '"}'
    assert ask.post("/v1/batch", body.encode(), key=key).status == 200
    mended = half.replace("\\ud83d", "?", 1) if half != "\\uDE00" else "?"
    told = json.loads('"' + mended.replace("?", "\\ufffd") + '"')
    assert kept() == [{"batch": [{"title": f"Oi {told}", "n": 1}], "sentAt": told}]


def test_a_bad_item_does_not_keep_the_good_ones_out(ask: Asking, key: str) -> None:
    items = [EVENT, 7, None, "x", {"type": "nonsense"}, {**EVENT, "big": "y" * 40_000}]
    assert ask.post("/v1/batch", {"batch": items}, key=key).status == 200
    assert kept() == [{"batch": items, "sentAt": None}]


def test_the_same_batch_sent_again_is_one_row_even_at_another_moment(ask: Asking, key: str) -> None:
    for moment in (SENT, "2026-06-16T12:05:00.000Z", None):
        assert ask.post("/v1/batch", {"batch": [EVENT], "sentAt": moment}, key=key).status == 200
    single = {k: v for k, v in EVENT.items() if k != "type"}
    for moment in (SENT, None):
        assert ask.post("/v1/t", {**single, "sentAt": moment, "writeKey": key}).status == 200
    assert Inbox.objects.count() == 2
    count = TrackingDay.objects.get()
    assert (count.requests, count.events, count.repeated, count.refused) == (5, 2, 3, 0)


def test_the_same_items_of_another_source_or_with_another_id_are_another_row(
    ask: Asking, key: str, other_key: str
) -> None:
    for items in ([EVENT], [{**EVENT, "messageId": "m2"}], [EVENT, EVENT]):
        ask.post("/v1/batch", {"batch": items}, key=key)
    ask.post("/v1/batch", {"batch": [EVENT]}, key=other_key)
    assert Inbox.objects.count() == 4


def test_the_key_is_read_from_basic_then_the_body_then_the_first_item(
    ask: Asking, key: str, other_key: str
) -> None:
    first = {**EVENT, "writeKey": key}
    for order, (body, basic) in enumerate(
        [
            ({"batch": [EVENT], "writeKey": other_key}, key),
            ({"batch": [{**EVENT, "messageId": "m2"}], "writeKey": key}, ""),
            ({"batch": [{**first, "messageId": "m3"}, {**EVENT, "messageId": "m4"}]}, ""),
        ],
        start=1,
    ):
        assert ask.post("/v1/batch", body, key=basic).status == 200
        row = Inbox.objects.order_by("id").last()
        assert (Inbox.objects.count(), row and row.source.label) == (order, "Site")


def test_the_secret_is_nowhere_in_what_is_kept(ask: Asking, key: str) -> None:
    secret = key.rpartition("_")[2]
    items = [
        {**EVENT, "writeKey": key},
        {**EVENT, "messageId": "m2", "properties": {"writeKey": "a plan", "url": f"?k={key}"}},
    ]
    ask.post("/v1/b", {"batch": items, "writeKey": key})
    ask.post("/v1/t", {"event": "A", "writeKey": key, "context": {"key": key}})
    assert not any(secret.encode() in bytes(row.body) for row in Inbox.objects.all())
    first, second = kept()
    assert "writeKey" not in first["batch"][0]
    assert first["batch"][1]["properties"]["writeKey"] == "a plan"
    assert first["batch"][1]["properties"]["url"].endswith("_***")
    assert second["batch"][0]["context"]["key"].endswith("_***")


def test_gzip_is_read_with_or_without_its_header(ask: Asking, key: str) -> None:
    for number, environ in enumerate(({"HTTP_CONTENT_ENCODING": "gzip"}, {})):
        item = {**EVENT, "messageId": f"m{number}"}
        body = gzip.compress(json.dumps({"batch": [item]}).encode())
        assert ask.post("/v1/batch", body, key=key, **environ).status == 200
    assert [one["batch"][0]["messageId"] for one in kept()] == ["m0", "m1"]


def test_an_empty_batch_and_the_librarys_own_metrics_keep_nothing(ask: Asking, key: str) -> None:
    assert ask.post("/v1/batch", {"batch": []}, key=key).status == 200
    assert ask.post("/v1/m", {"series": [{"metric": "x"}]}).status == 200
    assert not Inbox.objects.exists()


def test_no_address_of_the_sender_is_kept(ask: Asking, key: str) -> None:
    around = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "203.0.113.10"}
    agent = "analytics-python/2.4.0"
    ask.post("/v1/batch", {"batch": [EVENT]}, key=key, HTTP_USER_AGENT=agent, **around)
    body = bytes(Inbox.objects.get().body)
    assert b"203.0.113" not in body
    assert b"analytics-python" not in body
