"""The counts beside the doors' lines of the menu, asked in one question per page."""

from typing import Any

from django.db import connection, models
from django.http import HttpRequest

from posvenda.api.models import Source
from posvenda.api.refused import groups
from posvenda.api.sources.timetable import ALARM
from posvenda.base import memo


def refused(request: HttpRequest) -> int | None:
    """This will count what is refused and open, up to a thousand at each kind of door."""
    rows, letters, _failing = memo.once("doors", _counts)
    return rows + letters or None


def failing(request: HttpRequest) -> int | None:
    """This will count the scheduled readings that failed again and again."""
    return memo.once("doors", _counts)[2] or None


def _counts() -> tuple[int, int, int]:
    asked: list[models.QuerySet[Any, Any]] = [
        groups.rows().order_by().values("pk")[: groups.COUNTED],
        groups.letters().order_by().values("pk")[: groups.COUNTED],
        Source.objects.filter(failures__gte=ALARM, paused_at=None).values("pk"),
    ]
    parts: list[str] = []
    params: list[Any] = []
    for number, query in enumerate(asked):
        sql, values = query.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) q{number})")  # noqa: S608
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        rows, letters, failed = cursor.fetchone()
    return int(rows), int(letters), int(failed)
