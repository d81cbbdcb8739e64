"""Where new rows go: under a table, which grows, or after the last row that holds a value.

A row under a table does not extend it by itself: the table part's area, and its filter's, must
grow, and calculated columns get their formula. Rows that are only formatted, or hold only formulas
that are filled down from above, count as free: a template has such rows ready.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.cells import Box, Formula, box_text, column_number, parse_box
from sheetops.stores.excel.ooxml.limits import MAX_COLUMN, MAX_ROW
from sheetops.stores.excel.ooxml.markup import (
    Splice,
    Tag,
    attributes,
    set_attribute,
    spliced,
    tags,
    text_of,
)
from sheetops.stores.excel.ooxml.scanner import Grid, Row
from sheetops.stores.excel.ooxml.strings import NOTHING, SharedStrings, held
from sheetops.workbook.raw import Value

_COLUMN_DEPTH: Final = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a tab. `box` takes in heading and totals rows; `formulas` is by sheet column.

    A table that was saved empty is `blank`: it says that its one row is only there to type into.
    """

    part: str
    xml: bytes
    name: str
    box: Box
    headings: int
    totals: int
    formulas: Mapping[int, Formula]
    blank: bool = False

    @property
    def fixed_rows(self) -> list[Box]:
        """The boxes of the heading row and of the totals row, which may not be written into."""
        first, left, last, right = self.box
        boxes = [(first, left, first + self.headings - 1, right)] if self.headings else []
        return boxes + ([(last - self.totals + 1, left, last, right)] if self.totals else [])

    def grown(self, last_row: int) -> bytes:
        """The table part with its area reaching down to `last_row`, its filter growing with it;
        it is not blank any more."""
        more = last_row - self.box[2]
        splices: list[Splice] = []
        for tag in tags(self.xml, self.part):
            if tag.kind == "close" or (tag.depth, tag.name) not in (
                (0, "table"),
                (1, "autoFilter"),
            ):
                continue
            box = parse_box(tag.attributes.get("ref", ""))
            if box is not None and (more > 0 or self.blank):
                name = (tag.prefix + b":" if tag.prefix else b"") + tag.name.encode()
                bottom = box[2] + max(more, 0)
                raw = set_attribute(tag.raw, "ref", box_text((*box[:2], bottom, box[3])))
                if self.blank and tag.depth == 0:
                    raw = set_attribute(raw, "insertRow", "0")
                end = b"/>" if tag.kind == "empty" else b">"
                splices.append((tag.start, tag.end, b"<" + name + raw + end))
        return spliced(self.xml, splices)


def read_table(part: str, xml: bytes) -> Table | None:
    """Read a table part (UTF-8). None if it names no area."""
    root: Tag | None = None
    formulas: dict[int, Formula] = {}
    column = -1
    formula: Tag | None = None
    for tag in tags(xml, part):
        if root is None:
            root = tag
        elif tag.name == "tableColumn" and tag.depth == _COLUMN_DEPTH and tag.kind != "close":
            column += 1
        elif tag.name == "calculatedColumnFormula" and tag.kind == "open":
            formula = tag
        elif tag.name == "calculatedColumnFormula" and tag.kind == "close" and formula:
            is_array = formula.attributes.get("array") in ("1", "true")
            formulas[column] = Formula(text_of(xml[formula.end : tag.start]), is_array)
    values = root.attributes if root else {}
    box = parse_box(values.get("ref", ""))
    if box is None:
        return None
    return Table(
        part,
        xml,
        values.get("displayName", values.get("name", "")),
        box,
        int(values.get("headerRowCount", "1")),
        int(values.get("totalsRowCount", "0")),
        {box[1] + number: found for number, found in formulas.items()},
        values.get("insertRow") in ("1", "true"),
    )


