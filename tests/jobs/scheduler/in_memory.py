"""The small business with its workbook in memory, for tests of when a job runs and who hears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sheetops.errors import WorkbookMissing
from sheetops.jobs.context import Request
from sheetops.stores.memory import MemoryStore
from sheetops.workbook.contract import BY_NAME, SETTING_LIST
from sheetops.workbook.raw import RawBook, Value
from tests.jobs.small import FRIDAY, ROWS, SETTINGS, Business, Rows
from tests.sheets import grid


class _OfFile(MemoryStore):
    """Cannot be read while its file is away."""

    def __init__(self, path: Path, rows: Rows) -> None:
        super().__init__({tab: grid(tab, rows.get(tab, ())) for tab in BY_NAME})
        self.path = path

    def read(self) -> RawBook:
        if not self.path.exists():
            raise WorkbookMissing(f"There is no workbook at {self.path}.", "Bring it back.")
        return super().read()


class MemoryBusiness(Business):
    """As `Business`; an empty file stands for the workbook, which is missing where that is away."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.path = folder / "clients.xlsx"
        self.path.touch()
        self.outbox = folder / "outbox"
        values = {one.name: "" for one in SETTING_LIST} | SETTINGS | dict(settings or {})
        rows = {**ROWS, "Settings": [{"Setting": n, "Value": v} for n, v in values.items()]}
        self.store = _OfFile(self.path, rows)

    def request(self, day: date = FRIDAY, *, force: bool = False) -> Request:
        request = super().request(day, force=force)
        return replace(request, open_store=lambda *_: self.store)

    def rows(self, tab: str) -> list[dict[str, Any]]:
        headings, *rows = self.store.tabs[tab]
        return [dict(zip_longest(map(str, headings), row)) for row in rows]

    def type_in(self, tab: str, row: int, heading: str, value: Value) -> None:
        headings = self.store.tabs[tab][0]
        cells = self.store.tabs[tab][row - 1]
        cells.extend([None] * (len(headings) - len(cells)))
        cells[headings.index(heading)] = value
