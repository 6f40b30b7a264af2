"""Stored events read again under the rules: customer, person and label follow an edit.

A replay goes month by month and remembers where it is. Events whose person was erased, and rows
that came by import, stay as they are. Events of staff, and of people no rule finds a customer for,
stay in the store under no customer: other rules bring them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec
import polars as pl
from django.db import transaction

from posvenda.base import audit
from posvenda.base import rows as database
from posvenda.base.models import User
from posvenda.commerce.tracking import published, resolving, waiting
from posvenda.commerce.tracking.items import USES, Item
from posvenda.commerce.tracking.models import Actor, ActorRef, Group, Replay
from posvenda.commerce.tracking.resolving import Clues, Resolver
from posvenda.commerce.tracking.rules import Rules
from posvenda.commerce.usage import events as store
from posvenda.commerce.usage import rewriting

CHUNK = 500
Status = Replay.Status


@transaction.atomic
def begin(
    *,
    starts_on: date,
    ends_on: date,
    by: User | None,
    now: datetime,
    text: str = "",
    is_rehearsal: bool = False,
) -> Replay:
    """This will put a replay in the queue: of the rules in force, or a rehearsal of others."""
    replay = Replay.objects.create(
        starts_on=starts_on,
        ends_on=ends_on,
        is_rehearsal=is_rehearsal,
        text=text,
        version=published.in_force().version,
        created_at=now,
        by=by,
    )
    if not is_rehearsal:
        detail = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        about = f"replay:{replay.pk}"
        audit.record("tracking.replayed", about=about, by=by, now=now, detail=detail)
    return replay


def stop(replay: Replay, *, now: datetime) -> bool:
    """This will end a replay after the month it is at; the months done stay done."""
    going = Replay.objects.filter(pk=replay.pk, status__in=(Status.QUEUED, Status.RUNNING))
    return bool(going.update(status=Status.STOPPED, finished_at=now))


def carry_out(replay: Replay, *, now: datetime) -> None:
    """This will carry a replay to its end; killed, it goes on from there when called again."""
    started = Replay.objects.filter(pk=replay.pk, status__in=(Status.QUEUED, Status.RUNNING))
    if not started.update(status=Status.RUNNING):
        return
    rules = published.read(replay.text) if replay.is_rehearsal else published.in_force()
    if not replay.is_rehearsal:
        judge_staff(rules)
    months = rewriting.months(starts_on=replay.starts_on, ends_on=replay.ends_on)
    Replay.objects.filter(pk=replay.pk).update(months_total=len(months))
    for month in [each for each in months if each > replay.reached]:
        if not Replay.objects.filter(pk=replay.pk, status=Status.RUNNING).exists():
            return
        _month(replay, month, rules, now=now)
    attached = 0 if replay.is_rehearsal else waiting.attach(rules, now=now)
    if replay.is_rehearsal:
        attached = waiting.would_attach(rules)
    Replay.objects.filter(pk=replay.pk, status=Status.RUNNING).update(
        status=Status.DONE, finished_at=now, attached=attached, concerned=[]
    )


def judge_staff(rules: Rules) -> int:
    """This will say anew of every person whether they are staff, and how many changed."""
    columns = ("pk", "user_ref", "email", "traits", "is_staff")
    changed: list[tuple[bool, int]] = []
    for pk, user, mail, traits, was in Actor.objects.values_list(*columns).iterator(
        chunk_size=2_000
    ):
        is_staff = rules.is_staff(user=user, mail=mail, traits=traits)
        if is_staff != was:
            changed.append((is_staff, pk))
    with transaction.atomic():
        database.update(Actor, ("is_staff",), ("pk",), changed)
    return len(changed)


def _month(replay: Replay, month: str, rules: Rules, *, now: datetime) -> None:
    again = _Again(rules)
    if replay.is_rehearsal:
        found = rewriting.compare(month, again.tell)
    else:
        found = rewriting.rewrite(
            month,
            again.tell,
            now=now,
            also=replay.concerned,
            before=lambda ids: _keep(replay, ids),
        )
    replay.reached, replay.concerned = month, []
    replay.months_done += 1
    replay.rows_read += found.read
    replay.rows_changed += found.changed
    replay.customers = sorted({*replay.customers, *found.customers} - {rewriting.NO_CUSTOMER})
    replay.save(
        update_fields=[
            *("reached", "concerned", "months_done", "rows_read", "rows_changed"),
            "customers",
        ]
    )


def _keep(replay: Replay, ids: Sequence[int]) -> None:
    replay.concerned = list(ids)
    replay.save(update_fields=["concerned"])


class _Stored(msgspec.Struct, gc=False):
    """What the flusher put beside a stored event."""

    by: int | None = None
    group: str = ""
    of: dict[str, object] = {}


_stored = msgspec.json.Decoder(_Stored)


@dataclass
class _Again:
    """Tells the events of a month anew."""

    rules: Rules
    resolver: Resolver = field(init=False)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.rules)

    def tell(self, rows: pl.DataFrame) -> pl.DataFrame:
        """This will give the rows with customer_id, person and feature by the rules."""
        wanted = rows.with_row_index("row").filter(
            pl.col("properties").is_not_null(), pl.col("kind").is_in(list(USES))
        )
        stored = [_read(text) for text in wanted["properties"]]
        actors = _actors({each.by for each in stored if each.by is not None})
        told: list[tuple[int, Clues, str, str | None]] = []
        groups = _groups(
            {each.group for each in stored} | {a.group_ref for _r, a in actors.values()}
        )
        columns = zip(wanted["row"], wanted["kind"], wanted["event"], stored, strict=True)
        for row, kind, event, each in columns:
            if each.by not in actors:
                continue
            ref, actor = actors[each.by]
            item = _item(kind, event or "", each, ref)
            group = groups.get(each.group or actor.group_ref)
            clues = resolving.completed(
                self.rules.ways, resolving.told(self.rules.ways, item), actor, group
            )
            is_staff = self.rules.is_staff(
                user=actor.user_ref, mail=actor.email, traits=actor.traits
            )
            told.append((row, () if is_staff else clues, actor.person, self.rules.label(item)))
        return self._with(rows, told)

    def _with(
        self, rows: pl.DataFrame, told: Sequence[tuple[int, Clues, str, str | None]]
    ) -> pl.DataFrame:
        owners = self.resolver.resolve({clues for _row, clues, _person, _label in told if clues})
        people = pl.Series("person", sorted({person for _row, _clues, person, _label in told}))
        hidden = dict(zip(people, store.persons(people.cast(pl.String)), strict=True))
        fresh = pl.DataFrame(
            [
                (
                    row,
                    owner.customer if clues and (owner := owners[clues]) else rewriting.NO_CUSTOMER,
                    hidden[person],
                    label,
                )
                for row, clues, person, label in told
            ],
            schema={
                "row": pl.UInt32,
                "customer_new": pl.Int64,
                "person_new": pl.Int64,
                "feature_new": pl.String,
            },
            orient="row",
        )
        is_told = pl.col("customer_new").is_not_null()
        return (
            rows.with_row_index("row")
            .join(fresh, on="row", how="left", maintain_order="left")
            .with_columns(
                pl.when(is_told).then("customer_new").otherwise("customer_id").alias("customer_id"),
                pl.when(is_told).then("person_new").otherwise("person").alias("person"),
                pl.when(is_told).then("feature_new").otherwise("feature").alias("feature"),
            )
            .select(rows.columns)
        )


def _read(text: str) -> _Stored:
    try:
        return _stored.decode(text)
    except msgspec.MsgspecError:
        return _Stored()


def _item(kind: str, event: str, stored: _Stored, ref: str) -> Item:
    is_user = ref.startswith("u:")
    return Item(
        kind=kind,
        key="",
        user=ref[2:] if is_user else "",
        anonymous="" if is_user else ref[2:],
        group=stored.group,
        previous="",
        event=event,
        at=store.START,
        received_at=store.START,
        source=0,
        properties=dict(stored.of),
        traits={},
        raw=b"",
    )


def _actors(numbers: set[int]) -> dict[int, tuple[str, Actor]]:
    found: dict[int, tuple[str, Actor]] = {}
    listed = sorted(numbers)
    for start in range(0, len(listed), CHUNK):
        refs = ActorRef.objects.filter(pk__in=listed[start : start + CHUNK])
        found |= {ref.pk: (ref.ref, ref.actor) for ref in refs.select_related("actor")}
    return found


def _groups(refs: set[str]) -> dict[str, Group]:
    found: dict[str, Group] = {}
    listed = sorted(refs - {""})
    for start in range(0, len(listed), CHUNK):
        some = Group.objects.filter(ref__in=listed[start : start + CHUNK])
        found |= {group.ref: group for group in some}
    return found
