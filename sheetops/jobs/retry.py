"""Trying again while staff save the workbook: the one loop for all jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sheetops.errors import WorkbookChanged

_ATTEMPTS = 3  # staff may save while we work; more often than this they are at it
_Read = TypeVar("_Read")
_Done = TypeVar("_Done")


def retry_on_change(
    work: Callable[[_Read], _Done], first: _Read, read: Callable[[], _Read]
) -> _Done:
    """Do the work on what was read first; once more on what is read anew if staff have saved.

    Raises WorkbookChanged if they save again and again.
    """
    reading = first
    for _ in range(1, _ATTEMPTS):
        try:
            return work(reading)
        except WorkbookChanged:
            reading = read()
    return work(reading)
