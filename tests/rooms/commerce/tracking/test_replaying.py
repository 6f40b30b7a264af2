"""Stored events under other rules: label, customer, person and staff follow the edit."""

from datetime import date, timedelta

import pytest

from posvenda.commerce import usage
from posvenda.commerce.models import FeatureDay, FeatureLabel, UsageDay
from posvenda.commerce.tracking import joining, published, replaying
from posvenda.commerce.tracking.models import Actor, ActorRef, Held, PersonJoin, Replay
from posvenda.commerce.usage import rewriting
from tests.rooms.commerce.tracking.conftest import customer

pytestmark = pytest.mark.django_db

BY_GROUP = "customer: [{by: group}]\n"


def replay(now, rules=None, **asked):
    if rules is not None:
        published.publish(rules, by=None, now=now)
    row = replaying.begin(
        starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1), by=None, now=now, **asked
    )
    replaying.carry_out(row, now=now)
    row.refresh_from_db()
    return row


def labels():
    names = dict(FeatureLabel.objects.values_list("id", "label"))
    return sorted(names[each.feature] for each in FeatureDay.objects.all())


def rollups():
    """Every roll-up row, to be compared with what the lake gives."""
    people = UsageDay.objects.values_list("customer_ref", "day", "person", "uses_milli")
    return sorted(people), labels()


@pytest.fixture
def months(sender, acme):
    """Two months of events of two people and a colleague of ours."""
    for age in (1, 40):
        at = (sender.now - timedelta(days=age)).isoformat()
        sender.send(
            sender.item(userId="u1", groupId="acme-42", timestamp=at, properties={"module": "a"}),
            sender.item(userId="u2", groupId="acme-42", timestamp=at, properties={"module": "b"}),
            sender.item(userId="me@ours.com.br", groupId="acme-42", timestamp=at),
        )
    return acme


def test_another_label_reaches_the_stored_events(months, now):
    assert labels() == ["Invoice Sent"] * 2
    done = replay(now, BY_GROUP + "use: [{property: module}, {take: name}]\n")
    assert (done.status, done.rows_read, done.rows_changed) == ("done", 6, 4)
    assert done.customers == [months.pk]
    assert labels() == ["Invoice Sent", "Invoice Sent", "a", "a", "b", "b"]
    again = replay(now)
    assert (again.rows_read, again.rows_changed) == (6, 0)


def test_a_rehearsal_counts_and_changes_nothing(months, now):
    before = rollups()
    text = BY_GROUP + "staff: {domains: [ours.com.br]}\nuse: [{property: module}]\n"
    done = replay(now, text=text, is_rehearsal=True)
    assert (done.rows_changed, done.customers) == (6, [months.pk])
    assert rollups() == before
    assert published.in_force().version == 0


def test_staff_leave_the_roll_ups_and_come_back(months, now):
    before = rollups()
    replay(now, BY_GROUP + "staff: {domains: [ours.com.br]}\n")
    assert UsageDay.objects.count() == 4
    assert Actor.objects.get(person="me@ours.com.br").is_staff
    replay(now, BY_GROUP + "use: [{take: name}]\n")
    assert rollups() == before


def test_held_staff_come_in_when_the_rule_goes(sender, now, acme):
    published.publish(BY_GROUP + "staff: {users: ['svc-*']}\n", by=None, now=now)
    sender.send(sender.item(userId="svc-1", groupId="acme-42"))
    assert Held.objects.get().reason == "staff"
    done = replay(now, BY_GROUP)
    assert done.attached == 1
    assert UsageDay.objects.get().customer_ref == acme.pk


def test_another_customer_reaches_the_stored_events(months, now):
    other = customer("beta", "Beta", now)
    other.identities.create(scheme="crm", value="u2", recorded_at=now)
    replay(now, "customer: [{by: user}, {by: group}]\n")
    assert UsageDay.objects.filter(customer_ref=other.pk).count() == 2
    assert UsageDay.objects.filter(customer_ref=months.pk).count() == 4


def test_a_replay_killed_between_lake_and_roll_ups_goes_on(months, now, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(rewriting, "_roll_up", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            replay(now, BY_GROUP + "staff: {users: [u1]}\n")
    assert UsageDay.objects.count() == 6
    row = Replay.objects.get()
    assert row.concerned == [months.pk]
    replaying.carry_out(row, now=now)
    assert UsageDay.objects.count() == 4


def test_imported_rows_and_erased_people_stay_as_they_are(months, now):
    ActorRef.objects.filter(ref="u:u1").delete()
    before = usage.lake().query("SELECT count(*) AS n FROM events WHERE feature = 'x'")
    replay(now, BY_GROUP + "use: [{property: module}]\n")
    assert before["n"].item() == 0
    assert labels() == ["Invoice Sent", "Invoice Sent", "b", "b"]


def test_joined_people_are_counted_as_one(sender, now, acme):
    at = (now - timedelta(days=40)).isoformat()
    for user in ("old", "new"):
        sender.send(
            sender.item(userId=user, groupId="acme-42"),
            sender.item(userId=user, groupId="acme-42", timestamp=at),
        )
    assert UsageDay.objects.count() == 4
    sender.send(sender.item("alias", previousId="old", userId="new"))
    sender.send(sender.item(userId="old", groupId="acme-42"))
    assert PersonJoin.objects.count() == 1
    assert joining.carry_out(now=now) == 1
    assert joining.carry_out(now=now) == 0
    assert sorted(UsageDay.objects.values_list("uses_milli", flat=True)) == [2000, 3000]


def test_what_arrives_during_a_rewrite_is_counted_once(months, sender, now, monkeypatch):
    rebuild = rewriting._roll_up

    def late(month, *args, **words):
        sender.send(sender.item(userId="u3", groupId="acme-42"))
        rebuild(month, *args, **words)

    monkeypatch.setattr(rewriting, "_roll_up", late)
    replay(now, BY_GROUP + "use: [{property: module}, {take: name}]\n")
    usage.drain()
    stored = usage.lake().query("SELECT count(*) AS n FROM events")["n"].item()
    assert stored == sum(UsageDay.objects.values_list("uses_milli", flat=True)) // 1000 == 8
