"""The frame around every chart: scale, axis, hover strips, legend, hidden table, figure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from posvenda.ui import formats

Kind = Literal["subject", "comparison", "second"]
Value = float | None
LINE: dict[Kind, str] = {"subject": "l1", "comparison": "l2", "second": "l3"}
FILL: dict[Kind, str] = {"subject": "b1", "comparison": "b2", "second": "b3"}
EMPTY = SafeString("")
TINY = 1e-9


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each label."""

    name: str
    values: Sequence[Value]
    kind: Kind = "subject"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What every chart says about itself: its words, its labels and how it writes a value."""

    title: str
    sentence: str
    labels: Sequence[str]
    write: Callable[[float], str]
    axis: Mapping[int, str] | None = None
    height: str = "9.5rem"
    heading: str = ""


@dataclass(frozen=True)
class Text:
    css: str
    px: float | None
    py: float | None
    text: str


@dataclass
class Drawing:
    marks: list[SafeString] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    hits: list[SafeString] = field(default_factory=list)
    legend: SafeString = EMPTY


@dataclass(frozen=True)
class Scale:
    """The way from values to the height of the drawing, from zero, with round ticks."""

    bottom: float
    top: float
    step: float

    @classmethod
    def over(cls, values: Iterable[float]) -> "Scale":
        known = list(values)
        high, low = max([0, *known]), min([0, *known])
        step = _round_step(high - low if high - low > TINY else 1)
        if all(float(value).is_integer() for value in known):
            step = max(step, 1)  # people and orders come whole
        below = math.floor(low / step) * step if low < 0 else 0
        return cls(below, max(high + (high - low) * 0.08, step), step)

    @property
    def ticks(self) -> list[float]:
        count = math.floor((self.top - self.bottom) / self.step + 1e-9)
        return [self.bottom + self.step * i for i in range(count + 1)]

    def y(self, value: float) -> float:
        return 100 * (self.top - value) / (self.top - self.bottom)


@dataclass(frozen=True)
class Slot:
    left: float
    width: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


def start_drawing(frame: Frame, scale: Scale, across: Sequence[float]) -> Drawing:
    ticks = [(tick, scale.y(tick)) for tick in scale.ticks]
    axis = frame.axis if frame.axis is not None else _every(frame.labels)
    return Drawing(
        marks=[
            format_html('<line class="g" x1="0" x2="100" y1="{0}" y2="{0}"/>', short(y))
            for _tick, y in ticks
        ],
        texts=[Text("y", None, y, frame.write(tick)) for tick, y in ticks]
        + [Text("x", across[i], None, text) for i, text in axis.items()],
    )


def points_across(count: int) -> list[float]:
    return [50.0] if count == 1 else [100 * i / (count - 1) for i in range(count)]


def slots_across(count: int) -> list[Slot]:
    pitch = 100 / max(count, 1)
    return [Slot(pitch * i + pitch * 0.16, pitch * 0.68) for i in range(count)]


def hits(
    series: Sequence[Series], frame: Frame, across: Sequence[float], scale: Scale
) -> list[SafeString]:
    """Invisible strips, one for each label, that carry the words of the hover."""
    width = 100 / max(len(across), 1)
    strips = []
    for index, x in enumerate(across):
        values = [one.values[index] for one in series]
        top = max((v for v in values if v is not None), default=0)
        strips.append(
            format_html(
                '<rect class="hit" x="{}" y="0" width="{}" height="100" data-px="{}" '
                'data-py="{}" data-value="{}"/>',
                short(x - width / 2),
                short(width),
                short(x),
                short(scale.y(top)),
                f"{frame.labels[index]}: {_told(series, values, frame)}",
            )
        )
    return strips


def legend_of(series: Sequence[Series], css: Mapping[Kind, str] = LINE) -> SafeString:
    rows = ((css[one.kind], one.name) for one in series)
    return format_html(
        '<ul class="legend" aria-hidden="true">{}</ul>',
        format_html_join("", '<li><i class="{}"></i>{}</li>', rows),
    )


def figure(drawing: Drawing, frame: Frame, series: Sequence[Series]) -> SafeString:
    return format_html(
        '<figure class="chart" data-chart=""><div class="plot" style="--h:{}" '
        'role="img" tabindex="0" aria-label="{}">'
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none">'
        "<title>{}</title>{}{}</svg>{}</div>{}{}</figure>",
        frame.height,
        frame.sentence,
        frame.title,
        _joined(drawing.marks),
        _joined(drawing.hits),
        _joined(_html(text) for text in drawing.texts),
        format_html("<figcaption>{}</figcaption>", drawing.legend) if drawing.legend else EMPTY,
        _table(frame, series),
    )


def _round_step(span: float) -> float:
    """About three ticks, each 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(span / 3))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= span / 3)


def _every(labels: Sequence[str]) -> dict[int, str]:
    gap = max(1, math.ceil(len(labels) / 7))
    return dict(list(enumerate(labels))[::gap])


def _told(series: Sequence[Series], values: Sequence[Value], frame: Frame) -> str:
    written = [formats.UNKNOWN if v is None else frame.write(v) for v in values]
    if len(series) == 1:
        return written[0]
    return " · ".join(f"{one.name} {text}" for one, text in zip(series, written, strict=True))


def _html(text: Text) -> SafeString:
    places = [
        f"--{name}:{short(at)}%"
        for name, at in (("px", text.px), ("py", text.py))
        if at is not None
    ]
    return format_html(
        '<span class="{}" style="{}">{}</span>', text.css, ";".join(places), text.text
    )


def _table(frame: Frame, series: Sequence[Series]) -> SafeString:
    heads = format_html_join("", '<th scope="col">{}</th>', ((one.name,) for one in series))
    rows = (
        (label, format_html_join("", "<td>{}</td>", ((_cell(one, i, frame),) for one in series)))
        for i, label in enumerate(frame.labels)
    )
    return format_html(
        '<table class="sr"><caption>{}</caption><thead><tr><th scope="col">{}</th>{}</tr></thead>'
        "<tbody>{}</tbody></table>",
        frame.title,
        frame.heading or _("Period"),
        heads,
        format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', rows),
    )


def _cell(one: Series, index: int, frame: Frame) -> str:
    value = one.values[index]
    return formats.UNKNOWN if value is None else frame.write(value)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def path(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{short(x)},{short(y)}" for x, y in places)


def short(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"
