"""Which contacts use the product, and as whom: matched by e-mail, by key, or by what tracking told.

In the event store a person is a keyed hash (docs/concepts/usage.md). A contact is that person when
the hash is that of its e-mail, of its key, or of the id of somebody who signed in with its e-mail.
"""

import polars as pl

from posvenda.base import rows
from posvenda.commerce.tracking.models import Actor
from posvenda.commerce.usage import persons
from posvenda.customers.evidence import Evidence
from posvenda.customers.models import Contact

SCHEMA = {
    "customer_id": pl.Int64,
    "contact": pl.Int64,
    "person": pl.Int64,
    "is_champion": pl.Boolean,
}


def known(evidence: Evidence, customers: pl.Series) -> pl.DataFrame:
    """This will give customer_id, contact, person and is_champion of contacts who have not left.

    Only for the ``customers`` named. One row = one name a contact may be known by in the store.
    """
    there = evidence.rows(
        Contact, "id", "key", "email", "is_champion", "left_recorded_at", later=("left_at",)
    )
    gone = pl.col("left_at").is_not_null()
    if evidence.known_at is not None:
        gone &= pl.col("left_recorded_at") <= evidence.known_at
    people = there.filter(
        ~gone.fill_null(value=False) & pl.col("customer_id").is_in(customers.unique().implode())
    ).with_columns(pl.col("email").str.to_lowercase().str.strip_chars())
    if people.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    named = pl.concat(
        [
            people.with_columns(name=pl.col("email")).filter(pl.col("email") != ""),
            people.with_columns(name=pl.col("key")),
            _tracked(evidence, people),
        ],
        how="diagonal",
    ).unique(["id", "name"], maintain_order=True)
    return named.select(
        "customer_id",
        pl.col("id").alias("contact"),
        persons(named["name"]).alias("person"),
        "is_champion",
    )


def _tracked(evidence: Evidence, people: pl.DataFrame) -> pl.DataFrame:
    """The contacts once more, each with the id of somebody who signed in with its e-mail."""
    query = evidence.only(Actor.objects.exclude(email="").exclude(customer=None).order_by())
    actors = evidence.once(
        "actors", lambda: rows.frame(query, ("customer_id", "email", "person"))
    ).with_columns(pl.col("email").str.to_lowercase())
    joined = people.join(actors, on=["customer_id", "email"], how="inner")
    return joined.rename({"person": "name"})
