"""Undoing one of two imports leaves what the other alone tells, whatever both hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from posvenda.api.models import Change, Echo, ImportRun
from posvenda.base import choices
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers import sheet
from posvenda.customers.models import (
    AttributeValue,
    Customer,
)
from tests.rooms.api.undoing import (
    CONTRACTS,
    FIELDS,
    NOW,
    PEOPLE,
    WHO,
    bring,
    lines,
    same,
    take_back,
)

pytestmark = pytest.mark.django_db

cells = st.tuples(
    st.integers(1, 4), st.sampled_from(["A", "B"]), st.integers(1, 3), st.integers(1, 3)
)
CONTRACT_ROWS = st.lists(cells, max_size=5, unique_by=lambda row: row[0])
LINE_ROWS = st.lists(cells, max_size=5)
PEOPLE_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["", "Ana", "Bia"]),
        st.sampled_from(["", "a@x.com", "b@x.com"]),
        st.sampled_from(["", "ouro", "prata"]),
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)


def contract_text(rows) -> str:
    body = (f"{n};{who};Plano;0{day}/01/2026;31/12/2026;{value}00\n" for n, who, day, value in rows)
    return CONTRACTS + "".join(body)


def line_text(rows) -> str:
    """Order lines; an order has one customer, for of two the first in the file would count."""
    body = (f"{n};0{day}/03/2026;{'AB'[n % 2]};P1;1;{value},00\n" for n, _, day, value in rows)
    return "pedido;data;cod_cliente;produto;qtd;preco_unitario\n" + "".join(body)


def people_text(rows) -> str:
    body = (f"{key};{name};{mail};{plan};;\n" for key, name, mail, plan in rows)
    return PEOPLE + "".join(body)


FILE = st.one_of(
    st.tuples(st.just("contract"), CONTRACT_ROWS.map(contract_text), st.just(FIELDS)),
    st.tuples(st.just("order_line"), LINE_ROWS.map(line_text), st.just({})),
    st.tuples(st.just("customer"), PEOPLE_ROWS.map(people_text), st.just(WHO)),
)
SEVERAL = st.lists(FILE, min_size=1, max_size=2)


def facts_now() -> object:
    told = sheet.build(as_of=NOW.date()).drop("customer_id", "public_id")
    versions = {
        model.__name__: {
            row.key: (row.customer and row.customer.key, row.happened_at, row.digest[:1] == "~")
            for row in lines(model).values()
        }
        for model in (ContractLine, OrderLine, Order)
    }
    who = {
        row.key: (row.name, row.email, row.happened_at if versions else None)
        for row in Customer.objects.all()
    }
    known = [{k: v for k, v in row.items() if v is not None} for row in told.to_dicts()]
    return {row["who.key"]: row for row in known}, versions, who


def emptied() -> None:
    choices.put("pack", "saas")
    for model in (OrderLine, Order, ContractLine, AttributeValue, Change, Echo, ImportRun):
        model._base_manager.all().delete()
    Customer.everything.all().delete()


@settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(first=SEVERAL, second=SEVERAL)
def test_undoing_the_first_leaves_what_the_second_alone_tells(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("undo")
    emptied()
    later = NOW + timedelta(hours=1)

    def both(several, now, name):
        return [
            bring(folder / f"{name}{n}.csv", text, record, now + timedelta(minutes=n), **more)
            for n, (record, text, more) in enumerate(several)
            if text.count("\n") > 1
        ]

    both(second, later, "b")
    alone = facts_now()
    emptied()
    a = both(first, NOW, "a")
    both(second, later, "b")
    known_at = later + timedelta(minutes=30)
    known = sheet.build(as_of=NOW.date(), known_at=known_at)
    for each in a:
        take_back(each, later + timedelta(hours=1))
    for one, other in zip(facts_now(), alone, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            assert one[key] == other[key], key
    same(sheet.build(as_of=NOW.date(), known_at=known_at), known)
