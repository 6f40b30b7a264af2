"""What every page knows: menu, company, person, language, date."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from posvenda.ui import menu

_company: list[Callable[[], str]] = [lambda: "posvenda"]


def name_company(source: Callable[[], str]) -> None:
    """This will take the company's name from a lower list of another room."""
    _company[0] = source


def shell(request: HttpRequest) -> dict[str, Any]:
    """This will give the layout its values; the menu is counted only when a page prints it."""
    now = getattr(request, "now", None)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "shell_menu": SimpleLazyObject(lambda: menu.visible(request)),
        "shell_company": SimpleLazyObject(_company[0]),
        "shell_language": language,
        "shell_lang": "pt-BR" if language.lower().startswith("pt") else language,
        "shell_languages": [_named(code) for code, _label in settings.LANGUAGES],
        "now": now,
        "today": timezone.localdate(now) if now else None,
    }


def _named(code: str) -> tuple[str, str]:
    """A language in its own words, so that whoever needs it can read it."""
    name = get_language_info(code)["name_local"].split(" ")[0]
    return code, name[:1].upper() + name[1:]
