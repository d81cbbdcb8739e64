"""The load of the whole team: that of its people, put together week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheetops.report.figures import LIMIT, Capacity, PersonLoad, Unit, WeekLoad

AHEAD = 4
"""Weeks over which one figure is said of a load."""


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """The week of all people whose load is known. `share` = needed / available; None: nobody is
    there."""

    monday: date
    needed: float
    from_leads: float
    available: float
    share: float | None


@dataclass(frozen=True, slots=True)
class Fullest:
    """The fullest week of anybody within the next `AHEAD` weeks."""

    person: str
    monday: date
    share: float


@dataclass(frozen=True, slots=True)
class Team:
    """The whole team's weeks, in `unit`. `ahead` is the share of the next `AHEAD` weeks that is
    taken, None if nobody knows: see `why_not`. `unknown` are the people of whom nothing is known,
    or whose load is counted in the other unit."""

    unit: Unit
    weeks: tuple[TeamWeek, ...]
    ahead: float | None
    fullest: Fullest | None
    unknown: tuple[str, ...]
    why_not: str
    how: str


def of_team(capacity: Capacity) -> Team:
    """Put the people's loads together: those in hours, or those in steps where none is in hours."""
    known = [one for one in capacity.loads if one.full_week is not None and one.weeks]
    unit = Unit.HOURS if any(one.unit is Unit.HOURS for one in known) else Unit.STEPS
    counted = [one for one in known if one.unit is unit]
    names = {one.person for one in counted}
    unknown = tuple(one.person for one in capacity.loads if one.person not in names)
    weeks = tuple(map(_together, zip(*(one.weeks for one in counted), strict=True)))
    why_not = "" if counted else _why_not(capacity)
    how = (
        f"The {unit.value} that the signed clients of {len(counted)} "
        f"{'person' if len(counted) == 1 else 'people'} are expected to need, against the "
        f"{unit.value} that these have less time off and holidays. Above {LIMIT:.0%} a week has no "
        "room left for what nobody foresaw."
    )
    return Team(unit, weeks, ahead(weeks), _fullest(counted), unknown, why_not, how)


def _together(weeks: tuple[WeekLoad, ...]) -> TeamWeek:
    needed, leads = sum(one.needed for one in weeks), sum(one.from_leads for one in weeks)
    available = sum(one.available or 0.0 for one in weeks)
    share = needed / available if available else None
    return TeamWeek(weeks[0].monday, needed, leads, available, share)


def ahead(weeks: tuple[TeamWeek, ...] | tuple[WeekLoad, ...]) -> float | None:
    """The share that is taken of the next `AHEAD` weeks together; None if nobody knows."""
    near = weeks[:AHEAD]
    available = sum(one.available or 0.0 for one in near)
    if not available or any(one.available is None for one in near):
        return None
    return sum(one.needed for one in near) / available


def _fullest(people: list[PersonLoad]) -> Fullest | None:
    found = [
        Fullest(one.person, week.monday, week.share)
        for one in people
        for week in one.weeks[:AHEAD]
        if week.share is not None
    ]
    return max(found, key=lambda one: one.share, default=None)


def _why_not(capacity: Capacity) -> str:
    if not capacity.loads:
        return "There is nobody in the tab Team, so no load can be said."
    return next((one.why_not for one in capacity.loads if one.why_not), "Nobody's load is known.")
