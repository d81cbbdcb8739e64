"""Pictures of the page: small drawings in SVG, which take their colours from the page.

Every picture stands beside a table with the same figures, so each is hidden from screen readers.
Text in it is text, sizes are those of a phone's column, and nothing is loaded from outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from sheetops.report.figures import LIMIT, Tried
from sheetops.report.formatting import percent

_WIDTH, _HEIGHT = 340, 148
_TOP, _FOOT, _SIDE = 12, 18, 2
_LETTER = 16
_FULL = 1.2
"""Share that a load chart shows at least; a fuller week makes all bars lower."""
_CAP = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label below, and its share; None: unknown. `more` stands on top of it."""

    label: str
    share: float | None
    more: float = 0.0


def load(bars: Sequence[Bar]) -> Markup:
    """Upright bars of shares, and the limit as a line; what is above the limit is red."""
    top = min(max([_FULL, *(one.share or 0.0 for one in bars)]), _CAP)
    inner = _HEIGHT - _TOP - _FOOT
    step = (_WIDTH - 2 * _SIDE) / max(len(bars), 1)
    parts = []
    for number, one in enumerate(bars):
        left, middle = _SIDE + number * step, _SIDE + (number + 0.5) * step
        parts.append(_text(middle, _HEIGHT - 4, one.label, "axis"))
        if one.share is None:
            parts.append(_text(middle, _HEIGHT - _FOOT - 6, "–", "axis"))
            continue
        height = inner * min(one.share, top) / top
        above = inner * min(one.more, max(top - one.share, 0)) / top
        base = _TOP + inner
        kind = "over" if one.share > LIMIT else "bar"
        parts += [
            _box(left + 3, base - height, step - 6, height, kind),
            _box(left + 3, base - height - above, step - 6, above, "lead") if above >= 1 else "",
            _figure(middle, base, height, above, f"{100 * one.share:.0f}"),
        ]
    parts.append(_line(0, _WIDTH, _TOP + inner, "base"))
    parts.append(_line(0, _WIDTH, _TOP + inner * (1 - LIMIT / top), "limit"))
    return _svg(_WIDTH, _HEIGHT, parts)


def weeks(values: Sequence[tuple[str, float]]) -> Markup:
    """Upright bars of plain figures by week."""
    top = max([value for _, value in values], default=0) or 1
    inner = _HEIGHT - _TOP - _FOOT
    step = (_WIDTH - 2 * _SIDE) / max(len(values), 1)
    parts = []
    for number, (label, value) in enumerate(values):
        left, middle = _SIDE + number * step, _SIDE + (number + 0.5) * step
        height, base = inner * value / top, _TOP + inner
        parts += [
            _text(middle, _HEIGHT - 4, label, "axis"),
            _box(left + 3, base - height, step - 6, height, "bar"),
            _figure(middle, base, height, 0, f"{value:.1f}" if value else ""),
        ]
    parts.append(_line(0, _WIDTH, _TOP + inner, "base"))
    return _svg(_WIDTH, _HEIGHT, parts)


def record(tried: Sequence[Tried]) -> Markup:
    """Past forecasts: the band as a bar, the forecast as a line in it, what came as a dot."""
    highest = max([max(one.actual, one.high or one.point) for one in tried], default=1) or 1
    inner = _HEIGHT - _TOP - _FOOT
    step = (_WIDTH - 2 * _SIDE) / max(len(tried), 1)

    def at(value: float) -> float:
        return _TOP + inner * (1 - max(value, 0.0) / highest)

    parts = [_line(0, _WIDTH, _TOP + inner, "base")]
    for number, one in enumerate(tried):
        middle = _SIDE + (number + 0.5) * step
        if one.low is not None and one.high is not None:
            parts.append(_box(middle - 9, at(one.high), 18, at(one.low) - at(one.high), "band"))
        parts += [
            _line(middle - 9, middle + 9, at(one.point), "said"),
            f'<circle class="came{"" if one.is_inside is not False else " off"}" '
            f'cx="{middle:.1f}" cy="{at(one.actual):.1f}" r="4"/>',
            _text(middle, _HEIGHT - 4, f"{one.until.day}/{one.until.month}", "axis"),
        ]
    return _svg(_WIDTH, _HEIGHT, parts)


def whole(share: float | None) -> str:
    """A share as the page's tables have it; a dash where it is not known."""
    return "–" if share is None else percent(share)


def _svg(width: float, height: float, parts: Sequence[str]) -> Markup:
    inside = "".join(parts)
    head = f'<svg viewBox="0 0 {width:g} {height:g}" aria-hidden="true" focusable="false">'
    return Markup(f"{head}{inside}</svg>")  # noqa: S704 # made here, of numbers and escaped text


def _figure(middle: float, base: float, height: float, above: float, words: str) -> str:
    """A bar's figure: at its foot, where no line crosses it; above a bar that is too low."""
    if height >= _LETTER:
        return _text(middle, base - 6, words, "figure inside")
    return _text(middle, base - height - above - 4, words, "figure")


def _box(x: float, y: float, width: float, height: float, kind: str) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{max(height, 0):.1f}" rx="1.5"/>'
    )


def _line(left: float, right: float, y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(words)}</text>'
    )
