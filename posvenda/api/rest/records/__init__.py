"""The resources that rows come into: how each is shown, found, and made a row for the loader."""

from collections.abc import Mapping

from posvenda.api.rest.records import sales, told, who
from posvenda.api.rest.records.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    who.CUSTOMERS,
    who.CONTACTS,
    who.SUBJECTS,
    sales.PRODUCTS,
    sales.ORDERS,
    sales.CONTRACTS,
    told.TICKETS,
    told.ANSWERS,
    told.CANCELLATIONS,
    told.INTERACTIONS,
)
BY_NAME: Mapping[str, Resource] = {each.name: each for each in RESOURCES}
