"""Rows and columns put in, taken out and moved: formulas and all that lies over them follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.sheets_server.book import Cell, Json, Row, Sheet, Spreadsheet
from tests.sheets_server.ranges import Area, as_json, from_json
from tests.sheets_server.tokens import NotAFormula, Reference, Token, parts, reference, written

Index = Callable[[int], int | None]


@dataclass(frozen=True, slots=True)
class Shift:
    """What a change does to the rows (or columns) of one sheet: `index` says where each goes.

    An index that is deleted goes to None. `before` is how many rows there were.
    """

    sheet: int
    dimension: str
    before: int
    index: Index

    def span(self, start: int, end: int | None, named: bool) -> tuple[int, int | None] | None:
        """Where the rows from `start` up to `end` go; None where all of them are deleted.

        One without an end that begins at 0 stays so, unless its beginning is `named`, as in A1:A.
        """
        if end is None:
            kept = self._kept(range(start, self.before))
            return (next(kept, start), None) if start or named else (0, None)
        kept_all = list(self._kept((start, end - 1)))
        if len(kept_all) < 2:
            kept_all = list(self._kept(range(start, end)))
        if not kept_all:
            return None
        return min(kept_all), max(kept_all) + 1

    def _kept(self, numbers: Any) -> Iterator[int]:
        return (new for new in map(self.index, numbers) if new is not None)

    def area(self, area: Area, named: bool = False) -> Area | None:
        """Where an area goes; None where all of it is deleted."""
        if area.sheet != self.sheet:
            return area
        if self.dimension == "ROWS":
            span = self.span(area.top, area.bottom, named)
            return span and replace(area, top=span[0], bottom=span[1])
        span = self.span(area.left, area.right, False)
        return span and replace(area, left=span[0], right=span[1])


def insert(book: Spreadsheet, sheet: Sheet, dimension: str, start: int, count: int) -> None:
    """Blank rows (or columns) before `start`."""
    before = sheet.rows if dimension == "ROWS" else sheet.columns
    shift = Shift(sheet.id, dimension, before, lambda old: old if old < start else old + count)
    if dimension == "ROWS":
        sheet.rows += count
        if start < len(sheet.grid):
            sheet.grid[start:start] = [{} for _ in range(count)]
    else:
        sheet.columns += count
        _columns(sheet, shift.index)
    _follow(book, sheet, shift)


def delete(book: Spreadsheet, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    """Rows (or columns) from `start` up to `end` go."""
    count = end - start

    def index(old: int) -> int | None:
        return old if old < start else None if old < end else old - count

    before = sheet.rows if dimension == "ROWS" else sheet.columns
    if dimension == "ROWS":
        sheet.rows -= count
        del sheet.grid[start:end]
    else:
        sheet.columns -= count
        _columns(sheet, index)
    _follow(book, sheet, Shift(sheet.id, dimension, before, index))


def move(book: Spreadsheet, sheet: Sheet, dimension: str, moved: range, to: int) -> None:
    """Rows (or columns) go before `to`, counted before the move."""
    before = sheet.rows if dimension == "ROWS" else sheet.columns
    rest = [n for n in range(before) if n not in moved]
    place = sum(n < to for n in rest)
    order = rest[:place] + list(moved) + rest[place:]
    where = {old: new for new, old in enumerate(order)}
    if dimension == "ROWS":
        grid = sheet.grid + [{} for _ in range(sheet.rows - len(sheet.grid))]
        sheet.grid = [grid[old] for old in order]
        while sheet.grid and not sheet.grid[-1]:
            sheet.grid.pop()
    else:
        _columns(sheet, where.get)
    _follow(book, sheet, Shift(sheet.id, dimension, before, where.get))


def _columns(sheet: Sheet, index: Index) -> None:
    for number, row in enumerate(sheet.grid):
        moved: Row = {}
        for column, cell in row.items():
            new = index(column)
            if new is not None:
                moved[new] = cell
        sheet.grid[number] = moved


def _follow(book: Spreadsheet, sheet: Sheet, shift: Shift) -> None:
    """Let all that refers to the moved cells refer to them still."""
    sheet.merges = [area for area in map(shift.area, sheet.merges) if area]
    sheet.sizes[shift.dimension] = {
        new: size
        for old, size in sheet.sizes[shift.dimension].items()
        if (new := shift.index(old)) is not None
    }
    sheet.line_metadata[:] = [one for one in sheet.line_metadata if _line_stays(one, shift)]
    sheet.groups[shift.dimension] = _groups(sheet.groups[shift.dimension], shift)
    for kept in (sheet.protected, sheet.banded, sheet.tables, sheet.filter_views):
        kept[:] = [one for one in kept if _shifted(one, shift)]
    sheet.conditional[:] = [one for one in sheet.conditional if _shifted_ranges(one, shift)]
    if sheet.basic_filter and not _shifted(sheet.basic_filter, shift):
        sheet.basic_filter = None
    book.named[:] = [one for one in book.named if _shifted(one, shift)]
    rewrite(book, lambda ref, own: _moved(book, ref, own, shift))


def _groups(groups: list[Json], shift: Shift) -> list[Json]:
    kept = []
    for group in groups:
        span = shift.span(group["startIndex"], group["endIndex"], False)
        if span:
            kept.append({**group, "startIndex": span[0], "endIndex": span[1]})
    return kept


def _line_stays(one: Json, shift: Shift) -> bool:
    """Move the metadata of a row or column with it; whether that is still there."""
    span = one["location"]["dimensionRange"]
    if span["dimension"] != shift.dimension:
        return True
    new = shift.index(span.get("startIndex", 0))
    if new is not None:
        span.update({"startIndex": new, "endIndex": new + 1})
    return new is not None


def _shifted(one: Json, shift: Shift) -> bool:
    """Move the `range` of something; whether anything is left of it."""
    if "range" not in one:
        return True
    area = shift.area(from_json(one["range"]))
    if area is None:
        return False
    one["range"] = as_json(area)
    return True


def _shifted_ranges(one: Json, shift: Shift) -> bool:
    areas = [shift.area(from_json(area)) for area in one.get("ranges", [])]
    one["ranges"] = [as_json(area) for area in areas if area]
    return bool(one["ranges"])


def _moved(book: Spreadsheet, ref: Reference, own: Sheet, shift: Shift) -> Reference | None:
    sheet = own if ref.title is None else book.titled(ref.title)
    if sheet is None or sheet.id != shift.sheet:
        return ref
    area = shift.area(replace(ref.area, sheet=sheet.id), ref.from_row)
    return None if area is None else replace(ref, area=replace(area, sheet=0))


def rewrite(book: Spreadsheet, change: Callable[[Reference, Sheet], Reference | None]) -> None:
    """Give every reference of every formula to `change`; None is one that is gone."""
    for sheet in book.sheets:
        for row in sheet.grid:
            for column, cell in row.items():
                if cell.formula:
                    row[column] = changed(book, sheet, cell, change)


def changed(
    book: Spreadsheet,
    sheet: Sheet,
    cell: Cell,
    change: Callable[[Reference, Sheet], Reference | None],
) -> Cell:
    """The cell with the references of its formula changed."""
    try:
        tokens = parts(cell.formula[1:], book.locale)
    except NotAFormula:
        return cell
    texts = [_changed(token, sheet, change) for token in tokens]
    formula = "=" + "".join(texts)
    return cell if formula == cell.formula else cell.with_value(None, formula)


def _changed(
    token: Token, sheet: Sheet, change: Callable[[Reference, Sheet], Reference | None]
) -> str:
    old = reference(token.text) if token.kind == "ref" else None
    if old is None:
        return token.text
    new = change(old, sheet)
    if new is None:
        return "#REF!"
    return token.text if new == old else written(new)
