"""Refusals tell programs what to do: a status SDKs understand, always JSON with code and words."""

import gzip
import json
import zlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from hypothesis import given
from hypothesis import strategies as st

from posvenda.api.models import TrackingDay
from posvenda.api.tracking import envelope, keeping, limits
from posvenda.api.tracking.answers import Refusal
from posvenda.base import keys
from posvenda.base.models import AccessKey, User
from posvenda.commerce.models import Inbox
from tests.doors.tracking.asking import Asking, Said

EVENT = {"type": "track", "event": "A", "userId": "u", "messageId": "m1"}
BATCH = {"batch": [EVENT]}


def refused(said: Said, status: int, code: str) -> None:
    assert (said.status, said.told["code"], bool(said.told["message"])) == (status, code, True)
    assert said.headers["Content-Type"] == "application/json"
    assert said.headers["Access-Control-Allow-Origin"] == "*"
    assert not Inbox.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"batch":{}}',
        b'{"batch":7}',
        b"{}",
        b'{"batch":[1,]}',
        b'{"batch":[{"a":NaN}]}',
        b'{"batch":["\xff\xfe"]}',
        b'{"batch":[]} trailing',
        b'{"batch":[' + b"[" * 200_000 + b"]" * 200_000 + b"]}",
        b"\x1f\x8b not gzip",
        gzip.compress(b'{"batch":[]}', mtime=0)[:-6],
        gzip.compress(b'{"batch":[]}', mtime=0) + b"more",
    ],
)
def test_what_cannot_be_read_is_malformed(ask: Asking, key: str, body: bytes) -> None:
    refused(ask.post("/v1/batch", body, key=key), 400, "malformed")


def test_a_key_that_is_missing_unknown_or_of_another_kind_is_refused(
    ask: Asking, key: str, now: datetime
) -> None:
    rest = keys.issue(kind="api", label="R", scopes=["read"], by=None, now=now)[1]
    blind = keys.issue(kind="write", label="B", scopes=[], by=None, now=now)[1]
    for bad in ("", "x", "wk_", f"{key}x", key[:-1], rest, blind, "wk_a\0b_c", "k" * 999):
        refused(ask.post("/v1/batch", {**BATCH, "writeKey": bad}), 401, "bad_key")
        refused(ask.post("/v1/batch", BATCH, key=bad), 401, "bad_key")
        refused(ask.get(f"/v1/projects/{bad or '-'}/settings"), 401, "bad_key")
    for header in ("Basic", "Basic ???", "Bearer abc", "Basic /w==", f"Basic {key}"):
        refused(ask.post("/v1/batch", BATCH, HTTP_AUTHORIZATION=header), 401, "bad_key")


def test_a_revoked_key_is_refused_after_five_seconds_at_the_latest(
    key: str, admin: User, now: datetime
) -> None:
    trusted = keeping.Trusted()
    trusted.find(key, now=now, tick=100.0)
    keys.revoke(AccessKey.objects.get(), by=admin, now=now)
    trusted.find(key, now=now, tick=104.9)
    with pytest.raises(Refusal) as caught:
        trusted.find(key, now=now, tick=105.0)
    assert caught.value.status == 401


def test_a_rotated_key_is_taken_until_the_overlap_ends(
    key: str, admin: User, now: datetime
) -> None:
    row = AccessKey.objects.get()
    new = keys.rotate(row, overlap=timedelta(hours=24), by=admin, now=now)
    soon, late = now + timedelta(hours=23), now + timedelta(hours=24)
    assert keeping.Trusted().find(key, now=soon, tick=0.0).id == row.pk
    assert keeping.Trusted().find(new, now=late, tick=0.0).id == row.pk
    with pytest.raises(Refusal):
        keeping.Trusted().find(key, now=late, tick=0.0)


def test_a_known_key_costs_no_query_but_the_insert(
    ask: Asking, key: str, django_assert_num_queries: Any
) -> None:
    ask.post("/v1/batch", BATCH, key=key)
    with django_assert_num_queries(4):  # savepoint, row, count, release
        ask.post("/v1/batch", {"batch": [{**EVENT, "messageId": "m2"}]}, key=key)


def test_what_is_too_large_is_refused_before_it_is_unpacked(ask: Asking, key: str) -> None:
    limit = configured.TRACKING_BATCH_BYTES
    large = json.dumps({"batch": [{**EVENT, "p": "x" * 20_000} for _ in range(30)]}).encode()
    assert len(large) > limit
    bomb = gzip.compress(b'{"batch":["' + b" " * 200_000_000 + b'"]}', 9)
    assert len(bomb) < limit
    for body in (large, gzip.compress(large), bomb, b'{"batch":[' + b"1," * 3_000 + b"1]}"):
        refused(ask.post("/v1/batch", body, key=key), 413, "too_large")
    refused(ask.post("/v1/t", {"event": "A", "p": "x" * 40_000}, key=key), 413, "too_large")
    refused(ask.post("/v1/batch", large, key=key, CONTENT_LENGTH=""), 413, "too_large")


