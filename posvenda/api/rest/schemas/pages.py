"""Pages of lists, results of many rows, versions of one."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field, create_model

from posvenda.api.rest.schemas.errors import FieldError
from posvenda.api.rest.schemas.types import Out

ROWS = 5_000


class BulkResult(Out):
    """What came of one item; `index` is its place in `items`, from 0."""

    index: int
    status: Literal["created", "updated", "unchanged", "refused"]
    id: str | None = None
    errors: list[FieldError] | None = None
    warnings: list[FieldError] | None = None


class BulkReport(Out):
    """What came of all items; the good ones are in, the refused ones are out."""

    created: int
    updated: int
    unchanged: int
    refused: int
    results: list[BulkResult]


class Version(Out):
    """One version of a fact; the current one has no `superseded_at`."""

    recorded_at: datetime
    superseded_at: datetime | None
    is_retracted: bool
    values: dict[str, Any]


class Versions(Out):
    """All versions of a fact, oldest first."""

    items: list[Version]


def page_of(shape: type[Schema], **more: Any) -> type[Schema]:
    """This will make the shape of a page of a list."""
    plural = f"{shape.__name__}Page"
    made: type[Schema] = create_model(
        plural,
        __base__=Out,
        __doc__="One page; `next` is the cursor of the following one.",
        items=(list[shape], ...),  # type: ignore[valid-type]
        next=(str | None, Field(description="Give it as `cursor`; null on the last page")),
        **more,
    )
    return made
