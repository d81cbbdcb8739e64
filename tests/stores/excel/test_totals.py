"""A totals row stays last: it moves down to let new rows in, or the write is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from sheetops.errors import WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.formulas import references
from sheetops.stores.excel.ooxml.markup import Splice, set_attribute
from sheetops.stores.excel.ooxml.scanner import Cell, Grid
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write import totals_row
from sheetops.workbook.raw import Value
from tests.stores.excel.build import MAIN, RELATIONS, build, part, sheet, table

HEAD = '<row r="1"><c r="A1" t="str"><v>Name</v></c><c r="B1" t="str"><v>Due</v></c></row>'
DATA = (
    '<row r="2"><c r="A2" s="2" t="str"><v>Ann</v></c><c r="B2"><v>3</v></c></row>'
    '<row r="3"><c r="A3" s="2" t="str"><v>Ben</v></c><c r="B3"><v>4</v></c></row>'
)
TOTAL = '<row r="4" ht="30" customHeight="1"><c r="A4" s="1" t="str"><v>Total</v></c>%s%s</row>'
SUBTOTAL = '<c r="B4" s="2"><f>SUBTOTAL(109,Table1[Due])</f><v>7</v></c>'
CHAIN = f'<calcChain xmlns="{MAIN}"><c r="B4" i="1"/><c r="B4" i="2" l="1"/><c r="A4"/></calcChain>'
ONE: dict[str, list[dict[str, Value]]] = {"T": [{"A": "Cy", "B": 5.0}]}


def book(  # noqa: PLR0913 - every argument is one oddity
    tmp_path: Path,
    formula: str = SUBTOTAL,
    *,
    beside: str = "",
    below: str = "",
    after: str = "",
    before: str = "",
    other: str = "",
    workbook: str = "",
) -> Path:
    """A table of two rows with a totals row in row 4, and a second tab."""
    function = "<totalsRowFormula>%s</totalsRowFormula>"
    own = formula[formula.find(">", formula.find("<f")) + 1 : formula.find("</f>")]
    parts = {"t.xml": table("A1:B4", ["Name", "Due"], totals=1, extra={"Due": function % own})}
    filtered = parts["t.xml"].replace('<autoFilter ref="A1:B4"/>', '<autoFilter ref="A1:B3"/>')
    rows = HEAD + DATA + TOTAL % (formula, beside) + below
    tabs = {"T": sheet(rows, before=before, after=after), "Other": sheet(other)}
    return build(tmp_path / "a.xlsx", tabs, tables={"t.xml": filtered}, workbook=workbook)


def with_chain(path: Path, out: Path) -> Path:
    """The workbook with a calculation chain."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == "xl/_rels/workbook.xml.rels":
                link = f'<Relationship Id="c" Type="{RELATIONS}/calcChain" Target="calcChain.xml"/>'
                content = content.replace("</Relationships>", link + "</Relationships>")
            new.writestr(name, content)
        new.writestr("xl/calcChain.xml", CHAIN)
    return out


def test_a_totals_row_moves_down_with_its_styles_height_and_chain(tmp_path: Path) -> None:
    path = with_chain(book(tmp_path, before='<dimension ref="A1:B4"/>'), tmp_path / "b.xlsx")
    report = edit(path, {}, append={"T": [{"A": "Cy", "B": 5.0}, {"A": "Di"}]})
    assert report.rows == {"T": [4, 5]}
    xml = part(path)
    assert '<row r="4"><c r="A4" s="2" t="inlineStr">' in xml
    assert xml.index('<row r="5">') < xml.index(
        '<row r="6" ht="30" customHeight="1"><c r="A6" s="1" t="str"><v>Total</v></c>'
        '<c r="B6" s="2"><f>SUBTOTAL(109,Table1[Due])</f><v>7</v></c></row></sheetData>'
    )
    assert '<dimension ref="A1:B6"/>' in xml
    assert part(path, "xl/calcChain.xml") == CHAIN.replace('"B4" i="1"', '"B6" i="1"')
    grown = part(path, "xl/tables/t.xml")
    assert 'ref="A1:B6" totalsRowCount="1"' in grown
    assert '<autoFilter ref="A1:B5"/>' in grown
    rows = [list(row) for row in read(path).tabs["T"].rows]
    assert rows[3:] == [["Cy", 5], ["Di", None], ["Total", 7]]