@dataclass(frozen=True, slots=True)
class Used:
    """Which columns of a row hold constants, and which formulas."""

    constants: frozenset[int]
    formulas: frozenset[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """New rows in their places: cells by (row, column); tables that grow, with their last row;
    a table whose totals row must move down first, with the row it goes to."""

    cells: Mapping[tuple[int, int], Value | Formula]
    above: Mapping[tuple[int, int], int]
    rows: Sequence[int]
    grown: Sequence[tuple[Table, int]]
    totals: tuple[Table, int] | None = None


def used_cells(xml: bytes, row: Row, shared: SharedStrings) -> Used:
    """Which cells of a row are in use."""
    constants, formulas = set(), set()
    for cell in row.cells:
        if cell.formula:
            formulas.add(cell.column)
        elif cell.inner >= 0 and held(cell.raw, xml[cell.inner : cell.end], shared) != NOTHING:
            constants.add(cell.column)
    return Used(frozenset(constants), frozenset(formulas))


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab into which rows go: its XML, its grid with all rows, its tables."""

    name: str
    xml: bytes
    grid: Grid
    tables: Sequence[Table]
    shared: SharedStrings


def rows_box(tables: Sequence[Table], rows: Sequence[Mapping[str, Value]]) -> Box:
    """The area that decides where new rows go: the table's rows of data, or the whole tab."""
    table = _table_for(tables, {column_number(letters) for row in rows for letters in row})
    if table is None:
        return 1, 1, MAX_ROW, MAX_COLUMN
    top, left, bottom, right = table.box
    return top + table.headings, left, bottom - table.totals, right


def place_rows(tab: Tab, rows: Sequence[Mapping[str, Value]]) -> Placed:
    """Find the places of new rows, given by column letter.

    Raises WriteRefused if there is no room under the table.
    """
    wanted = [{column_number(letters): value for letters, value in row.items()} for row in rows]
    columns = {column for row in wanted for column in row}
    used = {number: used_cells(tab.xml, row, tab.shared) for number, row in tab.grid.rows.items()}
    table = _table_for(tab.tables, columns)
    first = _first_free(used, table, columns)
    if table is None:
        first = _below_merges(tab.grid.merges, first, len(wanted), columns)
    last = first + len(wanted) - 1
    if last > MAX_ROW:
        raise WriteRefused(f'The tab "{tab.name}" has no row left.', "Move old rows out of it.")
    grown = []
    end = max(last + table.totals, table.box[2]) if table is not None else 0
    if table is not None and (end > table.box[2] or table.blank):
        _refuse_no_room(tab, table, used, end)
        grown.append((table, end))
    cells: dict[tuple[int, int], Value | Formula] = {}
    for number, row in enumerate(wanted, first):
        cells.update({(number, column): value for column, value in row.items()})
        if table is not None:
            is_data = number <= table.box[2] - table.totals  # else what is there now moves away
            cells.update(_calculated(table, number, row, used.get(number) if is_data else None))
    above = _styles_above(tab.grid, used, first, cells)
    if all(value is None or value == "" for value in cells.values()):
        return Placed({}, {}, (), ())
    if table is not None and table.totals and end > table.box[2]:
        return Placed(cells, above, range(first, last + 1), (), grown[0])
    return Placed(cells, above, range(first, last + 1), grown)


def _table_for(tables: Sequence[Table], columns: set[int]) -> Table | None:
    """The lowest table that has any of the columns."""
    fitting = [t for t in tables if any(t.box[1] <= c <= t.box[3] for c in columns)]
    return max(fitting, key=lambda table: table.box[2], default=None)


def _first_free(used: Mapping[int, Used], table: Table | None, columns: set[int]) -> int:
    if table is None:
        first, last, left, right = 1, MAX_ROW, 1, MAX_COLUMN
    else:
        first, left, last, right = table.box
        first, last = first + table.headings, last - table.totals
    filled = {n: _within(u, left, right) for n, u in used.items() if first <= n <= last}
    found = max((n for n, u in filled.items() if u.constants), default=first - 1)
    known = filled[found].formulas if found in filled else frozenset()
    if table is not None:
        known = frozenset(range(left, right + 1))
    tail = [
        n for n, u in filled.items() if n > found and (u.formulas - known or u.formulas & columns)
    ]
    return max(tail, default=found) + 1


def _below_merges(merges: Sequence[Box], first: int, count: int, columns: set[int]) -> int:
    """The first row from which on so many rows have none of the columns in merged cells."""
    for top, left, bottom, right in sorted(merges):
        if top < first + count and bottom >= first and any(left <= c <= right for c in columns):
            first = bottom + 1
    return first


def _within(used: Used, left: int, right: int) -> Used:
    return Used(
        frozenset(c for c in used.constants if left <= c <= right),
        frozenset(c for c in used.formulas if left <= c <= right),
    )


def _refuse_no_room(tab: Tab, table: Table, used: Mapping[int, Used], last: int) -> None:
    _, left, bottom, right = table.box
    for number in range(bottom + 1, last + 1):
        found = _within(used.get(number, Used(frozenset(), frozenset())), left, right)
        if found.constants or found.formulas:
            raise WriteRefused(
                f'Row {number} of "{tab.name}", right under the table "{table.name}", is in use.',
                "Leave empty rows under the table, so that it can grow.",
            )
    for top, start, end_row, end in tab.grid.merges:
        if top <= last and end_row > bottom and start <= right and end >= left:
            raise WriteRefused(
                f'Cells right under the table "{table.name}" on "{tab.name}" are merged '
                f"({box_text((top, start, end_row, end))}), which a table cannot have.",
                "Unmerge them in Excel, so that the table can grow.",
            )
    for other in tab.tables:
        top, start, _, end = other.box
        if other is not table and bottom < top <= last and start <= right and end >= left:
            raise WriteRefused(
                f'The table "{other.name}" stands right under the table "{table.name}".',
                "Leave empty rows between the two, so that the upper one can grow.",
            )


def _calculated(
    table: Table, number: int, row: Mapping[int, Value], there: Used | None
) -> dict[tuple[int, int], Value | Formula]:
    kept = there.formulas if there else frozenset()
    return {
        (number, column): formula
        for column, formula in table.formulas.items()
        if row.get(column) is None and column not in kept
    }


def _styles_above(
    grid: Grid,
    used: Mapping[int, Used],
    first: int,
    cells: Mapping[tuple[int, int], Value | Formula],
) -> dict[tuple[int, int], int]:
    """The style of the cell above the first new row, if that is a row of data and not headings."""
    model = grid.rows.get(first - 1)
    if model is None or not used[first - 1].constants or _is_heading(used, first - 1):
        return {}
    styles = {cell.column: int(attributes(cell.raw).get("s", "0")) for cell in model.cells}
    return {(r, c): styles[c] for r, c in cells if styles.get(c)}


def _is_heading(used: Mapping[int, Used], row: int) -> bool:
    return all(not u.constants for number, u in used.items() if number < row)
