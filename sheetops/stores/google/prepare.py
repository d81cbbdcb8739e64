"""Preparing a Google Sheet: what it lacks of the contract's tabs, of ours, and of the formulas.

All of it goes out in one batch, which Google carries out whole or not at all, unless so much moves
into our tabs that it takes several. Tabs that are there
keep their cells; what their status columns hold moves into our tabs, from where the formulas show
it. Doing it again puts back what has got lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheetops.errors import GoogleError
from sheetops.stores.google import formatting, hidden_tab, lookup_formulas, values
from sheetops.stores.google.hidden_tab import DAYS, NAME, NOBODY, ROW, OwnTab
from sheetops.stores.google.read import NO_TABLE, Reading, Seen
from sheetops.stores.google.sheets import STATE, Page, own_title
from sheetops.stores.google.store import GoogleStore
from sheetops.stores.google.values import Cell, to_sheet
from sheetops.stores.google.write import batches
from sheetops.workbook.contract import REQUIRED_TABS, SETTING_LIST, TABS, Column, Tab
from sheetops.workbook.raw import Value

Json = dict[str, Any]
_ROWS = 1000
_SPARE_COLUMNS = 2
_MANY = 500
"""Rows that are put at once."""


@dataclass
class Batch:
    """The requests as they grow, what they do in words, and the ids that are taken."""

    reading: Reading
    account: str
    rows: int = _ROWS
    requests: list[Json] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def new_id(self) -> int:
        """An id for a new tab."""
        while True:
            number = secrets.randbelow(2**31 - 2) + 1
            if number not in self.taken | self.reading.opened.pages.keys():
                self.taken.add(number)
                return number

    def add_sheet(self, title: str, columns: int, rows: int = 0, **more: Any) -> int:
        """A new tab; its id."""
        number = self.new_id()
        grid = {"rowCount": rows or self.rows, "columnCount": columns, "frozenRowCount": 1}
        about = {"sheetId": number, "title": title, "gridProperties": grid, **more}
        self.requests.append({"addSheet": {"properties": about}})
        self.made.append(title)
        return number

    def put(self, sheet: int, row: int, column: int, rows: Iterable[list[Json]]) -> None:
        """Cells from a place on (counted from 1), whatever they are made of."""
        start = {"sheetId": sheet, "rowIndex": row - 1, "columnIndex": column - 1}
        cells = [{"values": one} for one in rows]
        fields = "userEnteredValue,userEnteredFormat,note"
        if all(cell.keys() <= {"userEnteredValue"} for one in cells for cell in one["values"]):
            fields = "userEnteredValue"
        self.requests.append({"updateCells": {"start": start, "rows": cells, "fields": fields}})

    def protect(self, sheet: int) -> None:
        """Let nobody else write a tab."""
        self.requests.append(formatting.protected(sheet, [self.account] if self.account else []))


def prepare(
    store: GoogleStore,
    settings: Mapping[str, str] | None = None,
    *,
    small: bool = False,
    rows: int = _ROWS,
) -> tuple[str, ...]:
    """Prepare the sheet; what was made, in words. `settings` are first values, by name.

    All of the contract's tabs that are missing are added, `rows` long; for a `small` sheet only
    those that are needed. Raises GoogleError.
    """
    found = store.look()
    batch = Batch(found, store.client.context.account, rows)
    layouts = dict(_columns_of(found))
    wanted = REQUIRED_TABS if small else TABS
    missing = [tab for tab in wanted if tab.name not in found.tabs]
    lists = _lists(found, layouts, missing)
    for tab in missing:
        _new_tab(batch, tab, lists, {"Time zone": found.opened.zone, **(settings or {})})
    for seen in found.tabs.values():
        _old_tab(batch, seen, layouts[seen.tab.name])
    _state(batch)
    try:
        for requests in batches(batch.requests):  # one, unless much moves into our tabs
            store.client.batch_update(store.spreadsheet, {"requests": requests})
    except GoogleError as error:
        tables = [seen.page.title for seen in found.tabs.values() if seen.page.has_table]
        if tables:
            raise GoogleError(f"{error.what} Look at {tables[0]}.", NO_TABLE) from error
        raise
    return tuple(batch.made)


def ordered(tab: Tab) -> list[Column]:
    """The columns of a new tab: the staff's first, ours at the far right."""
    return sorted(tab.columns, key=lambda column: column.is_tool)


