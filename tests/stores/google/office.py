"""A small business in a Google Sheet, for tests of whole runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sheetops.jobs import daily as run
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.settings import (
    GoogleSettings,
    LedgerSettings,
    MailSettings,
    Settings,
    WorkbookSettings,
)
from sheetops.stores.google import prepare
from sheetops.stores.google.connection import connected
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.raw import Value
from tests.jobs.small import FRIDAY, ROWS, SETTINGS
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.running import Running
from tests.sheets_server.staff import Staff
from tests.stores.google import making

Rows = Mapping[str, Sequence[Mapping[str, Value]]]


class Office:
    """A prepared sheet with a business in it, its outbox and its ledger."""

    def __init__(
        self,
        folder: Path,
        google: Running,
        rows: Rows = ROWS,
        settings: Mapping[str, str] | None = None,
        *,
        height: int = 40,
        **more: Any,
    ) -> None:
        self.folder, self.google = folder, google
        chosen = {**SETTINGS, **(settings or {})}
        every = {
            **{tab: [] for tab in ("Steps", "Follow-ups", "Runs")},
            **rows,
            "Settings": [{"Setting": name, "Value": value} for name, value in chosen.items()],
        }
        cells = {tab: _cells(tab, those) for tab, those in every.items()}
        self.book: Spreadsheet = google.create("Clients", {}, **more)
        making.fill(self.book, making.as_typed(cells), rows=height)
        self.staff = Staff(self.book)
        self.store = connected(self.book.id, "service account", google.credentials, 30)
        prepare.prepare(self.store, small=True, rows=height)
        google.log.clear()

    @property
    def settings(self) -> Settings:
        address = f"https://docs.google.com/spreadsheets/d/{self.book.id}/edit#gid=0"
        return Settings(
            workbook=WorkbookSettings(google=address),
            mail=MailSettings(outbox=self.folder / "outbox"),
            ledger=LedgerSettings(path=self.folder / "ledger" / "small.ledger"),
            google=GoogleSettings(key_file=self.google.credentials, timeout=30),
        )

    def daily(self, day: date = FRIDAY) -> Applied:
        moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        return run.daily(Request(self.settings, day, clock=lambda: moment))

    def shown(self, tab: str) -> list[dict[str, str]]:
        """What people see: the rows of a tab by heading, blank ones left out."""
        head, *rows = [*self.staff.reads(f"'{tab}'"), []][:-1] or [[]]
        found = [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in rows]
        return [row for row in found if any(row.values())]


def _cells(tab: str, rows: Sequence[Mapping[str, Value]]) -> list[list[Value]]:
    columns = [column.heading for column in prepare.ordered(BY_NAME[tab])]
    return [[*columns], *([row.get(heading) for heading in columns] for row in rows)]
