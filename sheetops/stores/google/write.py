"""Writing: which cells of our own tabs change, which rows are added, in which requests.

Everything is decided before anything is sent. Cells of our tabs are put in their place, which may
be repeated without harm; rows are added at the end of a staff's tab, which may not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetops.errors import WriteRefused
from sheetops.stores.google import hidden_tab, lookup_formulas
from sheetops.stores.google.hidden_tab import DAYS, NAME, NOBODY, ROW, Ident, OwnTab
from sheetops.stores.google.read import PREPARE, Reading, Seen
from sheetops.stores.google.sheets import Opened, quoted
from sheetops.stores.google.values import Cell, to_sheet
from sheetops.workbook.changes import CellChange, Changes, NewRow, TabLayout
from sheetops.workbook.contract import BY_NAME, Tab
from sheetops.workbook.raw import Value, address

LIMIT = 1_900_000
"""Bytes of one request; Google advises two million at most."""
_RUN = 4000
"""Cells of one column that are written as one range."""
_ROWS = 500
"""New rows that are written as one range."""
_SPARE = 500
"""Rows that a tab of ours gains at least when it is full."""

Json = dict[str, Any]
Puts = dict[int, dict[int, dict[int, Cell]]]
"""What to put where: by tab id, column and row."""


@dataclass
class Writing:
    """What one write does: cells by place, rows to add by tab, and what was left out, in words.

    `fresh` are rows of ours that were never used, which are put whole, so that two runs at once
    cannot mix two of them.
    """

    puts: Puts = field(default_factory=dict)
    fresh: dict[int, set[int]] = field(default_factory=dict)
    added: dict[str, list[dict[int, Cell]]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    places: dict[str, dict[Ident, int]] = field(default_factory=dict)
    """Which row of ours each name has, by tab."""

    def put(self, page: int, row: int, column: int, value: Cell) -> None:
        """Put a value in a cell of ours."""
        self.puts.setdefault(page, {}).setdefault(column, {})[row] = value


def decide(changes: Changes, reading: Reading) -> Writing:
    """Check everything and decide everything. Raises WriteRefused; nothing was sent then."""
    writing = Writing()
    statuses: dict[str, dict[Ident, dict[str, Value]]] = {}
    for cell in changes.cells:
        seen = _seen(reading, changes.layout, cell)
        if not seen.tab.staff_columns:
            layout = changes.layout[cell.tab]
            place = layout.rows[cell.key], layout.columns[cell.heading]
            writing.put(seen.page.id, *place, to_sheet(cell.new))
        elif seen.own is None:
            writing.notes[f"{seen.page.title} is not prepared. {PREPARE}"] = None
        else:
            ident = seen.ident(changes.layout[cell.tab].rows[cell.key])
            statuses.setdefault(cell.tab, {}).setdefault(ident, {})[cell.heading] = cell.new
    for tab, rows in _by_tab(changes.rows):
        _add(writing, reading, changes.layout, tab, rows, statuses.setdefault(tab, {}))
    for name, seen in reading.tabs.items():
        if seen.own is not None:
            _put_statuses(writing, seen, seen.own, statuses.get(name, {}))
    return writing


def mark(writing: Writing, seen: Seen, opened: Opened, row: Mapping[int, Cell]) -> None:
    """Note of an added row what belongs under which heading: it may stand under others."""
    texts = {at: heading for heading, at in seen.headings.columns.items()}
    cells = {texts[at]: value for at, value in row.items() if value != ""}
    at = writing.places.get(seen.tab.name, {}).get((_name(seen, cells, opened), ""), 0)
    if seen.own is not None and at:
        column = seen.own.columns[DAYS]
        there = seen.own.plain(at, DAYS) or "" if at < seen.own.next_row else ""
        said = writing.puts.get(seen.own.page.id, {}).get(column, {}).get(at, there)
        text = "|".join(sorted({*str(said).split("|"), *hidden_tab.marks(cells)} - {""}))
        writing.put(seen.own.page.id, at, column, text)


def _seen(reading: Reading, layouts: Mapping[str, TabLayout], cell: CellChange) -> Seen:
    seen, layout = reading.tabs.get(cell.tab), layouts.get(cell.tab)
    if seen is None or layout is None:
        raise WriteRefused(f'The workbook has no tab "{cell.tab}".', "Run it again.")
    if cell.key not in layout.rows or cell.heading not in layout.columns:
        what = f'"{cell.heading}" of "{cell.key}"'
        raise WriteRefused(f"{layout.sheet} has no {what}.", "Run it again.")
    shown = {column.heading for column in lookup_formulas.shown_columns(seen.tab)}
    if seen.tab.staff_columns and cell.heading not in shown:
        raise WriteRefused(f'"{cell.heading}" of {layout.sheet} is the staff\'s.', "Type it there.")
    return seen


def _by_tab(rows: Iterable[NewRow]) -> Iterator[tuple[str, list[NewRow]]]:
    found: dict[str, list[NewRow]] = {}
    for row in rows:
        found.setdefault(row.tab, []).append(row)
    yield from found.items()


def _add(  # noqa: PLR0913, PLR0917 # what the rows are, where they go, what they show
    writing: Writing,
    reading: Reading,
    layouts: Mapping[str, TabLayout],
    tab: str,
    rows: Sequence[NewRow],
    statuses: dict[Ident, dict[str, Value]],
) -> None:
    """Rows of our own tabs are put below the last; those of staff's tabs are added by Google."""
    seen, layout = reading.tabs.get(tab), layouts.get(tab)
    if seen is None or layout is None:
        raise WriteRefused(f'The workbook has no tab "{tab}".', "Run it again.")
    if lookup_formulas.is_joined(seen.tab) and seen.own is None:
        writing.notes[f"{seen.page.title} is not prepared. {PREPARE}"] = None
        return
    shown = {column.heading for column in lookup_formulas.shown_columns(seen.tab)}
    ours = not seen.tab.staff_columns
    for at, row in enumerate(rows, max(seen.last_row, layout.heading_row) + 1):
        cells = {
            layout.columns[h]: to_sheet(v) for h, v in row.values.items() if h in layout.columns
        }
        for heading in row.values.keys() - layout.columns.keys():
            writing.notes[
                f'{layout.sheet} has no column "{heading}": left out of the new rows.'
            ] = None
        if ours:
            writing.fresh.setdefault(seen.page.id, set()).add(at)
            for column, value in cells.items():
                writing.put(seen.page.id, at, column, value)
            continue
        kept = {h: v for h, v in row.values.items() if h in layout.columns and h not in shown}
        writing.added.setdefault(tab, []).append(
            {layout.columns[heading]: to_sheet(value) for heading, value in kept.items()}
        )
        ident = (_name(seen, kept, reading.opened), "")
        if ident != NOBODY:
            status = {h: v for h, v in row.values.items() if h in shown and h in layout.columns}
            blank = dict.fromkeys(shown & layout.columns.keys())
            statuses[ident] = {**blank, **status}


