"""The catalogue of facts is complete, typed, worded in both languages and documented."""

from pathlib import Path

import pytest
from django.utils import translation

from posvenda.core import conditions
from posvenda.core.conditions.errors import MESSAGES
from posvenda.core.facts import Fact
from posvenda.customers import reference, words
from posvenda.customers.catalogue import catalogue
from posvenda.customers.facts import FAMILIES
from posvenda.customers.wording import describe

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "facts.md"
SAME = {"MRR", "ARR"}


def facts() -> list[Fact]:
    return list(catalogue().values())


def in_both(text: object) -> tuple[str, str]:
    with translation.override("en"):
        english = str(text)
    with translation.override("pt-br"):
        return english, str(text)


def test_there_are_many_facts_of_every_family() -> None:
    known = facts()
    assert len(known) >= 60
    assert {fact.family for fact in known} == set(FAMILIES) - {"attr"}


def test_every_fact_has_words_in_both_languages() -> None:
    for fact in facts():
        for text in (fact.label, fact.help, *fact.phrases.values()):
            english, portuguese = in_both(text)
            assert english, fact.name
            assert portuguese != english or english in SAME, (fact.name, english)


def test_phrases_fit_their_operators_and_show_the_value() -> None:
    for fact in facts():
        for op, phrase in fact.phrases.items():
            plain = op.removesuffix(" -")
            assert plain in fact.kind.operators, (fact.name, op)
            for said in in_both(phrase):
                assert ("{value}" in said) == (not plain.startswith("is ")), (fact.name, said)


def test_the_page_of_the_reference_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.text(facts()), (
        "run python -m django facts_reference docs/reference/facts.md"
    )


def test_every_complaint_of_the_condition_language_is_translated() -> None:
    assert set(words.COMPLAINTS) == set(MESSAGES.values())


@pytest.mark.parametrize(
    ("text", "english", "portuguese"),
    [
        (
            "usage.events_change_rate <= -30% and contract.days_to_renewal <= 90",
            "use fell by 30% or more and renews within 90 days",
            "uso caiu 30% ou mais e renova em até 90 dias",
        ),
        (
            "orders.recency_days > 60 or tickets.open_over_5d >= 1",
            "has not bought for more than 60 days or tickets open for more than 5 days: 1 or more",
            "não compra há mais de 60 dias ou chamados abertos há mais de 5 dias: 1 ou mais",
        ),
        (
            "contract.mrr >= 1500 and who.owner is unknown",
            "MRR of R$1,500 or more and has no owner",
            "MRR de R$ 1.500 ou mais e está sem responsável",
        ),
        (
            "contract.days_to_renewal between 30 and 60",
            "renews in 30 days and 60 days",
            "renova entre 30 dias e 60 dias",
        ),
    ],
)
def test_conditions_read_naturally(text: str, english: str, portuguese: str) -> None:
    condition = conditions.parse(text)
    with translation.override("en"):
        assert describe(condition, catalogue()).replace("\xa0", " ") == english.replace(
            "R$1", "R$ 1"
        )
    with translation.override("pt-br"):
        assert describe(condition, catalogue()).replace("\xa0", " ") == portuguese