def test_the_largest_batch_of_an_sdk_is_taken(ask: Asking, key: str) -> None:
    items = [{**EVENT, "messageId": str(n), "p": "x" * 32_000} for n in range(15)]
    assert len(json.dumps(items)) > 475_000
    assert ask.post("/v1/batch", {"batch": items}, key=key).status == 200
    assert ask.post("/v1/t", {"event": "A", "p": "x" * 32_000}, key=key).status == 200


def test_a_key_over_its_rate_is_told_when_to_come_back(
    ask: Asking, key: str, other_key: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKING_EVENTS_PER_SECOND = 1
    tick = 50.0
    monkeypatch.setattr("time.monotonic", lambda: tick)
    many = {"batch": [{**EVENT, "messageId": str(n)} for n in range(30)]}
    assert ask.post("/v1/batch", many, key=key).status == 200
    said = ask.post("/v1/batch", BATCH, key=key)
    assert (said.status, said.told["code"], said.headers["Retry-After"]) == (429, "too_fast", "21")
    assert ask.post("/v1/batch", BATCH, key=other_key).status == 200
    tick = 71.0
    assert ask.post("/v1/batch", BATCH, key=key).status == 200


@given(
    rate=st.integers(1, 1_000),
    steps=st.lists(st.tuples(st.floats(0, 5), st.integers(1, 2_500)), max_size=40),
)
def test_no_key_gets_more_than_its_rate_a_burst_and_one_request(
    rate: int, steps: list[tuple[float, int]]
) -> None:
    budgets, tick, taken = limits.Budgets(), 0.0, 0
    waits: list[int] = []
    for pause, events in steps:
        tick += pause
        try:
            budgets.spend(1, events, rate=rate, tick=tick)
            taken += events
        except Refusal as refusal:
            waits.append(refusal.retry_after or 0)
    assert all(wait >= 1 for wait in waits)
    assert taken <= rate * (tick + limits.BURST_SECONDS) + 2_500


def test_retry_after_is_three_hundred_seconds_at_most(ask: Asking, key: str, settings: Any) -> None:
    settings.TRACKING_EVENTS_PER_SECOND = 1
    ask.post(
        "/v1/batch", {"batch": [{**EVENT, "messageId": str(n)} for n in range(2_500)]}, key=key
    )
    assert ask.post("/v1/batch", BATCH, key=key).headers["Retry-After"] == "300"


def test_everyone_waits_while_the_inbox_is_too_deep(
    ask: Asking, key: str, settings: Any, now: datetime
) -> None:
    settings.TRACKING_INBOX_ROWS = 3
    source = AccessKey.objects.get()
    for number in range(4):
        Inbox.objects.create(key=str(number), source=source, received_at=now, items=1, body=b"{}")
    said = ask.post("/v1/batch", BATCH, key=key)
    assert (said.status, said.told["code"], said.headers["Retry-After"]) == (429, "too_deep", "30")
    Inbox.objects.all().delete()
    assert Asking().post("/v1/batch", BATCH, key=key).status == 200


def test_refusals_of_a_known_key_are_counted_with_the_latest_reason(
    ask: Asking, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = 1_000.0
    monkeypatch.setattr("time.monotonic", lambda: tick)
    ask.post("/v1/batch", b"{", key=key)
    ask.post("/v1/t", {"event": "A", "p": "x" * 40_000}, key=key)
    ask.post("/v1/batch", b"{", key="unknown")
    tick += 6
    ask.post("/v1/batch", BATCH, key=key)
    row = TrackingDay.objects.get()
    assert (row.requests, row.events, row.refused, row.code) == (1, 1, 2, "too_large")


@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    statuses = set()
    for name in ("batch", "t"):
        for sent in (body, zlib.compress(body, wbits=31)):
            try:
                envelope.read(name, envelope.unpacked(sent, limit=1_000), event_limit=1_000)
            except Refusal as refusal:
                statuses.add(refusal.status)
    assert statuses <= {400, 413}


PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(items=st.lists(JSON, max_size=6), sent_at=st.none() | st.text(max_size=64))
def test_what_is_kept_says_what_was_sent(items: list[Any], sent_at: str | None) -> None:
    body = json.dumps({"sentAt": sent_at, "batch": items, "writeKey": "wk_a_secret"}).encode()
    told = envelope.read("batch", body, event_limit=1_000)
    bare = [
        {k: v for k, v in item.items() if k != "writeKey"} if isinstance(item, dict) else item
        for item in items
    ]
    stored = json.loads(envelope.kept(told, secret="wk_a_secret", shown="wk_a_***"))
    assert stored == {"batch": bare, "sentAt": sent_at}
    again = envelope.read("batch", json.dumps({"batch": items}).encode(), event_limit=1_000)
    assert envelope.identity(told, source=1) == envelope.identity(again, source=1)
    assert envelope.identity(told, source=1) != envelope.identity(told, source=2)


def test_a_fault_of_ours_is_told_as_json_too(
    ask: Asking, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(keeping, "keep", broken)
    refused(ask.post("/v1/batch", BATCH, key=key), 500, "failed")
    assert key not in caplog.text
