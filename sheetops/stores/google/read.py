"""Reading: every tab that the contract knows and every one of ours, in one request.

What the status columns hold is taken from our own tabs, by name; what they show is compared with
it, so that a formula that is gone or blocked is seen at every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetops.stores.google import hidden_tab as own
from sheetops.stores.google import lookup_formulas, sheets, values
from sheetops.stores.google.client import Client
from sheetops.stores.google.hidden_tab import NOBODY, Ident, OwnTab
from sheetops.stores.google.sheets import STATE, Opened, Page, quoted
from sheetops.workbook import headers as heads
from sheetops.workbook.contract import TABS, Tab
from sheetops.workbook.headers import Headings, folded
from sheetops.workbook.raw import CellError, RawBook, RawTab, Trouble, Value, address

_BY_TITLE: dict[str, Tab] = {
    folded(name): tab for tab in reversed(TABS) for name in (*tab.aliases, tab.name)
}
_TOKEN_ROW, _VERSION_ROW = 3, 2
_TOLERANCE = 1e-6
PREPARE = "Run: sheetops init --google, with the sheet's address."
NO_TABLE = (
    "It is a Google table, whose headings may take no formula: choose Convert to unformatted data "
    "in the table's menu, and then run: sheetops init --google"
)
_ASTRAY = CellError("#MOVED!")
"""Read in the place of a text under a wrong heading, so that its row is left alone."""
Grid = list[list[Value]]


@dataclass(frozen=True)
class Seen:
    """One staff's tab as it was read: where its headings stand, and whose row each is."""

    tab: Tab
    page: Page
    headings: Headings
    idents: Sequence[Ident]
    last_row: int
    own: OwnTab | None

    def ident(self, row: int) -> Ident:
        """Whose row a sheet row is."""
        return self.idents[row - self.headings.row - 1]


@dataclass(frozen=True)
class Reading:
    """The whole spreadsheet as it was read."""

    opened: Opened
    book: RawBook
    tabs: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def is_prepared(self) -> bool:
        """Whether it has the tab in which the store remembers."""
        return STATE in self.opened.titled


def contract_tab(title: str) -> Tab | None:
    """The contract's tab of that title."""
    return _BY_TITLE.get(folded(title))


def grids(client: Client, opened: Opened) -> dict[str, Grid]:
    """The cells of all tabs that matter, by title: one request. Raises GoogleError."""
    wanted = [title for title in opened.titled if sheets.is_own(title) or contract_tab(title)]
    if not wanted:
        return {}
    found = client.values_batch_get(
        client.context.spreadsheet,
        [quoted(title) for title in wanted],
        {
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        },
    )
    replies = found.get("valueRanges", ())
    return {
        title: [values.row_of(row) for row in reply.get("values", ())]
        for title, reply in zip(wanted, replies, strict=True)
    }


def read(client: Client, opened: Opened) -> Reading:
    """Read everything. Raises GoogleError."""
    cells = grids(client, opened)
    comma = lookup_formulas.writes_comma(opened.locale)
    tabs: dict[str, RawTab] = {}
    seen: dict[str, Seen] = {}
    troubles: list[Trouble] = []
    for title, rows in cells.items():
        tab = contract_tab(title)
        if tab is None:
            continue
        page = opened.titled[title]
        mine = _own(tab, opened, cells)
        found, more = _read_tab(tab, page, rows, mine, comma=comma)
        troubles += more
        tabs[title] = RawTab(title, rows, merges=page.merges)
        seen.setdefault(tab.name, found)
    others = [t for t in opened.titled if contract_tab(t) is None and not sheets.is_own(t)]
    if STATE not in opened.titled:
        what = "This Google Sheet is not prepared yet, so nothing can be written."
        troubles = [Trouble("Clients", "", what, PREPARE)]
    book = RawBook(
        opened.title, tabs, _token(cells), tuple(others), tuple(troubles), fills_ids=False
    )
    return Reading(opened, book, seen)


def _own(tab: Tab, opened: Opened, cells: Mapping[str, Grid]) -> OwnTab | None:
    page = opened.titled.get(sheets.own_title(tab))
    if page is None or not lookup_formulas.is_joined(tab):
        return None
    found = OwnTab(tab, page, cells[page.title])
    return found if found.is_whole else None


def _token(cells: Mapping[str, Grid]) -> str:
    """What names the last change of ours."""
    rows = cells.get(STATE, ())
    row = rows[_TOKEN_ROW - 1] if len(rows) >= _TOKEN_ROW else []
    return str(row[1]) if len(row) > 1 and row[1] is not None else "never written"


def _read_tab(
    tab: Tab, page: Page, rows: Grid, mine: OwnTab | None, *, comma: bool
) -> tuple[Seen, list[Trouble]]:
    """Read one tab; `rows` are given dates, and the statuses that our own tab holds."""
    found = heads.find(tab, RawTab(page.title, rows))
    troubles: list[Trouble] = []
    if mine is not None:
        lost = _restore_headings(tab, rows, found, mine)
        if lost:
            found = heads.find(tab, RawTab(page.title, rows))
            troubles += [_blocked(page, rows, found, heading) for heading in lost]
    data = rows[found.row :]
    idents = own.idents(lookup_formulas.names(tab, found.columns, data, comma=comma))
    if mine is not None:
        blocked = {one.found for one in troubles}
        for heading in _shown(tab, found):
            gone = _overlay(heading, found, data, idents, mine)
            if gone and not blocked:
                troubles.append(_gone(page, found, heading))
        troubles += _astray(page, found, data, idents, mine)
        troubles += _missing(tab, page, found, mine)
    elif lookup_formulas.is_joined(tab) and _shown(tab, found):
        what = "This tab is not prepared yet, so no status can be written in it."
        troubles.append(Trouble(page.title, "", what, PREPARE))
    _date(tab, found, data)
    return Seen(tab, page, found, idents, len(rows), mine), troubles


