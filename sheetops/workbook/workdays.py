"""Working days, holidays and ages, in the business's own time zone.

Days are `numpy.datetime64[D]` without a time zone: which day it is, is decided once, from the clock
and the business's zone, and everything after that counts days. So the two nights of the year that
are 23 and 25 hours long cannot make a day too many or too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import numpy as np

from sheetops.workbook.arrays import Days, Numbers

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class WorkCalendar:
    """The days on which the business works.

    `weekmask` has a True for each working weekday from Monday on; `days_off` are the dates of
    public holidays and extra days off.
    """

    weekmask: tuple[bool, ...] = (True, True, True, True, True, False, False)
    days_off: frozenset[date] = field(default_factory=frozenset)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @cached_property
    def numpy(self) -> np.busdaycalendar:
        """The same calendar, for numpy's own functions."""
        off = np.array(sorted(self.days_off), dtype="datetime64[D]")
        return np.busdaycalendar(weekmask=list(self.weekmask), holidays=off)

    def today(self, now: datetime) -> date:
        """The business's date at the moment `now` (which must know its time zone)."""
        return now.astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        """Whether the business works on `day`."""
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self.numpy))

    def ages(self, started: Days, today: date | Days) -> Numbers:
        """Working days from `started` up to `today`, neither below 0 nor counting today itself.

        Both may be arrays; NaT gives NaN. A step started on Monday is 1 day old on Tuesday; one
        started on Saturday is 0 days old on Monday.
        """
        start = np.asarray(started, dtype="datetime64[D]")
        end = np.broadcast_to(np.asarray(today, dtype="datetime64[D]"), start.shape)
        known = ~(np.isnat(start) | np.isnat(end))
        ages = np.full(start.shape, np.nan)
        counts = np.busday_count(start[known], end[known], busdaycal=self.numpy)
        ages[known] = np.maximum(counts, 0)
        return ages

    def add(self, days: Days, working_days: Numbers) -> Days:
        """The last day whose age counted from `days` is still `working_days`. NaT or NaN: NaT."""
        start = np.asarray(days, dtype="datetime64[D]")
        count = np.broadcast_to(np.asarray(working_days, dtype="float64"), start.shape)
        known = ~(np.isnat(start) | np.isnan(count))
        ends = np.full(start.shape, NO_DAY, dtype="datetime64[D]")
        ends[known] = np.busday_offset(
            start[known], count[known].astype("int64"), roll="forward", busdaycal=self.numpy
        )
        return ends

    @cached_property
    def _known(self) -> dict[tuple[str, date, date | int], Any]:
        """Single days that were asked for: they are few, and numpy is slow with one at a time."""
        return {}

    def age(self, started: date, today: date) -> int:
        """`ages` of a single day."""
        asked = ("age", started, today)
        if asked not in self._known:
            days = np.array([started], dtype="datetime64[D]")
            self._known[asked] = int(self.ages(days, today)[0])
        age: int = self._known[asked]
        return age

    def after(self, day: date, working_days: int) -> date:
        """`add` for a single day."""
        asked = ("after", day, working_days)
        if asked not in self._known:
            days = np.array([day], dtype="datetime64[D]")
            self._known[asked] = self.add(days, np.array([float(working_days)]))[0].item()
        end: date = self._known[asked]
        return end


def weekmask_of(text: str) -> tuple[bool, ...]:
    """Read working days as a person types them: `Mon-Fri`, `Tue, Wed and Sat`, `Sun to Thu`.

    Raises ValueError if no weekday, or something else, is in the text.
    """
    words = re.findall(r"[a-z]+|[-\N{EN DASH}]", text.lower())
    mask = [False] * 7
    last: int | None = None
    span = False
    for word in words:
        if word in {"-", "\N{EN DASH}", "to", "until"}:
            span = last is not None
            continue
        if word in {"and"}:
            continue
        day = _weekday(word)
        for step in range((day - last) % 7 + 1 if span and last is not None else 1):
            mask[(day - step) % 7] = True
        last, span = day, False
    if not any(mask):
        raise ValueError(text)
    return tuple(mask)


def _weekday(word: str) -> int:
    for number, name in enumerate(WEEKDAYS):
        if word.startswith(name):
            return number
    raise ValueError(word)


def public_holidays(country: str, years: Sequence[int]) -> frozenset[date]:
    """Public holidays of a country in `years`. Source: the `holidays` package.

    `country` is a code (`IE`), a code with a part of the country (`DE-BY`, `GB-ENG`) or a name in
    English (`Ireland`). Raises ValueError if it is none that the package knows.
    """
    code, _, part = country.strip().partition("-")
    known = _country_code(code)
    if known is None:
        raise ValueError(country)
    try:
        days = holidays.country_holidays(known, subdiv=part.strip().upper() or None, years=years)
    except NotImplementedError as error:
        raise ValueError(country) from error
    return frozenset(days.keys())


def _country_code(text: str) -> str | None:
    wanted = re.sub(r"[^a-z]", "", text.lower())
    entries: Iterable[tuple[str, tuple[Any, ...]]] = holidays.registry.COUNTRIES.items()
    for name, codes in entries:
        names = {name.replace("_", ""), *(str(code).lower() for code in codes)}
        if wanted in names:
            return str(codes[1])
    return None


def zone_of(text: str) -> ZoneInfo:
    """Time zone by its IANA name, case ignored. Raises ValueError if there is none of that name."""
    name = text.strip().replace(" ", "_")
    for candidate in (name, name.title(), name.upper()):
        try:
            return ZoneInfo(candidate)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # a folder's name or an odd path raises what the file system raises
    raise ValueError(text)
