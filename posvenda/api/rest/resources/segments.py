"""Segments: conditions with a name, and the customers that meet them now."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router

from posvenda.api.rest import asking, taking
from posvenda.api.rest.asking import Question
from posvenda.api.rest.bodies import answer, empty
from posvenda.api.rest.door import Call
from posvenda.api.rest.problems import Refused
from posvenda.api.rest.resources.crud import CURSOR
from posvenda.api.rest.resources.customers import FIELDS
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.schemas import judged as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.api.rest.schemas.types import Day
from posvenda.customers import sheet
from posvenda.customers.models import Segment
from posvenda.insights.clients.pack import look

router = Router(tags=["segments"])


@router.get(
    "",
    response=list[shapes.Segment],
    operation_id="list_segments",
    summary="List segments",
)
@needs("segments:read")
def list_segments(request: Call) -> HttpResponse:
    """Those of the pack and those people share; private ones are not here."""
    return answer(_every())


@router.post(
    "",
    response={201: shapes.Segment},
    operation_id="create_segment",
    summary="Create one segment",
)
@needs("segments:write")
def create_segment(request: Call, item: shapes.SegmentIn) -> HttpResponse:
    """The condition is checked; everybody here sees the segment."""
    catalogue = sheet.catalogue()
    asking.condition_of(item.where, catalogue, pointer="/where")
    if item.sort:
        asking.sort_of(item.sort, catalogue, pointer="/sort")
    made = Segment.objects.create(
        name=item.name[:80],
        condition=item.where.strip(),
        order=item.sort or "",
        columns=[],
        owner=None,
        is_shared=True,
        created_at=request.now,
    )
    _tell("segment.saved", made, request)
    where = reverse("api-v1-one", args=["segments", made.public_id])
    return answer(_shown(made), status=201, Location=where)


@router.get(
    "/{id}", response=shapes.Segment, operation_id="get_segment", summary="Read one segment"
)
@needs("segments:read")
def get_segment(request: Call, id: IdPath) -> HttpResponse:
    """The condition of a segment, as text."""
    return answer(_found(id))


@router.delete(
    "/{id}",
    response={204: None},
    operation_id="delete_segment",
    summary="Remove one segment",
)
@needs("segments:write")
def delete_segment(request: Call, id: IdPath) -> HttpResponse:
    """A segment of the pack stays; it is not found here for removal."""
    segment = Segment.objects.filter(public_id=id, is_shared=True).first()
    if segment is None:
        raise Refused("not_found")
    _tell("segment.removed", segment, request)
    segment.delete()
    return empty()


@router.get(
    "/{id}/members",
    response=page_of(shapes.FactRow, as_of=(Day, ...)),
    operation_id="list_segment_members",
    summary="List the customers of a segment",
)
@needs("segments:read")
def list_members(
    request: Call,
    id: IdPath,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    fields: str | None = FIELDS,
) -> HttpResponse:
    """Who meets the condition now, in the segment's order, with the facts that `fields` names."""
    segment = _found(id)
    catalogue = sheet.catalogue()
    names = asking.fields_of(fields, catalogue)
    sort = segment["sort"]
    if sort and sort.removeprefix("-") not in catalogue:
        sort = None
    question = Question(segment["where"], sort, cursor, limit, names or ("public_id",))
    cut = asking.today(question, now=request.now)
    items = [
        {
            "customer": row["public_id"],
            "key": row["who.key"],
            "facts": asking.values_of(row, names) if names else {},
        }
        for row in cut.rows
    ]
    return answer({"items": items, "next": cut.next, "as_of": cut.as_of})


def _every() -> list[dict[str, Any]]:
    built = [
        {
            "id": one.name,
            "name": str(one.label),
            "where": one.when,
            "sort": one.order or None,
            "is_built_in": True,
            "created_at": None,
        }
        for one in look().segments
    ]
    shared = Segment.objects.filter(is_shared=True).order_by("name", "pk")
    return [*built, *map(_shown, shared)]


def _found(name: str) -> dict[str, Any]:
    found = next((each for each in _every() if each["id"] == name), None)
    if found is None:
        raise Refused("not_found")
    return found


def _shown(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.public_id,
        "name": segment.name,
        "where": segment.condition,
        "sort": segment.order or None,
        "is_built_in": False,
        "created_at": segment.created_at,
    }


def _tell(verb: str, segment: Segment, request: Call) -> None:
    taking.record(
        verb,
        about=f"segment:{segment.public_id}",
        access=request.access,
        now=request.now,
        name=segment.name,
        condition=segment.condition,
        shared=True,
    )
