"""A small catalogue, with strategies for sheets, values and conditions over it."""

from datetime import date

import polars as pl
from hypothesis import strategies as st

from posvenda.core.conditions import (
    All,
    Any,
    Compare,
    Condition,
    Days,
    Money,
    Not,
    Scalar,
    Today,
)
from posvenda.core.facts import Fact, Kind, catalogue

AS_OF = date(2026, 6, 16)

FACTS = catalogue(
    Fact("who.city", Kind.TEXT, "City", "Where they are.", "who"),
    Fact("who.plan", Kind.CHOICE, "Plan", "", "who", choices={"basic": "Basic", "pro": "Pro"}),
    Fact("who.tags", Kind.TAGS, "Tags", "", "who"),
    Fact("who.is_company", Kind.BOOLEAN, "Company", "", "who"),
    Fact("who.since", Kind.DATE, "Customer since", "", "who"),
    Fact("usage.people", Kind.INTEGER, "Active people", "", "usage", higher_is="better"),
    Fact(
        "usage.change_rate",
        Kind.RATE,
        "Change in use",
        "",
        "usage",
        phrases={"<= -": "use fell by {value} or more"},
    ),
    Fact("usage.depth", Kind.NUMBER, "Depth", "", "usage"),
    Fact(
        "contract.days_to_renewal",
        Kind.DAYS,
        "Days to renewal",
        "",
        "contract",
        phrases={"<=": "renews within {value}"},
    ),
    Fact("contract.mrr", Kind.MONEY, "MRR", "", "contract"),
    Fact("usage.trend", Kind.SERIES, "Trend", "", "usage"),
)

WORDS = ("sp", "São Paulo", "sao", "PAU", "são", "vip", "new", "basic", "")

cells = {
    Kind.TEXT: st.sampled_from(WORDS) | st.text(max_size=6),
    Kind.CHOICE: st.sampled_from(("basic", "pro")),
    Kind.TAGS: st.lists(st.sampled_from(("vip", "new", "old")), max_size=3, unique=True),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(date(2026, 5, 1), date(2026, 8, 1)),
    Kind.INTEGER: st.integers(-3, 3),
    Kind.RATE: st.sampled_from((-0.5, -0.3, 0.0, 0.1, float("nan"))),
    Kind.NUMBER: st.floats(-3, 3) | st.just(float("nan")),
    Kind.DAYS: st.integers(-40, 40),
    Kind.MONEY: st.integers(-300, 300),
    Kind.SERIES: st.just([1.0]),
}


@st.composite
def sheets(draw: st.DrawFn, least: int = 0) -> pl.DataFrame:
    """Sheets of a few customers with every fact, many of them unknown."""
    size = draw(st.integers(least, 6))
    columns = {
        fact.name: pl.Series(
            [draw(st.none() | cells[fact.kind]) for _ in range(size)], dtype=fact.kind.dtype
        )
        for fact in FACTS.values()
    }
    return pl.DataFrame({"customer_id": list(range(1, size + 1)), **columns})


texts = st.sampled_from(WORDS) | st.text(max_size=8) | st.text("\\\"' ab.", max_size=5)
numbers = st.integers(-5, 5) | st.floats(-5, 5).map(lambda x: round(x, 2))
scalars: dict[Kind, st.SearchStrategy[Scalar]] = {
    Kind.TEXT: texts,
    Kind.CHOICE: st.sampled_from(("basic", "pro")),
    Kind.TAGS: st.sampled_from(("vip", "new", "gone")),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(date(2026, 5, 1), date(2026, 8, 1))
    | st.builds(Today, st.integers(-40, 40)),
    Kind.INTEGER: numbers,
    Kind.RATE: st.sampled_from((-0.5, -0.3, 0, 0.1)),
    Kind.NUMBER: numbers,
    Kind.DAYS: st.integers(-40, 40) | st.builds(Days, st.integers(-40, 40)),
    Kind.MONEY: numbers | st.builds(Money, st.integers(-300, 300)),
}


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    """Comparisons that the catalogue can answer."""
    fact = draw(st.sampled_from([f for f in FACTS.values() if f.kind is not Kind.SERIES]))
    op = draw(st.sampled_from(fact.kind.operators))
    one = scalars[fact.kind]
    if op.startswith("is "):
        return Compare(fact.name, op)
    if op in ("in", "not in"):
        return Compare(fact.name, op, tuple(draw(st.lists(one, min_size=1, max_size=3))))
    if op == "between":
        low, high = sorted((draw(one), draw(one)), key=lambda value: size(fact, value))
        return Compare(fact.name, op, (low, high))
    return Compare(fact.name, op, draw(one))


def size(fact: Fact, value: Scalar) -> float:
    """Something to order values by."""
    match value:
        case date():
            return value.toordinal()
        case Today(days):
            return AS_OF.toordinal() + days
        case Days(days):
            return days
        case Money(cents, _):
            return cents
    return float(value) * (100 if fact.kind is Kind.MONEY else 1)


conditions: st.SearchStrategy[Condition] = st.recursive(
    compares(),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Any, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
