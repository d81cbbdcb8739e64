"""Pictures for the mail, as PNG: mail programs show no SVG, and ask nobody outside for a picture.

They are drawn by matplotlib, which is imported late: it takes half a second, and only a report that
is sent needs it. Each stands beside its figures as text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from sheetops.report.figures import LIMIT
from sheetops.report.formatting import day, listed, percent
from sheetops.report.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK, _SOFT, _PAPER = "#1f262d", "#59636d", "#ffffff"
_BAR, _NEAR, _OVER, _EMPTY = "#cfe0e5", "#f6dfb8", "#f3c4bd", "#f1efea"
_STRONG = "#3b7a8c"
_NEARLY = 0.9
"""Share of the limit from which a week is called nearly full."""
_WIDE, _ROW, _DPI = 6.8, 0.3, 160
_MOST = 16
_LONGEST = 26
_ALSO = (
    "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK KR", "Noto Sans Arabic", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Microsoft YaHei", "Malgun Gothic", "Hiragino Sans",
)  # fmt: skip
"""Fonts for names in other scripts, where this computer has them."""


def load(report: Report) -> bytes | None:
    """Everybody's load of each week, as a table of coloured cells; None if nobody's is known."""
    people = [one for one in report.capacity.loads if one.weeks][:_MOST]
    if report.team.ahead is None or not people:
        return None
    rows = [("The whole team", [one.share for one in report.team.weeks])]
    rows += [(one.person, [week.share for week in one.weeks]) for one in people]
    mondays = [day(one.monday) for one in report.team.weeks]
    size = (0, 2.2 + len(mondays)), (len(rows) + 0.1, -0.8), len(rows) + 0.9
    with _canvas(*size) as (figure, axes):
        for at, label in enumerate(mondays):
            _say(axes, (2.7 + at, -0.35), label, size=6.5, colour=_SOFT, across="center")
        for down, (who, shares) in enumerate(rows):
            _say(axes, (0, down + 0.5), _short(who), bold=not down)
            for at, share in enumerate(shares):
                _box(axes, (2.2 + at, down), 0.94, _colour(share))
                said = "–" if share is None else percent(share)
                _say(axes, (2.7 + at, down + 0.5), said, size=7, across="center")
        return _png(figure)


def room(report: Report) -> bytes | None:
    """How many more clients each offer can take on; None if it is not known of any."""
    known = [one for one in report.capacity.can_take_on if one.number is not None][:_MOST]
    most = max((one.number or 0 for one in known), default=0)
    if not most:
        return None
    with _canvas((0, 10.2), (len(known) + 0.1, -0.1), len(known) + 0.2) as (figure, axes):
        for down, one in enumerate(known):
            _say(axes, (0, down + 0.5), _short(one.offer))
            long = 5 * (one.number or 0) / most
            _box(axes, (3, down), long, _STRONG)
            said = f"{one.number} from {day(one.monday)}" if one.monday else "none in 8 weeks"
            _say(axes, (3.12 + long, down + 0.5), said, size=7.5)
        return _png(figure)


def told(report: Report) -> dict[str, str]:
    """What the pictures show, for whoever does not see them."""
    people = [one.person for one in report.capacity.loads if one.weeks]
    return {
        "load": f"Load by week, of the whole team and of {listed(people, _MOST)}",
        "room": "How many more clients each offer can take on, and from when",
    }


@contextmanager
def _canvas(
    across: tuple[float, float], down: tuple[float, float], rows: float
) -> Iterator[tuple[Figure, Axes]]:
    """An empty picture with its measures, and the fonts that this computer has for its names."""
    from matplotlib import font_manager, rc_context  # noqa: PLC0415 # heavy: see the module's words
    from matplotlib.figure import Figure  # noqa: PLC0415

    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = ["DejaVu Sans", *(name for name in _ALSO if name in there)]
    with rc_context({"font.family": fonts}), warnings.catch_warnings():
        # A name in a script for which there is no font: the mail says it in words as well.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure = Figure(figsize=(_WIDE, _ROW * rows), dpi=_DPI, facecolor=_PAPER)
        axes = figure.add_axes((0.01, 0.0, 0.98, 1.0))
        axes.set_axis_off()
        axes.set_xlim(*across)
        axes.set_ylim(*down)
        yield figure, axes


def _say(  # noqa: PLR0913 # how a word looks
    axes: Axes,
    at: tuple[float, float],
    words: str,
    *,
    size: float = 8,
    colour: str = _INK,
    across: Literal["left", "center"] = "left",
    bold: bool = False,
) -> None:
    weight = "bold" if bold else "normal"
    plain = words.replace("$", r"\$")  # else what stands between two of them is read as a formula
    axes.text(*at, plain, ha=across, va="center", size=size, color=colour, weight=weight)


def _box(axes: Axes, corner: tuple[float, float], width: float, colour: str) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    left, top = corner
    axes.add_patch(Rectangle((left, top + 0.06), width, 0.88, facecolor=colour, linewidth=0))


def _colour(share: float | None) -> str:
    if share is None:
        return _EMPTY
    if share > LIMIT:
        return _OVER
    return _NEAR if share > _NEARLY * LIMIT else _BAR


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _png(figure: Figure) -> bytes:
    drawn = BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()
