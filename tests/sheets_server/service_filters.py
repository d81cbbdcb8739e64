"""The half of `service` that finds cells by data filters, and developer metadata."""

from __future__ import annotations

from tests.sheets_server import batch, describe, reading, values
from tests.sheets_server.asked import metadata
from tests.sheets_server.book import Json, Spreadsheet
from tests.sheets_server.errors import ApiError, bad
from tests.sheets_server.lookup import area_of
from tests.sheets_server.ranges import from_json, named
from tests.sheets_server.service import BOOK, SHEETS, Reply, Request, Service, as_reply, route

LOOKUP = "developerMetadataLookup"


def ranges_of(book: Spreadsheet, data_filter: Json) -> list[str]:
    """The ranges that a data filter means, by name."""
    if "a1Range" in data_filter:
        found = [area_of(book, data_filter["a1Range"])[1]]
    elif "gridRange" in data_filter:
        found = [from_json(data_filter["gridRange"])]
    elif LOOKUP in data_filter:
        found = metadata.areas(book, data_filter)
    else:
        raise bad("A data filter must have a lookup, a range or a grid range.")
    whole = ((book.sheet(area.sheet), area) for area in found)
    return [named(sheet.title, area.within(sheet.rows, sheet.columns)) for sheet, area in whole]


def _filters(body: Json) -> list[Json]:
    return list(body.get("dataFilters", []))


@route("POST", SHEETS, BOOK + ":getByDataFilter")
def get_by_filter(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """spreadsheets.getByDataFilter."""
    body = reading.checked("GetSpreadsheetByDataFilterRequest", request.json())
    book = service.book(parts[0], who)
    ranges = [text for one in _filters(body) for text in ranges_of(book, one)]
    grid = bool(body.get("includeGridData"))
    return as_reply(describe.spreadsheet(book, who, ranges, request.option("fields"), grid))


@route("POST", SHEETS, BOOK + "/values:batchGetByDataFilter")
def values_by_filter(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.batchGetByDataFilter."""
    body = reading.checked("BatchGetValuesByDataFilterRequest", request.json())
    book = service.book(parts[0], who)
    found = [
        {"valueRange": values.get(book, text, body), "dataFilters": [one]}
        for one in _filters(body)
        for text in ranges_of(book, one)
    ]
    return as_reply({"spreadsheetId": book.id} | ({"valueRanges": found} if found else {}))


@route("POST", SHEETS, BOOK + "/values:batchUpdateByDataFilter")
def put_by_filter(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.batchUpdateByDataFilter."""
    body = reading.checked("BatchUpdateValuesByDataFilterRequest", request.json())
    book = service.book(parts[0], who, writing=True)
    asked = [(one, ranges_of(book, one.get("dataFilter", {}))) for one in body.get("data", [])]
    data = [{**_values(one), "range": text} for one, texts in asked for text in texts]
    options = {name: value for name, value in body.items() if name != "data"}
    reply = batch.atomically(
        book, lambda: values.batch_update(book, who, {**options, "data": data})
    )
    filters = (one["dataFilter"] for one, texts in asked for _ in texts)
    for one, data_filter in zip(reply.get("responses", []), filters, strict=True):
        del one["spreadsheetId"]
        one["dataFilter"] = data_filter
    return as_reply(reply)


def _values(one: Json) -> Json:
    return {name: value for name, value in one.items() if name != "dataFilter"}


@route("POST", SHEETS, BOOK + "/values:batchClearByDataFilter")
def clear_by_filter(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.batchClearByDataFilter."""
    body = reading.checked("BatchClearValuesByDataFilterRequest", request.json())
    book = service.book(parts[0], who, writing=True)
    ranges = [text for one in _filters(body) for text in ranges_of(book, one)]
    cleared = batch.atomically(book, lambda: [values.clear(book, who, text) for text in ranges])
    return as_reply({"spreadsheetId": book.id} | ({"clearedRanges": cleared} if cleared else {}))


@route("GET", SHEETS, BOOK + "/developerMetadata/{}")
def one_metadata(service: Service, who: str, _request: Request, parts: tuple[str, ...]) -> Reply:
    """developerMetadata.get."""
    book = service.book(parts[0], who)
    for one in metadata.every(book):
        if str(one["metadataId"]) == parts[1]:
            return as_reply(one)
    raise ApiError(404, f"No developer metadata with ID: {parts[1]}")


@route("POST", SHEETS, BOOK + "/developerMetadata:search")
def search_metadata(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """developerMetadata.search."""
    body = reading.checked("SearchDeveloperMetadataRequest", request.json())
    book = service.book(parts[0], who)
    made = [
        {"developerMetadata": one, "dataFilters": [data_filter]}
        for data_filter in _filters(body)
        for one in metadata.found(book, data_filter)
    ]
    return as_reply({"matchedDeveloperMetadata": made} if made else {})