def _name(seen: Seen, cells: Mapping[str, Value], opened: Opened) -> str:
    """The name that a row of these cells has inside Sheets."""
    columns = seen.headings.columns
    row: list[Value] = [None] * max(columns.values())
    for heading, value in cells.items():
        row[columns[heading] - 1] = value
    return lookup_formulas.names(
        seen.tab, columns, [row], comma=lookup_formulas.writes_comma(opened.locale)
    )[0]


# ---- the rows of our own tabs


def _put_statuses(
    writing: Writing, seen: Seen, mine: OwnTab, statuses: Mapping[Ident, Mapping[str, Value]]
) -> None:
    """Put the statuses of a tab into ours: of rows that we have, of new ones, of shared names."""
    every = {**statuses, **_agreed(seen, mine, statuses)}
    new = mine.next_row
    for ident, cells in every.items():
        if ident == NOBODY:
            continue
        at = mine.place(ident)
        if not at:
            at, new = new, new + 1
            writing.fresh.setdefault(mine.page.id, set()).add(at)
            writing.put(mine.page.id, at, mine.columns[NAME], ident[0])
            writing.put(mine.page.id, at, mine.columns[ROW], ident[1])
        writing.places.setdefault(seen.tab.name, {})[ident] = at
        _put_days(writing, mine, at, cells)
        for heading in cells.keys() & mine.columns.keys():
            writing.put(mine.page.id, at, mine.columns[heading], to_sheet(cells[heading]))
    names = {name for ident in seen.idents if (name := hidden_tab.shared_name(ident))}
    _forget(writing, mine, {*seen.idents, *every, *((name, "") for name in names)})


def _forget(writing: Writing, mine: OwnTab, current: Iterable[Ident]) -> None:
    """Empty the rows of names that are no more: whoever is given one again begins anew."""
    for at in mine.stale(current):
        for heading, column in mine.columns.items():
            if heading not in {NAME, ROW} and mine.plain(at, heading) is not None:
                writing.put(mine.page.id, at, column, "")
    for at in mine.doubled:
        for heading in (NAME, ROW):
            writing.put(mine.page.id, at, mine.columns[heading], "")


def _put_days(writing: Writing, mine: OwnTab, at: int, cells: Mapping[str, Value]) -> None:
    there = at < mine.next_row
    known = mine.odd_days(at) - cells.keys() if there else set()
    odd = hidden_tab.odd_days(mine.tab, cells)
    text = "|".join(sorted({*known, *odd.split("|")} - {""}))
    was = mine.plain(at, DAYS) if there else None
    if text != (was or ""):
        writing.put(mine.page.id, at, mine.columns[DAYS], text)


