"""The byte proof on PostgreSQL: the files of its tables, a dump made after, an older dump restored.

Its write-ahead log, replicas and archives belong to whoever runs the server; the guide says so.
"""

import os

import psycopg
import pytest

from posvenda.customers.privacy import scrubbing
from tests.faults.test_canaries import KINDS, LAWFUL, play

PEOPLE = 3
pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
)


def test_no_word_is_left_in_the_files_of_the_tables(tmp_path) -> None:
    told = play(tmp_path, people=PEOPLE, database=os.environ["DATABASE_URL"])
    assert set(told["before"]) == KINDS
    assert told["after"] == told["after_return"] == told["restored"] == told["backup"] == {}
    assert set(told["lawful"]) == LAWFUL
    assert told["sales_are_equal"]
    assert told["left"] == 1


def test_without_rewriting_the_tables_words_are_found(tmp_path) -> None:
    told = play(tmp_path, people=2, mutant="no_scrub", database=os.environ["DATABASE_URL"])
    assert told["after"] != {}


def test_older_transactions_anywhere_keep_words_unless_they_are_waited_for(tmp_path) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_current_xact_id()")
        told = play(tmp_path, people=1, mutant="no_wait", database=os.environ["DATABASE_URL"])
    assert told["after"] != {}


@pytest.mark.django_db
def test_an_older_transaction_is_not_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(scrubbing, "ATTEMPTS", 1)
    monkeypatch.setattr(scrubbing, "PAUSE", 0)
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_current_xact_id()")
        with pytest.raises(scrubbing.StillRead):
            scrubbing.scrub()
