"""An undo takes back what an import told, as a correction; what others told stays."""

from datetime import UTC, datetime, timedelta

import pytest

from posvenda.api.imports.undo import run as undo
from posvenda.api.models import Change
from posvenda.commerce.models import ContractLine, Order, OrderLine, Ticket
from posvenda.conversations.models import Interaction
from posvenda.customers import sheet
from posvenda.customers.models import (
    AttributeValue,
    Contact,
    Customer,
    Identity,
    Ownership,
    Subject,
    Tagging,
)
from tests.rooms.api.undoing import (
    CONTRACTS,
    FIELDS,
    NOW,
    PEOPLE,
    WHO,
    bring,
    contract,
    lines,
    same,
    take_back,
)

pytestmark = pytest.mark.django_db


def test_an_undone_contract_is_retracted_and_the_past_still_shows_it(tmp_path):
    a = bring(
        tmp_path / "a.csv", CONTRACTS + contract("1", "Ana", "100"), "contract", NOW, **FIELDS
    )
    later = NOW + timedelta(hours=1)
    before = sheet.build(as_of=NOW.date(), known_at=NOW)
    done = take_back(a, later)
    assert lines(ContractLine) == {}
    assert not Customer.objects.exists()
    assert Customer.everything.get().withdrawn_at == later
    assert undo.totals(done) == {"undone": 2, "restored": 0, "kept": 0, "later": 0}
    same(sheet.build(as_of=NOW.date(), known_at=NOW), before)
    assert sheet.build(as_of=NOW.date()).is_empty()
    assert sheet.build(as_of=NOW.date(), known_at=later).is_empty()


def test_what_the_import_corrected_comes_back_as_a_new_version(tmp_path):
    bring(tmp_path / "a.csv", CONTRACTS + contract("1", "Ana", "100"), "contract", NOW, **FIELDS)
    second = NOW + timedelta(hours=1)
    b = bring(
        tmp_path / "b.csv", CONTRACTS + contract("1", "Ana", "150"), "contract", second, **FIELDS
    )
    done = take_back(b, second + timedelta(hours=1))
    assert lines(ContractLine)["1"].amount_cents == 10_000
    assert ContractLine.objects.count() == 3
    assert undo.totals(done)["restored"] == 1
    assert Customer.objects.count() == 1


def test_a_later_correction_wins_and_is_counted(tmp_path):
    a = bring(
        tmp_path / "a.csv",
        CONTRACTS + contract("1", "Ana", "100") + contract("2", "Ana", "10"),
        "contract",
        NOW,
        **FIELDS,
    )
    second = NOW + timedelta(hours=1)
    bring(tmp_path / "b.csv", CONTRACTS + contract("1", "Ana", "150"), "contract", second, **FIELDS)
    done = take_back(a, second + timedelta(hours=1))
    assert {k: v.amount_cents for k, v in lines(ContractLine).items()} == {"1": 15_000}
    assert undo.totals(done)["later"] == 1
    assert Customer.objects.get().batch_id != a.batch_id


def test_the_same_file_can_be_imported_again_after_the_undo(tmp_path):
    text = CONTRACTS + contract("1", "Ana", "100")
    a = bring(tmp_path / "a.csv", text, "contract", NOW, **FIELDS)
    take_back(a, NOW + timedelta(hours=1))
    again = bring(tmp_path / "a.csv", text, "contract", NOW + timedelta(hours=2), **FIELDS)
    assert again.files.get().rows_new == 1
    assert lines(ContractLine)["1"].amount_cents == 10_000
    assert Customer.objects.get().withdrawn_at is None
    take_back(again, NOW + timedelta(hours=3))
    assert not lines(ContractLine)
    assert not Customer.objects.exists()


