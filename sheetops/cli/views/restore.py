"""Copies of the workbook, and what a restore does: the facts, and their lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sheetops.cli.views.as_json import MERGED, SCREEN_ONLY, pick
from sheetops.cli.views.columns import table
from sheetops.jobs.restore import Restored
from sheetops.stores.excel.file.backups import Copy
from sheetops.workbook.values import day_text

NONE_YET = "No copy has been kept yet: one is made before each run that writes."
_LEDGER = (
    "Whatever was typed since then will be gone from it; a copy of it as it is now is kept first.",
    "Mail cannot be taken back. The ledger knows what has left, and sends none of it again.",
)


@dataclass(frozen=True)
class CopyView:
    """A copy, and the number by which it can be named."""

    number: int
    moment: datetime
    bytes: int
    path: Path

    @property
    def when(self) -> str:
        return f"{day_text(self.moment)} {self.moment:%H:%M:%S}"


@dataclass(frozen=True)
class RestoreView:
    """A copy that was put back, or would be; `kept` is the copy of what stood there, if any."""

    copy: CopyView = field(metadata=MERGED)
    restored: bool
    kept: Path | None
    workbook: Path = field(metadata=SCREEN_ONLY)


def of_copies(copies: Sequence[Copy]) -> list[CopyView]:
    """The copies, the newest first."""
    return [
        pick(CopyView, copy, number=number, bytes=copy.size)
        for number, copy in enumerate(copies, 1)
    ]


def of_restore(done: Restored) -> RestoreView:
    """What would be put back, or was."""
    (copy,) = of_copies([done.copy])
    return RestoreView(copy, done.is_done, done.kept, done.workbook)


def copy_lines(copies: Sequence[CopyView]) -> Iterator[str]:
    """One line a copy, with its number."""
    if not copies:
        yield NONE_YET
        return
    rows = (
        (str(copy.number), copy.when, f"{copy.bytes / 1024:.0f} kB", copy.path.name)
        for copy in copies
    )
    yield from table(("No", "As it was on", "Size", "File"), rows, numbers=frozenset({0, 2}))
    yield ""
    yield "To put one back: sheetops restore NUMBER --apply"


def lines(view: RestoreView) -> Iterator[str]:
    """What would be put back, or was."""
    copy, workbook = view.copy, view.workbook
    if not view.restored:
        yield f"{workbook} would become what it was on {copy.when} ({copy.path.name})."
        yield from _LEDGER
        return
    yield f"{workbook.name} is as it was on {copy.when}."
    if view.kept is not None:
        yield f"What stood there lies at {view.kept}"
    yield _LEDGER[1]
