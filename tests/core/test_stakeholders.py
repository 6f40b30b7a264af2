"""Roles are filled by words of a job title in either language, or by the champion."""

import pytest
import yaml

from posvenda.core import stakeholders
from posvenda.core.stakeholders import RoleError, load_roles

ROLES = load_roles(
    yaml.safe_load("""
roles:
  - {key: decides, words: ["diretor*", ceo, "head of"]}
  - {key: champion, is_champion: true}
  - {key: pays, words: ["financ*", "contas a pagar"]}
""")
)


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("Diretora Financeira", {"decides", "pays"}),
        ("DIRETOR-GERAL", {"decides"}),
        ("Head of Finance", {"decides", "pays"}),
        ("Assistente de contas a pagar", {"pays"}),
        ("Oceanógrafo", set()),
        ("", set()),
    ],
)
def test_words_of_a_title_fill_roles(title: str, roles: set[str]) -> None:
    assert stakeholders.filled(ROLES, [(title, False)]) == roles
    assert set(stakeholders.titles(ROLES, [title])[title]) == roles


def test_the_champion_fills_its_role_whatever_the_title() -> None:
    assert stakeholders.filled(ROLES, [("Analista", True)]) == {"champion"}


def test_more_people_never_empty_a_role() -> None:
    one = [("Diretora", False)]
    assert stakeholders.filled(ROLES, one) <= stakeholders.filled(ROLES, [*one, ("x", True)])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("roles: [{key: a}]", r"roles\[0\]"),
        ("roles: [{key: a, words: [1]}]", r"roles\[0\].words"),
        ("roles: [{key: a, words: [x], color: red}]", r"roles\[0\].color"),
        ("roles: [{key: a, words: [x]}, {key: a, words: [y]}]", "roles"),
        ("people: []", "people"),
    ],
)
def test_faults_name_their_place(text: str, path: str) -> None:
    with pytest.raises(RoleError, match=path):
        load_roles(yaml.safe_load(text))