def test_a_file_that_came_again_whole_keeps_what_it_told(tmp_path):
    text = CONTRACTS + contract("1", "Ana", "100")
    a = bring(tmp_path / "a.csv", text, "contract", NOW, **FIELDS)
    b = bring(tmp_path / "b.csv", text, "contract", NOW + timedelta(hours=1), **FIELDS)
    take_back(a, NOW + timedelta(hours=2))
    assert lines(ContractLine)["1"].batch_id == b.batch_id
    take_back(b, NOW + timedelta(hours=3))
    assert not lines(ContractLine)
    assert not Customer.objects.exists()


def test_values_changed_in_place_go_back_unless_something_else_gave_them_since(tmp_path):
    bring(
        tmp_path / "a.csv", PEOPLE + "1;Ana;ana@x.com;ouro;;\n2;Bia;;;;\n", "customer", NOW, **WHO
    )
    second, third = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    b = bring(
        tmp_path / "b.csv",
        PEOPLE + "1;Ana Lima;ana@y.com;prata;vip;E1\n2;Beatriz;;;;\n",
        "customer",
        second,
        **WHO,
    )
    bring(tmp_path / "c.csv", PEOPLE + "2;Bea;;;;\n", "customer", third, **WHO)
    done = take_back(b, third + timedelta(hours=1))
    ana, bia = Customer.objects.order_by("key")
    assert (ana.name, ana.email, bia.name) == ("Ana", "ana@x.com", "Bea")
    now = sheet.build(as_of=NOW.date()).filter(customer_id=ana.pk)
    assert now["attr.plano"].item() == "ouro"
    assert now["who.tags"].to_list()[0] is None
    assert not Identity.objects.exists()
    assert undo.totals(done)["kept"] == 1
    assert Tagging.objects.get().ends_at is not None


def test_a_customer_with_orders_from_elsewhere_stays_without_what_was_told(tmp_path):
    a = bring(
        tmp_path / "a.csv", PEOPLE + "1;Ana;ana@x.com;ouro;;\n2;Bia;;;;\n", "customer", NOW, **WHO
    )
    second = NOW + timedelta(hours=1)
    bring(tmp_path / "b.csv", CONTRACTS + contract("9", "1", "100"), "contract", second, **FIELDS)
    take_back(a, second + timedelta(hours=1))
    stays = Customer.objects.get()
    assert (stays.key, stays.name, stays.email) == ("1", "Cliente 1", "")
    assert stays.happened_at == datetime(2026, 1, 1, 3, tzinfo=UTC)
    assert not AttributeValue.objects.exists()


def test_a_customer_a_person_worked_with_stays(tmp_path, manager):
    from posvenda.customers import actions

    a = bring(tmp_path / "a.csv", PEOPLE + "1;Ana;;;;\n2;Bia;;;;\n", "customer", NOW, **WHO)
    ana = Customer.objects.get(key="1")
    actions.edit(ana, by=manager, now=NOW + timedelta(minutes=5), email="ana@z.com")
    take_back(a, NOW + timedelta(hours=1))
    assert Customer.objects.get().key == "1"


def test_contacts_subjects_tickets_and_interactions_are_taken_back(tmp_path, manager):
    bring(tmp_path / "c.csv", PEOPLE + "1;Ana;;;;\n", "customer", NOW, **WHO)
    second = NOW + timedelta(hours=1)
    runs = [
        bring(tmp_path / "p.csv", "cliente;nome;email\n1;Rui;rui@x.com\n", "contact", second),
        bring(tmp_path / "s.csv", "cliente;nome;especie\n1;Rex;pet\n", "subject", second),
        bring(tmp_path / "t.csv", "numero;cliente;aberto_em\nT1;1;01/05/2026\n", "ticket", second),
        bring(
            tmp_path / "i.csv",
            "cliente;data;tipo;texto\n1;02/05/2026;nota;Oi\n",
            "interaction",
            second,
        ),
    ]
    assert (Contact.objects.count(), Subject.objects.count(), Interaction.objects.count()) == (
        1,
        1,
        1,
    )
    before = sheet.build(as_of=NOW.date(), known_at=second)
    for each in runs:
        take_back(each, second + timedelta(hours=1))
    assert not Contact.objects.exists()
    assert not Subject.objects.exists()
    assert not Interaction.objects.exists()
    assert not lines(Ticket)
    same(sheet.build(as_of=NOW.date(), known_at=second), before)
    again = bring(
        tmp_path / "p.csv",
        "cliente;nome;email\n1;Rui;rui@x.com\n",
        "contact",
        second + timedelta(hours=2),
    )
    assert Contact.objects.get().withdrawn_at is None
    assert again.files.get().rows_new == 1


