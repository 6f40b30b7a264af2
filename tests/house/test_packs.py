"""Every pack is sound: conditions parse, facts exist, both languages are written."""

import re
from typing import Any

import pytest
import yaml

from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.texts import LANGUAGES, PLACE, texts_in, with_texts

WORDS = {"customer", "contact", "champion", "sender", "company"}
FILES = [(pack, kind) for pack in definitions.names() for kind in definitions.KINDS]


def _data(pack: str, kind: str) -> Any:
    text = (definitions.FOLDER / pack / f"{kind}.yaml").read_text(encoding="utf-8")
    return with_texts(yaml.safe_load(text))


def test_there_is_a_pack_for_software_and_one_for_shops() -> None:
    assert definitions.names() == ("loja", "saas")


@pytest.mark.django_db
@pytest.mark.parametrize(("pack", "kind"), FILES)
def test_every_condition_and_measure_fits_the_catalogue(pack: str, kind: str) -> None:
    text = (definitions.FOLDER / pack / f"{kind}.yaml").read_text(encoding="utf-8")
    assert definitions.check_text(kind, text, sheet.catalogue(), file=f"{pack}/{kind}") == []


@pytest.mark.parametrize(("pack", "kind"), [*FILES, ("saas", "pack"), ("loja", "pack")])
def test_every_text_is_written_in_both_languages(pack: str, kind: str) -> None:
    texts = texts_in(_data(pack, kind))
    assert texts
    short = [at for at, text in texts if any(not text.texts.get(each) for each in LANGUAGES)]
    assert short == []


@pytest.mark.django_db
@pytest.mark.parametrize("pack", definitions.names())
def test_texts_show_only_facts_that_exist_and_the_same_in_both_languages(pack: str) -> None:
    known = set(sheet.catalogue()) | WORDS
    for at, text in texts_in(_data(pack, "plays")):
        shown = [{found[1] for found in PLACE.findall(each)} for each in text.texts.values()]
        assert set().union(*shown) <= known, at
        assert all(not re.search(r"\{[^}]*$|\{\s*\}", each) for each in text.texts.values()), at


@pytest.mark.parametrize("pack", definitions.names())
def test_a_pack_has_four_families_of_signals_and_at_least_nine_plays(pack: str) -> None:
    card = definitions.read_card((definitions.FOLDER / pack / "scorecard.yaml").read_text())
    offers = definitions.read_plays((definitions.FOLDER / pack / "plays.yaml").read_text())
    assert len(card.groups) == 4
    assert sum(each.weight for each in card.measures if not each.judgement) == 100
    assert (card.bands.good, card.bands.warn) == (70, 45)
    assert len(offers) >= 9
    assert all(len(offer.icons) == len(offer.play.reasons) for offer in offers)
