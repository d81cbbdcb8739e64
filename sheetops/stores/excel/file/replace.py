"""The workbook as a file that staff use too: seen whole, replaced whole, or left alone.

A plain `os.replace` was seen to lose owner and attributes and to turn a symlink into a file; and
staff may save at any moment. So everything is checked before reading and again right before the
replacement, which is one atomic step within the same folder.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from sheetops import failpoints
from sheetops.errors import (
    WorkbookChanged,
    WorkbookInUse,
    WorkbookMissing,
    WorkbookUnreadable,
    WriteRefused,
)
from sheetops.stores.excel.file.backups import keep_copy
from sheetops.stores.excel.file.locks import refuse_in_use
from sheetops.stores.excel.ooxml.limits import Limits
from sheetops.stores.excel.write.editor import Edited, EditReport
from sheetops.stores.excel.write.verify import verify

PATIENCE: Final = 2.0  # seconds: Excel deletes the file and renames its new one while it saves
_LATER: Final = "Run it again: the next run works on the workbook as it is now."
_STALE: Final = 3600.0  # seconds after which our own temporary file was left by a crash


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A workbook as it was at one moment. `path` has no symlinks in it."""

    path: Path
    raw: bytes
    state: os.stat_result
    fingerprint: str
    limits: Limits


def fingerprint_of(raw: bytes) -> str:
    """The sha256 of a file's bytes, as hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def take(path: Path, limits: Limits, expected: str = "") -> Snapshot:
    """Read the whole file. Raises WorkbookMissing, WorkbookUnreadable or WorkbookChanged."""
    raw, state = _read_patiently(path, limits)
    snapshot = Snapshot(path.resolve(), raw, state, fingerprint_of(raw), limits)
    if expected and expected != snapshot.fingerprint:
        raise WorkbookChanged(
            f"{path.name} was changed since it was read; nothing was written.", _LATER
        )
    return snapshot


def _read_patiently(path: Path, limits: Limits) -> tuple[bytes, os.stat_result]:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return _read(path, limits)
        except FileNotFoundError as error:
            if time.monotonic() > until or not path.parent.is_dir():
                raise WorkbookMissing(
                    f"There is no workbook {path}.",
                    "Check the name, or whether the drive is there.",
                ) from error
            time.sleep(0.1)


def _read(path: Path, limits: Limits) -> tuple[bytes, os.stat_result]:
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise WorkbookUnreadable(f"{path.name} is no file.", "Give the workbook itself.")
            return file.read(limits.packed + 1), state
    except IsADirectoryError as error:
        raise WorkbookUnreadable(f"{path} is a folder.", "Give the workbook itself.") from error
    except PermissionError as error:
        raise WorkbookUnreadable(
            f"{path} may not be read.", "Close it in Excel, or ask for the right to read it."
        ) from error


@dataclass(frozen=True, slots=True)
class Replacing:
    """One replacement of a workbook by its edited self."""

    snapshot: Snapshot
    edited: Edited
    limits: Limits

    def run(self, out: Path | None, backups: Path | None, keep: int) -> EditReport:
        """Write, verify and replace. Raises as `edit` does."""
        path = self.snapshot.path if out is None else out.resolve()
        same = path == self.snapshot.path
        if not self.edited.changed and same:
            return replace(self.edited.report, fingerprint=self.snapshot.fingerprint)
        try:
            return self._write(path, backups if same else None, keep, same=same)
        except OSError as error:
            raise explained(error, path) from error

    def _write(self, path: Path, backups: Path | None, keep: int, *, same: bool) -> EditReport:
        refuse_in_use(path)
        if same:
            refuse_special(path, self.snapshot.state)
        backup = ""
        if backups is not None:
            backup = str(keep_copy(path, self.snapshot.raw, backups, keep))
        failpoints.reach("workbook: copy kept")
        raw = replaced(path, self._put, self._checked, self.snapshot, same=same)
        return replace(self.edited.report, fingerprint=fingerprint_of(raw), backup=backup)

    def _checked(self, raw: bytes) -> None:
        verify(self.edited, raw, self.limits)

    def _put(self, file: BinaryIO) -> None:
        if self.edited.changed:
            self.edited.package.write(self.edited.changed, file)
        else:
            file.write(self.snapshot.raw)


def replaced(
    path: Path,
    put: Callable[[BinaryIO], None],
    check: Callable[[bytes], None],
    before: Snapshot | None,
    *,
    same: bool = True,
) -> bytes:
    """Put a file in the place of another in one step; returns its bytes.

    `put` writes it, `check` looks at what was written. With `same`, the file there must still be
    the one `before` was taken of, or still be missing.
    """
    _sweep(path)
    handle, name = tempfile.mkstemp(".tmp", _prefix(path), path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            failpoints.reach("workbook: temporary file open")
            put(file)
            file.flush()
            failpoints.reach("workbook: temporary file written")
            if before is not None:
                _keep_attributes(file.fileno(), before)
            os.fsync(file.fileno())
        failpoints.reach("workbook: temporary file synced")
        raw = temporary.read_bytes()
        check(raw)
        refuse_in_use(path)
        if same:
            _refuse_changed(path, before)
        failpoints.reach("workbook: before it is replaced")
        _replace(temporary, path)
        failpoints.reach("workbook: replaced")
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return raw


def _refuse_changed(path: Path, before: Snapshot | None) -> None:
    if before is None:
        if path.exists():
            raise WorkbookChanged(f"{path.name} is there again; nothing was written.", _LATER)
        return
    now = take(path, before.limits, before.fingerprint).state
    if (now.st_ino, now.st_dev) != (before.state.st_ino, before.state.st_dev):
        raise WorkbookChanged(f"{path.name} was saved anew meanwhile; nothing was written.", _LATER)


def _prefix(path: Path) -> str:
    return f".{path.name}.sheetops-"


def _sweep(path: Path) -> None:
    """Remove temporary files that a crashed run left."""
    prefix, now = _prefix(path), time.time()
    for other in path.parent.iterdir():
        if other.name.startswith(prefix) and other.name.endswith(".tmp"):
            with contextlib.suppress(OSError):
                if now - other.stat().st_mtime > _STALE:
                    other.unlink()


def refuse_special(path: Path, state: os.stat_result) -> None:
    """Raises WriteRefused for a file that has a second name, or may not be written."""
    if state.st_nlink > 1:
        raise WriteRefused(
            f"{path.name} has a second name (hard link), which would keep the old content.",
            "Copy it to a file of its own.",
        )
    if not state.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise WriteRefused(
            f"{path.name} is read-only.", "Make it writable, or choose another file."
        )


def _keep_attributes(handle: int, snapshot: Snapshot) -> None:
    """Give the new file the old one's owner, mode and extended attributes."""
    if sys.platform == "win32":
        return
    state = snapshot.state
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid) != (state.st_uid, state.st_gid):
        os.fchown(handle, state.st_uid, state.st_gid)
    os.fchmod(handle, stat.S_IMODE(state.st_mode))
    if sys.platform == "linux":
        for name in os.listxattr(snapshot.path):
            value = os.getxattr(snapshot.path, name)
            with contextlib.suppress(
                PermissionError
            ):  # security labels are the system's own affair
                os.setxattr(handle, name, value)


def _replace(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError as error:
        raise WorkbookInUse(
            f"{path.name} cannot be replaced: it is open somewhere.",
            "Close it there and run again.",
        ) from error
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def explained(error: OSError, path: Path) -> WriteRefused:
    """What the system said about a file that could not be written, and the mend."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WriteRefused(f"The disk is full; {path.name} is as it was.", "Free some space.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WriteRefused(
            f"{path.name} cannot be replaced: {error.strerror}.",
            "Run as the person who owns the file, in a folder where they may write.",
        )
    return WriteRefused(
        f"{path.name} could not be written: {error.strerror or error}; it is as it was.",
        "Check the drive and the connection, and run again.",
    )
