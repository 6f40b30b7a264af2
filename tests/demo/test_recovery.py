"""What was planted in the demo companies is what the product finds: in health and in the queue."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import polars as pl
import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from posvenda.base import choices, clock
from posvenda.base.models import Batch, User
from posvenda.commerce.models import ContractLine, Order, OrderLine
from posvenda.customers import search, sheet
from posvenda.customers.models import Customer
from posvenda.demo import load
from posvenda.demo.signin import PASSWORD
from posvenda.demo.truth import Cause, Severity
from posvenda.insights import queue
from posvenda.journeys.models import Task
from posvenda.success import definitions
from posvenda.success.coverage.models import ChampionGone
from posvenda.success.journey.past import Past

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
PLAYS = {
    Cause.USAGE_DECLINE: {"use_falling", "use_falling_before_renewal"},
    Cause.CHAMPION_LEFT: {"champion_left"},
    Cause.TICKETS_PILING: {"unblock_tickets"},
    Cause.DETRACTOR: {"answer_detractor", "save_cancellation"},
    Cause.ONBOARDING_STALLED: {"finish_onboarding", "widen_adoption"},
    Cause.EXPANSION_READY: {"offer_seats"},
    Cause.PROMOTER: {"ask_referral"},
    Cause.LAPSING: {"remind_interval", "call_big_lapsing"},
    Cause.LAPSED: {"win_back"},
    Cause.LATE_DELIVERY: {"answer_bad_rating", "apologise_late_delivery", "solve_complaint"},
    Cause.MOVED: {"answer_bad_rating", "apologise_moved", "solve_complaint"},
    Cause.NO_SHOW: {"confirm_next"},
    Cause.DUE: {"book_maintenance", "book_vaccine", "send_dewormer", "book_return"},
}


@cache
def judged(pack: str) -> pl.DataFrame:
    """One row per planted customer: cause, severity, band and the plays that the queue offers."""
    load.load(pack, now=NOW)
    town = load.TOWNS[pack](today=clock.day_of(NOW))
    ranking, view = queue.ranking(definitions.judgement(), sheet.catalogue(), now=NOW)
    plays = ranking.offers.group_by("customer_id").agg(pl.col("play").cast(pl.String))
    truth = pl.DataFrame(
        [(p.customer, p.cause.value, p.severity.value) for p in town.truth],
        schema=["who.key", "cause", "severity"],
        orient="row",
    )
    noted = ChampionGone.objects.values_list("customer", flat=True)
    seen = view.frame.select(
        "customer_id",
        "who.key",
        "health.band",
        "who.champion_gone_days",
        "adoption.is_dropping",
        pl.col("customer_id").is_in(list(noted)).alias("is_noted"),
    ).collect()
    joined = truth.join(seen, on="who.key", how="left").join(plays, on="customer_id", how="left")
    assert joined["customer_id"].null_count() == 0
    return joined.with_columns(pl.col("play").fill_null([]))


@pytest.mark.parametrize("pack", load.TOWNS)
def test_the_product_finds_what_was_planted(pack: str) -> None:
    found = judged(pack)
    missed = []
    for severity, bands in (("risk", {"risk", "warn"}), ("warn", {"risk", "warn", "unknown"})):
        group = found.filter(pl.col("severity") == severity)
        right = group.filter(pl.col("health.band").is_in(sorted(bands)))
        assert right.height >= 0.8 * group.height, (severity, right.height, group.height)
    healthy = found.filter(pl.col("severity") == "good")
    assert (healthy["health.band"] == "good").mean() >= 0.9
    for cause, plays in PLAYS.items():
        group = found.filter(pl.col("cause") == cause.value)
        hits = sum(bool(plays & set(offered)) for offered in group["play"].to_list())
        if hits < 0.8 * group.height:
            missed.append((cause.value, hits, group.height))
    assert missed == []


@pytest.mark.parametrize("pack", load.TOWNS)
def test_health_is_spread_as_a_real_company_would_see_it(pack: str) -> None:
    found = judged(pack).filter(pl.col("severity") != Severity.GONE.value)
    share = {
        band: (found["health.band"] == band).mean() for band in ("good", "warn", "risk", "unknown")
    }
    assert 0.6 <= share["good"] <= 0.8, share
    assert 0.12 <= share["warn"] <= 0.3, share
    assert 0.06 <= share["risk"] <= 0.16, share
    assert share["unknown"] <= 0.05, share


def test_champions_who_stopped_are_found_and_few_others() -> None:
    planted = load.TOWNS["saas"](today=clock.day_of(NOW)).silent_champions
    found = judged("saas").filter(pl.col("severity") != Severity.GONE.value)
    gone = found.filter(pl.col("who.champion_gone_days").is_not_null())
    right = gone.filter(pl.col("who.key").is_in(list(planted)))
    assert len(planted) >= 10
    assert right.height >= 0.9 * len(planted)
    assert gone.height - right.height <= 0.2 * gone.height
    assert right["is_noted"].all()


def test_use_that_fell_shows_as_a_drop_and_steady_use_does_not() -> None:
    both = judged("saas").drop_nulls("adoption.is_dropping")
    fell = both.filter((pl.col("cause") == "usage_decline") & (pl.col("severity") == "risk"))
    steady = both.filter(pl.col("severity") == "good")
    assert fell["adoption.is_dropping"].mean() >= 0.8
    assert steady["adoption.is_dropping"].mean() <= 0.03


def test_a_second_load_changes_nothing_and_another_pack_is_refused() -> None:
    first = load.load("saas", now=NOW)
    before = _counts()
    again = load.load("saas", now=NOW + timedelta(days=3))
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.company, first.email) == (again.company, again.email)
    assert _counts() == before
    with pytest.raises(load.HomeInUse):
        load.load("loja", now=NOW)
    assert choices.get("company") == "Contaflux"


def test_a_load_that_was_cut_short_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(name: str, done: int, total: int) -> None:
        if name == "ticket":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.load("saas", now=NOW, progress=stop)
    assert not choices.get("demo")
    done = load.load("saas", now=NOW + timedelta(days=1))
    town = load.TOWNS["saas"](today=clock.day_of(NOW))
    assert done.is_new
    assert Customer.objects.count() == len(town.records["customer"])
    assert ContractLine.objects.count() == len(town.records["contract"])


def test_somebody_elses_data_is_not_mixed_with_the_demo() -> None:
    Customer.objects.create(key="1", name="Padaria Real", happened_at=NOW, recorded_at=NOW)
    with pytest.raises(load.HomeInUse):
        load.load("saas", now=NOW)
    assert Customer.objects.count() == 1
    assert not User.objects.exists()


def test_people_of_the_demo_sign_in_with_the_printed_password() -> None:
    done = load.load("loja", now=NOW)
    request = RequestFactory().post("/entrar/")
    user = authenticate(request, email=done.email, password=PASSWORD)
    assert user is not None
    first = Customer.objects.get(key="BB-0001")
    assert search.search(first.name, user) == [first.pk]
    assert Order.objects.count() > 10_000
    assert OrderLine.objects.filter(amount_cents__lt=0).exists()
    assert set(User.objects.values_list("role", flat=True)) == {"admin", "manager", "csm", "viewer"}


def test_past_days_look_as_they_looked() -> None:
    load.load("saas", now=NOW)
    day = date(2026, 1, 31)
    then = clock.start_of(day + timedelta(days=1))
    known_now = sheet.build(as_of=day)
    known_then = sheet.build(as_of=day, known_at=then)
    columns = ["who.key", "contract.mrr", "usage.events_28d", "nps.last_score"]
    assert known_then.select(columns).equals(known_now.select(columns))
    assert 80 < known_then.filter(pl.col("contract.status") == "customer").height < 160
    replayed = Past.until(clock.day_of(NOW)).on(day)
    staged = known_now.select("customer_id", pl.col("stage.name").fill_null("").alias("stage"))
    assert replayed.sort("customer_id").equals(staged.sort("customer_id"))
    assert replayed["stage"].n_unique() > 4


def _counts() -> list[int]:
    kept = (Customer, ContractLine, Task, User, Batch, definitions.Definition)
    return [model.objects.count() for model in kept] + [sheet.Sheet.objects.count()]
