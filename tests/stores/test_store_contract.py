"""One contract for all stores: the same tests run against memory, Excel and Google."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from sheetops.errors import WorkbookChanged, WriteRefused
from sheetops.stores.excel import ExcelStore
from sheetops.stores.memory import MemoryStore
from sheetops.workbook import book, headers
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, Changes, NewRow, Store
from sheetops.workbook.raw import Value
from tests.sheets_server.running import Running
from tests.stores.google import making

Tabs = Mapping[str, Sequence[Sequence[Value]]]
Maker = Callable[[Tabs], Store]

TABS: Tabs = {
    "Clients": [
        ["Client ID", "Client", "Offer", "Status", "Start date", "Flag", "Why", "Checked at"],
        ["007", "Anna", "Coaching", "Active", date(2026, 11, 2), "On track", None, None],
        ["NA", "=Bert", "Coaching", "Active", date(2026, 11, 3), None, None, None],
        ["1e3", "Çelik & Söhne 🌻", "Coaching", "Active", date(2026, 11, 4), None, None, None],
    ],
    "Offer steps": [
        ["Offer", "Order", "Step", "Waiting on", "Working days"],
        ["Coaching", 1, "Kick-off", "Client", 3],
    ],
    "Steps": [
        ["Client", "Step", "Done", "Notes", "Flag", "Days waiting"],
        ["007", "Kick-off", None, "bring cake", None, None],
    ],
    "Holiday plans": [["not", "ours"], [1, 2]],
}


def _memory(tabs: Tabs, _folder: Path) -> Store:
    return MemoryStore(tabs)


def _excel(tabs: Tabs, folder: Path) -> Store:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in tabs.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append([None] * len(row))
            for cell, value in zip(sheet[sheet.max_row], row, strict=True):
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
        sheet.append([])
    path = folder / "clients.xlsx"
    workbook.save(path)
    return ExcelStore(path, folder / "copies", wanted=headers.is_ours)


@pytest.fixture(params=["memory", "excel", "google"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    if request.param == "google":
        google: Running = request.getfixturevalue("google")
        return lambda tabs: making.make(google, tabs)[1]
    maker = {"memory": _memory, "excel": _excel}[request.param]
    return lambda tabs: maker(tabs, tmp_path)


def _read(store: Store) -> Book:
    return book.read(store.read())


def _changes(found: Book, *cells: CellChange, rows: Sequence[NewRow] = ()) -> Changes:
    return Changes(cells, tuple(rows), found.layout, found.fingerprint)


def test_keys_keep_their_form(make: Maker) -> None:
    found = _read(make(TABS))
    assert found.frame("Clients").index.tolist() == ["007", "NA", "1e3"]
    assert found.frame("Clients")["Client"].tolist() == ["Anna", "=Bert", "Çelik & Söhne 🌻"]
    assert not found.problems


def test_only_tabs_of_the_contract_are_read_and_the_others_are_named(make: Maker) -> None:
    raw = make(TABS).read()
    assert set(raw.tabs) == {"Clients", "Offer steps", "Steps"}
    assert raw.other_tabs == ("Holiday plans",)


@pytest.mark.parametrize(
    "value",
    ["Stalled", "=1+1", "@here", "-", "  spaces  ", "two\nlines", 3, 2.5, date(2026, 11, 20), None],
)
def test_a_written_value_is_read_back_and_nothing_else_changes(make: Maker, value: Value) -> None:
    store = make(TABS)
    before = _read(store)
    change = CellChange("Clients", "007", "Flag", "On track", value)
    receipt = store.write(_changes(before, change))
    after = _read(store)
    assert receipt.cells == 1
    assert after.fingerprint == receipt.fingerprint != before.fingerprint
    shown = after.frame("Clients").at["007", "Flag"]
    assert shown == value
    for tab in ("Clients", "Steps", "Offer steps"):
        old = before.frame(tab).astype(object)
        new = after.frame(tab).astype(object)
        if tab == "Clients":
            old, new = old.drop(columns="Flag"), new.drop(columns="Flag")
        assert old.equals(new)


def test_rows_are_appended_after_the_last_one(make: Maker) -> None:
    store = make(TABS)
    before = _read(store)
    row = NewRow("Steps", "x", {"Client": "NA", "Step": "Kick-off", "Flag": "On track"})
    receipt = store.write(_changes(before, rows=[row, replace(row, values={"Client": "1e3"})]))
    after = _read(store).frame("Steps")
    assert receipt.rows == 2
    assert after["Client"].tolist() == ["007", "NA", "1e3"]
    assert after["row"].tolist() == [2, 3, 4]
    assert after["Notes"].tolist() == ["bring cake", "", ""]


def test_a_moment_keeps_its_time(make: Maker) -> None:
    store = make(TABS)
    moment = datetime(2026, 11, 20, 7, 5)  # noqa: DTZ001 # cells have no time zone
    change = CellChange("Clients", "NA", "Checked at", None, moment)
    store.write(_changes(_read(store), change))
    assert _read(store).frame("Clients").at["NA", "Checked at"] == moment


def test_nothing_to_write_leaves_the_workbook_alone(make: Maker) -> None:
    store = make(TABS)
    before = store.read()
    receipt = store.write(_changes(_read(store)))
    assert (receipt.cells, receipt.rows) == (0, 0)
    assert store.read().fingerprint == before.fingerprint


def test_a_workbook_that_changed_since_it_was_read_is_not_written(make: Maker) -> None:
    store = make(TABS)
    before = _read(store)
    store.write(_changes(before, CellChange("Clients", "007", "Flag", "On track", "Stalled")))
    late = _changes(before, CellChange("Clients", "007", "Flag", "On track", "Paused"))
    with pytest.raises(WorkbookChanged):
        store.check(before.fingerprint)
    with pytest.raises(WorkbookChanged):
        store.write(late)
    assert _read(store).frame("Clients").at["007", "Flag"] == "Stalled"


def test_all_or_nothing(make: Maker) -> None:
    store = make(TABS)
    before = _read(store)
    good = CellChange("Clients", "007", "Flag", "On track", "Stalled")
    bad = CellChange("Clients", "nobody", "Flag", None, "Stalled")
    with pytest.raises(WriteRefused):
        store.write(_changes(before, good, bad))
    assert store.read().fingerprint == before.fingerprint
