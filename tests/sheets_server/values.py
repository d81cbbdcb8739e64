"""spreadsheets.values: cells read and written by ranges, and appended to what looks a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tests.sheets_server import moving, protection
from tests.sheets_server.book import EMPTY, Cell, Fault, Json, Scalar, Sheet, Spreadsheet
from tests.sheets_server.calculate import calculated, shown
from tests.sheets_server.entered import raw, typed
from tests.sheets_server.errors import bad
from tests.sheets_server.formats import formatted, is_day
from tests.sheets_server.lookup import area_of
from tests.sheets_server.ranges import Area, letters, named

RENDERS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
INPUTS = ("RAW", "USER_ENTERED")
Matrix = list[list[Any]]
AS_THEY_ARE = (str, int, bool, type(None))
"""Types of value that JSON takes as they are."""


def get(book: Spreadsheet, text: str, options: Json) -> Json:
    """A ValueRange: what the cells of a range show, trailing blanks left out."""
    sheet, area = area_of(book, text)
    whole = _inside(sheet, area)
    rows = _rendered(book, sheet, whole, options)
    by_columns = options.get("majorDimension") == "COLUMNS"
    if by_columns:
        rows = [list(column) for column in zip(*rows, strict=True)]
    reply: Json = {
        "range": named(sheet.title, whole),
        "majorDimension": "COLUMNS" if by_columns else "ROWS",
    }
    trimmed = without_trailing(rows)
    return reply | ({"values": trimmed} if trimmed else {})


def _inside(sheet: Sheet, area: Area) -> Area:
    """The part of an area that lies on the sheet.

    Raises:
        ApiError: 400, it starts beyond the grid.
    """
    if area.top >= sheet.rows or area.left >= sheet.columns:
        raise _beyond(sheet, area)
    return area.within(sheet.rows, sheet.columns)


def _beyond(sheet: Sheet, area: Area) -> Exception:
    full = Area(
        area.sheet,
        area.top,
        area.left,
        area.bottom or max(sheet.rows, area.top + 1),
        area.right or max(sheet.columns, area.left + 1),
    )
    return bad(
        f"Range ({named(sheet.title, full)}) exceeds grid limits. "
        f"Max rows: {sheet.rows}, max columns: {sheet.columns}"
    )


def without_trailing(rows: Matrix) -> Matrix:
    """Rows without their trailing blanks, and without trailing blank rows."""
    cut = []
    for row in rows:
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        cut.append(["" if value is None else value for value in row[:end]])
    while cut and not cut[-1]:
        cut.pop()
    return cut


def _rendered(book: Spreadsheet, sheet: Sheet, area: Area, options: Json) -> Matrix:
    render = options.get("valueRenderOption", "FORMATTED_VALUE")
    days = options.get("dateTimeRenderOption", "SERIAL_NUMBER")
    as_days = days == "FORMATTED_STRING"
    assert area.bottom is not None
    end = min(area.bottom, _last_row(book, sheet))
    cut = Area(area.sheet, area.top, area.left, max(end, area.top), area.right)
    if render == "UNFORMATTED_VALUE" and not as_days:
        return [
            [value if type(value) in AS_THEY_ARE else plain(value) for value in row]
            for row in shown(calculated(book), cut)
        ] or blank_columns(cut, options)
    rows: Matrix = []
    for down, values in enumerate(shown(calculated(book), cut)):
        row = sheet.grid[area.top + down] if area.top + down < len(sheet.grid) else {}
        rows.append(
            [
                _one(book, row.get(area.left + across, EMPTY), value, render, as_days)
                for across, value in enumerate(values)
            ]
        )
    return rows or blank_columns(cut, options)


def blank_columns(area: Area, options: Json) -> Matrix:
    """Rows where there are none: by columns, one blank row has all the columns."""
    return [[None] * area.columns] if options.get("majorDimension") == "COLUMNS" else []


def _last_row(book: Spreadsheet, sheet: Sheet) -> int:
    spilled = calculated(book).spilled[sheet.id]
    return max(len(sheet.grid), max(spilled, default=-1) + 1)


def _one(book: Spreadsheet, cell: Cell, value: Scalar, render: str, as_days: bool) -> Any:
    if render == "FORMULA" and cell.formula:
        return cell.formula
    if value is None or (isinstance(value, str) and render != "FORMULA"):
        return value
    if isinstance(value, Fault):
        return value.text
    if render == "FORMATTED_VALUE" or (as_days and is_day(cell.look) and render != "FORMULA"):
        return formatted(value, cell.look, book.locale)
    return plain(value)


def plain(value: Scalar) -> Any:
    """A value as JSON has it: a whole number without decimals."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value.text if isinstance(value, Fault) else value


