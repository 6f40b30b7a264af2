"""A back-test as people meet it: asked for, worked at, refused a verdict, published, scored."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from posvenda.base import choices, clock
from posvenda.base.models import Announcement, Audit, Definition, User
from posvenda.config import cli as command
from posvenda.customers.models import Customer
from posvenda.success import definitions
from posvenda.success.backtest import asking, jobs, replay, scoring
from posvenda.success.backtest import run as runs
from posvenda.success.backtest.models import BacktestRun, Prediction
from tests.rooms.town import answer, cancels, company, contract, ticket

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)
PAGE = "/saude/validacao/"


def jobs_waiting(job: Any) -> int:
    """How often a job was put in the queue; nothing takes it out here."""
    return DBTaskResult.objects.filter(task_path=job.module_path).count()


@pytest.fixture
def town(now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[Customer]:
    """Six customers on contracts; the last of them asked to leave in March."""
    monkeypatch.setenv("POSVENDA_NOW", now.isoformat())
    monkeypatch.setattr(runs, "BETWEEN", 60)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 3_600)
    definitions.install("saas", now=now)
    found = []
    for number in range(6):
        one = company(f"Cliente {number}", since=date(2024, 5, 1))
        contract(one, reais_a_month=900, starts=date(2024, 5, 1), ends=date(2025, 5, 1))
        contract(one, reais_a_month=900, starts=date(2025, 5, 1), ends=date(2026, 5, 1))
        answer(one, date(2025, 9, 3), 9 if number < 5 else 2)
        found.append(one)
    for one in found[:5]:
        contract(one, reais_a_month=900, starts=date(2026, 5, 1), ends=date(2027, 5, 1))
    ticket(found[5], date(2026, 1, 5))
    cancels(found[5], date(2026, 3, 2))
    return found


def work(monkeypatch: pytest.MonkeyPatch | None = None) -> BacktestRun:
    """Ask for a run and do it at once."""
    run = asking.ask(by=None, now=clock.now())
    jobs.back_test.func(run.pk)
    run.refresh_from_db()
    return run


def learned(run: BacktestRun) -> BacktestRun:
    """Give a run the figures of one that could be judged."""
    shares = dict.fromkeys(definitions.card().facts, 1 / len(definitions.card().facts))
    area = {"value": 0.8, "low": 0.7, "high": 0.9, "leavers": 40, "stayers": 900}
    run.figures = {
        "verdict": {"finding": "separates", "events": 40, "missing": 0, "months": None,
                    "is_calibrated": True},
        "events": 40, "customers": 100, "landmarks": 20, "horizon_days": 90, "months": 24,
        "leaks": [{"fact": "contract.is_cancelling", "why": "consequence", "figure": 1.0}],
        "bands": [{"band": "good", "customers": 90, "left": 2, "rate": 0.022, "low": 0.01,
                   "high": 0.07, "mrr_cents": 9_000_00, "lost_cents": 200_00}],
        "weights": dict(definitions.card().shares), "auc": area, "budget": 0.1, "recall": 0.4,
        "alerts": {"leavers": 40, "warned": 0.7, "early": 0.5, "money_early": 0.47,
                   "lost_cents": 100_000_00, "median_days": 70.0},
        "before": [{"before": 60, "leavers": 40, "renewers": 90, "auc": 0.78, "low": 0.7,
                    "high": 0.85, "flagged": 0.34, "not_good": 0.66}],
        "folds": [{"train_until": "2025-03-01", "test_from": "2025-06-01",
                   "test_until": "2025-09-01", "events": 17, "trained_on": 9, "auc": 0.82,
                   "learnt_auc": 0.86, "brier": 0.07, "learnt_brier": 0.06, "skill": 0.18,
                   "learnt_skill": 0.3}],
        "reliability": [{"said": 0.01, "came": 0.0, "low": 0.0, "high": 0.03, "rows": 100},
                        {"said": 0.3, "came": 0.28, "low": 0.2, "high": 0.4, "rows": 100}],
        "ece": 0.016, "brier": 0.05, "base_rate": 0.07,
        "learnt": {"shares": shares, "weights": shares, "intercept": -2.0,
                   "auc_change": [0.05, 0.01, 0.09], "brier": 0.04, "rules_brier": 0.05},
        "challenger": {"events": 40, "brier": None, "card_brier": None, "is_winner": False},
    }  # fmt: skip
    run.save()
    return run


def test_with_few_decisions_the_page_refuses_a_verdict_and_says_what_is_missing(
    town: list[Customer], manager: User, client: Client
) -> None:
    run = work()
    assert run.status == BacktestRun.Status.DONE
    assert run.figures["verdict"]["finding"] == "too_few"
    assert run.figures["events"] == 1
    assert len(run.data_hash) == 64
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert "Ainda é cedo para um veredito" in page
    assert "Faltam 29 decisões de saída" in page
    assert "AUC" not in page


def test_a_person_asks_and_the_page_tells_how_far_it_is(
    town: list[Customer], manager: User, client: Client
) -> None:
    client.force_login(manager)
    assert "Nenhum teste ainda" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}testar/").status_code == 302
    client.post(f"{PAGE}testar/")
    run = BacktestRun.objects.get()
    assert Audit.objects.filter(verb="backtest.asked").count() == 1
    BacktestRun.objects.update(days_done=3, days_total=9)
    assert "3 de 9" in client.get(PAGE).content.decode()
    assert "HX-Refresh" not in client.get(f"{PAGE}andamento/").headers
    jobs.back_test.func(run.pk)
    assert client.get(f"{PAGE}andamento/").headers["HX-Refresh"] == "true"


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    town: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asking.ask(by=None, now=clock.now())
    real, asked = replay.as_known, []

    def count(*args: Any) -> Any:
        asked.append(args[1])
        if len(asked) == 5:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(replay, "as_known", count)
    with pytest.raises(KeyboardInterrupt):
        jobs.back_test.func(run.pk)
    run.refresh_from_db()
    assert (run.status, run.days_done) == ("running", 4)
    with pytest.raises(jobs.StillRunning):
        jobs.back_test.func(run.pk)
    BacktestRun.objects.update(beat_at=clock.now() - timedelta(minutes=5))
    jobs.back_test.func(run.pk)
    run.refresh_from_db()
    assert run.status == "done"
    assert len(asked) == run.days_total + 1
    jobs.back_test.func(run.pk)
    assert Prediction.objects.filter(run=run).count() == 5


def test_a_run_gives_way_after_each_turn(
    town: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0)
    monkeypatch.setattr(jobs, "READINGS", 0)
    monkeypatch.setattr(asking, "MONTHS", 4)
    run = asking.ask(by=None, now=clock.now())
    done = []
    while run.status in ("queued", "running"):
        assert jobs_waiting(jobs.back_test) == 1 + len(done)
        jobs.back_test.func(run.pk)
        run.refresh_from_db()
        done.append(run.days_done)
    assert run.status == "done"
    assert len(done) > 2
    assert done == list(range(1, run.days_total + 1))


def test_a_run_that_fails_says_so_and_may_be_tried_again(
    town: list[Customer], monkeypatch: pytest.MonkeyPatch, manager: User, client: Client
) -> None:
    run = asking.ask(by=None, now=clock.now())
    monkeypatch.setattr(runs, "examine", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.back_test.func(run.pk)
    run.refresh_from_db()
    assert (run.status, run.problem) == ("failed", "ZeroDivisionError")
    client.force_login(manager)
    assert "não pôde ser concluído" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}testar/").status_code == 302
    assert BacktestRun.objects.count() == 2


def test_a_person_publishes_learnt_weights_as_a_new_version(
    town: list[Customer], manager: User, client: Client
) -> None:
    run = learned(work())
    before = definitions.card()
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert "A ficha separa quem sai de quem fica" in page
    assert "Publicar os pesos aprendidos" in page
    assert definitions.card() == before
    client.post(f"{PAGE}{run.public_id}/publicar/")
    after = definitions.card()
    assert after.version == before.version + 1
    count = len(before.facts)
    assert list(after.shares.values()) == pytest.approx([1 / count] * count, abs=0.001)
    assert [m.curve for m in after.measures] == [m.curve for m in before.measures]
    trail = Audit.objects.get(verb="scorecard.learnt_weights_published")
    assert trail.by == manager
    assert trail.detail["data_hash"] == run.data_hash
    assert Announcement.objects.filter(kind="config.published").exists()
    row = Definition.objects.filter(kind="scorecard").order_by("version").last()
    assert row.by == manager
    assert "# " in row.text
    assert "Publicada como versão 2" in client.get(PAGE).content.decode()


def test_weights_of_a_card_that_has_changed_since_are_not_published(
    town: list[Customer], manager: User, client: Client, now: datetime
) -> None:
    run = learned(work())
    text = asking.text_in_force().replace("weight: 20", "weight: 21")
    definitions.publish("scorecard", str(choices.get("pack")), text, now=now)
    client.force_login(manager)
    answer_ = client.post(f"{PAGE}{run.public_id}/publicar/", follow=True)
    assert "A ficha mudou" in answer_.content.decode()
    assert Definition.objects.filter(kind="scorecard").count() == 2
    assert not Audit.objects.filter(verb="scorecard.learnt_weights_published").exists()


def test_the_page_asks_a_fixed_number_of_questions(
    town: list[Customer], manager: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    run = learned(work())
    for number in range(6):
        BacktestRun.objects.create(
            status="done", card=run.card, card_text=run.card_text, as_of=run.as_of, months=24,
            figures=run.figures, created_at=run.created_at, by=manager,
        )  # fmt: skip
        assert number < 6
    client.force_login(manager)
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        assert client.get(PAGE).status_code == 200


def test_only_who_manages_sees_it(town: list[Customer], csm: User, client: Client) -> None:
    run = learned(work())
    client.force_login(csm)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}testar/").status_code == 403
    assert client.post(f"{PAGE}{run.public_id}/publicar/").status_code == 403
    assert Definition.objects.filter(kind="scorecard").count() == 1


def test_stated_chances_are_scored_when_their_time_has_come(
    town: list[Customer], now: datetime, manager: User, client: Client
) -> None:
    run = work()
    assert set(Prediction.objects.values_list("left", flat=True)) == {None}
    assert not scoring.is_due(now=now)
    cancels(town[0], date(2026, 8, 1))
    cancels(town[1], date(2026, 10, 1))
    later = now + timedelta(days=120)
    assert scoring.is_due(now=later)
    assert scoring.score_due(now=later) == 5
    assert scoring.score_due(now=later) == 0
    gone = Prediction.objects.filter(left=True)
    assert [one.customer_id for one in gone] == [town[0].pk]
    assert Prediction.objects.filter(run=run, left=False).count() == 4
    (told,) = scoring.matured()
    assert (told.count, told.came) == (5, pytest.approx(0.2))
    client.force_login(manager)
    assert "20%" in client.get(PAGE).content.decode()


def test_a_consequence_known_only_later_does_not_reach_the_past(
    town: list[Customer], now: datetime
) -> None:
    """A cancellation written down today for March is not seen by the landmarks before today."""
    card, day = definitions.card(), date(2026, 4, 1)
    before = replay.as_known(card, day, {})
    late = cancels(town[2], date(2026, 3, 10))
    type(late).objects.filter(pk=late.pk).update(recorded_at=now)
    assert replay.as_known(card, day, {}).equals(before)


def test_the_command_prints_the_verdict_and_stores_nothing(
    town: list[Customer], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command.main(["health", "backtest", "--months", "6", "--format", "json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["verdict"]["finding"] == "too_few"
    assert command.main(["health", "backtest", "--months", "6"]) == 0
    assert "events" in capfd.readouterr().out
    other = tmp_path / "card.yaml"
    other.write_text(asking.text_in_force().replace("nps.last_score", "nps.no_such_fact"))
    assert command.main(["health", "backtest", "--card", str(other)]) == 2
    assert "nps.no_such_fact" in capfd.readouterr().err
    other.write_text(asking.text_in_force().replace("weight: 20", "weight: 2"))
    arguments = ["health", "backtest", "--months", "6", "--card", str(other), "--format", "json"]
    assert command.main(arguments) == 0
    assert json.loads(capfd.readouterr().out)["weights"] != told["weights"]
    assert BacktestRun.objects.count() == 0


def test_every_pack_takes_other_weights_and_keeps_its_words() -> None:
    for pack in definitions.names():
        text = (definitions.FOLDER / pack / "scorecard.yaml").read_text(encoding="utf-8")
        card = definitions.read_card(text)
        raw = {fact: 1.0 + number for number, fact in enumerate(card.facts)}
        wanted = {fact: weight / sum(raw.values()) for fact, weight in raw.items()}
        changed = asking.with_weights(text, wanted)
        after = definitions.read_card(changed)
        assert dict(after.shares) == pytest.approx(wanted, abs=0.001)
        assert changed.count("\n") == text.count("\n")
        assert [m.curve for m in after.measures] == [m.curve for m in card.measures]
    with pytest.raises(asking.NothingLearnt):
        asking.with_weights(text, {**wanted, "no.fact": 0.5})
