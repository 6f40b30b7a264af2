"""The back-test's part of a preview: what the card in force and the draft got right in the past.

The back-test hands itself in when it starts (``provide``). Without it, and without results of both
texts, nothing is shown; no figure is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from posvenda.base.models import User


class Busy(RuntimeError):
    """Raised when a back-test is under way already."""


@dataclass(frozen=True)
class Result:
    """What one back-test of one text found; `auc` is None where there is no verdict."""

    auc: float | None
    low: float | None
    high: float | None
    verdict: str
    url: str
    finished_at: datetime | None


@dataclass(frozen=True)
class Backtest:
    """How the preview reaches the back-test.

    `result` gives the newest finished result of a text, `is_running` says whether one of this text
    is under way, `ask` has the worker test a text under a name (``Busy`` while another runs).
    """

    result: Callable[[str], Result | None]
    is_running: Callable[[str], bool]
    ask: Callable[[str, str, User, datetime], None]


@dataclass(frozen=True)
class Proof:
    """Both results side by side; what is missing can be asked for."""

    before: Result | None
    after: Result | None
    is_running: bool

    @property
    def is_whole(self) -> bool:
        """Whether both texts were tested."""
        return self.before is not None and self.after is not None

    @property
    def change(self) -> float | None:
        """How much better the draft orders customers, as a change of AUC; None without both."""
        if self.before is None or self.after is None:
            return None
        if self.before.auc is None or self.after.auc is None:
            return None
        return self.after.auc - self.before.auc


_provided: list[Backtest] = []


def provide(backtest: Backtest | None) -> None:
    """This will hand the back-test in, or take it out for None."""
    _provided[:] = [] if backtest is None else [backtest]


def of(before: str, after: str) -> Proof | None:
    """This will look up the results of two texts; None where there is no back-test at all."""
    if not _provided:
        return None
    tested = _provided[0]
    running = any(tested.is_running(text) for text in (before, after))
    return Proof(tested.result(before), tested.result(after), running)


def ask(before: tuple[str, str], after: tuple[str, str], *, by: User, now: datetime) -> bool:
    """This will have the worker test the first of two (name, text) without a result.

    Says whether anything was asked for; one back-test runs at a time.
    """
    for name, text in (after, before):
        if _provided and _provided[0].result(text) is None:
            _provided[0].ask(name, text, by, now)
            return True
    return False
