"""Facts of other days: ask, look whether they are there, read them."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.params.functions import Query

from posvenda.api.rest import asking, jobs, snapshots
from posvenda.api.rest.asking import Question
from posvenda.api.rest.bodies import answer
from posvenda.api.rest.door import Call
from posvenda.api.rest.models import Snapshot
from posvenda.api.rest.problems import Fault, Refused, refuse
from posvenda.api.rest.resources.crud import CURSOR
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.schemas import judged as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.api.rest.schemas.types import Day
from posvenda.base import clock
from posvenda.customers import sheet

router = Router(tags=["snapshots"])
SORT = Query(None, max_length=65, description="A fact of the snapshot; `-` before it turns round")


@router.post(
    "",
    response={202: shapes.Snapshot},
    operation_id="create_snapshot",
    summary="Ask for the facts of another day",
)
@needs("facts:read")
def create_snapshot(request: Call, item: shapes.SnapshotIn) -> HttpResponse:
    """Facts at the end of the day `as_of`; with `known_at` only what had been learnt by then."""
    today = clock.day_of(request.now)
    if item.as_of > today:
        params = {"today": today.isoformat()}
        raise refuse(Fault("in_future", pointer="/as_of", value=str(item.as_of), params=params))
    catalogue = sheet.catalogue()
    asking.condition_of(item.where, catalogue, pointer="/where")
    fields = asking.known_facts(tuple(item.fields or ()), catalogue, pointer="/fields")
    row = snapshots.ask(
        as_of=item.as_of,
        known_at=item.known_at,
        where=(item.where or "").strip(),
        fields=fields,
        customers=tuple(name.replace("\0", "") for name in item.customers or ()),
        access=request.access,
        now=request.now,
    )
    jobs.perform.enqueue(row.pk)
    where = reverse("api-v1-one", args=["snapshots", row.public_id])
    return answer(_shown(row), status=202, Location=where)


@router.get(
    "/{id}",
    response=shapes.Snapshot,
    operation_id="get_snapshot",
    summary="Look whether a snapshot is there",
)
@needs("facts:read")
def get_snapshot(request: Call, id: IdPath) -> HttpResponse:
    """Ask again every few seconds until `status` is `done`."""
    return answer(_shown(_found(id)))


@router.get(
    "/{id}/rows",
    response=page_of(shapes.FactRow, as_of=(Day, ...)),
    operation_id="list_snapshot_rows",
    summary="Read the facts of a snapshot",
)
@needs("facts:read")
def list_rows(
    request: Call,
    id: IdPath,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    sort: str | None = SORT,
) -> HttpResponse:
    """409 until it is done."""
    row = _found(id)
    if row.status != Snapshot.Status.DONE:
        raise Refused("gone", status=str(row.get_status_display()))
    frame = snapshots.frame_of(row)
    catalogue = sheet.catalogue()
    there = set(frame.collect_schema().names())
    name, _ = asking.sort_of(sort, catalogue)
    if name not in there:
        raise refuse(Fault("fact_unknown", parameter="sort", value=sort, params={"fact": name}))
    question = Question(None, sort, cursor, limit)
    cut = asking.cut(frame, question, catalogue=catalogue, as_of=row.as_of)
    items = [
        {
            "customer": each["public_id"],
            "key": each["who.key"],
            "facts": asking.values_of(each, tuple(row.fields)),
        }
        for each in cut.rows
    ]
    return answer({"items": items, "next": cut.next, "as_of": cut.as_of})


def _found(name: str) -> Snapshot:
    row = Snapshot.objects.filter(public_id=name).first()
    if row is None:
        raise Refused("not_found")
    return row


def _shown(row: Snapshot) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "status": row.status,
        "as_of": row.as_of,
        "known_at": row.known_at,
        "where": row.where or None,
        "fields": row.fields,
        "rows": row.rows,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "expires_at": row.created_at + snapshots.KEPT,
    }
