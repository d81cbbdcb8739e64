"""Working days of the made-up studio, Monday to Friday, counted from the day of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sheetops.workbook.raw import Value

_SATURDAY = 5


def move(day: date, working_days: int) -> date:
    """The working day so many working days after `day` (before it, where negative)."""
    stride = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left or day.weekday() >= _SATURDAY:
        day += stride
        if day.weekday() < _SATURDAY and left:
            left -= 1
    return day


def value_on(value: Any, today: date) -> Value:
    """A cell of the data files on a day: `{ day = -3 }` is three working days before it, and blank
    text an empty cell."""
    if isinstance(value, Mapping):
        return move(today, value["day"])
    return None if value == "" else value


def row_on(cells: Mapping[str, Any], today: date) -> dict[str, Value]:
    """All cells of a row on a day, by heading."""
    return {heading: value_on(value, today) for heading, value in cells.items()}
