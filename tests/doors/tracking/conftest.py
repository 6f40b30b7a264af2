"""A web process and a write key."""

from datetime import datetime

import pytest

from posvenda.base import clock, keys
from tests.doors.tracking.asking import Asking


@pytest.fixture
def ask() -> Asking:
    """A web process that was just started."""
    return Asking()


@pytest.fixture
def key(db: None, now: datetime) -> str:
    """The clear text of a key that may track."""
    return keys.issue(kind="write", label="Site", scopes=["track"], by=None, now=now)[1]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def other_key(db: None, now: datetime) -> str:
    """A second key that may track."""
    return keys.issue(kind="write", label="App", scopes=["track"], by=None, now=now)[1]
