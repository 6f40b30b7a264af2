"""A claim finds its customer by code, document, e-mail or telephone, and what was joined leads."""

from datetime import UTC, datetime

import pytest

from posvenda.base.models import Role, User
from posvenda.core.matching import Rule
from posvenda.customers.identity import merging
from posvenda.customers.identity.resolution import Claim, canonical, one, resolve, whatsapp
from posvenda.customers.models import Customer, Identity
from tests.rooms.town import company

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)


def person(name: str, **fields: str) -> Customer:
    return company(name, kind="person", **fields)


def known_as(customer: Customer, scheme: str, value: str) -> None:
    Identity.objects.create(customer=customer, scheme=scheme, value=value, recorded_at=NOW)


def test_a_reference_of_unknown_kind_is_read_as_all_it_may_be():
    ana = person(
        "Ana", key="C1", tax_id="39053344705", email="ana@example.com", phone_key="551187654321"
    )
    known_as(ana, "crm", "77")
    refs = ("C1", "77", "390.533.447-05", "ANA@example.com", "(11) 98765-4321", "551187654321")
    decisions = resolve([Claim(ref=ref) for ref in refs])
    assert [each.customer for each in decisions] == [ana.pk] * 6
    rules = [Rule.KEY, Rule.CODE, Rule.DOCUMENT, Rule.EMAIL, Rule.PHONE, Rule.PHONE]
    assert [each.rule for each in decisions] == rules


def test_a_whatsapp_number_without_the_ninth_digit_is_the_same_telephone():
    ana = person("Ana", phone="+5511987654321", phone_key="551187654321")
    assert one(whatsapp(wa_id="551187654321")).customer == ana.pk
    assert one(whatsapp(wa_id="5511987654321")).customer == ana.pk
    assert one(whatsapp(wa_id="551133334444")).customer is None


def test_both_variants_at_two_people_are_a_question():
    person("Ana", phone="+5511987654321", phone_key="551187654321")
    person("Rui", phone="+551187654321", phone_key="551187654321")
    decision = one(whatsapp(wa_id="551187654321"))
    assert decision.is_ambiguous
    assert one(whatsapp(wa_id="551187654321", name="Rui S.")).customer is not None


def test_a_whatsapp_user_without_a_telephone_is_known_by_the_user_id():
    ana = person("Ana")
    known_as(ana, "whatsapp", "BR.13491208655302741918")
    decision = one(whatsapp(user_id="BR.13491208655302741918", name="outra"))
    assert (decision.customer, decision.rule) == (ana.pk, Rule.CODE)
    assert one(whatsapp(user_id="BR.1")).customer is None


def test_a_number_kept_as_an_identity_is_found_with_and_without_the_ninth_digit():
    ana, rui = person("Ana"), person("Rui")
    known_as(ana, "wa_id", "5511987654321")
    known_as(rui, "wa_id", "551187651111")
    for wa_id in ("5511987654321", "551187654321"):
        assert one(whatsapp(wa_id=wa_id)).customer == ana.pk
    assert one(whatsapp(wa_id="5511987651111")).customer == rui.pk


def test_a_code_of_one_system_is_not_the_code_of_another():
    ana = person("Ana")
    known_as(ana, "crm", "7")
    assert one(Claim(codes=(("crm", "7"),))).customer == ana.pk
    assert one(Claim(codes=(("erp", "7"),))).customer is None


def test_a_record_that_was_joined_leads_to_the_one_that_stands():
    boss = User.objects.create(email="b@example.com", name="B", role=Role.MANAGER)
    a, b, c = person("Ana", key="A", email="a@example.com"), person("B", key="B"), person("C")
    merging.merge(a, into=b, by=boss, now=NOW)
    merging.merge(b, into=c, by=boss, now=NOW)
    assert canonical([a.pk, b.pk, c.pk]) == {a.pk: c.pk, b.pk: c.pk, c.pk: c.pk}
    assert [each.customer for each in resolve([Claim(ref="A"), Claim(email="a@example.com")])] == [
        c.pk,
        c.pk,
    ]


def test_a_joined_record_still_speaks_against_another_code():
    boss = User.objects.create(email="b@example.com", name="B", role=Role.MANAGER)
    a, b = person("Ana", key="A"), person("Ana S.", key="B", email="ana@example.com")
    merging.merge(a, into=b, by=boss, now=NOW)
    assert one(Claim(key="C", email="ana@example.com")).customer is None
    assert one(Claim(key="A", email="ana@example.com")).customer == b.pk


def test_many_claims_cost_few_questions(django_assert_max_num_queries):
    for number in range(30):
        person(f"P{number}", key=f"K{number}", email=f"p{number}@example.com")
    claims = [
        Claim(ref=f"K{n}", email=f"p{n}@example.com", phone=f"551187650{n:03}") for n in range(30)
    ]
    with django_assert_max_num_queries(14):
        assert None not in {each.customer for each in resolve(claims)}
