"""Contract lines: dated, half-open, with what they add to the monthly revenue."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from posvenda.api.imports.families import customers
from posvenda.api.imports.families.refs import moment, products, require
from posvenda.api.imports.families.settle import Draft, settle
from posvenda.api.imports.identity import Identity, digest
from posvenda.api.imports.problems import Problem
from posvenda.api.imports.store import Old, Store
from posvenda.base import clock
from posvenda.commerce.models import ContractLine, Period
from posvenda.core.money import half_even
from posvenda.core.mrr import TIMES_A_YEAR

if TYPE_CHECKING:
    from posvenda.api.imports.load import Outcome, Row

IDENTITY = Identity(
    key=lambda row: str(row.get("key") or ""),
    fields=("customer", "product", "starts_on"),
)
COLUMNS = (
    "number",
    "product",
    "starts_on",
    "ends_on",
    "cancelled_at",
    "amount_cents",
    "currency",
    "period",
    "seats",
    "is_auto_renewed",
    "is_trial",
    "notice_days",
)
NUMBER_LIMIT = 80
JUMP = 1.3


def load(store: Store, rows: "list[Row]", outcome: "Outcome") -> None:
    """This will store contract lines and create customers nobody has heard of."""
    rows = [row for row in rows if _is_sound(row, outcome)]
    today = clock.day_of(store.now)
    for row in rows:
        row["happened_at"] = _signed(row, today, store.now)
    people = customers.imply(store, rows, outcome)
    goods = products(store, rows)
    drafts = []
    for row in rows:
        values = (
            str(row.get("key") or "")[:NUMBER_LIMIT],
            goods.get(row.get("product") or ""),
            row["starts_on"],
            row.get("ends_on"),
            moment(row.get("cancelled_at")),
            row["amount"],
            row.get("currency") or "BRL",
            str(row.get("period") or Period.MONTH),
            row.get("seats"),
            row.get("is_auto_renewed"),
            bool(row.get("is_trial")),
            row.get("notice_days"),
        )
        who = people[row["customer"]].id
        told = (row.get("signed_on"), row.get("product"), values[0], *values[2:])
        stamp = partial(_stamp, told)
        drafts.append(Draft(row["_key"], who, row["happened_at"], values, stamp, row["_line"]))
    known = store.facts(ContractLine, [draft.key for draft in drafts], COLUMNS[2:])
    settle(
        store,
        ContractLine,
        COLUMNS,
        drafts,
        outcome,
        old=known,
        changed=_effect(outcome, today),
    )


def _stamp(told: tuple[Any, ...], who: int | None) -> str:
    return digest(who, *told)


def _is_sound(row: "Row", outcome: "Outcome") -> bool:
    if not require(row, ("customer", "starts_on", "amount"), outcome):
        return False
    ends_on, starts_on = row.get("ends_on"), row["starts_on"]
    if ends_on is not None and ends_on < starts_on:
        outcome.problems.append(
            Problem(row["_line"], "ends_before_start", field="ends_on", value=ends_on.isoformat())
        )
        return False
    if ends_on == starts_on:
        outcome.problems.append(
            Problem(
                row["_line"],
                "ends_at_start",
                field="ends_on",
                value=ends_on.isoformat(),
                is_warning=True,
            )
        )
    return True


def _signed(row: "Row", today: date, now: datetime) -> datetime:
    """When the contract became known to both: signed, else started; a later start is known now."""
    signed = row.get("signed_on")
    if signed is not None:
        return clock.start_of(signed)
    return now if row["starts_on"] > today else clock.start_of(row["starts_on"])


def _effect(outcome: "Outcome", today: date) -> Callable[[Draft, Old | None], None]:
    """Adds to the outcome what each new or corrected line changes in today's monthly revenue."""

    def add(draft: Draft, old: Old | None) -> None:
        news = dict(zip(COLUMNS, draft.values, strict=True))
        if old is not None:
            _warn_of_jump(draft, news["amount_cents"], old.more["amount_cents"], outcome)
        for line, sign in ((news, 1), (old.more if old else None, -1)):
            if line:
                currency = line["currency"]
                outcome.mrr[currency] = outcome.mrr.get(currency, 0) + sign * monthly(line, today)

    return add


def _warn_of_jump(draft: Draft, after: int, before: int, outcome: "Outcome") -> None:
    if before <= 0 or after < before * JUMP:
        return
    params = {"percent": round((after / before - 1) * 100), "amount": f"{before / 100:.2f}"}
    outcome.problems.append(
        Problem(draft.line, "amount_jump", "amount", str(after / 100), params, is_warning=True)
    )


def monthly(line: dict[str, Any], day: date) -> int:
    """This will give what a contract line brings in a month on a day, in cents."""
    if line["is_trial"] or line["starts_on"] > day:
        return 0
    if line["ends_on"] is not None and line["ends_on"] <= day:
        return 0
    return half_even(line["amount_cents"] * TIMES_A_YEAR.get(line["period"], 0), 12)
