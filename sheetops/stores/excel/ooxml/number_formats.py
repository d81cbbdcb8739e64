"""What a number shows when its cell's style is a date, a time of day or a duration."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sheetops.stores.excel.ooxml.cells import EPOCH_1900, EPOCH_1904, LEAP_BUG
from sheetops.stores.excel.ooxml.styles import Shown
from sheetops.workbook.raw import Value

_MILLISECONDS: Final = 86_400_000
_LAST: Final = 2_958_466.0  # the day after 31 December 9999


def shown_value(number: float, shown: Shown, *, uses_1904: bool) -> Value:
    """The value that a person sees: midnight as a date, other moments as a datetime.

    A number that Excel itself shows as ##### (negative, or beyond the year 9999) stays a number.
    """
    if shown is Shown.NUMBER or not 0 <= number < _LAST:
        return number
    span = timedelta(milliseconds=round(number * _MILLISECONDS))
    if shown is Shown.DURATION:
        return span
    if number < 1:
        return (EPOCH_1904 + span).time() if number or shown is Shown.TIME else time()
    if not uses_1904 and number < LEAP_BUG:
        span += timedelta(days=1)
    moment: datetime = (EPOCH_1904 if uses_1904 else EPOCH_1900) + span
    return moment.date() if moment.time() == time() else moment
