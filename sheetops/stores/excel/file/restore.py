"""Put a kept copy back in the workbook's place, as safely as a write."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import BinaryIO

from sheetops.errors import WriteRefused
from sheetops.stores.excel.file.backups import keep_copy
from sheetops.stores.excel.file.locks import refuse_in_use
from sheetops.stores.excel.file.replace import Snapshot, explained, refuse_special, replaced, take
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits
from sheetops.stores.excel.ooxml.package import open_package


def restore(
    path: Path, copy: Path, folder: Path, keep: int = 20, limits: Limits = DEFAULT
) -> Path | None:
    """Put `copy` in the place of the workbook; returns the copy of what stood there, which is kept
    in `folder` first. None where nothing stood there, or the very same.

    Raises WorkbookInUse if it is open, WorkbookUnreadable if the copy is damaged, WorkbookChanged
    or WriteRefused if it cannot be replaced. Then it is as it was.
    """
    path = path.resolve()
    refuse_in_use(path)
    raw = take(copy, limits).raw
    package = open_package(copy.name, raw, limits)
    for name in package.members:
        for _ in package.chunks(name):
            pass  # each part's size and checksum
    before = take(path, limits) if path.exists() else None
    if before is not None and before.raw == raw:
        return None
    try:
        return _replace(path, copy, raw, before, (folder, keep))
    except OSError as error:
        raise explained(error, path) from error


def _replace(
    path: Path, copy: Path, raw: bytes, before: Snapshot | None, kept: tuple[Path, int]
) -> Path | None:
    def put(file: BinaryIO) -> None:
        file.write(raw)

    def check(written: bytes) -> None:
        if written != raw:
            raise WriteRefused(f"The disk did not keep {path.name} whole.", "Check the drive.")

    backup = None
    if before is not None:
        refuse_special(path, before.state)
        backup = keep_copy(path, before.raw, *kept)
    replaced(path, put, check, before)
    if before is None and copy.exists():
        shutil.copymode(copy, path)
    return backup
