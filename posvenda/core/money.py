"""Money: whole cents with their currency; nothing is lost when an amount is split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """This will hold an amount of one currency in whole cents."""

    cents: int
    currency: str = "BRL"


def to_cents(amount: Decimal | int) -> int:
    """This will turn currency units into whole cents, a half cent going to the even neighbour."""
    return int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def to_units(cents: int) -> Decimal:
    """This will turn whole cents into currency units with two decimals."""
    return Decimal(cents).scaleb(-2)


def half_even(numerator: int, denominator: int) -> int:
    """This will divide exactly and round a half to the even neighbour."""
    return round(Fraction(numerator, denominator))


class NothingToSplitBy(ValueError):
    """The weights are empty, negative or all zero."""


def split_cents(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """This will share cents by weight so that the shares add up to the total, to the cent.

    The cents left over after rounding down go to the largest remainders, earlier shares first.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise NothingToSplitBy(f"cannot split by {list(weights)}")
    sign, size = (-1, -total) if total < 0 else (1, total)
    shares = [size * weight // whole for weight in weights]
    remainders = [size * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for index in order[: size - sum(shares)]:
        shares[index] += 1
    return tuple(sign * share for share in shares)