def _columns_of(found: Reading) -> Iterator[tuple[str, dict[str, int]]]:
    """Where each heading stands, those included that will be added at the right."""
    for name, seen in found.tabs.items():
        columns = dict(seen.headings.columns)
        row = found.book.tabs[seen.page.title].rows[: seen.headings.row]
        last = max((len(cells) for cells in row), default=0)
        wanted = seen.tab.tool_columns if seen.tab.staff_columns else seen.tab.columns
        for column in wanted:
            if column.heading not in columns:
                last += 1
                columns[column.heading] = last
        yield name, columns


def _lists(
    found: Reading, layouts: Mapping[str, Mapping[str, int]], missing: Iterable[Tab]
) -> dict[tuple[str, str], str]:
    """The range behind each dropdown of names."""
    places = {
        name: (seen.page.title, seen.headings.row, layouts[name])
        for name, seen in found.tabs.items()
    }
    for tab in missing:
        columns = {column.heading: at for at, column in enumerate(ordered(tab), 1)}
        places[tab.name] = (tab.name, 1, columns)
    wanted = {column.refers_to for tab in TABS for column in tab if column.refers_to}
    return {
        (tab, heading): formatting.list_range(title, columns[heading], row)
        for tab, heading in wanted
        if tab in places
        for title, row, columns in [places[tab]]
        if heading in columns
    }


def _new_tab(
    batch: Batch, tab: Tab, lists: Mapping[tuple[str, str], str], settings: Mapping[str, str]
) -> None:
    columns = ordered(tab)
    sheet = batch.add_sheet(tab.name, len(columns), tabColor=formatting.tab_colour(tab))
    at = {column.heading: number for number, column in enumerate(columns, 1)}
    names = _new_own(batch, tab)[1] if lookup_formulas.is_joined(tab) else None
    head = [_heading(batch, tab, column, at, 1, names) for column in columns]
    batch.put(sheet, 1, 1, [head])
    for number, column in enumerate(columns, 1):
        batch.requests += formatting.column_requests(tab, column, (sheet, 1, number), lists)
    if tab.name == "Settings":
        batch.put(sheet, 2, 1, _setting_rows(columns, settings))
    if not tab.staff_columns:
        batch.protect(sheet)


def _setting_rows(columns: Iterable[Column], settings: Mapping[str, str]) -> Iterator[list[Json]]:
    for setting in SETTING_LIST:
        cells = {
            "Setting": setting.name,
            "Value": settings.get(setting.name, setting.default),
            "What it does": setting.what,
        }
        yield [_text(cells.get(column.heading, "")) for column in columns if not column.is_tool]


def _text(text: str) -> Json:
    return {"userEnteredValue": {"stringValue": text}} if text else {}


def _heading(  # noqa: PLR0913, PLR0917 # what it says, where it stands, where it looks
    batch: Batch,
    tab: Tab,
    column: Column,
    columns: Mapping[str, int],
    row: int,
    own_columns: Mapping[str, int] | None,
) -> Json:
    """A heading cell: the formula where it is a status column, else its text."""
    value = {"stringValue": column.heading}
    if own_columns and column.is_tool and column.heading in own_columns:
        made = lookup_formulas.formula(
            tab,
            column.heading,
            columns=columns,
            row=row,
            own=own_title(tab),
            place=own_columns[column.heading],
            locale=batch.reading.opened.locale,
        )
        value = {"formulaValue": made}
    return formatting.heading(column, value)


def _new_own(batch: Batch, tab: Tab, rows: int = 0) -> tuple[int, dict[str, int]]:
    """Our hidden tab for a staff's tab: its id, and where its columns stand."""
    head = hidden_tab.head(tab)
    left = batch.reading.opened.titled.get(own_title(tab))
    if left is None:
        sheet = batch.add_sheet(own_title(tab), len(head), rows, hidden=True)
        batch.made.pop()  # nobody need know of it
    else:
        sheet = _emptied(batch, left, len(head), rows)
    batch.put(sheet, 1, 1, [[_text(text) for text in head]])
    if left is None or not left.protected:
        batch.protect(sheet)
    return sheet, {heading: at for at, heading in enumerate(head, 1)}


def _emptied(batch: Batch, left: Page, columns: int, rows: int) -> int:
    """One of our tabs whose staff's tab was deleted, or that lost its headings: begun anew."""
    clear = {"range": {"sheetId": left.id}, "cell": {}, "fields": "userEnteredValue"}
    batch.requests.append({"repeatCell": clear})
    for dimension, short in (("COLUMNS", columns - left.columns), ("ROWS", rows - left.rows)):
        if short > 0:
            more = {"sheetId": left.id, "dimension": dimension, "length": short}
            batch.requests.append({"appendDimension": more})
    return left.id


