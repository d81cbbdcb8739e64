"""Guessing what kind of values a column holds, from the values themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sheetops.adopt.language import dates
from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.status_words import is_understood, status_of
from sheetops.workbook.contract import Kind
from sheetops.workbook.raw import Value

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+|00|\(|0)[\d\s()./-]{6,}|\d{3}[-. ]\d{3}[-. ]\d{4}")
_CODE = re.compile(r"[A-Za-z]{0,6}[-./# ]?\d{2,}(?:[-./]\d+)*")
_LONG = 40
"""Letters; what is longer is a sentence, not a name."""
_BLANK = 0.97
"""How well a column that nobody has filled fits: a little less than one that does."""
_MOSTLY = 0.6
"""Of five cells, two may be slips or notes, and the column is of its kind all the same."""
_HALF = 0.5
"""Addresses and telephone numbers are blank or "none" more often than days."""
_OTHER = 0.4
"""With more cells of another kind than this, a column holds no names or words."""


@dataclass(frozen=True, slots=True)
class Values:
    """What the filled cells of a column look like; shares of them, from 0 to 1."""

    count: int
    total: int
    dates: float
    numbers: float
    ticks: float
    emails: float
    phones: float
    marks: float
    statuses: float
    text: float
    long: float
    codes: float
    distinct: int

    @property
    def filled(self) -> float:
        """The share of cells that hold anything."""
        return self.count / self.total if self.total else 0.0

    @property
    def unique(self) -> float:
        """How far the values differ: 1 if no two are the same."""
        return self.distinct / self.count if self.count else 0.0

    def may_be(self, kind: Kind, heading: str) -> float:
        """How well the values fit a heading of ours; 0 if they cannot be meant. A column without
        values says nothing."""
        if not self.count:
            return _BLANK
        if heading == "Phone":
            return float(self.phones + self.numbers >= _HALF)
        return float(_FITS.get(kind, _is_text)(self))


def _is_text(values: Values) -> bool:
    """Names and words: no dates, addresses or ticks; numbers hardly."""
    other = values.dates + values.emails + values.ticks + values.phones
    return other <= _OTHER and max(values.numbers, values.codes) <= _MOSTLY


_FITS: dict[Kind, Callable[[Values], bool]] = {
    Kind.DATE: lambda values: values.dates >= _MOSTLY,
    Kind.DONE: lambda values: max(values.dates, values.marks) >= _MOSTLY,
    Kind.NUMBER: lambda values: values.numbers >= _MOSTLY,
    Kind.WHOLE: lambda values: values.numbers >= _MOSTLY,
    Kind.EMAIL: lambda values: values.emails >= _HALF,
    Kind.YES_NO: lambda values: max(values.dates, values.marks) >= _MOSTLY,
    Kind.ID: lambda values: values.dates + values.emails <= _OTHER,
    Kind.ANY: lambda _values: True,
}


def look(column: Sequence[Value]) -> Values:
    """What the cells of a column look like."""
    filled = [value for value in column if value is not None]
    texts = [value for value in filled if isinstance(value, str)]

    def share(hits: Iterable[bool]) -> float:
        return sum(hits) / len(filled) if filled else 0.0

    return Values(
        count=len(filled),
        total=len(column),
        dates=share(map(_is_date, filled)),
        numbers=share(map(_is_number, filled)),
        ticks=share(isinstance(value, bool) for value in filled),
        emails=share(EMAIL.search(text) is not None for text in texts),
        phones=share(_PHONE.fullmatch(text.strip()) is not None for text in texts),
        marks=share(map(is_understood, filled)),
        statuses=share(bool(status_of(text)) for text in texts),
        text=share(True for _ in texts),
        long=share(len(text) > _LONG for text in texts),
        codes=share(_CODE.fullmatch(text.strip()) is not None for text in texts),
        distinct=len({plain(str(value)) or str(value) for value in filled}),
    )


def _is_date(value: Value) -> bool:
    if isinstance(value, str):
        return dates.looks_like(value)
    return isinstance(value, date | datetime)


def _is_number(value: Value) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"[€$£]?\s?-?\d[\d.,'\s]*\s?[€$£%]?", value.strip()) is not None and (
            not dates.looks_like(value)
        )
    return isinstance(value, int | float) and not isinstance(value, bool)
