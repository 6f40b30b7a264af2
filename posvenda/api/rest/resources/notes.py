"""Notes: what somebody should remember of a customer."""

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.params.functions import Query

from posvenda.api.imports.store import Store
from posvenda.api.rest import etags, lists, owned, revising, taking
from posvenda.api.rest.bodies import answer, empty
from posvenda.api.rest.door import Call
from posvenda.api.rest.owned import CUSTOMER, OWNERS
from posvenda.api.rest.problems import Fault, Refused, refuse
from posvenda.api.rest.records.told import INTERACTIONS, show_interactions
from posvenda.api.rest.resources.crud import CURSOR
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.schemas import told as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.conversations.models import Interaction
from posvenda.customers.models import Customer

router = Router(tags=["notes"])
SORT = Query("id", max_length=40, description="`id`, `happened_at`, `recorded_at`; `-` turns round")


@router.get(
    "", response=page_of(shapes.Interaction), operation_id="list_notes", summary="List notes"
)
@needs("service:read")
def list_notes(
    request: Call,
    limit: Limit = 50,
    cursor: str | None = CURSOR,
    sort: str = SORT,
    customer: str | None = CUSTOMER,
    where: str | None = OWNERS,
) -> HttpResponse:
    """The interactions of the kind `note`."""
    query = INTERACTIONS.live().filter(kind=Interaction.Kind.NOTE)
    query = owned.of(query, request, customer=customer, where=where)
    page = lists.page(
        query,
        sort=sort,
        sorts=INTERACTIONS.sorts,
        last="pk",
        cursor=cursor,
        limit=limit,
        asked={"customer": customer, "where": where or None},
    )
    return answer({"items": show_interactions(list(page.rows)), "next": page.next})


@router.post(
    "",
    response={201: shapes.Interaction},
    operation_id="create_note",
    summary="Write one note",
)
@needs("service:write")
def create_note(request: Call, item: shapes.NoteIn) -> HttpResponse:
    """The note stands on the customer's page at once."""
    customer = known_customer(item.customer, request)
    written = Interaction.objects.create(
        customer=customer,
        kind=Interaction.Kind.NOTE,
        direction=Interaction.Direction.INTERNAL,
        body=item.body,
        happened_at=item.happened_at or request.now,
        recorded_at=request.now,
        batch=taking.batch(request.access, now=request.now),
    )
    about = f"customer:{customer.public_id}"
    taking.record(
        "interaction.written",
        about=about,
        access=request.access,
        now=request.now,
        interaction=written.public_id,
        kind=written.kind,
    )
    taking.news({customer.pk}, now=request.now, is_searched=False)
    where = reverse("api-v1-one", args=["notes", written.public_id])
    return answer(show_interactions([written])[0], status=201, Location=where)


@router.get("/{id}", response=shapes.Interaction, operation_id="get_note", summary="Read one note")
@needs("service:read")
def get_note(request: Call, id: IdPath) -> HttpResponse:
    """One note."""
    return answer(show_interactions([_found(id)])[0])


@router.delete(
    "/{id}", response={204: None}, operation_id="delete_note", summary="Take one note back"
)
@needs("service:write")
def delete_note(request: Call, id: IdPath) -> HttpResponse:
    """The trail keeps that it was there."""
    written = _found(id)
    etags.require(request, show_interactions([written])[0])
    revising.remove(INTERACTIONS, written, access=request.access, now=request.now)
    return empty()


def known_customer(ref: str, request: Call) -> Customer:
    """This will find a customer by id, key, tax id or e-mail, or refuse the field."""
    store = Store(None, now=request.now, is_history=False)
    who = store.customers({ref}).get(ref)
    ids = [who.id] if who else owned.customer_of(ref)
    found = Customer.objects.filter(pk__in=ids).first()
    if found is None:
        raise refuse(Fault("customer_unknown", pointer="/customer", value=ref))
    return found


def _found(name: str) -> Interaction:
    notes = INTERACTIONS.live().filter(kind=Interaction.Kind.NOTE)
    written: Interaction | None = notes.filter(public_id=name).first()
    if written is None:
        raise Refused("not_found")
    return written
