"""Whether somebody else is at work on the workbook: lock files, and versions in conflict.

Excel and LibreOffice put a small file beside a workbook that is open. A program that syncs a folder
puts a second version there when two people have saved at once; its name says so in most programs
(Dropbox, Nextcloud, ownCloud, Seafile, Syncthing). In all these cases nothing is written, and the
next look tries again. Nothing of another program's is ever deleted.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sheetops.errors import WorkbookInUse

_CONFLICT: Final = re.compile(
    r" ?\([^()]*(?:conflict|konflikt|conflit)[^()]*\)(?: ?\(\d+\))?"  # Dropbox, Nextcloud, Seafile
    r"|\.sync-conflict-.+"  # Syncthing
    r"|_conflict-\d.*"  # ownCloud
    r"| ?\[conflict\].*",
    re.IGNORECASE,
)
_OWNER_FILE, _WIDE_NAME = 165, 55


def refuse_in_use(path: Path) -> None:
    """Raises WorkbookInUse if a lock file of Excel or LibreOffice or a conflict copy lies there."""
    for name in (f"~${path.name}", f"~${path.name[2:]}"):
        owner = path.with_name(name)
        if owner.exists():
            raise WorkbookInUse(
                f"{path.name} is open in Excel ({_excel_owner(owner)}).", _close(owner)
            )
    lock = path.with_name(f".~lock.{path.name}#")
    if lock.exists():
        raise WorkbookInUse(
            f"{path.name} is open in LibreOffice ({_libre_owner(lock)}).", _close(lock)
        )
    for other in siblings(path):
        if _CONFLICT.fullmatch(rest_of(other, path)) and not _is_same(other, path):
            raise second_version(path, other)


def second_version(path: Path, other: Path) -> WorkbookInUse:
    """The error for a version of the workbook that a sync program has put beside it."""
    return WorkbookInUse(
        f'A second version of {path.name} lies beside it: "{other.name}".',
        "Two people saved at once: bring the two together, then delete the second one.",
    )


def siblings(path: Path) -> Iterator[Path]:
    """The files beside a workbook whose names go on from its own, of the same kind."""
    for other in path.parent.iterdir():
        begins = other.name.casefold().startswith(path.stem.casefold())
        if begins and other.suffix.casefold() == path.suffix.casefold() and other != path:
            yield other


def rest_of(other: Path, path: Path) -> str:
    """What a file's name has beyond the workbook's: ` (1)` of `clients (1).xlsx`."""
    return other.stem[len(path.stem) :]


def _is_same(other: Path, path: Path) -> bool:
    """Whether a file holds the very bytes of the workbook, so that nothing is in conflict."""
    with contextlib.suppress(OSError):
        return other.stat().st_size == path.stat().st_size and (
            other.read_bytes() == path.read_bytes()
        )
    return False


def _close(lock: Path) -> str:
    with contextlib.suppress(OSError):
        minutes = (time.time() - lock.stat().st_mtime) / 60
        age = f"{minutes:.0f} minutes" if minutes < 180 else f"{minutes / 60:.0f} hours"  # noqa: PLR2004 - up to three hours in minutes
        return f"Close it there; if nobody has it open, delete {lock.name} ({age} old)."
    return "Close it there."


def _excel_owner(lock: Path) -> str:
    """The name in Excel's owner file: its length, one byte a letter, and from 55 on in UTF-16."""
    with contextlib.suppress(OSError, UnicodeError, IndexError):
        raw = lock.read_bytes()[:_OWNER_FILE]
        count = raw[0]
        start = (
            _WIDE_NAME + 2 if raw[_WIDE_NAME : _WIDE_NAME + 2] == bytes([count, 0]) else _WIDE_NAME
        )
        name = raw[start : start + 2 * count].decode("utf-16-le").strip("\0 ")
        name = name or raw[1 : 1 + count].decode("latin-1").strip("\0 ")
        if name and name.isprintable():
            return name
    return "by somebody"


def _libre_owner(lock: Path) -> str:
    with contextlib.suppress(OSError):
        fields = lock.read_text("utf-8", "replace").split(",")
        return ", ".join(f for f in fields[:3] if f.strip()) or "by somebody"
    return "by somebody"