def test_free_rows_above_a_totals_row_are_used_before_it_moves(tmp_path: Path) -> None:
    path = book(tmp_path)
    edit(path, {"T": {"A3": None, "B3": None}})
    before = part(path, "xl/tables/t.xml")
    assert edit(path, {}, append=ONE).rows == {"T": [3]}
    assert part(path, "xl/tables/t.xml") == before
    assert edit(path, {}, append={"T": [{"A": "Di"}, {"A": "Ed"}]}).rows == {"T": [4, 5]}
    assert 'ref="A1:B6" totalsRowCount="1"' in part(path, "xl/tables/t.xml")


def test_a_long_table_with_totals_grows_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = xlsxwriter.Workbook(path)
    tab = made.add_worksheet("T")
    columns = [
        {"header": "Name", "total_string": "All"},
        {"header": "Due", "total_function": "sum"},
        {"header": "Twice", "formula": "=Table1[@[Due]]*2", "total_function": "max"},
    ]
    rows = [[f"n{n}", n] for n in range(400)]
    tab.add_table("B3:D403", {"data": rows, "columns": columns, "total_row": True})
    made.close()
    for count in range(3):
        report = edit(path, {}, append={"T": [{"B": "new", "C": float(count)}]})
        assert report.rows == {"T": [403 + count]}
    loaded = openpyxl.load_workbook(path)["T"]
    assert loaded.tables["Table1"].ref == "B3:D406"
    assert loaded.tables["Table1"].autoFilter.ref == "B3:D405"
    assert [c.value for c in loaded[406]][1:] == [
        "All", "=SUBTOTAL(109,[Due])", "=SUBTOTAL(104,[Twice])"
    ]  # fmt: skip
    assert [c.value for c in loaded[405]][1:3] == ["new", 2]
    assert loaded["D405"].value == loaded["D400"].value == "=Table1[[#This Row],[Due]]*2"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SUM(B2:B3)", "SUM(B2:B5)"),
        ("SUM($B$2:$B$3)/COUNTA(A1:A3)", "SUM($B$2:$B$5)/COUNTA(A1:A5)"),
        ("A4&amp;SUM(T!B2:B3,Other!B2:B3)", "A6&amp;SUM(T!B2:B5,Other!B2:B3)"),
        ('IF(B2&gt;1,"B2:B3",[1]T!B2:B3)', 'IF(B2&gt;1,"B2:B3",[1]T!B2:B3)'),
        ("LOG10(SUM('T'!B2:B3))+D:D+Other!$B$4", "LOG10(SUM('T'!B2:B5))+D:D+Other!$B$4"),
    ],
)
def test_totals_formulas_that_span_the_column_grow(tmp_path: Path, old: str, new: str) -> None:
    path = book(tmp_path, f'<c r="B4"><f>{old}</f><v>7</v></c>')
    edit(path, {}, append={"T": [{"A": "Cy"}, {"A": "Di"}]})
    assert f'<c r="B6"><f>{new}</f><v>7</v></c>' in part(path)
    assert f"<totalsRowFormula>{new}</totalsRowFormula>" in part(path, "xl/tables/t.xml")


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("<f>SUM(B3:B3)</f>", "should add up"),
        ("<f>B3</f>", "should add up"),
        ("<f>SUM(B2:INDEX(B:B,3))</f>", "should add up"),
        ('<f>SUM(INDIRECT("B2:B3"))</f>', "goes by where rows stand"),
        ("<f>SUM(T:Other!B2)</f>", "no fixed size"),
        ('<f t="shared" si="0" ref="B4:C4">SUM(B2:B3)</f>', "shared with others"),
        ('<f t="array" ref="B4">SUM(B2:B3)</f>', "array formula"),
    ],
)
def test_totals_formulas_that_nobody_can_be_sure_of_are_refused(
    tmp_path: Path, formula: str, why: str
) -> None:
    path = book(tmp_path, f'<c r="B4">{formula}<v>7</v></c>')
    before = path.read_bytes()
    with pytest.raises(WriteRefused, match=why):
        edit(path, {}, append=ONE)
    assert path.read_bytes() == before


