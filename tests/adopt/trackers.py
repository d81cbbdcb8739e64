"""A tracker as a small business keeps it, and what a person who knows it would say of it.

A heading of ours that a tracker does not list may not be found in it: that would be a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

TODAY = date(2026, 11, 24)
FIRMS = (
    "Amber Studio", "Birch & Co", "Cedar Dental", "Dune Travel", "Elm Bakery", "Fern Legal",
    "Grove Fitness", "Heath Homes", "Ivy Florist", "Juniper Tech", "Kelp Cafe", "Linden Media",
)  # fmt: skip
Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Sheet:
    """The rows of a tab from A1 on, and its merged areas."""

    rows: Cells
    merges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tracker:
    """A workbook, and what a person who knows it would say of it."""

    name: str
    sheets: Mapping[str, Sheet]
    tabs: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    shape: str
    steps: tuple[str, ...] = ()
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Columns that the job can do without: they may be found, or not."""
    clients: int = 0

    def save(self, folder: Path) -> Path:
        """The tracker as a workbook file."""
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, sheet in self.sheets.items():
            tab = workbook.create_sheet(title)
            for at, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row, 1):
                    if value is not None:
                        tab.cell(at, column).value = value
            for area in sheet.merges:
                tab.merge_cells(area)
        path = folder / f"{self.name}.xlsx"
        workbook.save(path)
        return path


def mail(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@example.com"


def day(back: int) -> date:
    return TODAY - timedelta(days=back)
