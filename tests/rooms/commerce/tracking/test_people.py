"""Who events are about: one person under many ids, staff, and what identify and group tell."""

import json
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from posvenda.base import deadletters
from posvenda.base.models import AccessKey, Announcement, DeadLetter
from posvenda.commerce.models import UsageDay
from posvenda.commerce.tracking import flushing, jobs, joining, letters, published, waiting
from posvenda.commerce.tracking.models import Actor, ActorRef, Group, Held
from posvenda.customers import attributes
from posvenda.customers.models import Attribute, Contact, Customer, Identity
from tests.rooms.commerce.tracking.conftest import customer

pytestmark = pytest.mark.django_db


def rules(text, now):
    published.publish(text, by=None, now=now)


def people():
    return UsageDay.objects.values("person").distinct().count()


def test_the_first_rule_that_finds_one_customer_decides(sender, now, acme):
    other = customer("beta-7", "Beta", now, mail="zeca@beta.com.br")
    sender.send(
        sender.item(
            userId="u1", context={"groupId": "acme-42", "traits": {"email": "z@beta.com.br"}}
        ),
        sender.item(userId="c-beta-7"),
        sender.item(userId="u3", context={"traits": {"email": "Zeca@Beta.com.br"}}),
        sender.item(userId="someone@beta.com.br"),
        sender.item(userId="x@gmail.com"),
    )
    found = dict(Actor.objects.values_list("person", "rule"))
    assert found == {
        "u1": "group",
        "c-beta-7": "user",
        "u3": "email",
        "someone@beta.com.br": "domain",
        "x@gmail.com": "",
    }
    assert set(other.actors.values_list("person", flat=True)) == {
        "c-beta-7",
        "u3",
        "someone@beta.com.br",
    }


def test_a_domain_that_two_customers_share_decides_nothing(sender, now, acme):
    customer("beta-7", "Beta", now, mail="bia@acme.com.br")
    sender.send(sender.item(userId="new@acme.com.br"))
    assert Actor.objects.get().customer is None
    assert Held.objects.count() == 1


def test_a_public_mail_provider_never_decides(sender, now):
    customer("solo", "Solo", now, mail="dono@gmail.com")
    sender.send(sender.item(userId="outro@gmail.com"))
    assert Held.objects.count() == 1


def test_a_cnpj_among_the_traits_of_the_group_decides(sender, now, acme):
    Customer.objects.filter(pk=acme.pk).update(tax_id="11222333000181")
    sender.send(
        sender.item("group", userId="u1", groupId="g-9", traits={"cnpj": "11.222.333/0001-81"}),
        sender.item(userId="u1"),
    )
    assert Actor.objects.get().rule == "tax_id"
    assert UsageDay.objects.count() == 1


def test_what_an_anonymous_visitor_did_becomes_the_users_on_identify(sender, acme):
    sender.send(sender.item("page", anonymousId="a1", name="Pricing"))
    assert Held.objects.count() == 1
    sender.send(
        sender.item("identify", anonymousId="a1", userId="u1", traits={"email": "ana@acme.com.br"})
    )
    assert not Held.objects.exists()
    actor = Actor.objects.get()
    assert (actor.person, actor.refs.count()) == ("u1", 2)
    assert people() == 1
    sender.send(sender.item("page", anonymousId="a1", name="Pricing"))
    assert people() == 1


def test_an_alias_joins_a_former_id(sender, acme):
    sender.send(sender.item(userId="old", groupId="acme-42"))
    sender.send(sender.item("alias", previousId="old", userId="new"))
    sender.send(sender.item(userId="new", groupId="acme-42"))
    sender.send(sender.item(userId="old", groupId="acme-42"))
    assert set(ActorRef.objects.values_list("actor__person", flat=True)) == {"new"}
    joining.carry_out(now=sender.now)
    assert people() == 1


def test_two_users_of_one_browser_stay_two(sender, acme):
    for user in ("u1", "u2"):
        sender.send(sender.item(userId=user, anonymousId="shared", groupId="acme-42"))
    assert people() == 2
    sender.send(sender.item(anonymousId="shared", groupId="acme-42"))
    assert people() == 2


def test_the_group_of_a_person_speaks_for_later_events(sender, acme):
    sender.send(sender.item(userId="u1"), sender.item("group", userId="u1", groupId="acme-42"))
    assert UsageDay.objects.get().customer_ref == acme.pk
    assert Group.objects.get().ref == "acme-42"


def test_waiting_events_join_the_customer_a_person_picks(sender, now, admin):
    sender.send(
        *(
            sender.item(userId=f"u{n}", groupId="g-77", timestamp="2026-03-02T10:00:00Z")
            for n in (1, 2)
        ),
        sender.item(userId="u9"),
    )
    assert Held.objects.filter(group_ref="g-77").count() == 2
    who = customer("77", "Sete", now)
    assert waiting.give("g-77", customer=who, by=admin, now=now) == 2
    assert Identity.objects.get(scheme="tracking").value == "g-77"
    assert waiting.attach(published.in_force(), now=now) == 2
    assert waiting.attach(published.in_force(), now=now) == 0
    assert Held.objects.get().actor.person == "u9"
    assert UsageDay.objects.filter(customer_ref=who.pk).count() == 2
    assert UsageDay.objects.first().first_us == 1772445600000000


