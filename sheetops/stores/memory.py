"""A workbook that lives in memory: the smallest store, for tests and for trying things out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sheetops.errors import WorkbookChanged, WriteRefused
from sheetops.workbook.changes import Changes, Receipt, TabLayout
from sheetops.workbook.headers import is_ours
from sheetops.workbook.raw import RawBook, RawTab, Value, address


class MemoryStore:
    """Holds the tabs as rows of plain cells, each tab beginning at A1."""

    def __init__(self, tabs: Mapping[str, Sequence[Sequence[Value]]], name: str = "memory") -> None:
        self.name = name
        self.tabs: dict[str, list[list[Value]]] = {
            tab: [list(row) for row in rows] for tab, rows in tabs.items()
        }
        self.formulas: dict[str, set[tuple[int, int]]] = {}
        """Places (row, column, from 1) that hold a formula and may not be written, by tab."""

    def read(self) -> RawBook:
        """Every tab that the contract knows, as plain cells."""
        ours = {
            tab: RawTab(
                tab,
                [list(row) for row in rows],
                formulas=frozenset(self.formulas.get(tab, ())),
            )
            for tab, rows in self.tabs.items()
            if is_ours(tab)
        }
        others = tuple(tab for tab in self.tabs if not is_ours(tab))
        return RawBook(self.name, ours, self._fingerprint(), others)

    def check(self, fingerprint: str) -> None:
        """Raises WorkbookChanged if it is no longer what was read."""
        if fingerprint != self._fingerprint():
            raise WorkbookChanged(f"{self.name} has changed since it was read.", "Run it again.")

    def write(self, changes: Changes) -> Receipt:
        """Write all changes or none; see `Store.write`."""
        if not changes:
            return Receipt(fingerprint=changes.fingerprint)
        self.check(changes.fingerprint)
        after = {tab: [list(row) for row in rows] for tab, rows in self.tabs.items()}
        for cell in changes.cells:
            place = changes.layout[cell.tab]
            if cell.key not in place.rows or cell.heading not in place.columns:
                what = f'"{cell.heading}" of "{cell.key}"'
                raise WriteRefused(f"{cell.tab} has no {what}.", "Run it again.")
            row, column = place.rows[cell.key], place.columns[cell.heading]
            self._refuse_formula(place.sheet, row, column)
            _put(after[place.sheet], row, column, cell.new)
        for new in changes.rows:
            place = changes.layout[new.tab]
            _append(after[place.sheet], place, new.values)
        self.tabs = after
        return Receipt(len(changes.cells), len(changes.rows), self._fingerprint())

    def _refuse_formula(self, tab: str, row: int, column: int) -> None:
        if (row, column) in self.formulas.get(tab, ()):
            raise WriteRefused(
                f"{tab}!{address(row, column)} holds a formula.", "Clear it, or move the formula."
            )

    def _fingerprint(self) -> str:
        return hashlib.sha256(repr(self.tabs).encode()).hexdigest()

    def copy(self) -> MemoryStore:
        """Another store of the same content."""
        twin = MemoryStore(self.tabs, self.name)
        twin.formulas = {tab: set(places) for tab, places in self.formulas.items()}
        return twin


def _put(rows: list[list[Value]], row: int, column: int, value: Value) -> None:
    while len(rows) < row:
        rows.append([])
    cells = rows[row - 1]
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value


def _append(rows: list[list[Value]], place: TabLayout, values: Mapping[str, Value]) -> None:
    last = max(
        (at for at, row in enumerate(rows, 1) if any(v not in {None, ""} for v in row)), default=0
    )
    for heading, value in values.items():
        if heading in place.columns:
            _put(rows, last + 1, place.columns[heading], value)
