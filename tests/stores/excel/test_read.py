"""Reading: every cell right, at its absolute place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters
from openpyxl.worksheet.table import Table

from sheetops.errors import SheetopsError
from sheetops.stores.excel.read import cells as tabs
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.read.sheets import Reader
from sheetops.workbook.raw import NO_VALUE, CellError, Value
from tests.stores.excel.build import MAIN, STYLES, build, sheet

ROWS = (
    '<row r="3" hidden="1"><c r="B3" t="s"><v>0</v></c><c r="C3" s="1"><v>46024</v></c>'
    '<c r="D3" s="1"><v>46024.5</v></c><c r="E3" t="e"><v>#N/A</v></c>'
    '<c r="F3"><f>1+1</f></c><c r="G3"><f>1+1</f><v>2</v></c><c r="H3" t="b"><v>1</v></c>'
    '<c r="I3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="J3" t="str"><f>""</f><v></v></c>'
    '<c r="K3" s="1"><v>-1</v></c><c r="L3" t="s"><v>1</v></c></row>'
)
SHARED = '<si><t>007</t></si><si><t xml:space="preserve"> NA_x000D_</t></si>'
NOON = datetime.fromisoformat("2026-01-02T12:00")
MORNING = datetime.fromisoformat("2023-03-15T06:00")
AFTER = '<mergeCells><mergeCell ref="B5:D6"/></mergeCells>'


@pytest.mark.parametrize("odd", ["", "<!-- the general engine -->"])
def test_every_kind_of_cell_is_read_right_and_in_its_place(tmp_path: Path, odd: str) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(odd + ROWS, after=AFTER)}, shared=SHARED)
    tab = read(path).tabs["T"]
    assert (tab.first_row, tab.first_column) == (1, 1)
    assert [list(row) for row in tab.rows[:2]] in ([[], []], [[None] * 12] * 2)
    assert list(tab.rows[2]) == [
        None, "007", date(2026, 1, 2), NOON, CellError("#N/A"), NO_VALUE, 2.0,
        True, CellError("#DIV/0!"), None, -1.0, " NA\r",
    ]  # fmt: skip
    assert tab.formulas == {(3, 6), (3, 7), (3, 9), (3, 10)}
    assert tab.merges == ((5, 2, 6, 4),)
    assert tab.hidden_rows == {3}


def test_only_the_wanted_tabs_are_read(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"A": sheet(""), "B": sheet("<broken"), "C": sheet("")})
    book = read(path, lambda name: name == "A")
    assert list(book.tabs) == ["A"]
    assert book.other_tabs == ("B", "C")
    assert book.name == "a.xlsx"
    assert len(book.fingerprint) == 64


def test_two_far_apart_cells_are_read_without_eating_memory(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    tab = read(build(tmp_path / "a.xlsx", {"T": sheet(rows)})).tabs["T"]
    assert (tab.rows[0], tab.rows[-1][-1]) == ([1.0], 2.0)
    assert sum(map(len, tab.rows)) == 16_385


def test_many_cells_far_away_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 1_300))
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    with pytest.raises(SheetopsError, match="row 1,299 and across to column XFD"):
        read(path)


def test_a_long_text_used_by_many_cells_is_held_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(1, 9))
    shared = f"<si><t>short</t></si><si><t>{'x' * 9_000}</t></si><si/>"
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)}, shared=shared)
    monkeypatch.setattr(tabs, "_TEXTS", 60_000)
    texts = [row[0] for row in read(path).tabs["T"].rows]
    assert texts == ["x" * 9_000] * 8
    assert len(set(map(id, texts))) == 1
    monkeypatch.setattr(tabs, "_TEXTS", 90_000)
    assert len({id(row[0]) for row in read(path).tabs["T"].rows}) == 8


def test_dates_that_stand_as_text_are_dates_both_ways(tmp_path: Path) -> None:
    days = ("2026-01-02", "2026-01-02T12:00:00", "soon")
    cells = "".join(
        f'<c r="{x}1" t="d" s="1"><v>{d}</v></c>' for x, d in zip("ABC", days, strict=True)
    )
    for odd in ("", "<!-- the general engine -->"):
        path = build(tmp_path / "a.xlsx", {"T": sheet(f'{odd}<row r="1">{cells}</row>')})
        assert list(read(path).tabs["T"].rows[0]) == [date(2026, 1, 2), NOON, "soon"]


def test_a_stray_cell_far_down_is_read_sparsely(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="T900000"><v>2</v></c></row>'
    )
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    tab = read(path).tabs["T"]
    assert tab.rows[899_999][19] == 2.0
    assert len(tab.rows[500]) == 0


@pytest.mark.parametrize(
    ("style", "number", "value"),
    [(1, 0.5, time(12)), (1, 45000.25, MORNING), (1, 59, date(1900, 2, 28)),
     (1, 61, date(1900, 3, 1)), (3, 0.25, time(6)), (4, 1.5, timedelta(hours=36)), (5, 2.5, 2.5),
     (1, 1e9, 1e9)],
)  # fmt: skip
@pytest.mark.parametrize("odd", ["", "<!-- -->"])
def test_numbers_are_shown_as_their_style_says(
    tmp_path: Path, style: int, number: float, value: object, odd: str
) -> None:
    more = '<xf numFmtId="20"/><xf numFmtId="46"/><xf numFmtId="164"/></cellXfs>'
    styles = STYLES.replace("</cellXfs>", more).replace('Xfs count="3"', 'Xfs count="6"')
    code = '<numFmts count="1"><numFmt numFmtId="164" formatCode="0 &quot;days&quot;"/></numFmts>'
    styles = styles.replace("<fonts", code + "<fonts", 1)
    rows = f'{odd}<row r="1"><c r="A1" s="{style}"><v>{number}</v></c></row>'
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)}, styles=styles)
    assert read(path).tabs["T"].rows[0][0] == value


@pytest.mark.long
def test_both_ways_of_reading_agree_on_every_sample(samples: Path) -> None:
    compared = 0
    for path in sorted(samples.iterdir()):
        try:
            usual = read(path).tabs
            slow = Reader.of(path).tabs_slowly()
        except SheetopsError:
            continue
        for name, tab in usual.items():
            compared += 1
            assert cells(tab.rows) == cells(slow[name].rows), (path.name, name)
            assert tab.formulas == slow[name].formulas, (path.name, name)
            assert tab.merges == slow[name].merges
            assert tab.hidden_rows == slow[name].hidden_rows
    assert compared > 100


def cells(rows: Sequence[Sequence[Value]]) -> dict[tuple[int, int], object]:
    """Cells that hold something; text without the spaces that only `xml:space` keeps."""
    return {
        (i, j): value.strip() if isinstance(value, str) else value
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
        if value is not None and (not isinstance(value, str) or value.strip())
    }


def test_filters_of_the_tab_and_of_its_tables_name_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    own, tables = book.active, book.create_sheet("Tables")
    assert own is not None
    for tab in (own, tables):
        for row in (["", "Client", "Flag"], ["", "Ann", "due"], ["", "Ben", "fine"]):
            tab.append(row)
    own.auto_filter.ref = "B1:C3"
    own.auto_filter.add_filter_column(1, ["fine"])
    own.row_dimensions[2].hidden = True
    table = Table(displayName="All", ref="B1:C3")
    table.autoFilter = AutoFilter(ref="B1:C3")
    table.autoFilter.filterColumn = [
        FilterColumn(colId=0, filters=Filters(filter=["Ann"])),
        FilterColumn(colId=1, hiddenButton=True),
    ]
    tables.add_table(table)
    book.save(path)
    found = read(path).tabs
    assert found["Sheet"].filtered_columns == {3}
    assert found["Sheet"].hidden_rows == {2}
    assert found["Tables"].filtered_columns == {2}


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_a_filter_kept_in_a_view_is_not_at_work(tmp_path: Path, prefix: str) -> None:
    column = f'<{prefix}filterColumn colId="0"><{prefix}filters/></{prefix}filterColumn>'
    kept = f'<{prefix}autoFilter ref="C1:D9">{column}</{prefix}autoFilter>'
    view = f"<{prefix}customSheetViews><{prefix}customSheetView>{kept}"
    view += f"</{prefix}customSheetView></{prefix}customSheetViews>"
    xml = f'<{prefix}worksheet xmlns:x="{MAIN}" xmlns="{MAIN}"><{prefix}sheetData/>'
    end = f"</{prefix}worksheet>"
    off = build(tmp_path / "off.xlsx", {"T": xml + view + end})
    assert not read(off).tabs["T"].filtered_columns
    on = build(tmp_path / "on.xlsx", {"T": xml + view + kept + end})
    assert read(on).tabs["T"].filtered_columns == {3}
