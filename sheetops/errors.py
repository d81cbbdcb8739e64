"""What can go wrong, each with its mend.

Every error here is *expected*: it is shown to a person as one or two plain sentences, without a
traceback, and ends the run with the exit status of its class. Anything else that escapes is a bug.
"""

from __future__ import annotations


class SheetopsError(Exception):
    """Base of all expected errors. `mend` says in one sentence what to do about it."""

    exit_status = 1

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what} {mend}".strip())
        self.what = what
        self.mend = mend


class ConfigError(SheetopsError):
    """Raised when `sheetops.toml`, or a command's own input, cannot be used."""


class WorkbookMissing(SheetopsError):
    """Raised when there is no workbook at the path, not even a moment later."""


class WorkbookUnreadable(SheetopsError):
    """Raised when a file cannot be read: encrypted, damaged, hostile, or another format."""


class GoogleError(SheetopsError):
    """Raised when Google refuses, does not answer, or cannot be signed in to."""


class WorkbookInUse(SheetopsError):
    """Raised when somebody has the workbook open, or a synced copy is in conflict."""


class WorkbookChanged(SheetopsError):
    """Raised when the workbook is no longer the one that was read; nothing was written."""


class WriteRefused(SheetopsError):
    """Raised when a write would harm the workbook (a formula, a merge); nothing was written."""


class UnsafeRun(SheetopsError):
    """Raised when a guard rail stops a run before it writes or sends anything."""

    exit_status = 4


class AnotherRun(SheetopsError):
    """Raised when another run holds the lock of this workbook."""

    exit_status = 5


class NotDue(SheetopsError):
    """Raised when another run has done the job meanwhile; nothing was written or sent."""


class LedgerError(SheetopsError):
    """Raised when the ledger cannot be opened, is another workbook's, or lies badly."""


class MailError(SheetopsError):
    """Raised when a mail cannot be built or handed over safely."""
