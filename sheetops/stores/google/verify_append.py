"""Whether rows that were added to a staff's tab arrived under the right headings.

Context: Google adds a row by columns, not by headings, and has no way to add it only if the columns
are still where they were read. Decision: added rows are read back, and one that stands under other
headings is marked in our own tab with what belongs where. Consequence: every later reading takes
such cells for errors and says so, until they are put right or the row is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sheetops.stores.google import lookup_formulas
from sheetops.stores.google.read import Seen
from sheetops.stores.google.values import Cell
from sheetops.workbook import headers as heads
from sheetops.workbook.raw import RawTab, Value

Row = Mapping[int, Cell]


def misplaced(
    seen: Seen, added: Sequence[Row], head: list[list[Value]], below: list[list[Value]]
) -> list[Row]:
    """The added rows that are there, with not every cell under its heading.

    `head` and `below` are the headings and the last rows as they are now.
    """
    now = heads.find(seen.tab, RawTab(seen.page.title, head)).columns
    texts = {at: heading for heading, at in seen.headings.columns.items() if heading in now}
    used = sorted({at for row in added for at in row if at in texts})
    arrived = {tuple(_at(row, now[texts[at]]) for at in used) for row in below}
    missing = [row for row in added if tuple(row.get(at, "") or None for at in used) not in arrived]
    if not missing:
        return []
    shown = {
        now[column.heading]
        for column in lookup_formulas.shown_columns(seen.tab)
        if column.heading in now
    }
    there = {_contents(cell for at, cell in enumerate(row, 1) if at not in shown) for row in below}
    return [row for row in missing if _contents(row.values()) in there]


def _at(row: Sequence[Value], column: int) -> Value:
    return (row[column - 1] if column <= len(row) else None) or None


def _contents(cells: Iterable[object]) -> tuple[str, ...]:
    """What a row holds, wherever it stands."""
    return tuple(sorted(str(cell) for cell in cells if cell not in {None, ""}))
