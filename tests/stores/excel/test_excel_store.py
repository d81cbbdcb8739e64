"""The store: keys and headings in, cells and rows out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.errors import WorkbookChanged, WriteRefused
from sheetops.stores.excel import ExcelStore, edit
from sheetops.workbook.changes import CellChange, Changes, NewRow, TabLayout
from tests.stores.excel.build import build, sheet

ROWS = (
    '<row r="1"><c r="A1" t="str"><v>Client</v></c><c r="B1" t="str"><v>Flag</v></c></row>'
    '<row r="2"><c r="A2" t="str"><v>Ann</v></c></row>'
    '<row r="3"><c r="A3" t="str"><v>Ben</v></c></row>'
)
LAYOUT = {"Clients": TabLayout("Kunden", 1, {"Client": 1, "Flag": 2}, {"Ann": 2, "Ben": 3})}


@pytest.fixture
def store(tmp_path: Path) -> ExcelStore:
    return ExcelStore(build(tmp_path / "a.xlsx", {"Kunden": sheet(ROWS), "Other": sheet("")}))


def changes(store: ExcelStore, *cells: CellChange, rows: tuple[NewRow, ...] = ()) -> Changes:
    return Changes(cells, rows, LAYOUT, store.read().fingerprint)


def test_cells_and_rows_are_written_by_key_and_heading(store: ExcelStore) -> None:
    new = NewRow("Clients", "Cy", {"Client": "Cy", "Flag": "New", "Fit": 3})
    receipt = store.write(
        changes(store, CellChange("Clients", "Ben", "Flag", None, "Stalled"), rows=(new,))
    )
    book = store.read()
    assert book.tabs["Kunden"].rows[2:] == [["Ben", "Stalled"], ["Cy", "New"]]
    assert receipt.rows == 1
    assert receipt.fingerprint == book.fingerprint
    assert receipt.notes == ('Kunden has no column "Fit": left out of the new rows.',)
    assert Path(receipt.backup).parent == store.path.parent / "sheetops copies"


def test_nothing_to_write_touches_nothing(store: ExcelStore) -> None:
    before = store.path.stat()
    store.write(changes(store))
    store.write(changes(store, CellChange("Clients", "Ann", "Client", "Ann", "Ann")))
    assert store.path.stat() == before
    assert not store.backups.exists()


def test_a_workbook_that_changed_since_reading_is_refused(store: ExcelStore) -> None:
    planned = changes(store, CellChange("Clients", "Ann", "Flag", None, "x"))
    edit(store.path, {"Kunden": {"C1": "staff"}})
    with pytest.raises(WorkbookChanged):
        store.write(planned)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (CellChange("Clients", "Dora", "Flag", None, 1), 'no row for "Dora"'),
        (CellChange("Clients", "Ann", "Fit", None, 1), 'no column "Fit"'),
        (CellChange("Steps", "Ann", "Flag", None, 1), 'no tab "Steps"'),
    ],
)
def test_what_is_not_there_is_named(store: ExcelStore, cell: CellChange, says: str) -> None:
    with pytest.raises(WriteRefused, match=says):
        store.write(changes(store, cell))


def test_only_wanted_tabs_are_read(store: ExcelStore) -> None:
    chosen = ExcelStore(store.path, wanted=lambda name: name == "Other")
    assert list(chosen.read().tabs) == ["Other"]
