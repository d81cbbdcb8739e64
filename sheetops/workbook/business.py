"""The business as its Settings tab describes it: calendar, addresses, sending, limits.

A setting that cannot be used is a problem, never a stop: the rest of the run goes on with the safe
value, which for `Sending` is preview.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sheetops.workbook.choices import Sending
from sheetops.workbook.contract import SETTING_BY_NAME, Column, Setting
from sheetops.workbook.raw import Value
from sheetops.workbook.values import one_date, parse, shown_whole
from sheetops.workbook.workdays import WorkCalendar, public_holidays, weekmask_of, zone_of

T = TypeVar("T")
HOLIDAY_YEARS = tuple(range(2005, 2046))
"""Years for which public holidays are known: a workbook's dates lie between."""


@dataclass(frozen=True)
class Business:
    """What the owner has set. Days are working days; shares lie between 0 and 1."""

    name: str = ""
    sender: str = ""
    owner: str = ""
    postal_address: str = ""
    sending: Sending = Sending.PREVIEW
    rehearsal_address: str = ""
    mails_per_day: int = 100
    mails_per_minute: int = 30
    mail_hours: tuple[time, time] = (time(6), time(20))
    due_soon_days: int = 2
    stalled_floor: int = 2
    stalled_default: int = 20
    silent_after: int = 20
    prompts_per_week: int = 3
    too_late_days: int = 5
    share_that_may_change: float = 0.6
    sending_computer: str = ""
    report_now: bool = False
    daily_at: time = time(7)
    report_on: tuple[int, time] | None = None
    what_if_away: str = ""
    what_if_more: str = ""
    workbook_id: str = ""
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


@dataclass(frozen=True, slots=True)
class SettingFault:
    """A setting that cannot be used, and what to type instead."""

    name: str
    found: str
    mend: str


def read(values: Mapping[str, Value]) -> tuple[Business, list[SettingFault]]:
    """The business from its settings by name (as spelled in the contract), and what is wrong."""
    reader = _Reader(values)
    business = Business(
        name=reader.plain("Business name"),
        sender=reader.plain("Sender address"),
        owner=reader.plain("Owner's address"),
        postal_address=reader.plain("Postal address"),
        sending=Sending(reader.plain("Sending") or Sending.PREVIEW),
        rehearsal_address=reader.plain("Rehearsal address"),
        mails_per_day=int(reader.number("Mails per day at most")),
        mails_per_minute=int(reader.number("Mails per minute at most")),
        mail_hours=reader.mail_hours(),
        stalled_floor=int(reader.number("Stalled after at least (days)")),
        stalled_default=int(reader.number("Without a due date stalled after (days)")),
        silent_after=int(reader.number("Silent after (days)")),
        prompts_per_week=int(reader.number("Personal prompts per week")),
        due_soon_days=int(reader.number("Due soon within (days)")),
        too_late_days=int(reader.number("Too late after (days)")),
        share_that_may_change=reader.number("Share of clients that may change"),
        sending_computer=reader.plain("Sending computer"),
        report_now=bool(reader.plain("Report now")),
        daily_at=reader.daily_at(),
        report_on=reader.report_on(),
        what_if_away=reader.plain("What if away"),
        what_if_more=reader.plain("What if more clients"),
        workbook_id=reader.plain("Workbook id"),
        calendar=reader.calendar(),
    )
    return business, reader.faults


class _Reader:
    """Reads settings one by one and keeps what is wrong with them."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.faults: list[SettingFault] = []

    def plain(self, name: str) -> Any:
        """The value of a setting by its kind; its default where it is blank or wrong."""
        setting = SETTING_BY_NAME[name]
        given = self.values.get(name)
        if given is None or given == "":
            return self._parsed(setting, setting.default)
        return self._parsed(setting, given)

    def number(self, name: str) -> float:
        value = self.plain(name)
        return float(value)

    def _parsed(self, setting: Setting, value: Value) -> Any:
        column = Column(
            setting.name,
            setting.kind,
            setting.what,
            choices=setting.choices,
            least=setting.least,
            most=setting.most,
        )
        parsed, faults = parse(column, [value])
        if not faults:
            return parsed[0]
        self.faults.append(SettingFault(setting.name, faults[0].found, faults[0].mend))
        return parse(column, [setting.default or None])[0][0]

    def calendar(self) -> WorkCalendar:
        return WorkCalendar(
            weekmask=self._read("Working days", weekmask_of, "Type days like Mon-Fri."),
            days_off=self._days_off(),
            zone=self._read("Time zone", zone_of, "Type one like Europe/Dublin."),
        )

    def mail_hours(self) -> tuple[time, time]:
        return self._read("Mail hours", hours_of, "Type hours like 06:00-20:00.")

    def daily_at(self) -> time:
        return self._read("Daily job at", hour_of, "Type an hour like 07:00.")

    def report_on(self) -> tuple[int, time] | None:
        return self._read("Weekly report on", weekly_of, "Type one like Monday 08:00, or never.")

    def _days_off(self) -> frozenset[date]:
        return self._read(
            "Country for holidays", _holidays, "Type a country such as Ireland, IE or GB-ENG."
        ) | self._read(
            "Extra days off", days_off, "Type days like 24/12/2026; 28/12/2026 to 31/12/2026."
        )

    def _read(self, name: str, read: Callable[[str], T], mend: str) -> T:
        text = _day_as_text(self.values.get(name)) if name == "Extra days off" else self.plain(name)
        try:
            return read(text)
        except ValueError:
            self.faults.append(SettingFault(name, f'"{text}" is not understood.', mend))
            return read(SETTING_BY_NAME[name].default)


_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d\d))?")


def hours_of(text: str) -> tuple[time, time]:
    """The first and the last hour in `06:00-20:00`. Raises ValueError if it is not two in order.

    24:00 is read as the last minute of the day.
    """
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    hours = [int(part or 0) for part in found.groups()]
    if hours[2:] == [24, 0]:
        hours[2:] = [23, 59]
    first, last = time(hours[0], hours[1]), time(hours[2], hours[3])
    if first >= last:
        raise ValueError(text)
    return first, last


_HOUR = re.compile(r"(\d{1,2})(?::(\d\d))?(?::00)?")


def hour_of(text: str) -> time:
    """The hour in `07:00` or `7`. Raises ValueError if it is none."""
    found = _HOUR.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return time(int(found[1]), int(found[2] or 0))


def weekly_of(text: str) -> tuple[int, time] | None:
    """Weekday (Monday is 0) and hour in `Monday 08:00`; None for never. Raises ValueError."""
    if text.strip().casefold() == "never":
        return None
    day, _, hour = text.strip().partition(" ")
    mask = weekmask_of(day)
    if sum(mask) != 1:
        raise ValueError(text)
    return mask.index(True), hour_of(hour or "08:00")


def _day_as_text(value: Value) -> str:
    return value.isoformat() if isinstance(value, date) else shown_whole(value)


@lru_cache(maxsize=8)
def _holidays(country: str) -> frozenset[date]:
    return public_holidays(country, HOLIDAY_YEARS) if country else frozenset()


def days_off(text: str) -> frozenset[date]:
    """Days and spans (`24/12/2026; 28/12/2026 to 31/12/2026`) as dates. Raises ValueError."""
    found: set[date] = set()
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        ends = [one_date(end) for end in re.split(r"\s+(?:to|until|-|–)\s+", part.strip())]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or not 0 <= (last - first).days <= 366:  # noqa: PLR2004 # a span has two ends, within a year
            raise ValueError(part)
        found.update(first + timedelta(days=day) for day in range((last - first).days + 1))
    return frozenset(found)
