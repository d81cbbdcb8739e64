"""What is due, at any moment: sleep, both nights of daylight saving, clocks that jump, tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sheetops.jobs.scheduler.due import Due, Timetable, due
from sheetops.workbook.workdays import WorkCalendar

DUBLIN = ZoneInfo("Europe/Dublin")
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
TABLE = Timetable(WorkCalendar(zone=DUBLIN), time(7), (0, time(8)))


@dataclass(frozen=True)
class Run:
    job: str
    day: date
    began: datetime
    result: str = "done"

    @property
    def ended(self) -> datetime | None:
        return self.began if self.result else None


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = DUBLIN, fold: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)


def jobs(now: datetime, *runs: Run, table: Timetable = TABLE) -> list[str]:
    return [one.job for one in due(table, runs, now)]


def test_before_its_hour_nothing_is_due() -> None:
    assert jobs(at(FRIDAY, 6, 59), Run("capacity", FRIDAY, at(FRIDAY, 1))) == []


def test_from_its_hour_on_the_day_is_due_until_it_is_done() -> None:
    monday = Run("capacity", MONDAY - timedelta(7), at(MONDAY - timedelta(7), 8))
    assert jobs(at(FRIDAY, 7), monday) == ["daily"]
    assert jobs(at(FRIDAY, 23, 59), monday) == ["daily"]  # it slept all day
    assert jobs(at(FRIDAY, 8), monday, Run("daily", FRIDAY, at(FRIDAY, 7))) == []
    with_problems = Run("daily", FRIDAY, at(FRIDAY, 7), "done with problems")
    assert jobs(at(FRIDAY, 8), monday, with_problems) == []


def test_on_days_off_nothing_is_due() -> None:
    assert jobs(at(date(2026, 11, 21), 12)) == []
    closed = Timetable(WorkCalendar(zone=DUBLIN, days_off=frozenset({FRIDAY})), time(7))
    assert jobs(at(FRIDAY, 12), table=closed) == []


def test_the_report_is_due_once_a_week_also_late() -> None:
    done = Run("daily", MONDAY, at(MONDAY, 7))
    assert jobs(at(MONDAY, 7, 59), done) == []
    assert jobs(at(MONDAY, 8), done) == ["capacity"]
    thursday = MONDAY + timedelta(3)
    assert jobs(at(thursday, 9)) == ["daily", "capacity"]
    made = Run("capacity", MONDAY, at(MONDAY, 8))
    assert jobs(at(thursday, 9), made) == ["daily"]
    assert jobs(at(MONDAY + timedelta(7), 9), made) == ["daily", "capacity"]


def test_without_a_weekday_there_is_no_report() -> None:
    assert jobs(at(MONDAY, 9), table=Timetable(TABLE.calendar, time(7))) == ["daily"]


def test_the_night_without_the_hour_has_its_run_and_the_night_with_two_has_one() -> None:
    night = Timetable(
        WorkCalendar(weekmask=(True,) * 7, zone=ZoneInfo("America/New_York")), time(2, 30)
    )
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    zone = ZoneInfo("America/New_York")
    assert jobs(at(spring, 1, 59, zone), table=night) == []
    assert jobs(at(spring, 3, 0, zone), table=night) == ["daily"]
    first, second = at(autumn, 1, 40, zone), at(autumn, 1, 40, zone, fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    early = Timetable(night.calendar, time(1, 30))
    assert jobs(first, table=early) == ["daily"]
    assert jobs(second, Run("daily", autumn, first), table=early) == []


@pytest.mark.parametrize(
    ("tries", "minutes", "is_due"),
    [(1, 4, False), (1, 5, True), (2, 14, False), (2, 15, True), (3, 59, False), (9, 60, True)],
)
def test_a_job_that_failed_waits_longer_from_try_to_try(
    tries: int, minutes: int, is_due: bool
) -> None:
    last = at(FRIDAY, 12)
    failed = [
        Run("daily", FRIDAY, last - timedelta(hours=number), "failed") for number in range(tries)
    ]
    week = Run("capacity", FRIDAY, at(FRIDAY, 1))
    assert jobs(last + timedelta(minutes=minutes), week, *failed) == ["daily"] * is_due


def test_a_try_from_the_future_is_no_reason_to_wait() -> None:
    future = Run("daily", FRIDAY, at(FRIDAY, 22), "failed")
    assert jobs(at(FRIDAY, 9), future, Run("capacity", FRIDAY, at(FRIDAY, 1))) == ["daily"]


def test_tries_that_died_are_counted() -> None:
    died = [Run("daily", FRIDAY, at(FRIDAY, hour), "") for hour in (7, 8)]
    found = due(Timetable(TABLE.calendar, time(7)), died, at(FRIDAY, 10))
    assert found == (Due("daily", FRIDAY, died=2),)
