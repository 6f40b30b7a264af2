"""The back-test in the preview: shown only where both texts were tested, asked for otherwise."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from posvenda.base.models import User
from posvenda.customers.models import Customer
from posvenda.success.editor import actions, proof, reading

pytestmark = pytest.mark.django_db
PREVIEW = "/saude/fichas/previa/"


class Past:
    """A back-test that keeps what was asked for and answers when told to."""

    def __init__(self) -> None:
        self.results: dict[str, proof.Result] = {}
        self.asked: list[tuple[str, str]] = []

    def ask(self, name: str, text: str, by: User, now: datetime) -> None:
        """This will note one text, one at a time."""
        if self.asked and self.asked[-1][1] not in self.results:
            raise proof.Busy
        self.asked.append((name, text))

    def is_running(self, text: str) -> bool:
        """This will say whether a text waits for its answer."""
        return text not in self.results and any(each == text for _name, each in self.asked)

    def answer(self, auc: float | None) -> None:
        """This will finish the last one asked for."""
        text = self.asked[-1][1]
        self.results[text] = proof.Result(auc, None, None, "tells", "/saude/validacao/1/", None)


@pytest.fixture
def past() -> Iterator[Past]:
    """The back-test handed in, and taken out again."""
    made = Past()
    before = list(proof._provided)
    proof.provide(proof.Backtest(made.results.get, made.is_running, made.ask))
    yield made
    proof._provided[:] = before


@pytest.fixture
def boss(client: Client, manager: User, book: list[Customer], now: datetime) -> Client:
    """The manager with a draft that differs."""
    draft = actions.start(by=manager, now=now)
    text = draft.text.replace("weight: 23", "weight: 60")
    actions.save(draft, text, revision=1, by=manager, now=now)
    client.force_login(manager)
    return client


def _page(boss: Client) -> str:
    return boss.get(PREVIEW).content.decode()


def test_without_a_back_test_there_is_no_slot(boss: Client) -> None:
    before = list(proof._provided)
    proof.provide(None)
    assert "No passado" not in _page(boss)
    boss.post(PREVIEW + "testar/")
    proof._provided[:] = before


def test_the_difference_appears_once_both_were_tested(boss: Client, past: Past) -> None:
    assert "Testar o rascunho" in _page(boss)
    boss.post(PREVIEW + "testar/")
    assert past.asked[0][0] == "saas@1"
    assert "em andamento" in _page(boss)
    past.answer(0.81)
    assert "Testar a ficha em vigor" in _page(boss)
    assert "81%" not in _page(boss)
    boss.post(PREVIEW + "testar/")
    assert past.asked[1] == ("saas@0", reading.pack_text())
    past.answer(0.745)
    text = _page(boss)
    assert "81%" in text
    assert "74,5%" in text
    boss.post(PREVIEW + "testar/")
    assert len(past.asked) == 2


def test_one_back_test_runs_at_a_time(boss: Client, past: Past) -> None:
    boss.post(PREVIEW + "testar/")
    boss.post(PREVIEW + "testar/")
    assert len(past.asked) == 1


def test_without_a_verdict_there_is_no_difference(boss: Client, past: Past) -> None:
    for _turn in range(2):
        boss.post(PREVIEW + "testar/")
        past.answer(None)
    assert "não há diferença a contar" in _page(boss)
