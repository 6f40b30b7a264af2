"""What a provider brings: how its deliveries are checked, recognised, ordered and understood."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from posvenda.api.webhooks.signing import Raw
from posvenda.base import choices
from posvenda.core import identifiers
from posvenda.core.money import to_cents

Json = Mapping[str, Any]
Row = dict[str, Any]
Words = str | Promise
# Providers of Brazil write local times without an offset.
BRASILIA = ZoneInfo("America/Sao_Paulo")


class NotUnderstood(ValueError):
    """Raised when a delivery lacks what its kind must have; names the field and its value."""

    def __init__(self, code: str, field: str = "", value: object = "") -> None:
        self.code, self.field, self.value = code, field, "" if value is None else str(value)[:200]
        super().__init__(f"{code} {field}")


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the door reads of a delivery: its kind, and the id under which it comes again.

    Without an id every delivery is one of its own.
    """

    kind: str
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one delivery says about one object of the provider.

    Of two that speak about the same object the one with the later ``moment`` (then the higher
    ``rank``) holds, in whatever order they come. ``rows`` are (record, row) for the loader of the
    imports, in the order of loading.
    """

    about: str
    moment: datetime
    rank: int = 0
    rows: tuple[tuple[str, Row], ...] = ()
    asks: tuple[tuple[str, Row], ...] = ()


@dataclass(frozen=True)
class Tools:
    """What a provider may use while it understands a delivery."""

    get_json: Callable[[str, Mapping[str, str]], Any]
    options: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something a person fills in besides the secret."""

    name: str
    label: Words
    help: Words = ""
    default: str = ""
    is_secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One system that sends webhooks.

    ``verify`` raises ``Forged``; ``head`` reads the parsed body and headers; ``tell`` gives None
    for kinds that are known and say nothing we keep, and raises ``NotUnderstood`` otherwise.
    ``makes_secret``: we make the secret and the person enters it there.
    """

    name: str
    label: Words
    steps: Words
    secret_label: Words
    verify: Callable[[Raw, str], None]
    head: Callable[[Json, Raw], Head]
    tell: Callable[[Json, Head, datetime, Tools], Told | None]
    makes_secret: bool = False
    options: tuple[Option, ...] = ()
    quiet: frozenset[str] = dataclasses.field(default_factory=frozenset)


def words(several: str) -> frozenset[str]:
    """This will give the set of the words in a text."""
    return frozenset(several.split())


def need(data: Json, *path: str) -> Any:
    """This will give the value at a path, or raise ``NotUnderstood`` with its name."""
    found = look(data, *path)
    if found in (None, ""):
        raise NotUnderstood("missing", ".".join(path))
    return found


def look(data: Any, *path: str) -> Any:
    """This will give the value at a path, or None."""
    for name in path:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def text(data: Any, *path: str) -> str:
    """This will give what stands at a path as trimmed text without NUL, or nothing."""
    found = look(data, *path)
    if found is None or isinstance(found, Mapping | list | bool):
        return ""
    return str(found).replace("\0", "").strip()


def cents(value: object, field: str) -> int:
    """This will read an amount in currency units as whole cents."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise NotUnderstood("not_a_number", field, value) from None
    if not amount.is_finite() or abs(amount) > 10**13:
        raise NotUnderstood("not_a_number", field, value)
    return to_cents(amount)


def epoch(value: object, field: str, *, per_second: int = 1) -> datetime:
    """This will read a count of seconds (or of their parts) since 1970 as a moment."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood("not_a_date", field, value)
    try:
        return datetime.fromtimestamp(value / per_second, UTC)
    except (OverflowError, OSError, ValueError):
        raise NotUnderstood("not_a_date", field, value) from None


def moment(value: object, field: str) -> datetime:
    """This will read an ISO date or moment; without an offset it is Brasília's."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        raise NotUnderstood("not_a_date", field, value) from None
    return (read if read.tzinfo else read.replace(tzinfo=BRASILIA)).astimezone(UTC)


def day(value: object, field: str) -> date:
    """This will read the calendar day of an ISO date or moment, as it is written."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise NotUnderstood("not_a_date", field, value) from None


def tax_id(written: str) -> str:
    """This will give a CPF or CNPJ without signs, or nothing when it is none."""
    try:
        return identifiers.document(written).value if written else ""
    except identifiers.InvalidIdentifier:
        return ""


def telephone(written: str) -> str:
    """This will give a telephone in E.164, or as written when it cannot be read."""
    try:
        ddd = str(choices.get("default_ddd"))
        return identifiers.phone(written, default_ddd=ddd).e164 if written else ""
    except identifiers.InvalidIdentifier:
        return written[:20]


def filled(**row: Any) -> Row:
    """This will give a row without the fields nothing is known about."""
    return {
        name.replace("__", "."): value for name, value in row.items() if value not in (None, "")
    }


def sale(number: str, at: datetime, amount: int, lines: list[Row], **more: Any) -> tuple[Any, ...]:
    """This will give an order with its lines; without lines, one line of the whole amount."""
    order = filled(number=number, happened_at=at, amount=amount, **more)
    if "cancelled_at" in more:
        order["cancelled_at"] = more["cancelled_at"]
    shared = filled(
        order=number, happened_at=at, customer=more.get("customer"), currency=more.get("currency")
    )
    several = lines or [{"line": "1", "amount": amount}]
    return (("order", order), *(("order_line", {**shared, **line}) for line in several))


def refund(number: str, at: datetime, amount: int, **more: Any) -> tuple[Any, ...]:
    """This will give the return that belongs to a sale: one line below zero on its own day."""
    back = filled(
        number=f"{number}:refund", happened_at=at, amount=-abs(amount), is_return=True, **more
    )
    line = filled(
        order=back["number"],
        line="1",
        happened_at=at,
        amount=-abs(amount),
        is_return=True,
        customer=more.get("customer"),
        currency=more.get("currency"),
        product=more.get("product"),
    )
    back.pop("product", None)
    return (("order", back), ("order_line", line))
