"""The mark beside a workbook that keeps the runs of two computers apart.

Each computer has a ledger with a lock of its own, so two computers know nothing of each other. What
both see is the workbook's folder: whoever makes the file `.NAME.sheetops-run` there works alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sheetops import failpoints
from sheetops.errors import AnotherRun, WriteRefused

_PATIENCE = 2.0  # seconds in which a mark that was just made must have its words


@contextmanager
def workbook_lock(
    path: Path | None, ledger_id: str, computer: str, now: datetime
) -> Iterator[None]:
    """Hold the file beside the workbook that keeps other computers' runs away from it.

    One that a dead run of this ledger left is taken over: whoever is here holds the ledger's lock,
    so that run is surely dead. Raises AnotherRun if another ledger's run holds it. A Google Sheet
    has no such file: there the sending computer is named in Settings, and rows are put by name.
    """
    if path is None:
        yield
        return
    mark = path.resolve().with_name(f".{path.name}.sheetops-run")
    words = f"{ledger_id}\n{computer}\n{now.astimezone().isoformat(timespec='minutes')}\n"
    try:
        _take(mark, words, ledger_id)
    except OSError as error:
        raise WriteRefused(
            f"The folder of {path.name} cannot be written ({error.strerror}).",
            "Let this account write there.",
        ) from error
    failpoints.reach("mark: taken")
    try:
        yield
    finally:
        _let_go(mark, words)


def _take(mark: Path, words: str, ledger_id: str) -> None:
    """The mark is written whole under a name that only this ledger uses, and then gets its own name
    in one step: a run that dies on the way leaves nothing that keeps others away."""
    mine = mark.with_name(f"{mark.name}.{ledger_id}")
    try:
        _write(mine, words)
        failpoints.reach("mark: written")
        if _is_named(mine, mark) or (_was_left_empty(mark) and _is_named(mine, mark)):
            return
        _must_be_ours(mark, ledger_id)
        mine.replace(mark)
    finally:
        mine.unlink(missing_ok=True)


def _write(mine: Path, words: str) -> None:
    with mine.open("w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())


def _is_named(mine: Path, mark: Path) -> bool:
    """Give it the mark's name, unless there is one. Not every drive knows links."""
    try:
        os.link(mine, mark)
    except FileExistsError:
        return False
    except OSError:
        return _is_made(mark, mine.read_text(encoding="utf-8"))
    return True


def _is_made(mark: Path, words: str) -> bool:
    try:
        with mark.open("x", encoding="utf-8") as file:
            failpoints.reach("mark: still empty")
            file.write(words)
    except FileExistsError:
        return False
    return True


def _was_left_empty(mark: Path) -> bool:
    """Whether there was a mark without words, which is gone now. A run that lives writes them in
    the same moment, so one that stays empty was left by a run that died in it."""
    until = time.monotonic() + _PATIENCE
    while _said_in(mark) == "":
        if time.monotonic() > until:
            return _is_away(mark, mark.with_name(f"{mark.name}.{os.getpid()}.old"))
        time.sleep(0.05)
    return False


def _is_away(mark: Path, away: Path) -> bool:
    try:
        mark.replace(away)
    except FileNotFoundError:  # another computer was first
        return False
    if _said_in(away):  # and has it already
        away.replace(mark)
        return False
    away.unlink()
    return True


def _said_in(mark: Path) -> str | None:
    """What a mark says; None if there is none."""
    try:
        return mark.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _let_go(mark: Path, words: str) -> None:
    if _said_in(mark) == words:
        mark.unlink(missing_ok=True)  # a person may have deleted it


def _must_be_ours(mark: Path, ledger_id: str) -> None:
    held = [*(_said_in(mark) or "").splitlines(), "", "", ""]
    if held[0] != ledger_id:  # or nothing: let go this moment, and the next try will have it
        since = f" since {held[2]}" if held[2] else ""
        raise AnotherRun(
            f"{held[1] or 'Another computer'} is working with this workbook{since}.",
            f"Wait until it is done. If that run died, delete {mark.name} beside the workbook.",
        )
