"""The workbook file as a store: read the tabs that the contract knows, write changes by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sheetops.errors import WriteRefused
from sheetops.stores.excel.conflicts import refuse_rivals, troubles
from sheetops.stores.excel.file.locks import refuse_in_use
from sheetops.stores.excel.file.replace import take
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write.edit import Options, edit
from sheetops.workbook.changes import Changes, NewRow, Receipt, TabLayout
from sheetops.workbook.raw import RawBook, Value, address, column_letters


class ExcelStore:
    """A workbook file. `wanted` says which tabs are read (all if None).

    `backups` is the folder for dated copies (by default `sheetops copies` beside the workbook), of
    which the newest `keep` stay.
    """

    def __init__(
        self,
        path: str | Path,
        backups: Path | None = None,
        keep: int = 20,
        *,
        wanted: Callable[[str], bool] | None = None,
        limits: Limits = DEFAULT,
    ) -> None:
        self.path = Path(path)
        self.backups = backups or self.path.resolve().parent / "sheetops copies"
        self.keep = keep
        self._wanted = wanted
        self._limits = limits
        self._known = ""  # the fingerprint of what was read or written last

    def read(self) -> RawBook:
        """Read the wanted tabs. Raises WorkbookMissing or WorkbookUnreadable."""
        book = read(self.path, self._wanted, limits=self._limits, known=self._known)
        self._known = book.fingerprint
        return replace(book, troubles=(*book.troubles, *troubles(self.path.resolve())))

    def check(self, fingerprint: str) -> None:
        """See that nobody has it open and that it is as it was read; see `Store.check`."""
        path = self.path.resolve()
        self._refuse_in_use(path)
        take(path, self._limits, fingerprint)

    def _refuse_in_use(self, path: Path) -> None:
        refuse_in_use(path)
        refuse_rivals(path, self.backups)

    def write(self, changes: Changes) -> Receipt:
        """Write changes into the workbook that they were made from; see `Store.write`."""
        if not changes:
            return Receipt(fingerprint=changes.fingerprint)
        self._refuse_in_use(self.path.resolve())
        edits: dict[str, dict[str, Value]] = {}
        for change in changes.cells:
            layout = _layout(changes.layout, change.tab)
            address = _address(layout, change.key, change.heading)
            edits.setdefault(layout.sheet, {})[address] = change.new
        append, notes = _appended(changes)
        options = Options(self.backups, self.keep, changes.fingerprint, self._limits)
        report = edit(self.path, edits, append=append, options=options)
        self._known = report.fingerprint
        new = sum(map(len, report.rows.values()))
        cells = sum(report.cells.values())
        return Receipt(cells, new, report.fingerprint, report.backup, notes)


def _layout(layouts: Mapping[str, TabLayout], tab: str) -> TabLayout:
    if tab not in layouts:
        raise WriteRefused(f'The workbook has no tab "{tab}".', "Add it, or leave its system off.")
    return layouts[tab]


def _address(layout: TabLayout, key: str, heading: str) -> str:
    if key not in layout.rows:
        raise WriteRefused(f'The tab "{layout.sheet}" has no row for "{key}".', "Run it again.")
    if heading not in layout.columns:
        raise WriteRefused(
            f'The tab "{layout.sheet}" has no column "{heading}".', "Add the heading, or run again."
        )
    return address(layout.rows[key], layout.columns[heading])


def _appended(changes: Changes) -> tuple[dict[str, list[dict[str, Value]]], tuple[str, ...]]:
    rows: dict[str, list[dict[str, Value]]] = {}
    notes: dict[str, None] = {}
    for new in changes.rows:
        layout = _layout(changes.layout, new.tab)
        rows.setdefault(layout.sheet, []).append(_by_column(new, layout, notes))
    return rows, tuple(notes)


def _by_column(new: NewRow, layout: TabLayout, notes: dict[str, None]) -> dict[str, Value]:
    cells = {}
    for heading, value in new.values.items():
        if heading in layout.columns:
            cells[column_letters(layout.columns[heading])] = value
        else:
            notes[f'{layout.sheet} has no column "{heading}": left out of the new rows.'] = None
    return cells
