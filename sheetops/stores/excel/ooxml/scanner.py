"""The general engine: any well-formed tab, tag by tag, with the place of every row and cell.

It is slow and right; the fast engine is checked against it. Rows and cells may lack their numbers,
tags may have prefixes, comments and CDATA may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel.ooxml.cells import Box, column_number, parse_box
from sheetops.stores.excel.ooxml.limits import MAX_COLUMN, MAX_ROW
from sheetops.stores.excel.ooxml.markup import Tag, tags

_ROOT, _SECTION, _ROW, _CELL, _CONTENT = range(5)
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class Cell:
    """A cell's place: its opening tag is `start:inner`, all of it `start:end`."""

    column: int
    raw: bytes
    start: int
    inner: int
    end: int
    numbered: bool
    formula: bool = False


@dataclass(slots=True)
class Row:
    """A row's place, and its cells if they were asked for."""

    number: int
    raw: bytes
    start: int
    inner: int
    close: int
    end: int
    numbered: bool
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """What was found in a tab. `rows` are those asked for, `starts` (number, offset) of all rows,
    `columns` (first, last, style), `arrays` the areas of array formulas and data tables."""

    prefix: str = ""
    data: Tag | None = None
    data_end: int = 0
    dimension: Tag | None = None
    rows: dict[int, Row] = field(default_factory=dict)
    starts: list[tuple[int, int]] = field(default_factory=list)
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)
    arrays: list[Box] = field(default_factory=list)
    formulas: bool = False


class _Scanner:
    def __init__(self, tab: str, wanted: Collection[int] | None, *, strict: bool) -> None:
        self.tab = tab
        self.strict = strict
        self.wanted = wanted
        self.grid = Grid()
        self.section = ""
        self.uri = ""
        self.row: Row | None = None
        self.cell: Cell | None = None
        self.last_row = 0
        self.last_column = 0

    def take(self, tag: Tag) -> None:
        if tag.depth == _ROOT:
            self._root(tag)
        elif tag.uri != self.uri:
            return
        elif tag.depth == _SECTION:
            self._section(tag)
        elif self.section == "sheetData":
            self._data(tag)
        elif tag.kind != "close":
            self._elsewhere(tag)

    def _root(self, tag: Tag) -> None:
        if tag.kind == "close":
            return
        if tag.name != "worksheet":
            raise WriteRefused(f'The tab "{self.tab}" is no sheet of cells.', "Choose another tab.")
        self.uri = tag.uri
        self.grid.prefix = tag.prefix.decode() + ":" if tag.prefix else ""

    def _section(self, tag: Tag) -> None:
        if tag.kind == "close":
            if tag.name == "sheetData":
                self.grid.data_end = tag.start
            self.section = ""
            return
        self.section = tag.name if tag.kind == "open" else ""
        if tag.name == "sheetData":
            self.grid.data, self.grid.data_end = tag, tag.end
        elif tag.name == "dimension":
            self.grid.dimension = tag

    def _elsewhere(self, tag: Tag) -> None:
        if tag.name == "mergeCell":
            box = parse_box(tag.attributes.get("ref", ""))
            if box:
                self.grid.merges.append(box)
        elif tag.name == "col" and self.section == "cols":
            values = tag.attributes
            self.grid.columns.append(
                (
                    int(values.get("min", "0")),
                    int(values.get("max", "0")),
                    int(values.get("style", "0")),
                )
            )

    def _data(self, tag: Tag) -> None:
        if tag.depth == _ROW and tag.name == "row":
            self._close_row(tag) if tag.kind == "close" else self._open_row(tag)
        elif tag.depth == _CELL and tag.name == "c":
            self._close_cell(tag) if tag.kind == "close" else self._open_cell(tag)
        elif tag.depth == _CONTENT and tag.name == "f" and tag.kind != "close":
            self._formula(tag)

    def _open_row(self, tag: Tag) -> None:
        given = tag.attributes.get("r") if b"r" in tag.raw else None
        number = int(given) if given and given.isdigit() else self.last_row + 1
        if number <= self.last_row and self.strict:
            raise WriteRefused(
                f'The rows of the tab "{self.tab}" are out of order (row {number} follows row '
                f"{self.last_row}).",
                "Open the workbook in Excel and save it.",
            )
        if number > MAX_ROW:
            raise self._beyond(f"row {number}")
        row = Row(number, tag.raw, tag.start, tag.end, tag.end, tag.end, given is not None)
        if tag.kind == "empty":
            row.inner = row.close = -1
        self.grid.starts.append((number, tag.start))
        if self.wanted is None or number in self.wanted:
            row = self.grid.rows.setdefault(number, row)
        self.row = row if tag.kind == "open" else None
        self.last_row, self.last_column = number, 0

    def _close_row(self, tag: Tag) -> None:
        if self.row is not None:
            self.row.close, self.row.end = tag.start, tag.end
        self.row = None

    def _open_cell(self, tag: Tag) -> None:
        if self.row is None:
            return
        given = tag.attributes.get("r", "")
        match = _REFERENCE.fullmatch(given)
        column = column_number(match[1]) if match else self.last_column + 1
        if column > MAX_COLUMN:
            raise self._beyond(f"cell {given}")
        if match and int(match[2]) != self.row.number and self.strict:
            raise WorkbookUnreadable(
                f'The tab "{self.tab}" is damaged: cell {given} stands in row {self.row.number}.',
                "Open the workbook in Excel, let it repair the file and save it.",
            )
        wanted = self.wanted is None or self.row.number in self.wanted
        if wanted and column <= self.last_column and self.strict:
            raise WriteRefused(
                f'The cells of row {self.row.number} of the tab "{self.tab}" are out of order.',
                "Open the workbook in Excel and save it.",
            )
        self.cell = Cell(column, tag.raw, tag.start, tag.end, tag.end, match is not None)
        if wanted:
            self.row.cells.append(self.cell)
        self.last_column = column
        if tag.kind == "empty":
            self.cell.inner = -1
            self.cell = None

    def _beyond(self, what: str) -> WorkbookUnreadable:
        return WorkbookUnreadable(
            f'The tab "{self.tab}" is damaged: {what} lies beyond the end of a sheet.',
            "Open the workbook in Excel, let it repair the file and save it.",
        )

    def _close_cell(self, tag: Tag) -> None:
        if self.cell is not None:
            self.cell.end = tag.end
        self.cell = None

    def _formula(self, tag: Tag) -> None:
        self.grid.formulas = True
        if self.cell is not None:
            self.cell.formula = True
        values = tag.attributes
        if values.get("t") in ("array", "dataTable"):
            box = parse_box(values.get("ref", ""))
            if box:
                self.grid.arrays.append(box)


def scan(
    xml: bytes, tab: str, wanted: Collection[int] | None = None, *, strict: bool = True
) -> Grid:
    """Find the rows asked for (all if None) and everything that decides how cells are written.

    What is out of order is refused, or, if not `strict` (for reading), taken as it comes.

    Raises WorkbookUnreadable if the XML is damaged, WriteRefused if it is no sheet of cells, or its
    rows (or the cells of a row asked for) are out of order.
    """
    scanner = _Scanner(tab, wanted, strict=strict)
    for tag in tags(xml, tab):
        scanner.take(tag)
    if scanner.grid.data is None:
        raise WriteRefused(f'The tab "{tab}" is no sheet of cells.', "Choose another tab.")
    return scanner.grid
