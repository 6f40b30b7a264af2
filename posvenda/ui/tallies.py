"""The counts beside lines of the menu, all asked in one question per page.

Rooms add what they count when they start; the first line that shows a count asks for all.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

Ask = Callable[[HttpRequest], "QuerySet[Any, Any]"]
_asked: dict[str, Ask] = {}


def add(name: str, ask: Ask) -> None:
    """This will have the rows of a query counted under a name; call it in ``ready()``."""
    _asked[name] = ask


def of(request: HttpRequest, name: str) -> int:
    """This will give one of the counts as it was when this page first asked."""
    known: dict[str, int] | None = getattr(request, "tallies", None)
    if known is None:
        known = _counted(request)
        request.tallies = known  # type: ignore[attr-defined]
    return known[name]


def _counted(request: HttpRequest) -> dict[str, int]:
    parts: list[str] = []
    params: list[Any] = []
    for number, ask in enumerate(_asked.values()):
        sql, values = ask(request).query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) q{number})")  # noqa: S608
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(_asked, map(int, cursor.fetchone()), strict=True))
