"""From plain cells to values, by the kind that the contract gives a column; never by guessing.

`parse(column, cells)` reads a whole column. What cannot be read is left blank and comes back as a
`Fault`, in words for the person who typed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import numpy as np
from email_validator import EmailNotValidError, validate_email

from sheetops.workbook.arrays import Objects
from sheetops.workbook.contract import Column, Kind
from sheetops.workbook.homoglyphs import misleading
from sheetops.workbook.raw import NO_VALUE, CellError, Value

YES = frozenset({"x", "yes", "y", "true", "1", "ja", "oui", "si", "sí", "✓", "✔", "☑", "done"})
NO = frozenset({"", "no", "n", "false", "0", "nein", "non", "☐"})
TICK = np.datetime64("1900-01-01", "D")
"""Stands in a DONE column for a tick without a date: the ledger knows when it was first seen."""
_EARLIEST, _LATEST = date(1980, 1, 1), date(2100, 1, 1)
_LONGEST_TEXT = 32_767  # what a cell of Excel can hold
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXAMPLE = "Type one like 24/11/2026."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the cell at place `at` of a column, and how to mend it."""

    at: int
    found: str
    mend: str


class _Unreadable(ValueError):
    """Raised by a reader of one cell; never leaves this module."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


def shown(value: Value) -> str:
    """A cell's value as a person sees it, on one line and shortened, for messages."""
    text = shown_whole(value)
    return text if len(text) <= 60 else text[:57] + "…"  # noqa: PLR2004 # one line of a terminal


