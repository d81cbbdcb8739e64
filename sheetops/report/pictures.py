"""Each picture of the report, described once as plain shapes for whichever back end draws it.

A picture of the page shows shares as bars, in pixels of a phone's column, and stands beside a
table. A picture of the mail is a table of cells itself, in rows and columns, as mail programs show
no table of ours well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sheetops.report.figures import LIMIT, Tried, WeekLoad
from sheetops.report.formatting import day, listed, share_or_dash
from sheetops.report.report import Report
from sheetops.report.team_load import TeamWeek


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """A level line."""

    left: float
    right: float
    y: float
    look: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot, by its middle."""

    x: float
    y: float
    look: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place; their look says what of them stands there."""

    x: float
    y: float
    words: str
    look: str


Shape = Box | Line | Dot | Text
Cell = Box | Text
Drawn_co = TypeVar("Drawn_co", bound=Shape, covariant=True)


@dataclass(frozen=True, slots=True)
class Picture(Generic[Drawn_co]):
    """Shapes in the order of drawing; `y` grows downwards from `top`. `alt` is it in words."""

    right: float
    bottom: float
    shapes: Sequence[Drawn_co]
    top: float = 0.0
    alt: str = ""


_WIDTH, _HEIGHT = 340, 148
_TOP, _FOOT, _SIDE = 12, 18, 2
_INNER = _HEIGHT - _TOP - _FOOT
_BASE = _TOP + _INNER
_LETTER = 16
_FULL = 1.2
"""Share that a load chart shows at least; a fuller week makes all bars lower."""
_CAP = 2.0
_HALF = 9
"""Half the width of a forecast's band."""


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar with its label below and its figure; None: unknown. `leads` stand on top of it."""

    label: str
    value: float | None
    figure: str
    look: str = "bar"
    leads: float = 0.0


def load_bars(weeks: Sequence[TeamWeek] | Sequence[WeekLoad]) -> Picture[Shape]:
    """The share that is taken of each week, and the limit as a line; red is what is above it."""
    bars = [
        _Bar(
            day(week.monday),
            week.share,
            f"{100 * (week.share or 0):.0f}",
            "over" if (week.share or 0) > LIMIT else "bar",
            week.from_leads / week.available if week.available else 0.0,
        )
        for week in weeks
    ]
    top = min(max([_FULL, *(bar.value or 0.0 for bar in bars)]), _CAP)
    limit = Line(0, _WIDTH, _TOP + _INNER * (1 - LIMIT / top), "limit")
    return Picture(_WIDTH, _HEIGHT, [*_upright(bars, top), limit])


def hour_bars(weeks: Sequence[tuple[str, float]]) -> Picture[Shape]:
    """Hours by week, each week with its label."""
    bars = [_Bar(label, hours, f"{hours:.1f}" if hours else "") for label, hours in weeks]
    top = max([hours for _, hours in weeks], default=0) or 1
    return Picture(_WIDTH, _HEIGHT, [*_upright(bars, top)])


def forecast_record(tried: Sequence[Tried]) -> Picture[Shape]:
    """Past forecasts: the band as a bar, the forecast as a line in it, what came as a dot."""
    highest = max([max(past.actual, past.high or past.point) for past in tried], default=1) or 1

    def height_of(value: float) -> float:
        return _TOP + _INNER * (1 - max(value, 0.0) / highest)

    shapes: list[Shape] = [Line(0, _WIDTH, _BASE, "base")]
    for past, (_, _, middle) in zip(tried, _places(len(tried)), strict=True):
        left = middle - _HALF
        if past.low is not None and past.high is not None:
            upper = height_of(past.high)
            shapes.append(Box(left, upper, 2 * _HALF, height_of(past.low) - upper, "band"))
        shapes += [
            Line(left, middle + _HALF, height_of(past.point), "said"),
            Dot(middle, height_of(past.actual), "came off" if past.is_inside is False else "came"),
            Text(middle, _HEIGHT - 4, f"{past.until.day}/{past.until.month}", "axis"),
        ]
    return Picture(_WIDTH, _HEIGHT, shapes)


def _places(count: int) -> Iterator[tuple[float, float, float]]:
    """Left edge, width and middle of each of so many columns of the same width."""
    step = (_WIDTH - 2 * _SIDE) / max(count, 1)
    return ((_SIDE + at * step, step, _SIDE + (at + 0.5) * step) for at in range(count))


def _upright(bars: Sequence[_Bar], top: float) -> Iterator[Shape]:
    """Bars of which the highest possible is `top`, and the line on which they stand."""
    for bar, (left, step, middle) in zip(bars, _places(len(bars)), strict=True):
        yield Text(middle, _HEIGHT - 4, bar.label, "axis")
        if bar.value is None:
            yield Text(middle, _HEIGHT - _FOOT - 6, "–", "axis")
            continue
        height = _INNER * min(bar.value, top) / top
        leads = _INNER * min(bar.leads, max(top - bar.value, 0)) / top
        yield Box(left + 3, _BASE - height, step - 6, height, bar.look)
        if leads >= 1:
            yield Box(left + 3, _BASE - height - leads, step - 6, leads, "lead")
        if height >= _LETTER:  # at the bar's foot, where no line crosses the figure
            yield Text(middle, _BASE - 6, bar.figure, "figure inside")
        else:
            yield Text(middle, _BASE - height - leads - 4, bar.figure, "figure")
    yield Line(0, _WIDTH, _BASE, "base")


_MOST_ROWS = 16
_LONGEST = 26
_NEARLY = 0.9
"""Share of the limit from which a week is called nearly full."""


def load_table(report: Report) -> Picture[Cell] | None:
    """Everybody's load of each week, as a table of coloured cells; None if nobody's is known."""
    loads = [load for load in report.capacity.loads if load.weeks]
    if report.team.ahead is None or not loads:
        return None
    team = report.team.weeks
    rows = [("The whole team", [week.share for week in team])]
    rows += [(load.person, [week.share for week in load.weeks]) for load in loads[:_MOST_ROWS]]
    people = listed([load.person for load in loads], _MOST_ROWS)
    return Picture(
        2.2 + len(team),
        len(rows) + 0.1,
        [*_mondays(team), *_load_cells(rows)],
        top=-0.8,
        alt=f"Load by week, of the whole team and of {people}",
    )


def _mondays(weeks: Iterable[TeamWeek]) -> Iterator[Cell]:
    for column, week in enumerate(weeks):
        yield Text(2.7 + column, -0.35, day(week.monday), "axis")


def _load_cells(rows: Sequence[tuple[str, Sequence[float | None]]]) -> Iterator[Cell]:
    for row, (name, shares) in enumerate(rows):
        yield Text(0, row + 0.5, _short(name), "name" if row else "total")
        for column, share in enumerate(shares):
            yield _bed(2.2 + column, row, 0.94, _look_of(share))
            yield Text(2.7 + column, row + 0.5, share_or_dash(share), "share")


def room_bars(report: Report) -> Picture[Cell] | None:
    """How many more clients each offer can take on; None if it is not known of any."""
    known = [offer for offer in report.capacity.can_take_on if offer.number is not None]
    known = known[:_MOST_ROWS]
    most = max((offer.number or 0 for offer in known), default=0)
    if not most:
        return None
    shapes: list[Cell] = []
    for row, offer in enumerate(known):
        length = 5 * (offer.number or 0) / most
        start = f"{offer.number} from {day(offer.monday)}" if offer.monday else "none in 8 weeks"
        shapes += [
            Text(0, row + 0.5, _short(offer.offer), "name"),
            _bed(3, row, length, "room"),
            Text(3.12 + length, row + 0.5, start, "start"),
        ]
    alt = "How many more clients each offer can take on, and from when"
    return Picture(10.2, len(known) + 0.1, shapes, top=-0.1, alt=alt)


def _bed(x: float, row: int, width: float, look: str) -> Box:
    return Box(x, row + 0.06, width, 0.88, look)


def _look_of(share: float | None) -> str:
    if share is None:
        return "empty"
    if share > LIMIT:
        return "over"
    return "near" if share > _NEARLY * LIMIT else "usual"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
