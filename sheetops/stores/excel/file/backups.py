"""Dated copies of the workbook, one from before each write, thinned as they grow old.

The newest 20 stay. Of the older ones stays the last of each day for a month, and the last of each
week for a year: close by there is a copy from before every run, and far back one of every week.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

_STAMP = "%Y-%m-%d %H%M%S.%f"
_DAILY, _WEEKLY = timedelta(days=31), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a workbook as it was at a moment, in the time of this computer."""

    path: Path
    moment: datetime

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.path.stat().st_size


def keep_copy(path: Path, raw: bytes, folder: Path, keep: int) -> Path:
    """Keep a dated copy of the workbook as it was, and thin out the older ones beyond `keep`."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now().astimezone()
    copy = folder / f"{path.stem} {now:{_STAMP}}{path.suffix}"
    with copy.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, copy)
    for old in too_old(copies_of(path, folder), now.date(), keep):
        with contextlib.suppress(OSError):  # somebody has it open: the next write tries again
            old.path.unlink(missing_ok=True)
    return copy


def copies_of(path: Path, folder: Path) -> list[Copy]:
    """The copies of a workbook, the newest first."""
    if not folder.is_dir():
        return []
    dated = re.compile(
        re.escape(path.stem) + r" (\d{4}-\d\d-\d\d \d{6}\.\d{6})" + re.escape(path.suffix)
    )
    found = ((one, dated.fullmatch(one.name)) for one in folder.iterdir())
    copies = [Copy(one, moment) for one, match in found if match and (moment := _moment(match[1]))]
    return sorted(copies, key=lambda one: one.path.name, reverse=True)


def _moment(stamp: str) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.strptime(stamp, _STAMP).astimezone()
    return None


def too_old(copies: Sequence[Copy], today: date, keep: int) -> Iterator[Copy]:
    """Those of the copies, the newest first, that need not be kept."""
    seen: set[tuple[int, ...]] = set()
    for number, copy in enumerate(copies):
        span = _span(copy.moment.date(), today)
        if number >= keep and (span is None or span in seen):
            yield copy
        elif span is not None:
            seen.add(span)


def _span(day: date, today: date) -> tuple[int, ...] | None:
    """The day or the week of which one copy is kept; None once it is older than that."""
    age = today - day
    if age > _WEEKLY:
        return None
    return (day.year, day.month, day.day) if age <= _DAILY else tuple(day.isocalendar())[:2]
