"""Charts: figures in, one drawing out, with a sentence, a hidden table and values on hover.

Each drawing is a ``figure``: a stretched SVG holds the marks (0 to 100 both ways, y downwards),
HTML holds the text, so letters never shrink. Only classes and numeric custom properties, no
script: a strict content policy accepts it. ``None`` in a series is a gap, never a zero.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate, pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posvenda.ui import formats
from posvenda.ui.plot import (
    EMPTY,
    FILL,
    LINE,
    Frame,
    Scale,
    Series,
    Slot,
    Text,
    Value,
    figure,
    hits,
    legend_of,
    path,
    points_across,
    short,
    slots_across,
    start_drawing,
)

__all__ = [
    "Frame",
    "Series",
    "bars",
    "interval",
    "line",
    "month_axis",
    "spark",
    "stacked",
    "steps",
    "waterfall",
]


def line(
    series: Sequence[Series],
    frame: Frame,
    *,
    band: Sequence[tuple[float, float] | None] | None = None,
    has_area: bool = True,
) -> SafeString:
    """This will draw lines over time; comparison is grey and dashed, a band shows doubt."""
    edges = [edge for pair in band or () if pair for edge in pair]
    scale = Scale.over([*_known(series), *edges])
    across = points_across(len(frame.labels))
    drawing = start_drawing(frame, scale, across)
    if band:
        drawing.marks.append(_ribbon(band, across, scale))
    if has_area and series:
        drawing.marks.extend(_areas(series[0].values, across, scale))
    for one in sorted(series, key=lambda s: s.kind != "comparison"):
        drawing.marks.extend(_polylines(one.values, across, scale, LINE[one.kind]))
    drawing.texts.extend(_end_dots(series, across, scale))
    drawing.hits = hits(series, frame, across, scale)
    drawing.legend = legend_of(series) if len(series) > 1 else EMPTY
    return figure(drawing, frame, series)


def steps(series: Sequence[Series], frame: Frame) -> SafeString:
    """This will draw values that hold until they change, such as MRR or seats."""
    scale = Scale.over(_known(series))
    count = len(frame.labels)
    edges = [100 * i / count for i in range(count + 1)]
    middles = [(left + right) / 2 for left, right in pairwise(edges)]
    drawing = start_drawing(frame, scale, middles)
    for one in series:
        corners = list(_corners(one.values, edges, scale))
        drawing.marks.append(_polyline(corners, LINE[one.kind]))
    drawing.hits = hits(series, frame, middles, scale)
    drawing.legend = legend_of(series) if len(series) > 1 else EMPTY
    return figure(drawing, frame, series)


def bars(series: Series, frame: Frame, *, highlight: int | None = None) -> SafeString:
    """This will draw bars from zero, one for each label; ``highlight`` keeps one in colour."""
    scale = Scale.over(_known([series]))
    slots = slots_across(len(frame.labels))
    drawing = start_drawing(frame, scale, [slot.middle for slot in slots])
    for index, (value, slot) in enumerate(zip(series.values, slots, strict=True)):
        css = "b1" if highlight is None or index == highlight else "b2"
        drawing.marks.append(_bar(slot, 0, value, scale, css))
    drawing.hits = hits([series], frame, [slot.middle for slot in slots], scale)
    return figure(drawing, frame, [series])


def stacked(series: Sequence[Series], frame: Frame) -> SafeString:
    """This will draw bars in layers; the layers of one label add up."""
    columns = list(zip(*(one.values for one in series), strict=True))
    totals = [sum(value or 0 for value in column) for column in columns]
    scale = Scale.over(totals)
    slots = slots_across(len(frame.labels))
    drawing = start_drawing(frame, scale, [slot.middle for slot in slots])
    for column, slot in zip(columns, slots, strict=True):
        tops = list(accumulate((value or 0 for value in column), initial=0))
        for one, (low, high) in zip(series, pairwise(tops), strict=True):
            drawing.marks.append(_bar(slot, low, high, scale, FILL[one.kind]))
    drawing.hits = hits(series, frame, [slot.middle for slot in slots], scale)
    drawing.legend = legend_of(series, FILL)
    return figure(drawing, frame, series)


def waterfall(start: float, changes: Sequence[float], frame: Frame) -> SafeString:
    """This will draw how a start becomes an end; labels are start, each change, end."""
    levels = list(accumulate(changes, initial=start))
    scale = Scale.over(levels)
    slots = slots_across(len(frame.labels))
    drawing = start_drawing(frame, scale, [slot.middle for slot in slots])
    spans = [(0.0, start), *pairwise(levels), (0.0, levels[-1])]
    values = [start, *changes, levels[-1]]
    ends = (0, len(spans) - 1)
    for index, ((low, high), slot) in enumerate(zip(spans, slots, strict=True)):
        css = "b2" if index in ends else ("bg" if high >= low else "br")
        drawing.marks.append(_bar(slot, low, high, scale, css))
        top = scale.y(max(low, high))
        drawing.texts.append(Text("lab", slot.middle, top, frame.write(values[index])))
    table = Series(frame.heading or frame.title, values)
    return figure(drawing, frame, [table])


def interval(low: float, middle: float, high: float, *, sentence: str) -> SafeString:
    """This will draw an estimate with its doubt; all three are rates from 0 to 1."""
    return format_html(
        '<span class="interval" style="--lo:{}%;--mid:{}%;--hi:{}%" role="img" aria-label="{}">'
        "</span>",
        short(low * 100),
        short(middle * 100),
        short(high * 100),
        sentence,
    )


def spark(values: Sequence[Value], locale: str, *, band: str = "", label: str = "") -> SafeString:
    """This will draw a sparkline of 72 × 20; the sentence tells the first and the last value."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return format_html('<span class="muted">{}</span>', _("too little data"))
    low, high = min(v for _i, v in known), max(v for _i, v in known)
    wide, tall = 70 / (len(values) - 1), 16 / ((high - low) or 1)
    places = [(1 + i * wide, 18 - (v - low) * tall if high > low else 10) for i, v in known]
    told = _("from %(first)s to %(last)s") % {
        "first": formats.number(known[0][1], locale),
        "last": formats.number(known[-1][1], locale),
    }
    return format_html(
        '<svg class="spark {}" viewBox="0 0 72 20" role="img" aria-label="{}">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.25"/></svg>',
        band,
        f"{label}: {told}" if label else told,
        path(places),
        short(places[-1][0]),
        short(places[-1][1]),
    )


