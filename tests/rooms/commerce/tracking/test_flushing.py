"""From the inbox to the roll-ups: once, whole, with what is wrong set aside."""

from datetime import timedelta

import pytest

from posvenda.base.models import DeadLetter
from posvenda.commerce import usage
from posvenda.commerce.models import FeatureDay, FeatureLabel, Inbox, UsageDay
from posvenda.commerce.tracking import flushing, settling
from posvenda.commerce.tracking.models import Actor, Arrival, EventName, Held
from posvenda.commerce.tracking.rules import Rules

pytestmark = pytest.mark.django_db


def stored():
    usage.drain()
    return usage.lake().query("SELECT * FROM events ORDER BY happened_at, event_id")


def outcomes():
    return dict(Arrival.objects.values_list("outcome", "count"))


def test_an_event_of_a_known_group_is_counted_and_leaves_the_inbox(sender, acme):
    done = sender.send(
        sender.item(userId="u1", context={"groupId": "acme-42"}, properties={"feature": "invoices"})
    )
    assert (done.batches, done.items, done.taken) == (1, 1, 1)
    assert not Inbox.objects.exists()
    (row,) = stored().iter_rows(named=True)
    assert (row["customer_id"], row["feature"], row["event"]) == (
        acme.pk,
        "invoices",
        "Invoice Sent",
    )
    assert row["happened_at"] == sender.now - timedelta(minutes=5)
    assert UsageDay.objects.get().uses_milli == 1000
    assert FeatureLabel.objects.get(id=FeatureDay.objects.get().feature).label == "invoices"
    actor = Actor.objects.get()
    assert (actor.person, actor.customer, actor.rule) == ("u1", acme, "group")
    assert outcomes() == {"taken": 1}
    assert EventName.objects.get().label == "invoices"


def test_the_same_message_again_changes_nothing(sender, acme):
    item = sender.item(userId="u1", groupId="acme-42")
    sender.send(item, item)
    sender.send(item)
    assert stored().height == 1
    assert outcomes() == {"taken": 1, "same": 2}


def test_a_bad_item_is_set_aside_and_the_good_ones_go_in(sender, acme):
    done = sender.send(
        sender.item(userId="u1", groupId="acme-42"),
        {"type": "track", "userId": "u1", "messageId": "no-event"},
        7,
        sender.item(groupId="acme-42"),
    )
    assert (done.taken, done.refused) == (1, 3)
    codes = DeadLetter.objects.order_by("id").values_list("code", "field")
    assert list(codes) == [("no_event", "event"), ("wrong_type", ""), ("no_person", "userId")]
    assert DeadLetter.objects.first().source == "App"


def test_killed_inside_the_transaction_nothing_is_lost_and_nothing_comes_twice(
    sender, acme, monkeypatch
):
    sender.put(sender.item(userId="u1", groupId="acme-42"), sender.item(userId="u2"))
    for place in ("_take", "_hold"):
        with monkeypatch.context() as broken:
            broken.setattr(settling.Settling, place, lambda *a, **k: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                flushing.flush(now=sender.now)
        assert Inbox.objects.count() == 1
        assert not any(model.objects.exists() for model in (UsageDay, Held, Actor))
    flushing.flush(now=sender.now)
    assert (stored().height, Held.objects.count()) == (1, 1)


def test_a_second_flusher_leaves_the_first_one_alone(sender, acme):
    sender.put(sender.item(userId="u1", groupId="acme-42"))
    with flushing._alone() as is_alone:
        assert is_alone
        assert flushing.flush(now=sender.now).batches == 0
    assert flushing.flush(now=sender.now).batches == 1


def test_rows_taken_elsewhere_undo_the_round(sender, acme, monkeypatch):
    row = sender.put(sender.item(userId="u1", groupId="acme-42"))
    gather = settling.Settling.gather

    def rival(self, *args, **words):
        gather(self, *args, **words)
        Inbox.objects.filter(pk=row.pk).delete()

    monkeypatch.setattr(settling.Settling, "gather", rival)
    assert flushing.flush(now=sender.now).taken == 0
    assert not UsageDay.objects.exists()


def test_an_item_nobody_foresaw_holds_up_no_other(sender, acme, monkeypatch):
    label = Rules.label

    def strange(self, item):
        return {}["?"] if item.event == "Strange" else label(self, item)

    monkeypatch.setattr(Rules, "label", strange)
    sender.put(sender.item(userId="u1", groupId="acme-42"))
    sender.put(
        sender.item(userId="u1", groupId="acme-42"),
        sender.item(userId="u1", groupId="acme-42", event="Strange"),
        sender.item(userId="u2", groupId="acme-42"),
    )
    done = flushing.flush(now=sender.now)
    assert (done.batches, done.items, done.taken, done.refused) == (2, 4, 3, 1)
    assert not Inbox.objects.exists()
    letter = DeadLetter.objects.get()
    assert (letter.code, letter.value) == ("unexpected", "KeyError")
    assert outcomes() == {"taken": 3, "refused": 1}
    assert stored().height == 3
