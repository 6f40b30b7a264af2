"""Every fault of a draft at its place, in the reader's words; and every sentence has words."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from posvenda.core import shapes
from posvenda.core.health import loading, loading_measures
from posvenda.customers import sheet
from posvenda.success import definitions
from posvenda.success.editor import fault_words
from posvenda.success.editor.faults import faults

pytestmark = pytest.mark.django_db
CARD = """\
name: casa
groups:
  - name: uso
    measures:
      - fact: usage.people_change_rate
        weight: 20
        typical: 50
        curve: [[0, 0], [1, 100]]
      - fact: nps.last_score
        weight: 5
        typical: 50
        curve: [[0, 0], [10, 100]]
"""


def _told(text: str) -> list[tuple[int | None, str, str]]:
    return [(each.line, each.path, each.message) for each in faults(text, sheet.catalogue())]


def test_a_sound_card_has_no_fault() -> None:
    assert _told(CARD) == []


def test_several_faults_are_all_told_with_line_and_path_in_portuguese() -> None:
    text = CARD.replace("weight: 20", "weight: muito").replace("[10, 100]", "[0, 100]")
    assert _told(text) == [
        (6, "groups[0].measures[0].weight", "Aqui vai um número."),
        (
            12,
            "groups[0].measures[1].curve",
            "Os valores têm de crescer de um ponto ao outro.",
        ),
    ]


def test_an_unknown_fact_stands_on_its_line() -> None:
    text = CARD.replace("nps.last_score", "nps.nothing")
    assert _told(text) == [
        (9, "groups[0].measures[1].fact", "Não existe um dado chamado nps.nothing.")
    ]


def test_an_unknown_fact_is_told_while_another_measure_cannot_be_read() -> None:
    text = CARD.replace("nps.last_score", "nps.nothing").replace("weight: 20", "weight: muito")
    assert [path for _line, path, _said in _told(text)] == [
        "groups[0].measures[0].weight",
        "groups[0].measures[1].fact",
    ]


def test_a_condition_complains_in_the_words_of_conditions() -> None:
    [(line, path, message)] = _told(CARD + "when: contract.mrr >\n")
    assert (line, path) == (13, "when")
    assert "must" not in message
    [(line, path, message)] = _told(CARD + "when: contract.mrrr > 5\n")
    assert (line, path) == (13, "when")
    assert "contract.mrr" in message


@pytest.mark.parametrize("text", ["groups: [", "a: 'b", "\t- x", "- [}"])
def test_what_is_no_yaml_says_where(text: str) -> None:
    [(line, path, message)] = _told(text)
    assert line is not None
    assert path == ""
    assert message.startswith("Isto não é YAML")


@pytest.mark.parametrize("text", ["", "3", "[]", "name: x", "name: x\ngroups: [1]", "groups: {}"])
def test_any_shape_has_a_fault_and_never_an_error(text: str) -> None:
    assert len(_told(text)) >= 1


def test_a_fault_among_several_cards_names_the_card() -> None:
    card = CARD.replace("\n", "\n    ").strip()
    text = f"name: x\ncards:\n  - when: contract.mrr > 5\n    {card}\n  - {card}\n"
    text = text.replace("name: casa", "name: rua", 1).replace("weight: 5", "weight: -5")
    assert [path for _line, path, _said in _told(text)] == [
        "cards[0].groups[0].measures[1].weight",
        "cards[1].groups[0].measures[1].weight",
    ]


def _sentences() -> set[str]:
    """What the theory can say, read off its source; what varies becomes a word."""
    found = set()
    for module in (shapes, loading, loading_measures):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "ShapeError",
                "CardError",
            ):
                found.add(_text(node.args[1]))
    return found - {""}


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "word" if isinstance(p, ast.FormattedValue) else p.value for p in node.values
        )  # type: ignore[attr-defined]
    return ""


def test_every_sentence_of_the_theory_has_words_in_portuguese() -> None:
    told = _sentences()
    assert len(told) > 25
    with translation.override("pt-br"):
        same = [text for text in told if fault_words.say(text) == text]
    assert same == []
    told.add("a.b is date and cannot be judged by a table")
    patterns = [p for p, _words in fault_words.WORDS if any(re.fullmatch(p, t) for t in told)]
    unused = {pattern for pattern, _words in fault_words.WORDS} - set(patterns)
    assert unused <= {
        r"(?P<fact>\S+) is (?P<kind>\w+) and cannot be judged by a curve",
        r"(?P<choice>.+) is not a choice of (?P<fact>\S+)",
    }


def test_the_packs_have_no_faults() -> None:
    for pack in definitions.names():
        text = (definitions.FOLDER / pack / "scorecard.yaml").read_text(encoding="utf-8")
        assert _told(text) == []
