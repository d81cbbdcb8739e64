"""Days are the business's own, and waits are counted in the days on which it works."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.workbook.workdays import WorkCalendar, public_holidays, weekmask_of, zone_of
from tests.sheets import PATIENT, november

PLAIN = WorkCalendar()
DUBLIN, NEW_YORK = "Europe/Dublin", "America/New_York"
ANY_DAY = st.dates(date(2019, 1, 1), date(2031, 12, 31))
CALENDARS = st.builds(
    WorkCalendar,
    weekmask=st.tuples(*[st.booleans()] * 7).filter(any),
    days_off=st.frozensets(ANY_DAY, max_size=8),
)


def slow_age(calendar: WorkCalendar, started: date, today: date) -> int:
    age = 0
    while started < today:
        age += calendar.weekmask[started.weekday()] and started not in calendar.days_off
        started += timedelta(days=1)
    return age


@PATIENT
@given(CALENDARS, st.lists(ANY_DAY, max_size=6), ANY_DAY)
def test_ages_equal_a_slow_loop(calendar: WorkCalendar, days: list[date], today: date) -> None:
    ages = calendar.ages(np.array(days, dtype="datetime64[D]"), today)
    assert ages.tolist() == [slow_age(calendar, day, today) for day in days]


@PATIENT
@given(CALENDARS, ANY_DAY, st.integers(0, 40))
def test_a_limit_is_the_last_day_that_is_not_older(
    calendar: WorkCalendar, day: date, count: int
) -> None:
    end = calendar.after(day, count)
    assert slow_age(calendar, day, end) == count
    assert slow_age(calendar, day, end + timedelta(days=1)) == count + 1


@pytest.mark.parametrize(
    ("started", "today", "age"),
    [
        (23, 23, 0),
        (23, 24, 1),
        (20, 23, 1),  # Friday to Monday
        (21, 23, 0),  # Saturday to Monday
        (22, 24, 1),  # Sunday to Tuesday
        (20, 21, 1),  # Friday to Saturday
        (24, 23, 0),  # not begun yet
    ],
)
def test_the_weekend_makes_nothing_older(started: int, today: int, age: int) -> None:
    assert PLAIN.age(november(started), november(today)) == age


def test_a_holiday_makes_nothing_older() -> None:
    calendar = WorkCalendar(days_off=frozenset({november(24)}))
    assert calendar.age(november(23), november(25)) == 1
    assert calendar.after(november(23), 1) == november(25)


def test_an_unknown_day_has_no_age_and_no_limit() -> None:
    nobody = np.array(["NaT"], dtype="datetime64[D]")
    assert np.isnan(PLAIN.ages(nobody, november(23))).all()
    assert np.isnat(PLAIN.add(nobody, np.array([1.0]))).all()
    assert np.isnat(PLAIN.add(np.array(["2026-11-23"], "datetime64[D]"), np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # Dublin: clocks go forward on 29 March 2026 at 01:00 UTC, back on 25 October at 01:00 UTC
        (DUBLIN, datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (DUBLIN, datetime(2026, 3, 29, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        (DUBLIN, datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 3, 29)),
        (DUBLIN, datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (DUBLIN, datetime(2026, 10, 24, 22, 59, tzinfo=UTC), date(2026, 10, 24)),
        (DUBLIN, datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (DUBLIN, datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 10, 25)),
        (DUBLIN, datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
        # New York: forward on 8 March 2026 at 07:00 UTC, back on 1 November at 06:00 UTC
        (NEW_YORK, datetime(2026, 3, 8, 4, 59, tzinfo=UTC), date(2026, 3, 7)),
        (NEW_YORK, datetime(2026, 3, 8, 5, 0, tzinfo=UTC), date(2026, 3, 8)),
        (NEW_YORK, datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 8)),
        (NEW_YORK, datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
        (NEW_YORK, datetime(2026, 11, 1, 3, 59, tzinfo=UTC), date(2026, 10, 31)),
        (NEW_YORK, datetime(2026, 11, 1, 4, 0, tzinfo=UTC), date(2026, 11, 1)),
        (NEW_YORK, datetime(2026, 11, 2, 4, 59, tzinfo=UTC), date(2026, 11, 1)),
        (NEW_YORK, datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
    ],
)
def test_midnight_is_the_business_s_own(zone: str, moment: datetime, day: date) -> None:
    assert WorkCalendar(zone=ZoneInfo(zone)).today(moment) == day


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_one_day(fold: int) -> None:
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo(DUBLIN), fold=fold)
    assert WorkCalendar(zone=ZoneInfo(DUBLIN)).today(twice) == date(2026, 10, 25)


def test_a_night_of_23_or_25_hours_is_one_working_day() -> None:
    calendar = WorkCalendar(weekmask=(True,) * 7, zone=ZoneInfo(DUBLIN))
    assert calendar.age(date(2026, 3, 28), date(2026, 3, 30)) == 2
    assert calendar.age(date(2026, 10, 24), date(2026, 10, 26)) == 2


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri", "MTWTF--"),
        ("mon – fri", "MTWTF--"),
        ("Tue, Wed and Sat", "-TW--S-"),
        ("Sun to Thu", "MTWT--S"),
        ("Fri-Mon", "M---FSS"),
        ("Monday", "M------"),
        ("Mon-Wed, Fri", "MTW-F--"),
    ],
)
def test_working_days_read_as_a_person_types_them(text: str, days: str) -> None:
    assert weekmask_of(text) == tuple(day != "-" for day in days)


@pytest.mark.parametrize("text", ["", "-", "weekdays", "5", "Mon-Fry", "everyday"])
def test_other_working_days_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the text itself is what it says
        weekmask_of(text)


@pytest.mark.parametrize("country", ["Ireland", "ireland", "IE", "IRL"])
def test_a_country_is_known_by_name_and_code(country: str) -> None:
    days = public_holidays(country, [2026])
    assert date(2026, 3, 17) in days
    assert date(2026, 7, 4) not in days


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in public_holidays("DE-BY", [2026])
    assert epiphany not in public_holidays("DE-BE", [2026])


@pytest.mark.parametrize("country", ["", "Narnia", "IE-NOWHERE", "-", "1"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the text itself is what it says
        public_holidays(country, [2026])


@pytest.mark.parametrize("name", ["Europe/Dublin", "europe/dublin", "America/New York", "utc"])
def test_a_time_zone_is_known_whatever_its_case(name: str) -> None:
    assert zone_of(name).key.casefold() == name.replace(" ", "_").casefold()


@pytest.mark.parametrize("name", ["", "Dublin", "../etc", "/etc/passwd", "Europe", "\0", "x" * 300])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # the text itself is what it says
        zone_of(name)
