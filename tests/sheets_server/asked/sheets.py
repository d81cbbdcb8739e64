"""Requests about whole tabs and the spreadsheet itself."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from tests.sheets_server import describe, looks, moving, protection
from tests.sheets_server.asked.common import Asked, Handler, fresh_id
from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.errors import bad
from tests.sheets_server.masks import updated
from tests.sheets_server.ranges import as_json, from_json
from tests.sheets_server.tokens import Reference

OWN = ("hidden", "rightToLeft", "tabColor", "tabColorStyle")


def new_sheet(book: Spreadsheet, given: Json) -> Sheet:
    """A blank sheet by SheetProperties, not yet among the others.

    Raises:
        ApiError: 400, its title or id is taken, or it is too large.
    """
    taken = {sheet.id for sheet in book.sheets}
    number = given.get("sheetId")
    if number is not None and number in taken:
        raise bad(f"Sheet with id {number} already exists. Please enter another id.")
    title = given.get("title") or _free_title(book, "Sheet")
    _check_title(book, title, None)
    grid = given.get("gridProperties", {})
    rows, columns = grid.get("rowCount", 1000), grid.get("columnCount", 26)
    book.room_for(rows * columns)
    sheet = Sheet(fresh_id(taken) if number is None else number, title, rows, columns)
    _take(sheet, given)
    return sheet


def _free_title(book: Spreadsheet, word: str) -> str:
    number = len(book.sheets) + 1
    while book.titled(f"{word}{number}"):
        number += 1
    return f"{word}{number}"


def _check_title(book: Spreadsheet, title: str, own: Sheet | None) -> None:
    other = book.titled(title)
    if other is not None and other is not own:
        raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _take(sheet: Sheet, given: Json) -> None:
    """Keep the properties that have no field of their own."""
    coloured = looks.both_ways(given, "tabColor")
    sheet.properties = {name: coloured[name] for name in OWN if name in coloured}
    grid = given.get("gridProperties", {})
    sheet.grid_properties = {
        name: value for name, value in grid.items() if name not in ("rowCount", "columnCount")
    }


def add_sheet(asked: Asked) -> Json:
    """addSheet."""
    given = asked.body.get("properties", {})
    sheet = new_sheet(asked.book, given)
    asked.book.sheets.insert(given.get("index", len(asked.book.sheets)), sheet)
    return {"addSheet": {"properties": describe.sheet_properties(asked.book, sheet)}}


def delete_sheet(asked: Asked) -> Json:
    """deleteSheet: formulas that looked there show #REF!."""
    book, sheet = asked.book, asked.sheet()
    protection.check_sheet(book, asked.who, sheet, deleting=True)
    if len(book.sheets) == 1:
        raise bad("You can't remove all the sheets in a document.")
    if all(other.properties.get("hidden") for other in book.sheets if other is not sheet):
        raise bad("You can't remove all the visible sheets in a document.")
    moving.rewrite(book, lambda ref, _own: None if _means(ref, sheet) else ref)
    book.sheets.remove(sheet)
    book.named[:] = [one for one in book.named if from_json(one["range"]).sheet != sheet.id]
    return {}


def _means(ref: Reference, sheet: Sheet) -> bool:
    return ref.title is not None and ref.title.lower() == sheet.title.lower()


def duplicate_sheet(asked: Asked) -> Json:
    """duplicateSheet."""
    book = asked.book
    source = book.sheet(asked.body.get("sourceSheetId", 0))
    title = asked.body.get("newSheetName") or _copy_title(book, source.title)
    given = {"title": title, "gridProperties": {"rowCount": 1, "columnCount": 1}}
    if "newSheetId" in asked.body:
        given["sheetId"] = asked.body["newSheetId"]
    sheet = twin_of(source, new_sheet(book, given))
    book.sheets.insert(asked.body.get("insertSheetIndex", 0), sheet)
    return {"duplicateSheet": {"properties": describe.sheet_properties(book, sheet)}}


def _copy_title(book: Spreadsheet, title: str) -> str:
    made, number = f"Copy of {title}", 1
    while book.titled(made):
        number += 1
        made = f"Copy {number} of {title}"
    return made


