"""Line charts as SVG, the same bytes for the same figures, readable on light and dark pages."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 760, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 240, 40, 48
_COLOURS = ("#2f6fde", "#d9822b", "#2e9e5b", "#b04ac2", "#888888", "#c2453d")

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; font-size: 15px; }
.grid { stroke: #d0d7de; stroke-width: 1; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .grid { stroke: #3d444d; } }
""".strip()


def line_chart(title: str, across: str, ticks: Sequence[str], lines: Mapping[str, Sequence[float]]) -> str:
    """Shares from 0 to 1 over `ticks`, each line as many figures as there are ticks.

    ValueError for a line of another length.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="{_LEFT}" y="22">{escape(title)}</text>',
        *_grid(),
        *(_text(_x(at, len(ticks)), _HEIGHT - _BOTTOM + 20, tick, "middle") for at, tick in enumerate(ticks)),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, across, "middle"),
    ]
    for number, (name, shares) in enumerate(lines.items()):
        if len(shares) != len(ticks):
            raise ValueError(f"{name} has {len(shares)} figures for {len(ticks)} ticks")
        parts += _line(number, shares)
    parts += _names(lines)
    return "\n".join([*parts, "</svg>", ""])


def _x(at: int, ticks: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (at + 0.5) / ticks


def _y(share: float) -> float:
    """What is below zero (an old value counts −1) is drawn at zero."""
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * max(0.0, share)


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _grid() -> list[str]:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{share:.0%}", "end"))
    return parts


def _line(number: int, shares: Sequence[float]) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    points = [(_x(at, len(shares)), _y(share)) for at, share in enumerate(shares)]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts = [f'<polyline fill="none" stroke="{colour}" stroke-width="2.5" points="{drawn}"/>']
    return parts + [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]


def _names(lines: Mapping[str, Sequence[float]]) -> list[str]:
    """A legend beside the lines, the highest at the end first, so that names stand in the order of the lines."""
    parts = []
    ranked = sorted(enumerate(lines.items()), key=lambda one: -one[1][1][-1])
    for row, (number, (name, _)) in enumerate(ranked):
        y = _TOP + 14 + 22 * row
        x = _WIDTH - _RIGHT + 14
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{_COLOURS[number % len(_COLOURS)]}"/>')
        parts.append(_text(x + 18, y, name))
    return parts
