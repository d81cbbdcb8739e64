"""Put values into a tab's XML where it stands: the general engine.

Only the cells asked for change, with missing rows and cells, `spans` and `dimension`. Everything
else stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from sheetops.errors import WriteRefused
from sheetops.raw import Value
from sheetops.stores.excel.cells import (
    Box,
    Content,
    Formula,
    address_of,
    box_text,
    content_of,
    inside,
    parse_box,
)
from sheetops.stores.excel.grid import Cell, Grid, Row, scan
from sheetops.stores.excel.markup import Splice, Tag, attributes, set_attribute, spliced
from sheetops.stores.excel.strings import SharedStrings, held, same
from sheetops.stores.excel.styles import Styles

_SPAN: Final = re.compile(r"(\d+):(\d+)")

Wanted = Mapping[tuple[int, int], "Value | Formula"]


@dataclass(slots=True)
class Target:
    """What a tab's cells are to hold, and what is needed to write them.

    `cells` is by (row, column). `heading_boxes` and `pivot_boxes` may not be written into.
    `above` gives the style of a new cell whose own, row's and column's styles say nothing.
    """

    tab: str
    cells: Wanted
    styles: Styles
    shared: SharedStrings
    uses_1904: bool = False
    headings: list[Box] = field(default_factory=list)
    pivots: list[Box] = field(default_factory=list)
    above: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """A tab's new XML (the old bytes if nothing differs) and the cells that differ."""

    xml: bytes
    cells: list[tuple[int, int]]
    formulas: bool


def splice_cells(xml: bytes, target: Target) -> Written:
    """Put the cells into the tab. Raises WriteRefused naming the first cell that cannot."""
    rows = {row for row, _ in target.cells}
    grid = scan(xml, target.tab, rows)
    by_row: dict[int, dict[int, Value | Formula]] = {}
    for (row, column), value in sorted(target.cells.items(), key=lambda item: item[0]):
        by_row.setdefault(row, {})[column] = value
    work = _Work(xml, target, grid)
    for number, cells in by_row.items():
        if number in grid.rows:
            work.change_row(grid.rows[number], cells)
        else:
            work.add_row(number, cells)
    work.widen_dimension()
    return Written(spliced(xml, work.finish()), work.changed, grid.formulas)


