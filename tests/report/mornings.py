"""Mornings to report on: the demo business, and small ones by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sheetops.model.history import History
from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.stores.excel.read.read import read
from sheetops.template import build, demo
from sheetops.workbook import book
from sheetops.workbook.raw import Value
from tests.report.made import TODAY
from tests.sheets import grid, sheet

Rows = Iterable[Mapping[str, Value]]


@lru_cache(maxsize=1)
def of_demo() -> Snapshot:
    """The sixty made-up clients, before the first run."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clients.xlsx"
        build(path, rows=demo.business(TODAY), settings=demo.settings(TODAY))
        return take_snapshot(book.read(read(path)), History(), TODAY)


def of_rows(today: date = TODAY, /, **tabs: Rows) -> Snapshot:
    """The morning of a workbook with these rows, by tab (`Offer_steps`: Offer steps); the three
    needed tabs are always there."""
    given = {name.replace("_", " "): rows for name, rows in tabs.items()}
    wanted = {"Clients": [], "Offer steps": [], "Steps": [], **given}
    raw = sheet({name: grid(name, rows) for name, rows in wanted.items()})
    return take_snapshot(book.read(raw), History(), today)
