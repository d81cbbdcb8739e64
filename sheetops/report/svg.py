"""Draws a picture as SVG, which takes its colours from the page by the classes that it names.

Every picture stands beside a table with the same figures, so each is hidden from screen readers.
Text in it is text, and nothing is loaded from outside.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from sheetops.report.pictures import Box, Dot, Line, Picture, Shape


def draw(picture: Picture[Shape]) -> Markup:
    """The picture as an element of a page."""
    inside = "".join(map(_element, picture.shapes))
    frame = f'viewBox="0 0 {picture.right:g} {picture.bottom:g}"'
    head = f'<svg {frame} aria-hidden="true" focusable="false">'
    return Markup(f"{head}{inside}</svg>")  # noqa: S704 # made here, of numbers and escaped text


def _element(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height, look):
            size = f'width="{width:.1f}" height="{max(height, 0):.1f}"'
            return f'<rect class="{look}" x="{x:.1f}" y="{y:.1f}" {size} rx="1.5"/>'
        case Line(left, right, y, look):
            across = f'x1="{left:.1f}" x2="{right:.1f}"'
            return f'<line class="{look}" {across} y1="{y:.1f}" y2="{y:.1f}"/>'
        case Dot(x, y, look):
            return f'<circle class="{look}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="middle"'
    return f'<text class="{shape.look}" {place}>{escape(shape.words)}</text>'