def _shown(tab: Tab, found: Headings) -> list[str]:
    return [c.heading for c in lookup_formulas.shown_columns(tab) if c.heading in found.columns]


def _date(tab: Tab, found: Headings, data: Grid) -> None:
    """Numbers under headings of dates become dates; statuses have been already."""
    shown = (
        {column.heading for column in lookup_formulas.shown_columns(tab)}
        if tab.staff_columns
        else set()
    )
    for column in tab:
        at = found.columns.get(column.heading, 0) - 1
        if at < 0 or column.heading in shown or not values.holds_days(column):
            continue
        for row in data:
            if at < len(row) and row[at] is not None:
                row[at] = values.as_day(row[at])


def _overlay(
    heading: str, found: Headings, data: Grid, idents: Sequence[Ident], mine: OwnTab
) -> bool:
    """Put what we hold in the place of what is shown; whether the two differ."""
    at = found.columns[heading] - 1
    held = mine.column(heading, idents)
    differs = False
    for row, ident, value in zip(data, idents, held, strict=True):
        shown = row[at] if at < len(row) else None
        if shown is None and value is None:
            continue
        if len(row) <= at:
            row.extend([None] * (at + 1 - len(row)))
        row[at] = value
        differs = differs or (_can_tell(ident) and not _same(shown, value))
    return differs


def _can_tell(ident: Ident) -> bool:
    """Whether what a row shows must be what we hold."""
    return bool(ident[0]) and not ident[1] and not lookup_formulas.WILD.intersection(ident[0])


def _same(shown: Value, held: Value) -> bool:
    wanted = values.to_sheet(held)
    if isinstance(wanted, str):
        return (shown.code if isinstance(shown, CellError) else shown or "") == wanted
    if isinstance(shown, bool) or isinstance(wanted, bool):
        return shown is wanted
    return isinstance(shown, int | float) and abs(shown - wanted) < _TOLERANCE


def _astray(
    page: Page, found: Headings, data: Grid, idents: Sequence[Ident], mine: OwnTab
) -> Iterator[Trouble]:
    """Take for an error what stands under a wrong heading since columns moved as its row came."""
    moved = mine.moved()
    if not moved:
        return
    for number, (row, ident) in enumerate(zip(data, idents, strict=True), found.row + 1):
        belongs = moved.get(mine.place(ident), {}) if ident != NOBODY else {}
        signs = {text: heading for heading, text in belongs.items()}
        for heading in sorted(belongs.keys() & found.columns.keys()):
            column = found.columns[heading]
            held = row[column - 1] if column <= len(row) else None
            other = signs.get(own.sign(held), heading)
            if held is not None and own.sign(held) != belongs[heading] and other != heading:
                row[column - 1] = _ASTRAY
                what = f'columns were moved while this row came in: it belongs under "{other}".'
                mend = "Put it there, or delete the row; it is added again."
                yield Trouble(page.title, address(number, column), what, mend)


def _restore_headings(tab: Tab, rows: Grid, found: Headings, mine: OwnTab) -> list[str]:
    """Put headings back where a formula shows an error instead; which ones."""
    row = rows[found.row - 1] if rows else []
    broken = [at for at, cell in enumerate(row) if isinstance(cell, CellError)]
    missing = [
        column.heading
        for column in lookup_formulas.shown_columns(tab)
        if column.heading not in found.columns and (mine is None or column.heading in mine.columns)
    ]
    for at, heading in zip(broken, missing, strict=False):
        row[at] = heading
    return missing[: len(broken)]


def _blocked(page: Page, rows: Grid, found: Headings, heading: str) -> Trouble:
    """A heading whose formula has no room: the first cell below that holds something."""
    column = found.columns[heading]
    for at, row in enumerate(rows[found.row :], found.row + 1):
        if len(row) >= column and row[column - 1] is not None:
            return Trouble(
                page.title,
                address(at, column),
                f'something stands where sheetops shows "{heading}", so the whole column is empty.',
                "Clear that cell.",
            )
    where = address(found.row, column)
    what = f'the formula of "{heading}" shows an error.'
    return Trouble(page.title, where, what, mend_of(page))


def _gone(page: Page, found: Headings, heading: str) -> Trouble:
    where = address(found.row, found.columns[heading])
    what = f'the formula of "{heading}" is gone, so old values may stand there, or none.'
    return Trouble(page.title, where, what, mend_of(page))


def mend_of(page: Page) -> str:
    """What puts the formulas of a tab right."""
    return NO_TABLE if page.has_table else PREPARE


def _missing(tab: Tab, page: Page, found: Headings, mine: OwnTab) -> Iterator[Trouble]:
    """Status columns that have been renamed or deleted."""
    for column in lookup_formulas.shown_columns(tab):
        if column.heading in found.columns or column.heading not in mine.columns:
            continue
        if any(mine.plain(at, column.heading) is not None for at in mine.places.values()):
            what = f'there is no column "{column.heading}" any more.'
            yield Trouble(page.title, address(found.row, 1), what, mend_of(page))