def shown_whole(value: Value) -> str:
    """A cell's value as a person sees it, on one line."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif isinstance(value, datetime | date):
        text = day_text(value)
    elif isinstance(value, CellError):
        text = value.code
    else:
        text = "" if value is None else str(value)
    return " ".join(text.split())


def day_text(day: date) -> str:
    """A date as it is shown to people everywhere: `24 Nov 2026`, the same in every country."""
    return f"{day.day} {_MONTHS[day.month - 1].title()} {day.year}"


def text_of(value: Value) -> str:
    """Text of a cell, its form kept (`007`, `NA`), without spaces around it.

    A number is written as it looks: 7.0 is `7`. Raises _Unreadable for what is no value.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    _refuse_non_values(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 # beyond 15 digits Excel itself rounds
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def _refuse_non_values(value: Value) -> None:
    if value is NO_VALUE:
        raise _Unreadable(
            "the formula here has no saved value.", "Open the workbook in Excel once and save it."
        )
    if isinstance(value, CellError):
        raise _Unreadable(f"{value.code} is an error.", "Mend the formula, or clear the cell.")


def _quoted(value: Value) -> str:
    return f'"{shown(value)}"'


def _read_date(value: Value) -> date | None:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        value = _date_from_text(value.strip()) if value.strip() else None
    _refuse_non_values(value)
    if value is None:
        return None
    if not isinstance(value, date):
        raise _Unreadable(f"{_quoted(value)} is not a date.", _EXAMPLE)
    if not _EARLIEST <= value <= _LATEST:
        raise _Unreadable(f"{day_text(value)} can hardly be meant.", f"Check the year. {_EXAMPLE}")
    return value


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_DAY_FIRST = re.compile(
    r"(?:[a-z]{2,9},? )?(\d{1,2})(?:st|nd|rd|th|\.)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})"
)
_MONTH_FIRST = re.compile(r"(?:[a-z]{2,9},? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")


def _date_from_text(text: str) -> date:
    """A date typed as text, where it can mean one day only. Raises _Unreadable otherwise."""
    lowered = " ".join(text.lower().split())
    found: set[date] = set()
    if match := _ISO.fullmatch(lowered):
        year, month, day = (int(part) for part in match.groups()[:3])
        found = _days(year, month, day)
    elif match := _NUMERIC.fullmatch(lowered):
        first, second, year = (int(part) for part in match.groups())
        found = _days(year, second, first) | _days(year, first, second)
    elif match := _DAY_FIRST.fullmatch(lowered):
        found = _days(int(match[3]), _month(match[2]), int(match[1]))
    elif match := _MONTH_FIRST.fullmatch(lowered):
        found = _days(int(match[3]), _month(match[1]), int(match[2]))
    if len(found) == 1:
        return found.pop()
    if found:
        either = " or ".join(day_text(day) for day in sorted(found))
        raise _Unreadable(
            f"{_quoted(text)} is text and may mean {either}.",
            "Type the date again so that Excel turns it into a date, or write the month as a word.",
        )
    raise _Unreadable(f"{_quoted(text)} is not a date.", _EXAMPLE)


def one_date(text: str) -> date:
    """The one day that a typed text can mean. Raises ValueError (with the reason) if not one."""
    return _date_from_text(text.strip())


def _days(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _read_done(value: Value) -> date | None:
    """A date, or `TICK` for a tick without one."""
    if value is True or (isinstance(value, str) and value.strip().casefold() in YES):
        return date(1900, 1, 1)
    if value is False or (isinstance(value, str) and value.strip().casefold() in NO):
        return None
    try:
        return _read_date(value)
    except _Unreadable as error:
        raise _Unreadable(error.found.replace("a date", "a date or a tick"), error.mend) from error


def _read_yes_no(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    text = text_of(value).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise _Unreadable(f"{_quoted(value)} is neither yes nor no.", "Type yes, or leave it blank.")


_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?|[-+]?\d{1,3}(,\d{3})+(\.\d+)?")


def _read_number(value: Value) -> float:
    if isinstance(value, bool):
        raise _Unreadable(f"{_quoted(value)} is not a number.", "Type one like 12.")
    if isinstance(value, int | float):
        return float(value)
    if value is None:
        return float("nan")
    _refuse_non_values(value)
    if isinstance(value, str):
        text = value.strip().removesuffix("%").strip()
        if not text and not value.strip():
            return float("nan")
        if _NUMBER.fullmatch(text):
            number = float(text.replace(",", ""))
            return number / 100 if value.strip().endswith("%") else number
    raise _Unreadable(f"{_quoted(value)} is not a number.", "Type one like 12.")


def _bounded(column: Column) -> Callable[[Value], float]:
    def read(value: Value) -> float:
        number = _read_number(value)
        if column.kind is Kind.WHOLE and not np.isnan(number) and not number.is_integer():
            raise _Unreadable(f"{_quoted(value)} is not a whole number.", "Type one like 12.")
        if column.least is not None and number < column.least:
            raise _Unreadable(f"{_quoted(value)} is too small.", f"The least is {column.least:g}.")
        if column.most is not None and number > column.most:
            raise _Unreadable(f"{_quoted(value)} is too large.", f"The most is {column.most:g}.")
        return number

    return read


def _choice(column: Column) -> Callable[[Value], str]:
    known = {choice.casefold(): choice for choice in column.choices}

    def read(value: Value) -> str:
        text = " ".join(text_of(value).split())
        if not text or text.casefold() in known:
            return known.get(text.casefold(), "")
        near = get_close_matches(text.casefold(), known, n=1)
        meant = f"Did you mean {known[near[0]]}? " if near else ""
        raise _Unreadable(
            f"{_quoted(value)} is not one of the choices.",
            f"{meant}Choose one of: {', '.join(column.choices)}.",
        )

    return read


def email_of(value: Value) -> str:
    """One address in its ASCII form, or blank. Raises _Unreadable for two, or one that is none."""
    text = text_of(value)
    if not text:
        return ""
    local, _, domain = text.rpartition("@")
    if _PLAIN_LOCAL.fullmatch(local) and ".." not in local and _is_domain(domain.lower()):
        return f"{local}@{domain.lower()}"  # most are plain, and a domain is checked once
    if re.search(r"[;,]|\s\S*@", text) and text.count("@") > 1:
        raise _Unreadable(f"{_quoted(value)} holds two addresses.", "Leave one in the cell.")
    try:
        address = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise _Unreadable(
            f"{_quoted(value)} is not an e-mail address.", "Type one like anna@example.com."
        ) from error
    if address.ascii_email is None:
        raise _Unreadable(
            f"{_quoted(value)} has letters that mail cannot carry before the @.",
            "Ask the client for another address.",
        )
    if why := misleading(address.domain):
        raise _Unreadable(
            f"{_quoted(value)} may not be whose it seems to be: its domain {why}.",
            "Ask for the address again and type it letter by letter.",
        )
    return address.ascii_email


_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9_+-])?")


@lru_cache(maxsize=4096)
def _is_domain(domain: str) -> bool:
    """Whether a domain of plain letters is one that mail can go to, by email-validator."""
    if not domain.isascii():
        return False
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).domain == domain
    except EmailNotValidError:
        return False


