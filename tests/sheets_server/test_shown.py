"""What cells show: formulas evaluated, typed values read and formatted, ranges by their names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_server.book import Cell, Fault, Sheet, Spreadsheet
from tests.sheets_server.calculate import calculated
from tests.sheets_server.entered import typed
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formats import formatted
from tests.sheets_server.lookup import area_of
from tests.sheets_server.masks import parsed, selected, updated
from tests.sheets_server.ranges import cells_of, named
from tests.sheets_server.running import OWNER
from tests.sheets_server.staff import Staff


def book_of(rows: list[list[Any]], locale: str = "en_US", **others: list[list[Any]]) -> Spreadsheet:
    """A spreadsheet with a tab Clients, and others; texts that begin with = are formulas."""
    tabs = {"Clients": rows, **others}
    sheets = [Sheet(number, title) for number, title in enumerate(tabs)]
    for sheet, content in zip(sheets, tabs.values(), strict=True):
        for down, row in enumerate(content):
            for across, value in enumerate(row):
                formula = isinstance(value, str) and value.startswith("=")
                cell = Cell(None, value) if formula else Cell(None if value == "" else value)
                sheet.put(down, across, cell)
    return Spreadsheet("1", "A", OWNER, sheets, locale)


def shows(book: Spreadsheet, row: int, column: int) -> Any:
    """What a cell of the first tab shows, counted from 0."""
    return calculated(book).value(book.sheets[0], row, column)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=1+2*3^2", 19),
        ("=-2^2", 4),
        ("=50%", 0.5),
        ('="a"&1&TRUE', "a1TRUE"),
        ('="A"="a"', True),
        ("=1/0", Fault("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")),
        ("=SUM(B1:B4,10)", 16),
        ("=COUNTA(A1:A9)", 3),
        ("=COUNTBLANK(A1:A5)", 2),
        ("=AVERAGE(B1:B3)", 2),
        ('=COUNTIF(A1:A9,"*n*")', 2),
        ('=SUMIF(A1:A3,"<>bob",B1:B3)', 4),
        ('=VLOOKUP("BOB",A1:B9,2,FALSE)', 2),
        ("=VLOOKUP(2.5,{1,10;2,20;3,30},2)", 20),
        ('=IFNA(VLOOKUP("none",A1:B9,2,FALSE),"-")', "-"),
        ("=IFERROR(1/0,)", None),
        ('=IF(1>2,"yes")', False),
        ("=IF(1>2,1,)", None),
        ("=INDEX(A1:B3,2,2)", 2),
        ('=MATCH("bob",A1:A3,0)', 2),
        ('=XLOOKUP("cy",A1:A3,B1:B3)', 3),
        ('=TEXTJOIN("-",TRUE,A1:A4)', "Ann-Bob-Cyn"),
        ("=ROW()+COLUMN()", 5),
        ("=DATE(2020,1,1)", 43831),
        ("=LEFT(A1,2)&LEN(A2)", "An3"),
        ("=SUMPRODUCT(B1:B3,B1:B3)", 14),
        ("=NOWHERE(1)", Fault("NAME", "Unknown function: 'NOWHERE'.")),
        ("=Gone!A1", Fault("REF", "Unresolved sheet name 'Gone'.")),
        ("=SUM(1", Fault("ERROR", "Formula parse error.")),
        ("=D1", Fault("REF")),
    ],
)
def test_formulas(formula: str, result: Any) -> None:
    book = book_of([["Ann", 1, "", formula], ["Bob", 2], ["Cyn", 3]])
    if "cy" in formula:
        book.sheets[0].put(2, 0, Cell("Cy"))
    got = shows(book, 0, 3)
    if isinstance(result, Fault) and not result.message:
        assert isinstance(got, Fault)
        assert got.kind == result.kind
    else:
        assert got == result
        assert type(got) is type(result)


def test_two_keys_joined_and_other_separators() -> None:
    """Steps are found by client and step; a German spreadsheet has ; between arguments."""
    table = [["c1|s1", "done"], ["c1|s2", "late"]]
    heading = (
        '=ARRAYFORMULA(IF(ROW(A1:A)=1;"Flag";IF(A1:A="";;'
        'IFNA(VLOOKUP(A1:A&"|"&C1:C;Own!A:K;2;FALSE);))))'
    )
    steps = [["Client", heading, "Step"], ["c1", "", "s2"], ["c1", "", "s1"], ["c2", "", "s1"]]
    german = book_of(steps, "de_DE", Own=table)
    assert [shows(german, row, 1) for row in range(5)] == ["Flag", "late", "done", None, None]
    english = book_of(steps, "en_US", Own=table)
    assert shows(english, 1, 1) == "late"
    commas = [["Client", heading.replace(";", ","), "Step"], *steps[1:]]
    assert shows(book_of(commas, "de_DE", Own=table), 0, 1).kind == "ERROR"
    assert shows(book_of(commas, "en_US", Own=table), 2, 1) == "done"


def test_formulas_follow_what_moves() -> None:
    """Rows and columns that staff move, and tabs that they rename, take the formulas along."""
    rows = [["Client", "Name", '=ARRAYFORMULA(IF(A1:A="",,A1:A&B1:B))', "=Own!B2"], ["c", "n"]]
    book = book_of(rows, Own=[["x"], ["", "y"]])
    staff = Staff(book)
    staff.moves_columns("Clients", 1, 3)
    assert book.sheets[0].cell(0, 2).formula == '=ARRAYFORMULA(IF(B1:B="",,B1:B&A1:A))'
    staff.inserts_rows("Clients", 1)
    assert book.sheets[0].cell(1, 2).formula == '=ARRAYFORMULA(IF(B2:B="",,B2:B&A2:A))'
    assert [shows(book, row, 2) for row in range(3)] == [None, "ClientName", "cn"]
    staff.renames("Own", "Our own")
    staff.inserts_columns("Our own", 1)
    staff.deletes_rows("Our own", 1)
    assert book.sheets[0].cell(1, 3).formula == "='Our own'!C1"
    assert shows(book, 1, 3) == "y"
    staff.deletes_columns("Our own", 3)
    assert book.sheets[0].cell(1, 3).formula == "=#REF!"
    assert shows(book, 1, 3) == Fault("REF")


def test_arrays_that_do_not_fit() -> None:
    book = book_of([["a"], ["=ARRAYFORMULA(A1:A)"]])
    book.sheets[0].put(1, 1, Cell(None, "=ARRAYFORMULA(A1:A)"))
    book.sheets[0].put(1, 0, Cell("b"))
    got = shows(book, 1, 1)
    assert got == Fault(
        "REF", "Result was not automatically expanded, please insert more rows (1)."
    )


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("2,000,000.01", 2000000.01, "2,000,000.01"),
        ("12.5%", 0.125, "12.50%"),
        ("$1,234.50", 1234.5, "$1,234.50"),
        ("2020-02-29", 43890, "2020-02-29"),
        ("2020-02-30", "2020-02-30", "2020-02-30"),
        ("1/2/2020", 43832, "1/2/2020"),
        ("2020-01-01 12:00", 43831.5, "2020-01-01 12:00"),
        ("6:30 pm", 18.5 / 24, "6:30 PM"),
        ("3 Jan 2020", 43833, "3 Jan 2020"),
        ("1e3", 1000, "1.00E+03"),
        ("'007", "007", "007"),
        ("true", True, "TRUE"),
        ("3_1_0", "3_1_0", "3_1_0"),
        ("+49 30 1234", "+49 30 1234", "+49 30 1234"),
        ("1,23", "1,23", "1,23"),
        ("12", 12, "12"),
        ("", None, ""),
    ],
)
def test_typed(text: str, value: Any, shown: str) -> None:
    cell = typed(text, Cell(), "en_US")
    assert cell.value == value
    assert type(cell.value) is type(value)
    assert formatted(cell.value, cell.look, "en_US") == shown


def test_typed_elsewhere() -> None:
    """A German types 1,5 and 31.12.2020; in a cell formatted as text everything stays a text."""
    assert typed("1,5", Cell(), "de_DE").value == 1.5
    assert typed("1.000,5", Cell(), "de_DE").value == 1000.5
    assert typed("31.12.2020", Cell(), "de_DE").value == 44196
    assert formatted(1.5, None, "de_DE") == "1,5"
    text = Cell(look={"numberFormat": {"type": "TEXT", "pattern": "@"}})
    assert typed("=1+1", text, "en_US").value == "=1+1"
    assert typed("007", text, "en_US").value == "007"


@pytest.mark.parametrize(
    ("value", "pattern", "kind", "shown"),
    [
        (1 / 3, "", "", "0.3333333333"),
        (1 / 1024, "", "", "0.0009765625"),
        (123456789012, "", "", "123456789012"),
        (1e15, "", "", "1E+15"),
        (-1234.5, "#,##0.00;(#,##0.00)", "NUMBER", "(1,234.50)"),
        (5, "000", "NUMBER", "005"),
        (0.5, "0.0#", "NUMBER", "0.5"),
        (
            43831.75,
            "dddd, d mmmm yyyy h:mm am/pm",
            "DATE_TIME",
            "Wednesday, 1 January 2020 6:00 PM",
        ),
        (43831.001, "hh:mm:ss", "TIME", "00:01:26"),
        (43831, "mm/dd/yy", "DATE", "01/01/20"),
    ],
)
def test_formatted(value: float, pattern: str, kind: str, shown: str) -> None:
    look = {"numberFormat": {"type": kind, "pattern": pattern}} if kind else None
    assert formatted(value, look, "en_US") == shown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A1", "Clients!A1"),
        ("D4:A1", "Clients!A1:D4"),
        ("B:C", "Clients!B1:C1000"),
        ("2:3", "Clients!A2:Z3"),
        ("A3:B", "Clients!A3:B1000"),
        ("Clients", "Clients!A1:Z1000"),
        ("clients!a1", "Clients!A1"),
        ("'D3'", "'D3'!A1:Z1000"),
        ("'It''s'!A1", "'It''s'!A1"),
        ("R2C3:R4C4", "Clients!C2:D4"),
        ("Prices", "'D3'!B1:B2"),
    ],
)
def test_ranges(text: str, name: str) -> None:
    sheets = [Sheet(0, "Clients"), Sheet(1, "D3"), Sheet(2, "It's")]
    book = Spreadsheet("1", "A", OWNER, sheets)
    area = {
        "sheetId": 1,
        "startRowIndex": 0,
        "endRowIndex": 2,
        "startColumnIndex": 1,
        "endColumnIndex": 2,
    }
    book.named.append({"namedRangeId": "1", "name": "Prices", "range": area})
    sheet, found = area_of(book, text)
    assert named(sheet.title, found.within(sheet.rows, sheet.columns)) == name


def test_ranges_that_are_none() -> None:
    book = Spreadsheet("1", "A", OWNER, [Sheet(0, "Clients")])
    for text in ("Nowhere", "Nowhere!A1", "Clients!", "Clients!A0", "A1:", ""):
        with pytest.raises(ApiError, match="Unable to parse range"):
            area_of(book, text)
    assert cells_of("AAAA1", 0) is None


def test_masks() -> None:
    body = {"a": {"b": 1, "c": {"d": 2, "e": 3}}, "f": [{"g": 1, "h": 2}, {}]}
    assert selected(body, parsed("a/c.d,f(g)")) == {"a": {"c": {"d": 2}}, "f": [{"g": 1}, {}]}
    assert selected(body, parsed("*")) == body
    assert selected(body, parsed("a.c,a.c.d")) == {"a": {"c": {"d": 2, "e": 3}}}
    assert updated({"a": {"x": 1, "y": 2}}, {"a": {"x": 5}}, "a.x,a.y") == {"a": {"x": 5}}
    with pytest.raises(ApiError, match="At least one field"):
        updated({}, {}, "")
    with pytest.raises(ApiError):
        parsed("a(b")
