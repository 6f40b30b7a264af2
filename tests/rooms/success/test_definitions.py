"""Scorecards, stages and plays are text with versions."""

from datetime import datetime

import pytest
from django.utils.translation import override

from posvenda.base import choices
from posvenda.base.models import Definition
from posvenda.core.shapes import ShapeError
from posvenda.customers import sheet
from posvenda.success import definitions, offers
from posvenda.success.texts import Text

pytestmark = pytest.mark.django_db


def test_a_pack_is_installed_once_and_read_by_its_version(now: datetime) -> None:
    definitions.install("loja", now=now, catalogue=sheet.catalogue())
    definitions.install("loja", now=now, catalogue=sheet.catalogue())
    assert choices.get("pack") == "loja"
    assert list(Definition.objects.values_list("version", flat=True)) == [1, 1, 1, 1]
    assert definitions.card().name == "loja"
    assert definitions.judgement().label == "loja@1"


def test_a_changed_text_becomes_the_next_version_and_is_in_force_at_once(now: datetime) -> None:
    definitions.install("saas", now=now)
    text = (definitions.FOLDER / "saas" / "scorecard.yaml").read_text()
    changed = text.replace("good: 70", "good: 80")
    assert definitions.publish("scorecard", "saas", changed, now=now).version == 2
    assert definitions.card().bands.good == 80
    assert definitions.card().version == 2


def test_what_is_wrong_is_named_with_file_and_path(now: datetime) -> None:
    bad = """
plays:
  - {id: one, when: no.such_fact > 3, value: contract.arr, chance: 0.1, title: Do it,
     unit: a year, do: Do, message: {body: Hello}}
"""
    problems = definitions.check_text("plays", bad, sheet.catalogue(), file="plays.yaml")
    assert [line.split(": ")[:2] for line in problems] == [["plays.yaml", "plays[0].when"]]
    assert definitions.check_text("plays", "plays: 3", None, file="plays.yaml") == [
        "plays.yaml: plays: must be a list of plays"
    ]


def test_a_play_without_words_for_people_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"plays\[0\].do"):
        offers.read_plays(
            "plays: [{id: a, when: contract.lines > 0, value: contract.arr, chance: 1, title: T,"
            " unit: u, message: {body: b}}]"
        )


def test_an_unknown_pack_is_refused_by_name(now: datetime) -> None:
    with pytest.raises(definitions.BadDefinition, match="there are clinica, loja, saas"):
        definitions.install("padaria", now=now)


def test_stages_have_a_place_on_the_screen_and_former_customers_none(now: datetime) -> None:
    definitions.install("saas", now=now)
    stages = definitions.judgement().stages
    assert [stages.place(name) for name in ("onboarding", "advocacy", "former", None)] == [
        1,
        6,
        None,
        None,
    ]


def test_a_text_speaks_the_readers_language() -> None:
    text = Text({"en": "Call", "pt-br": "Ligar"})
    with override("pt-br"):
        assert (str(text), f"{text}") == ("Ligar", "Ligar")
    with override("en"):
        assert str(text) == "Call"
    assert text == "Call"
