"""How often Google is asked, and that what fails on the way is neither lost nor doubled."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sheetops.errors import GoogleError
from sheetops.stores.google import GoogleStore, write
from sheetops.stores.google.errors import Uncertain
from sheetops.workbook import book as books
from sheetops.workbook.changes import CellChange, Changes, NewRow
from tests.jobs.small import FRIDAY
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.faults import Fault, reads, tokens, writes
from tests.sheets_server.running import Running
from tests.sheets_server.service import Request
from tests.sheets_server.staff import Staff
from tests.stores.google import making
from tests.stores.google.office import Office

MONDAY = date(2026, 11, 23)
TABS: making.Tabs = {
    "Clients": [["Client ID", "Client", "Flag"], ["C1", "Anna"], ["C2", "Bert"]],
    "Offer steps": [["Offer", "Order", "Step"]],
    "Steps": [["Client", "Step", "Done", "Flag"], ["Anna", "Form"]],
}


def puts(request: Request) -> bool:
    """Requests that put values in their place."""
    return "values:batchUpdate" in request.url


def kinds(google: Running) -> list[str]:
    """What was asked, shortly."""
    last = [one.url.partition("?")[0].rpartition("/")[2] for one in google.sheet_requests]
    return [name.rpartition(":")[2] if ":" in name else "open" for name in last]


def adds(request: Request) -> bool:
    """Requests that add rows."""
    return b"appendCells" in request.body


@pytest.fixture
def made(google: Running) -> tuple[Spreadsheet, GoogleStore]:
    google.strict = False
    return making.make(google, TABS, rows=12)


def changes(store: GoogleStore, rows: int = 0) -> Changes:
    found = books.read(store.read())
    cells = [CellChange("Clients", key, "Flag", None, f"Flag of {key}") for key in ("C1", "C2")]
    new = [
        NewRow("Steps", f"x{at}", {"Client": "Bert", "Step": f"Step {at}", "Flag": f"new {at}"})
        for at in range(rows)
    ]
    return Changes(cells, new, found.layout, found.fingerprint)


def flags(book: Spreadsheet) -> list[str]:
    return [row[2] if row[2:] else "" for row in Staff(book).reads("Clients!A2:C")]


def steps(book: Spreadsheet) -> Counter[str]:
    return Counter(row[1] for row in Staff(book).reads("Steps!A2:B"))


def test_a_run_that_only_changes_statuses_asks_three_times(google: Running, tmp_path: Path) -> None:
    office = Office(tmp_path, google)
    office.daily(FRIDAY)
    google.log.clear()
    done = office.daily(MONDAY)
    assert done.receipt.cells > 5
    assert kinds(google) == ["open", "batchGet", "batchUpdate"]
    assert all("/values:" in one.url for one in google.sheet_requests[1:])
    google.log.clear()
    assert office.daily(MONDAY).receipt.cells == 0
    assert kinds(google) == ["open", "batchGet", "batchUpdate"]
    assert google.sheet_requests[-1].request.json()["data"][0]["range"] == "'_sheetops'!B4"
    assert len(google.sheet_requests[-1].request.json()["data"]) == 1
    assert {row["Flag"] for row in office.shown("Clients")} == {"Stalled", "Due soon"}


def test_rows_cost_one_request_more_and_one_to_read_them_back(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, store = made
    google.log.clear()
    store.write(changes(store, rows=3))
    assert kinds(google) == ["open", "batchGet", "batchUpdate", "batchGet", "batchUpdate"]
    assert sum(steps(book).values()) == 4
    assert flags(book) == ["Flag of C1", "Flag of C2"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 429, retry_after="7"),
        Fault("status", 429, times=2),
        Fault("status", 500),
        Fault("status", 503, after=True),
        Fault("drop"),
        Fault("drop", after=True),
        Fault("expired"),
    ],
    ids=["429 in 7 s", "429 twice", "500", "503 after", "drop", "drop after", "expired"],
)
@pytest.mark.parametrize("hits", [reads, puts], ids=["read", "write"])
def test_what_can_be_repeated_is_repeated(
    google: Running, made: tuple[Spreadsheet, GoogleStore], fault: Fault, hits: object
) -> None:
    book, _ = made
    waits: list[float] = []
    store = making.store_of(google, book, waits.append)
    kept = Fault(fault.kind, fault.status, fault.after, fault.retry_after, times=fault.times)
    kept.hits = hits  # type: ignore[assignment] # one of the two above
    google.fail(kept)
    store.write(changes(store))
    assert flags(book) == ["Flag of C1", "Flag of C2"]
    assert sum(waits) < 64
    if fault.retry_after:
        assert waits[0] >= 7


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault("status", 500, hits=adds), False),
        (Fault("status", 503, after=True, hits=adds), True),
        (Fault("drop", hits=adds), False),
        (Fault("drop", after=True, hits=adds), True),
    ],
    ids=["500", "503 after", "drop", "drop after"],
)
def test_rows_are_never_added_twice_and_the_next_run_adds_what_is_missing(
    google: Running, made: tuple[Spreadsheet, GoogleStore], fault: Fault, *, arrived: bool
) -> None:
    book, store = made
    google.fail(Fault(fault.kind, fault.status, fault.after, hits=fault.hits))
    google.log.clear()
    with pytest.raises(Uncertain, match="The next run looks, and adds what is missing"):
        store.write(changes(store, rows=3))
    assert sum(adds(one.request) for one in google.log) == 1
    assert sum(steps(book).values()) == (4 if arrived else 1)
    assert flags(book) == ["Flag of C1", "Flag of C2"]  # statuses are not lost with them
    again = changes(store, rows=3)
    missing = [row for row in again.rows if row.values["Step"] not in steps(book)]
    store.write(Changes(again.cells, missing, again.layout, again.fingerprint))
    assert set(steps(book).values()) == {1}
    assert sum(steps(book).values()) == 4


def test_a_row_that_google_did_not_begin_to_add_is_added(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, store = made
    google.fail(Fault("status", 429, hits=adds))
    store.write(changes(store, rows=3))
    assert sum(steps(book).values()) == 4


@pytest.mark.parametrize("after", [False, True])
def test_no_answer_ends_in_bounded_time_with_a_sentence(
    google: Running, made: tuple[Spreadsheet, GoogleStore], *, after: bool
) -> None:
    book, _ = made
    store = making.store_of(google, book)
    wanted = changes(store, rows=1)
    store.client.set_timeout((5, 1.5))
    google.fail(Fault("hang", after=after, hits=adds))
    began = time.monotonic()
    with pytest.raises(GoogleError, match="did not answer in time"):
        store.write(wanted)
    assert time.monotonic() - began < 20
    assert flags(book) == ["Flag of C1", "Flag of C2"]


def test_trouble_without_end_is_told_after_a_few_tries(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, _ = made
    waits: list[float] = []
    store = making.store_of(google, book, waits.append)
    google.fail(Fault("status", 503, times=99, hits=reads))
    with pytest.raises(GoogleError, match="trouble of its own"):
        store.read()
    assert len(waits) == 4
    assert sum(waits) < 64


def test_a_wait_that_is_too_long_is_not_begun(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, _ = made
    waits: list[float] = []
    store = making.store_of(google, book, waits.append)
    google.fail(Fault("status", 429, retry_after="900", times=99))
    with pytest.raises(GoogleError, match="limit of requests"):
        store.read()
    assert waits == []


def test_a_half_that_was_sent_is_completed_by_the_next_run(
    google: Running, made: tuple[Spreadsheet, GoogleStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    book, store = made
    monkeypatch.setattr(write.batches, "__defaults__", (60,))
    wanted = changes(store)
    google.log.clear()
    google.fail(Fault("status", 503, hits=writes, skip=1, times=99))
    with pytest.raises(GoogleError):
        store.write(wanted)
    google.script.faults.clear()
    assert kinds(google).count("batchUpdate") > 2
    store.write(changes(store))
    assert flags(book) == ["Flag of C1", "Flag of C2"]
    assert not store.read().troubles


def test_no_request_is_larger_than_two_million_bytes(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    _, store = made
    found = books.read(store.read())
    long = "x" * 1500
    new = [
        NewRow("Steps", f"x{at}", {"Client": f"Client {at // 10}", "Step": f"S{at} {long}"})
        for at in range(2000)
    ]
    google.log.clear()
    store.write(Changes((), new, found.layout, found.fingerprint))
    sizes = [one.size for one in google.sheet_requests]
    assert max(sizes) < 2_000_000
    assert sum(sizes) > 2_500_000
    assert sum(adds(one.request) for one in google.log) == 2


def test_a_token_that_cannot_be_had_is_told(
    google: Running, made: tuple[Spreadsheet, GoogleStore]
) -> None:
    book, _ = made
    store = making.store_of(google, book)
    google.fail(Fault("drop", times=99, hits=tokens))
    with pytest.raises(GoogleError, match="cannot be reached"):
        store.read()
