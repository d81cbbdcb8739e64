"""The kinds of request that spreadsheets.batchUpdate takes, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.promises import Caller
from tests.sheets_server.running import ROBOT, Running
from tests.sheets_server.staff import Staff

Json = dict[str, Any]
ROWS: list[list[Any]] = [["Client", "n"], ["b", 2], ["a", 1], ["c", 3]]


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with Running() as google:
        yield Caller(google)


@pytest.fixture
def book(caller: Caller) -> Spreadsheet:
    return caller.google.create(tabs={"Clients": ROWS, "Own": []}, rows=20, columns=6)


def area(top: int, bottom: int, left: int, right: int, sheet: int = 0) -> Json:
    """A GridRange."""
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": sheet, **rows, "startColumnIndex": left, "endColumnIndex": right}


def done(caller: Caller, book: Spreadsheet, **asked: Json) -> Json:
    """The reply to the one request that is asked; it must succeed."""
    reply = caller.batch(book, asked)
    assert reply.ok, reply.text
    return dict(reply.json()["replies"][0])


def refused(caller: Caller, book: Spreadsheet, **asked: Json) -> str:
    """Google's words where it refuses a request, and nothing was changed."""
    before = caller.ask("GET", book.id, includeGridData="true").json()
    reply = caller.batch(book, asked)
    assert reply.status_code == 400
    assert caller.ask("GET", book.id, includeGridData="true").json() == before
    kind = next(iter(asked))
    return str(reply.json()["error"]["message"]).removeprefix(f"Invalid requests[0].{kind}: ")


def sheet_of(
    caller: Caller, book: Spreadsheet, number: int = 0, options: dict[str, str] | None = None
) -> Json:
    """A sheet as spreadsheets.get gives it."""
    reply = caller.ask("GET", book.id, None, **(options or {}))
    return dict(reply.json()["sheets"][number])


def test_cells(caller: Caller, book: Spreadsheet) -> None:
    rows = [{"values": [{"userEnteredValue": {"stringValue": "x"}, "note": "why"}, {}]}]
    done(caller, book, updateCells={"start": {"rowIndex": 4}, "rows": rows, "fields": "*"})
    done(caller, book, appendCells={"sheetId": 0, "rows": rows, "fields": "userEnteredValue"})
    assert caller.read(book, "Clients!A1:B9") == [*ROWS, ["x"], ["x"]]
    fill = {"userEnteredValue": {"formulaValue": "=B2*2"}}
    done(
        caller,
        book,
        repeatCell={"range": area(1, 4, 2, 3), "cell": fill, "fields": "userEnteredValue"},
    )
    assert caller.read(book, "Clients!C1:C4") == [[], [4], [2], [6]]
    assert caller.read(book, "Clients!C4", "FORMULA") == [["=B4*2"]]
    done(caller, book, updateCells={"range": area(0, 20, 2, 3), "fields": "userEnteredValue"})
    assert caller.read(book, "Clients!C1:C9") == []
    wide = {"range": area(0, 1, 0, 1), "rows": [{"values": [{}, {}]}], "fields": "note"}
    assert "beyond the last requested column" in refused(caller, book, updateCells=wide)
    far = {"range": area(0, 21, 0, 1), "cell": {}, "fields": "note"}
    assert "exceeds grid limits" in refused(caller, book, repeatCell=far)