class _Work:
    def __init__(self, xml: bytes, target: Target, grid: Grid) -> None:
        self.xml = xml
        self.target = target
        self.grid = grid
        self.changed: list[tuple[int, int]] = []
        self.splices: list[Splice] = []
        self.new_rows: dict[int, bytes] = {}
        self.replaced: set[int] = set()
        self.p = grid.prefix

    def change_row(self, row: Row, cells: Mapping[int, Value | Formula]) -> None:
        there = {cell.column: cell for cell in row.cells}
        missing: dict[int, bytes] = {}
        for column, value in cells.items():
            cell = there.get(column)
            if cell is not None:
                self._change(row, cell, value)
            elif not _is_empty(value):
                style = self._style_of_new(row, column)
                missing[column] = self._new_cell(row.number, column, value, style)
        if missing:
            self._insert(row, missing)

    def _change(self, row: Row, cell: Cell, value: Value | Formula) -> None:
        attrs = attributes(cell.raw)
        style = int(attrs.get("s", "0"))
        if cell.formula and not isinstance(value, Formula):
            raise self._refusal(row.number, cell.column, "holds a formula")
        inner = self.xml[cell.inner : cell.end] if cell.inner >= 0 else b""
        if not isinstance(value, Formula) and self._is_there(cell.raw, inner, style, value):
            return
        new = self._cell(row.number, cell.column, value, style if "s" in attrs else None)
        self.splices.append((cell.start, cell.end, new))
        self.replaced.add(cell.start)

    def _is_there(self, raw: bytes, inner: bytes, style: int, value: Value) -> bool:
        if isinstance(value, date) and not self.target.styles.is_date(style):
            return False
        old = held(raw, inner, self.target.shared)
        return same(old, value, uses_1904=self.target.uses_1904)

    def _insert(self, row: Row, missing: Mapping[int, bytes]) -> None:
        """Put new cells in their places; an unaddressed cell that follows one gets its address."""
        places: dict[int, list[bytes]] = {}
        follows: dict[int, Cell] = {}
        for column, new in missing.items():
            after = next((cell for cell in row.cells if cell.column > column), None)
            place = after.start if after else row.close
            places.setdefault(place, []).append(new)
            if after is not None and not after.numbered and after.start not in self.replaced:
                follows[place] = after
        raw = _widened(row.raw, missing)
        if raw != row.raw and self.grid.unnumbered.pop(row.number, None) is not None:
            raw = set_attribute(raw, "r", str(row.number))
        name = self.p + "row"
        if row.inner < 0:
            body = b"".join(places[-1])
            new_row = f"<{name}".encode() + raw + b">" + body + f"</{name}>".encode()
            self.splices.append((row.start, row.end, new_row))
            return
        if raw != row.raw:
            self.splices.append((row.start, row.inner, f"<{name}".encode() + raw + b">"))
        for place, cells in places.items():
            self.splices.append((place, place, b"".join(cells)))
            if place in follows:
                self._number(follows[place], row.number)

    def _number(self, cell: Cell, row: int) -> None:
        tag_end = cell.start + 1 + len(self.p) + 1
        address = f' r="{address_of(row, cell.column)}"'.encode()
        self.splices.append((tag_end, tag_end, address))

    def add_row(self, number: int, cells: Mapping[int, Value | Formula]) -> None:
        body = b""
        for column, value in cells.items():
            if not _is_empty(value):
                body += self._new_cell(
                    number, column, value, self._style_of_new(None, column, number)
                )
        if body:
            self.new_rows[number] = (
                f'<{self.p}row r="{number}">'.encode() + body + f"</{self.p}row>".encode()
            )

    def _style_of_new(self, row: Row | None, column: int, number: int = 0) -> int | None:
        if row is not None:
            values = attributes(row.raw)
            number = row.number
            if values.get("customFormat") in ("1", "true") and "s" in values:
                return int(values["s"])
        for first, last, style in self.grid.columns:
            if first <= column <= last and style:
                return style
        return self.target.above.get((number, column))

    def _new_cell(self, row: int, column: int, value: Value | Formula, style: int | None) -> bytes:
        return self._cell(row, column, value, style)

    def _cell(self, row: int, column: int, value: Value | Formula, style: int | None) -> bytes:
        self._refuse_unsafe(row, column)
        if isinstance(value, date):
            style = self.target.styles.for_date(style or 0, value)
        content = self._content(row, column, value)
        self.changed.append((row, column))
        name = f"{self.p}c"
        head = f'<{name} r="{address_of(row, column)}"'
        head += f' s="{style}"' if style is not None else ""
        head += f' t="{content.kind}"' if content.kind else ""
        whole = f"{head}>{content.inner}</{name}>" if content.inner else f"{head}/>"
        return whole.encode()

    def _content(self, row: int, column: int, value: Value | Formula) -> Content:
        if isinstance(value, Formula):
            kind = f' t="array" ref="{address_of(row, column)}"' if value.array else ""
            return Content("", f"<{self.p}f{kind}>{escape(value.text)}</{self.p}f>")
        try:
            return content_of(value, uses_1904=self.target.uses_1904, prefix=self.p)
        except WriteRefused as error:
            where = f"{self.target.tab}!{address_of(row, column)}"
            raise WriteRefused(f"{where}: {error.what}", error.mend) from error

    def _refuse_unsafe(self, row: int, column: int) -> None:
        forbidden = (
            (
                [b for b in self.grid.merges if (row, column) != b[:2]],
                "is part of the merged cells",
            ),
            (self.grid.arrays, "is part of the formula of"),
            (self.target.headings, "is part of a table's heading or totals row"),
            (self.target.pivots, "is part of the pivot table"),
        )
        for boxes, why in forbidden:
            for box in boxes:
                if inside(box, row, column):
                    raise self._refusal(row, column, f"{why} {box_text(box)}")

    def _refusal(self, row: int, column: int, why: str) -> WriteRefused:
        return WriteRefused(
            f"{self.target.tab}!{address_of(row, column)} {why}, and was not written.",
            "Give the column that sheetops writes plain, unmerged cells of its own.",
        )

    def widen_dimension(self) -> None:
        tag = self.grid.dimension
        box = parse_box(tag.attributes.get("ref", "")) if tag else None
        if tag is None or box is None or not self.changed:
            return
        wide = _around(box, self.changed)
        if wide != box:
            self.splices.append((tag.start, tag.end, _with(self.p, tag, "ref", box_text(wide))))

    def finish(self) -> Iterable[Splice]:
        """All splices, with the new rows put where they belong."""
        data = self.grid.data
        if not self.new_rows or data is None:
            return self.splices
        if data.kind == "empty":
            name = self.p + "sheetData"
            body = b"".join(self.new_rows[n] for n in sorted(self.new_rows))
            whole = f"<{name}".encode() + data.raw + b">" + body + f"</{name}>".encode()
            return [*self.splices, (data.start, data.end, whole)]
        starts = iter([*self.grid.starts, (1 << 30, self.grid.data_end)])
        number, place = next(starts)
        for new in sorted(self.new_rows):
            while number < new:
                number, place = next(starts)
            self.splices.append((place, place, self.new_rows[new]))
            follower = self.grid.unnumbered.pop(number, None)
            if follower is not None:
                end = follower.start + 1 + len(self.p) + 3
                self.splices.append((end, end, f' r="{number}"'.encode()))
        return self.splices


def _is_empty(value: Value | Formula) -> bool:
    return value is None or value == ""


def _with(prefix: str, tag: Tag, name: str, value: str) -> bytes:
    head = f"<{prefix}{tag.name}".encode() + set_attribute(tag.raw, name, value)
    return head + (b"/>" if tag.kind == "empty" else b">")


def _around(box: Box, cells: Iterable[tuple[int, int]]) -> Box:
    rows, columns = zip(*cells, strict=True)
    return (
        min(box[0], *rows),
        min(box[1], *columns),
        max(box[2], *rows),
        max(box[3], *columns),
    )


def _widened(raw: bytes, columns: Iterable[int]) -> bytes:
    """The row's attributes with `spans` around the new columns."""
    spans = [(int(a), int(b)) for a, b in _SPAN.findall(attributes(raw).get("spans", ""))]
    if not spans or all(any(a <= c <= b for a, b in spans) for c in columns):
        return raw
    first, last = min(*columns, *(a for a, _ in spans)), max(*columns, *(b for _, b in spans))
    return set_attribute(raw, "spans", f"{first}:{last}")
