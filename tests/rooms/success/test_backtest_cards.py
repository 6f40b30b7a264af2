"""Of several scorecards each is tested on the customers and days it was the first one for."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
import yaml
from django.test import Client

from posvenda.base.models import User
from posvenda.config import cli as command
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.backtest import asking, replay
from posvenda.success.backtest import run as runs
from posvenda.success.backtest.models import BacktestRun
from tests.rooms.success.test_backtest import PAGE, TODAY, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
UNHAPPY = "nps.last_score < 5"


def several() -> str:
    """The pack's card twice: for whoever answered badly, and for the others."""
    told = yaml.safe_load((definitions.FOLDER / "saas" / "scorecard.yaml").read_text("utf-8"))
    signals = {"indicators": told.pop("indicators")} if "indicators" in told else {}
    first = {**deepcopy(told), "name": "unhappy", "label": "Insatisfeitos", "when": UNHAPPY}
    both = {"name": "saas", "cards": [first, {**told, "name": "rest"}], **signals}
    return yaml.safe_dump(both, allow_unicode=True, sort_keys=False)


@pytest.fixture
def cards(town: list[Customer], now: datetime) -> Any:
    """Both cards in force."""
    definitions.publish("scorecard", "saas", several(), now=now)
    return definitions.cards()


def test_a_card_answers_for_its_own_customers_and_days_only(town, cards) -> None:
    figures = {
        card.name: runs.examine(card, as_of=TODAY, months=24, among=cards).figures
        for card in cards.cards
    }
    assert (figures["unhappy"]["customers"], figures["unhappy"]["events"]) == (1, 1)
    assert (figures["rest"]["customers"], figures["rest"]["events"]) == (6, 0)
    assert figures["unhappy"]["recorded_later"] == figures["rest"]["recorded_later"]


def test_the_day_decides_which_card_judges(town, cards) -> None:
    unhappy = cards.find("unhappy")
    for day, count in ((date(2025, 9, 2), 0), (date(2025, 9, 4), 1)):
        assert replay.as_known(unhappy, day, {}, cards)["is_for"].sum() == count


def test_a_person_chooses_the_card_to_test(town, cards, manager: User, client: Client) -> None:
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert '<option value="unhappy">Insatisfeitos</option>' in page
    client.post(f"{PAGE}testar/", {"card": "nobody"})
    assert not BacktestRun.objects.exists()
    client.post(f"{PAGE}testar/", {"card": "unhappy"})
    run = BacktestRun.objects.get()
    assert run.card == cards.find("unhappy").title
    assert asking.cards_of(run)[1].name == "unhappy"


def test_learnt_weights_go_into_the_card_that_learnt_them() -> None:
    text = several()
    before = definitions.read_cards(text)
    raw = {fact: 1.0 + number for number, fact in enumerate(before.card.facts)}
    wanted = {fact: weight / sum(raw.values()) for fact, weight in raw.items()}
    for name, other in (("unhappy", "rest"), ("rest", "unhappy")):
        after = definitions.read_cards(asking.with_weights(text, wanted, name=name))
        changed, kept, was = after.find(name), after.find(other), before.find(other)
        assert changed is not None
        assert dict(changed.shares) == pytest.approx(wanted, abs=0.001)
        assert kept == was


def test_cards_that_share_their_groups_cannot_learn_apart() -> None:
    told = yaml.safe_load(several())
    told["cards"][1]["groups"] = told["cards"][0]["groups"]
    text = yaml.safe_dump(told, sort_keys=False)
    assert "&id001" in text
    shares = definitions.read_cards(text).card.shares
    first = next(iter(shares))
    wanted = {fact: share + (0.5 if fact == first else 0) for fact, share in shares.items()}
    with pytest.raises(asking.NothingLearnt):
        asking.with_weights(text, wanted, name="unhappy")


def test_the_command_tests_the_named_card(town, cards, capfd) -> None:
    assert command.main(["health", "backtest", "--name", "nobody"]) == 2
    assert "unhappy, rest" in capfd.readouterr().err
    assert command.main(["health", "backtest", "--name", "unhappy", "--format", "csv"]) == 0
    assert "customers,1" in capfd.readouterr().out
