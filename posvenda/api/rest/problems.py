"""Refusals as RFC 9457 problems: what is wrong, where, with which value, and the way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from posvenda.api.imports import problems as rows

MEDIA_TYPE = "application/problem+json"
SHOWN = 200


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its title, and a sentence that says what to do."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "malformed": Kind(400, _("Not JSON"), _("The body cannot be read as JSON: {reason}")),
    "bad_request": Kind(400, _("Not readable"), _("The address or a header cannot be read.")),
    "unauthorized": Kind(
        401,
        _("No valid key"),
        _("Send a key that is in force: Authorization: Bearer sk_…"),
    ),
    "forbidden": Kind(
        403, _("Not allowed"), _("This key lacks the scope {scope}; issue one that has it.")
    ),
    "not_found": Kind(404, _("Not found"), _("There is nothing at this address.")),
    "method_not_allowed": Kind(
        405, _("Method not allowed"), _("This address takes {allowed} only.")
    ),
    "already_there": Kind(
        409, _("Already there"), _("It exists as {id}; change it with PATCH, or use bulk.")
    ),
    "in_flight": Kind(
        409,
        _("Still at work"),
        _("A request with this Idempotency-Key is still at work; send it again in a moment."),
    ),
    "gone": Kind(409, _("Not ready"), _("The result is not there: {status}.")),
    "precondition_failed": Kind(
        412, _("Changed meanwhile"), _("It changed since you read it; read it again, then write.")
    ),
    "too_large": Kind(413, _("Too large"), _("The body may have {limit} bytes at most.")),
    "address_too_long": Kind(
        414, _("Address too long"), _("The query may have {limit} bytes at most.")
    ),
    "media_type": Kind(415, _("Only JSON"), _("Send the body as Content-Type: application/json.")),
    "invalid": Kind(422, _("Not accepted"), _("Some values cannot be taken; see errors.")),
    "key_reused": Kind(
        422,
        _("Idempotency-Key used before"),
        _("This Idempotency-Key came with another request; use a new one for a new request."),
    ),
    "too_many_requests": Kind(
        429, _("Too many requests"), _("Wait {seconds} seconds, then go on more slowly.")
    ),
    "failed": Kind(
        500, _("A fault of ours"), _("Nothing was changed. The request is in our log as {request}.")
    ),
    "midway": Kind(
        503,
        _("Stopped midway"),
        _("Part of the items may be in. Send the same request again; it goes on from there."),
    ),
    "busy": Kind(503, _("Busy"), _("The database is busy; nothing was changed. Try again.")),
}
SENTENCES: Mapping[str, str] = {
    "required": _("This field must have a value"),
    "unknown_field": _("There is no such field; the documentation lists those there are"),
    "unknown_parameter": _("There is no such parameter; the documentation lists those there are"),
    "not_text": _("This must be text"),
    "not_whole": _("This must be a whole number"),
    "not_number": _("This must be a number"),
    "not_boolean": _("This must be true or false"),
    "not_list": _("This must be a list"),
    "not_object": _("This must be an object"),
    "not_a_moment": _(
        "This is not a moment with its time zone; write it like 2026-06-16T09:30:00-03:00"
    ),
    "not_a_day": _("This is not a date; write it like 2026-06-16"),
    "too_short": _("This needs {limit} characters at least"),
    "too_long": _("The text has {length} characters; at most {limit} fit"),
    "too_small": _("This must be at least {limit}"),
    "too_big": _("This must be at most {limit}"),
    "too_many": _("This may have {limit} entries at most"),
    "too_few": _("This needs {limit} entries at least"),
    "not_one_of": _("This must be one of: {choices}"),
    "does_not_fit": _("This value does not fit the documented schema"),
    "pattern": _("This must look like {pattern}"),
    "customer_unknown": _("No customer has this id or key; create the customer first"),
    "contact_unknown": _("This customer has no such contact"),
    "order_unknown": _("No order has this number; create the order first"),
    "owner_unknown": _("{owner} has no account here, or may not answer for customers"),
    "attribute_type": _("The attribute {name} is of the kind {kind}"),
    "attribute_name": _("An attribute is named by small letters, digits and _, like plan_name"),
    "fact_unknown": _("There is no fact named {fact}; see /api/v1/catalogue"),
    "sort_unknown": _("This cannot be sorted by; it can by: {choices}"),
    "cursor": _("This is not a cursor of this list; start without one"),
    "as_of_is_a_job": _(
        "Only the facts of {as_of} are at hand; ask for another day with POST /api/v1/snapshots"
    ),
    "condition": _("{reason}"),
    "in_future": _("This lies after today, {today}"),
    "nobody": _("Give a key, a tax id, an e-mail or a name, so that the customer can be found"),
    "duplicate_key": _(
        "“{key}” stands earlier in this request with other values; the first one counts"
    ),
    "missing": _("This field must have a value"),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one value: a pointer into the body, or the name of a parameter."""

    code: str
    pointer: str = ""
    parameter: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    position: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """This will give the fault with its sentence in the reader's language."""
        told: dict[str, Any] = {"code": self.code, "message": sentence(self.code, self.params)}
        if self.parameter:
            told["parameter"] = self.parameter
        else:
            told["pointer"] = self.pointer
        if self.value is not None:
            told["value"] = _short(self.value)
        if self.position is not None:
            told["position"] = self.position
        return told


class Refused(Exception):
    """Raised to answer with a problem."""

    def __init__(
        self,
        kind: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(kind)
        self.kind, self.faults, self.params = kind, tuple(faults), params
        self.headers, self.more = dict(headers or {}), dict(more or {})


def refuse(*faults: Fault) -> Refused:
    """This will make the refusal of some values."""
    return Refused("invalid", faults=faults)


def answer(refused: Refused) -> HttpResponse:
    """This will write a refusal in the reader's language."""
    kind = KINDS[refused.kind]
    body: dict[str, Any] = {
        "type": f"{reverse('api_docs')}#problem-{refused.kind}",
        "title": gettext(kind.title),
        "status": kind.status,
        "detail": gettext(kind.detail).format(**refused.params),
        "code": refused.kind,
        **refused.more,
    }
    if refused.faults:
        body["errors"] = [fault.as_dict() for fault in refused.faults]
    response = HttpResponse(msgspec.json.encode(body), status=kind.status, content_type=MEDIA_TYPE)
    for name, value in refused.headers.items():
        response[name] = value
    return response


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """This will give the reason in the reader's language: the API's words, else the importer's."""
    if code not in SENTENCES:
        return rows.sentence(code, params)
    words = gettext(SENTENCES[code])
    try:
        return words.format(**params)
    except (KeyError, IndexError):
        return words


def _short(value: Any) -> Any:
    """A value as it came, cut where it is long."""
    if isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
