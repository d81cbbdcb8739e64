"""Copies of the workbook, as lines of text for a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sheetops.cli.views.columns import table
from sheetops.jobs.restore import Restored
from sheetops.stores.excel.file.backups import Copy
from sheetops.workbook.values import day_text

NONE_YET = "No copy has been kept yet: one is made before each run that writes."
_LEDGER = (
    "Whatever was typed since then will be gone from it; a copy of it as it is now is kept first.",
    "Mail cannot be taken back. The ledger knows what has left, and sends none of it again.",
)


def lines(copies: Sequence[Copy]) -> Iterator[str]:
    """One line a copy, the newest first, with the number by which it can be named."""
    if not copies:
        yield NONE_YET
        return
    rows = (
        (str(number), _when(one), f"{one.size / 1024:.0f} kB", one.path.name)
        for number, one in enumerate(copies, 1)
    )
    yield from table(("No", "As it was on", "Size", "File"), rows, numbers=frozenset({0, 2}))
    yield ""
    yield "To put one back: sheetops restore NUMBER --apply"


def one(done: Restored) -> Iterator[str]:
    """What would be put back, or was."""
    if done.is_done:
        yield f"{done.workbook.name} is as it was on {_when(done.copy)}."
        if done.kept is not None:
            yield f"What stood there lies at {done.kept}"
        yield _LEDGER[1]
        return
    yield f"{done.workbook} would become what it was on {_when(done.copy)} ({done.copy.path.name})."
    yield from _LEDGER


def _when(copy: Copy) -> str:
    return f"{day_text(copy.moment)} {copy.moment:%H:%M:%S}"


def as_data(copies: Sequence[Copy]) -> list[dict[str, Any]]:
    """The copies for `--json`."""
    return [
        {"number": number, "moment": one.moment.isoformat(), "bytes": one.size,
         "path": str(one.path)}
        for number, one in enumerate(copies, 1)
    ]  # fmt: skip
