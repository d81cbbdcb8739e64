"""New rows: under a table, which grows, or after the last row that holds a value."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.read.read import read
from sheetops.workbook.raw import NO_VALUE, Value
from tests.stores.excel.build import build, part, sheet, table
from tests.stores.excel.oracle import judge
from tests.stores.excel.strict import new_faults

HEAD = '<row r="1"><c r="A1" t="str"><v>Name</v></c><c r="B1" t="str"><v>Due</v></c></row>'
DATA = '<row r="2"><c r="A2" s="2" t="str"><v>Ann</v></c><c r="B2" s="1"><v>45000</v></c></row>'


def test_a_row_goes_after_the_last_value_and_takes_the_styles_above(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA)})
    report = edit(path, {}, append={"T": [{"A": "Ben", "B": date(2026, 1, 2)}, {"A": "Cy"}]})
    assert report.rows == {"T": [3, 4]}
    xml = part(path)
    assert '<row r="3"><c r="A3" s="2"' in xml
    assert '<c r="B3" s="1"><v>46024</v></c>' in xml
    assert report.parts == ("xl/worksheets/sheet1.xml",)
    assert read(path).tabs["T"].rows[2:] == [["Ben", date(2026, 1, 2)], ["Cy", None]]


def test_a_heading_lends_no_style(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD.replace('r="A1"', 'r="A1" s="2"'))})
    edit(path, {}, append={"T": [{"A": "Ben"}]})
    assert '<row r="2"><c r="A2" t="inlineStr">' in part(path)


def test_formatted_but_empty_rows_and_validations_below_do_not_count(tmp_path: Path) -> None:
    empty = "".join(
        f'<row r="{n}"><c r="A{n}" s="2"/><c r="B{n}" s="1"/></row>' for n in range(3, 50)
    )
    after = '<dataValidations count="1"><dataValidation sqref="A2:A999"/></dataValidations>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA + empty, after=after)})
    copy = tmp_path / "b.xlsx"
    report = edit(path, {}, append={"T": [{"A": "Ben"}]}, out=copy)
    assert report.rows == {"T": [3]}
    assert '<row r="3"><c r="A3" s="2" t="inlineStr">' in part(copy)
    assert not judge(path, copy, {"T": {"A3": "Ben"}}).harm


def test_formulas_filled_down_leave_a_row_free_and_others_do_not(tmp_path: Path) -> None:
    data = '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>A2</f><v>1</v></c></row>'
    filled = data + '<row r="3"><c r="C3"><f>A3</f><v>0</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + filled)})
    assert edit(path, {}, append={"T": [{"A": 2}]}).rows == {"T": [3]}
    total = data + '<row r="3"><c r="A3"><f>SUM(A2)</f><v>1</v></c></row>'
    path = build(tmp_path / "b.xlsx", {"T": sheet(HEAD + total)})
    assert edit(path, {}, append={"T": [{"A": 2}]}).rows == {"T": [4]}


def test_a_table_grows_with_its_filter_and_calculated_columns(tmp_path: Path) -> None:
    formula = (
        '<calculatedColumnFormula>Table1[[#This Row],[Name]]&amp;"!"</calculatedColumnFormula>'
    )
    parts = {"t.xml": table("A1:C2", ["Name", "Due", "Shout"], extra={"Shout": formula})}
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA)}, tables=parts)
    edit(path, {}, append={"T": [{"A": "Ben"}, {"A": "Cy"}]})
    xml = part(path, "xl/tables/t.xml")
    assert xml.count('ref="A1:C4"') == 2
    assert '<f>Table1[[#This Row],[Name]]&amp;"!"</f></c></row>' in part(path)
    tab = read(path).tabs["T"]
    assert tab.rows[2][2] is NO_VALUE
    assert 'fullCalcOnLoad="1"' in part(path, "xl/workbook.xml")


def test_empty_rows_inside_a_table_are_used_first(tmp_path: Path) -> None:
    empty = '<row r="3"><c r="A3" s="2"/></row><row r="4"/>'
    parts = {"t.xml": table("A1:B4", ["Name", "Due"])}
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA + empty)}, tables=parts)
    before = part(path, "xl/tables/t.xml")
    assert edit(path, {}, append={"T": [{"A": "Ben"}]}).rows == {"T": [3]}
    assert part(path, "xl/tables/t.xml") == before


def test_a_totals_row_is_no_cell_of_ours(tmp_path: Path) -> None:
    total = '<row r="3"><c r="A3" t="str"><v>Total</v></c></row>'
    parts = {"t.xml": table("A1:B3", ["Name", "Due"], totals=1)}
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA + total)}, tables=parts)
    with pytest.raises(WriteRefused, match="T!A3 is part of a table's heading or totals row"):
        edit(path, {"T": {"A3": "x"}})


def test_a_table_never_grows_over_what_stands_under_it(tmp_path: Path) -> None:
    below = '<row r="3"><c r="B3"><v>1</v></c></row>'
    parts = {"t.xml": table("A1:B2", ["Name", "Due"])}
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA + below)}, tables=parts)
    with pytest.raises(WriteRefused, match='Row 3 of "T", right under the table "Table1"'):
        edit(path, {}, append={"T": [{"A": "Ben"}]})
    beside = '<row r="3"><c r="D3"><v>1</v></c></row>'
    path = build(tmp_path / "b.xlsx", {"T": sheet(HEAD + DATA + beside)}, tables=parts)
    assert edit(path, {}, append={"T": [{"A": "Ben"}]}).rows == {"T": [3]}


def test_a_tables_heading_is_refused(tmp_path: Path) -> None:
    parts = {"t.xml": table("A1:B2", ["Name", "Due"])}
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA)}, tables=parts)
    with pytest.raises(WriteRefused, match="T!B1 is part of a table's heading"):
        edit(path, {"T": {"B1": "Owed"}})
    assert not edit(path, {"T": {"B1": "Due"}}).changed


def test_the_last_row_of_the_sheet_is_the_end(tmp_path: Path) -> None:
    last = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(last)})
    with pytest.raises(WriteRefused, match="no row left"):
        edit(path, {}, append={"T": [{"A": "Ben"}]})


@pytest.mark.parametrize("odd", ["", "<!-- -->"])
def test_a_long_tab_is_looked_at_from_its_end(tmp_path: Path, odd: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="2"><v>{n}</v></c></row>' for n in range(1, 400))
    rows += "".join(f'<row r="{n}"><c r="A{n}" s="2"/></row>' for n in range(400, 500))
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows + odd)})
    assert edit(path, {}, append={"T": [{"A": "Ben", "B": 1}]}).rows == {"T": [400]}
    assert '<row r="400"><c r="A400" s="2" t="inlineStr">' in part(path)


def test_edits_and_new_rows_go_in_together(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA)})
    edit(path, {"T": {"C2": "flag"}}, append={"T": [{"A": "Ben", "C": "new"}]})
    rows = read(path).tabs["T"].rows
    assert rows[1][2] == "flag"
    assert rows[2] == ["Ben", None, "new"]


@pytest.mark.parametrize(
    ("merges", "rows"),
    [
        (["A2:A4"], [5, 6]),  # the last row of data reaches down
        (["B4:C4"], [5, 6]),  # one stands in the way
        (["A3:A5", "B7:C8"], [9, 10]),  # no room between the two
        (["A5:D5", "A1:B1", "C2:D9"], [3, 4]),  # below, above and beside
        (["A3:B1048576"], None),
    ],
)
def test_new_rows_go_below_merged_cells(
    tmp_path: Path, merges: list[str], rows: list[int] | None
) -> None:
    after = "".join(f'<mergeCell ref="{box}"/>' for box in merges)
    path = build(
        tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA, after=f"<mergeCells>{after}</mergeCells>")}
    )
    new: list[dict[str, Value]] = [{"A": "Ben", "B": 1}, {"A": "Cy", "B": 2}]
    if rows is None:
        with pytest.raises(WriteRefused, match="no row left"):
            edit(path, {}, append={"T": new})
        return
    assert edit(path, {}, append={"T": new}).rows == {"T": rows}


def test_new_rows_go_below_formulas_in_their_own_columns(tmp_path: Path) -> None:
    data = '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>A2</f><v>1</v></c></row>'
    filled = data + '<row r="3"><c r="C3"><f>A3</f><v>0</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + filled)})
    assert edit(path, {}, append={"T": [{"A": 2, "C": 3}]}).rows == {"T": [4]}
    parts = {"table1.xml": table("A1:C4", ["Name", "Due", "Sum"])}
    head = HEAD.replace("</row>", '<c r="C1" t="str"><v>Sum</v></c></row>')
    path = build(tmp_path / "b.xlsx", {"T": sheet(head + filled)}, tables=parts)
    assert edit(path, {}, append={"T": [{"A": 2}]}).rows == {"T": [3]}
    assert edit(path, {}, append={"T": [{"A": 3, "C": 3}]}).rows == {"T": [4]}


def test_a_table_does_not_grow_over_merged_cells(tmp_path: Path) -> None:
    parts = {"table1.xml": table("A1:B2", ["Name", "Due"])}
    merges = '<mergeCells><mergeCell ref="B3:C3"/></mergeCells>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD + DATA, after=merges)}, tables=parts)
    before = path.read_bytes()
    with pytest.raises(WriteRefused, match="B3:C3"):
        edit(path, {}, append={"T": [{"A": "Ben"}]})
    assert path.read_bytes() == before


def test_a_damaged_last_row_is_named_with_its_tab(tmp_path: Path) -> None:
    rows = HEAD + DATA + DATA.replace('r="2"', 'r="3"')
    path = build(tmp_path / "a.xlsx", {"Log": sheet(rows)})
    with pytest.raises(WorkbookUnreadable, match='"Log" is damaged: cell A2 stands in row 3'):
        edit(path, {}, append={"Log": [{"A": "Ben"}]})


@pytest.mark.parametrize(
    ("totals", "rows", "ref"), [(0, 1, "A1:B2"), (0, 2, "A1:B3"), (1, 1, "A1:B3")]
)
def test_a_table_that_was_saved_empty_is_so_no_more(
    tmp_path: Path, totals: int, rows: int, ref: str
) -> None:
    blank = table(f"A1:B{2 + totals}", ["Name", "Due"], totals=totals)
    blank = blank.replace("<table ", '<table insertRow="1" ')
    path = build(tmp_path / "a.xlsx", {"T": sheet(HEAD)}, tables={"table1.xml": blank})
    copy = tmp_path / "b.xlsx"
    report = edit(path, {}, append={"T": [{"A": "Ben"}] * rows}, out=copy)
    assert report.rows == {"T": list(range(2, 2 + rows))}
    xml = part(copy, "xl/tables/table1.xml")
    assert 'insertRow="0"' in xml
    assert f' ref="{ref}"' in xml
    assert not new_faults(path, copy)
