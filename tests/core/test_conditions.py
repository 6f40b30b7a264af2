"""The condition language: two forms that mean the same, and an evaluator that never guesses."""

import json
import time
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.conditions import (
    ENGLISH,
    MESSAGES,
    All,
    Any,
    Compare,
    ConditionError,
    Days,
    Money,
    Not,
    Today,
    Unanswerable,
    all_of,
    check,
    describe,
    expression,
    facts_of,
    from_json,
    kleene,
    matches,
    parse,
    to_json,
    to_text,
)
from tests.core import naive
from tests.core.sheets import AS_OF, FACTS, compares, conditions, sheets


@given(conditions)
def test_reading_what_was_written_gives_the_same_condition(condition):
    assert parse(to_text(condition)) == condition
    assert parse(to_text(condition, FACTS)) == condition


@given(conditions)
def test_the_json_form_survives_a_journey_as_text(condition):
    assert from_json(json.loads(json.dumps(to_json(condition)))) == condition


@given(conditions, sheets())
def test_the_frame_and_plain_python_agree_row_by_row(condition, sheet):
    rows = sheet.rows(named=True)
    expected = [naive.holds(condition, row) for row in rows]
    answer = kleene(condition, FACTS, as_of=AS_OF)
    assert sheet.select(answer.alias("a"))["a"].to_list() == expected
    found = matches(sheet, condition, FACTS, as_of=AS_OF)
    assert found.to_list() == [each is True for each in expected]
    assert found.name == "matches"


@given(compares().filter(lambda each: not each.op.startswith("is ")), sheets(least=1))
def test_nobody_unknown_matches_a_comparison_or_its_negation(comparison, sheet):
    unknown = sheet.with_columns(pl.lit(None).alias(comparison.fact))
    for condition in (comparison, Not(comparison), Not(Not(comparison))):
        assert not matches(unknown, condition, FACTS, as_of=AS_OF).any()


@given(conditions)
def test_a_condition_made_of_catalogue_facts_has_no_problems(condition):
    assert check(condition, FACTS) == ()
    assert facts_of(condition) <= set(FACTS)


@given(conditions)
def test_every_condition_can_be_said_in_words(condition):
    text = describe(condition, FACTS, ENGLISH)
    assert text
    assert "{value}" not in text


@given(st.text(max_size=60) | st.text("()[]\"'<>=!-+%.,d 0123456789RandotiswhkuBL$\\", max_size=80))
def test_any_text_is_a_condition_or_a_condition_error(text):
    read = _attempt(parse, text)
    if isinstance(read, ConditionError):
        assert 0 <= read.position <= len(text)
        assert read.message % read.params
    else:
        assert parse(to_text(read)) == read


def _attempt(reader, source):
    try:
        return reader(source)
    except ConditionError as error:
        return error


_KEYS = (
    "all", "any", "not", "fact", "op", "value", "cents", "days", "today", "date", "currency",
)  # fmt: skip
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "all",
                    "any",
                    "not",
                    "fact",
                    "op",
                    "value",
                    "cents",
                    "days",
                    "today",
                    "date",
                    "currency",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(_json)
def test_any_json_is_a_condition_or_a_condition_error(data):
    read = _attempt(from_json, data)
    if isinstance(read, ConditionError):
        assert read.message in MESSAGES.values()
    else:
        assert parse(to_text(read)) == read


