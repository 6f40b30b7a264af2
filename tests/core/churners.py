"""A simulator with a known truth: accounts by month, signs, a rule typed by hand, who leaves."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from posvenda.core.backtest import Panel
from posvenda.core.backtest.report import risk_of

FACTS = tuple(f"sign.{name}" for name in "abcdefghijkl")
# Logits for 100 points; the person who typed the rule thought otherwise of some.
TRUE = np.array([4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.8, 0.5, 0.3, 0.0, 0.0])
TYPED = np.array([9.0, 20.0, 8.0, 10.0, 6.0, 12.0, 4.0, 6.0, 8.0, 7.0, 12.0, 10.0])
SHARES = dict(zip(FACTS, TYPED / TYPED.sum(), strict=True))


@dataclass(frozen=True)
class World:
    """Risks (rows × signs), the outcome, and whose row of which month it is."""

    risks: np.ndarray
    left: np.ndarray
    customer: np.ndarray
    month: np.ndarray

    @property
    def by_rules(self) -> np.ndarray:
        """The hand-set score as a risk."""
        return self.risks @ np.array(list(SHARES.values()))


def world(
    accounts: int, *, seed: int, months: int = 1, base: float = -4.2, own: float = 0.0
) -> World:
    """This will make accounts whose signs wander from month to month, and their fates.

    ``own`` is how much each account differs for reasons that no sign shows.
    """
    dice = np.random.default_rng(seed)
    state = dice.normal(size=(accounts, len(FACTS)))
    extra = own * dice.normal(size=accounts)
    risks, left, who, when = [], [], [], []
    alive = np.ones(accounts, bool)
    for month in range(months):
        state = 0.9 * state + np.sqrt(1 - 0.81) * dice.normal(size=state.shape)
        risk = np.clip(0.05 + 0.28 * state, -0.35, 0.65)
        chance = 1 / (1 + np.exp(-(base + risk @ TRUE + extra)))
        gone = dice.random(accounts) < chance
        risks.append(risk[alive])
        left.append(gone[alive])
        who.append(np.flatnonzero(alive))
        when.append(np.full(int(alive.sum()), month))
        alive &= ~gone
    return World(*(np.concatenate(each) for each in (risks, left, who, when)))


def with_events(count: int, *, seed: int) -> World:
    """This will give so many accounts that just this many of them leave."""
    made = world(20_000, seed=seed)
    if not count:
        some = np.flatnonzero(~made.left)[:400]
    else:
        some = np.arange(np.flatnonzero(made.left)[count - 1] + 1)
    return World(made.risks[some], made.left[some], made.customer[some], made.month[some])


def panel_of(made: World) -> Panel:
    """This will give a simulated world the form of a panel; months are a horizon apart."""
    days = [date(2020 + m // 4, 1 + 3 * (m % 4), 1) for m in range(int(made.month.max()) + 1)]
    on = [days[month] for month in made.month]
    columns = {risk_of(fact): made.risks[:, n] for n, fact in enumerate(FACTS)}
    rows = pl.DataFrame(
        {"customer_id": made.customer, "on": on, "left": made.left.astype(int), **columns}
    ).with_columns(
        pl.when(pl.col("left") == 1).then(pl.col("on").dt.offset_by("45d")).alias("left_on"),
        pl.Series("score", 60 - 100 * made.by_rules),
        pl.lit(100_00).alias("mrr"),
    )
    band = pl.when(pl.col("score") >= 70).then(pl.lit("good")).when(pl.col("score") >= 45)
    return Panel(
        rows.with_columns(band.then(pl.lit("warn")).otherwise(pl.lit("risk")).alias("band")), 90
    )
