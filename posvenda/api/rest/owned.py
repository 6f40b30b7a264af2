"""Rows narrowed to customers: to one by name, or to those whose facts satisfy a condition."""

import json
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from ninja.params.functions import Query

from posvenda.api.rest import asking
from posvenda.api.rest.door import Call
from posvenda.api.rest.problems import Refused
from posvenda.api.rest.scopes import holds
from posvenda.core.conditions import Condition, expression
from posvenda.customers import sheet
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import Customer

M = TypeVar("M", bound=Model)
SCOPE = "customers:read"
CUSTOMER = Query(None, max_length=120, description="Only of this customer: its id or key")
OWNERS = Query(
    None,
    max_length=4_000,
    description="Only of customers whose facts satisfy a condition: `health.score < 45`",
)


def of(
    query: QuerySet[M], request: Call, *, customer: str | None, where: str | None
) -> QuerySet[M]:
    """This will leave the rows of one customer, and of those a condition holds for.

    A condition tells of facts, so the key must be allowed to read customers.
    """
    if customer is not None:
        query = query.filter(customer__in=customer_of(customer))
    if not where or not where.strip():
        return query
    condition = asking.condition_of(where, sheet.catalogue(), parameter="where")
    assert condition is not None
    if not holds(request.access.scopes, SCOPE):
        raise Refused("forbidden", scope=SCOPE)
    return query.filter(customer__in=_listed(_satisfying(condition, now=request.now)))


def customer_of(name: str) -> list[int]:
    """This will find a customer by its id or key; nobody is an empty list.

    A record that was joined to another leads to the one that stands.
    """
    named = Customer.objects.filter(public_id=name) or Customer.objects.filter(key=name)
    return list(canonical([row.pk for row in named]).values())


def _satisfying(condition: Condition, *, now: datetime) -> list[int]:
    view = sheet.lazy(now=now)
    holding = expression(condition, sheet.catalogue(), as_of=view.as_of)
    found = view.frame.filter(holding).select("customer_id").collect()
    return [int(one) for one in found["customer_id"]]


def _listed(ids: list[int]) -> Any:
    """Many ids as one parameter, for a database takes only so many."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])
    return RawSQL("SELECT unnest(%s::bigint[])", [ids])
