"""A bar chart of throughput by suite and variant, as SVG that reads on light and on dark."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

_LABEL, _BAR, _ROW, _GAP, _RIGHT = 210, 380, 18, 14, 90
_STYLE = """<style>
text{font:13px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600}
.product{fill:#0969da}.raw{fill:#8c959f}.idiomatic{fill:#bf8700}.old{fill:#a475f9}.other{fill:#1a7f37}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.product{fill:#4493f8}.raw{fill:#9198a1}
.idiomatic{fill:#d29922}.old{fill:#ab7df8}.other{fill:#3fb950}}
</style>"""
_KNOWN = frozenset({"product", "raw", "idiomatic", "old"})


def draw(kept: dict[str, Any]) -> str:
    """The chart of all suites that have something to compare; each group has a scale of its own."""
    shapes: list[str] = []
    told: list[str] = []
    y = 8
    for report in kept.values():
        series = {name: one["per_second"] for name, one in report["series"].items()}
        if len(series) < 2 or not (most := max(series.values())):
            continue
        y += _ROW + 4
        title = f"{report['suite']} {report['database'] or ''}".strip()
        shapes.append(
            f'<text class="head" x="8" y="{y - 6}">{escape(title)}, answers a second</text>'
        )
        for name, speed in series.items():
            shapes += _bar(name, speed, speed / most, y)
            told.append(f"{title} {name} {speed:.0f}")
            y += _ROW
        y += _GAP
    width = _LABEL + _BAR + _RIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" '
        f'height="{y}" role="img" aria-labelledby="title desc">\n'
        '<title id="title">Throughput beside a bare handler</title>\n'
        f'<desc id="desc">Answers a second: {escape("; ".join(told))}.</desc>\n'
        f"{_STYLE}\n" + "\n".join(shapes) + "\n</svg>\n"
    )


def _bar(name: str, speed: float, share: float, y: int) -> list[str]:
    width = max(1, round(share * _BAR))
    kind = name.split()[0]
    return [
        f'<text x="16" y="{y + 13}">{escape(name)}</text>',
        f'<rect class="{kind if kind in _KNOWN else "other"}" x="{_LABEL}" y="{y + 2}" '
        f'width="{width}" height="{_ROW - 5}" rx="2"/>',
        f'<text x="{_LABEL + width + 6}" y="{y + 13}">{speed:,.0f}</text>',
    ]