def test_sorts_and_copies(caller: Caller, book: Spreadsheet) -> None:
    spec = {"dimensionIndex": 0, "sortOrder": "DESCENDING"}
    done(caller, book, sortRange={"range": area(1, 20, 0, 2), "sortSpecs": [spec]})
    assert caller.read(book, "Clients!A1:B9") == [["Client", "n"], ["c", 3], ["b", 2], ["a", 1]]
    asked = {"source": area(1, 3, 0, 2), "destination": area(0, 4, 0, 2, sheet=1)}
    done(caller, book, copyPaste={**asked, "pasteType": "PASTE_VALUES"})
    assert caller.read(book, "Own!A1:B9") == [["c", 3], ["b", 2]] * 2
    turned = {**asked, "destination": area(0, 2, 3, 5, sheet=1), "pasteOrientation": "TRANSPOSE"}
    done(caller, book, copyPaste=turned)
    assert caller.read(book, "Own!D1:E2") == [["c", "b"], [3, 2]]
    to = {"sheetId": 1, "rowIndex": 9, "columnIndex": 0}
    done(caller, book, cutPaste={"source": area(0, 1, 0, 2, sheet=1), "destination": to})
    assert caller.read(book, "Own!A1:B1") == []
    assert caller.read(book, "Own!A10:B10") == [["c", 3]]
    found = done(caller, book, findReplace={"find": "C", "replacement": "see", "allSheets": True})
    assert found["findReplace"]["occurrencesChanged"] == 5
    assert caller.read(book, "Clients!A1:A2") == [["seelient"], ["see"]]


def test_rows_and_columns(caller: Caller, book: Spreadsheet) -> None:
    band = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    done(caller, book, moveDimension={"source": band, "destinationIndex": 4})
    assert caller.read(book, "Clients!A1:A9") == [["Client"], ["a"], ["c"], ["b"]]
    done(caller, book, insertDimension={"range": band})
    done(caller, book, appendDimension={"sheetId": 0, "dimension": "COLUMNS", "length": 2})
    assert sheet_of(caller, book)["properties"]["gridProperties"] == {
        "rowCount": 21,
        "columnCount": 8,
    }
    done(caller, book, deleteDimension={"range": band})
    hide = {
        "properties": {"hiddenByUser": True, "pixelSize": 30},
        "fields": "hiddenByUser,pixelSize",
    }
    done(caller, book, updateDimensionProperties={"range": band, **hide})
    rows = sheet_of(caller, book, 0, {"fields": "sheets.data.rowMetadata"})["data"][0][
        "rowMetadata"
    ]
    assert rows[:2] == [{"pixelSize": 21}, {"hiddenByUser": True, "pixelSize": 30}]
    every = {"sheetId": 0, "dimension": "ROWS"}
    assert "delete all the rows" in refused(caller, book, deleteDimension={"range": every})
    beyond = {**band, "startIndex": 20, "endIndex": 21}
    assert "row that doesn't exist" in refused(caller, book, deleteDimension={"range": beyond})
    assert "must be less than the grid size (20)" in refused(
        caller, book, insertDimension={"range": beyond}
    )
    inside = {"source": {**band, "endIndex": 4}, "destinationIndex": 2}
    assert "within itself" in refused(caller, book, moveDimension=inside)


def test_tabs(caller: Caller, book: Spreadsheet) -> None:
    asked = {"properties": {"title": "_tool", "hidden": True, "gridProperties": {"rowCount": 2}}}
    made = done(caller, book, addSheet=asked)["addSheet"]["properties"]
    assert (made["index"], made["hidden"], made["gridProperties"]["rowCount"]) == (2, True, 2)
    taken = {"properties": {"title": "own"}}
    assert "already exists" in refused(caller, book, addSheet=taken)
    done(caller, book, deleteSheet={"sheetId": 1})
    visible = "You can't remove all the visible sheets in a document."
    assert refused(caller, book, deleteSheet={"sheetId": 0}) == visible
    twin = done(caller, book, duplicateSheet={"sourceSheetId": 0, "insertSheetIndex": 1})
    assert twin["duplicateSheet"]["properties"]["title"] == "Copy of Clients"
    frozen = {
        "properties": {"gridProperties": {"frozenRowCount": 20}},
        "fields": "gridProperties.frozenRowCount",
    }
    assert "freeze all visible rows" in refused(caller, book, updateSheetProperties=frozen)
    zone = {"properties": {"timeZone": "Asia/Tokyo", "title": "T"}, "fields": "timeZone"}
    done(caller, book, updateSpreadsheetProperties=zone)
    assert (book.time_zone, book.title) == ("Asia/Tokyo", "Clients")


