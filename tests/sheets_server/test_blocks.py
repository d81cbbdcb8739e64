"""Requests about blocks of cells, developer metadata, and cells found by data filters."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.promises import Caller
from tests.sheets_server.staff import Staff
from tests.sheets_server.test_requests import area, book, caller, done, refused, sheet_of

Json = dict[str, Any]
assert book
assert caller


def cells(caller: Caller, book: Spreadsheet, where: str = "Clients!A1:F9") -> list[list[Any]]:
    return caller.read(book, where)


def test_cells_are_put_in_and_taken_out(caller: Caller, book: Spreadsheet) -> None:
    done(caller, book, insertRange={"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"})
    assert cells(caller, book) == [["Client", "n"], ["", 2], ["b", 1], ["a", 3], ["c"]]
    done(caller, book, deleteRange={"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"})
    assert cells(caller, book) == [["Client", "n"], ["b", 2], ["a", 1], ["c", 3]]
    done(caller, book, insertRange={"range": area(0, 1, 0, 2), "shiftDimension": "COLUMNS"})
    assert cells(caller, book, "Clients!A1:F1") == [["", "", "Client", "n"]]
    done(caller, book, deleteRange={"range": area(0, 1, 0, 2), "shiftDimension": "COLUMNS"})
    assert cells(caller, book, "Clients!A1:F1") == [["Client", "n"]]
    assert refused(caller, book, deleteRange={"range": area(0, 1, 0, 1)})


def test_blanks_are_trimmed(caller: Caller, book: Spreadsheet) -> None:
    Staff(book).types("Clients!A5", "'  two   words ")
    reply = done(caller, book, trimWhitespace={"range": area(0, 6, 0, 2)})
    assert reply == {"trimWhitespace": {"cellsChangedCount": 1}}
    assert cells(caller, book, "Clients!A5") == [["two words"]]


def test_borders_are_drawn_around_and_between(caller: Caller, book: Spreadsheet) -> None:
    line = {"style": "SOLID", "width": 1}
    asked = {"range": area(0, 2, 0, 2), "top": line, "innerVertical": {"style": "DASHED"}}
    done(caller, book, updateBorders=asked)
    options = {"fields": "sheets.data.rowData.values.userEnteredFormat.borders"}
    rows = sheet_of(caller, book, options=options)["data"][0]["rowData"]
    found = [
        [set(c.get("userEnteredFormat", {}).get("borders", {})) for c in r["values"]]
        for r in rows[:2][:2]
    ]
    assert found == [[{"top", "right"}, {"top", "left"}], [{"right"}, {"left"}]]
    done(caller, book, updateBorders={"range": area(0, 2, 0, 2), "top": {"style": "NONE"}})
    rows = sheet_of(caller, book, options=options)["data"][0]["rowData"]
    assert set(rows[0]["values"][0]["userEnteredFormat"]["borders"]) == {"right"}


def test_text_is_pasted_and_split(caller: Caller, book: Spreadsheet) -> None:
    where = {"sheetId": 0, "rowIndex": 5, "columnIndex": 0}
    done(caller, book, pasteData={"coordinate": where, "data": "x;7", "delimiter": ";"})
    assert cells(caller, book, "Clients!A6:B6") == [["x", 7]]
    done(caller, book, pasteData={"coordinate": where, "data": '"p,q,8"', "delimiter": ";"})
    done(caller, book, textToColumns={"source": area(5, 6, 0, 1), "delimiterType": "COMMA"})
    assert cells(caller, book, "Clients!A6:C6") == [["p", "q", 8]]


def test_doubled_rows_go_and_rows_are_filled(caller: Caller, book: Spreadsheet) -> None:
    block = {"source": area(1, 2, 0, 2), "dimension": "ROWS", "fillLength": 2}
    done(caller, book, autoFill={"sourceAndDestination": block})
    assert cells(caller, book)[1:] == [["b", 2]] * 3
    reply = done(caller, book, deleteDuplicates={"range": area(1, 4, 0, 2)})
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 2}}
    assert cells(caller, book)[1:] == [["b", 2]]
    done(caller, book, randomizeRange={"range": area(0, 2, 0, 2)})
    assert sorted(cells(caller, book), key=str) == [["Client", "n"], ["b", 2]]


def test_a_filter_view_is_copied(caller: Caller, book: Spreadsheet) -> None:
    view = {"title": "Mine", "range": area(0, 4, 0, 2)}
    made = done(caller, book, addFilterView={"filter": view})["addFilterView"]["filter"]
    twin = done(caller, book, duplicateFilterView={"filterId": made["filterViewId"]})
    assert twin["duplicateFilterView"]["filter"]["title"] == "Copy of Mine"
    assert len(sheet_of(caller, book)["filterViews"]) == 2


COLUMN = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}


@pytest.fixture
def tagged(caller: Caller, book: Spreadsheet) -> Json:
    """Metadata on the second column."""
    given = {"metadataKey": "what", "location": COLUMN, "visibility": "DOCUMENT"}
    made = done(caller, book, createDeveloperMetadata={"developerMetadata": given})
    return dict(made["createDeveloperMetadata"]["developerMetadata"])


LOOK = {"developerMetadataLookup": {"metadataKey": "what"}}


def test_metadata_of_a_column_moves_with_it(
    caller: Caller, book: Spreadsheet, tagged: Json
) -> None:
    assert caller.ask("GET", f"{book.id}/developerMetadata/{tagged['metadataId']}").json() == tagged
    Staff(book).moves_columns("Clients", 2, 1)
    search = caller.ask("POST", f"{book.id}/developerMetadata:search", {"dataFilters": [LOOK]})
    one = search.json()["matchedDeveloperMetadata"][0]["developerMetadata"]
    assert one["location"]["dimensionRange"]["endIndex"] == 1
    read = caller.ask("POST", f"{book.id}/values:batchGetByDataFilter", {"dataFilters": [LOOK]})
    assert read.json()["valueRanges"][0]["valueRange"]["values"] == [["n"], ["2"], ["1"], ["3"]]
    sizes = sheet_of(caller, book, options={"fields": "sheets.data.columnMetadata"})
    assert "developerMetadata" in sizes["data"][0]["columnMetadata"][0]
    Staff(book).deletes_columns("Clients", 1)
    gone = caller.ask("GET", f"{book.id}/developerMetadata/{tagged['metadataId']}")
    assert gone.status_code == 404


def test_metadata_is_changed_and_deleted(caller: Caller, book: Spreadsheet, tagged: Json) -> None:
    asked = {"dataFilters": [LOOK], "developerMetadata": {"metadataValue": "v"}}
    done(caller, book, updateDeveloperMetadata={**asked, "fields": "metadataValue"})
    lookup = {"developerMetadataLookup": {"metadataValue": "v", "locationType": "COLUMN"}}
    gone = done(caller, book, deleteDeveloperMetadata={"dataFilter": lookup})
    deleted = gone["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]
    assert deleted == [{**tagged, "metadataValue": "v"}]
    assert done(caller, book, deleteDeveloperMetadata={"dataFilter": LOOK}) == {
        "deleteDeveloperMetadata": {}
    }
    nameless = {"location": {"spreadsheet": True}, "visibility": "DOCUMENT"}
    assert refused(caller, book, createDeveloperMetadata={"developerMetadata": nameless})


def test_cells_are_written_cleared_and_shown_by_filters(caller: Caller, book: Spreadsheet) -> None:
    whole = {"a1Range": "Clients!A2:B2"}
    data = [{"dataFilter": whole, "values": [["z", 9]], "majorDimension": "ROWS"}]
    path = f"{book.id}/values:batchUpdateByDataFilter"
    reply = caller.ask("POST", path, {"valueInputOption": "RAW", "data": data}).json()
    assert reply["totalUpdatedCells"] == 2
    assert reply["responses"][0]["dataFilter"] == whole
    grid = {"gridRange": area(1, 2, 0, 2)}
    shown = caller.ask(
        "POST", f"{book.id}:getByDataFilter", {"dataFilters": [grid], "includeGridData": True}
    )
    values = shown.json()["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert [one["formattedValue"] for one in values] == ["z", "9"]
    path = f"{book.id}/values:batchClearByDataFilter"
    cleared = caller.ask("POST", path, {"dataFilters": [grid]}).json()
    assert cleared["clearedRanges"] == ["Clients!A2:B2"]
    assert cells(caller, book, "Clients!A2:B2") == []


def test_a_replayed_key_is_refused(caller: Caller, book: Spreadsheet, tagged: Json) -> None:
    again = {**tagged, "location": {"sheetId": 0}}
    words = refused(caller, book, createDeveloperMetadata={"developerMetadata": again})
    assert "already exists" in words
