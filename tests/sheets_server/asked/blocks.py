"""Requests about blocks of cells: put in and taken out, trimmed, bordered, pasted, split."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator

from tests.sheets_server.asked.common import Asked, Handler, fitting, fresh_id
from tests.sheets_server.book import EMPTY, Cell, Json, Row, Sheet
from tests.sheets_server.calculate import calculated
from tests.sheets_server.entered import typed
from tests.sheets_server.errors import bad
from tests.sheets_server.functions import rank
from tests.sheets_server.protection import check
from tests.sheets_server.ranges import Area

SIDES = ("top", "bottom", "left", "right")
SEPARATORS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


def _dimension(asked: Asked) -> str:
    dimension = str(asked.body.get("shiftDimension", ""))
    if dimension not in {"ROWS", "COLUMNS"}:
        raise bad("No shift dimension specified.")
    return dimension


def _tail(sheet: Sheet, area: Area, dimension: str) -> Area:
    """What moves when cells go in or out: the area, and all below it or to its right."""
    if dimension == "ROWS":
        return Area(area.sheet, area.top, area.left, sheet.rows, area.right)
    return Area(area.sheet, area.top, area.left, area.bottom, sheet.columns)


def _shift(sheet: Sheet, area: Area, dimension: str, step: int) -> None:
    """Move the cells from an area on by its size, towards the end or back; what is left is blank.

    Formulas keep their references: those that follow cells are not followed here.
    """
    tail = _tail(sheet, area, dimension)
    size = (area.rows if dimension == "ROWS" else area.columns) * step
    held = {place: sheet.cell(*place) for place in _places(tail)}
    for row, column in _places(tail):
        before = (row - size, column) if dimension == "ROWS" else (row, column - size)
        sheet.put(row, column, held.get(before, EMPTY) if before in held else EMPTY)


def _places(area: Area) -> Iterator[tuple[int, int]]:
    for row in range(area.top, area.top + area.rows):
        for column in range(area.left, area.left + area.columns):
            yield row, column


def insert_range(asked: Asked) -> Json:
    """insertRange: the sheet grows where something would fall off its end."""
    sheet, area = asked.area()
    dimension = _dimension(asked)
    if dimension == "ROWS":
        sheet.rows += area.rows
    else:
        sheet.columns += area.columns
    check(asked.book, asked.who, _tail(sheet, area, dimension))
    _shift(sheet, area, dimension, 1)
    return {}


def delete_range(asked: Asked) -> Json:
    """deleteRange: cells below, or to the right, take its place."""
    sheet, area = asked.area()
    dimension = _dimension(asked)
    check(asked.book, asked.who, _tail(sheet, area, dimension))
    _shift(sheet, area, dimension, -1)
    return {}


def trim_whitespace(asked: Asked) -> Json:
    """trimWhitespace: at both ends, and of several blanks inside all but one."""
    sheet, area = asked.editable()
    changed = 0
    for place in _places(area):
        cell = sheet.cell(*place)
        if isinstance(cell.value, str):
            text = re.sub(r"\s+", " ", cell.value).strip()
            changed += text != cell.value
            sheet.put(*place, cell.with_value(text or None))
    return {"trimWhitespace": {"cellsChangedCount": changed} if changed else {}}


def update_borders(asked: Asked) -> Json:
    """updateBorders: around the range, and between its cells."""
    sheet, area = asked.editable()
    given = asked.body
    for row, column in _places(area):
        edges = {
            "top": given.get("top" if row == area.top else "innerHorizontal"),
            "bottom": given.get("bottom" if row == (area.bottom or 0) - 1 else "innerHorizontal"),
            "left": given.get("left" if column == area.left else "innerVertical"),
            "right": given.get("right" if column == (area.right or 0) - 1 else "innerVertical"),
        }
        cell = sheet.cell(row, column)
        sheet.put(row, column, cell._replace(look=_bordered(cell, edges)))
    return {}


def _bordered(cell: Cell, edges: dict[str, Json | None]) -> Json | None:
    borders = dict((cell.look or {}).get("borders", {}))
    for side in SIDES:
        edge = edges[side]
        if edge is not None and edge.get("style", "NONE") == "NONE":
            borders.pop(side, None)
        elif edge is not None:
            borders[side] = {"width": edge.get("width", 1), **edge}
    look = {name: one for name, one in (cell.look or {}).items() if name != "borders"}
    return (look | ({"borders": borders} if borders else {})) or None


def paste_data(asked: Asked) -> Json:
    """pasteData: text in columns, as if a person pasted it."""
    given = asked.body.get("coordinate", {})
    sheet = asked.book.sheet(given.get("sheetId", 0))
    top, left = given.get("rowIndex", 0), given.get("columnIndex", 0)
    delimiter = asked.body.get("delimiter", "\t")
    if asked.body.get("html") or len(delimiter) != 1:
        raise bad("The test server pastes text with a delimiter of one character.")
    rows = list(csv.reader(io.StringIO(asked.body.get("data", "")), delimiter=delimiter))
    width = max(map(len, rows), default=0)
    if not width:
        return {}
    target = Area(sheet.id, top, left, top + len(rows), left + width)
    check(asked.book, asked.who, target)
    sheet.rows, sheet.columns = max(sheet.rows, top + len(rows)), max(sheet.columns, left + width)
    for down, row in enumerate(rows):
        for across, text in enumerate(row):
            old = sheet.cell(top + down, left + across)
            sheet.put(top + down, left + across, typed(text, old, asked.book.locale))
    return {}


def text_to_columns(asked: Asked) -> Json:
    """textToColumns: each text of one column over the columns to its right."""
    sheet, area = asked.editable("source")
    if area.columns != 1:
        raise bad("The source range must span exactly one column.")
    kind = asked.body.get("delimiterType", "AUTODETECT")
    delimiter = asked.body.get("delimiter") if kind == "CUSTOM" else SEPARATORS.get(kind)
    for row in range(area.top, area.top + area.rows):
        cell = sheet.cell(row, area.left)
        if isinstance(cell.value, str):
            mark = delimiter or next((one for one in ",;. " if one in cell.value), ",")
            parts = cell.value.split(mark)
            sheet.columns = max(sheet.columns, area.left + len(parts))
            for at, part in enumerate(parts, area.left):
                sheet.put(row, at, typed(part, sheet.cell(row, at), asked.book.locale))
    return {}


def delete_duplicates(asked: Asked) -> Json:
    """deleteDuplicates: of rows that show the same only the first stays; the rest moves up."""
    sheet, area = asked.editable()
    wanted = [
        range(one.get("startIndex", 0), one.get("endIndex", sheet.columns))
        for one in asked.body.get("comparisonColumns", [])
    ] or [range(area.left, area.right or 0)]
    whole = calculated(asked.book)
    seen: set[tuple[object, ...]] = set()
    kept: list[Row] = []
    for row in range(area.top, area.top + area.rows):
        shown = tuple(rank(whole.value(sheet, row, at)) for span in wanted for at in span)
        if shown not in seen:
            seen.add(shown)
            kept.append(_line(sheet, row, area))
    _lay(sheet, area, kept)
    count = area.rows - len(kept)
    return {"deleteDuplicates": {"duplicatesRemovedCount": count} if count else {}}


def randomize(asked: Asked) -> Json:
    """randomizeRange: its rows in any order."""
    sheet, area = asked.editable()
    lines = [_line(sheet, row, area) for row in range(area.top, area.top + area.rows)]
    random.shuffle(lines)
    _lay(sheet, area, lines)
    return {}


def _line(sheet: Sheet, row: int, area: Area) -> Row:
    return {at: sheet.cell(row, at) for at in range(area.left, area.right or 0)}


def _lay(sheet: Sheet, area: Area, lines: list[Row]) -> None:
    """Put lines into an area from its top; what is left of it is blank."""
    for down in range(area.rows):
        line = lines[down] if down < len(lines) else {}
        for at in range(area.left, area.right or 0):
            sheet.put(area.top + down, at, line.get(at, EMPTY))


def auto_fill(asked: Asked) -> Json:
    """autoFill: a block is repeated over the lines beside it; series are not gone on with."""
    given = asked.body.get("sourceAndDestination")
    if not given:
        raise bad("The test server fills from a source to a destination only.")
    sheet, source = fitting(asked.book, given.get("source", {}))
    length, down = given.get("fillLength", 0), given.get("dimension") == "ROWS"
    size = source.rows if down else source.columns
    for step in range(abs(length)):
        at = size + step if length > 0 else -1 - step
        for row, column in _places(source):
            line = (row - source.top) if down else (column - source.left)
            if line == at % size:
                to = (source.top + at, column) if down else (row, source.left + at)
                check(asked.book, asked.who, Area(sheet.id, to[0], to[1], to[0] + 1, to[1] + 1))
                sheet.put(*to, sheet.cell(row, column))
    return {}


def duplicate_filter_view(asked: Asked) -> Json:
    """duplicateFilterView."""
    number = asked.body.get("filterId", 0)
    for sheet in asked.book.sheets:
        for one in sheet.filter_views:
            if one["filterViewId"] == number:
                taken = [view["filterViewId"] for view in sheet.filter_views]
                title = f"Copy of {one.get('title', '')}"
                made = {**one, "filterViewId": fresh_id(taken), "title": title}
                sheet.filter_views.append(made)
                return {"duplicateFilterView": {"filter": made}}
    raise bad(f"No filter view with id: {number}")


HANDLERS: dict[str, Handler] = {
    "insertRange": insert_range,
    "deleteRange": delete_range,
    "trimWhitespace": trim_whitespace,
    "updateBorders": update_borders,
    "pasteData": paste_data,
    "textToColumns": text_to_columns,
    "deleteDuplicates": delete_duplicates,
    "randomizeRange": randomize,
    "autoFill": auto_fill,
    "duplicateFilterView": duplicate_filter_view,
}
