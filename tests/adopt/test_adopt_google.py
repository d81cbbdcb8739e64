"""`sheetops adopt URL`: a Google Sheet that nobody made for us is read, and never written."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from sheetops import settings
from sheetops.adopt.google import WholeSheet
from sheetops.errors import WriteRefused
from sheetops.jobs.open_store import google_store, open_store
from sheetops.workbook import book as books
from sheetops.workbook.changes import CellChange, Changes
from sheetops.workbook.raw import CellError
from tests.adopt.test_adopt_command import DAY, moving
from tests.command_line import Command
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.running import Running
from tests.sheets_server.staff import Staff
from tests.stores.google import making

TOML = """\
[workbook]
google = "{address}"
id = "W-1"

[google]
sign_in = "service account"
key_file = "{key}"
"""


def typed_in(google: Running) -> Spreadsheet:
    """The tracker of a business that moves, as staff have typed it into Google Sheets."""
    book = google.create("Tracker", {})
    making.fill(book, {"Work": [], "Ideas": [["Buy a plant"]]})
    rows = moving().sheets["Work"].rows
    width = max(map(len, rows))
    typed = [[_typed(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    Staff(book).pastes("Work!A1", typed)
    return book


def _typed(cell: object) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else "" if cell is None else str(cell)


@pytest.fixture
def tracker(google: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the tracker, with the settings file of those who may read it."""
    monkeypatch.chdir(tmp_path)
    address = f"https://docs.google.com/spreadsheets/d/{typed_in(google).id}/edit#gid=0"
    text = TOML.format(address=address, key=google.credentials.as_posix())
    (tmp_path / "sheetops.toml").write_text(text, "utf-8")
    google.log.clear()
    return address


def test_a_google_sheet_is_looked_at_in_one_request(
    tracker: str,
    google: Running,
    sheetops: Command,
) -> None:
    shown = sheetops("adopt", tracker, "--dry-run", "--json", "--today", DAY)
    assert shown.status == 0, shown.err
    found = json.loads(shown.out)
    assert list(found) == ["tabs", "columns", "shape", "unsure"]
    assert found["tabs"] == {"Work": "Clients", "Ideas": ""}
    assert found["shape"] == "wide"
    assert found["columns"]["Work"]["Start date"] == "Start"
    assert [one.method for one in google.sheet_requests] == ["GET"]


def test_an_adopted_google_sheet_is_read_and_never_written(
    tracker: str,
    google: Running,
    sheetops: Command,
) -> None:
    adopted = sheetops("adopt", tracker, "--yes", "--guess", "--columns", "--today", DAY)
    assert adopted.status == 0, adopted.err
    assert "our columns are not added" in adopted.out + adopted.err
    known = settings.load(Path("sheetops.toml"))
    assert known.workbook.google == tracker
    assert set(known.mapping.steps["Work"]) == {"Contract", "Deposit", "Questionnaire"}
    frame = books.read(open_store(known).read()).frame("Clients")
    assert len(frame) == 16
    assert str(frame["Start date"].iloc[0])[:10] == "2026-09-25"
    assert sheetops("check", "--today", DAY).status == 0
    assert sheetops("daily", "--apply", "--today", DAY).status == 0
    assert {one.method for one in google.sheet_requests} == {"GET"}


def test_what_google_shows_is_what_is_read(google: Running) -> None:
    book = google.create("Any", {})
    making.fill(book, {"One": []})
    rows = [
        ["2026-11-24", "24", "text", "TRUE", "=1/0", ""],
        ["2026-11-24 09:30:00", "", "", "", "", ""],
    ]
    Staff(book).pastes("One!A1", rows)
    tab = WholeSheet(making.store_of(google, book)).read().tabs["One"]
    assert tab.rows[0][:4] == [date(2026, 11, 24), 24, "text", True]
    assert tab.rows[0][4] == CellError("#DIV/0!")
    assert tab.rows[1][0] == datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 # cells have no time zone


def test_nothing_can_be_written_into_a_sheet_that_was_adopted(tracker: str) -> None:
    assert tracker in Path("sheetops.toml").read_text("utf-8")
    whole = WholeSheet(google_store(settings.load(Path("sheetops.toml"))))
    found = books.read(whole.read())
    cell = CellChange("Clients", "Elm Bakery 4", "Flag", None, "Stalled")
    with pytest.raises(WriteRefused, match="Nothing can be written"):
        whole.write(Changes([cell], [], found.layout, found.fingerprint))
