"""Hours given back: what writing and doing it by hand would have taken, from the tab `Runs`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sheetops.model.snapshot import Snapshot
from sheetops.report.formatting import number

WEEKS = 8


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Hours of this week, month and year, and of the last `WEEKS` weeks by Monday, this one last.
    None and `why_not` where no run is listed."""

    week: float | None
    month: float | None
    year: float | None
    weeks: tuple[tuple[date, float], ...]
    runs: int
    said: str
    why_not: str
    how: str


def given_back(snapshot: Snapshot) -> GivenBack:
    """Hours given back by the runs that the tab `Runs` lists."""
    how = (
        "Minutes saved of each message that was really sent, and of each step that was done by "
        "itself, as Messages and Offer steps declare them; added up from the tab Runs."
    )
    frame, today = snapshot.book.frame("Runs"), snapshot.today
    pairs = zip(frame["At"], frame["Minutes given back"], strict=True)
    runs = [
        (at.date(), float(minutes) / 60)
        for at, minutes in pairs
        if isinstance(at, datetime) and isinstance(minutes, int | float) and at.date() <= today
    ]
    if not runs:
        why = "The tab Runs lists no run yet." if snapshot.book.has("Runs") else "No tab Runs."
        return GivenBack(None, None, None, (), 0, "", why, how)
    monday = today - timedelta(today.weekday())
    weeks = tuple(
        (first, sum(hours for day, hours in runs if first <= day < first + timedelta(7)))
        for first in (monday - timedelta(7 * back) for back in range(WEEKS - 1, -1, -1))
    )
    year = sum(hours for day, hours in runs if day.year == today.year)
    month = sum(h for day, h in runs if (day.year, day.month) == (today.year, today.month))
    said = f"{number(month)} hours were given back this month, {number(year)} this year."
    return GivenBack(weeks[-1][1], month, year, weeks, len(runs), said, "", how)
