"""Read a workbook: every cell as it stands, at its absolute place.

calamine reads values fastest of all that need no big dependency, but gives "" for errors and for
formulas without a saved value; these come from the XML, as do formulas and hidden rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from sheetops.errors import WorkbookUnreadable
from sheetops.raw import NO_VALUE, CellError, RawBook, RawTab, Value
from sheetops.stores.excel.editor import load
from sheetops.stores.excel.files import take
from sheetops.stores.excel.grid import Grid, scan
from sheetops.stores.excel.limits import DEFAULT, Limits
from sheetops.stores.excel.markup import attributes, to_utf8
from sheetops.stores.excel.parts import Parts
from sheetops.stores.excel.strings import NOTHING, SharedStrings, held

Wanted = Callable[[str], bool]


def read(path: str | Path, wanted: Wanted | None = None, *, limits: Limits = DEFAULT) -> RawBook:
    """Read the tabs whose name `wanted` says yes to (all if None), the others by name only.

    Raises WorkbookMissing, or WorkbookUnreadable for what is no workbook or may not be read.
    """
    snapshot = take(Path(path), limits)
    parts = load(snapshot.path.name, snapshot.raw, limits)
    names = [sheet.name for sheet in parts.sheets.values() if sheet.is_grid]
    chosen = [name for name in names if wanted is None or wanted(name)]
    tabs = _tabs(parts, chosen, limits) if chosen else {}
    others = tuple(name for name in parts.sheets if name not in tabs)
    return RawBook(Path(path).name, tabs, snapshot.fingerprint, others)


def _tabs(parts: Parts, names: list[str], limits: Limits) -> dict[str, RawTab]:
    strings = parts.related("sharedStrings")
    shared = SharedStrings(
        (lambda: to_utf8(parts.read(strings[0]), strings[0])[0]) if strings else None
    )
    grids = {}
    for name in names:
        xml = to_utf8(parts.read(parts.sheets[name].part), name)[0]
        grids[name] = (xml, scan(xml, name))
        _refuse_far(name, grids[name][1], limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(parts.package.raw))
        return {
            name: _tab(book.get_sheet_by_name(name), name, *grids[name], shared) for name in names
        }
    except CalamineError as error:
        raise WorkbookUnreadable(
            f"{parts.package.name} cannot be read ({error}).",
            "Open it in Excel and save it as a normal workbook (.xlsx).",
        ) from error


def _refuse_far(tab: str, grid: Grid, limits: Limits) -> None:
    rows = max(grid.rows, default=0)
    columns = max((row.cells[-1].column for row in grid.rows.values() if row.cells), default=0)
    if rows * columns > limits.cells:
        raise WorkbookUnreadable(
            f'The tab "{tab}" reaches down to row {rows:,} and column {columns:,}.',
            "Delete the empty rows and columns beyond the data, and save it.",
        )


def _tab(sheet: CalamineSheet, name: str, xml: bytes, grid: Grid, shared: SharedStrings) -> RawTab:
    rows: list[list[Value]] = [
        [None if value == "" else value for value in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    formulas: set[tuple[int, int]] = set()
    for number, row in grid.rows.items():
        for cell in row.cells:
            inner = xml[cell.inner : cell.end] if cell.inner >= 0 else b""
            if cell.formula:
                formulas.add((number, cell.column))
            kind, value = (
                held(cell.raw, inner, shared) if cell.formula or b"e" in cell.raw else NOTHING
            )
            if kind == "e":
                _put(rows, number, cell.column, CellError(str(value)))
            elif cell.formula and kind == "" and b"str" not in cell.raw:
                _put(rows, number, cell.column, NO_VALUE)
    hidden = frozenset(
        number
        for number, row in grid.rows.items()
        if attributes(row.raw).get("hidden") in ("1", "true")
    )
    return RawTab(name, rows, 1, 1, frozenset(formulas), tuple(grid.merges), hidden)


def _put(rows: list[list[Value]], row: int, column: int, value: Value) -> None:
    while len(rows) < row:
        rows.append([])
    line = rows[row - 1]
    line.extend([None] * (column - len(line)))
    line[column - 1] = value
