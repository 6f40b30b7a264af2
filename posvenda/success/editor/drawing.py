"""A scale as a small drawing: the value of the fact to the right, points from 0 to 100 upwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posvenda.core.health import Curve, Scale, Steps, Table

WIDTH, HEIGHT, EDGE = 120, 36, 3
Write = Callable[[object], str]


def drawn(scale: Scale) -> SafeString:
    """This will draw a curve or bands; a table has only its sentence."""
    if isinstance(scale, Table):
        return SafeString("")
    places = _placed(_curve(scale) if isinstance(scale, Curve) else _steps(scale))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return format_html(
        '<svg class="scale" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<polyline points="{}" fill="none" stroke="currentColor"'
        ' stroke-width="1.75" stroke-linejoin="round"/></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        line,
    )


def sentence(scale: Scale, write: Write) -> str:
    """This will say a scale in words: which value gives how many points."""
    match scale:
        case Curve(points):
            pairs = [(write(value), points) for value, points in points]
        case Table(points, otherwise):
            pairs = [(write(_typed(key)), points) for key, points in points.items()]
            if otherwise is not None:
                pairs.append((_("otherwise"), otherwise))
        case Steps():
            pairs = _limits(scale, write)
    return "; ".join(f"{value}: {round(points)}" for value, points in pairs)


def _limits(scale: Steps, write: Write) -> list[tuple[str, float]]:
    cuts = [write(cut) for cut in scale.cuts]
    if not cuts:
        return [(_("always"), scale.points[0])]
    if scale.inclusive == "from":
        names = [_("below %(value)s") % {"value": cuts[0]}]
        names += [_("from %(value)s") % {"value": cut} for cut in cuts]
    else:
        names = [_("up to %(value)s") % {"value": cut} for cut in cuts]
        names.append(_("above %(value)s") % {"value": cuts[-1]})
    return list(zip(names, scale.points, strict=True))


def _typed(key: str) -> object:
    return {"true": True, "false": False}.get(key, key)


def _curve(scale: Curve) -> list[tuple[float, float]]:
    (first, low), (last, high) = scale.points[0], scale.points[-1]
    room = (last - first or 1) * 0.12
    return [(first - room, low), *scale.points, (last + room, high)]


def _steps(scale: Steps) -> list[tuple[float, float]]:
    if not scale.cuts:
        return [(0, scale.points[0]), (1, scale.points[0])]
    room = ((scale.cuts[-1] - scale.cuts[0]) or abs(scale.cuts[0]) or 1) * 0.4
    edges = [scale.cuts[0] - room, *scale.cuts, scale.cuts[-1] + room]
    return [
        place
        for (left, right), level in zip(pairwise(edges), scale.points, strict=True)
        for place in ((left, level), (right, level))
    ]


def _placed(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    left, right = points[0][0], points[-1][0]
    across = (WIDTH - 2 * EDGE) / (right - left)
    up = (HEIGHT - 2 * EDGE) / 100
    return [(EDGE + (x - left) * across, HEIGHT - EDGE - y * up) for x, y in points]
