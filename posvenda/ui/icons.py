"""Icons and health shapes as inline SVG, so that partials need no sprite.

Source of the drawings: Lucide (ISC licence), through the ``lucide`` package.
"""

import re
from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

SHAPES = {
    "h-good": '<circle cx="5" cy="5" r="4.5"/>',
    "h-warn": '<path d="M5 .6 9.9 9.4H.1z"/>',
    "h-risk": '<path d="M5 0l5 5-5 5-5-5z"/>',
    "h-unknown": '<circle cx="5" cy="5" r="4"/>',
}
SIZES = {"": "i", "sm": "i sm", "lg": "i lg"}


@cache
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """This will draw one icon; hidden from screen readers unless it stands alone with a label."""
    if name in SHAPES:
        return shape(name)
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>', SIZES[size], _spoken(label), _marks(name)
    )


@cache
def shape(name: str) -> SafeString:
    """This will draw a health shape; its colour comes from the class around it."""
    return format_html(
        '<svg class="shape" viewBox="0 0 10 10" aria-hidden="true">{}</svg>',
        mark_safe(SHAPES[name]),  # noqa: S308 -- our own drawings
    )


def _spoken(label: str) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true"')


def _marks(name: str) -> SafeString:
    drawing = str(lucide(name))
    inner = re.sub(r"^<svg[^>]*>|</svg>$", "", drawing.strip())
    packed = re.sub(r"\s+", " ", inner).replace(" />", "/>").replace("> <", "><").strip()
    return mark_safe(packed)  # noqa: S308 -- drawings of the package, by name
