"""Working days of the made-up studio, Monday to Friday, counted from the day of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A day so many working days after today; negative before it, 0 the latest working day."""

    offset: int

    def on(self, today: date) -> date:
        return move(today, self.offset)


def move(day: date, working_days: int) -> date:
    """The working day so many working days after `day` (before it, where negative)."""
    stride = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left or day.weekday() >= _SATURDAY:
        day += stride
        if day.weekday() < _SATURDAY and left:
            left -= 1
    return day
