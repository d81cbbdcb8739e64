"""Cells as the Sheets API carries them: numbers for dates, text for errors, nothing for blank.

Dates and moments are serial numbers that count days from 30 December 1899 in the spreadsheet's own
time zone, which is how people see them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sheetops.workbook.contract import Column, Kind
from sheetops.workbook.raw import CellError, NoValue, Value

EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 # cells have no time zone
_LAST: Final = 2_958_466.0  # the day after 31 December 9999
_DAY: Final = timedelta(days=1)
_MILLISECONDS: Final = 86_400_000
_CODES: Final = (
    "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#DIV/0!", "#NULL!", "#ERROR!",
)  # fmt: skip
_SPECIAL: Final[dict[object, Value]] = {code: CellError(code) for code in _CODES} | {"": None}
DATES: Final = frozenset({Kind.DATE, Kind.DONE, Kind.MOMENT})

Cell = str | float | int | bool
"""What a reply or a request holds for one cell; "" for a blank one."""


def to_sheet(value: Value) -> Cell:
    """A value as it is written, to be taken as it is (RAW). None becomes "", which clears."""
    if value is None or isinstance(value, NoValue):
        return ""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - EPOCH) / _DAY
    if isinstance(value, date):
        return (value - EPOCH.date()).days
    if isinstance(value, time):
        return (datetime.combine(EPOCH, value) - EPOCH) / _DAY
    if isinstance(value, timedelta):
        return value / _DAY
    return value.code if isinstance(value, CellError) else value


def row_of(cells: Sequence[Cell]) -> list[Value]:
    """A row of a reply as plain values; dates are still numbers."""
    return [_SPECIAL.get(cell, cell) if type(cell) is str else cell for cell in cells]


def as_day(value: Value) -> Value:
    """What a number means where dates stand: the date, with its time if it has one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < _LAST:
        return value
    moment = EPOCH + timedelta(milliseconds=round(value * _MILLISECONDS))
    return moment.date() if moment.time() == time() else moment


def holds_days(column: Column) -> bool:
    """Whether numbers in this column are dates."""
    return column.kind in DATES


def as_joined(value: Value, *, comma: bool) -> str:
    """A cell's text as `&` gives it inside Sheets; `comma` if decimals are written with one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else f"{value:.15g}"
        return text.replace(".", ",") if comma else text
    return value.code if isinstance(value, CellError) else str(value)
