"""Items that were refused: what is wrong with each, the way out, and taking a mended one in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from posvenda.base.deadletters import Door, StillRefused
from posvenda.base.models import AccessKey, DeadLetter
from posvenda.commerce.tracking import arrivals, items, published
from posvenda.commerce.tracking.settling import Settling

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
    "timestamp_out_of_range": gettext_noop(
        "%(field)s lies before the year 2000: %(value)s. Check the sender's clock."
    ),
}


def sentence(letter: DeadLetter) -> str:
    """This will say what is wrong with an item, and the way out."""
    told = SENTENCES.get(letter.code)
    if told is None:
        return letter.code
    return _(told) % {"limit": "", **letter.params, "field": letter.field, "value": letter.value}


def retry(letter: DeadLetter, body: str, now: datetime) -> None:
    """This will take a mended item in under its first name and time, in the present transaction."""
    source = letter.params.get("source")
    if not AccessKey.objects.filter(pk=source).exists():
        raise StillRefused(_("The key this item came with is gone."))
    came_at = datetime.fromisoformat(letter.params["received_at"])
    try:
        item = items.check(
            body.encode(),
            place=letter.item,
            sent_at=letter.params.get("sent_at"),
            source=source,
            received_at=came_at,
        )
    except items.Bad as bad:
        told = SENTENCES[bad.code]
        words = {"limit": "", **bad.params, "field": bad.field, "value": bad.value}
        raise StillRefused(_(told) % words) from bad
    settling = Settling(published.in_force())
    settling.gather([item], now=now)
    settled = settling.write(now=now)
    arrivals.outcomes(settled, refused={}, hours={source: arrivals.hour_of(came_at)})
    arrivals.names([item], settling.rules)


DOOR = Door(name="tracking", label=gettext_lazy("Events"), sentence=sentence, retry=retry)