def _old_tab(batch: Batch, seen: Seen, columns: Mapping[str, int]) -> None:
    """A tab that is there: missing status columns, our tab, the formulas."""
    tab, sheet = seen.tab, seen.page.id
    if not lookup_formulas.is_joined(tab):
        if not tab.staff_columns and not seen.page.protected:
            batch.protect(sheet)
        return
    if not lookup_formulas.key_headings(tab, columns):
        return  # nothing names its rows: a problem that the next run tells
    short = max(columns.values()) - seen.page.columns
    if short > 0:
        more = {"sheetId": sheet, "dimension": "COLUMNS", "length": short + _SPARE_COLUMNS}
        batch.requests.append({"appendDimension": more})
    own_columns = _completed(batch, tab, seen.own) if seen.own else _adopted(batch, seen)
    for column in tab.tool_columns:
        new = column.heading not in seen.headings.columns
        if new or column.heading in own_columns:
            _old_heading(batch, seen, column, columns, own_columns, new=new)


def _old_heading(  # noqa: PLR0913 # what it says, where it stands, where it looks
    batch: Batch,
    seen: Seen,
    column: Column,
    columns: Mapping[str, int],
    own_columns: Mapping[str, int],
    *,
    new: bool,
) -> None:
    """The heading of one of our columns in a tab that is there, and what it needs below."""
    sheet, row, at = seen.page.id, seen.headings.row, columns[column.heading]
    cell = _heading(batch, seen.tab, column, columns, row, own_columns)
    batch.put(sheet, row, at, [[cell]])
    if new or (seen.own is None and values.holds_days(column)):
        batch.requests += formatting.column_requests(seen.tab, column, (sheet, row, at), {})
    if new:
        batch.made.append(f"{seen.page.title}: {column.heading}")


def _completed(batch: Batch, tab: Tab, mine: OwnTab) -> dict[str, int]:
    """Our tab that is there, with the headings that the contract has gained since."""
    columns = dict(mine.columns)
    new = [heading for heading in hidden_tab.head(tab) if heading not in columns]
    if new:
        last = max(columns.values())
        number = mine.page.id
        more = {"sheetId": number, "dimension": "COLUMNS", "length": len(new)}
        if last + len(new) > mine.page.columns:
            batch.requests.append({"appendDimension": more})
        batch.put(number, 1, last + 1, [[_text(heading) for heading in new]])
        columns |= {heading: last + at for at, heading in enumerate(new, 1)}
    if not mine.page.protected:
        batch.protect(mine.page.id)
    return columns


def _adopted(batch: Batch, seen: Seen) -> dict[str, int]:
    """Our new tab, with what the status columns hold; they are emptied for the formulas."""
    tab, found = seen.tab, seen.headings
    rows = batch.reading.book.tabs[seen.page.title].rows[found.row :]
    number, columns = _new_own(batch, tab, len(rows) + batch.rows)
    shown = [
        column for column in lookup_formulas.shown_columns(tab) if column.heading in found.columns
    ]
    cells = []
    for ident, row in zip(seen.idents, rows, strict=True):
        held = {
            c.heading: row[at]
            for c in shown
            if (at := found.columns[c.heading] - 1) < len(row) and row[at] is not None
        }
        if held and ident != NOBODY:
            odd = hidden_tab.odd_days(tab, held)
            record: dict[str, Value] = {NAME: ident[0], ROW: ident[1], DAYS: odd, **held}
            cells.append([_plain(to_sheet(record.get(heading))) for heading in columns])
    for first in range(0, len(cells), _MANY):
        batch.put(number, first + 2, 1, cells[first : first + _MANY])
    for column in shown:
        below = formatting.area(seen.page.id, found.row, found.columns[column.heading])
        batch.requests.append(
            {"repeatCell": {"range": below, "cell": {}, "fields": "userEnteredValue"}}
        )
    return columns


def _plain(value: Cell) -> Json:
    if value == "":
        return {}
    kind = "boolValue" if isinstance(value, bool) else "numberValue"
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else kind: value}}


def _state(batch: Batch) -> None:
    """The hidden tab in which the store remembers."""
    if STATE in batch.reading.opened.titled:
        return
    sheet = batch.add_sheet(STATE, 2, 20, hidden=True)
    batch.made.pop()
    rows = [
        ["What", "Value"],
        ["Version", "1"],
        ["Last change", secrets.token_hex(8)],
        ["Looked at"],
    ]
    batch.put(sheet, 1, 1, [[_text(text) for text in row] for row in rows])
    batch.protect(sheet)
