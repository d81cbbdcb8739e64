"""The example content of a fresh workbook: one small business, two offers, three clients.

Dates are fixed. The open example steps carry none, so that nothing looks overdue however late the
workbook is opened.
"""

from __future__ import annotations

from sheetops.template.data_files import load
from sheetops.template.sheet import Row

_FILE = "data/examples"
_SMALL = ("Clients", "Steps", "Offer steps")


def example_rows(*, small: bool = False) -> dict[str, list[Row]]:
    """{tab: rows} of the example; small holds one offer and the three tabs that are needed."""
    tabs: dict[str, list[Row]] = {
        tab: [dict(row) for row in rows] for tab, rows in load(_FILE).items() if tab != "Settings"
    }
    if not small:
        return tabs
    first = tabs["Offer steps"][0]["Offer"]
    steps = [row for row in tabs["Offer steps"] if row["Offer"] == first]
    return {tab: tabs[tab] for tab in _SMALL} | {"Offer steps": steps}


def example_settings() -> dict[str, str]:
    """The settings of the example, by name."""
    return dict(load(_FILE)["Settings"])
