"""Customers: the list with conditions and facts, one customer's facts and explained health."""

from datetime import date

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Query

from posvenda.api.rest import asking, lists
from posvenda.api.rest.asking import Question
from posvenda.api.rest.bodies import answer
from posvenda.api.rest.door import Call
from posvenda.api.rest.judging import explained, facts_row
from posvenda.api.rest.problems import Fault, refuse
from posvenda.api.rest.records.who import CUSTOMERS, show_customers
from posvenda.api.rest.resources.crud import CURSOR, found, router_of
from posvenda.api.rest.resources.marks import IdPath, Limit, needs
from posvenda.api.rest.schemas import judged as shapes
from posvenda.api.rest.schemas.pages import page_of
from posvenda.api.rest.schemas.types import Day
from posvenda.api.rest.schemas.who import Customer as Shape
from posvenda.customers import sheet
from posvenda.customers.models import Customer

WHERE = Query(
    None,
    max_length=4_000,
    description="A condition over the facts: `health.score < 45 and contract.mrr > 1000`",
)
FIELDS = Query(None, max_length=4_000, description="Facts to bring along, parted by commas")
SORT = Query(
    None,
    max_length=65,
    description="`id`, `name`, `since`, `created_at`, or a fact; `-` before it turns it round",
)


def router() -> Router:
    """This will make the operations of customers."""
    made = router_of(CUSTOMERS)
    _add_list(made)
    _add_facts(made)
    return made


def _add_list(made: Router) -> None:
    @made.get(
        "",
        response=page_of(Shape),
        operation_id="list_customers",
        summary="List customers",
    )
    @needs("customers:read")
    def list_customers(
        request: Call,
        limit: Limit = 50,
        cursor: str | None = CURSOR,
        where: str | None = WHERE,
        sort: str | None = SORT,
        fields: str | None = FIELDS,
    ) -> HttpResponse:
        is_plain = (sort or "id").removeprefix("-") in CUSTOMERS.sorts
        if is_plain and not where and not fields:
            return _plain(limit, cursor, sort or "id")
        names = asking.fields_of(fields, sheet.catalogue())
        question = Question(
            where,
            _fact_sort(sort),
            cursor,
            limit,
            (*names, "public_id") if names else ("public_id",),
        )
        cut = asking.today(question, now=request.now)
        rows = {row["customer_id"]: row for row in cut.rows}
        stored = Customer.objects.select_related("owner").in_bulk(list(rows))
        shown = dict(zip(stored, show_customers(list(stored.values())), strict=True))
        items = [
            {**shown[pk], **({"facts": asking.values_of(row, names)} if names else {})}
            for pk, row in rows.items()
            if pk in shown
        ]
        return answer({"items": items, "next": cut.next})


def _plain(limit: int, cursor: str | None, sort: str) -> HttpResponse:
    found_ = lists.page(
        CUSTOMERS.live(),
        sort=sort,
        sorts=CUSTOMERS.sorts,
        last="pk",
        cursor=cursor,
        limit=limit,
        asked={},
    )
    return answer({"items": show_customers(list(found_.rows)), "next": found_.next})


def _fact_sort(sort: str | None) -> str | None:
    """The fact that says the same as a column, where facts are asked."""
    if sort is None:
        return None
    name = sort.removeprefix("-")
    return sort.replace(name, {"name": "who.name", "id": asking.KEY}.get(name, name))


def _add_facts(made: Router) -> None:
    @made.get(
        "/{id}/facts",
        response=shapes.CustomerFacts,
        operation_id="get_customer_facts",
        summary="Read the facts of one customer",
    )
    @needs("facts:read")
    def get_facts(
        request: Call,
        id: IdPath,
        fields: str | None = FIELDS,
        as_of: Day | None = Query(None, description="Today; other days are snapshots"),
    ) -> HttpResponse:
        names = asking.fields_of(fields, sheet.catalogue())
        customer = found(CUSTOMERS, id)
        row, day = facts_row(customer, now=request.now)
        only_today(as_of, day)
        told = {
            "customer": customer.public_id,
            "key": customer.key,
            "facts": asking.values_of(row, names),
            "as_of": day,
        }
        return answer(told)

    @made.get(
        "/{id}/score",
        response=shapes.ExplainedScore,
        operation_id="get_customer_score",
        summary="Read the health of one customer with its reasons",
    )
    @needs("facts:read")
    def get_score(request: Call, id: IdPath) -> HttpResponse:
        customer = found(CUSTOMERS, id)
        row, day = facts_row(customer, now=request.now)
        return answer(explained(customer, row, as_of=day))


def only_today(as_of: date | None, day: date) -> None:
    """This will refuse another day than that of the facts at hand, and say where it is had."""
    if as_of is not None and as_of != day:
        params = {"as_of": day.isoformat()}
        raise refuse(Fault("as_of_is_a_job", parameter="as_of", value=str(as_of), params=params))
