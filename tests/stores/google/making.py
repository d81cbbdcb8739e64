"""Prepared Google Sheets for tests, on a server of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sheetops.stores.google import GoogleStore, credentials, prepare
from sheetops.stores.google.client import Patience
from sheetops.stores.google.values import to_sheet
from sheetops.workbook.raw import Value
from tests.sheets_server.book import Cell, Sheet, Spreadsheet
from tests.sheets_server.running import Running

Tabs = Mapping[str, Sequence[Sequence[Value]]]
MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def store_of(
    google: Running,
    book: Spreadsheet,
    sleep: Callable[[float], None] | None = None,
    timeout: float = 30,
) -> GoogleStore:
    """The store of a spreadsheet; waits take no time unless `sleep` is given."""
    signed_in = credentials.sign_in("service account", google.credentials)
    patience = Patience(sleep=sleep or (lambda _seconds: None))
    return GoogleStore(book.id, signed_in, lambda: MOMENT, timeout=timeout, patience=patience)


def make(
    google: Running, tabs: Tabs, *, small: bool = True, rows: int = 40, **more: Any
) -> tuple[Spreadsheet, GoogleStore]:
    """A spreadsheet with these tabs, typed in by staff, and prepared."""
    cells = as_typed(tabs)
    book = google.create("Clients", {}, **more)
    fill(book, cells, rows=rows)
    store = store_of(google, book)
    prepare.prepare(store, small=small, rows=rows)
    google.log.clear()
    return book, store


def fill(book: Spreadsheet, cells: Mapping[str, Sequence[Sequence[Any]]], rows: int = 40) -> None:
    """Give a new spreadsheet these tabs with their cells as they are: text stays text."""
    book.sheets = []
    for number, (title, content) in enumerate(cells.items()):
        sheet = Sheet(number, title, max(rows, len(content)), max(26, *map(len, content), 0))
        for row, values in enumerate(content):
            for column, value in enumerate(values):
                if value != "":
                    sheet.put(row, column, Cell(value))
        book.sheets.append(sheet)
    book.touched()


def as_typed(tabs: Tabs) -> dict[str, list[list[Any]]]:
    """The cells as a sheet holds them: dates are numbers."""
    return {tab: [[to_sheet(value) for value in row] for row in rows] for tab, rows in tabs.items()}
