"""One item of the tracking API: read, checked and dated, or refused with its reason.

The wire format is Segment's HTTP API (https://segment.com/docs/connections/spec/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from posvenda.base.deadletters import Refused

USES = frozenset({"track", "page", "screen"})
KINDS = (*sorted(USES), "identify", "group", "alias")
LARGEST = 32_768
LONGEST = 200
DEEPEST = 20
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Ref = str | int | float | None
Bag = dict[str, Any]


class Envelope(msgspec.Struct, gc=False):
    """The body of one HTTP batch; items stay bytes, so that one bad item spoils only itself."""

    batch: list[msgspec.Raw]
    sentAt: Any = None


class Wire(msgspec.Struct, gc=False):
    """An item as it is written; everything unknown is left alone."""

    type: Any = None
    messageId: Ref = None
    userId: Ref = None
    anonymousId: Ref = None
    groupId: Ref = None
    previousId: Ref = None
    event: Any = None
    name: Any = None
    timestamp: Any = None
    sentAt: Any = None
    properties: Bag | None = None
    traits: Bag | None = None
    context: Bag | None = None


class Item(msgspec.Struct, gc=False):
    """A sound item: who, what and when; ``at`` is corrected for the sender's clock.

    ``sent_at`` is what the batch said of its sending, as it stood there.
    """

    kind: str
    key: str
    user: str
    anonymous: str
    group: str
    previous: str
    event: str
    at: datetime
    received_at: datetime
    source: int
    properties: Bag
    traits: Bag
    raw: bytes
    place: str = ""
    sent_at: Any = None


_envelope = msgspec.json.Decoder(Envelope)
_wire = msgspec.json.Decoder(Wire)


class Bad(ValueError):
    """Raised inside the check; it becomes a ``Refused``."""

    def __init__(self, code: str, field: str = "", value: object = "", **params: object) -> None:
        self.code, self.field, self.value, self.params = code, field, value, params
        super().__init__(code)


def read(
    body: bytes, *, batch: str, source: int, received_at: datetime
) -> Iterator[Item | Refused]:
    """This will give every item of a batch, sound or refused, in its order."""
    try:
        envelope = _envelope.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        yield Refused(
            body=_text(body),
            code="not_a_batch",
            item=batch,
            value=str(error)[:200],
            params={"source": source, "received_at": received_at.isoformat()},
        )
        return
    for index, raw in enumerate(envelope.batch):
        place = f"{batch}:{index}"
        try:
            yield check(
                bytes(raw),
                place=place,
                sent_at=envelope.sentAt,
                source=source,
                received_at=received_at,
            )
        except Bad as bad:
            yield Refused(
                body=_text(bytes(raw)),
                code=bad.code,
                item=place,
                field=bad.field,
                value=str(bad.value)[:500],
                params={
                    "source": source,
                    "received_at": received_at.isoformat(),
                    "sent_at": envelope.sentAt,
                    **bad.params,
                },
            )


def refused(item: Item, code: str, *, value: str = "") -> Refused:
    """This will give a sound item as one that stays out all the same."""
    params = {
        "source": item.source,
        "received_at": item.received_at.isoformat(),
        "sent_at": item.sent_at,
    }
    return Refused(body=_text(item.raw), code=code, item=item.place, value=value, params=params)


def check(raw: bytes, *, place: str, sent_at: Any, source: int, received_at: datetime) -> Item:
    """This will read one item; ``Bad`` says what is wrong with it.

    ``place`` names the item where it brings no messageId: the same batch again gives the same name.
    """
    if len(raw) > LARGEST:
        raise Bad("too_large", value=len(raw), limit=LARGEST)
    wire = _decoded(raw)
    if wire.type not in KINDS:
        raise Bad("unknown_type", "type", wire.type)
    context = wire.context or {}
    item = Item(
        kind=wire.type,
        key=_ref(wire.messageId, "messageId") or place,
        user=_ref(wire.userId, "userId"),
        anonymous=_ref(wire.anonymousId, "anonymousId"),
        group=_ref(wire.groupId, "groupId") or _ref(context.get("groupId"), "context.groupId"),
        previous=_ref(wire.previousId, "previousId"),
        event=_event(wire),
        at=corrected(
            _moment(wire.timestamp, "timestamp"),
            sent_at=_sent(sent_at or wire.sentAt),
            received_at=received_at,
        ),
        received_at=received_at,
        source=source,
        properties=wire.properties or {},
        traits=_storable(wire.traits or _bag(context.get("traits")), raw),
        raw=raw,
        place=place,
        sent_at=sent_at,
    )
    _complete(item)
    return item


def corrected(
    timestamp: datetime | None, *, sent_at: datetime | None, received_at: datetime
) -> datetime:
    """This will give the moment by our clock: received − (sent − timestamp), never the future.

    Without ``sent_at`` the sender's timestamp is believed; without a timestamp it is the receipt.
    """
    if timestamp is None:
        return received_at
    if sent_at is None:
        return min(timestamp, received_at)
    try:
        return min(received_at - (sent_at - timestamp), received_at)
    except OverflowError as error:
        raise Bad("timestamp_out_of_range", "timestamp", timestamp.isoformat()) from error


def _decoded(raw: bytes) -> Wire:
    try:
        wire = _wire.decode(raw)
    except msgspec.ValidationError as error:
        told, _, path = str(error).partition(" - at `$.")
        raise Bad("wrong_type", path.rstrip("`"), told) from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Bad("not_json", value=str(error)) from error
    for name in ("properties", "traits", "context"):
        if (bag := getattr(wire, name)) and _is_deep(bag):
            raise Bad("too_deep", name, limit=DEEPEST)
    return wire


def _is_deep(bag: Bag) -> bool:
    level: list[Any] = [bag]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in (dict, list)
        ]
        if not level:
            return False
    return True


def _ref(value: Any, field: str) -> str:
    if value is None or value == "":
        return ""
    if type(value) is float and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Bad("wrong_type", field, value)
    return _line(str(value), field)


def _line(text: str, field: str) -> str:
    """A text fit for a key: without space around it, not too long, nothing that no screen shows."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Bad("too_long", field, text, limit=LONGEST)
    if "\0" in text:
        raise Bad("control_character", field, text)
    return text


