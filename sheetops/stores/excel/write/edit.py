"""The small public entry for writing: a few cells, a few rows, nothing else touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sheetops.stores.excel.file.replace import Replacing, take
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits
from sheetops.stores.excel.ooxml.parts import plainly
from sheetops.stores.excel.write.editor import Appended, EditReport, Edits, edit_parts, load


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is written: `backups` is a folder for a dated copy of the file from before, of
    which `keep` stay; `expected` the fingerprint (sha256) that the file must have."""

    backups: Path | None = None
    keep: int = 20
    expected: str = ""
    limits: Limits = DEFAULT


def edit(
    path: str | Path,
    edits: Edits,
    out: str | Path | None = None,
    append: Appended | None = None,
    options: Options = Options(),
) -> EditReport:
    """Write cells into a workbook, and rows under its tables or after its last rows.

    `edits` is {tab: {address: value}}, `append` {tab: [{column letters: value}, ...]}. Values are
    text (always text, even with a leading `=`), number, bool, date, datetime or None (clear; so
    does ""). The file is replaced in one step, or written to `out` and itself left alone. Where no
    value differs, the file is not touched (with `out`, it is copied).

    Raises WorkbookMissing, WorkbookUnreadable, WorkbookInUse or WorkbookChanged for the file, and
    WriteRefused for a cell that cannot be written without harm. Then nothing was written.
    """
    snapshot = take(Path(path), options.limits, options.expected)
    with plainly(snapshot.path.name):
        edited = edit_parts(load(snapshot.path.name, snapshot.raw, options.limits), edits, append)
    target = Path(out) if out else None
    return Replacing(snapshot, edited, options.limits).run(target, options.backups, options.keep)
