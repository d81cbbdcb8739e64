"""What a run on a large Google Sheet asks: requests, bytes, seconds; beside gspread scripts.

    python -m tests.benchmarks.google_sheet [--clients 10000] [--json FILE]

The sheet is on the test server, on this computer: the seconds there are the server's, which works
out every formula in Python, and say little about Google's; `own` are ours alone. Compared are the
same changes by `update_cell`, one request a cell as many scripts do it (a hundred of them, and the
rest by multiplication), and by one `batch_update` a tab, by row number, as a careful one does.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import gspread

from sheetops.stores.google import GoogleStore
from sheetops.workbook import book as books
from sheetops.workbook.changes import CellChange, Changes
from sheetops.workbook.raw import Value, address
from tests.sheets_server.book import Cell, Spreadsheet
from tests.sheets_server.running import Running
from tests.stores.google import making

STEPS = 10
_TRIED = 100
_RUNS = (
    ("all changed", 1.0, "first"),
    ("1 % changed", 0.01, "now"),
    ("nothing changed", 0.0, "now"),
)
SAID = {"Clients": ("Flag", "Why"), "Steps": ("Flag", "Why")}


@dataclass(frozen=True)
class Cost:
    """What one way of doing it took. `by_row`: a sort meanwhile would have put it elsewhere."""

    name: str
    requests: int
    sent: int
    received: int
    seconds: float
    own: float
    by_row: bool = False


def tabs(clients: int) -> dict[str, list[list[Value]]]:
    """The business: every client has the same ten steps."""
    day = date(2026, 11, 2)
    said: list[Value] = ["On track", "as it should be"]
    rows: list[list[Value]] = [
        [f"C{at:05d}", f"Client {at:05d}", "Coaching", "Active", day, *said]
        for at in range(clients)
    ]
    steps: list[list[Value]] = [
        [f"C{at:05d}", f"Step {step}", None, *said]
        for at in range(clients)
        for step in range(STEPS)
    ]
    offered: list[list[Value]] = [
        ["Coaching", step, f"Step {step}", "Client", 3] for step in range(STEPS)
    ]
    return {
        "Clients": [_head("Client ID", "Client", "Offer", "Status", "Start date"), *rows],
        "Offer steps": [["Offer", "Order", "Step", "Waiting on", "Working days"], *offered],
        "Steps": [_head("Client", "Step", "Done"), *steps],
    }


def _head(*headings: str) -> list[Value]:
    return [*headings, "Flag", "Why"]


def measured(google: Running, name: str, does: Callable[[], Any], *, by_row: bool = False) -> Cost:
    """What it took to do something once."""
    google.log.clear()
    began = time.perf_counter()
    waited = does() or 0.0
    seconds = time.perf_counter() - began
    asked = google.sheet_requests
    received = sum(len(one.reply.body) for one in asked if one.reply is not None)
    own = seconds - waited if waited else float("nan")
    return Cost(name, len(asked), sum(one.size for one in asked), received, seconds, own, by_row)


def run(store: GoogleStore, share: float, word: str) -> float:
    """A run that changes the statuses of a share of all rows; seconds that it waited."""
    before = store.asked.seconds
    found = books.read(store.read())
    cells = []
    for tab, headings in SAID.items():
        frame = found.frame(tab)
        every = round(1 / share) if share else len(frame) + 1
        keys = frame.index.tolist()[every - 1 :: every]
        for heading in headings:
            old = frame[heading]
            cells += [CellChange(tab, key, heading, old[key], f"{word} {key}") for key in keys]
    store.write(Changes(cells, (), found.layout, found.fingerprint))
    return store.asked.seconds - before


def _ours(google: Running, cells: Mapping[str, list[list[Value]]]) -> GoogleStore:
    """A sheet that was prepared when it was empty, and then filled by staff."""
    few = {tab: [[*rows[0][:-2]]] if tab != "Offer steps" else rows for tab, rows in cells.items()}
    book, _ = making.make(google, few, rows=5)
    for tab in ("Clients", "Steps"):
        sheet, rows = book.titled(tab), making.as_typed(cells)[tab]
        assert sheet is not None
        sheet.rows = len(rows)
        for row, values in enumerate(rows):
            for column, value in enumerate(values[:-2] if row else ()):
                if value != "":
                    sheet.put(row, column, Cell(value))
    book.touched()
    return making.store_of(google, book, timeout=600)


def by_cell(google: Running, book: Spreadsheet, clients: int) -> Cost:
    """The script that calls `update_cell`."""
    sheet = gspread.service_account(filename=google.credentials).open_by_key(book.id)
    changed = [clients // 100, clients * STEPS // 100]

    def does() -> None:
        for tab, heads in (("Clients", 6), ("Steps", 4)):
            page = sheet.worksheet(tab)
            page.get_all_values()
            for at in range(_TRIED // 4):
                for column in (heads, heads + 1):
                    page.update_cell(at * 100 % clients + 2, column, "Stalled")

    cost = measured(google, "gspread, update_cell", does, by_row=True)
    reads = [one for one in google.sheet_requests if one.method == "GET"]
    puts = [one for one in google.sheet_requests if one.method != "GET"]
    times = 2 * sum(changed) / len(puts)
    sent = round(sum(one.size for one in puts) * times)
    requests = len(reads) + round(len(puts) * times)
    return Cost(
        f"{cost.name} ({len(puts)} tried)", requests, sent, cost.received, cost.seconds * times,
        float("nan"), by_row=True,
    )  # fmt: skip


def by_batch(google: Running, book: Spreadsheet, clients: int) -> Cost:
    """The script that reads each tab once and writes each once."""

    def does() -> None:
        sheet = gspread.service_account(filename=google.credentials).open_by_key(book.id)
        for tab, heads, rows in (("Clients", 6, clients), ("Steps", 4, clients * STEPS)):
            page = sheet.worksheet(tab)
            page.get_all_values()
            page.batch_update(
                [
                    {"range": address(row, column), "values": [[f"Stalled {row}"]]}
                    for row in range(2, rows + 2, 100)
                    for column in (heads, heads + 1)
                ]
            )

    return measured(google, "gspread, batch_update", does, by_row=True)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    costs: list[Cost] = []
    with Running(strict=False) as google, google.environment():
        cells = tabs(chosen.clients)
        plain = google.create("Plain", {})
        making.fill(plain, making.as_typed(cells), rows=0)
        costs += [by_cell(google, plain, chosen.clients), by_batch(google, plain, chosen.clients)]
        store = _ours(google, cells)
        for name, share, word in _RUNS:
            work = partial(run, store, share, word)
            costs.append(measured(google, f"sheetops, {name}", work))
    print(f"{chosen.clients:,} clients, {chosen.clients * STEPS:,} steps")
    print(f"{'':34}{'requests':>9}{'sent':>14}{'received':>14}{'seconds':>9}{'own':>7}  by row")
    for one in costs:
        row = "yes" if one.by_row else "no"
        print(
            f"{one.name:34}{one.requests:9,}{one.sent:14,}{one.received:14,}"
            f"{one.seconds:9.1f}{one.own:7.1f}  {row}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(one) for one in costs], indent=2), "utf-8")


if __name__ == "__main__":
    main()
