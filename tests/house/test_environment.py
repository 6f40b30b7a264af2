"""What the environment says is checked at once, and every name of it is written down."""

import re
from pathlib import Path

import pytest

from posvenda.config import environment

ROOT = Path(__file__).parents[2]
# Settings of tests, of screenshots and of the command line's language.
ELSEWHERE = {"POSVENDA_NOW", "POSVENDA_LANG", "POSVENDA_LOG"}


@pytest.mark.parametrize("told", ["6", "0", "-3", "a week"])
def test_a_window_of_keys_under_seven_days_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("POSVENDA_EVENT_KEY_DAYS", told)
    with pytest.raises(environment.BadSetting, match="POSVENDA_EVENT_KEY_DAYS must be"):
        environment.days("POSVENDA_EVENT_KEY_DAYS", 30, least=7)


def test_seven_days_are_enough_and_thirty_are_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSVENDA_EVENT_KEY_DAYS", raising=False)
    assert environment.days("POSVENDA_EVENT_KEY_DAYS", 30, least=7) == 30
    monkeypatch.setenv("POSVENDA_EVENT_KEY_DAYS", "7")
    assert environment.days("POSVENDA_EVENT_KEY_DAYS", 30, least=7) == 7


def test_every_setting_is_in_the_reference() -> None:
    config = ROOT / "posvenda" / "config"
    names = {
        name
        for path in (config / "settings.py", config / "environment.py")
        for name in re.findall(r"POSVENDA_[A-Z_]+", path.read_text())
    }
    told = set(
        re.findall(r"`(POSVENDA_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text())
    )
    assert names - ELSEWHERE - told == set()
    assert told - names == set()
