"""Who pays for a customer, as a column of the table of customers tells it.

A payer that changes ends the former tie; the days before keep it. A payer nobody knows, or several
could be, is a warning: the customer itself comes in.
"""

from datetime import date
from typing import TYPE_CHECKING

from posvenda.api.imports.families.recognising import SOURCE
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Store, Who
from posvenda.base import clock
from posvenda.customers.identity.models import Relation

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

COLUMNS = ("customer", "other", "kind", "starts_on", "recorded_at", "source", "batch")


def tie(store: Store, rows: "list[Row]", outcome: "Outcome") -> set[int]:
    """This will tie customers to whoever pays for them, and give the lines that told news."""
    told = {row["_who"].id: row for row in reversed(rows) if row.get("payer")}
    if not told:
        return set()
    payers = store.customers({str(row["payer"]) for row in told.values()})
    standing = Relation.objects.filter(
        other__in=told, kind=Relation.Kind.PAYER, subject=None, ends_on=None
    )
    known = dict(standing.values_list("other_id", "customer_id"))
    touched = set()
    for pk, row in told.items():
        payer = payers.get(str(row["payer"]))
        if payer is None:
            outcome.problems.append(_nobody(store, row))
        elif payer.id not in (pk, known.get(pk)):
            _write(store, payer, row["_who"], has_other=pk in known)
            touched.add(row["_line"])
    return touched


def _write(store: Store, payer: Who, who: Who, *, has_other: bool) -> None:
    is_first = store.is_history and not has_other
    since: date = clock.day_of(who.happened_at if is_first else store.now)
    at = store.recorded(who.happened_at) if is_first else store.now
    if has_other:
        former = Relation.objects.filter(
            other_id=who.id, kind=Relation.Kind.PAYER, subject=None, ends_on=None
        )
        store.act(lambda: former.update(ends_on=since, ended_recorded_at=store.now))
    batch = None if store.batch is None else store.batch.pk
    kind = str(Relation.Kind.PAYER)
    store.add(Relation, COLUMNS, [(payer.id, who.id, kind, since, at, SOURCE, batch)])


def _nobody(store: Store, row: "Row") -> Problem:
    ref = str(row["payer"])
    doubt = store.doubtful.get(ref)
    code = "customer_doubtful" if doubt else "payer_unknown"
    params = {"customers": doubt} if doubt else {}
    return Problem(row["_line"], code, field="payer", value=ref, params=params, is_warning=True)
