"""What share of the features that matter a customer uses."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.conditions import parse
from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.core.features import (
    Feature,
    FeatureError,
    adoption,
    check_features,
    dump_features,
    load_features,
    meanings,
)

DAY = date(2026, 6, 16)
FACTS = catalogue(
    Fact("contract.seats", Kind.INTEGER, "Seats", "", "contract"),
)
KEYS = ["a", "b", "c", "d"]


def frame(**columns):
    return pl.DataFrame(columns)


def asked(features, used=(), plans=(), customers=((1, True, 5),)):
    return adoption(
        pl.DataFrame(
            list(customers),
            schema={"customer_id": pl.Int64, "has_use": pl.Boolean, "contract.seats": pl.Int64},
            orient="row",
        ),
        pl.DataFrame(
            list(used), schema={"customer_id": pl.Int64, "label": pl.String}, orient="row"
        ),
        pl.DataFrame(
            list(plans), schema={"customer_id": pl.Int64, "plan": pl.String}, orient="row"
        ),
        features,
        FACTS,
        as_of=DAY,
    )


def only(found):
    (row,) = found.iter_rows(named=True)
    return row


def test_half_of_the_features_that_matter():
    features = (
        Feature("invoices", "Invoices", ("invoice *",)),
        Feature("reports", "Reports", ("reports",)),
        Feature("api", "API", ("api",), plans=("pro",)),
        Feature("teams", "Teams", ("teams",), when=parse("contract.seats >= 10")),
    )
    row = only(asked(features, used=[(1, "Invoice sent"), (1, "teams"), (1, "unheard of")]))
    assert (row["relevant"], row["in_use"], row["rate"]) == (2, 1, 0.5)
    assert (row["used"], row["missing"]) == (["invoices"], ["reports"])


def test_a_plan_brings_its_features():
    features = (Feature("api", "API", ("api",), plans=("Pro",)),)
    assert only(asked(features, plans=[(1, "pro")]))["relevant"] == 1
    assert only(asked(features, plans=[(1, "free")]))["relevant"] == 0
    assert only(asked(features, plans=[(1, "free")]))["rate"] is None


def test_without_any_use_nothing_is_known():
    row = only(asked((Feature("a", "A", ("a",)),), customers=[(1, False, 5)]))
    assert (row["relevant"], row["in_use"], row["rate"], row["missing"]) == (1, None, None, None)


def test_an_unknown_fact_is_no_match():
    features = (Feature("a", "A", ("a",), when=parse("contract.seats >= 10")),)
    assert only(asked(features, customers=[(1, True, None)]))["relevant"] == 0


def test_a_fact_that_is_gone_makes_a_feature_matter_to_nobody():
    features = (Feature("a", "A", ("a",), when=parse("attr.gone = 1")),)
    assert only(asked(features))["relevant"] == 0
    assert check_features(features, FACTS)[0][0] == "features[0].when"


def test_an_empty_catalogue_has_no_rate():
    row = only(asked((), used=[(1, "a")]))
    assert (row["relevant"], row["in_use"], row["rate"], row["missing"]) == (0, 0, None, [])


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"features": [{"name": "x"}]}, "features[0].key"),
        ({"features": [{"key": "x"}, {"key": "x"}]}, "features"),
        ({"features": [{"key": "x", "when": "who.kind ="}]}, "features[0].when"),
        ({"features": [{"key": "x", "means": 7}]}, "features[0].means"),
        ({"feature": []}, "feature"),
    ],
)
def test_a_fault_names_its_path(data, path):
    with pytest.raises(FeatureError) as refused:
        load_features(data)
    assert refused.value.path == path


def test_a_catalogue_comes_back_as_it_was_written():
    data = {
        "features": [
            {
                "key": "a",
                "name": "A",
                "means": ["a *"],
                "plans": ["pro"],
                "when": "contract.seats >= 10",
            },
            {"key": "b", "name": "b", "means": ["b"]},
        ]
    }
    assert dump_features(load_features(data)) == data


labels = st.sampled_from(["a", "b", "c", "d", "A", "other"])


@given(
    means=st.lists(st.sampled_from(["a", "b", "*", "c", "?"]), min_size=1, max_size=3),
    used=st.lists(st.tuples(st.integers(1, 3), labels), max_size=12),
)
def test_counts_agree_with_a_plain_count(means, used):
    features = tuple(Feature(f"f{n}", "", (pattern,)) for n, pattern in enumerate(means))
    found = asked(features, used=used, customers=[(n, True, 1) for n in (1, 2, 3)])
    meant = meanings(features, [label for _who, label in used])
    for row in found.iter_rows(named=True):
        mine = {
            key for who, label in used if who == row["customer_id"] for key in meant.get(label, ())
        }
        assert row["used"] == [f.key for f in features if f.key in mine]
        assert sorted(row["used"] + row["missing"]) == sorted(f.key for f in features)
        assert row["rate"] == len(mine) / len(features)


@given(
    used=st.lists(st.tuples(st.integers(1, 3), labels), max_size=10),
    more=st.tuples(st.integers(1, 3), labels),
)
def test_more_use_never_lowers_the_rate(used, more):
    features = tuple(Feature(key, "", (key,)) for key in KEYS)
    customers = [(n, True, 1) for n in (1, 2, 3)]
    before = asked(features, used=used, customers=customers)["rate"]
    after = asked(features, used=[*used, more], customers=customers)["rate"]
    assert (after >= before).all()


@given(used=st.lists(st.tuples(st.integers(1, 3), labels), max_size=10), seed=st.randoms())
def test_the_order_and_the_number_of_uses_change_nothing(used, seed):
    features = tuple(Feature(key, "", (key,)) for key in KEYS)
    customers = [(n, True, 1) for n in (1, 2, 3)]
    twice = [*used, *used]
    seed.shuffle(twice)
    assert asked(features, used=used, customers=customers).equals(
        asked(features, used=twice, customers=customers)
    )
