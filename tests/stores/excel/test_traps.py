"""The traps of writing into an .xlsx, one test each, named by what goes wrong.

Where the requirements (W) and traps of the design are tested, if not by name in this file:
W1 test_only_the_sheet_and_nothing_else_changes, test_packed_bytes_of_other_members_stay_...
W2 test_masters_merges_and_formulas_are_refused_..., test_rows_out_of_order_are_refused,
   test_a_signed_package_is_refused, test_a_wrong_checksum_is_refused_wherever_it_is,
   test_a_tables_heading_is_refused (test_append), encrypted, doubled and foreign (test_hostile)
W3 test_the_style_stays_and_a_new_cell_takes_..., test_the_calculation_chain_stays_as_it_is
W4 test_no_byte_changes_where_no_value_differs
W5 test_a_file_that_differs_elsewhere_is_caught, test_a_wrong_splice_is_caught_... (test_engines)
W6, W7 test_files, test_crash
1 test_parts_are_found_by_relationships_..., test_cells_and_rows_without_numbers_..., strict: below
2 test_prefixes_and_ignorable_stay_literally
3 test_self_closed_cells_and_rows_are_whole_elements
4 test_a_merge_that_reaches_past_the_last_used_column_is_seen, test_spans_and_dimension_widen
5 test_masters_merges_and_formulas_are_refused_and_the_file_untouched
6 test_text_stays_the_very_text
7 test_append, test_totals
8 test_all_formulas_are_computed_anew_when_it_is_opened
9 test_a_saved_today_is_known_for_a_formula, test_what_our_own_columns_show_decides_nothing
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.limits import DEFAULT
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write.editor import edit_parts, load
from sheetops.stores.excel.write.verify import verify
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.raw import NO_VALUE, Value
from tests.sheets import client, flags, office, plan, step, to_clients
from tests.stores.excel.build import (
    MAIN,
    RELATIONS,
    STRICT,
    STRICT_RELATIONS,
    STYLES,
    build,
    part,
    sheet,
    zipped,
)
from tests.stores.excel.oracle import judge, members

MORNING = datetime.fromisoformat("2026-11-24T08:30")
ROWS = '<row r="1" spans="1:2"><c r="A1" s="2" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>'


def write(path: Path, cells: dict[str, Value], tab: str = "T") -> str:
    """Edit in place and give the tab's XML."""
    edit(path, {tab: cells})
    return part(path)


def test_only_the_sheet_and_nothing_else_changes(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    before = path.read_bytes()
    copy = tmp_path / "b.xlsx"
    edit(path, {"T": {"A1": "new"}}, out=copy)
    assert path.read_bytes() == before
    verdict = judge(path, copy, {"T": {"A1": "new"}})
    assert not verdict.harm
    assert verdict.parts == ["xl/worksheets/sheet1.xml"]


def test_packed_bytes_of_other_members_stay_with_gaps_descriptors_extras_and_comments(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    build(tmp_path / "plain.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    out = _Unseekable()
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(out, "w") as package:
        package.comment = b"a comment"
        for name in plain.namelist():
            info = zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 6))
            info.comment, info.extra = b"note", b"\x99\x99\x02\x00ab"
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, plain.read(name))
    path.write_bytes(b"junk before the first member" + out.getvalue())
    old = path.read_bytes()
    infos = zipfile.ZipFile(path).infolist()
    edit(path, {"T": {"B9": 1}})
    new = path.read_bytes()
    assert new.startswith(b"junk before the first member")
    assert new.endswith(b"a comment")
    sheet_info = next(i for i in infos if "sheet1" in i.filename)
    assert new[: sheet_info.header_offset] == old[: sheet_info.header_offset]
    after = sorted(i.header_offset for i in infos if i.header_offset > sheet_info.header_offset)[0]
    directory = old.index(b"PK\x01\x02")
    assert old[after:directory] in new
    assert [(i.filename, i.date_time, i.comment, i.extra) for i in infos] == [
        (i.filename, i.date_time, i.comment, i.extra) for i in zipfile.ZipFile(path).infolist()
    ]
    assert zipfile.ZipFile(path).testzip() is None


