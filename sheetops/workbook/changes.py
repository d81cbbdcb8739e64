"""What a store is asked to write, and what it answers.

Changes are addressed by tab, key and heading. `Layout` says where those stood when the workbook was
read; a store may use it only if it has made sure that nothing has moved since (Excel: the file's
hash), and must find keys anew otherwise (Google).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sheetops.workbook.raw import RawBook, Value


class CellChange(NamedTuple):
    """One cell: `old` is what was read there, `new` what shall stand there (None clears it).

    A NamedTuple and not a dataclass: a first run over 100,000 rows makes a quarter of a million.
    """

    tab: str
    key: str
    heading: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to append to a tab: its key and its values by heading."""

    tab: str
    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TabLayout:
    """Where things stand on one tab: sheet rows and columns count from 1.

    `sheet` is the tab's own name in the workbook, `columns` the column of each of the contract's
    headings that the tab has, `rows` the sheet row of each key.
    """

    sheet: str
    heading_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one run wants written, and the state that it was made from.

    `gone` are the rows, as they were, that `cells` clear whole. A store writes the cells and the
    rows; what is gone is for whoever remembers what was written, so that it can come back.
    """

    cells: Sequence[CellChange]
    rows: Sequence[NewRow]
    layout: Mapping[str, TabLayout]
    fingerprint: str
    gone: Sequence[NewRow] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.rows)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a store did: counts, the new fingerprint, and where the copy from before lies."""

    cells: int = 0
    rows: int = 0
    fingerprint: str = ""
    backup: str = ""
    notes: tuple[str, ...] = field(default=())


class Store(Protocol):
    """Where a workbook lives. The only door to it."""

    def read(self) -> RawBook:
        """Read every tab that the contract knows, as plain cells."""

    def check(self, fingerprint: str) -> None:
        """Make sure that the workbook could be written now, as it was read. Touches nothing.

        Raises what `write` raises: to be asked before mail leaves that the sheet must then show.
        """

    def write(self, changes: Changes) -> Receipt:
        """Check everything, then write everything, then read it back.

        Raises WorkbookChanged if it is not the workbook that was read, WorkbookInUse if somebody
        has it open, WriteRefused if a target cannot be written without harm. Then nothing was
        written.
        """