@given(
    st.builds(
        Compare,
        st.just("x"),
        st.just("="),
        st.integers(-(10**15) + 1, 10**15 - 1)
        | st.floats(-1e14, 1e14)
        | st.text()
        | st.builds(Money, st.integers(-(10**16), 10**16), st.sampled_from(("BRL", "USD")))
        | st.dates()
        | st.builds(Today, st.integers(-36_600, 36_600)),
    )
)
def test_extreme_values_survive_both_forms(condition):
    assert parse(to_text(condition)) == condition
    assert from_json(json.loads(json.dumps(to_json(condition)))) == condition


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-30%", -0.3),
        ("12.5%", 0.125),
        ("R$ 1.234,56", Money(123456)),
        ("R$1234.5", Money(123450)),
        ("R$ 1.234", Money(123400)),
        ("-R$ 0,05", Money(-5)),
        ("R$ -0,05", Money(-5)),
        ("R$\xa010", Money(1000)),
        ("1234.56 BRL", Money(123456)),
        ("10 USD", Money(1000, "USD")),
        ("90d", Days(90)),
        ("today", Today()),
        ("today - 30d", Today(-30)),
        ("today+90d", Today(90)),
        ("2026-02-28", date(2026, 2, 28)),
        ("true", True),
        ("TRUE", True),
        ("basic", "basic"),
        ("Goiânia", "Goiânia"),
        ('"São \\"Paulo\\""', 'São "Paulo"'),
        ("'today'", "today"),
        ("7", 7),
        ("-7.50", -7.5),
    ],
)
def test_values_are_written_as_people_write_them(text, value):
    read = parse(f"x = {text}").value
    assert (read, type(read)) == (value, type(value))


def test_not_binds_closer_than_and_and_closer_than_or():
    a, b, c = (Compare(name, "=", 1) for name in "abc")
    assert parse("not a = 1 and b = 1 or c = 1") == Any((All((Not(a), b)), c))
    assert parse("not (a = 1 and (b = 1 or c = 1))") == Not(All((a, Any((b, c)))))


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("usage.people", "operator_expected", 12),
        ("usage.people >", "value_expected", 14),
        ("usage.people > 3 4", "leftover", 17),
        ("(usage.people > 3", "word_expected", 17),
        ("who.city = 'abc", "unclosed_text", 11),
        ("who.city = São Paulo", "leftover", 15),
        ("who.city in []", "empty_list", 13),
        ("who.since > 2026-02-30", "not_a_date", 12),
        ("usage.people ~ 3", "character", 13),
        ("and", "fact_expected", 0),
        ("who.city = and", "value_expected", 11),
        ("who.city is odd", "word_expected", 12),
        ("usage.people = 99999999999999999", "number_size", 15),
        ("who.since > today - 30", "word_expected", 20),
    ],
)
def test_a_fault_is_named_with_its_place(text, code, position):
    with pytest.raises(ConditionError) as raised:
        parse(text)
    assert (raised.value.code, raised.value.position) == (code, position)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 21 + "a = 1" + ")" * 21, "too_deep"),
        ("not " * 21 + "a = 1", "too_deep"),
        ("(" * 5000, "too_deep"),
        (" and ".join(["a = 1"] * 201), "too_many"),
        ("a = '" + "x" * 10_000 + "'", "too_long"),
        ("a = " + "9" * 5000, "number_size"),
        ("a = R$ " + "9" * 5000, "number_size"),
        ("a = " + "9" * 5000 + "d", "number_size"),
    ],
)
def test_abuse_is_refused(text, code):
    with pytest.raises(ConditionError) as raised:
        parse(text)
    assert raised.value.code == code


