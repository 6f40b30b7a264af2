"""Likely duplicates are proposed with reasons, never joined; what people decided is remembered."""

from datetime import UTC, datetime

import pytest

from posvenda.base.models import Audit
from posvenda.customers.identity import merging, proposals
from posvenda.customers.identity.models import Change, Proposal
from posvenda.customers.models import Attribute, AttributeValue, Customer
from tests.rooms.town import company, contact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 16, 12, tzinfo=UTC)


def pairs() -> dict[tuple[str, str], list[str]]:
    return {
        (each.one.key, each.other.key): [reason["code"] for reason in each.reasons]
        for each in Proposal.objects.filter(status="open").select_related("one", "other")
    }


def town(customer: Customer, city: str) -> None:
    attribute, _ = Attribute.objects.get_or_create(
        name="city", defaults={"label": "Cidade", "kind": "text"}
    )
    AttributeValue.objects.create(
        customer=customer, attribute=attribute, value=city, happened_at=NOW, recorded_at=NOW
    )


def test_pairs_are_found_by_document_address_telephone_and_name_with_more():
    company("Ana Souza", key="a", kind="person", tax_id="39053344705")
    company("A. Souza", key="b", kind="person", tax_id="39053344705")
    company("Café Azul", key="c", email="oi@azul.example")
    company("CAFE AZUL LTDA", key="d", email="oi@azul.example")
    town(company("Rui Lima", key="e", kind="person"), "Recife")
    town(company("LIMA, Rui", key="f", kind="person"), "RECIFE")
    company("Bia Melo", key="g", kind="person", phone_key="551187654321")
    company("Bia Melo", key="h", kind="person", phone_key="551187654321")
    contact(company("Loja Sol", key="i"), "Eva", email="eva@sol.example")
    contact(company("Sol Loja", key="j"), "Eva", email="eva@sol.example")
    company("Rui Lima", key="k", kind="person")
    assert proposals.find(now=NOW) == 5
    assert pairs() == {
        ("a", "b"): ["document"],
        ("c", "d"): ["email", "name"],
        ("e", "f"): ["name", "city"],
        ("g", "h"): ["phone", "name"],
        ("i", "j"): ["name", "contact"],
    }
    assert not Change.objects.exists()


def test_branches_are_told_apart_from_duplicates():
    company("Matriz", key="a", tax_id="11222333000181", email="oi@x.example")
    company("Filial", key="b", tax_id="11222333000262", email="oi@x.example")
    proposals.find(now=NOW)
    (pair,) = Proposal.objects.all()
    assert (pair.is_branch, pair.score) == (True, 0)


def test_looking_again_changes_nothing_and_a_pair_that_was_mended_goes():
    company("Ana", key="a", email="x@example.com")
    b = company("Ana", key="b", email="x@example.com")
    proposals.find(now=NOW)
    (first,) = Proposal.objects.all()
    proposals.find(now=NOW)
    assert Proposal.objects.get() == first
    Customer.objects.filter(pk=b.pk).update(email="", name="Rui")
    assert proposals.find(now=NOW) == 0


def test_a_pair_set_apart_stays_apart_also_after_a_join(manager):
    a = company("Ana", key="a", email="x@example.com")
    b = company("Ana", key="b", email="x@example.com")
    proposals.find(now=NOW)
    proposals.set_apart(Proposal.objects.get(), by=manager, now=NOW)
    assert proposals.find(now=NOW) == 0
    c = company("Ana", key="c", email="x@example.com")
    merging.merge(a, into=c, by=manager, now=NOW)
    assert proposals.find(now=NOW) == 0
    assert Audit.objects.filter(verb="identity.apart").count() == 2
    assert {b.pk, c.pk} == set(Customer.objects.present().values_list("pk", flat=True))


def test_a_mailbox_of_a_crowd_joins_nobody():
    for number in range(proposals.CROWD + 1):
        company(f"Empresa {number}", email="contador@example.com")
    assert proposals.find(now=NOW) == 0


def test_a_csm_proposes_within_the_own_book_and_nobody_else_decides(csm, manager, viewer):
    mine = [company("Ana", owner=csm, key="a"), company("Bia", owner=csm, key="b")]
    other = company("Rui", owner=manager, key="c")
    proposal = proposals.propose(*mine, by=csm, now=NOW)
    assert proposal.proposed_by == csm
    for pair, user in (((mine[0], other), csm), (mine, viewer)):
        with pytest.raises(proposals.MayNotPropose):
            proposals.propose(*pair, by=user, now=NOW)
    with pytest.raises(proposals.MayNotPropose):
        proposals.set_apart(proposal, by=csm, now=NOW)
    proposals.find(now=NOW)
    assert Proposal.objects.get().status == "open"


def test_a_join_settles_the_pair_and_its_undo_opens_it_again(manager):
    a = company("Ana", key="a", email="x@example.com")
    b = company("Ana", key="b", email="x@example.com")
    proposals.find(now=NOW)
    change = merging.merge(a, into=b, by=manager, now=NOW)
    assert Proposal.objects.get().status == "merged"
    merging.undo(change, by=manager, now=NOW)
    assert Proposal.objects.get().status == "open"
