"""Consent: what a person agreed to is a fold over a ledger that is only added to.

    state(purpose, channel, as_of) = the last entry of that purpose whose channel is that one or
                                     "any", that happened by as_of and was known by then

Of two entries of one moment a refusal wins: in doubt nobody is written to. Legal bases are those of
art. 7 of the Brazilian LGPD (Lei 13.709/2018); art. 8 (proof, one purpose each, revocable) and
art. 18 § 2 (objection to a basis other than consent) decide ``verdict``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import polars as pl

ANY = "any"
CHANNELS = ("email", "whatsapp", "sms", "phone")


class Basis(StrEnum):
    """This will name the ten legal bases of art. 7."""

    CONSENT = "consent"
    LEGAL_DUTY = "legal_duty"
    PUBLIC_POLICY = "public_policy"
    RESEARCH = "research"
    CONTRACT = "contract"
    LAWSUIT = "lawsuit"
    LIFE = "life"
    HEALTH = "health"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CREDIT = "credit"

    @property
    def article(self) -> str:
        """This will give the place in the law, such as "art. 7º, V"."""
        return f"art. 7º, {_ROMAN[self]}"


_ROMAN: Mapping[Basis, str] = dict(
    zip(Basis, ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: somebody agreed to, or refused, one purpose on one channel."""

    purpose: str
    channel: str
    is_granted: bool
    happened_at: datetime
    recorded_at: datetime


def state(
    entries: Iterable[Entry],
    purpose: str,
    channel: str,
    *,
    as_of: datetime,
    known_at: datetime | None = None,
) -> Entry | None:
    """This will give the entry that counts at a moment, or None when nothing was ever said."""
    said = (
        entry
        for entry in entries
        if entry.purpose == purpose
        and entry.channel in (channel, ANY)
        and entry.happened_at <= as_of
        and (known_at is None or entry.recorded_at <= known_at)
    )
    return max(said, key=_weight, default=None)


def _weight(entry: Entry) -> tuple[datetime, bool, datetime]:
    return entry.happened_at, not entry.is_granted, entry.recorded_at


def fold(ledger: pl.DataFrame) -> pl.DataFrame:
    """This will give the present state of many customers at once.

    Reads customer_id, purpose, channel, is_granted, happened_at, recorded_at; one row = one line of
    the ledger, already cut at the moment of interest. One row per customer, purpose and channel of
    ``CHANNELS`` that anything was said about: customer_id, purpose, channel, is_granted.
    """
    spread = ledger.with_columns(
        pl.when(pl.col("channel") == ANY)
        .then(pl.lit(list(CHANNELS)))
        .otherwise(pl.concat_list("channel"))
        .alias("channel")
    ).explode("channel")
    order = ("happened_at", pl.col("is_granted").not_(), "recorded_at")
    return (
        spread.sort(*order)
        .unique(["customer_id", "purpose", "channel"], keep="last", maintain_order=True)
        .select("customer_id", "purpose", "channel", "is_granted")
        .sort("customer_id", "purpose", "channel")
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a purpose may use a channel, and why: a code that rooms turn into a sentence."""

    is_allowed: bool
    reason: str


def verdict(basis: Basis, said: Entry | None, *, is_erased: bool = False) -> Verdict:
    """This will say whether a person may be written to for a purpose of this basis.

    Consent has to be there; other bases stand until the person objects. Whoever was erased and came
    back is not written to before a consent that is newer (the caller passes ``said`` from after).
    """
    if said is not None:
        return Verdict(said.is_granted, "granted" if said.is_granted else "revoked")
    if basis is Basis.CONSENT:
        return Verdict(False, "never_asked")
    if is_erased and basis is Basis.LEGITIMATE_INTEREST:
        return Verdict(False, "erased")
    return Verdict(True, basis.value)
