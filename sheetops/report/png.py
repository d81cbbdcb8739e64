"""Draws a picture as PNG: mail programs show no SVG, and ask nobody outside for a picture.

It is drawn by matplotlib, which is imported late: it takes half a second, and only a report that
is sent needs it. Each picture stands beside its figures as text.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sheetops.report.pictures import Box, Cell, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SOFT, _PAPER = "#1f262d", "#59636d", "#ffffff"
_COLOURS = {
    "usual": "#cfe0e5", "near": "#f6dfb8", "over": "#f3c4bd", "empty": "#f1efea", "room": "#3b7a8c",
}  # fmt: skip
_LETTERS: dict[str, dict[str, Any]] = {
    "axis": {"size": 6.5, "color": _SOFT, "ha": "center"},
    "share": {"size": 7, "ha": "center"},
    "start": {"size": 7.5},
    "name": {"size": 8},
    "total": {"size": 8, "weight": "bold"},
}
_WIDE, _ROW, _DPI = 6.8, 0.3, 160
_ALSO = (
    "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK KR", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Microsoft YaHei", "Malgun Gothic", "Hiragino Sans",
)  # fmt: skip
"""Fonts for names in other scripts, where this computer has them."""


def draw(picture: Picture[Cell]) -> bytes:
    """The picture as a file, one unit of `y` being a row of the mail."""
    from matplotlib import font_manager, rc_context  # noqa: PLC0415 # heavy: see the module's words
    from matplotlib.figure import Figure  # noqa: PLC0415

    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = ["DejaVu Sans", *(name for name in _ALSO if name in there)]
    with rc_context({"font.family": fonts}), warnings.catch_warnings():
        # A name in a script for which there is no font: the mail says it in words as well.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        size = (_WIDE, _ROW * (picture.bottom - picture.top))
        figure = Figure(figsize=size, dpi=_DPI, facecolor=_PAPER)
        axes = figure.add_axes((0.01, 0.0, 0.98, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, picture.right)
        axes.set_ylim(picture.bottom, picture.top)
        for shape in picture.shapes:
            _add(axes, shape)
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
        return file.getvalue()


def _add(axes: Axes, shape: Cell) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    if isinstance(shape, Box):
        colour = _COLOURS[shape.look]
        corner = (shape.x, shape.y)
        axes.add_patch(Rectangle(corner, shape.width, shape.height, facecolor=colour, linewidth=0))
        return
    # A dollar sign is escaped, else what stands between two of them is read as a formula.
    words = shape.words.replace("$", r"\$")
    axes.text(shape.x, shape.y, words, va="center", **{"color": _INK} | _LETTERS[shape.look])
