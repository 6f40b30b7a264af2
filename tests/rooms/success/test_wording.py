"""Facts become words by kind and locale."""

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.facts import Fact, Kind, catalogue
from posvenda.success.wording import Speaker

FACTS = catalogue(
    Fact("m.arr", Kind.MONEY, "", "", "m"),
    Fact("d.left", Kind.DAYS, "", "", "d"),
    Fact("r.change", Kind.RATE, "", "", "r"),
    Fact("n.open", Kind.INTEGER, "", "", "n"),
    Fact("t.on", Kind.DATE, "", "", "t"),
    Fact("t.said", Kind.TEXT, "", "", "t"),
)
ROW = {"m.arr": 11_760_000, "d.left": 1, "r.change": -0.46, "n.open": 2, "t.on": date(2026, 8, 18)}


def _say(text: str, language: str = "pt-br", currency: str = "BRL") -> str | None:
    with override(language):
        return Speaker(FACTS, language, date(2026, 6, 16), currency).say(
            text, ROW, {"contact": "Ana"}
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{m.arr} por ano", "R$\u00a0117.600 por ano"),
        ("há {d.left}", "Há 1 dia"),
        ("caiu {-r.change}", "Caiu 46%"),
        ("{n.open|chamado aberto|chamados abertos}.", "2 chamados abertos."),
        ("{d.left|x|y}", "1 dia x"),
        ("em {t.on}", "Em 18/08"),
        ("oi, {contact}", "Oi, Ana"),
    ],
)
def test_facts_are_written_in_portuguese(text: str, said: str) -> None:
    assert _say(text) == said


def test_facts_are_written_in_english_and_in_the_customers_currency() -> None:
    assert _say("{m.arr} for {d.left}", "en", "USD") == "$\u00a0117,600 for 1 day"


def test_a_sentence_with_an_unknown_fact_is_not_said() -> None:
    assert _say("“{t.said}”") is None


@given(st.text(alphabet=st.characters(exclude_characters="{}"), min_size=1))
def test_a_text_without_places_is_said_as_it_is(text: str) -> None:
    said = _say(text)
    assert said is not None
    assert said[1:] == text[1:] or said == text[:1].upper() + text[1:]
