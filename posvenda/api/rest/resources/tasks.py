"""Tasks: what a person has to do for a customer."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.params.functions import Query

from posvenda.api.rest import etags, lists, owned, taking
from posvenda.api.rest.bodies import answer
from posvenda.api.rest.door import Call
from posvenda.api.rest.owned import CUSTOMER, OWNERS
from posvenda.api.rest.problems import Fault, Refused, refuse
from posvenda.api.rest.resources.crud import CURSOR
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.resources.notes import known_customer
from posvenda.api.rest.schemas import told as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.base.models import User
from posvenda.journeys.models import Task

router = Router(tags=["tasks"])
SORTS = {"id": "pk", "created_at": "created_at"}
SORT = Query("id", max_length=40, description="`id`, `created_at`; `-` before it turns it round")
DONE = Query(None, description="Only done ones, or only open ones")


@router.get("", response=page_of(shapes.Task), operation_id="list_tasks", summary="List tasks")
@needs("service:read")
def list_tasks(
    request: Call,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    sort: str = SORT,
    customer: str | None = CUSTOMER,
    where: str | None = OWNERS,
    is_done: bool | None = DONE,
) -> HttpResponse:
    """All tasks, open and done."""
    query = owned.of(_live(), request, customer=customer, where=where)
    if is_done is not None:
        query = query.filter(done_at__isnull=not is_done)
    page = lists.page(
        query,
        sort=sort,
        sorts=SORTS,
        last="pk",
        cursor=cursor,
        limit=limit,
        asked={"customer": customer, "where": where or None, "is_done": is_done},
    )
    return answer({"items": _shown(list(page.rows)), "next": page.next})


@router.post("", response={201: shapes.Task}, operation_id="create_task", summary="Write one task")
@needs("service:write")
def create_task(request: Call, item: shapes.TaskIn) -> HttpResponse:
    """Without an owner the task is the customer's owner's."""
    customer = known_customer(item.customer, request)
    task = Task.objects.create(
        customer=customer,
        title=item.title,
        body=item.body or "",
        due_on=item.due_on,
        owner_id=_owner(item.owner) or customer.owner_id,
        created_at=request.now,
    )
    _tell("task.added", task, request)
    where = reverse("api-v1-one", args=["tasks", task.public_id])
    return answer(_shown([_found(task.public_id)])[0], status=201, Location=where)


@router.get("/{id}", response=shapes.Task, operation_id="get_task", summary="Read one task")
@needs("service:read")
def get_task(request: Call, id: IdPath) -> HttpResponse:
    """One task."""
    return answer(_shown([_found(id)])[0])


@router.patch("/{id}", response=shapes.Task, operation_id="change_task", summary="Change one task")
@needs("service:write")
def change_task(request: Call, id: IdPath, item: shapes.TaskPatch) -> HttpResponse:
    """`is_done` ticks it off or opens it again; saying it twice changes nothing."""
    task = _found(id)
    etags.require(request, _shown([task])[0])
    patch = item.dict(exclude_unset=True)
    if "title" in patch and patch["title"] is None:
        raise refuse(Fault("required", pointer="/title"))
    news = {
        "title": patch.get("title", task.title),
        "body": patch.get("body", task.body) or "",
        "due_on": patch.get("due_on", task.due_on),
        "owner_id": _owner(patch["owner"]) if "owner" in patch else task.owner_id,
        "done_at": _done(task, patch.get("is_done"), request),
    }
    changed = {name: value for name, value in news.items() if getattr(task, name) != value}
    if changed:
        if "done_at" in changed:
            changed["done_by"] = None
        Task.objects.filter(pk=task.pk).update(**changed)
        verb = "task.edited"
        if "done_at" in changed:
            verb = "task.finished" if changed["done_at"] else "task.reopened"
        _tell(verb, task, request)
    return answer(_shown([_found(id)])[0])


def _done(task: Task, is_done: bool | None, request: Call) -> Any:
    if is_done is None:
        return task.done_at
    return (task.done_at or request.now) if is_done else None


def _owner(email: str | None) -> int | None:
    if not email:
        return None
    owner = User.objects.owners().filter(email__iexact=email.strip()).first()
    if owner is None:
        fault = Fault("owner_unknown", pointer="/owner", value=email, params={"owner": email})
        raise refuse(fault)
    return int(owner.pk)


def _live() -> Any:
    return Task.objects.select_related("customer", "owner")


def _found(name: str) -> Task:
    task: Task | None = _live().filter(public_id=name).first()
    if task is None:
        raise Refused("not_found")
    return task


def _shown(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    return [
        {
            "id": task.public_id,
            "customer": task.customer.public_id,
            "title": task.title,
            "body": task.body or None,
            "due_on": task.due_on,
            "owner": task.owner.email if task.owner else None,
            "is_done": task.done_at is not None,
            "created_at": task.created_at,
            "done_at": task.done_at,
        }
        for task in tasks
    ]


def _tell(verb: str, task: Task, request: Call) -> None:
    about = f"customer:{task.customer.public_id}"
    taking.record(verb, about=about, access=request.access, now=request.now, task=task.public_id)
    taking.news({task.customer_id}, now=request.now, is_searched=False)
