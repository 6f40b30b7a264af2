"""The preview of a draft reads real back-tests, and has the worker make them."""

from datetime import date, datetime

import pytest

from posvenda.base.models import User
from posvenda.success import definitions
from posvenda.success.backtest import asking, proving
from posvenda.success.backtest.models import BacktestRun
from posvenda.success.editor import proof

pytestmark = pytest.mark.django_db
FIGURES = {
    "verdict": {"finding": "separates", "events": 40},
    "auc": {"value": 0.81, "low": 0.7, "high": 0.9},
}


@pytest.fixture
def boss(now: datetime) -> User:
    definitions.install("saas", now=now)
    return User.objects.create_user("b@x.example", "x" * 12, name="Bia", role="manager")


def _done(text: str, now: datetime, figures: dict) -> None:
    run = BacktestRun.objects.get(card_text=text)
    run.status, run.figures, run.finished_at = run.Status.DONE, figures, now
    run.save()


def test_the_preview_hears_of_real_back_tests(boss: User, now: datetime) -> None:
    text = asking.text_in_force()
    draft = text.replace("weight: 23", "weight: 60")
    assert draft != text
    two = ("saas@1", text), ("saas@2", draft)
    found = proof.of(text, draft)
    assert found is not None
    assert (found.before, found.after, found.is_running) == (None, None, False)
    assert proof.ask(*two, by=boss, now=now)
    with pytest.raises(proof.Busy):
        proving.ask("saas@1", text, boss, now)
    assert BacktestRun.objects.get().card == "saas@2"
    assert BacktestRun.objects.get().as_of == date(2026, 6, 16)
    assert proof.of(text, draft).is_running
    _done(draft, now, FIGURES)
    assert proof.ask(*two, by=boss, now=now)
    _done(text, now, {"verdict": {"finding": "too_few", "events": 4}})
    found = proof.of(text, draft)
    assert found.is_whole
    assert (found.before.auc, found.after.auc) == (None, 0.81)
    assert found.change is None
    assert not proof.ask(*two, by=boss, now=now)