def elsewhere(formula: str) -> str:
    return f'<row r="1"><c r="A1"><f>{formula}</f><v>7</v></c></row>'


RULE = '<conditionalFormatting sqref="%s"><cfRule type="expression"/></conditionalFormatting>'


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"other": elsewhere("T!B4")}, 'a formula on "Other" refers to B4'),
        ({"other": elsewhere("SUM(T!A1:B4)")}, 'a formula on "Other" refers to A1:B4'),
        ({"other": elsewhere("T!4:4")}, 'a formula on "Other" refers to 4:4'),
        ({"beside": '<c r="D4"><f>B4/2</f></c>'}, 'a formula on "T" refers to B4'),
        (
            {"below": '<row r="9"><c r="D9"><f t="shared" si="0" ref="D9:D12">B1</f></c></row>'},
            'a formula on "T" refers to B1',
        ),
        ({"below": '<row r="5"><c r="B5"><v>1</v></c></row>'}, 'Row 5 of "T", right under'),
        ({"after": '<mergeCells><mergeCell ref="A4:B4"/></mergeCells>'}, "merged cells"),
        ({"after": RULE % "B4"}, "a conditionalFormatting lies on B4"),
        ({"after": RULE % "A3:C4"}, "a conditionalFormatting lies on A3:C4"),
        (
            {"after": '<hyperlinks><hyperlink ref="D1" location="T!B4"/></hyperlinks>'},
            'a link on "T" refers to B4',
        ),
        (
            {
                "workbook": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
                '<sheet name="T" sheetId="1" r:id="rId1"/></sheets><definedNames>'
                '<definedName name="Sum">T!$B$4</definedName></definedNames></workbook>'
            },
            "xl/workbook.xml refers to [$]B[$]4",
        ),
    ],
)
def test_a_totals_row_that_somebody_refers_to_stays_and_is_named(
    tmp_path: Path, odd: dict[str, str], why: str
) -> None:
    path = book(tmp_path, **odd)
    before = path.read_bytes()
    with pytest.raises(WriteRefused, match=why):
        edit(path, {}, append=ONE)
    assert path.read_bytes() == before


def test_what_lies_beside_stays_and_links_and_simple_rules_follow(tmp_path: Path) -> None:
    rules = RULE % "B2:B4 D4" + RULE % "A1:B99" + RULE % "A2:A3"
    after = rules + '<hyperlinks><hyperlink ref="A4" location="Other!A1"/></hyperlinks>'
    other = elsewhere("SUM(T!B2:B3)+SUM(T!B:B)+SUM(T!A1:B50)+T!D4+Table1[[#Totals],[Due]]")
    path = book(tmp_path, beside='<c r="D4"><v>9</v></c>', after=after, other=other)
    edit(path, {}, append=ONE)
    xml = part(path)
    assert '<row r="4" ht="30" customHeight="1"><c r="A4" s="2" t="inlineStr">' in xml
    assert '<c r="D4"><v>9</v></c></row><row r="5" ht="30" customHeight="1"><c r="A5"' in xml
    assert RULE % "B2:B5 D4" + RULE % "A1:B99" + RULE % "A2:A3" in xml
    assert '<hyperlink ref="A5" location="Other!A1"/>' in xml
    assert part(path, "xl/worksheets/sheet2.xml") == sheet(other)


