"""gspread's whole client, unchanged, against the server: what its own tests ask of Google."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
from gspread.utils import (
    ExportFormat,
    MergeType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)
from openpyxl import load_workbook

from tests.sheets_server.book import Sheet, Spreadsheet
from tests.sheets_server.running import OWNER, Running

SCOPES = ["https://spreadsheets.google.com/feeds", "https://www.googleapis.com/auth/drive"]


@pytest.fixture(scope="module")
def client() -> Iterator[tuple[Running, gspread.Client]]:
    with Running() as google, google.environment():
        yield google, gspread.service_account(str(google.credentials), scopes=SCOPES)


@pytest.fixture
def book(client: tuple[Running, gspread.Client]) -> gspread.Spreadsheet:
    return client[1].create("A spreadsheet")


@pytest.fixture
def sheet(book: gspread.Spreadsheet) -> gspread.Worksheet:
    return book.sheet1


def test_files(client: tuple[Running, gspread.Client]) -> None:
    google, drive = client
    made = drive.create("Of one title only")
    made.sheet1.update([["a1", "B2"]], "A1:B2")
    assert drive.open("Of one title only").id == made.id
    assert {file["name"] for file in drive.list_spreadsheet_files("Of one title only")} == {
        made.title
    }
    assert drive.export(made.id, ExportFormat.CSV) == b"a1,B2"
    workbook = load_workbook(io.BytesIO(drive.export(made.id, ExportFormat.EXCEL)))
    assert [cell.value for cell in workbook["Sheet1"][1]] == ["a1", "B2"]
    twin = drive.copy(made.id, title="Its copy")
    assert twin.sheet1.get_all_values() == [["a1", "B2"]]
    assert twin.fetch_sheet_metadata()["sheets"] == made.fetch_sheet_metadata()["sheets"]
    drive.import_csv(made.id, "x,1\ny,2")
    assert drive.open_by_key(made.id).sheet1.get_all_values() == [["x", "1"], ["y", "2"]]
    before = made.get_lastUpdateTime()
    made.update_title("Another title")
    assert made.get_lastUpdateTime() > before
    assert made.creationTime
    drive.del_spreadsheet(made.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        drive.open_by_key(made.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        drive.open("There is none of this title")
    private = Spreadsheet("1private", "Private", OWNER, [Sheet(0, "Sheet1")])
    google.service.files.books[private.id] = private
    with pytest.raises(PermissionError):
        drive.open_by_key(private.id)


def test_sharing(book: gspread.Spreadsheet) -> None:
    book.share("staff@example.com", "user", "writer", notify=False)
    people = {one.get("emailAddress"): one["role"] for one in book.list_permissions()}
    assert people["staff@example.com"] == "writer"
    number = next(p["id"] for p in book.list_permissions() if p.get("emailAddress"))
    book.transfer_ownership(str(number))
    assert {p["role"] for p in book.list_permissions()} == {"writer", "owner"}
    assert book.remove_permissions("staff@example.com")
    assert "staff@example.com" not in {one.get("emailAddress") for one in book.list_permissions()}


def test_tabs(book: gspread.Spreadsheet) -> None:
    first = book.sheet1
    second, third = book.add_worksheet("🌵 second", 10, 10), book.add_worksheet("D3", 4, 4)
    book.values_update(
        "🌵 second!A1", {"valueInputOption": "RAW"}, {"values": [["🍇", "🍉"], ["🍐"]]}
    )
    found = book.values_batch_get(["🌵 second!A:A", "🌵 second!B:B"])["valueRanges"]
    assert [one["values"] for one in found] == [[["🍇"], ["🍐"]], [["🍉"]]]
    assert found[0]["range"] == "'🌵 second'!A1:A10"
    third.update([["a", "b"]], "A1")
    assert third.get_all_values() == [["a", "b"]]
    book.reorder_worksheets([third, first, second])
    assert [one.title for one in book.worksheets()] == ["D3", "Sheet1", "🌵 second"]
    second.update_index(0)
    assert [one.title for one in book.worksheets()] == ["🌵 second", "D3", "Sheet1"]
    twin = book.duplicate_sheet(third.id, new_sheet_name="Twin")
    assert twin.get_all_values() == [["a", "b"]]
    assert third.copy_to(book.id)["title"] == "Copy of D3"
    first.hide()
    assert "Sheet1" not in [one.title for one in book.worksheets(exclude_hidden=True)]
    first.show()
    for one in (second, third, twin):
        book.del_worksheet(one)
    assert [one.title for one in book.worksheets()] == ["Sheet1", "Copy of D3"]
    with pytest.raises(gspread.exceptions.APIError, match="already exists"):
        book.add_worksheet("sheet1", 1, 1)


def test_numbers_as_typed(sheet: gspread.Worksheet) -> None:
    for typed, shown in ((42, "42"), ("0042", "42"), (42.01, "42.01"), ("Артур", "Артур")):
        sheet.update_cell(1, 2, typed)
        assert sheet.cell(1, 2).value == shown
    cells = [["=4/2", "2020-01-01", "text", 53], ["=3/2", 0.12, "1999-01-02", ""]]
    sheet.update(cells, "A1:D2", value_input_option=ValueInputOption.user_entered)
    assert sheet.get("A1:D2") == [["2", "2020-01-01", "text", "53"], ["1.5", "0.12", "1999-01-02"]]
    unformatted = ValueRenderOption.unformatted
    assert sheet.get("A1:D2", value_render_option=unformatted) == [
        [2, 43831, "text", 53],
        [1.5, 0.12, 36162],
    ]
    formula = sheet.get("A1:D2", value_render_option=ValueRenderOption.formula)
    assert formula == [["=4/2", 43831, "text", 53], ["=3/2", 0.12, 36162]]


def test_sorting_and_freezing(book: gspread.Spreadsheet, sheet: gspread.Worksheet) -> None:
    sheet.resize(4, 2)
    sheet.update([["Fruit", "n"], ["Banana", 10], ["apple", 2], ["", 1]], "A1")
    sheet.sort((1, "asc"), range="A2:B4")
    assert sheet.get_all_values() == [["Fruit", "n"], ["apple", "2"], ["Banana", "10"], ["", "1"]]
    sheet.sort((2, "des"), range="A2:B4")
    assert sheet.col_values(2) == ["n", "10", "2", "1"]
    sheet.freeze(1, 1)
    assert (sheet.frozen_row_count, sheet.frozen_col_count) == (1, 1)
    sheet.freeze(0, 0)
    grid = book.fetch_sheet_metadata()["sheets"][0]["properties"]["gridProperties"]
    assert grid == {"rowCount": 4, "columnCount": 2}


def test_formats_and_notes(book: gspread.Spreadsheet, sheet: gspread.Worksheet) -> None:
    look: dict[str, Any] = {
        "backgroundColor": {"green": 1, "blue": 1},
        "horizontalAlignment": "CENTER",
        "textFormat": {"foregroundColor": {"red": 1, "green": 1}, "fontSize": 12, "bold": True},
    }
    sheet.format("A2:B2", look)
    fields = "sheets.data.rowData.values.userEnteredFormat"
    data = book.fetch_sheet_metadata({"fields": fields, "ranges": "Sheet1!A2"})
    got = data["sheets"][0]["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]
    assert got.pop("backgroundColorStyle") == {"rgbColor": look["backgroundColor"]}
    got["textFormat"].pop("foregroundColorStyle")
    assert got == look
    sheet.insert_notes({"A1": "read my note", "B2": "or don't"})
    assert (sheet.get_note("A1"), sheet.get_note("B2"), sheet.get_note("C3")) == (
        "read my note",
        "or don't",
        "",
    )
    sheet.clear_notes(["A1", "B2"])
    assert sheet.get_note("A1") == ""
    sheet.update_acell("A1", "A" * 200)
    sheet.columns_auto_resize(0, 1)
    sizes = book.fetch_sheet_metadata({"fields": "sheets.data.columnMetadata"})["sheets"][0][
        "data"
    ][0]
    assert sizes["columnMetadata"][0]["pixelSize"] > sizes["columnMetadata"][1]["pixelSize"] == 100


def test_overlays(book: gspread.Spreadsheet, sheet: gspread.Worksheet) -> None:
    sheet.update([[42, 43], [43, 44]], "A1:B2")
    sheet.merge_cells("A1:B2", MergeType.merge_rows)
    assert len(book.list_protected_ranges(0)) == 0
    assert len(book.fetch_sheet_metadata()["sheets"][0]["merges"]) == 2
    sheet.merge_cells("A1:B2")
    assert len(book.fetch_sheet_metadata()["sheets"][0]["merges"]) == 1
    assert sheet.get_all_values() == [["42"]]
    sheet.define_named_range("D1:E2", "Prices")
    sheet.update([["1", "2"]], "Prices")
    assert sheet.get("Prices") == [["1", "2"]]
    named = book.list_named_ranges()[0]
    sheet.delete_named_range(named["namedRangeId"])
    assert book.list_named_ranges() == []
    sheet.add_protected_range("A1:B2", description="prices")
    protected = book.list_protected_ranges(0)
    assert [one["description"] for one in protected] == ["prices"]
    sheet.delete_protected_range(protected[0]["protectedRangeId"])
    sheet.add_validation(
        "C1:C9", ValidationConditionType.one_of_list, ["Yes", "No"], showCustomUi=True
    )
    fields: dict[str, Any] = {
        "fields": "sheets.data.rowData.values.dataValidation",
        "ranges": "Sheet1!C1",
    }
    rule = book.fetch_sheet_metadata(fields)["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    assert rule["dataValidation"]["condition"]["type"] == "ONE_OF_LIST"


def test_appending(sheet: gspread.Worksheet) -> None:
    row = ["x 1", "", "x 3"]
    sheet.append_row(row)
    sheet.append_row(row)
    assert sheet.row_values(2) == ["", "", *row], "the last table is column C, which stands alone"
    sheet.clear()
    sheet.append_row(row)
    reply = sheet.append_row(row, table_range="A1")
    assert sheet.row_values(2) == row
    assert reply["tableRange"] == "Sheet1!A1"
    sheet.resize(2, 3)
    sheet.append_rows([["y"], ["z"]], table_range="A1")
    assert sheet.row_count == 4
    assert sheet.col_values(1) == ["x 1", "x 1", "y", "z"]


def test_batches(sheet: gspread.Worksheet) -> None:
    reply = sheet.batch_update(
        [
            {"range": "A1:D1", "values": [["A1", "B1", "", "D1"]]},
            {"range": "A4:D4", "values": [["A4"]]},
        ]
    )
    assert (reply["totalUpdatedRows"], reply["totalUpdatedColumns"]) == (2, 4)
    assert sheet.batch_get(["A1:B1", "A4:D4"]) == [[["A1", "B1"]], [["A4"]]]
    sheet.batch_clear(["A1:B1", "D1"])
    assert sheet.get_all_values() == [[""], [""], [""], ["A4"]]
    sheet.insert_rows([["in", "between"]], 2)
    sheet.insert_cols([["column"]], 1)
    assert sheet.get_all_values()[1] == ["", "in", "between"]
    sheet.delete_rows(2)
    sheet.delete_columns(1)
    assert sheet.get_all_values() == [[""], [""], [""], ["A4"]]
    sheet.copy_range("A4", "B4")
    sheet.cut_range("A4", "C4")
    assert sheet.row_values(4) == ["", "A4", "A4"]
