"""Two persons that turn out to be one: their stored events are counted as one person's.

The join is noted in the transaction that finds it; a job tells the event store within minutes.
"""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from posvenda.base import rows
from posvenda.commerce.tracking.models import PersonJoin
from posvenda.commerce.usage import events as store
from posvenda.commerce.usage import rewriting


def note(joined: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """This will keep joins (former and present person) for the event store."""
    if not joined:
        return
    former = store.persons(pl.Series([old for old, _new in joined]))
    present = store.persons(pl.Series([new for _old, new in joined]))
    pairs = zip(former.to_list(), present.to_list(), strict=True)
    rows.insert(PersonJoin, ("former", "present", "at"), ((old, new, now) for old, new in pairs))


def is_waiting() -> bool:
    """This will say whether the event store has yet to be told of a join."""
    return PersonJoin.objects.exists()


def carry_out(*, now: datetime) -> int:
    """This will have the event store count joined persons as one and say how many joins it was.

    Killed in between, it begins again: what is done already changes nothing, but the roll-ups of
    every customer with events of the present persons are made again.
    """
    joins = list(PersonJoin.objects.order_by("pk").values_list("pk", "former", "present"))
    if not joins:
        return 0
    into = _followed({former: present for _pk, former, present in joins})
    people = [*into, *into.values()]
    for month in rewriting.months_of_people(people):
        rewriting.rewrite(
            month,
            lambda events: events.with_columns(pl.col("person").replace(into)),
            now=now,
            also=_customers(month, people),
        )
    PersonJoin.objects.filter(pk__in=[pk for pk, _former, _present in joins]).delete()
    return len(joins)


def _followed(into: dict[int, int]) -> dict[int, int]:
    """Chains of joins lead to their last person."""
    found = {}
    for former, present in into.items():
        seen = {former}
        while present in into and present not in seen:
            seen.add(present)
            present = into[present]
        found[former] = present
    return found


def _customers(month: str, people: Sequence[int]) -> list[int]:
    among = ", ".join(str(int(each)) for each in people)
    found = store.lake().query(
        f"SELECT DISTINCT customer_id FROM events WHERE person IN ({among})",  # noqa: S608
        files=store.lake().files([month]),
    )
    return [each for each in found["customer_id"].to_list() if each]
