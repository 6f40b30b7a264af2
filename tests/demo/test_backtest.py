"""The back-test recovers what was planted in Contaflux: who left, when, why, how early it told."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from posvenda.base import clock
from posvenda.commerce.decisions import decisions
from posvenda.customers import facts as sheet_facts
from posvenda.customers.evidence import Evidence
from posvenda.customers.models import Customer
from posvenda.demo import load
from posvenda.demo.truth import Cause
from posvenda.success import definitions
from posvenda.success.backtest import replay
from posvenda.success.backtest import run as runs

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 16)
USE = ("usage.people_change_rate", "usage.seat_use_rate", "usage.days_since_last",
       "usage.active_days_28d")  # fmt: skip
TICKETS = ("tickets.open_over_5d", "tickets.escalated_90d")


def test_the_back_test_recovers_what_was_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BETWEEN", 30)
    load.load("saas", now=NOW)
    truth = {one.customer: one for one in load.TOWNS["saas"](today=TODAY).truth}
    keys = dict(Customer.objects.values_list("pk", "key"))
    spells = decisions(until=TODAY).spells.filter(pl.col("left_on").is_not_null())
    found = {keys[who]: day for who, day in spells.select("customer_id", "left_on").iter_rows()}
    planted = {key: one.decided for key, one in truth.items() if one.decided is not None}
    assert {key: found.get(key) for key in planted} == planted
    assert len(planted) == 54

    card = definitions.card()
    done = runs.examine(card, as_of=TODAY, months=24)
    figures = done.figures
    assert figures["verdict"]["finding"] == "separates"
    assert figures["verdict"]["events"] >= 30
    assert figures["auc"]["low"] > 0.65
    assert {fold["test_from"] - fold["train_until"] >= timedelta(days=90)
            for fold in figures["folds"]} == {True}  # fmt: skip

    learnt, given = figures["learnt"], card.shares
    assert learnt["auc_change"][0] > 0
    assert learnt["brier"] < learnt["rules_brier"]
    assert min(learnt["weights"].values()) >= 0
    use, tickets = (sum(learnt["shares"][fact] for fact in facts) for facts in (USE, TICKETS))
    assert use > tickets > learnt["shares"]["who.champion_left_days"]
    assert tickets > learnt["shares"]["nps.last_score"]
    assert tickets > 1.5 * sum(given[fact] for fact in TICKETS)
    assert learnt["shares"]["contract.is_cancelling"] == given["contract.is_cancelling"]
    assert [leak["why"] for leak in figures["leaks"]] == ["consequence"]
    assert not figures["challenger"]["is_winner"]

    assert figures["alerts"]["warned"] > 0.5
    assert figures["alerts"]["money_early"] > 0.25
    near = {row["before"]: row for row in figures["before"]}
    assert near[30]["auc"] > near[180]["auc"]
    assert near[60]["flagged"] > 0.2
    assert done.chances.height == 142
    assert done.chances["chance"].is_between(0, 1).all()

    _a_sign_shows_before_the_notice_where_one_was_planted(card, planted, truth, keys)
    _a_day_is_rebuilt_as_it_was_known(card)


def _a_sign_shows_before_the_notice_where_one_was_planted(card, planted, truth, keys) -> None:
    scores: dict[bool, list[float]] = {True: [], False: []}
    tables: dict = {}
    for key, day in sorted(planted.items())[::3]:
        sheet = replay.as_known(card, day - timedelta(days=20), tables)
        score = sheet.filter(pl.col("who.key") == key)["score"].to_list()
        if score and score[0] is not None:
            scores[truth[key].reason is Cause.HEALTHY].append(score[0])
    silent, told = (sum(s) / len(s) if s else 70.0 for s in (scores[True], scores[False]))
    assert told < 66 < silent or told < silent - 4


def _a_day_is_rebuilt_as_it_was_known(card) -> None:
    """Reading each table once gives what the evidence of that very day gives, byte for byte."""
    tables: dict = {}
    for day in (date(2025, 3, 1), date(2026, 2, 1)):
        end = clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)
        plain = sheet_facts.compute(Evidence(as_of=day, known_at=end), below="health")
        fast = replay.as_known(card, day, tables)
        judged = replay.judged(plain, card, as_of=day)
        assert fast.select(judged.columns).equals(judged)


@pytest.mark.onedb
def test_two_back_tests_of_the_same_facts_give_the_same_figures_and_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load.load("saas", now=NOW)
    card = definitions.card()
    monkeypatch.setattr(runs, "BETWEEN", 200)
    one, two = (runs.examine(card, as_of=TODAY, months=14) for _ in range(2))
    assert one.data_hash == two.data_hash
    assert runs.plain(one.figures) == runs.plain(two.figures)
    other = runs.examine(card, as_of=TODAY - timedelta(days=31), months=14)
    assert other.data_hash != one.data_hash
