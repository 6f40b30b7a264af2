"""Items that were refused: what is wrong with each, the way out, and taking a mended one in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from posvenda.base.deadletters import Door, Refused, StillRefused
from posvenda.base.models import AccessKey, DeadLetter
from posvenda.commerce.models import Inbox
from posvenda.commerce.tracking import items

WHOLE = "not_a_batch"
SENTENCES: Mapping[str, str] = {
    "not_a_batch": gettext_noop(
        "The body is not an object with a list named batch. Send the events as the SDKs do."
    ),
    "not_json": gettext_noop(
        "The item is not an object of JSON that can be read. Correct the text."
    ),
    "too_large": gettext_noop(
        "The item has more than %(limit)s bytes. Send fewer or shorter properties."
    ),
    "too_deep": gettext_noop(
        "%(field)s is nested deeper than %(limit)s levels. Flatten the properties."
    ),
    "too_long": gettext_noop("%(field)s is longer than %(limit)s characters. Shorten it."),
    "wrong_type": gettext_noop("%(field)s has a value of the wrong type: %(value)s."),
    "control_character": gettext_noop("%(field)s holds a NUL character. Take it out."),
    "unknown_type": gettext_noop(
        "The type “%(value)s” is not known. It is track, page, screen, identify, group or alias."
    ),
    "no_person": gettext_noop("Nobody is named. Fill in userId or anonymousId."),
    "no_event": gettext_noop("A track item needs the name of its event. Fill in event."),
    "no_group": gettext_noop("A group item needs the group. Fill in groupId."),
    "no_previous": gettext_noop("An alias needs the former id. Fill in previousId."),
    "bad_timestamp": gettext_noop(
        "%(field)s is not a moment: “%(value)s”. Write it as 2026-11-22T10:59:35Z."
    ),
    "unexpected": gettext_noop(
        "The item looks right but could not be taken in (%(value)s)."
        " Try again; if it stays, tell us."
    ),
    "timestamp_out_of_range": gettext_noop(
        "%(field)s lies before the year 2000: %(value)s. Check the sender's clock."
    ),
    "erased": gettext_noop(
        "The person was erased at their own request. The item is not kept; stop sending them."
    ),
}


def sentence(letter: DeadLetter) -> str:
    """This will say what is wrong with an item, and the way out."""
    return _told(letter.code, letter.field, letter.value, letter.params)


def _told(code: str, field: str, value: str, params: Mapping[str, Any]) -> str:
    told = SENTENCES.get(code)
    return _(told) % {"limit": "", **params, "field": field, "value": value} if told else code


def retry(letter: DeadLetter, body: str, _now: datetime) -> None:
    """This will put a mended item back in the inbox with its first time; the worker takes it in."""
    source = AccessKey.objects.filter(pk=letter.params.get("source")).first()
    if source is None:
        raise StillRefused(_("The key this item came with is gone."))
    came_at = datetime.fromisoformat(letter.params["received_at"])
    batch = _batch(letter, body)
    for each in items.read(batch, batch=letter.item, source=source.pk, received_at=came_at):
        if isinstance(each, Refused):
            raise StillRefused(_told(each.code, each.field, each.value, each.params))
    count = body.count('"type"') if letter.code == WHOLE else 1
    key = f"letter-{letter.pk}"
    Inbox.objects.create(key=key, source=source, received_at=came_at, items=count, body=batch)


def _batch(letter: DeadLetter, body: str) -> bytes:
    """A batch of the one item; a letter that holds a whole batch is one already."""
    if letter.code == WHOLE:
        return body.encode()
    sent_at = json.dumps(letter.params.get("sent_at"))
    return f'{{"batch":[{body}],"sentAt":{sent_at}}}'.encode()


DOOR = Door(name="tracking", label=gettext_lazy("Events"), sentence=sentence, retry=retry)