def batch_get(book: Spreadsheet, ranges: Iterable[str], options: Json) -> Json:
    """values:batchGet."""
    found = [get(book, text, options) for text in ranges]
    return {"spreadsheetId": book.id} | ({"valueRanges": found} if found else {})


def update(book: Spreadsheet, who: str, text: str, body: Json, options: Json) -> Json:
    """Write the values of a ValueRange into a range."""
    sheet, area = area_of(book, text)
    rows = _by_rows(body)
    target = _target(sheet, area, rows)
    protection.check(book, who, target)
    counts = write(book, target, rows, _input(options))
    book.touched()
    reply: Json = {"spreadsheetId": book.id, "updatedRange": named(sheet.title, target)} | counts
    if str(options.get("includeValuesInResponse")).lower() == "true":
        reading = {
            "valueRenderOption": options.get("responseValueRenderOption", "FORMATTED_VALUE"),
            "dateTimeRenderOption": options.get("responseDateTimeRenderOption", "SERIAL_NUMBER"),
            "majorDimension": body.get("majorDimension") or "ROWS",
        }
        reply["updatedData"] = get(book, named(sheet.title, target), reading)
    return reply


def _input(options: Json) -> str:
    option = options.get("valueInputOption")
    if option not in INPUTS:
        raise bad(
            "'valueInputOption' is required but not specified"
            if option is None
            else f"Invalid valueInputOption: {option}"
        )
    return str(option)


def _by_rows(body: Json) -> Matrix:
    rows: Matrix = body.get("values") or []
    if body.get("majorDimension") == "COLUMNS":
        height = max((len(column) for column in rows), default=0)
        filled = [column + [None] * (height - len(column)) for column in rows]
        return [list(row) for row in zip(*filled, strict=True)]
    return rows


def _target(sheet: Sheet, area: Area, rows: Matrix) -> Area:
    """The area that rows written at a range cover.

    Raises:
        ApiError: 400, they do not fit into the range or the grid.
    """
    height, width = len(rows) or 1, max((len(row) for row in rows), default=0) or 1
    target = Area(area.sheet, area.top, area.left, area.top + height, area.left + width)
    one_cell = (area.bottom, area.right) == (area.top + 1, area.left + 1)
    cut = area.within(sheet.rows, sheet.columns)
    if not one_cell:
        _fits(sheet, cut, target)
    assert target.bottom is not None
    assert target.right is not None
    if target.bottom > sheet.rows or target.right > sheet.columns:
        raise _beyond(sheet, target)
    return target


def _fits(sheet: Sheet, area: Area, target: Area) -> None:
    assert area.bottom is not None
    assert area.right is not None
    if area.top >= sheet.rows or area.left >= sheet.columns:
        raise _beyond(sheet, target)
    words = f"Requested writing within range [{named(sheet.title, area)}], but tried writing to "
    if target.rows > area.rows:
        raise bad(f"{words}row [{area.bottom + 1}]")
    if target.columns > area.columns:
        raise bad(f"{words}column [{letters(area.right)}]")


def write(book: Spreadsheet, corner: Area, rows: Matrix, option: str) -> Json:
    """Put values into cells from a corner on; None leaves a cell as it is. Gives the counts."""
    sheet, top, left = book.sheet(corner.sheet), corner.top, corner.left
    enter = _entering(book, option)
    downs: set[int] = set()
    acrosses: set[int] = set()
    count = 0
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if value is None:
                continue
            old = sheet.cell(top + down, left + across)
            sheet.put(top + down, left + across, enter(old, value))
            downs.add(down)
            acrosses.add(across)
            count += 1
    counts = {"updatedRows": len(downs), "updatedColumns": len(acrosses), "updatedCells": count}
    return {name: number for name, number in counts.items() if number}


def _entering(book: Spreadsheet, option: str) -> Callable[[Cell, Any], Cell]:
    if option == "RAW":
        return lambda cell, value: cell.with_value(raw(value))

    def enter(cell: Cell, value: Any) -> Cell:
        if isinstance(value, str):
            return typed(value, cell, book.locale)
        return cell.with_value(raw(value))

    return enter


