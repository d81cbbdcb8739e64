"""Makes a workbook from the contract: the template, the small one, and the demo's.

Context: staff open this file first, and every other room relies on its tabs and headings. Decision:
it is generated, from `contract.py` alone, and the committed copy is compared with it by a test.
Consequence: nobody edits `workbook_template.xlsx`; run `python -m sheetops.template` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import dashboard, start_here
from sheetops.template.conditional_formats import add_colours
from sheetops.template.dropdowns import add_checks, name_lists
from sheetops.template.examples import example_rows, example_settings
from sheetops.template.reproducible_zip import WRITTEN, save
from sheetops.template.sheet import Layout, Sheet, lay_out
from sheetops.workbook.contract import REQUIRED_TABS, SETTING_BY_NAME, SETTING_LIST, TABS, Tab
from sheetops.workbook.raw import Value

Rows = Mapping[str, Sequence[Mapping[str, Value]]]

_SMALL_COLUMNS = {
    "Clients": {
        "Client ID", "Client", "First name", "Email", "Offer", "Owner", "Status", "Start date",
        "Finished on", "Promised by", "Pause until", "Pause reason", "Do not mail", "Notes",
    },
    "Offer steps": {
        "Offer", "Order", "Step", "Stage", "Waiting on", "Owner", "Working days", "Required",
        "Link",
    },
}  # fmt: skip
"""What a small workbook keeps of the staff columns; tabs that are not named keep them all."""


def build(
    path: Path,
    *,
    small: bool = False,
    rows: Rows | None = None,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Write a workbook at `path`, the same bytes for the same content.

    `rows` is {tab: [{heading: value}]}; a tab that it leaves out is empty. Without it the workbook
    holds the example content. Settings is filled from the contract, with `settings` ({name: value})
    over its defaults. `small` lays out the three tabs that are needed, and no Settings.

    Raises ValueError if `rows` or `settings` name a tab, heading or setting that is not laid out,
    OSError if the file cannot be written.
    """
    layout = _layout(small=small)
    content = _content(layout, rows, settings, small=small)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "sheetops"
    workbook.properties.title = "Clients and their steps"
    workbook.properties.created = WRITTEN.replace(tzinfo=None)
    start_here.add(workbook, layout)
    name_lists(workbook, layout)
    pages = _pages(workbook, layout, content)
    saved = {} if small else {dashboard.NAME: dashboard.add(workbook, layout, content)}
    if not small:
        workbook.move_sheet(dashboard.NAME, 1 - len(pages) - 1)
    workbook.active = 0
    save(workbook, path, saved)


def _layout(*, small: bool) -> Layout:
    return {tab.name: _sheet(tab, small=small) for tab in (TABS if not small else REQUIRED_TABS)}


def _sheet(tab: Tab, *, small: bool) -> Sheet:
    kept = _SMALL_COLUMNS.get(tab.name) if small else None
    columns = [c for c in tab if c.is_tool or c.required or kept is None or c.heading in kept]
    return Sheet(tab, tuple(sorted(columns, key=lambda column: column.is_tool)))


def _content(
    layout: Layout, rows: Rows | None, settings: Mapping[str, str] | None, *, small: bool
) -> dict[str, Sequence[Mapping[str, Value]]]:
    given = example_rows(small=small) if rows is None else rows
    if unknown := given.keys() - (layout.keys() - {"Settings"}):
        raise ValueError(f"{sorted(unknown)[0]!r} is not a tab whose rows can be given.")
    chosen = {**(example_settings() if rows is None else {}), **(settings or {})}
    if unknown := chosen.keys() - SETTING_BY_NAME.keys():
        raise ValueError(f"{sorted(unknown)[0]!r} is not a setting.")
    return {
        tab: _setting_rows(chosen)
        if tab == "Settings"
        else _trimmed(layout[tab], given.get(tab, ()))
        for tab in layout
    }


def _trimmed(sheet: Sheet, rows: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """Rows without the columns that a small workbook leaves out; unknown ones stay, and raise."""
    left_out = {column.heading for column in sheet.tab} - {c.heading for c in sheet.columns}
    return [{h: value for h, value in row.items() if h not in left_out} for row in rows]


def _setting_rows(chosen: Mapping[str, str]) -> list[Mapping[str, Value]]:
    return [
        {
            "Setting": setting.name,
            "Value": chosen.get(setting.name, setting.default) or None,
            "What it does": setting.what,
        }
        for setting in SETTING_LIST
    ]


def _pages(
    workbook: Workbook, layout: Layout, content: Mapping[str, Sequence[Mapping[str, Value]]]
) -> list[Worksheet]:
    pages = []
    for sheet in layout.values():
        page = lay_out(workbook, sheet, content[sheet.tab.name])
        add_checks(page, sheet, layout)
        add_colours(page, sheet)
        pages.append(page)
    return pages