def test_protection_and_names(caller: Caller, book: Spreadsheet) -> None:
    protected = {"range": {"sheetId": 1}, "description": "tool", "editors": {"users": [ROBOT]}}
    made = done(caller, book, addProtectedRange={"protectedRange": protected})
    number = made["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    got = sheet_of(caller, book, 1)["protectedRanges"][0]
    assert got["range"] == {"sheetId": 1}
    assert got["editors"]["users"] == [book.owner, ROBOT]
    warn = {
        "protectedRange": {"protectedRangeId": number, "warningOnly": True},
        "fields": "warningOnly",
    }
    done(caller, book, updateProtectedRange=warn)
    assert sheet_of(caller, book, 1)["protectedRanges"][0]["warningOnly"] is True
    done(caller, book, deleteProtectedRange={"protectedRangeId": number})
    assert "No protected range" in refused(
        caller, book, deleteProtectedRange={"protectedRangeId": 7}
    )
    name = {"namedRange": {"name": "Keys", "range": area(1, 4, 0, 1)}}
    made = done(caller, book, addNamedRange=name)["addNamedRange"]["namedRange"]
    assert "already exists" in refused(caller, book, addNamedRange=name)
    longer = {"namedRangeId": made["namedRangeId"], "range": area(1, 5, 0, 1)}
    done(caller, book, updateNamedRange={"namedRange": longer, "fields": "range"})
    assert book.named[0]["range"]["endRowIndex"] == 5
    done(caller, book, deleteNamedRange={"namedRangeId": made["namedRangeId"]})


def test_a_protected_tab(caller: Caller, book: Spreadsheet) -> None:
    """Staff can neither write, insert, rename nor delete what is the tool's; the tool can."""
    done(caller, book, addProtectedRange={"protectedRange": {"range": {"sheetId": 1}}})
    staff = Staff(book)
    deeds: list[Callable[[], None]] = [
        lambda: staff.types("Own!A1", "x"),
        lambda: staff.inserts_rows("Own", 1),
        lambda: staff.inserts_columns("Own", 2),
        lambda: staff.deletes_rows("Own", 3),
        lambda: staff.renames("Own", "Ours"),
        lambda: staff.deletes_tab("Own"),
    ]
    for deed in deeds:
        with pytest.raises(ApiError, match="protected cell or object"):
            deed()
    staff.moves_tab("Own", 0)
    assert caller.put(book, "Own!A1", [["x"]]).ok
    cells = {"range": area(1, 3, 0, 1)}
    done(caller, book, addProtectedRange={"protectedRange": cells})
    staff.renames("Clients", "Kunden")
    staff.inserts_rows("Kunden", 2)
    with pytest.raises(ApiError, match="protected cell or object"):
        staff.inserts_rows("Kunden", 4)
    with pytest.raises(ApiError, match="protected cell or object"):
        staff.sorts("Kunden", 1)


def test_a_colour_is_taken_away(caller: Caller, book: Spreadsheet) -> None:
    red = {"properties": {"tabColorStyle": {"rgbColor": {"red": 1}}}, "fields": "tabColorStyle"}
    done(caller, book, updateSheetProperties=red)
    assert sheet_of(caller, book)["properties"]["tabColor"] == {"red": 1}
    none = {"properties": {"tabColorStyle": {"rgbColor": None}}, "fields": "tabColorStyle"}
    done(caller, book, updateSheetProperties=none)
    assert "tabColor" not in sheet_of(caller, book)["properties"]


def test_what_lies_over_cells(caller: Caller, book: Spreadsheet) -> None:
    done(caller, book, mergeCells={"range": area(1, 3, 0, 2), "mergeType": "MERGE_ALL"})
    part = {"range": area(2, 5, 0, 1), "mergeType": "MERGE_ALL"}
    assert "select all cells in a merged range" in refused(caller, book, mergeCells=part)
    done(caller, book, unmergeCells={"range": area(0, 5, 0, 5)})
    done(caller, book, setBasicFilter={"filter": {"range": area(0, 4, 0, 2)}})
    colour = {"backgroundColor": {"red": 1}}
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": "late"}]}
    rule = {"ranges": [area(0, 4, 0, 2)], "booleanRule": {"condition": condition, "format": colour}}
    done(caller, book, addConditionalFormatRule={"rule": rule, "index": 0})
    done(caller, book, updateConditionalFormatRule={"sheetId": 0, "index": 0, "newIndex": 0})
    band = {"range": area(0, 4, 0, 2), "rowProperties": {"headerColor": {"red": 1}}}
    number = done(caller, book, addBanding={"bandedRange": band})["addBanding"]["bandedRange"][
        "bandedRangeId"
    ]
    table = {"name": "Clients_1", "range": area(0, 4, 0, 2)}
    made = done(caller, book, addTable={"table": table})["addTable"]["table"]["tableId"]
    assert "already has one" in refused(caller, book, addTable={"table": table})
    view = {"title": "late ones", "range": area(0, 4, 0, 2)}
    done(caller, book, addFilterView={"filter": view})
    rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    done(caller, book, insertDimension={"range": rows})
    sheet = sheet_of(caller, book)
    for name in ("basicFilter", "bandedRanges", "tables", "filterViews"):
        one = sheet[name] if name == "basicFilter" else sheet[name][0]
        assert (one["range"]["startRowIndex"], one["range"]["endRowIndex"]) == (1, 5), name
    assert sheet["conditionalFormats"][0]["ranges"][0]["startRowIndex"] == 1
    done(caller, book, deleteBanding={"bandedRangeId": number})
    done(caller, book, deleteTable={"tableId": made})
    done(caller, book, deleteConditionalFormatRule={"sheetId": 0, "index": 0})
    done(caller, book, clearBasicFilter={"sheetId": 0})
    assert sheet_of(caller, book).keys() == {"properties", "filterViews"}


def test_dropdowns_and_groups(caller: Caller, book: Spreadsheet) -> None:
    values = [{"userEnteredValue": "Yes"}, {"userEnteredValue": "No"}]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": True}
    done(caller, book, setDataValidation={"range": area(1, 20, 2, 3), "rule": rule})
    where = {"ranges": "Clients!C2", "fields": "sheets.data.rowData.values.dataValidation"}
    data = sheet_of(caller, book, 0, where)["data"][0]
    assert data["rowData"][0]["values"][0]["dataValidation"] == rule
    done(caller, book, setDataValidation={"range": area(1, 20, 2, 3)})
    assert sheet_of(caller, book, 0, where)["data"] == [{}]
    rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}
    done(caller, book, addDimensionGroup={"range": rows})
    inner = done(caller, book, addDimensionGroup={"range": {**rows, "endIndex": 2}})
    assert [g["depth"] for g in inner["addDimensionGroup"]["dimensionGroups"]] == [1, 2]
    closed = {
        "dimensionGroup": {"range": rows, "depth": 1, "collapsed": True},
        "fields": "collapsed",
    }
    done(caller, book, updateDimensionGroup=closed)
    assert sheet_of(caller, book)["rowGroups"][0]["collapsed"] is True
    done(caller, book, deleteDimensionGroup={"range": rows})


def test_an_unknown_kind_says_so(caller: Caller, book: Spreadsheet) -> None:
    reply = caller.batch(book, {"addChart": {}})
    assert reply.status_code == 501
    assert reply.json()["error"]["message"] == "The test server has no addChart."
    assert caller.ask("POST", f"{book.id}:batchUpdate", {}).status_code == 400
