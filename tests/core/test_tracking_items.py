"""Items of the tracking API: what is sound, what is refused and why, and the corrected clock."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.base.deadletters import Refused
from posvenda.commerce.tracking import rules
from posvenda.commerce.tracking.items import Bad, Item, check, corrected, read
from posvenda.commerce.tracking.private import without_addresses
from posvenda.core.shapes import ShapeError

NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
TRACK = {"type": "track", "event": "Invoice Sent", "userId": "u1"}


def checked(**fields):
    told = {**TRACK, **fields}
    raw = json.dumps({k: v for k, v in told.items() if v is not ...}).encode()
    return check(raw, place="b:0", sent_at=NOW.isoformat(), source=1, received_at=NOW)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"type": "tracks"}, "unknown_type", "type"),
        ({"type": ...}, "unknown_type", "type"),
        ({"userId": ...}, "no_person", "userId"),
        ({"userId": "  "}, "no_person", "userId"),
        ({"event": ...}, "no_event", "event"),
        ({"event": 7}, "wrong_type", "event"),
        ({"userId": {"id": 1}}, "wrong_type", "userId"),
        ({"userId": True}, "wrong_type", "userId"),
        ({"userId": "u" * 201}, "too_long", "userId"),
        ({"userId": "a\0b"}, "control_character", "userId"),
        ({"properties": [1]}, "wrong_type", "properties"),
        ({"properties": {"a": "x" * 33_000}}, "too_large", ""),
        ({"timestamp": "yesterday"}, "bad_timestamp", "timestamp"),
        ({"timestamp": 1_700_000_000}, "bad_timestamp", "timestamp"),
        ({"timestamp": "1970-01-01T00:00:00Z"}, "timestamp_out_of_range", "timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-12:00"}, "timestamp_out_of_range", "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp_out_of_range", "timestamp"),
        ({"type": "group"}, "no_group", "groupId"),
        ({"type": "alias"}, "no_previous", "previousId"),
        ({"type": "alias", "userId": ..., "anonymousId": "a"}, "no_person", "userId"),
    ],
)
def test_what_is_wrong_is_named(fields, code, field):
    with pytest.raises(Bad) as refused:
        checked(**fields)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_deep_nesting_is_refused():
    deep: dict[str, object] = {}
    for _ in range(30):
        deep = {"a": deep}
    with pytest.raises(Bad, match="too_deep"):
        checked(properties=deep)


def test_an_item_nested_beyond_reason_spoils_only_itself():
    bad = b'{"type":"track","properties":' + b'{"a":' * 500 + b"1" + b"}" * 501
    body = b'{"batch":[' + bad + b"," + json.dumps(TRACK).encode() + b"]}"
    first, second = read(body, batch="b", source=1, received_at=NOW)
    assert isinstance(first, Refused)
    assert isinstance(second, Item)


def test_numbers_are_taken_for_ids_and_a_missing_message_id_is_the_place():
    item = checked(userId=42.0, groupId=7)
    assert (item.user, item.group, item.key) == ("42", "7", "b:0")


def test_traits_lose_what_a_database_cannot_keep():
    assert checked(context={"traits": {"na\0me": "A\0na"}}).traits == {"name": "Ana"}


def test_a_fast_clock_is_set_right():
    fast = timedelta(hours=3)
    at = corrected(NOW - timedelta(minutes=5) + fast, sent_at=NOW + fast, received_at=NOW)
    assert at == NOW - timedelta(minutes=5)


def test_a_moment_of_sending_that_cannot_be_read_spoils_nothing():
    body = json.dumps({"batch": [TRACK], "sentAt": "soon"}).encode()
    (item,) = read(body, batch="b", source=1, received_at=NOW)
    assert isinstance(item, Item)


moments = st.timedeltas(timedelta(), timedelta(days=9_000)).map(
    lambda since: datetime(2010, 1, 1, tzinfo=UTC) + since
)


@given(timestamp=moments, sent_at=st.none() | moments, received_at=moments)
def test_nothing_happens_after_it_was_received(timestamp, sent_at, received_at):
    assert corrected(timestamp, sent_at=sent_at, received_at=received_at) <= received_at


@given(
    timestamp=moments,
    delay=st.timedeltas(timedelta(), timedelta(days=9)),
    wrong=st.timedeltas(timedelta(days=-99), timedelta(days=99)),
)
def test_the_senders_clock_does_not_matter(timestamp, delay, wrong):
    received = timestamp + delay
    right = corrected(timestamp, sent_at=received, received_at=received)
    assert right == timestamp
    assert corrected(timestamp + wrong, sent_at=received + wrong, received_at=received) == right


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
fields = st.sampled_from(
    ["type", "event", "userId", "anonymousId", "timestamp", "properties", "context", "messageId"]
)


@given(st.lists(st.one_of(junk, st.dictionaries(fields, junk, max_size=6)), max_size=5))
def test_whatever_comes_every_item_is_sound_or_refused(batch):
    body = json.dumps({"batch": batch, "sentAt": None}).encode()
    found = list(read(body, batch="b", source=1, received_at=NOW))
    assert len(found) == len(batch)
    assert all(isinstance(each, Item | Refused) for each in found)


@given(st.binary(max_size=60))
def test_a_body_that_is_no_batch_is_one_refusal(body):
    (found,) = read(body, batch="b", source=1, received_at=NOW)
    assert isinstance(found, Refused)
    assert found.code == "not_a_batch"


def test_what_names_a_person_does_not_go_to_the_store():
    told = {
        "Email": "a@b.c",
        "total": 3,
        "note": "write a@b.c",
        "deep": {"phone": "1", "ok": [1, "x@y"]},
    }
    assert without_addresses(told) == {"total": 3, "deep": {"ok": [1]}}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("customer: [{by: moon}]", "customer[0].by"),
        ("customer: [{by: trait}]", "customer[0].path"),
        ("contacts: maybe", "contacts"),
        ("waiting_days: 0", "waiting_days"),
        ("staff: {domains: ours}", "staff.domains"),
        ("use: [{take: property}]", "use[0].property"),
        ("nothing: 1", "nothing"),
        ("create_customers: 1", "create_customers"),
    ],
)
def test_a_fault_in_the_rules_names_its_path(text, path):
    with pytest.raises(ShapeError) as refused:
        rules.read(text, public_domains=frozenset())
    assert refused.value.path == path


def test_the_first_rule_of_use_that_finds_a_text_decides():
    text = "use: [{event: 'Feature *', property: feature.name}, {kind: page, take: name}]"
    found = rules.read(text, public_domains=frozenset())
    assert found.label_of("track", "feature used", {"feature": {"name": "x"}}) == "x"
    assert found.label_of("track", "Login", {"feature": {"name": "x"}}) is None
    assert found.label_of("page", "Home", {}) == "Home"