def test_a_group_that_belongs_to_another_customer_is_not_given_away(sender, now, admin, acme):
    sender.send(sender.item(userId="u1", groupId="g-77"))
    other = customer("77", "Sete", now)
    waiting.give("g-77", customer=other, by=admin, now=now)
    with pytest.raises(waiting.IsTaken):
        waiting.give("g-77", customer=acme, by=admin, now=now)


def test_staff_and_service_users_are_counted_and_left_out(sender, now, acme):
    rules(
        "customer: [{by: group}]\nstaff: {domains: [ours.com.br], users: ['svc-*'],"
        " traits: {is_staff: true}}\n",
        now,
    )
    sender.send(
        sender.item(userId="me@ours.com.br", groupId="acme-42"),
        sender.item(userId="svc-backup", groupId="acme-42"),
        sender.item("identify", userId="u3", traits={"is_staff": True}),
        sender.item(userId="u3", groupId="acme-42"),
        sender.item(userId="u4", groupId="acme-42"),
    )
    assert people() == 1
    assert Held.objects.filter(reason="staff").count() == 3
    assert Actor.objects.filter(is_staff=True).count() == 3


def test_identify_completes_a_contact_that_exists(sender, acme):
    traits = {"email": "ana@acme.com.br", "title": "CFO", "phone": "+55 11 98765-4321"}
    sender.send(sender.item("identify", userId="u1", traits=traits))
    contact = Contact.objects.get()
    assert (contact.name, contact.role, contact.phone) == ("Ana", "CFO", "+55 11 98765-4321")


def test_identify_adds_a_contact_where_the_rules_say_so(sender, now, acme):
    rules("customer: [{by: group}]\ncontacts: all\n", now)
    sender.send(
        sender.item("identify", userId="u1", traits={"email": "bia@acme.com.br", "name": "Bia"}),
        sender.item("group", userId="u1", groupId="acme-42"),
        sender.item("group", userId="u2", groupId="acme-42"),
    )
    assert Contact.objects.get(email="bia@acme.com.br").customer == acme
    assert Contact.objects.count() == 2


def test_traits_of_a_group_fill_declared_attributes(sender, acme):
    Attribute.objects.create(name="plan", label="Plan", kind="text")
    sender.send(
        sender.item("group", userId="u1", groupId="acme-42", traits={"Plan": "Pro", "other": 1})
    )
    assert attributes.current(acme) == {"plan": "Pro"}


def test_a_group_nobody_knows_becomes_a_customer_where_the_rules_say_so(sender, now):
    rules("customer: [{by: group}]\ncreate_customers: true\n", now)
    sender.send(
        sender.item("group", userId="u1", groupId="g1", traits={"name": "Nova Ltda"}),
        sender.item(userId="u1"),
        sender.item(userId="u2", groupId="g1"),
    )
    sender.send(sender.item(userId="u3", groupId="g1"))
    made = Customer.objects.get()
    assert (made.name, made.key) == ("Nova Ltda", "g1")
    assert people() == 3


def test_events_wait_no_longer_than_the_rules_allow(sender, now, db):
    sender.send(sender.item(userId="u1"))
    assert waiting.expire(published.in_force(), now=now + timedelta(days=399)) == 0
    assert waiting.expire(published.in_force(), now=now + timedelta(days=401)) == 1


def test_other_rules_read_waiting_events_again(sender, now, acme):
    rules("customer: [{by: email}]\n", now)
    sender.send(sender.item(userId="u1", properties={"company": {"id": "acme-42"}}))
    assert Held.objects.count() == 1
    rules("customer: [{by: trait, path: company.id}]\n", now)
    assert waiting.attach(published.in_force(), now=now) == 1
    assert AccessKey.objects.count() == 1
    assert flushing.flush(now=now).items == 0


def test_news_of_customers_has_waiting_events_looked_at(sender, now, acme):
    sender.send(sender.item(userId="u1"))
    for verb, is_looked_at in (("tracking", False), ("owner", False), ("contact", True)):
        news = Announcement(kind="customer.changed", payload={"verb": verb}, at=now)
        jobs.on_customers(news)
        waiting_jobs = DBTaskResult.objects.ready().filter(task_path=jobs.attach.module_path)
        assert waiting_jobs.exists() is is_looked_at


def test_a_mended_letter_comes_in_under_its_first_time(sender, now, acme, admin):
    bad = sender.item(userId="u1", groupId="acme-42")
    del bad["event"]
    sender.send(bad)
    letter = DeadLetter.objects.get()
    assert "event" in letters.sentence(letter)
    with pytest.raises(deadletters.StillRefused):
        deadletters.retry(letter, body=letter.body, by=admin, now=now)
    letter.refresh_from_db()
    assert letter.status == "open"
    mended = json.dumps({**json.loads(letter.body), "event": "Invoice Sent"})
    deadletters.retry(letter, body=mended, by=admin, now=now)
    flushing.flush(now=now)
    assert UsageDay.objects.get().first_us == (now - timedelta(minutes=5)).timestamp() * 1e6
    sender.send({**bad, "event": "Invoice Sent"})
    assert UsageDay.objects.get().uses_milli == 1000