def _agreed(
    seen: Seen, mine: OwnTab, statuses: Mapping[Ident, Mapping[str, Value]]
) -> dict[Ident, dict[str, Value]]:
    """What rows that share a name show: that in which all of them agree, and else nothing."""
    names = {name.casefold() for ident in statuses if (name := hidden_tab.shared_name(ident))}
    members: dict[str, list[Ident]] = {}
    for ident in seen.idents if names else ():
        if (low := hidden_tab.shared_name(ident).casefold()) in names:
            members.setdefault(low, []).append(ident)
    shown = [
        c.heading
        for c in lookup_formulas.shown_columns(seen.tab)
        if c.heading in seen.headings.columns
    ]
    found: dict[Ident, dict[str, Value]] = {}
    for those in members.values():
        cells = {heading: _agreement(mine, heading, those, statuses) for heading in shown}
        found[hidden_tab.shared_name(those[0]), ""] = cells
    return found


def _agreement(
    mine: OwnTab,
    heading: str,
    those: Sequence[Ident],
    statuses: Mapping[Ident, Mapping[str, Value]],
) -> Value:
    held = mine.column(heading, those)
    pairs = zip(those, held, strict=True)
    new = [statuses.get(ident, {}).get(heading, was) for ident, was in pairs]
    return new[0] if all(value == new[0] for value in new) else None


# ---- the requests


def growth(writing: Writing, opened: Opened) -> list[Json]:
    """Requests that make our tabs as long as they must be."""
    requests = []
    for number, columns in writing.puts.items():
        page = opened.pages[number]
        last = max(max(rows) for rows in columns.values())
        if last > page.rows:
            more = max(last - page.rows, _SPARE)
            requests.append(
                {"appendDimension": {"sheetId": number, "dimension": "ROWS", "length": more}}
            )
    return requests


def appends(
    writing: Writing, reading: Reading
) -> Iterator[tuple[str, Json, list[dict[int, Cell]]]]:
    """Requests that add rows to staff's tabs, none too large: tab, request, its rows.

    The steps of a client stay in one request, so that one that fails leaves no half of them.
    """
    for tab, rows in writing.added.items():
        number = reading.tabs[tab].page.id
        for chunk in _chunks(rows, BY_NAME[tab], reading):
            cells = [
                {"values": [_cell(row.get(at)) for at in range(1, max(row) + 1)]} for row in chunk
            ]
            request = {"sheetId": number, "rows": cells, "fields": "userEnteredValue"}
            yield tab, {"appendCells": request}, chunk


def _chunks(
    rows: Sequence[dict[int, Cell]], tab: Tab, reading: Reading
) -> Iterator[list[dict[int, Cell]]]:
    columns = reading.tabs[tab.name].headings.columns
    together = columns.get(tab.key[0], 1) if tab.key else 1
    chunk: list[dict[int, Cell]] = []
    size = 0
    for row in rows:
        weight = 40 + sum(40 + len(str(value).encode()) for value in row.values()) + 3 * max(row)
        begins = not chunk or row.get(together) != chunk[-1].get(together)
        if chunk and begins and size + weight > LIMIT * 0.9:
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += weight
    if chunk:
        yield chunk


def _cell(value: Cell | None) -> Json:
    """A value for a new row, to be taken as it is."""
    if value is None or value == "":
        return {}
    kind = "boolValue" if isinstance(value, bool) else "numberValue"
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else kind: value}}


def value_ranges(writing: Writing, titles: Mapping[int, str]) -> Iterator[Json]:
    """The cells as ranges: new rows whole, else those below each other in one, but not too many."""
    for number, columns in writing.puts.items():
        fresh = writing.fresh.get(number, set())
        title = quoted(titles[number])
        width = max(columns)
        for rows in _runs(sorted(fresh), _ROWS):
            whole = [
                [columns.get(at, {}).get(row, "") for at in range(1, width + 1)] for row in rows
            ]
            area = f"{title}!A{rows[0]}:{address(rows[-1], width)}"
            yield {"range": area, "majorDimension": "ROWS", "values": whole}
        for column, cells in columns.items():
            for rows in _runs(sorted(cells.keys() - fresh), _RUN):
                area = f"{title}!{address(rows[0], column)}:{address(rows[-1], column)}"
                values = [[cells[row] for row in rows]]
                yield {"range": area, "majorDimension": "COLUMNS", "values": values}


def _runs(rows: Sequence[int], longest: int) -> Iterator[list[int]]:
    run: list[int] = []
    for row in rows:
        if run and (row != run[-1] + 1 or len(run) == longest):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def batches(ranges: Iterable[Json], limit: int = LIMIT) -> Iterator[list[Json]]:
    """The ranges in as few requests as keep each within the limit of bytes."""
    batch: list[Json] = []
    size = 0
    for one in ranges:
        weight = len(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if batch and size + weight > limit:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += weight
    if batch:
        yield batch
