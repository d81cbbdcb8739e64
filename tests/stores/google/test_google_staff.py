"""What staff do to a sheet between runs and during them, and what the next run makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sheetops.errors import GoogleError
from sheetops.stores.google import GoogleStore, prepare
from sheetops.workbook import book as books
from sheetops.workbook.changes import Changes, NewRow
from tests.jobs.small import FRIDAY
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.running import Running
from tests.sheets_server.service import Request
from tests.sheets_server.staff import Staff
from tests.stores.google import making
from tests.stores.google.office import Office

TABS: making.Tabs = {
    "Clients": [["Client ID", "Client", "Flag"], ["C1", "Anna"], ["C2", "Bert"]],
    "Offer steps": [["Offer", "Order", "Step"]],
    "Steps": [["Client", "Step", "Owner", "Waiting on", "Done", "Flag"], ["Anna", "Form"]],
    "Follow-ups": [["Decision", "Subject", "Body", "Follow-up ID", "Outcome"]],
}


@pytest.fixture
def made(google: Running) -> Iterator[tuple[Spreadsheet, GoogleStore]]:
    strict, google.strict = google.strict, False
    yield making.make(google, TABS, rows=12)
    google.strict = strict


def before_adding(google: Running, act: Callable[[], None]) -> None:
    """Let staff do something right before rows are added."""

    def hook(request: Request) -> None:
        if b"appendCells" in request.body:
            google.no_hooks()
            act()

    google.before_request(hook)


def added(store: GoogleStore, tab: str, values: dict[str, str]) -> Changes:
    found = books.read(store.read())
    return Changes((), [NewRow(tab, "new", values)], found.layout, found.fingerprint)


FOLLOW_UP = {"Subject": "Your form", "Body": "Dear Anna", "Follow-up ID": "F1", "Outcome": "Held"}


def test_words_that_came_under_a_wrong_heading_are_not_taken_for_others(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, store = made
    staff = Staff(book)
    changes = added(store, "Follow-ups", FOLLOW_UP)
    before_adding(google, lambda: staff.moves_columns("Follow-ups", 3, 2))
    with pytest.raises(GoogleError, match="Columns of Follow-ups were moved while 1 rows"):
        store.write(changes)
    assert staff.reads("'Follow-ups'!A2:D2") == [["", "Your form", "Dear Anna", "F1"]]
    raw = store.read()
    found = books.read(raw)
    assert "Follow-ups!B2" in found.tables["Follow-ups"].frame.loc["F1"]["doubt"]
    told = sorted((one.cell, one.found) for one in raw.troubles)
    words = "columns were moved while this row came in: it belongs under"
    assert told == [("B2", f'{words} "Subject".'), ("C2", f'{words} "Body".')]
    staff.types("'Follow-ups'!B2", "Dear Anna")
    staff.types("'Follow-ups'!C2", "Your form, please")
    raw = store.read()
    row = books.read(raw).tables["Follow-ups"].frame.loc["F1"]
    assert (row["Subject"], row["Body"], row["doubt"]) == ("Your form, please", "Dear Anna", "")
    assert raw.troubles == ()


def test_a_row_under_wrong_headings_may_be_deleted_and_is_added_again(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, store = made
    staff = Staff(book)
    values = {"Client": "Bert", "Step": "Call", "Owner": "Cleo", "Waiting on": "Client"}
    changes = added(store, "Steps", values)
    before_adding(google, lambda: staff.moves_columns("Steps", 4, 3))
    with pytest.raises(GoogleError, match="wrong headings"):
        store.write(changes)
    assert {one.cell for one in store.read().troubles} == {"C3", "D3"}
    staff.deletes_rows("Steps", 3)
    store.write(added(store, "Steps", values))
    assert staff.reads("Steps!A1:D3")[::2] == [
        ["Client", "Step", "Waiting on", "Owner"],
        ["Bert", "Call", "Client", "Cleo"],
    ]
    assert store.read().troubles == ()


def test_columns_that_move_with_the_row_are_no_trouble(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, store = made
    staff = Staff(book)
    changes = added(store, "Follow-ups", FOLLOW_UP)
    seen: list[bool] = []

    def hook(request: Request) -> None:
        seen.append(b"appendCells" in request.body)
        if seen[-2:] == [True, False]:
            staff.moves_columns("Follow-ups", 3, 2)

    google.before_request(hook)
    store.write(changes)
    google.no_hooks()
    assert staff.reads("'Follow-ups'!B1:C2") == [["Body", "Subject"], ["Dear Anna", "Your form"]]
    assert store.read().troubles == ()


@pytest.mark.parametrize("tab", ["Clients", "Steps"])
def test_a_tab_that_staff_deleted_is_made_anew(
    made: tuple[Spreadsheet, GoogleStore], tab: str
) -> None:
    book, store = made
    Staff(book).deletes_tab(tab)
    assert prepare.prepare(store, small=True, rows=12) == (tab,)
    found = store.look()
    assert found.is_prepared
    assert all(found.tabs[name].own is not None for name in ("Clients", "Steps"))
    assert found.book.troubles == ()


def test_a_tab_of_ours_that_the_owner_deleted_is_made_anew_with_the_same_columns(
    made: tuple[Spreadsheet, GoogleStore],
) -> None:
    book, store = made
    staff = Staff(book)
    headings = staff.reads("Clients!1:1")
    Staff(book, book.owner).deletes_tab("_sheetops Clients")
    assert store.read().troubles[0].mend.startswith("Run: sheetops init --google")
    prepare.prepare(store, small=True, rows=12)
    assert staff.reads("Clients!1:1") == headings
    assert store.read().troubles == ()


def test_nothing_is_sent_with_words_under_wrong_headings(google: Running, tmp_path: Path) -> None:
    office = Office(tmp_path, google, settings={"Sending": "ask"})
    heads = office.staff.reads("'Follow-ups'!1:1")[0]
    subject, body = heads.index("Subject") + 1, heads.index("Body") + 1
    before_adding(google, lambda: office.staff.moves_columns("Follow-ups", body, subject))
    with pytest.raises(GoogleError, match="wrong headings"):
        office.daily(FRIDAY)
    listed = office.shown("Follow-ups")
    assert listed
    assert len(listed[0]["Subject"]) > len(listed[0]["Body"])
    for row in range(2, len(listed) + 2):
        office.staff.types(f"'Follow-ups'!A{row}", "Send")
    office.daily(FRIDAY)
    mails = [path.read_text("utf-8") for path in tmp_path.rglob("*.eml")]
    assert not [mail for mail in mails if "anna@example.com" in mail]  # only the team's own
    assert {row["Outcome"] for row in office.shown("Follow-ups")} == {"Held"}
    assert len(office.shown("Follow-ups")) == len(listed)
    for row in range(len(listed) + 1, 1, -1):
        office.staff.deletes_rows("Follow-ups", row)
    office.daily(FRIDAY)
    again = office.shown("Follow-ups")
    assert {row["Subject"]: row["Body"] for row in again} == {
        row["Body"]: row["Subject"] for row in listed
    }
