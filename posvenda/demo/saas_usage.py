"""Contaflux: who used what on which day, with ramps, weeks, month ends, holidays and declines."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from posvenda.demo import words
from posvenda.demo.calendar import at, closing_rush, is_working
from posvenda.demo.saas import Company
from posvenda.demo.town import USAGE, stream
from posvenda.demo.truth import Cause, Severity

RAMP_DAYS = 50
# the share of the usual use that is left when a cause has done its work, and how long it takes
FALL: dict[tuple[Cause, Severity], tuple[float, int]] = {
    (Cause.USAGE_DECLINE, Severity.RISK): (0.22, 28),
    (Cause.USAGE_DECLINE, Severity.WARN): (0.6, 30),
    (Cause.CHAMPION_LEFT, Severity.RISK): (0.45, 14),
    (Cause.CHAMPION_LEFT, Severity.WARN): (0.9, 20),
    (Cause.TICKETS_PILING, Severity.RISK): (0.5, 14),
    (Cause.TICKETS_PILING, Severity.WARN): (0.95, 14),
    (Cause.DETRACTOR, Severity.RISK): (0.5, 12),
    (Cause.DETRACTOR, Severity.WARN): (0.95, 14),
    (Cause.EXPANSION_READY, Severity.GOOD): (1.25, 60),
}
STALLED = {Severity.RISK: 0.1, Severity.WARN: 0.3}
Event = tuple[str, str, str, str, float, float, object]


def frame(companies: list[Company], *, today: date, seed: int) -> pl.DataFrame:
    """This will give one row per person, feature and day, up to yesterday."""
    rows = [row for company in companies for row in events(company, today=today, seed=seed)]
    return pl.DataFrame(rows, schema=USAGE, orient="row", infer_schema_length=0)


def events(company: Company, *, today: date, seed: int) -> Iterator[Event]:
    """This will give a customer's usage events in order of days."""
    dice = stream(seed, "usage", company.key)
    people = _people(company, dice)
    features = _features(company, dice)
    last, week = company.left or today, company.since
    while week < last:
        use = level(company, week + timedelta(days=3), last)
        for index, zeal in enumerate(people):
            if dice.random() < min(0.97, use * zeal):
                yield from _week(
                    company, index, week, min(week + timedelta(days=7), last), features, use, dice
                )
        week += timedelta(days=7)


def level(company: Company, day: date, last: date) -> float:
    """This will give the share of people that work in a week, before chance; 0.8 is usual."""
    age = (day - company.since).days
    ramp = min(1.0, 0.3 + 0.7 * age / RAMP_DAYS)
    if company.cause is Cause.ONBOARDING_STALLED:
        return STALLED[company.severity] * (1.0 if age < 30 else 0.8)
    if company.cause is Cause.CHURNED:
        return 0.8 * ramp * max(0.08, min(1.0, (last - day).days / 110))
    left, days = FALL.get((company.cause, company.severity), (1.0, 1))
    done = min(1.0, max(0.0, (day - company.began).days / days))
    usual = 0.76 if company.cause is Cause.EXPANSION_READY else 0.82
    return usual * ramp * (1 - (1 - left) * done)


def _people(company: Company, dice: random.Random) -> list[float]:
    """This will give how eager each person is, 0.6–1.2; the first ones are the eager ones."""
    share = 0.98 if company.cause is Cause.EXPANSION_READY else dice.uniform(0.72, 0.85)
    count = max(2, round(company.seats * share))
    return sorted((dice.uniform(0.75, 1.2) for _ in range(count)), reverse=True)


def _features(company: Company, dice: random.Random) -> list[str]:
    """This will give the features in use, most used first: two where the start stalled, else four to six."""
    stalled = company.cause is Cause.ONBOARDING_STALLED
    count = 2 if stalled else dice.choice((4, 5, 5, 6)) if company.severity is Severity.GOOD else 4
    return [*words.FEATURES[:2], *dice.sample(words.FEATURES[2:], count - 2)]


def _week(
    company: Company,
    index: int,
    first: date,
    end: date,
    features: list[str],
    use: float,
    dice: random.Random,
) -> Iterator[Event]:
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    open_days = [d for d in days if is_working(d)] or days
    wanted = dice.choices((1, 2, 3), (52, 34, 14))[0]
    for day in sorted(dice.sample(open_days, min(wanted, len(open_days)))):
        rush = closing_rush(day)
        count = 1 if dice.random() < 0.82 / rush else 2
        minute = min(1_130, max(450, round(dice.gauss(810, 170))))
        for feature in _pick(features, count, dice):
            moment = at(day, minute) + timedelta(seconds=dice.randrange(60))
            number = f"{company.key}:{index + 1}:{day:%Y%m%d}:{words.FEATURES.index(feature)}"
            quantity = float(1 + int(dice.expovariate(0.16) * rush))
            yield (
                number,
                company.key,
                f"{company.key}-p{index + 1:02d}",
                feature,
                quantity,
                quantity * 70,
                moment,
            )


def _pick(features: list[str], count: int, dice: random.Random) -> list[str]:
    weights = [1 / (rank + 1.4) for rank in range(len(features))]
    return list(dict.fromkeys(dice.choices(features, weights, k=count)))