def batch_update(book: Spreadsheet, who: str, body: Json) -> Json:
    """values:batchUpdate: all of it, or nothing."""
    options = {name: value for name, value in body.items() if name != "data"}
    ranges = [
        update(book, who, one.get("range", ""), one, options) for one in body.get("data") or []
    ]
    areas = [area_of(book, one["updatedRange"])[1] for one in ranges]
    totals = {
        "totalUpdatedRows": len(
            {(a.sheet, row) for a in areas for row in range(a.top, a.bottom or 0)}
        ),
        "totalUpdatedColumns": len(
            {(a.sheet, c) for a in areas for c in range(a.left, a.right or 0)}
        ),
        "totalUpdatedCells": sum(one.get("updatedCells", 0) for one in ranges),
        "totalUpdatedSheets": len({area.sheet for area in areas}),
    }
    reply: Json = {"spreadsheetId": book.id}
    reply |= {name: number for name, number in totals.items() if number}
    return reply | ({"responses": ranges} if ranges else {})


def clear(book: Spreadsheet, who: str, text: str) -> str:
    """Blank the values of a range; formats, notes and dropdowns stay. Gives the range cleared."""
    sheet, area = area_of(book, text)
    whole = _inside(sheet, area)
    protection.check(book, who, whole)
    assert whole.bottom is not None
    assert whole.right is not None
    for row in range(whole.top, min(whole.bottom, len(sheet.grid))):
        for column, cell in list(sheet.grid[row].items()):
            if whole.left <= column < whole.right:
                sheet.put(row, column, cell.with_value(None))
    book.touched()
    return named(sheet.title, whole)


def append(book: Spreadsheet, who: str, text: str, body: Json, options: Json) -> Json:
    """Write below the last table that a range meets, or at the range where it meets none."""
    sheet, area = area_of(book, text)
    area = _inside(sheet, area)
    rows = _by_rows(body)
    table = table_at(book, sheet, area)
    top, left = (area.top, area.left) if table is None else (table.bottom or 0, table.left)
    width = max((len(row) for row in rows), default=0)
    if options.get("insertDataOption") == "INSERT_ROWS" and table is not None:
        moving.insert(book, sheet, "ROWS", top, len(rows))
    sheet.rows = max(sheet.rows, top + len(rows))
    sheet.columns = max(sheet.columns, left + width)
    start = Area(sheet.id, top, left, top + 1, left + 1)
    updates = update(book, who, named(sheet.title, start), body, options)
    reply: Json = {"spreadsheetId": book.id}
    if table is not None:
        reply["tableRange"] = named(sheet.title, table)
    return reply | {"updates": updates}


def table_at(book: Spreadsheet, sheet: Sheet, area: Area) -> Area | None:
    """The last table that an area meets: a block of cells with nothing but blanks around it."""
    spilled = calculated(book).spilled[sheet.id]
    assert area.bottom is not None
    for row in reversed(range(area.top, min(area.bottom, _last_row(book, sheet)))):
        across = _filled_columns(sheet, spilled, row)
        inside = [column for column in across if area.left <= column < (area.right or 0)]
        if inside:
            return _block(sheet, spilled, row, max(inside))
    return None


Spilled = dict[int, dict[int, Scalar]]


def _filled_columns(sheet: Sheet, spilled: Spilled, row: int) -> set[int]:
    cells = sheet.grid[row] if 0 <= row < len(sheet.grid) else {}
    return {column for column, cell in cells.items() if cell.filled} | set(spilled.get(row, ()))


def _block(sheet: Sheet, spilled: Spilled, row: int, column: int) -> Area:
    """The smallest block around a cell whose neighbours are all blank."""
    top, left, bottom, right = row, column, row + 1, column + 1

    def touches(number: int) -> set[int]:
        found = _filled_columns(sheet, spilled, number)
        return {one for one in found if left - 1 <= one <= right}

    todo = {row}
    while todo:
        number = todo.pop()
        wide = touches(number)
        if not wide:
            continue
        new_left, new_right = min(left, *wide), max(right, *(one + 1 for one in wide))
        top, bottom = min(top, number), max(bottom, number + 1)
        if (new_left, new_right) != (left, right):
            left, right = new_left, new_right
            todo = set(range(top, bottom))
        todo |= {near for near in (top - 1, bottom) if touches(near)}
    return Area(sheet.id, top, left, bottom, right)