def _any(value: Value) -> Value:
    _refuse_non_values(value)
    return value.strip() if isinstance(value, str) else value


def _name(value: Value) -> str:
    text = text_of(value)
    if len(text) > _LONGEST_TEXT:
        raise _Unreadable("The text is longer than a cell can hold.", "Shorten it.")
    return text if text.isascii() and "  " not in text else " ".join(text.split())


_READERS: dict[Kind, Callable[[Value], Any]] = {
    Kind.TEXT: text_of,
    Kind.ID: _name,
    Kind.NAME: _name,
    Kind.DATE: _read_date,
    Kind.MOMENT: _read_date,
    Kind.DONE: _read_done,
    Kind.YES_NO: _read_yes_no,
    Kind.EMAIL: email_of,
    Kind.ANY: _any,
}


def _reader(column: Column) -> Callable[[Value], Any]:
    if column.kind is Kind.CHOICE:
        return _choice(column)
    if column.kind in {Kind.WHOLE, Kind.NUMBER}:
        return _bounded(column)
    return _READERS[column.kind]


_BLANK: dict[Kind, Any] = {
    Kind.DATE: None,
    Kind.DONE: None,
    Kind.MOMENT: None,
    Kind.WHOLE: float("nan"),
    Kind.NUMBER: float("nan"),
    Kind.YES_NO: False,
}
_DTYPES: dict[Kind, str] = {
    Kind.DATE: "datetime64[D]",
    Kind.DONE: "datetime64[D]",
    Kind.MOMENT: "datetime64[D]",
    Kind.WHOLE: "float64",
    Kind.NUMBER: "float64",
    Kind.YES_NO: "bool",
}


def parse(column: Column, cells: Sequence[Value]) -> tuple[Objects, list[Fault]]:
    """Read a whole column.

    Returns an array of the column's dtype (dates `datetime64[D]`, numbers float64 with NaN for
    blank, yes/no bool, all else str objects with "" for blank), and a Fault for each bad cell.
    """
    read = _reader(column)
    blank = column.blank_is_yes or _BLANK.get(column.kind, "")
    # columns repeat a few values: each is read once. True equals 1 and so needs its type beside it.
    known: dict[Any, Any] = {}
    bad: dict[Any, _Unreadable] = {}
    mixed = bool in set(map(type, cells))
    names: Sequence[Any] = list(zip(map(type, cells), cells, strict=True)) if mixed else cells
    for name in set(names):
        cell = name[1] if mixed else name
        try:
            known[name] = blank if cell is None or cell == "" else read(cell)
        except _Unreadable as error:
            known[name], bad[name] = blank, error
    faults = []
    if bad:
        places = ((at, bad[name]) for at, name in enumerate(names) if name in bad)
        faults = [Fault(at, error.found, error.mend) for at, error in places]
    return _array(column, known, names), faults


def _array(column: Column, known: dict[Any, Any], names: Sequence[Any]) -> Objects:
    dtype = _DTYPES.get(column.kind, "object")
    if dtype != "datetime64[D]":
        return np.fromiter(map(known.__getitem__, names), dtype=dtype, count=len(names))
    days = np.array(list(known.values()), dtype=dtype).astype("int64").tolist()
    by_name = dict(zip(known, days, strict=True))
    return np.fromiter(map(by_name.__getitem__, names), "int64", len(names)).view(dtype)


def blanks(column: Column, count: int) -> Objects:
    """What `parse` gives for `count` empty cells: the column of a heading that the tab lacks."""
    return np.array([_BLANK.get(column.kind, "")] * count, dtype=_DTYPES.get(column.kind, "object"))


def same(old: Value, new: Value) -> bool:
    """Whether a cell that holds `old` need not be written to show `new`."""
    if new is None or new == "":
        return old is None or old == ""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, datetime) and not isinstance(new, datetime):
        return old.time() == time() and old.date() == new
    return old == new
