"""Which column is the start date, where no heading says it: the day that every client has, and
before which nothing was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sheetops.adopt.detect.matching import Matcher
from sheetops.adopt.detect.tables import Region
from sheetops.adopt.detect.types import Values
from sheetops.adopt.language import dates
from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.name_score import weights
from sheetops.adopt.language.vocabulary import hint
from sheetops.workbook.raw import Value

FULL = 0.95
"""What every client has is no step that some have yet to take; one in twenty may be missing."""
_FOLLOWED = 3
"""From so many pairs of days on, it is no chance that one comes first."""
_LIVES = 9 * 365
"""Days; no list of clients began over so many years, but people are born in more."""
_SLIPS = 9
"""Of ten days, one may be a slip of the keyboard."""


def starts(
    region: Region, matcher: Matcher, always: Sequence[str], marks: Sequence[str]
) -> list[str]:
    """Columns that may be the start date: every client has a day there, which comes before all
    others, and the heading names nothing that is done, or what may be a beginning ("Kick-off")."""
    if matcher.match("Clients").has("Start date"):
        return []
    others = [name for name in marks if name not in always]
    return [
        name
        for name in always
        if (not has_verb(name) or _is_dated(name) or _may_begin(region, name))
        and not _is_birth(region, name)
        and _comes_first(region, name, others)
    ]


def is_start(region: Region, name: str, steps: Sequence[str]) -> bool:
    """Whether the one column that may be the start date must be it: its heading says a day, or
    steps follow that are dated, and it is no day on which something else was done."""
    if has_verb(name) or hint("other_day").search(plain(name)):
        return False
    followed = sum(
        a is not None and b is not None
        for other in steps
        for a, b in zip(region.values(name), region.values(other), strict=True)
        if day_of(region, b) is not None
    )
    return _is_dated(name) or _may_begin(region, name) or followed >= _FOLLOWED


def lies_before(region: Region, name: str, start: str, always: Sequence[str]) -> bool:
    """Whether every client has a day in a column, and none later than the start: it was over when
    the work began, and is no step of it."""
    if not start or name == start or name not in always:
        return False
    pairs = zip(region.values(name), region.values(start), strict=True)
    days = [(day_of(region, a), day_of(region, b)) for a, b in pairs]
    both = [(a, b) for a, b in days if a is not None and b is not None]
    return len(both) >= _FOLLOWED and all(a <= b for a, b in both)


def is_always_dated(values: Values) -> bool:
    """Whether every client has a day in a column."""
    return values.count > 0 and values.filled * values.dates >= FULL


def has_verb(name: str) -> bool:
    """Whether a heading names something that is done."""
    return hint("verb").search(plain(name)) is not None


def days_of(region: Region, name: str) -> list[date]:
    """The days of a column."""
    return [day for value in region.values(name) if (day := day_of(region, value)) is not None]


def day_of(region: Region, value: Value) -> date | None:
    """The day of a cell; a text that may mean two has the day first."""
    value = dates.read(value, region.order or "day first")
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _is_dated(name: str) -> bool:
    """Whether a heading says that a day stands below it."""
    return hint("date").search(plain(name)) is not None


def _may_begin(region: Region, name: str) -> bool:
    return "Start date" in weights("Clients", region.headings[name].text)


def _is_birth(region: Region, name: str) -> bool:
    """Whether days lie so far apart that they are birthdays."""
    days = days_of(region, name)
    return bool(days) and (max(days) - min(days)).days > _LIVES


def _comes_first(region: Region, name: str, others: Sequence[str]) -> bool:
    """Whether days come before those of the other columns, but for slips."""
    days = [day_of(region, value) for value in region.values(name)]
    early, late = 0, 0
    for other in others:
        for first, value in zip(days, region.values(other), strict=True):
            then = day_of(region, value)
            if first is not None and then is not None:
                early += first <= then
                late += first > then
    return early >= late * _SLIPS
