"""What is due now: a pure function of timetable, the runs that the ledger knows, and the moment.

A day's job is due from its hour on until a run of that day is done; the week's report from its
weekday and hour on until one of that week is done. Both on working days only. A job that failed is
tried again after 5 minutes, 15 minutes, and then every hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

from sheetops.workbook.workdays import WorkCalendar

Job = Literal["daily", "look", "capacity"]
_BACK_OFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
_WEEK = timedelta(days=7)


class Run(Protocol):
    """A run, as the ledger remembers it."""

    @property
    def job(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def began(self) -> datetime: ...
    @property
    def ended(self) -> datetime | None: ...
    @property
    def result(self) -> str: ...


@dataclass(frozen=True)
class Timetable:
    """When the business wants its jobs: `daily_at` in its own time zone, `report_on` a weekday
    (Monday is 0) and a time, None for no weekly report."""

    calendar: WorkCalendar
    daily_at: time
    report_on: tuple[int, time] | None = None


@dataclass(frozen=True)
class Due:
    """A job that is due for `day`. `died` counts earlier tries that did not come to an end."""

    job: Job
    day: date
    died: int = 0


def week_of(table: Timetable, now: datetime) -> date:
    """The Monday of this week: runs of earlier days say nothing about what is due."""
    today = table.calendar.today(now)
    return today - timedelta(days=today.weekday())


def due(table: Timetable, runs: Sequence[Run], now: datetime) -> tuple[Due, ...]:
    """The jobs to do now, in order. `runs` are all that the ledger has of this week."""
    today = table.calendar.today(now)
    local = now.astimezone(table.calendar.zone).replace(tzinfo=None)
    if not table.calendar.is_working(today):
        return ()
    found = []
    if local.time() >= table.daily_at:
        found.append(_unless_done("daily", today, _of("daily", runs, today, today), now))
    if table.report_on is not None:
        weekday, hour = table.report_on
        monday = week_of(table, now)
        if local >= datetime.combine(monday + timedelta(days=weekday), hour):
            mine = _of("capacity", runs, monday, monday + _WEEK - timedelta(days=1))
            found.append(_unless_done("capacity", today, mine, now))
    return tuple(one for one in found if one is not None)


def is_due(job: Job, table: Timetable, runs: Sequence[Run], now: datetime) -> bool:
    """Whether this job is among them."""
    return any(one.job == job for one in due(table, runs, now))


def is_done(job: Job, day: date, runs: Iterable[Run]) -> bool:
    """Whether a run of this job for this day has come to a good end."""
    return any(_done(run) for run in _of(job, runs, day, day))


def _of(job: Job, runs: Iterable[Run], first: date, last: date) -> list[Run]:
    return [run for run in runs if run.job == job and first <= run.day <= last]


def _done(run: Run) -> bool:
    return run.result.startswith("done")


def _unless_done(job: Job, day: date, tries: Sequence[Run], now: datetime) -> Due | None:
    if any(_done(run) for run in tries):
        return None
    failed = sorted(run.began for run in tries)
    if failed:
        pause = _BACK_OFF[min(len(failed), len(_BACK_OFF)) - 1]
        # a try from the future was made by a clock that was wrong, and is no reason to wait
        if failed[-1] <= now < failed[-1] + pause:
            return None
    return Due(job, day, sum(run.ended is None for run in tries))
