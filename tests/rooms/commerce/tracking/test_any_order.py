"""The same items give the same roll-ups: in any order, split in any way, sent twice."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posvenda.commerce.models import FeatureDay, FeatureLabel, Inbox, StagedEvents, UsageDay
from posvenda.commerce.tracking import flushing, published, waiting
from posvenda.commerce.tracking.models import Actor, Held

pytestmark = pytest.mark.django_db

USERS = ("u1", "u2", "u3", "ana@acme.com.br")


@st.composite
def stories(draw):
    """Items of a few people; identify and group come anywhere among them."""
    items = []
    for number in range(draw(st.integers(1, 14))):
        user = draw(st.sampled_from(USERS))
        kind = draw(st.sampled_from(["track", "track", "page", "identify", "group"]))
        item = {"type": kind, "messageId": f"m{number}", "minute": draw(st.integers(1, 9_000))}
        match kind:
            case "track":
                item |= {"userId": user, "event": draw(st.sampled_from(["A", "B"]))}
            case "page":
                item |= {"anonymousId": f"of-{user}", "name": "P"}
            case "identify":
                item |= {"userId": user, "anonymousId": f"of-{user}"}
            case "group":
                item |= {"userId": user, "groupId": "acme-42" if user != "u3" else "nobody"}
        items.append(item)
    return items


@st.composite
def deliveries(draw):
    """The items as batches in two ways, the second shuffled, split and partly sent twice."""
    items = draw(stories())
    again = draw(st.permutations(items)) + draw(st.lists(st.sampled_from(items), max_size=5))
    return [items], _split(draw, again)


def _split(draw, items):
    batches, rest = [], list(items)
    while rest:
        size = draw(st.integers(1, len(rest)))
        batches.append(rest[:size])
        rest = rest[size:]
    return batches


class _Undo(Exception):
    pass


@given(deliveries())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_split_in_any_way_sent_twice(sender, acme, told):
    plain, shuffled = (_rolled(sender, batches) for batches in told)
    assert plain == shuffled


def _rolled(sender, batches):
    """What the roll-ups and the waiting rows say after these batches; then all is undone."""
    try:
        with transaction.atomic():
            for number, batch in enumerate(batches):
                _put(sender, f"b{number}", batch)
                flushing.flush(now=sender.now)
            waiting.attach(published.in_force(), now=sender.now)
            found = _state()
            raise _Undo
    except _Undo:
        return found


def _put(sender, key, batch):
    told = [
        {k: v for k, v in item.items() if k != "minute"}
        | {"timestamp": (sender.now - timedelta(minutes=item["minute"])).isoformat()}
        for item in batch
    ]
    body = json.dumps({"batch": told, "sentAt": sender.now.isoformat()}).encode()
    Inbox.objects.create(
        key=key, source=sender.source, received_at=sender.now, items=len(told), body=body
    )


def _state():
    labels = dict(FeatureLabel.objects.values_list("id", "label"))
    days = UsageDay.objects.values_list("customer_ref", "day", "person", "uses_milli", "first_us")
    features = FeatureDay.objects.values_list("customer_ref", "feature", "day", "uses_milli")
    return (
        sorted(days),
        sorted((c, labels[f], d, n) for c, f, d, n in features),
        sorted(Held.objects.values_list("key", flat=True)),
        sorted(Actor.objects.values_list("person", "customer", "rule")),
        sum(StagedEvents.objects.values_list("events", flat=True)),
    )