class _Unseekable(io.BytesIO):
    """A stream that zipfile cannot seek in, so that it writes data descriptors."""

    def seekable(self) -> bool:
        """Never."""
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Never."""
        raise io.UnsupportedOperation

    def tell(self) -> int:
        """Never."""
        raise io.UnsupportedOperation


def test_no_byte_changes_where_no_value_differs(tmp_path: Path) -> None:
    path = build(
        tmp_path / "a.xlsx", {"T": sheet(ROWS)}, shared="<si><r><t>ri</t></r><r><t>ch</t></r></si>"
    )
    state = path.stat()
    report = edit(path, {"T": {"A1": "rich", "B1": 2, "C1": None, "D9": ""}})
    assert not report.changed
    assert path.stat().st_mtime_ns == state.st_mtime_ns
    assert path.stat().st_ino == state.st_ino


@pytest.mark.parametrize(
    "case",
    [
        ('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>', "", "A1", "formula"),
        (
            '<row r="1"><c r="A1"><f t="shared" ref="A1:A3" si="0">B1</f></c></row>',
            "",
            "A1",
            "formula",
        ),
        (
            '<row r="1"><c r="A1"><f t="array" ref="A1:A3">B1:B3</f></c></row>',
            "",
            "A2",
            "formula of A1:A3",
        ),
        (
            '<row r="1"><c r="A1"><f t="dataTable" ref="A1:B2" r1="C1"/></c></row>',
            "",
            "B2",
            "formula of",
        ),
        ("", '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', "B2", "merged cells A1:B2"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "<!-- slow -->"])
def test_masters_merges_and_formulas_are_refused_and_the_file_untouched(
    tmp_path: Path, case: tuple[str, str, str, str], prefix: str
) -> None:
    rows, after, cell, why = case
    path = build(tmp_path / "a.xlsx", {"T": sheet(prefix + rows, after=after)})
    before = path.read_bytes()
    with pytest.raises(WriteRefused, match=why) as caught:
        edit(path, {"T": {cell: "x"}})
    assert f"T!{cell}" in str(caught.value)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx"]


def test_the_anchor_of_a_merge_may_be_written(tmp_path: Path) -> None:
    merges = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    path = build(tmp_path / "a.xlsx", {"T": sheet("", after=merges)})
    edit(path, {"T": {"A1": "x"}})
    assert read(path).tabs["T"].rows[0][0] == "x"


def test_a_merge_that_reaches_past_the_last_used_column_is_seen(tmp_path: Path) -> None:
    merges = '<mergeCells><mergeCell ref="B1:Z1"/></mergeCells>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(ROWS, after=merges)}, shared="<si><t>x</t></si>")
    with pytest.raises(WriteRefused, match="T!Y1 is part of the merged cells B1:Z1"):
        edit(path, {"T": {"Y1": "x"}})


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet('<row r="2"/><row r="1"/>')})
    with pytest.raises(WriteRefused, match="row 1 follows row 2"):
        edit(path, {"T": {"A3": 1}})


def test_a_cell_that_stands_in_another_row_is_refused(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A2"><v>1</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    with pytest.raises(WorkbookUnreadable, match="A2 stands in row 1"):
        edit(path, {"T": {"B1": 1}})


def test_self_closed_cells_and_rows_are_whole_elements(tmp_path: Path) -> None:
    rows = '<row r="1" ht="30"/><row r="2"><c r="A2" s="2"/><c r="B2"/></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    xml = write(path, {"A1": "x", "A2": 1, "B2": True})
    assert '<row r="1" ht="30"><c r="A1" t="inlineStr">' in xml
    assert '<c r="A2" s="2"><v>1</v></c><c r="B2" t="b"><v>1</v></c></row>' in xml


def test_spans_and_dimension_widen(tmp_path: Path) -> None:
    path = build(
        tmp_path / "a.xlsx",
        {"T": sheet(ROWS, before='<dimension ref="A1:B1"/>')},
        shared="<si><t>x</t></si>",
    )
    xml = write(path, {"D1": 1, "E7": 2})
    assert '<dimension ref="A1:E7"/>' in xml
    assert '<row r="1" spans="1:4">' in xml
    book = openpyxl.load_workbook(path, read_only=True)
    assert [cell.value for cell in list(book["T"].rows)[6]][4] == 2


def test_the_style_stays_and_a_new_cell_takes_the_rows_then_the_columns(tmp_path: Path) -> None:
    rows = '<row r="1" s="1" customFormat="1"><c r="A1" s="2"><v>1</v></c></row><row r="2"/>'
    path = build(
        tmp_path / "a.xlsx",
        {"T": sheet(rows, before='<cols><col min="2" max="4" style="2"/></cols>')},
    )
    xml = write(path, {"A1": "x", "B1": "y", "B2": "z", "F2": "w"})
    for cell in ('r="A1" s="2"', 'r="B1" s="1"', 'r="B2" s="2"', 'r="F2" t='):
        assert cell in xml


def test_prefixes_and_ignorable_stay_literally(tmp_path: Path) -> None:
    xml = (
        f'<x:worksheet xmlns:x="{MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-'
        'compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/'
        'spreadsheetml/2009/9/ac"><x:sheetData><x:row r="1" x14ac:dyDescent="0.25"><x:c r="A1">'
        "<x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    path = build(tmp_path / "a.xlsx", {"T": xml})
    new = write(path, {"A1": "text", "B2": 2})
    assert new.startswith(xml[: xml.index("<x:sheetData>")])
    assert 'x14ac:dyDescent="0.25"' in new
    assert '<x:is><x:t xml:space="preserve">text</x:t></x:is>' in new
    etree.fromstring(new.encode())


def test_parts_are_found_by_relationships_backslashes_and_any_case(tmp_path: Path) -> None:
    plain = build(tmp_path / "plain.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    odd = {}
    for name, (_, content) in members(plain).items():
        moved = name.replace("xl/workbook.xml", "xl/Book.XML").replace("sheet1", "list")
        moved = moved.replace("_rels/workbook.xml.rels", "_rels/Book.XML.rels")
        text = content.replace(b"xl/workbook.xml", b"/xl/book.xml").replace(b"sheet1", b"list")
        odd[moved.replace("/", "\\") if "worksheets" in moved else moved] = text
    path = zipped(tmp_path / "a.xlsx", odd)
    edit(path, {"T": {"A1": "found"}})
    assert read(path).tabs["T"].rows[0][0] == "found"


def test_cells_and_rows_without_numbers_keep_their_places(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r='3'><c><v>5</v></c></row>"
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    edit(path, {"T": {"B1": "b", "D1": "d", "A2": "new", "A3": 6}})
    tab = read(path).tabs["T"]
    assert [list(row) for row in tab.rows] == [[1.0, "b", 3.0, "d"], ["new"], [6.0]]


def test_new_rows_and_cells_before_unnumbered_ones_do_not_shift_them(tmp_path: Path) -> None:
    rows = '<row r="2"><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    edit(path, {"T": {"A1": 1}})
    rows = '<row><c/><c r="D1"><v>4</v></c><c><v>5</v></c></row>'
    other = build(tmp_path / "b.xlsx", {"T": sheet(rows)})
    edit(other, {"T": {"C1": 3}})
    assert [list(row) for row in read(path).tabs["T"].rows] == [[1.0], [2.0], [3.0]]
    assert [list(row) for row in read(other).tabs["T"].rows] == [[None, None, 3.0, 4.0, 5.0]]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44", "-", "@x", "a\tb\nc", "a\rb", "\x00\x0b\x1f", "_x0041_", "_x005F_", " pad ",
     "<&>'\"",     "]]>", "\ufffe\uffff", "é漢😀", "007", "NA", "TRUE", "1e3", "x" * 32_767],
)  # fmt: skip
def test_text_stays_the_very_text(tmp_path: Path, text: str) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    xml = write(path, {"B1": text})
    assert read(path).tabs["T"].rows[0][1] == text
    assert "<f>" not in xml
    assert 'xml:space="preserve"' in xml


@pytest.mark.parametrize(
    "value",
    ["x" * 32_768, "😀" * 16_384, "\ud800", float("nan"), float("inf"), date(1899, 12, 31)],
)
def test_what_a_cell_cannot_hold_is_refused_by_name(tmp_path: Path, value: Value) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    with pytest.raises(WriteRefused, match="T!C1"):
        edit(path, {"T": {"C1": value}})


def test_floats_keep_all_their_digits(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet("")})
    xml = write(path, {"A1": 0.1 + 0.2, "A2": 1e300, "A3": 123456789012})
    assert "<v>0.30000000000000004</v>" in xml
    assert [row[0] for row in read(path).tabs["T"].rows] == [0.1 + 0.2, 1e300, 123456789012.0]


@pytest.mark.parametrize("uses_1904", [False, True])
@pytest.mark.parametrize(
    "value", [date(2026, 11, 24), MORNING, date(1904, 1, 2), date(1900, 2, 28)]
)  # fmt: skip
def test_dates_of_both_systems_show_as_dates(tmp_path: Path, value: date, uses_1904: bool) -> None:
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships"><workbookPr date1904="{int(uses_1904)}"/><sheets>'
        '<sheet name="T" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    path = build(
        tmp_path / "a.xlsx", {"T": sheet(ROWS)}, workbook=workbook, shared="<si><t>x</t></si>"
    )
    if uses_1904 and value.year < 1904:
        with pytest.raises(WriteRefused, match="before the first day"):
            edit(path, {"T": {"A1": value}})
        return
    edit(path, {"T": {"A1": value, "C5": value}})
    tab = read(path).tabs["T"]
    assert tab.rows[0][0] == value
    assert tab.rows[4][2] == value
    shown = openpyxl.load_workbook(path)["T"]["C5"].value
    assert shown in (value, datetime.combine(value, time()))


def test_a_style_is_added_only_where_a_date_would_show_as_a_number(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"/></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    report = edit(path, {"T": {"A1": date(2026, 1, 2)}})
    assert report.parts == ("xl/worksheets/sheet1.xml",)
    edit(
        path,
        {
            "T": {
                "B1": date(2026, 1, 2),
                "C1": datetime.combine(date(2026, 1, 2), time(3)),
                "D1": date(2026, 1, 3),
            }
        },
    )
    styles = part(path, "xl/styles.xml")
    assert '<cellXfs count="6">' in styles
    assert (
        'numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1">' in styles
    )
    assert styles.startswith(STYLES[: STYLES.index("<cellXfs")])
    assert styles.endswith(STYLES[STYLES.index("</cellXfs>") :])
    assert styles.count("wrapText") == 2  # the twin keeps the alignment of its own


def test_all_formulas_are_computed_anew_when_it_is_opened(tmp_path: Path) -> None:
    formula = '<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(""), "U": sheet(formula)})
    edit(path, {"T": {"A1": 1}})
    assert '</sheets><calcPr fullCalcOnLoad="1"/></workbook>' in part(path, "xl/workbook.xml")
    assert read(path).tabs["U"].rows[0][0] == 1.0
    without = build(tmp_path / "b.xlsx", {"T": sheet("")})
    assert edit(without, {"T": {"A1": 1}}).parts == ("xl/worksheets/sheet1.xml",)


@pytest.mark.parametrize("kind", ["pivotTable"])
def test_a_cell_of_a_pivot_table_is_refused(tmp_path: Path, kind: str) -> None:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://x/{kind}" Target="/xl/pivot.xml"/></Relationships>'
    )
    pivot = f'<pivotTableDefinition xmlns="{MAIN}"><location ref="A1:C9"/></pivotTableDefinition>'
    extra = {"xl/worksheets/_rels/sheet1.xml.rels": relation, "xl/pivot.xml": pivot}
    path = build(tmp_path / "a.xlsx", {"T": sheet("")}, extra=extra)
    with pytest.raises(WriteRefused, match="pivot table A1:C9"):
        edit(path, {"T": {"B2": 1}})


def test_a_signed_package_is_refused(tmp_path: Path) -> None:
    plain = build(tmp_path / "plain.xlsx", {"T": sheet("")})
    parts = {name: content for name, (_, content) in members(plain).items()}
    signature = (
        b'<Relationship Id="s" Type="http://x/digital-signature/origin" Target="s.sigs"/></Rel'
    )
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Rel", signature, 1)
    path = zipped(tmp_path / "a.xlsx", parts)
    with pytest.raises(WriteRefused, match="digital signature"):
        edit(path, {"T": {"A1": 1}})


def test_a_wrong_checksum_is_refused_wherever_it_is(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet("")}, extra={"xl/media/x.png": b"0123456789" * 9})
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/media/x.png"))
    raw[entry + 16] ^= 1
    path.write_bytes(raw)
    with pytest.raises(WorkbookUnreadable, match=r"checksum of its part xl/media/x\.png"):
        edit(path, {"T": {"A1": 1}})


def test_a_missing_tab_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"Clients": sheet(""), "Steps": sheet("")})
    with pytest.raises(WriteRefused, match="Clients, Steps"):
        edit(path, {"Client": {"A1": 1}})


def test_strict_workbooks_are_written_in_their_own_namespace(tmp_path: Path) -> None:
    space = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    path = build(
        tmp_path / "a.xlsx",
        {"T": sheet('<row r="1"><c r="A1"><v>1</v></c></row>', space=space)},
        relations="http://purl.oclc.org/ooxml/officeDocument/relationships",
        space=space,
    )
    edit(path, {"T": {"A1": "x"}})
    assert read(path).tabs["T"].rows == [["x"]]


@pytest.mark.parametrize("space", [MAIN, STRICT])
def test_a_date_in_a_workbook_without_styles_brings_a_styles_part(
    tmp_path: Path, space: str
) -> None:
    relations = RELATIONS if space == MAIN else STRICT_RELATIONS
    path = tmp_path / "a.xlsx"
    build(path, {"T": sheet(ROWS.replace(' s="2"', ""), space=space)},
          styles="", shared="<si><t>x</t></si>", relations=relations, space=space)  # fmt: skip
    before = members(path)
    edit(path, {"T": {"C1": 1}})
    assert list(members(path)) == list(before)
    report = edit(path, {"T": {"B1": date(2026, 1, 2), "D1": MORNING}})
    after = members(path)
    assert list(after) == [*before, "xl/styles.xml"]
    assert set(report.parts) == {
        "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    }  # fmt: skip
    assert etree.QName(etree.fromstring(after["xl/styles.xml"][1])).namespace == space
    assert f"{relations}/styles".encode() in after["xl/_rels/workbook.xml.rels"][1]
    row = list(read(path).tabs["T"].rows[0])
    assert row == ["x", date(2026, 1, 2), 1.0, MORNING]
    assert not edit(path, {"T": {"B1": date(2026, 1, 2)}}).changed
    edit(path, {"T": {"E1": date(2026, 1, 3)}})
    if space == MAIN:  # openpyxl sees no tabs in strict ones
        assert openpyxl.load_workbook(path)["T"]["E1"].value == datetime(2026, 1, 3)  # noqa: DTZ001


def test_styles_are_not_added_where_cells_already_go_by_some_that_are_gone(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(""), "U": sheet(ROWS)}, styles="")
    before = path.read_bytes()
    with pytest.raises(WriteRefused, match="no cell styles"):
        edit(path, {"T": {"A1": MORNING}})
    assert path.read_bytes() == before


def test_the_calculation_chain_stays_as_it_is(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>'
    plain = build(tmp_path / "plain.xlsx", {"T": sheet(rows)})
    parts = {name: content for name, (_, content) in members(plain).items()}
    link = f'<Relationship Id="c" Type="{RELATIONS}/calcChain" Target="calcChain.xml"/>'
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("</R", link + "</R").encode()
    chain = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'.encode()
    path = zipped(tmp_path / "a.xlsx", {**parts, "xl/calcChain.xml": chain})
    report = edit(path, {"T": {"B1": 5, "C7": "x"}}, append={"T": [{"C": "y"}]})
    assert set(report.parts) == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert members(path)["xl/calcChain.xml"][1] == chain
    with pytest.raises(WriteRefused, match="T!A1 holds a formula"):
        edit(path, {"T": {"A1": 1}})


@pytest.mark.parametrize(
    "name", ["xl/styles.xml", "xl/worksheets/sheet1.xml", "more.xml", "gone", ""]
)
def test_a_file_that_differs_elsewhere_is_caught(tmp_path: Path, name: str) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(ROWS)}, shared="<si><t>x</t></si>")
    edited = edit_parts(load("a.xlsx", path.read_bytes()), {"T": {"B1": 5}})
    right = io.BytesIO()
    edited.package.write(edited.changed, right)
    verify(edited, right.getvalue(), DEFAULT)
    wrong = right.getvalue()[:-3]
    if name:
        content = {n: c for n, (_, c) in members(path).items()} | {name: b"<x/>"}
        if name == "gone":
            del content[name], content["xl/styles.xml"]
        wrong = zipped(tmp_path / "b.xlsx", content).read_bytes()
    if name == "xl/worksheets/sheet1.xml":
        wrong = right.getvalue().replace(edited.changed[name].chunks[0][:9], b"\0" * 9)
    with pytest.raises((WriteRefused, WorkbookUnreadable)):
        verify(edited, wrong, DEFAULT)


def test_a_saved_today_is_known_for_a_formula(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" s="1"><f>TODAY()</f><v>40000</v></c><c r="B1"><f>C1</f></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    tab = read(path).tabs["T"]
    assert tab.formulas == {(1, 1), (1, 2)}
    assert list(tab.rows[0]) == [date(2009, 7, 6), NO_VALUE]


def test_what_our_own_columns_show_decides_nothing() -> None:
    raw = office([client("Ann"), client("Ben")], [step("Ann", "Contract", Waiting_on="Client")])
    made = plan(raw)
    tabs = dict(raw.tabs)
    for name in ("Clients", "Steps"):
        rows = [list(row) for row in raw.tabs[name].rows]
        ours = [
            c.heading for c in BY_NAME[name] if c.is_tool and c.heading not in BY_NAME[name].key
        ]
        for row in rows[1:]:
            for heading in ours:
                row[rows[0].index(heading)] = "as old as the last save"
        tabs[name] = replace(raw.tabs[name], rows=rows)
    stale = plan(replace(raw, tabs=tabs))
    assert flags(stale) == flags(made)
    assert flags(stale, "Steps") == flags(made, "Steps")
    assert to_clients(stale) == to_clients(made)