def _event(wire: Wire) -> str:
    told, field = (wire.event, "event") if wire.type == "track" else (wire.name, "name")
    if told is None:
        return ""
    if not isinstance(told, str):
        raise Bad("wrong_type", field, told)
    return _line(told, field)


def _moment(value: Any, field: str) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise Bad("bad_timestamp", field, value) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise Bad("timestamp_out_of_range", field, value) from error
    if moment < EARLIEST:
        raise Bad("timestamp_out_of_range", field, value)
    return moment


def _sent(value: Any) -> datetime | None:
    """A moment of sending that cannot be read corrects nothing; it spoils no event."""
    try:
        return _moment(value, "sentAt")
    except Bad:
        return None


def _bag(value: Any) -> Bag:
    return value if isinstance(value, dict) else {}


def _storable(traits: Bag, raw: bytes) -> Bag:
    """Traits go to columns of JSON, which on PostgreSQL bear no NUL character."""
    if b"\\u0000" not in raw:
        return traits
    bare: Bag = msgspec.json.decode(msgspec.json.encode(traits).replace(b"\\u0000", b""))
    return bare


def _complete(item: Item) -> None:
    if not item.user and not item.anonymous:
        raise Bad("no_person", "userId")
    for is_missing, code, field in _NEEDS.get(item.kind, ()):
        if is_missing(item):
            raise Bad(code, field)
    if item.at < EARLIEST:
        raise Bad("timestamp_out_of_range", "timestamp", item.at.isoformat())


_NEEDS: Mapping[str, tuple[tuple[Callable[[Item], bool], str, str], ...]] = {
    "track": ((lambda item: not item.event, "no_event", "event"),),
    "group": ((lambda item: not item.group, "no_group", "groupId"),),
    "alias": (
        (lambda item: not item.user, "no_person", "userId"),
        (lambda item: not item.previous, "no_previous", "previousId"),
    ),
}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
