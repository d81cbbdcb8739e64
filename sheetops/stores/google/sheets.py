"""The tabs of a spreadsheet as Google describes them, and the titles of those that are ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sheetops.stores.google.client import Client
from sheetops.workbook.contract import Tab

PREFIX = "_sheetops"
STATE = PREFIX
"""The tab in which the store remembers what it did last."""
FIELDS = (
    "properties(title,locale,timeZone),sheets(properties(sheetId,title,hidden,sheetType,"
    "gridProperties(rowCount,columnCount)),merges,protectedRanges(range,warningOnly),tables(name))"
)

_ENDS = {"endRowIndex", "endColumnIndex"}


def own_title(tab: Tab) -> str:
    """The title of our hidden tab that holds the statuses of a staff's tab."""
    return f"{PREFIX} {tab.name}"


def is_own(title: str) -> bool:
    """Whether a tab is one of our hidden ones."""
    return title == STATE or title.startswith(f"{PREFIX} ")


def quoted(title: str) -> str:
    """A title as it stands in an address."""
    return "'" + title.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Page:
    """One tab: its id, which nobody can change, its title, its size, merged areas."""

    id: int
    title: str
    rows: int
    columns: int
    hidden: bool = False
    protected: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    has_table: bool = False
    """Whether staff have turned a range of it into a Google table."""


@dataclass(frozen=True)
class Opened:
    """The spreadsheet without its cells."""

    title: str
    locale: str
    zone: str
    pages: Mapping[int, Page] = field(default_factory=dict)

    @cached_property
    def titled(self) -> Mapping[str, Page]:
        """The tabs by title, in their order."""
        return {page.title: page for page in self.pages.values()}


def open_sheet(client: Client) -> Opened:
    """Ask what there is: one request. Raises GoogleError."""
    found: dict[str, Any] = client.spreadsheets_get(
        client.context.spreadsheet, params={"fields": FIELDS}
    )
    about = found.get("properties", {})
    sheets = found.get("sheets", ())
    pages = [_page(sheet) for sheet in sheets if "gridProperties" in sheet.get("properties", {})]
    return Opened(
        str(about.get("title", "")),
        str(about.get("locale", "en_US")),
        str(about.get("timeZone", "Etc/GMT")),
        {page.id: page for page in pages},
    )


def _page(sheet: Mapping[str, Any]) -> Page:
    about = sheet["properties"]
    grid = about["gridProperties"]
    protected = any(
        not one.get("warningOnly") and not one.get("range", {}).keys() & _ENDS
        for one in sheet.get("protectedRanges", ())
    )
    return Page(
        int(about.get("sheetId", 0)),
        str(about["title"]),
        int(grid.get("rowCount", 0)),
        int(grid.get("columnCount", 0)),
        bool(about.get("hidden")),
        protected,
        tuple(_merge(one) for one in sheet.get("merges", ())),
        bool(sheet.get("tables")),
    )


def _merge(area: Mapping[str, int]) -> tuple[int, int, int, int]:
    return (
        area.get("startRowIndex", 0) + 1,
        area.get("startColumnIndex", 0) + 1,
        area["endRowIndex"],
        area["endColumnIndex"],
    )
