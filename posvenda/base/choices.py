"""Choices of this installation that are kept as data: company name, pack, demo sign-in …"""

from typing import Any

from posvenda.base import memo
from posvenda.base.models import Setting

DEFAULTS: dict[str, Any] = {
    "company": "posvenda",
    "pack": "saas",
    "demo": False,
    "default_ddd": "11",
    "is_small_agent": False,
    "privacy_contact": {},
    "erased_returns": "refused",
    "event_keys_since": 0,  # the first day, since 1970, whose keys of events were never pruned
}


def get(name: str) -> Any:
    """This will give a choice or its default; an unknown name is a ``KeyError``."""
    return memo.once("choices", _all).get(name, DEFAULTS[name])


def is_made(name: str) -> bool:
    """This will say whether anybody, or an import, has made this choice."""
    return Setting.objects.filter(name=name).exists()


def put(name: str, value: Any) -> None:
    """This will keep a choice."""
    if name not in DEFAULTS:
        raise KeyError(name)
    Setting.objects.update_or_create(name=name, defaults={"value": value})
    memo.forget()


def _all() -> dict[str, Any]:
    return dict(Setting.objects.values_list("name", "value"))