def test_a_killed_undo_goes_on_and_counts_the_same(tmp_path, monkeypatch):
    from posvenda.api.imports.undo import facts

    monkeypatch.setattr(facts, "PART", 10)
    text = "pedido;data;cod_cliente;produto;qtd;preco_unitario\n" + "".join(
        f"{n // 3};04/05/2026;C{n % 7};P{n % 2};1;10,00\n" for n in range(95)
    )
    a = bring(tmp_path / "v.csv", text, "order_line", NOW)
    assert len(lines(OrderLine)) == 95
    undo.ask(a, by=None, now=NOW)
    claimed = undo.claim(a.pk, now=NOW)
    assert claimed is not None
    real, calls = facts.undo_part, []

    def dying(*args, **kwargs):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(facts, "undo_part", dying)
    with pytest.raises(KeyboardInterrupt):
        undo.perform(claimed, now=NOW, clock=lambda: NOW)
    monkeypatch.setattr(facts, "undo_part", real)
    assert len(lines(OrderLine)) == 55
    assert undo.claim(a.pk, now=NOW) is None
    later = NOW + timedelta(minutes=1)
    again = undo.claim(a.pk, now=later)
    assert again is not None
    undo.perform(again, now=later, clock=lambda: later)
    again.refresh_from_db()
    assert not lines(OrderLine)
    assert not lines(Order)
    assert not Customer.objects.exists()
    assert again.summary["undo"]["counts"]["orderline"]["undone"] == 95
    assert again.summary["undo"]["counts"]["customer"]["undone"] == 7
    assert undo.claim(a.pk, now=later + timedelta(hours=1)) is None
    assert Ownership.objects.count() == 0
    assert not Change.objects.filter(undone_at=None, batch=a.batch).exists()


USAGE = "id;cliente;pessoa;recurso;quando\n"
USE = {
    "fields": {
        "id": "key",
        "cliente": "customer",
        "pessoa": "person",
        "recurso": "feature",
        "quando": "happened_at",
    }
}


def test_usage_of_the_batch_no_longer_counts_and_can_come_again(tmp_path):
    from posvenda.commerce.models import UsageDay

    text = USAGE + "".join(f"e{n};C1;p{n};relatorio;10/06/2026\n" for n in range(4))
    a = bring(tmp_path / "a.csv", text, "usage", NOW, **USE)
    second = NOW + timedelta(hours=1)
    b = bring(
        tmp_path / "b.csv",
        USAGE + "e3;C1;p3;relatorio;10/06/2026\ne9;C1;p9;relatorio;11/06/2026\n",
        "usage",
        second,
        **USE,
    )

    def people(**options):
        return sheet.build(as_of=NOW.date(), **options)["usage.active_people_28d"].to_list()

    third = second + timedelta(hours=1)
    assert people() == [5]
    take_back(a, third)
    assert people() == [2]
    assert people(known_at=second) == [5]
    assert UsageDay.objects.count() == 2
    again = bring(tmp_path / "a.csv", text, "usage", third + timedelta(hours=1), **USE)
    assert (again.files.get().rows_new, again.files.get().rows_same) == (3, 1)
    assert people() == [5]
    take_back(b, third + timedelta(hours=2))
    assert people() == [4]
