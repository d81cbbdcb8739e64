"""What may befall a run in the long form: its death, a full disk, a second machine."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from sheetops import failpoints
from sheetops.stores import lock

_FULL = {
    "folder: handing recorded",
    "folder: temporary file written",
    "workbook: temporary file open",
    "workbook: temporary file written",
    "workbook: temporary file synced",
    "ledger copy: written",
    "ledger: before the commit",
}
"""Points at which a disk may turn out to be full."""


class Kill(BaseException):
    """Stands for the death of the process: nothing of sheetops catches it."""


@dataclass
class Hazard:
    """A `reach` that does something at the n-th point of all; it counts those that were passed."""

    at: int
    kind: str = "death"
    meanwhile: Callable[[], None] | None = None
    passed: int = 0
    struck: str = ""

    def __call__(self, point: str) -> None:
        self.passed += 1
        if self.struck or self.passed < self.at or not self._fits(point):
            return
        self.struck = point
        if self.kind == "death":
            raise Kill(point)
        if self.kind == "full disk":
            raise _full(point)
        if self.meanwhile is not None:
            self.meanwhile()

    def _fits(self, point: str) -> bool:
        if self.kind == "full disk":
            return point in _FULL
        return self.kind == "death" or point != "ledger: before the commit"


def _full(point: str) -> Exception:
    if point.startswith("ledger: "):
        cause = sqlite3.OperationalError("database or disk is full")
        return OperationalError("COMMIT", None, cause)
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def beset(hazard: Hazard) -> Iterator[Hazard]:
    """Let a hazard wait for whatever runs now in this process. A dead run tidies nothing up: its
    mark beside the workbook stays."""
    before, let_go = failpoints.reach, lock._let_go

    def let_go_unless_dead(mark: Path, words: str) -> None:
        if not (hazard.struck and hazard.kind == "death"):
            let_go(mark, words)

    failpoints.reach, lock._let_go = hazard, let_go_unless_dead
    try:
        yield hazard
    finally:
        failpoints.reach, lock._let_go = before, let_go
