"""Form and text are the same object: what no field changed comes back as it was."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.facts import Catalogue
from posvenda.success import definitions
from posvenda.success.editor import form, laid_out, verbs

FACTS: Catalogue = {}
words = st.text("abcdefghij çãé:#'\"{}[]-,.!?%&*0123", min_size=1, max_size=14).map(
    lambda text: " ".join(text.split()) or "x"
)
texts = st.one_of(words, st.fixed_dictionaries({"en": words, "pt-br": words}))
points = st.one_of(
    st.integers(0, 100), st.floats(0, 100, allow_nan=False).map(lambda x: round(x, 3))
)
weights = st.one_of(st.integers(1, 99), st.floats(0.1, 99).map(lambda x: round(x, 2)))
values = st.one_of(st.integers(-999, 999), st.floats(-9, 9).map(lambda x: round(x, 4)))


@st.composite
def scales(draw: Any) -> dict[str, Any]:
    limits = sorted(draw(st.lists(values, min_size=1, max_size=5, unique=True)))
    match draw(st.sampled_from(["curve", "from", "upto", "table"])):
        case "curve":
            return {"curve": [[limit, draw(points)] for limit in limits]}
        case "table":
            keys = draw(
                st.lists(
                    st.sampled_from(["true", "false", "pro", "no plan"]), min_size=1, unique=True
                )
            )
            rest = {"otherwise": draw(points)} if draw(st.booleans()) else {}
            return {"table": {key: draw(points) for key in keys}, **rest}
        case side:
            bands = [{side: limit, "points": draw(points)} for limit in limits]
            open_one = {"points": draw(points)}
            return {"bands": [open_one, *bands] if side == "from" else [*bands, open_one]}


@st.composite
def measures(draw: Any, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "fact": f"a.f{number}",
        "weight": draw(weights),
        "typical": draw(points),
    }
    made |= draw(scales())
    if draw(st.booleans()):
        made["label"] = draw(texts)
    if draw(st.booleans()):
        made["why"] = {
            key: draw(texts) for key in draw(st.sets(st.sampled_from(form.WHY), min_size=1))
        }
    missing = draw(
        st.sampled_from(
            [None, "typical", "leave_out", {"points": 40}, {"points": 1.5, "label": "x"}]
        )
    )
    if missing is not None:
        made["missing"] = missing
    if draw(st.booleans()):
        made |= {"age_fact": "a.days", "fresh_within_days": draw(st.integers(1, 90))}
    return made


@st.composite
def cards(draw: Any) -> dict[str, Any]:
    count = draw(st.integers(1, 4))
    listed = [draw(measures(number)) for number in range(count)]
    inner = {"name": "inner", "label": draw(texts), "weight": draw(weights), "measures": listed[1:]}
    outer: dict[str, Any] = {"name": "outer", "label": draw(texts), "measures": listed[:1]}
    if listed[1:]:
        outer["groups"] = [inner]
    card: dict[str, Any] = {"name": "c", "groups": [outer]}
    if draw(st.booleans()):
        card |= {
            "bands": {"good": 80, "warn": 20},
            "floor_coverage": draw(st.sampled_from([0.25, 1])),
        }
    if draw(st.booleans()):
        first = {**card, "name": "d", "when": "a.f0 > 1"}
        card = {"name": "both", "cards": [first, card]}
    if draw(st.booleans()):
        card["indicators"] = [
            {"name": "i", "nature": "risk", "when": "a.f0 > 3", "label": draw(texts)}
        ]
    return card


@given(cards(), st.sampled_from(["pt-br", "en"]))
def test_a_form_nobody_touched_gives_the_same_object(data: dict[str, Any], language: str) -> None:
    with translation.override(language):
        text = form.write(data)
        assert form.read(text) == data
        post = laid_out.posted(laid_out.form(data, FACTS))
        assert form.changed(text, post, FACTS) == data
        assert form.saved(text, post, FACTS) == text
    assert definitions.read_cards(text).facts


@given(cards(), weights)
def test_a_changed_weight_goes_to_the_text_and_comes_back(
    data: dict[str, Any], weight: float
) -> None:
    post = laid_out.posted(laid_out.form(data, FACTS))
    name = "cards.0.groups.0.measures.0.weight"
    text = form.saved(form.write(data), {**post, name: str(weight).replace(".", ",")}, FACTS)
    again = form.read(text)
    assert form.cards(again)[0]["groups"][0]["measures"][0]["weight"] == weight
    shown = laid_out.posted(laid_out.form(again, FACTS))
    assert {key: value for key, value in shown.items() if key != name} == {
        key: value for key, value in post.items() if key != name
    }


@pytest.mark.parametrize("pack", definitions.names())
def test_the_packs_come_back_from_the_form_as_the_same_cards(pack: str) -> None:
    text = (definitions.FOLDER / pack / "scorecard.yaml").read_text(encoding="utf-8")
    data = form.read(text)
    assert form.saved(text, laid_out.posted(laid_out.form(data, FACTS)), FACTS) == text
    assert definitions.read_cards(form.write(data)) == definitions.read_cards(text)
    assert form.has_comments(text)
    assert not form.has_comments(form.write(data))


def test_what_is_no_number_stays_as_it_was_typed() -> None:
    text = form.write(_measure(curve=[[0, 1]]))
    post = laid_out.posted(laid_out.form(form.read(text), FACTS))
    name = "cards.0.groups.0.measures.0.weight"
    again = form.read(form.saved(text, {**post, name: "muito"}, FACTS))
    assert laid_out.posted(laid_out.form(again, FACTS))[name] == "muito"


@pytest.mark.parametrize(
    "text", ["", "[]", "a: [", "name: x\ngroups: 3", "cards: []", "groups: [1]"]
)
def test_what_is_no_card_can_only_be_edited_as_text(text: str) -> None:
    with pytest.raises(form.NotAForm):
        form.read(text)


def _measure(**scale: Any) -> dict[str, Any]:
    measure = {"fact": "a.b", "weight": 3, "typical": 50, **scale}
    return {"name": "c", "groups": [{"name": "g", "measures": [measure, {"fact": "a.c"}]}]}


def _after(data: dict[str, Any], **fields: str) -> dict[str, Any]:
    at = "cards.0.groups.0.measures.0."
    post = laid_out.posted(laid_out.form(data, FACTS)) | {at + k: v for k, v in fields.items()}
    found = form.changed(form.write(data), post, FACTS)
    return dict(found["groups"][0]["measures"][0])


def test_a_curve_becomes_bands_and_a_table_by_choice() -> None:
    data = _measure(curve=[[0, 10], [5, 50]])
    assert _after(data, scale="bands")["bands"] == [{"points": 10}, {"from": 5, "points": 50}]
    assert _after(data, scale="table")["table"] == {"true": 80, "false": 20}


def test_rows_are_added_by_the_empty_one_and_removed_by_emptying() -> None:
    data = _measure(curve=[[0, 10], [5, 50]])
    added = _after(data, **{"rows.2.a": "7,5", "rows.2.b": "90"})
    assert added["curve"] == [[0, 10], [5, 50], [7.5, 90]]
    assert _after(data, **{"rows.0.a": "", "rows.0.b": ""})["curve"] == [[5, 50]]


def test_measures_groups_cards_and_signals_are_added_moved_and_removed() -> None:
    data = _measure(curve=[[0, 10]])
    verbs.perform(data, "down:cards.0.groups.0.measures.0", {}, FACTS)
    assert [m["fact"] for m in data["groups"][0]["measures"]] == ["a.c", "a.b"]
    verbs.perform(data, "remove:cards.0.groups.0.measures.0", {}, FACTS)
    verbs.perform(data, "add_rating:cards.0.groups.0", {}, FACTS)
    verbs.perform(data, "add_group:cards.0", {}, FACTS)
    verbs.perform(data, "add_measure:cards.0.groups.1", {"cards.0.groups.1.new": "a.d"}, FACTS)
    verbs.perform(data, "add_signal:indicators", {}, FACTS)
    verbs.perform(data, "add_card:cards", {}, FACTS)
    found = definitions.read_cards(form.write(data))
    assert [card.name for card in found.cards] == ["c-1", "c"]
    assert found.card.facts == ("a.b", "judgement.rating1", "a.d")
    assert len(found.indicators) == 1
    verbs.perform(data, "remove:indicators.0", {}, FACTS)
    assert "indicators" not in data


@pytest.mark.parametrize(
    "verb", ["up:cards.7", "fly:cards.0", "remove:cards.0", "add_group:x", "up:"]
)
def test_a_button_to_nowhere_is_refused(verb: str) -> None:
    with pytest.raises(verbs.NoSuchPlace):
        verbs.perform(_measure(curve=[[0, 10]]), verb, {}, FACTS)
