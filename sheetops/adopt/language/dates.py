"""Dates that were typed as text, in the way of the people who typed them.

`03/04/2026` may be two days. Which of them is meant is never guessed: it follows from the other
dates of the sheet (one of which has a 25th month or day), is asked, or stays a problem. With dots,
the day comes first everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.vocabulary import table, words
from sheetops.workbook.mapping import Order
from sheetops.workbook.raw import Value

_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_WORDS = re.compile(
    r"(?:[a-z]+ )?(\d{1,2})(?:st|nd|rd|th)? (?:de |di )?([a-z]{3,10}) (?:de )?(\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(r"(?:[a-z]+ )?([a-z]{3,10}) (\d{1,2})(?:st|nd|rd|th)? (\d{4}|\d{2})")
_CENTURY = 2000
_MOST = 12


def looks_like(text: str) -> bool:
    """Whether a text is a date, whichever day it may mean."""
    text = text.strip()
    if _NUMBERS.fullmatch(text) or _ISO.fullmatch(text):
        return True
    return _from_words(text) is not None


def order_of(values: Iterable[Value]) -> Order | None:
    """The order of day and month that texts show; None where they contradict one another, blank
    where none shows it."""
    orders: set[Order] = set()
    for value in values:
        match = _NUMBERS.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        if match[2] == "." or first > _MOST >= second:
            orders.add("day first")
        elif second > _MOST >= first:
            orders.add("month first")
    if not orders:
        return ""
    return orders.pop() if len(orders) == 1 else None


def is_ambiguous(value: Value) -> bool:
    """Whether a text may mean two days."""
    match = _NUMBERS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or match[2] == ".":
        return False
    first, second = int(match[1]), int(match[3])
    return first <= _MOST and second <= _MOST and first != second


def read(value: Value, order: Order) -> Value:
    """A date of a text that means one; all else as it is, for the contract to judge."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return _from_iso(text) or _from_words(text) or value
    if match[2] == ".":
        order = "day first"
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    day, month = (first, second) if order == "day first" else (second, first)
    if not order and first != second:
        # the contract reads years of four digits, and calls it ambiguous
        return value if str(year) == match[4] else f"{match[1]}/{match[3]}/{year}"
    return _day(year, month, day) or value


def _year(digits: str) -> int:
    """A year; of two digits, one of this century."""
    return int(digits) + (_CENTURY if int(digits) < _CENTURY else 0)


def _from_iso(text: str) -> date | None:
    match = _ISO.fullmatch(text)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


@cache
def _months() -> dict[str, int]:
    """The number of each month by its names."""
    return {w: at for at, line in enumerate(table("months")["months"], 1) for w in words(line)}


def _from_words(text: str) -> date | None:
    said = plain(text)
    if match := _WORDS.fullmatch(said):
        return _day(_year(match[3]), _months().get(match[2], 0), int(match[1]))
    if match := _MONTH_FIRST.fullmatch(said):
        return _day(_year(match[3]), _months().get(match[1], 0), int(match[2]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
