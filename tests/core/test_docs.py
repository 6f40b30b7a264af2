"""The worked examples of the concept pages are true."""

import doctest
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "concepts").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_worked_examples_are_true(page: Path):
    found = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.attempted > 0
    assert found.failed == 0


def test_every_concept_of_the_core_has_its_page():
    names = {
        "conditions",
        "health",
        "backtest",
        "lifecycle",
        "plays",
        "mrr",
        "recency",
        "identifiers",
        "features",
        "adoption",
        "stakeholders",
    }
    assert names <= {page.stem for page in PAGES}
