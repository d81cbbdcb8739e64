"""A small business in a real workbook, for tests of whole runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl

from sheetops.jobs import daily as run
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.template import build
from sheetops.workbook.contract import SETTING_LIST, TABS
from sheetops.workbook.raw import Value
from tests.sheets import grid

FRIDAY = date(2026, 11, 20)
Rows = Mapping[str, Sequence[Mapping[str, Value]]]

CLIENTS = (
    ("C1", "Anna Amber", date(2026, 11, 10)),
    ("C2", "Bert Birch", date(2026, 11, 10)),
    ("C3", "Cleo Cedar", date(2026, 11, 18)),
)
ROWS: Rows = {
    "Clients": [
        {
            "Client ID": key,
            "Client": name,
            "First name": name.split()[0],
            "Email": f"{name.split()[0].lower()}@example.com",
            "Offer": "Coaching",
            "Owner": "Mei",
            "Status": "Active",
            "Start date": start,
        }
        for key, name, start in CLIENTS
    ],
    "Offers": [{"Offer": "Coaching"}],
    "Offer steps": [
        {
            "Offer": "Coaching",
            "Order": 1,
            "Step": "Form",
            "Waiting on": "Client",
            "Working days": 3,
        },
        {"Offer": "Coaching", "Order": 2, "Step": "Call", "Waiting on": "Team", "Working days": 5},
    ],
    "Messages": [
        {
            "Message": "Nudge",
            "To": "client",
            "When": "waiting 2 days",
            "Subject": "{{Step}}, please",
            "Body": "Hello {{First name|there}},\n\n{{Step}} waits.\n\n{{Owner}}",
        }
    ],
    "Team": [{"Name": "Mei", "Email": "mei@example.org"}],
}
SETTINGS = {
    "Workbook id": "small",
    "Sending": "send",
    "Business name": "Small & Co",
    "Sender address": "hello@example.org",
}


_BUILT: dict[str, bytes] = {}


def _built(rows: Rows, settings: Mapping[str, str]) -> bytes:
    """The workbook as bytes, each built once: every tab with its headings, as the template has
    them, but none of its looks, which would take most of the time to build, read and save."""
    name = repr((rows, settings))
    if name not in _BUILT:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        chosen = {
            known.name: settings.get(known.name, known.default) or None for known in SETTING_LIST
        }
        tabs = {**rows, "Settings": [{"Setting": n, "Value": v} for n, v in chosen.items()]}
        for tab in TABS:
            page = workbook.create_sheet(tab.name)
            for row in grid(tab.name, tabs.get(tab.name, ())):
                page.append(row)
        saved = BytesIO()
        workbook.save(saved)
        _BUILT[name] = saved.getvalue()
    return _BUILT[name]


class Business:
    """A workbook, its outbox and its ledger in one folder, and what staff do to it."""

    def __init__(
        self,
        folder: Path,
        rows: Rows = ROWS,
        settings: Mapping[str, str] | None = None,
        *,
        template: bool = False,
    ) -> None:
        """`template` lays the workbook out with all its looks, which takes half a second."""
        self.folder = folder
        self.path = folder / "clients.xlsx"
        self.outbox = folder / "outbox"
        chosen = {**SETTINGS, **(settings or {})}
        if template:
            build(self.path, rows=rows, settings=chosen)
        else:
            self.path.write_bytes(_built(rows, chosen))

    @property
    def settings(self) -> Settings:
        return Settings(
            workbook=WorkbookSettings(path=self.path, copies=self.folder / "copies"),
            mail=MailSettings(outbox=self.outbox),
            ledger=LedgerSettings(path=self.folder / "ledger" / "small.ledger"),
        )

    def request(self, day: date = FRIDAY, *, force: bool = False) -> Request:
        moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        return Request(self.settings, day, force=force, clock=lambda: moment)

    def daily(self, day: date = FRIDAY, *, force: bool = False) -> Applied:
        return run.daily(self.request(day, force=force))

    def mails(self) -> list[str]:
        """Names of the files in the outbox."""
        return sorted(path.name for path in self.outbox.glob("*.eml"))

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """The rows of a tab that hold anything, by heading."""
        workbook = openpyxl.load_workbook(self.path, read_only=True)  # five times as fast
        sheet = workbook[tab]
        sheet.reset_dimensions()  # the cells count, not what the file says of their number
        headings, *rows = (row for row in sheet.values if any(v is not None for v in row))
        workbook.close()
        return [dict(zip_longest(map(str, headings), row)) for row in rows]

    def edit(self, tab: str, change: Callable[[Any, dict[str, int]], None]) -> None:
        """A member of staff opens the workbook, changes a tab and saves it."""
        workbook = openpyxl.load_workbook(self.path)
        sheet = workbook[tab]
        columns = {str(cell.value): cell.column for cell in sheet[1] if cell.value}
        change(sheet, columns)
        workbook.save(self.path)

    def type_in(self, tab: str, row: int, heading: str, value: Value) -> None:
        """A member of staff types one value; rows count as in the sheet."""

        def change(sheet: Any, columns: dict[str, int]) -> None:
            sheet.cell(row, columns[heading]).value = value

        self.edit(tab, change)
