"""From the text of a range to the sheet and the cells that it means."""

from __future__ import annotations

from tests.sheets_server.book import Sheet, Spreadsheet
from tests.sheets_server.errors import bad
from tests.sheets_server.ranges import Area, cells_of, from_json, split


def area_of(book: Spreadsheet, text: str) -> tuple[Sheet, Area]:
    """The sheet and cells of a range, as the values API reads it.

    Raises:
        ApiError: 400, the range cannot be read, or names a tab that is not there.
    """
    title, cells = split(text)
    if title is None:
        return _without_title(book, text)
    sheet = book.titled(title)
    if sheet is None:
        raise bad(f"Unable to parse range: {text}")
    if cells is None:
        return sheet, Area(sheet.id)
    area = cells_of(cells, sheet.id)
    if area is not None:
        return sheet, area
    named = _named(book, cells)
    if named is None:
        raise bad(f"Unable to parse range: {text}")
    return named


def _without_title(book: Spreadsheet, text: str) -> tuple[Sheet, Area]:
    named = _named(book, text)
    if named is not None:
        return named
    first = next(sheet for sheet in book.sheets if not sheet.properties.get("hidden"))
    area = cells_of(text, first.id)
    if area is not None:
        return first, area
    sheet = book.titled(text)
    if sheet is None:
        raise bad(f"Unable to parse range: {text}")
    return sheet, Area(sheet.id)


def _named(book: Spreadsheet, name: str) -> tuple[Sheet, Area] | None:
    for one in book.named:
        if one["name"].lower() == name.lower():
            area = from_json(one["range"])
            return book.sheet(area.sheet), area
    return None
