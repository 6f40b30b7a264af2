"""The filter form, the text and the sentence say the same."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from posvenda.core.conditions import Compare, Days, Money, Today, all_of, any_of, check, parse
from posvenda.core.facts import Fact, Kind
from posvenda.core.facts import catalogue as indexed
from posvenda.customers.wording import describe
from posvenda.insights.clients import filters

FACTS = indexed(
    Fact("contract.mrr", Kind.MONEY, "MRR", "", "contract"),
    Fact("usage.change", Kind.RATE, "Change", "", "usage"),
    Fact("health.score", Kind.NUMBER, "Health", "", "health"),
    Fact("tickets.open", Kind.INTEGER, "Tickets", "", "tickets"),
    Fact("contact.silence", Kind.DAYS, "Silence", "", "contact"),
    Fact("contract.renews_on", Kind.DATE, "Renewal", "", "contract"),
    Fact("contract.is_trial", Kind.BOOLEAN, "Trial", "", "contract"),
    Fact("who.name", Kind.TEXT, "Name", "", "who"),
    Fact("who.tags", Kind.TAGS, "Tags", "", "who"),
    Fact(
        "health.band", Kind.CHOICE, "Band", "", "health", choices={"good": "Good", "risk": "Risk"}
    ),
)
TEXT = st.text(min_size=1, max_size=20).map(str.strip).filter(lambda t: t and ";" not in t)
VALUES = {
    Kind.MONEY: st.integers(-(10**11), 10**11).map(Money),
    Kind.RATE: st.integers(-9_999, 9_999).map(lambda n: n / 1000),
    Kind.NUMBER: st.integers(-10_000, 10_000).map(lambda n: n / 10),
    Kind.INTEGER: st.integers(-(10**9), 10**9),
    Kind.DAYS: st.integers(-9_000, 9_000).map(Days),
    Kind.DATE: st.dates(date(1990, 1, 1), date(2090, 1, 1)) | st.integers(-999, 999).map(Today),
    Kind.BOOLEAN: st.booleans(),
    Kind.TEXT: TEXT,
    Kind.TAGS: TEXT,
    Kind.CHOICE: st.sampled_from(["good", "risk"]),
}


@st.composite
def comparisons(draw):
    fact = FACTS[draw(st.sampled_from(sorted(FACTS)))]
    op = draw(st.sampled_from(fact.kind.operators))
    value = VALUES[fact.kind]
    if op in filters.WITHOUT_VALUE:
        return Compare(fact.name, op)
    if op == "between":
        return Compare(fact.name, op, (draw(value), draw(value)))
    if op in ("in", "not in"):
        return Compare(fact.name, op, tuple(draw(st.lists(value, min_size=1, max_size=4))))
    return Compare(fact.name, op, draw(value))


SOUND = comparisons().filter(lambda one: not check(one, FACTS))


@settings(max_examples=400, deadline=None)
@given(st.lists(SOUND, min_size=1, max_size=5), st.sampled_from([all_of, any_of]))
def test_what_the_form_shows_it_reads_back(parts, join):
    condition = join(parts)
    form = filters.from_condition(condition, FACTS)
    again, read = filters.to_condition(form, FACTS)
    assert again.is_sound
    assert describe(read, FACTS) == describe(condition, FACTS)
    text = filters.text_of(read, FACTS)
    assert describe(parse(text), FACTS) == describe(condition, FACTS)


@pytest.mark.parametrize(
    ("fact", "op", "value", "text"),
    [
        ("contract.mrr", ">=", "1.234,50", "contract.mrr >= R$ 1234.50"),
        ("usage.change", "<=", "-30", "usage.change <= -30%"),
        ("contact.silence", ">", "30", "contact.silence > 30"),
        ("contract.renews_on", "<=", "31/12/2026", "contract.renews_on <= 2026-12-31"),
        ("contract.renews_on", "<=", "+90", "contract.renews_on <= today + 90d"),
        ("health.band", "in", "risk; good", "health.band in [risk, good]"),
        ("contract.is_trial", "=", "true", "contract.is_trial = true"),
    ],
)
def test_values_are_typed_as_brazilians_write_them(fact, op, value, text):
    found = filters.compare(filters.FilterRow(fact, op, value), FACTS)
    assert found == parse(text)


@pytest.mark.parametrize(
    ("fact", "op", "value"),
    [
        ("contract.mrr", ">=", "muito"),
        ("contract.mrr", ">=", ""),
        ("contract.renews_on", "<", "31/02/2026"),
        ("health.band", "=", "blue"),
        ("health.score", "between", "9"),
        ("health.score", ">", "1e999"),
        ("health.score", "in", " ; "),
    ],
)
def test_a_row_that_cannot_be_read_comes_back_with_its_problem(fact, op, value):
    form = filters.Form((filters.FilterRow(fact, op, value),))
    again, condition = filters.to_condition(form, FACTS)
    assert condition is None
    assert again.rows[0].problem


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[st.text(max_size=12)] * 4), max_size=4))
def test_nothing_sent_breaks_the_form(rows):
    query = QueryDict(mutable=True)
    for fact, op, value, value2 in rows:
        for name, text in zip(
            ("fact", "op", "value", "value2"), (fact, op, value, value2), strict=True
        ):
            query.appendlist(name, text)
    filters.to_condition(filters.from_query(query, FACTS), FACTS)


def test_a_nested_condition_is_shown_as_text():
    nested = parse("health.score < 45 and (tickets.open > 1 or contract.mrr > 5)")
    assert filters.from_condition(nested, FACTS) is None


@pytest.mark.django_db
def test_the_dialog_leads_to_the_list(door, manager):
    browser = door(manager)
    query = "do=apply&join=all&fact=contract.mrr&op=%3E%3D&value=7.200&value2="
    answer = browser.get(f"/clientes/filtrar/?{query}")
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Transportadora Serra" in page
    assert "Farmácias Ipê" not in page


@pytest.mark.django_db
def test_text_with_a_fault_comes_back_with_its_place(door, manager):
    answer = door(manager).get("/clientes/filtrar/?do=apply&mode=text&text=health.score+%3C%3C+4")
    assert answer.status_code == 422
    assert "Caractere" in answer.content.decode()


@pytest.mark.django_db
def test_the_dialog_tells_the_condition_in_words(door, manager):
    page = door(manager).get("/clientes/filtrar/?where=contract.mrr%3E%3D7200").content.decode()
    assert "Clientes em que vale" in page