def month_axis(days: Sequence[date], locale: str) -> dict[int, str]:
    """This will label the first day of each month in a row of dates."""
    starts = [i for i, day in enumerate(days) if i and (day.month != days[i - 1].month)]
    gap = max(1, math.ceil(len(starts) / 8))
    return {i: formats.month(days[i], locale) for i in starts[::gap]}


def _known(series: Iterable[Series]) -> list[float]:
    return [value for one in series for value in one.values if value is not None]


def _runs(values: Sequence[Value]) -> list[list[int]]:
    """The unbroken stretches of known values."""
    runs: list[list[int]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(index)
    return [run for run in runs if run]


def _places(
    run: Sequence[int], values: Sequence[Value], across: Sequence[float], scale: Scale
) -> list[tuple[float, float]]:
    return [(across[i], scale.y(values[i] or 0)) for i in run]


def _polylines(
    values: Sequence[Value], across: Sequence[float], scale: Scale, css: str
) -> list[SafeString]:
    return [_polyline(_places(run, values, across, scale), css) for run in _runs(values)]


def _polyline(places: Sequence[tuple[float, float]], css: str) -> SafeString:
    places = places if len(places) > 1 else [*places, *places]  # a lone value shows as a dot
    return format_html('<polyline class="{}" points="{}"/>', css, path(places))


def _areas(values: Sequence[Value], across: Sequence[float], scale: Scale) -> list[SafeString]:
    floor = scale.y(0)
    shapes = []
    for run in _runs(values):
        edge = [(across[run[-1]], floor), (across[run[0]], floor)]
        shapes.append([*_places(run, values, across, scale), *edge])
    return [format_html('<polygon class="a1" points="{}"/>', path(shape)) for shape in shapes]


def _ribbon(
    band: Sequence[tuple[float, float] | None], across: Sequence[float], scale: Scale
) -> SafeString:
    known = [(across[i], pair) for i, pair in enumerate(band) if pair]
    upper = [(x, scale.y(high)) for x, (_low, high) in known]
    lower = [(x, scale.y(low)) for x, (low, _high) in reversed(known)]
    return format_html('<polygon class="a2" points="{}"/>', path([*upper, *lower]))


def _corners(
    values: Sequence[Value], edges: Sequence[float], scale: Scale
) -> Iterable[tuple[float, float]]:
    """Both ends of each step; an unknown value keeps the last known height."""
    height: float | None = None
    for (left, right), value in zip(pairwise(edges), values, strict=True):
        height = height if value is None else scale.y(value)
        if height is not None:
            yield from ((left, height), (right, height))


def _bar(slot: Slot, low: float, high: Value, scale: Scale, css: str) -> SafeString:
    if high is None or high == low:
        return EMPTY
    top, bottom = scale.y(max(low, high)), scale.y(min(low, high))
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        css,
        short(slot.left),
        short(top),
        short(slot.width),
        short(bottom - top),
    )


def _end_dots(series: Sequence[Series], across: Sequence[float], scale: Scale) -> list[Text]:
    ends = ((one, runs[-1][-1]) for one in series if (runs := _runs(one.values)))
    return [
        Text(f"dot {LINE[one.kind]}", across[i], scale.y(one.values[i] or 0), "")
        for one, i in ends
        if one.kind != "comparison"
    ]
