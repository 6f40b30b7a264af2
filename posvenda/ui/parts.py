"""Small parts as HTML: health, trend, stage, avatar. Shape and word first, colour third."""

import zlib
from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from posvenda.ui import formats
from posvenda.ui.icons import icon, shape

BANDS = frozenset({"good", "warn", "risk", "unknown"})
HUES = (20, 46, 70, 106, 134, 162, 200, 232, 266, 300, 330, 350)


class UnknownBand(ValueError):
    """Health has four bands and this is none of them."""


def band_word(band: str | None) -> str:
    """This will name a band of health in the active language."""
    words = {
        "good": pgettext("health", "Healthy"),
        "warn": pgettext("health", "Attention"),
        "risk": pgettext("health", "At risk"),
        "unknown": pgettext("health", "No data"),
    }
    return words[band_class(band)]


def band_class(band: str | None) -> str:
    """This will give the class of a band; a missing one is unknown, a strange one an error."""
    if band and band not in BANDS:
        raise UnknownBand(band)
    return band or "unknown"


def health(
    score: float | None, band: str | None, locale: str, *, is_compact: bool = False
) -> SafeString:
    """This will print health as shape, number and word; compact hides the word from the eye."""
    key = "unknown" if score is None else band_class(band)
    word = band_word(key)
    drawing = shape(f"h-{key}")
    if score is None or key == "unknown":
        return format_html('<span class="health unknown">{}{}</span>', drawing, word)
    figure = formats.number(score, locale, digits=0)
    if is_compact:
        title = _("Health %(score)s: %(word)s") % {"score": figure, "word": word}
        return format_html(
            '<span class="health {}" title="{}">{}<b>{}</b><span class="sr"> {}</span></span>',
            key,
            title,
            drawing,
            figure,
            word,
        )
    return format_html('<span class="health {}">{}<b>{}</b> {}</span>', key, drawing, figure, word)


def badge(text: object, band: str = "") -> SafeString:
    """This will print a small label; with a band it gets the shape and the colour."""
    if not band:
        return format_html('<span class="badge">{}</span>', text)
    if band not in BANDS:
        return format_html('<span class="badge {}">{}</span>', band, text)
    key = band_class(band)
    return format_html('<span class="badge {}">{}{}</span>', key, shape(f"h-{key}"), text)


def trend(
    change: float | None, locale: str, *, is_higher_better: bool = True, text: str = ""
) -> SafeString:
    """This will print a change: the arrow says the direction, the colour says good or bad."""
    if change is None:
        return mark_safe("")
    written = text or formats.points(change, locale)
    if written == "0":
        return format_html('<span class="flat">{}</span>', pgettext("trend", "steady"))
    rises = change > 0
    return format_html(
        '<span class="{}">{}{}</span>',
        "up" if rises == is_higher_better else "down",
        icon("trending-up" if rises else "trending-down"),
        written,
    )


def stage_badge(label: object, n: int | None, *, of: int = 6) -> SafeString:
    """This will print a stage with its place among all stages of the ladder."""
    if n is None:
        return format_html('<span class="muted">{}</span>', label)
    return format_html('<span class="stage" style="--n:{};--of:{}">{}</span>', n, of, label)


def avatar(name: str, size: str = "") -> SafeString:
    """This will print initials on a hue that stays the same for the same name."""
    return format_html(
        '<span class="avatar{}" style="--h:{}" aria-hidden="true">{}</span>',
        f" {size}" if size else "",
        hue(name),
        initials(name),
    )


def hue(name: str) -> int:
    """This will choose a hue by a stable hash of the name."""
    return HUES[zlib.crc32(name.strip().casefold().encode()) % len(HUES)]


def initials(name: str) -> str:
    """This will take the first letters of the first two long words, or of the only one."""
    words = [word for word in name.split() if word[:1].isalnum()]
    long = [word for word in words if len(word) > 2] or words
    picked: Sequence[str] = long[:2]
    letters = "".join(word[0] for word in picked)
    return (letters if len(picked) > 1 else name.strip()[:2]).upper() or "?"