def test_the_limits_hold_for_json_too():
    leaf = {"fact": "a", "op": "=", "value": 1}
    deep = leaf
    for _ in range(20):
        deep = {"not": deep}
    many = {"all": [leaf] * 201}
    long = {"fact": "a", "op": "=", "value": "x" * 10_001}
    for data, code in ((deep, "too_deep"), (many, "too_many"), (long, "too_long")):
        with pytest.raises(ConditionError) as raised:
            from_json(data)
        assert raised.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        '"' + "\\" * 9998,
        "a." * 4999,
        "1." * 4999,
        "R$" + " " * 9000,
        "R$ 1" + ".000" * 2000,
        "1-" * 4999,
    ],
)
def test_hostile_texts_are_refused_in_linear_time(text):
    before = time.perf_counter()
    with pytest.raises(ConditionError):
        parse(text)
    assert time.perf_counter() - before < 0.5


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("contract.mmr > 1", "unknown_fact_near", "contract.mrr"),
        ("mrr > 1", "unknown_fact_near", "contract.mrr"),
        ("zzz > 1", "unknown_fact", None),
        ("who.city > 1", "operator", None),
        ("usage.trend is known", "operator", None),
        ("contract.mrr > abc", "type", None),
        ("usage.people = true", "type", None),
        ("contract.mrr > 10 USD", "currency", None),
        ("who.plan = basci", "choice_near", "basic"),
        ("who.plan in [pro, zzz]", "choice", None),
        ("who.since > 3", "type", None),
        ("who.since = soon", "type", None),
        ("contract.days_to_renewal < 1.5", "type", None),
        ("usage.people between 3 and 1", "two_values", None),
        ("who.is_company = 1", "type", None),
    ],
)
def test_a_problem_is_named_with_a_near_match(text, code, suggestion):
    (problem,) = check(parse(text), FACTS)
    assert (problem.code, problem.suggestion) == (code, suggestion)
    assert str(problem)
    with pytest.raises(Unanswerable):
        expression(parse(text), FACTS, as_of=AS_OF)


def test_values_of_the_wrong_shape_are_problems():
    for condition in (
        Compare("usage.people", "in", 3),
        Compare("usage.people", "=", (1, 2)),
        Compare("usage.people", "between", 3),
        Compare("usage.people", "is known", 3),
        Compare("usage.people", "="),
    ):
        assert len(check(condition, FACTS)) == 1


def test_plain_numbers_are_whole_units_of_currency():
    sheet = pl.DataFrame({"contract.mrr": [99_999, 100_000]})
    for text in ("contract.mrr >= 1000", "contract.mrr >= R$ 1.000,00", "contract.mrr >= 1000 BRL"):
        assert matches(sheet, parse(text), FACTS, as_of=AS_OF).to_list() == [False, True]
    assert to_json(parse("contract.mrr >= R$ 1.000,00"))["value"] == {"cents": 100_000}


def test_text_is_found_without_case_and_accents():
    sheet = pl.DataFrame({"who.city": ["São Paulo", "SAO JOSE", "Belém", None]})
    found = matches(sheet, parse('who.city starts with "são"'), FACTS, as_of=AS_OF)
    assert found.to_list() == [True, True, False, False]
    found = matches(sheet, parse("who.city contains BELEM"), FACTS, as_of=AS_OF)
    assert found.to_list() == [False, False, True, False]


def test_a_day_relative_to_today_moves_with_as_of():
    sheet = pl.DataFrame({"who.since": [date(2026, 5, 17)]})
    condition = parse("who.since >= today - 30d")
    assert matches(sheet, condition, FACTS, as_of=date(2026, 6, 16)).to_list() == [True]
    assert matches(sheet, condition, FACTS, as_of=date(2026, 6, 17)).to_list() == [False]


def test_a_condition_is_said_in_words():
    text = "usage.change_rate <= -30% and contract.days_to_renewal <= 90d"
    assert describe(parse(text), FACTS, ENGLISH) == (
        "use fell by 30% or more and renews within 90 days"
    )
    text = "not (who.plan = pro or usage.change_rate <= 10%) and who.city is known"
    assert describe(parse(text), FACTS, ENGLISH) == (
        "not (Plan is Pro or Change in use is at most 10%) and City is known"
    )


def test_fewer_than_two_parts_join_nothing():
    part = Compare("usage.people", "=", 1)
    assert all_of([part]) == part
    for node in (All, Any):
        for parts in ((), (part,)):
            with pytest.raises(ConditionError):
                node(parts)


def test_a_list_of_thousands_of_values_is_answered():
    text = f"who.city in [{', '.join(f'c{i}' for i in range(1400))}]"
    sheet = pl.DataFrame({"who.city": ["c7", "zz", None]})
    assert matches(sheet, parse(text), FACTS, as_of=AS_OF).to_list() == [True, False, False]
