"""Files beside the workbook that may be a second version of it, going by their names.

Context: Google Drive, iCloud and OneDrive call a version in conflict like any copy that a person
makes: `clients (1).xlsx`, `clients 2.xlsx`, `clients-COMPUTER.xlsx`. Decision: such a file is
looked into. It stops a run only if it has this workbook's id, holds something else, and was saved
after the last copy that we kept, so that somebody has been at work in it since. Any other copy of
this workbook is a problem to tell, and the business goes on. Consequence: an old download or a
backup stops nobody, and what two people saved at once is not written over.
"""

from __future__ import annotations

import contextlib
import platform
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from sheetops.errors import SheetopsError
from sheetops.stores.excel.file.backups import copies_of
from sheetops.stores.excel.file.locks import rest_of, second_version, siblings
from sheetops.stores.excel.read.read import read
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.headers import folded
from sheetops.workbook.raw import RawTab, Trouble

_COUNTED: Final = re.compile(r" \(\d{1,2}\)| \d")  # Google Drive; iCloud
_COMPUTER: Final = re.compile(r"-(?=[A-Z0-9-]*[A-Z])[A-Z0-9-]{2,15}(?:-\d)?")  # OneDrive on Windows
_SETTINGS: Final = {folded(name) for name in ("Settings", *BY_NAME["Settings"].aliases)}
_ID: Final = folded("Workbook id")


def refuse_rivals(path: Path, copies: Path) -> None:
    """Raises WorkbookInUse if a second version was saved since the last of our `copies`."""
    kept = copies_of(path, copies)
    last = kept[0].moment.timestamp() if kept else 0.0
    for other in seconds(path):
        with contextlib.suppress(OSError):  # it may be gone this moment
            if other.stat().st_mtime > last and other.read_bytes() != path.read_bytes():
                raise second_version(path, other)


def troubles(path: Path) -> Iterator[Trouble]:
    """A problem for each copy of this workbook that lies beside it."""
    for other in seconds(path):
        found = (
            f'Beside the workbook lies "{other.name}", a copy of it, in which somebody may work.'
        )
        yield Trouble("Clients", "", found, "Move it elsewhere, or delete it.")


def seconds(path: Path) -> list[Path]:
    """Files beside the workbook that may be of a sync program by name, and have its id inside."""
    found = [other for other in siblings(path) if _may_be_second(rest_of(other, path))]
    if not found:
        return []
    mine = _id_of(path)
    if mine is None:
        return []
    return [other for other in found if _id_of(other) == mine]


def _may_be_second(rest: str) -> bool:
    node = platform.node().partition(".")[0]
    ours = bool(node) and rest.casefold() == f"-{node}".casefold()
    return ours or bool(_COUNTED.fullmatch(rest) or _COMPUTER.fullmatch(rest))


def _id_of(path: Path) -> str | None:
    """The workbook id inside a file, blank if it has none; None if it cannot be read."""
    try:
        state = path.stat()
    except OSError:
        return None
    return _read_id(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read_id(path: Path, _changed: int, _size: int) -> str | None:
    try:
        return _in_settings(read(path, lambda name: folded(name) in _SETTINGS).tabs)
    except SheetopsError:
        return None


def _in_settings(tabs: Mapping[str, RawTab]) -> str:
    for tab in tabs.values():
        for row in tab.rows:
            texts = [folded(str(value)) for value in row if value is not None]
            if _ID in texts[:-1]:
                return texts[texts.index(_ID) + 1]
    return ""
