"""Contaflux: who used what on which day, with ramps, weeks, month ends, holidays and declines."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import polars as pl

from posvenda.demo import words
from posvenda.demo.calendar import ZONE, closing_rush, is_working
from posvenda.demo.saas import Company
from posvenda.demo.town import Row, stream
from posvenda.demo.truth import Cause, Severity

RAMP_DAYS = 50
NARROW_AFTER = 90
QUIET_DAYS = 13
# the share of the seats that is used, and how many of the six features are
SHARES = {Severity.GOOD: (0.68, 0.88), Severity.WARN: (0.46, 0.6), Severity.RISK: (0.6, 0.8)}
WIDTHS = {Severity.GOOD: (4, 4, 5, 5, 6), Severity.WARN: (3,), Severity.RISK: (2,)}
# the share of the people that goes on when a cause has done its work; the others stop in one week
LEFT: dict[tuple[Cause, Severity], float] = {
    (Cause.USAGE_DECLINE, Severity.RISK): 0.1,
    (Cause.USAGE_DECLINE, Severity.WARN): 0.48,
    (Cause.CHAMPION_LEFT, Severity.RISK): 0.15,
    (Cause.CHAMPION_LEFT, Severity.WARN): 0.7,
    (Cause.TICKETS_PILING, Severity.RISK): 0.12,
    (Cause.TICKETS_PILING, Severity.WARN): 0.7,
    (Cause.DETRACTOR, Severity.RISK): 0.12,
    (Cause.DETRACTOR, Severity.WARN): 0.65,
}
FALL_DAYS = 33
# how many days before the notice (and 60 more) people begin to stay away, one after the other
FADE_DAYS = 210
EPOCH = date(1970, 1, 1)
Event = tuple[str, int, int, int, int, int]  # customer, person, day, minute, feature, quantity


def frame(companies: list[Company], people: list[Row], *, today: date, seed: int) -> pl.DataFrame:
    """This will give one row per person, feature and day, up to yesterday.

    A person who is a contact goes by the e-mail; the second contact buys and does not use it.
    """
    signs_in = {
        row["key"].replace("-c", "-p0"): row["email"]
        for row in people
        if not row["key"].endswith("-c2")
    }
    columns = ("customer", "number", "day", "minute", "feature", "quantity")
    rows = (row for company in companies for row in events(company, today=today, seed=seed))
    raw = pl.DataFrame(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    day, number = pl.col("day").cast(pl.Int32).cast(pl.Date), pl.col("number").cast(pl.String)
    return raw.select(
        pl.format("{}:{}:{}:{}", "customer", "number", day.dt.strftime("%Y%m%d"), "feature").alias(
            "key"
        ),
        "customer",
        pl.format("{}-p{}", "customer", number.str.zfill(2)).replace(signs_in).alias("person"),
        pl.lit(pl.Series(words.FEATURES)).gather(pl.col("feature")).alias("feature"),
        pl.col("quantity").cast(pl.Float64),
        (pl.col("quantity") * 70.0).alias("seconds"),
        day.cast(pl.Datetime("us"))
        .dt.offset_by(pl.format("{}m", "minute"))
        .dt.replace_time_zone(str(ZONE))
        .dt.convert_time_zone("UTC")
        .alias("happened_at"),
    )


def events(company: Company, *, today: date, seed: int) -> Iterator[Event]:
    """This will give a customer's usage events in order of weeks."""
    dice = stream(seed, "usage", company.key)
    people = _people(company, dice)
    features = _features(company, dice)
    stops = company.champion_stops(today)  # of the most eager person, who is the champion
    last, week = company.left or today, company.since
    while week < last:
        middle = week + timedelta(days=3)
        left, chance = staying(company, middle, last), eagerness(company, middle)
        days = _open_days(week, min(7, (last - week).days))
        narrow = features[:1] if left < 0.2 else features
        for number, zeal in enumerate(people[: round(left * len(people))], start=1):
            if dice.random() < min(0.97, chance * zeal):
                done = list(_week(days, narrow, dice))
                if number > 1 or stops is None or middle < stops:
                    yield from ((company.key, number, *event) for event in done)
        week += timedelta(days=7)


def staying(company: Company, day: date, last: date) -> float:
    """This will give the share of the people who still work with the product on a day."""
    if company.cause is Cause.ONBOARDING_STALLED:
        fewer = 0.45 if (last - day).days > 30 else 0.3
        return fewer if (last - company.since).days >= NARROW_AFTER else 0.0
    if company.severity is Severity.RISK and (last - day).days < QUIET_DAYS:
        return 0.0
    if company.decided is not None:
        return _leaving(company, day, company.decided)
    left = LEFT.get((company.cause, company.severity), 1.0)
    is_noticed = company.cause is Cause.USAGE_DECLINE
    start = company.began if is_noticed else last - timedelta(days=FALL_DAYS)
    return 1 - (1 - left) * min(1.0, max(0.0, (day - start).days / 7))


def _leaving(company: Company, day: date, decided: date) -> float:
    """This will give who stays of one that leaves: fading for months, or only after the notice."""
    after = max(0.15, 1.0 - max(0, (day - decided).days) / 40)
    if company.reason is not Cause.USAGE_DECLINE:
        return after
    return min(after, max(0.1, min(1.0, ((decided - day).days + 60) / FADE_DAYS)))


def eagerness(company: Company, day: date) -> float:
    """This will give the chance that somebody who works with the product does so in a week."""
    ramp = min(1.0, 0.3 + 0.7 * (day - company.since).days / RAMP_DAYS)
    return 0.82 * ramp


def _people(company: Company, dice: random.Random) -> list[float]:
    """This will give how eager each person is, 0.75–1.2, the eager ones first."""
    low, high = SHARES.get(company.severity, (0.6, 0.8))
    share = 0.98 if company.cause is Cause.EXPANSION_READY else dice.uniform(low, high)
    count = max(2, round(company.seats * share))
    return sorted((dice.uniform(0.75, 1.2) for _ in range(count)), reverse=True)


def _features(company: Company, dice: random.Random) -> list[int]:
    """This will give the features in use, most used first: few where something is wrong."""
    stalled = company.cause is Cause.ONBOARDING_STALLED
    count = 2 if stalled else dice.choice(WIDTHS.get(company.severity, (3, 4)))
    return [0, 1, *dice.sample(range(2, len(words.FEATURES)), count - 2)]


@cache
def _open_days(first: date, count: int) -> tuple[tuple[int, float], ...]:
    """This will give the working days of a week (or all its days) and how busy each is."""
    days = [first + timedelta(days=n) for n in range(count)]
    chosen = [day for day in days if is_working(day)] or days
    return tuple(((day - EPOCH).days, closing_rush(day)) for day in chosen)


def _week(
    days: tuple[tuple[int, float], ...], features: list[int], dice: random.Random
) -> Iterator[tuple[int, int, int, int]]:
    """This will give what one person did on one to three days of a week."""
    wanted = 1 + (dice.random() > 0.52) + (dice.random() > 0.7)
    for day, rush in dice.sample(days, min(wanted, len(days))):
        minute = int(450 + 340 * (dice.random() + dice.random()))
        first = _feature(features, dice)
        second = _feature(features, dice) if dice.random() < 0.2 * rush else first
        for feature in {first, second}:
            yield day, minute, feature, 1 + int(dice.expovariate(0.16) * rush)


def _feature(features: list[int], dice: random.Random) -> int:
    """This will draw a feature; the first ones of the list are drawn more often."""
    return features[int(len(features) * dice.random() ** 1.5)]
