"""Every pack is sound: conditions parse, facts exist, both languages are written."""

import re
from typing import Any

import pytest
import yaml

from posvenda.config import cli
from posvenda.core.plans import load_template
from posvenda.customers import sheet
from posvenda.demo import load
from posvenda.demo.signin import LEADERS
from posvenda.success import definitions, own_facts, trade_words
from posvenda.success.offers import read_plays
from posvenda.success.plans import template
from posvenda.success.texts import LANGUAGES, PLACE, texts_in, with_texts

WORDS = {"customer", "contact", "champion", "sender", "company"}
FILES = [(pack, kind) for pack in definitions.names() for kind in definitions.KINDS]


def _data(pack: str, kind: str) -> Any:
    text = (definitions.FOLDER / pack / f"{kind}.yaml").read_text(encoding="utf-8")
    return with_texts(yaml.safe_load(text))


def test_there_is_a_pack_for_each_kind_of_company() -> None:
    assert definitions.names() == ("clinica", "loja", "saas", "salao", "veterinaria")


def test_every_pack_has_a_demo_company_and_examples() -> None:
    assert sorted(load.TOWNS) == sorted(definitions.names()) == sorted(cli.PACKS)
    assert sorted(LEADERS) == sorted(load.TOWNS)
    for pack in definitions.names():
        assert (definitions.FOLDER / pack / "tests" / "examples.yaml").is_file(), pack


@pytest.mark.django_db
@pytest.mark.parametrize(("pack", "kind"), FILES)
def test_every_condition_and_measure_fits_the_catalogue(pack: str, kind: str) -> None:
    text = (definitions.FOLDER / pack / f"{kind}.yaml").read_text(encoding="utf-8")
    known = {**sheet.catalogue(), **own_facts.catalogue(own_facts.of_pack(pack))}
    assert definitions.check_text(kind, text, known, file=f"{pack}/{kind}") == []


WORDED = [("clinica", "facts"), ("salao", "facts"), ("veterinaria", "facts")]
WORDED += [("saas", "milestones"), *((pack, "pack") for pack in definitions.names())]


@pytest.mark.parametrize(("pack", "kind"), [*FILES, *WORDED])
def test_every_text_is_written_in_both_languages(pack: str, kind: str) -> None:
    texts = texts_in(_data(pack, kind))
    assert texts
    short = [at for at, text in texts if any(not text.texts.get(each) for each in LANGUAGES)]
    assert short == []


@pytest.mark.django_db
@pytest.mark.parametrize("pack", definitions.names())
def test_a_plan_begins_in_a_stage_of_its_pack_and_asks_about_facts_that_exist(pack: str) -> None:
    file = definitions.FOLDER / pack / "milestones.yaml"
    if not file.is_file():
        pytest.skip("this pack has no onboarding plan")
    text = file.read_text(encoding="utf-8")
    assert template.check(text) == []
    found = load_template(_data(pack, "milestones"))
    stages = definitions.read_stages(definitions.text_of("stages", pack))
    assert found is not None
    assert found.starts in stages.screen
    assert all(each.due <= found.days for each in found.milestones)


@pytest.mark.django_db
@pytest.mark.parametrize("pack", definitions.names())
def test_texts_show_only_facts_that_exist_and_the_same_in_both_languages(pack: str) -> None:
    known = set(sheet.catalogue()) | set(own_facts.catalogue(own_facts.of_pack(pack))) | WORDS
    for at, text in texts_in(_data(pack, "plays")):
        shown = [{found[1] for found in PLACE.findall(each)} for each in text.texts.values()]
        assert set().union(*shown) <= known, at
        assert all(not re.search(r"\{[^}]*$|\{\s*\}", each) for each in text.texts.values()), at


@pytest.mark.parametrize("pack", definitions.names())
def test_a_pack_has_four_families_of_signals_and_at_least_nine_plays(pack: str) -> None:
    card = definitions.read_card((definitions.FOLDER / pack / "scorecard.yaml").read_text())
    offers = read_plays((definitions.FOLDER / pack / "plays.yaml").read_text())
    assert len(card.groups) == 4
    assert sum(each.weight for each in card.measures if not each.judgement) == 100
    assert (card.bands.good, card.bands.warn) == (70, 45)
    assert len(offers) >= 9
    assert all(len(offer.icons) == len(offer.play.reasons) for offer in offers)


SENSITIVE = re.compile(
    r"procedim|procedur|exame|\bexam|diagn|tratament|treatment|sintoma|symptom|resultado|result\b|"
    r"m[eé]dic|doctor|doen[cç]a|disease|cirurg|surger|receita|prescri",
    re.IGNORECASE,
)


def test_no_message_of_the_clinic_tells_anything_about_health() -> None:
    offers = read_plays((definitions.FOLDER / "clinica" / "plays.yaml").read_text())
    for offer in offers:
        for written in (offer.body, offer.subject):
            said = " ".join(getattr(written, "texts", {"": str(written)}).values())
            assert not SENSITIVE.search(said), (offer.id, SENSITIVE.search(said))
            assert {found[1] for found in PLACE.findall(said)} <= WORDS, offer.id


def test_a_pack_words_only_texts_that_the_product_has() -> None:
    catalogues = [
        path.read_text(encoding="utf-8")
        for path in definitions.FOLDER.parent.glob("*/locale/pt_BR/LC_MESSAGES/django.po")
    ]
    there = {line for text in catalogues for line in text.splitlines() if line.startswith("msgid ")}
    for pack in definitions.names():
        missing = [
            key
            for key in trade_words.of(pack)
            if not key.startswith("attr.") and f'msgid "{key}"' not in there
        ]
        assert missing == [], pack


def test_words_of_a_trade_keep_the_places_of_the_text_they_replace() -> None:
    places = re.compile(r"\{\w+\}|%\(\w+\)\w")
    for pack in definitions.names():
        for key, text in trade_words.of(pack).items():
            for said in text.texts.values():
                if not key.startswith("attr."):
                    assert sorted(places.findall(said)) == sorted(places.findall(key)), (pack, key)
                assert "<" not in said, (pack, key)


@pytest.mark.parametrize("pack", ["clinica", "salao", "veterinaria"])
def test_no_pack_by_appointment_speaks_of_orders_or_contracts(pack: str) -> None:
    foreign = re.compile(
        r"\bMRR\b|\bARR\b|licen[cç]a|assinatura|pedido\b|compra|entrega", re.IGNORECASE
    )
    for kind in ("scorecard", "stages", "plays", "clients", "pack", "facts"):
        for at, text in texts_in(_data(pack, kind)):
            assert not foreign.search(text.texts["pt-br"]), (kind, at, text.texts["pt-br"])
    for key, text in trade_words.of(pack).items():
        assert not foreign.search(text.texts["pt-br"]), key
