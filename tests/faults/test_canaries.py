"""The byte proof of erasure: words that stand nowhere else are looked for in every file.

A few people in a normal run; POSVENDA_CANARIES=200 is the full proof. A mutant leaves out one
part of the erasure, and the search has to find what stayed behind.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.onedb
ROOT = Path(__file__).parents[2]
PEOPLE = int(os.environ.get("POSVENDA_CANARIES", "4"))
KINDS = {
    *("name", "email", "phone", "document", "key", "attribute", "contact", "pet", "ticket"),
    *("answer", "note", "task", "tag", "refused", "event", "letter", "stripe", "cancel", "proof"),
    *("detail", "breed", "trait", "hook", "signed", "spurned", "posted", "undone", "second"),
    *("held", "folder"),
}
# What the copy a person gets does not repeat: texts in which others may stand too, only counted.
COUNTED = {"hook", "letter", "refused", "spurned", "held"}
LAWFUL = {"commerce.order.key", "commerce.order.number", "commerce.orderline.order_key"}


def play(folder: Path, *, people: int, mutant: str = "none", database: str = "") -> dict[str, Any]:
    home = folder / "played" / "home"
    home.mkdir(parents=True)
    env = os.environ | {"POSVENDA_HOME": str(home), "PYTHONHASHSEED": "0"}
    env.pop("DATABASE_URL", None)
    env |= {"DATABASE_URL": database} if database else {}
    command = [sys.executable, "-m", "tests.faults.canaries.play", str(people), mutant]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    for text in (done.stdout.rsplit("\n", 2)[0], done.stderr):
        assert "canario" not in text.lower()
    return told


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return play(tmp_path_factory.mktemp("canaries"), people=PEOPLE)


def test_every_word_stood_somewhere_before(played) -> None:
    assert set(played["before"]) == KINDS


def test_the_copy_a_person_gets_has_what_is_held(played) -> None:
    assert set(played["exported"]) == KINDS - COUNTED


def test_no_word_is_left_in_any_file(played) -> None:
    assert played["after"] == {}


def test_whoever_did_not_ask_is_still_there(played) -> None:
    assert set(played["other"]) == KINDS
    assert played["left"] == 1


def test_the_law_keeps_only_the_named_columns(played) -> None:
    assert set(played["lawful"]) == LAWFUL


def test_sales_and_revenue_by_month_are_the_same(played) -> None:
    assert played["sales_are_equal"]


def test_their_next_export_stays_out_and_leaves_nothing(played) -> None:
    assert played["refused"] >= 12 * PEOPLE
    assert played["after_return"] == {}


def test_a_backup_made_after_holds_nobody(played) -> None:
    assert played["backup"] == {}


def test_an_older_backup_is_erased_again(played) -> None:
    assert played["restored"] == {}


MUTANTS = [
    ("no_scrub", "after"),
    ("no_sheets", "after"),
    ("holding:base.audit", "after"),
    ("place:api.names", "after"),
    ("no_replay", "restored"),
]
MORE = [
    ("no_exports", "after"),
    ("place:api.refusals", "after"),
    ("place:api.deliveries", "after"),
    ("place:api.answers", "after"),
    ("place:base.letters", "after"),
    ("place:base.trail", "after"),
    ("place:customers.segments", "after"),
    ("place:commerce.people", "after"),
    ("place:commerce.inbox", "after"),
]


@pytest.mark.parametrize(("mutant", "seen"), MUTANTS + (MORE if PEOPLE >= 20 else []))
def test_the_search_sees_when_a_part_is_left_out(tmp_path, mutant, seen) -> None:
    assert play(tmp_path, people=1, mutant=mutant)[seen] != {}


@pytest.mark.parametrize("table", ["orderline", "contractline"])
def test_revenue_that_is_not_declared_would_be_missed(tmp_path, table) -> None:
    """A table nobody declares still goes with the customer, so nothing personal stays."""
    told = play(tmp_path, people=1, mutant=f"holding:commerce.{table}")
    assert told["after"] == {}
    assert not told["sales_are_equal"]
