"""Charts as SVG: drawn on the server, told in words, coloured by the style sheet alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

WIDTH = 360
_LABELS, _VALUES = 78, 100
_BAR_ROOM = WIDTH - _LABELS - _VALUES
_HEADING, _ROW, _GAP, _COLUMNS, _AXIS, _THICK = 18, 18, 10, 38, 16, 10
_LONGEST_HEADING = 40

_CHART = Markup(
    '<svg class="chart" role="img" viewBox="0 0 {width} {height}" aria-labelledby="{name}-t {name}-d">'
    '<title id="{name}-t">{title}</title><desc id="{name}-d">{told}</desc>{drawn}</svg>'
)
_TEXT = Markup('<text class="{look}" x="{x}" y="{y}">{words}</text>')
_BAR = Markup('<rect class="{look}" x="{x}" y="{y}" width="{width}" height="{height}"/>')


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: a long bar with a short one in it, and the two values in words."""

    label: str
    short: float
    long: float
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A row of columns that stand on one line, and what they add up to in words."""

    heading: str
    values: Sequence[int]
    words: str


def bars(name: str, title: str, told: str, groups: Iterable[tuple[str, Sequence[Bar]]]) -> Markup:
    """Groups of bars under their headings, all on one scale; `name` makes the ids unique."""
    listed = list(groups)
    scale = max((bar.long for _, some in listed for bar in some), default=0) or 1
    drawn: list[Markup] = []
    y = 0
    for heading, some in listed:
        drawn.append(_text("heading", 0, y + 13, _shortened(heading)))
        y += _HEADING
        for bar in some:
            drawn += _drawn_bar(bar, y, scale)
            y += _ROW
        y += _GAP
    return _chart(name, title, told, y - _GAP, drawn)


def _drawn_bar(bar: Bar, y: int, scale: float) -> Iterator[Markup]:
    yield _text("label", 0, y + 12, bar.label)
    for look, value in (("long", bar.long), ("short", bar.short)):
        yield _bar(look, _LABELS, y + 3, max(_BAR_ROOM * value / scale, 1), _THICK)
    yield _text("value", WIDTH, y + 12, bar.words)


def columns(
    name: str, title: str, told: str, rows: Sequence[Columns], ticks: Sequence[tuple[int, str]]
) -> Markup:
    """Rows of columns on one scale, one under the other; `ticks` are words at some positions."""
    scale = max((value for row in rows for value in row.values), default=0) or 1
    places = max((len(row.values) for row in rows), default=1)
    step = WIDTH / places
    drawn: list[Markup] = []
    y = 0
    for row in rows:
        drawn.append(_text("heading", 0, y + 13, _shortened(row.heading)))
        drawn.append(_text("value", WIDTH, y + 13, row.words))
        y += _HEADING
        for place, value in zip(count(), row.values):
            height = _COLUMNS * value / scale
            if value:
                drawn.append(
                    _bar("short", place * step + 1, y + _COLUMNS - height, step - 2, height)
                )
        y += _COLUMNS
        drawn.append(_bar("line", 0, y, WIDTH, 1))
        y += _GAP
    drawn += [_text("tick", place * step, y + 4, words) for place, words in ticks]
    return _chart(name, title, told, y + _AXIS - _GAP, drawn)


def _chart(name: str, title: str, told: str, height: int, drawn: Iterable[Markup]) -> Markup:
    return _CHART.format(
        name=name, title=title, told=told, width=WIDTH, height=height, drawn=Markup("").join(drawn)
    )


def _text(look: str, x: float, y: float, words: str) -> Markup:
    return _TEXT.format(look=look, x=_number(x), y=_number(y), words=words)


def _bar(look: str, x: float, y: float, width: float, height: float) -> Markup:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return _BAR.format(look=look, **{key: _number(value) for key, value in sizes.items()})


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_HEADING else f"{words[: _LONGEST_HEADING - 1]}…"
