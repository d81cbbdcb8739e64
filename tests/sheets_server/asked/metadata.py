"""Developer metadata: notes of programs on a spreadsheet, a sheet, a row or a column.

What is on a row or column moves with it when rows or columns are put in, taken out or moved; a sort
leaves it where it is. Google's words for what is not there are not known, and made up here.
"""

from __future__ import annotations

import copy

from tests.sheets_server.asked.common import Asked, Handler, fresh_id
from tests.sheets_server.book import Json, Spreadsheet
from tests.sheets_server.errors import bad
from tests.sheets_server.masks import updated
from tests.sheets_server.ranges import Area, from_json


def every(book: Spreadsheet) -> list[Json]:
    """All that there is."""
    sheets = (one for sheet in book.sheets for one in (*sheet.metadata, *sheet.line_metadata))
    return [*book.metadata, *sheets]


def create(asked: Asked) -> Json:
    """createDeveloperMetadata."""
    book, given = asked.book, copy.deepcopy(asked.body.get("developerMetadata", {}))
    if not given.get("metadataKey"):
        raise bad("Developer metadata must have a key.")
    if given.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise bad("Developer metadata must have a visibility.")
    taken = {one["metadataId"] for one in every(book)}
    if given.get("metadataId") in taken:
        raise bad(f"Developer metadata with ID {given['metadataId']} already exists.")
    number = given.get("metadataId") or fresh_id(taken)
    made = {"metadataId": number, **given, "location": _place(book, given.get("location", {}))}
    _keep(book, made)
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def _place(book: Spreadsheet, given: Json) -> Json:
    """A location as Google gives it back: with its type."""
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in given:
        span = given["dimensionRange"]
        book.sheet(span.get("sheetId", 0))
        if span.get("endIndex", 0) - span.get("startIndex", 0) != 1:
            raise bad("The dimension range must be of a single row or column.")
        kind = {"ROWS": "ROW", "COLUMNS": "COLUMN"}[span["dimension"]]
        return {"locationType": kind, "dimensionRange": span}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": book.sheet(given["sheetId"]).id}
    raise bad("Developer metadata must have a location.")


def _keep(book: Spreadsheet, made: Json) -> None:
    where = made["location"]
    if where["locationType"] == "SPREADSHEET":
        book.metadata.append(made)
    elif where["locationType"] == "SHEET":
        book.sheet(where["sheetId"]).metadata.append(made)
    else:
        book.sheet(where["dimensionRange"].get("sheetId", 0)).line_metadata.append(made)


def _drop(book: Spreadsheet, one: Json) -> None:
    for held in (book.metadata, *((s.metadata) for s in book.sheets)):
        held[:] = [other for other in held if other is not one]
    for sheet in book.sheets:
        sheet.line_metadata[:] = [other for other in sheet.line_metadata if other is not one]


def found(book: Spreadsheet, data_filter: Json) -> list[Json]:
    """What a data filter finds: by lookup, or all that lies in a range."""
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is not None:
        return [one for one in every(book) if _meets(one, lookup)]
    area = from_json(data_filter.get("gridRange", {}))
    return [one for one in every(book) if _area(book, one["location"]).meets(area)]


def _meets(one: Json, lookup: Json) -> bool:
    plain = ("metadataId", "metadataKey", "metadataValue", "visibility")
    if any(name in lookup and one.get(name) != lookup[name] for name in plain):
        return False
    where = one["location"]
    if lookup.get("locationType", where["locationType"]) != where["locationType"]:
        return False
    wanted = lookup.get("metadataLocation")
    if wanted is None or wanted.get("spreadsheet"):
        return True
    parts = {name: value for name, value in where.items() if name != "locationType"}
    exact = lookup.get("locationMatchingStrategy") == "EXACT_LOCATION"
    on_sheet = "sheetId" in wanted and wanted["sheetId"] == _sheet_of(where)
    return parts == wanted or (on_sheet and not exact)


def _sheet_of(where: Json) -> int | None:
    if "dimensionRange" in where:
        return int(where["dimensionRange"].get("sheetId", 0))
    return where.get("sheetId")


def _area(book: Spreadsheet, where: Json) -> Area:
    if where["locationType"] == "SPREADSHEET":
        return Area(book.sheets[0].id)
    if where["locationType"] == "SHEET":
        return Area(where["sheetId"])
    span = where["dimensionRange"]
    start, end = span.get("startIndex", 0), span["endIndex"]
    if span["dimension"] == "ROWS":
        return Area(span.get("sheetId", 0), start, 0, end, None)
    return Area(span.get("sheetId", 0), 0, start, None, end)


def areas(book: Spreadsheet, data_filter: Json) -> list[Area]:
    """The cells that a lookup means: those of the rows, columns and sheets that it finds."""
    return [_area(book, one["location"]) for one in found(book, data_filter)]


def update(asked: Asked) -> Json:
    """updateDeveloperMetadata."""
    given, changed = asked.body.get("developerMetadata", {}), []
    for one in [m for f in asked.body.get("dataFilters", []) for m in found(asked.book, f)]:
        new = updated(one, given, asked.body.get("fields", ""))
        if new.get("location") != one["location"]:
            new["location"] = _place(asked.book, new.get("location", {}))
        _drop(asked.book, one)
        _keep(asked.book, new)
        changed.append(new)
    return {"updateDeveloperMetadata": {"developerMetadata": changed} if changed else {}}


def delete(asked: Asked) -> Json:
    """deleteDeveloperMetadata."""
    gone = found(asked.book, asked.body.get("dataFilter", {}))
    for one in gone:
        _drop(asked.book, one)
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone} if gone else {}}


HANDLERS: dict[str, Handler] = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
