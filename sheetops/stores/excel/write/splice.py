"""Put values into a tab's XML where it stands: the general engine.

Only the cells asked for change, with missing rows and cells, `spans` and `dimension`. Everything
else stays byte for byte. Slow, and right for every well-formed tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheetops.stores.excel.ooxml.cells import Formula
from sheetops.stores.excel.ooxml.markup import Splice, attributes, spliced
from sheetops.stores.excel.ooxml.scanner import Cell, Grid, Row, scan
from sheetops.stores.excel.ooxml.strings import held, meant
from sheetops.stores.excel.write.cell_xml import Target, Writer, dimension_splices, widened
from sheetops.stores.excel.write.diff import wrong
from sheetops.workbook.raw import Value

_BEYOND = 1 << 30  # a row number after all rows


@dataclass(slots=True)
class Written:
    """A tab's new XML (the old bytes if nothing differs) and the cells that differ."""

    xml: bytes
    cells: list[tuple[int, int]]
    formulas: bool


def splice_cells(xml: bytes, target: Target) -> Written:
    """Put the cells into the tab. Raises WriteRefused naming a cell that cannot be written."""
    grid = scan(xml, target.tab, target.cells)
    work = _Work(xml, target, grid)
    for number in sorted(target.cells):
        cells = {column: target.cells[number][column] for column in sorted(target.cells[number])}
        if number in grid.rows:
            work.change_row(grid.rows[number], cells)
        else:
            work.add_row(number, cells)
    done = list(work.writer.places())
    work.writer.refuse_unsafe(grid.merges, grid.arrays)
    new = spliced(xml, [*work.finish(), *dimension_splices(grid, work.writer)])
    if done:
        _check(xml, new, target, set(done))
    return Written(new, done, grid.formulas)


class _Work:
    def __init__(self, xml: bytes, target: Target, grid: Grid) -> None:
        self.xml = xml
        self.target = target
        self.grid = grid
        self.writer = Writer(target, grid)
        self.splices: list[Splice] = []
        self.new_rows: dict[int, bytes] = {}
        self.p = grid.prefix.encode()

    def change_row(self, row: Row, cells: Mapping[int, Value | Formula]) -> None:
        there = {cell.column: cell for cell in row.cells}
        missing: dict[int, bytes] = {}
        for column, value in cells.items():
            cell = there.get(column)
            if cell is not None:
                self._change(row, cell, value)
            else:
                new = self.writer.new_cell((row.number, column), value, row.raw)
                if new:
                    missing[column] = new
        if missing:
            self._insert(row, missing)

    def _change(self, row: Row, cell: Cell, value: Value | Formula) -> None:
        style = attributes(cell.raw).get("s")
        place = row.number, cell.column
        if cell.formula:
            raise self.writer.refusal(place, "holds a formula")
        inner = self.xml[cell.inner : cell.end] if cell.inner >= 0 else b""
        old = held(cell.raw, inner, self.target.shared)
        new = self.writer.changed(place, value, old, None if style is None else style.encode())
        if new is not None:
            self.splices.append((cell.start, cell.end, new))

    def _insert(self, row: Row, missing: Mapping[int, bytes]) -> None:
        """Put new cells in their places. A cell without an address stands right after the one
        before it, so that a new one never comes in front of it and needs to give it an address."""
        places: dict[int, list[bytes]] = {}
        for column, new in missing.items():
            after = next((cell for cell in row.cells if cell.column > column), None)
            places.setdefault(after.start if after else row.close, []).append(new)
        raw = widened(row.raw, list(missing))
        name = self.p + b"row"
        if row.inner < 0:
            body = b"".join(places[row.close])
            whole = b"<" + name + raw + b">" + body + b"</" + name + b">"
            self.splices.append((row.start, row.end, whole))
            return
        if raw != row.raw:
            self.splices.append((row.start, row.inner, b"<" + name + raw + b">"))
        for place, cells in places.items():
            self.splices.append((place, place, b"".join(cells)))

    def add_row(self, number: int, cells: Mapping[int, Value | Formula]) -> None:
        new = self.writer.new_row(number, cells)
        if new:
            self.new_rows[number] = new

    def finish(self) -> list[Splice]:
        """All splices, with the new rows put where they belong."""
        data = self.grid.data
        if not self.new_rows or data is None:
            return self.splices
        if data.kind == "empty":
            name = self.p + b"sheetData"
            body = b"".join(self.new_rows[n] for n in sorted(self.new_rows))
            whole = b"<" + name + data.raw + b">" + body + b"</" + name + b">"
            return [*self.splices, (data.start, data.end, whole)]
        starts = iter([*self.grid.starts, (_BEYOND, self.grid.data_end)])
        number, place = next(starts)
        for new in sorted(self.new_rows):
            while number < new:
                number, place = next(starts)
            self.splices.append((place, place, self.new_rows[new]))
        return self.splices


def _check(old: bytes, new: bytes, target: Target, done: set[tuple[int, int]]) -> None:
    """Scan the new XML: targets are as meant, all other cells are the very same bytes."""
    before, after = scan(old, target.tab), scan(new, target.tab)
    cells = _others(old, before, done), _others(new, after, done)
    if cells[0] != cells[1] or before.merges != after.merges:
        raise wrong(target.tab)
    for number, row in after.rows.items():
        for cell in row.cells:
            place = number, cell.column
            value = target.cells.get(number, {}).get(cell.column)
            if place in done and not isinstance(value, Formula):
                inner = new[cell.inner : cell.end] if cell.inner >= 0 else b""
                expected = meant(value, uses_1904=target.uses_1904)
                if held(cell.raw, inner, target.shared) != expected:
                    raise wrong(target.tab)


def _others(xml: bytes, grid: Grid, done: set[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The cells but for the targets, without their addresses: some get one that had none."""
    found = {}
    for number, row in grid.rows.items():
        for cell in row.cells:
            if (number, cell.column) not in done:
                body = xml[cell.inner : cell.end] if cell.inner >= 0 else b""
                found[number, cell.column] = _without_address(cell.raw) + b"|" + body
    return found


def _without_address(raw: bytes) -> bytes:
    return b" ".join(part for part in raw.split() if not part.startswith(b"r="))
