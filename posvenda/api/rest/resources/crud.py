"""The operations every resource of rows has: list, read, create, correct, take back, versions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.params.functions import Query

from posvenda.api.rest import bulk, etags, lists, owned, revising
from posvenda.api.rest.bodies import answer, empty
from posvenda.api.rest.door import Call
from posvenda.api.rest.owned import CUSTOMER, OWNERS
from posvenda.api.rest.problems import Refused, refuse
from posvenda.api.rest.records.resource import Resource
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.schemas.pages import BulkReport, Versions, page_of
from posvenda.api.rest.schemas.types import Moment
from posvenda.api.rest.taking import Taking
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import Customer

CURSOR = Query(None, max_length=2_000, description="`next` of the former page")


def router_of(resource: Resource) -> Router:
    """This will make the operations of a resource."""
    router = Router(tags=[resource.name])
    if resource.name != "customers":
        add_list(router, resource)
    add_reading(router, resource)
    add_writing(router, resource)
    if resource.is_removable:
        add_removal(router, resource)
    if resource.is_versioned:
        add_versions(router, resource)
    return router


def add_list(router: Router, resource: Resource) -> None:
    """This will add the list, with the filters its rows allow."""
    sorts = ", ".join(f"`{name}`, `-{name}`" for name in resource.sorts)
    first = next(iter(resource.sorts))
    described = Query(first, max_length=40, description=f"One of {sorts}")
    shape = page_of(resource.shape)
    page = _page_of(resource)

    if resource.has_moment:

        @router.get(
            "",
            response=shape,
            operation_id=f"list_{resource.name}",
            summary=f"List {resource.name}",
        )
        @needs(f"{resource.group}:read")
        def list_dated(
            request: Call,
            limit: Limit = 50,
            cursor: str | None = CURSOR,
            sort: str = described,
            customer: str | None = CUSTOMER,
            where: str | None = OWNERS,
            happened_from: Moment | None = Query(None, description="Not before this moment"),
            happened_before: Moment | None = Query(None, description="Before this moment"),
            recorded_from: Moment | None = Query(None, description="Learnt at or after this"),
        ) -> HttpResponse:
            limits = {
                "happened_at__gte": happened_from,
                "happened_at__lt": happened_before,
                "recorded_at__gte": recorded_from,
            }
            return page(request, limit, cursor, sort, limits, customer=customer, where=where)

    elif resource.has_customer:

        @router.get(
            "",
            response=shape,
            operation_id=f"list_{resource.name}",
            summary=f"List {resource.name}",
        )
        @needs(f"{resource.group}:read")
        def list_owned(
            request: Call,
            limit: Limit = 50,
            cursor: str | None = CURSOR,
            sort: str = described,
            customer: str | None = CUSTOMER,
            where: str | None = OWNERS,
        ) -> HttpResponse:
            return page(request, limit, cursor, sort, {}, customer=customer, where=where)

    else:

        @router.get(
            "",
            response=shape,
            operation_id=f"list_{resource.name}",
            summary=f"List {resource.name}",
        )
        @needs(f"{resource.group}:read")
        def list_all(
            request: Call,
            limit: Limit = 50,
            cursor: str | None = CURSOR,
            sort: str = described,
        ) -> HttpResponse:
            return page(request, limit, cursor, sort, {})


def _page_of(resource: Resource) -> Callable[..., HttpResponse]:
    def page(
        request: Call,
        limit: int,
        cursor: str | None,
        sort: str,
        limits: dict[str, datetime | None],
        *,
        customer: str | None = None,
        where: str | None = None,
    ) -> HttpResponse:
        query = resource.live().filter(**{k: v for k, v in limits.items() if v is not None})
        if resource.has_customer or resource.has_moment:
            query = owned.of(query, request, customer=customer, where=where)
        asked = {"customer": customer, "where": where or None, **limits}
        last = "pk" if resource.address == "public_id" else "key"
        found = lists.page(
            query,
            sort=sort,
            sorts=resource.sorts,
            last=last,
            cursor=cursor,
            limit=limit,
            asked=asked,
        )
        return answer({"items": resource.show(list(found.rows)), "next": found.next})

    return page


def add_reading(router: Router, resource: Resource) -> None:
    """This will add the reading of one row."""

    @router.get(
        "/{id}",
        response=resource.shape,
        operation_id=f"get_{resource.one}",
        summary=f"Read one {resource.one}",
    )
    @needs(f"{resource.group}:read")
    def get_one(request: Call, id: IdPath) -> HttpResponse:
        return answer(resource.show([found(resource, id)])[0])


def found(resource: Resource, name: str) -> Any:
    """This will find the row of an id that stands now, or refuse."""
    place = resource.place(name)
    row = resource.live().filter(**place).first() if place else None
    if row is None and resource.record == "customer":
        joined = Customer.objects.filter(public_id=name).values_list("pk", flat=True)
        row = resource.live().filter(pk__in=canonical(list(joined)).values()).first()
    if row is None:
        raise Refused("not_found")
    return row


def add_writing(router: Router, resource: Resource) -> None:
    """This will add create, correct and bulk."""
    new: Any = resource.new
    patch: Any = resource.patch

    @router.post(
        "",
        response={201: resource.shape},
        operation_id=f"create_{resource.one}",
        summary=f"Create one {resource.one}",
    )
    @needs(f"{resource.group}:write")
    def create_one(request: Call, item: new) -> HttpResponse:
        data = item.dict(exclude_unset=True)
        taking = Taking(resource, access=request.access, now=request.now)
        _refuse_twin(resource, taking, data)
        result = taking.take([(0, {**_defaults(resource), **data})])[0]
        if result.faults or result.shown is None:
            raise refuse(*result.faults)
        where = reverse("api-v1-one", args=[resource.name, result.shown["id"]])
        return answer(result.shown, status=201, Location=where)

    @router.patch(
        "/{id}",
        response=resource.shape,
        operation_id=f"change_{resource.one}",
        summary=f"Change one {resource.one}",
    )
    @needs(f"{resource.group}:write")
    def change_one(request: Call, id: IdPath, item: patch) -> HttpResponse:
        row = found(resource, id)
        shown = resource.show([row])[0]
        etags.require(request, shown)
        data = item.dict(exclude_unset=True)
        changed = revising.revise(
            resource, row, shown, data, access=request.access, now=request.now
        )
        return answer(changed)

    @router.post(
        "/bulk",
        response=BulkReport,
        operation_id=f"upsert_{resource.name}",
        summary=f"Create or correct many {resource.name}",
        description=bulk.DESCRIPTION,
        openapi_extra={"requestBody": bulk.body_of(resource)},
    )
    @needs(f"{resource.group}:write", is_long=True)
    def upsert_many(request: Call) -> HttpResponse:
        return bulk.run(resource, request)


def _defaults(resource: Resource) -> dict[str, Any]:
    """What stands where a new item is silent."""
    return {
        name: field.default
        for name, field in resource.new.model_fields.items()
        if not field.is_required() and field.default is not None
    }


def _refuse_twin(resource: Resource, taking: Taking, data: dict[str, Any]) -> None:
    """Refuse to create what is there: by its key, a customer also by its tax id."""
    twin = revising.twin(resource, taking, {**_defaults(resource), **data})
    if twin is not None:
        raise Refused("already_there", id=resource.id_of(twin), more={"id": resource.id_of(twin)})


def add_removal(router: Router, resource: Resource) -> None:
    """This will add the removal: a retraction where rows have versions."""

    @router.delete(
        "/{id}",
        response={204: None},
        operation_id=f"delete_{resource.one}",
        summary=f"Take back one {resource.one}",
    )
    @needs(f"{resource.group}:write")
    def delete_one(request: Call, id: IdPath) -> HttpResponse:
        row = found(resource, id)
        etags.require(request, resource.show([row])[0])
        revising.remove(resource, row, access=request.access, now=request.now)
        return empty()


def add_versions(router: Router, resource: Resource) -> None:
    """This will add the history of one fact."""

    @router.get(
        "/{id}/versions",
        response=Versions,
        operation_id=f"list_{resource.one}_versions",
        summary=f"Read all versions of one {resource.one}",
    )
    @needs(f"{resource.group}:read")
    def list_versions(request: Call, id: IdPath) -> HttpResponse:
        place = resource.place(id)
        query = resource.model._default_manager.select_related(*resource.related)
        rows = list(query.filter(**place).order_by("recorded_at", "pk")) if place else []
        if not rows:
            raise Refused("not_found")
        return answer({"items": [revising.version(resource, row) for row in rows]})
