"""Plain cells: what a store reads, before the contract gives them meaning.

A value is text, number, yes/no, date, date with time, time, an error (`CellError`), `NO_VALUE` for
a formula whose result was never saved, or None for an empty cell. Text is exactly what stands in
the cell (`007`, `NA`, `1e3` stay as typed); numbers are floats, as Excel itself keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final, NamedTuple


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that the spreadsheet program shows in a cell, for example `#N/A`."""

    code: str


class NoValue(Enum):
    """The one value `NO_VALUE`: a formula without a saved result (never the same as empty)."""

    NO_VALUE = "formula without a saved value"


NO_VALUE: Final = NoValue.NO_VALUE

Value = str | float | int | bool | date | datetime | time | timedelta | CellError | NoValue | None


@dataclass(frozen=True, slots=True)
class RawTab:
    """The cells of one tab.

    `rows[i]` is sheet row `first_row + i` (rows count from 1), and `rows[i][j]` its column
    `first_column + j` (columns count from 1, so 1 is A). Rows may be of unequal length.
    `formulas` holds the (row, column) of every cell with a formula inside the read area.
    `merges` are (first row, first column, last row, last column), all inclusive.
    `hidden_rows` are the rows that a filter or a person has hidden, `filtered_columns` the columns
    on which an active filter stands. `role` is the tab of the contract that it is read as where its
    name does not say that; `origins` are, of a tab that is made from another, the cells of that tab
    from which its rows come, by row; `statuses` are, by row, the staff's own words for Status where
    they were put into ours.
    """

    name: str
    rows: Sequence[Sequence[Value]]
    first_row: int = 1
    first_column: int = 1
    formulas: frozenset[tuple[int, int]] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    filtered_columns: frozenset[int] = frozenset()
    role: str = ""
    origins: Mapping[int, str] = field(default_factory=dict)
    statuses: Mapping[int, str] = field(default_factory=dict)


class Trouble(NamedTuple):
    """What a store itself saw that needs a person: where, what it found, what to do."""

    tab: str
    cell: str
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class RawBook:
    """All tabs of a workbook that were asked for, in its order.

    `name` is what people call the workbook (a file name, a title); `fingerprint` changes whenever
    its content does, and is checked again before anything is written. `troubles` are what the store
    saw of its own; `fills_ids` says whether it may write a Client ID into a cell of the staff's.
    """

    name: str
    tabs: Mapping[str, RawTab]
    fingerprint: str = ""
    other_tabs: tuple[str, ...] = field(default=())
    troubles: tuple[Trouble, ...] = ()
    fills_ids: bool = True


def column_letters(column: int) -> str:
    """Letters of a column counted from 1: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Address of a cell by row and column, both counted from 1."""
    return f"{column_letters(column)}{row}"