def test_a_styled_empty_row_below_is_taken_and_its_other_cells_stay(tmp_path: Path) -> None:
    below = '<row r="5" ht="9"><c r="A5" s="2"/><c r="C5"><v>1</v></c></row><row r="6"/>'
    path = book(tmp_path, below=below)
    edit(path, {}, append=ONE)
    assert (
        '<row r="5" ht="9"><c r="A5" s="1" t="str"><v>Total</v></c><c r="B5" s="2">'
        '<f>SUBTOTAL(109,Table1[Due])</f><v>7</v></c><c r="C5"><v>1</v></c></row><row r="6"/>'
    ) in part(path)


def test_rows_without_values_move_nothing(tmp_path: Path) -> None:
    path = book(tmp_path)
    before = path.read_bytes()
    assert not edit(path, {}, append={"T": [{"A": None, "B": ""}]}).changed
    assert path.read_bytes() == before


def test_a_totals_cell_that_is_to_be_edited_too_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="A4 is to be written as well"):
        edit(book(tmp_path), {"T": {"A4": "Sum"}}, append=ONE)


def test_what_is_written_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    odd = elsewhere("<![CDATA[T!B4]]>")
    with pytest.raises(WriteRefused, match="unusual way"):
        edit(book(tmp_path, other=odd), {}, append=ONE)
    path = book(tmp_path, below="<row/>")
    with pytest.raises(WriteRefused, match="no numbers"):
        edit(path, {}, append=ONE)


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("'It''s'!$A1:b$2+x", [("It's", (1, 1, 2, 2))]),
        ("A1:A1048576", [("", (1, 1, 1048576, 1))]),
        ("\"A1\"&Table1[A1]&LOG10(B2)&A1B&[2]S!A1&'[2]S'!A1", [("", (2, 2, 2, 2))]),
        ("Sheet1:Sheet3!C3", [("Sheet1:Sheet3", (3, 3, 3, 3))]),
        ("$3:4", [("", (3, 1, 4, 16384))]),
        ("Tëst!D4*E5%", [("Tëst", (4, 4, 4, 4)), ("", (5, 5, 5, 5))]),
    ],
)
def test_references_are_found_and_nothing_else(
    formula: str, found: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(r.sheet, r.box) for r in references(formula)] == found


@pytest.mark.parametrize("wrong", ["_dimension", "_cell"])
def test_a_totals_row_that_moved_wrongly_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    path = book(tmp_path, below='<row r="6"><c r="D6"><v>1</v></c></row>')
    before = path.read_bytes()
    dimension, cell = totals_row._dimension, totals_row._cell

    def eats_a_cell(move: totals_row.Move, grid: Grid) -> Iterator[Splice]:
        beside = grid.rows[6].cells[0]
        return iter([*dimension(move, grid), (beside.start, beside.end, b"")])

    def styles_it(move: totals_row.Move, grid: Grid, xml: bytes, old: Cell) -> bytes:
        return cell(move, grid, xml, replace(old, raw=set_attribute(old.raw, "s", "1")))

    monkeypatch.setattr(totals_row, wrong, eats_a_cell if wrong == "_dimension" else styles_it)
    with pytest.raises(WriteRefused, match="did not pass its check"):
        edit(path, {}, append=ONE)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "refused"),
    [('r1="B4"', True), ('dt2D="1" r1="B9" r2="B4"', True), ('r1="B9"', False)],
)
def test_a_data_table_that_reads_a_totals_cell_holds_the_row(
    tmp_path: Path, cells: str, refused: bool
) -> None:
    formula = f'<row r="7"><c r="E7"><f t="dataTable" ref="E7:F8" {cells}/><v>1</v></c></row>'
    path = book(tmp_path, below=formula)
    if refused:
        with pytest.raises(WriteRefused, match=r"a data table .* reads B4"):
            edit(path, {}, append=ONE)
    else:
        assert edit(path, {}, append=ONE).changed
