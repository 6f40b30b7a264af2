"""Pages of rows: keyset, so that what is written meanwhile moves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from posvenda.api.rest import cursors
from posvenda.api.rest.problems import Fault, refuse

LIMIT = 50
MOST = 200


@dataclass(frozen=True)
class Page:
    """One page of rows and where the next one begins."""

    rows: Sequence[Any]
    next: str | None


def page(
    query: QuerySet[Any],
    *,
    sort: str,
    sorts: Mapping[str, str],
    last: str,
    cursor: str | None,
    limit: int,
    asked: Mapping[str, Any],
) -> Page:
    """This will cut one page of a query, sorted by one column and then by ``last``."""
    name = sort.removeprefix("-")
    if name not in sorts:
        params = {"choices": ", ".join(sorts)}
        raise refuse(Fault("sort_unknown", parameter="sort", value=sort, params=params))
    column, is_down = sorts[name], sort.startswith("-")
    columns = [column] if column == last else [column, last]
    whole = {
        "of": query.model.__name__,
        "sort": sort,
        **{k: v for k, v in asked.items() if v is not None},
    }
    if cursor is not None:
        place = cursors.read(cursor, asked=whole, size=len(columns))
        query = query.filter(_after(columns, _typed(query, columns, place, cursor), is_down))
    mark = "-" if is_down else ""
    found = list(query.order_by(*(mark + each for each in columns))[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    kept = found[:limit]
    place = [getattr(kept[-1], each) for each in columns]
    return Page(kept, cursors.write(place, asked=whole))


def _after(columns: Sequence[str], place: Sequence[Any], is_down: bool) -> Q:
    beyond = "lt" if is_down else "gt"
    first, *rest = columns
    condition = Q(**{f"{first}__{beyond}": place[0]})
    if rest:
        condition |= Q(**{first: place[0], f"{rest[0]}__{beyond}": place[1]})
    return condition


def _typed(
    query: QuerySet[Any], columns: Sequence[str], place: Sequence[Any], cursor: str
) -> list[Any]:
    """The values of a cursor as the columns take them."""
    try:
        return [_value(query, name, value) for name, value in zip(columns, place, strict=True)]
    except (TypeError, ValueError) as error:
        raise refuse(cursors.bad(cursor)) from error


def _value(query: QuerySet[Any], name: str, value: Any) -> Any:
    field = query.model._meta.pk if name == "pk" else query.model._meta.get_field(name)
    kind = field.get_internal_type()
    if kind == "DateTimeField":
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(value)
        return found
    if kind == "BigAutoField":
        if type(value) is not int or abs(value) >= 2**63:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(name)
    return value