def twin_of(source: Sheet, blank: Sheet) -> Sheet:
    """All that a sheet holds, under the id and title of a new one."""
    twin = source.copied()
    twin.id, twin.title = blank.id, blank.title
    twin.merges = [replace(area, sheet=twin.id) for area in twin.merges]
    for kept in (twin.protected, twin.banded, twin.filter_views, twin.tables):
        for one in kept:
            _to_sheet(one, twin.id)
    for rule in twin.conditional:
        rule["ranges"] = [as_json(replace(from_json(r), sheet=twin.id)) for r in rule["ranges"]]
    if twin.basic_filter:
        _to_sheet(twin.basic_filter, twin.id)
    return twin


def _to_sheet(one: Json, number: int) -> None:
    if "range" in one:
        one["range"] = as_json(replace(from_json(one["range"]), sheet=number))


def update_sheet_properties(asked: Asked) -> Json:
    """updateSheetProperties: title, place, size, hidden, colour, frozen rows and the like."""
    book, given = asked.book, asked.body.get("properties", {})
    sheet = book.sheet(given.get("sheetId", 0))
    if asked.body.get("fields") != "index":
        protection.check_sheet(book, asked.who, sheet)
    old = describe.sheet_properties(book, sheet)
    fields = asked.body.get("fields", "")
    given = looks.both_ways(given, "tabColor")
    if "tabColor" in fields:
        old = {name: value for name, value in old.items() if "olor" not in name}
        fields = ",".join({*fields.split(","), "tabColor", "tabColorStyle"})
    new = updated(old, given, fields)
    if new.get("hidden") and not _others_visible(book, sheet):
        raise bad("You can't hide all the sheets in a document.")
    _rename(book, sheet, new.get("title", sheet.title))
    _resize(book, sheet, new.get("gridProperties", {}))
    _take(sheet, new)
    if new.get("index", 0) != old["index"]:
        _place(book, sheet, new.get("index", 0), old["index"])
    return {}


def _others_visible(book: Spreadsheet, sheet: Sheet) -> bool:
    return any(not other.properties.get("hidden") for other in book.sheets if other is not sheet)


def _rename(book: Spreadsheet, sheet: Sheet, title: str) -> None:
    if title == sheet.title:
        return
    if not title:
        raise bad("Sheet title cannot be empty")
    _check_title(book, title, sheet)
    moving.rewrite(book, lambda ref, _own: replace(ref, title=title) if _means(ref, sheet) else ref)
    sheet.title = title


def _resize(book: Spreadsheet, sheet: Sheet, grid: Json) -> None:
    rows, columns = grid.get("rowCount", sheet.rows), grid.get("columnCount", sheet.columns)
    if rows < 1 or columns < 1:
        raise bad("gridProperties.rowCount and gridProperties.columnCount must be greater than 0")
    _check_frozen(grid, rows, columns)
    book.room_for(rows * columns - sheet.rows * sheet.columns)
    if rows < sheet.rows:
        moving.delete(book, sheet, "ROWS", rows, sheet.rows)
    if columns < sheet.columns:
        moving.delete(book, sheet, "COLUMNS", columns, sheet.columns)
    sheet.rows, sheet.columns = rows, columns


def _check_frozen(grid: Json, rows: int, columns: int) -> None:
    if grid.get("frozenRowCount", 0) >= rows:
        raise bad("You can't freeze all visible rows on the sheet.")
    if grid.get("frozenColumnCount", 0) >= columns:
        raise bad("You can't freeze all visible columns on the sheet.")


def _place(book: Spreadsheet, sheet: Sheet, index: int, old: int) -> None:
    """Move a sheet before the one that is at `index` now, as Google counts."""
    book.sheets.remove(sheet)
    book.sheets.insert(index - 1 if index > old else index, sheet)


def update_spreadsheet_properties(asked: Asked) -> Json:
    """updateSpreadsheetProperties: title, locale, time zone."""
    book = asked.book
    new = updated(
        describe.properties(book), asked.body.get("properties", {}), asked.body.get("fields", "")
    )
    book.title = new.get("title") or book.title
    book.locale = new.get("locale") or book.locale
    book.time_zone = new.get("timeZone") or book.time_zone
    kept: dict[str, Any] = copy.deepcopy(new)
    book.properties = {
        name: value for name, value in kept.items() if name in ("iterativeCalculationSettings",)
    }
    return {}


HANDLERS: dict[str, Handler] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
