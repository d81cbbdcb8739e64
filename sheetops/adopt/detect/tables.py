"""Finding the tables on a tab: titles above, totals and legends below, two tables on one tab."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from sheetops.adopt.detect.grid import Grid, Heading, by_name
from sheetops.adopt.language import dates
from sheetops.adopt.language.headings import plain, speaking, unqualified
from sheetops.adopt.language.patterns import said_by_a_word
from sheetops.adopt.language.status_words import is_understood
from sheetops.adopt.language.vocabulary import hint
from sheetops.workbook.mapping import Order
from sheetops.workbook.raw import RawTab, Value

_HIGHEST = 400  # rows in which headings are looked for
_TOTAL = r"(?:grand |sub ?)?(?:{})\b(?! \w+ \w+ \w)"
_MOSTLY = 0.7
"""Of ten cells in a row of headings, three may be numbers or say the same."""
_FEW = 2
"""So many headings make a table; less is a line of text."""
_NEAR = 15
"""Rows below the headings in which a column without one would hold something."""
_MARKS = 0.5
"""A row with more marks than this is one of data."""
_SECTION = 4
"""Columns; in a narrower table, a row with one cell may be a client."""
_SPARSE = 0.4
"""A row with a smaller share of what rows usually hold, beyond a blank one, is a note."""


@dataclass(frozen=True)
class Region:
    """A table on a tab: where its headings stand, its columns by heading, and its last row."""

    grid: Grid
    row: int
    depth: int
    headings: Mapping[str, Heading]
    last_row: int

    @property
    def columns(self) -> dict[str, int]:
        return {name: heading.column for name, heading in self.headings.items()}

    @property
    def sheet(self) -> str:
        return self.grid.raw.name

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The sheet rows of data: without blank ones, totals, sections, legends and headings that
        are repeated."""
        return tuple(_data_rows(self))

    @cached_property
    def order(self) -> Order:
        """In which order day and month stand where dates are text; blank if nothing shows it."""
        cells = (self.grid.value(row, at) for row in self.rows for at in self.columns.values())
        return dates.order_of(cells) or ""

    def values(self, name: str) -> list[Value]:
        """The cells of a column, in the rows of data."""
        column = self.headings[name].column
        return [self.grid.value(row, column) for row in self.rows]


def regions(raw: RawTab) -> list[Region]:
    """The tables of a tab, from the top down and from left to right."""
    grid = Grid(raw)
    begun: list[tuple[int, int, list[Heading]]] = []
    row = grid.first_row
    last = min(grid.last_row, grid.first_row + _HIGHEST)
    while row < last:
        depth, step = _depth(grid, row)
        parts = _heads(grid, row + step, depth, begun)
        begun += [(row + step, depth, part) for part in parts]
        row += 1 + (step if parts else 0)
    return _closed(grid, begun)


def region_at(grid: Grid, row: int, depth: int, wanted: Collection[int], last: int) -> Region:
    """The table whose headings stand in a row, of the columns that are `wanted`."""
    heads = [
        heading for heading in grid.headings(row, depth) if not wanted or heading.column in wanted
    ]
    return Region(grid, row, depth, by_name(heads), last)


def _depth(grid: Grid, row: int) -> tuple[int, int]:
    """How many rows the headings have if they begin here, and how far below the last one is."""
    below = row + 1
    if below > grid.last_row or not grid.has_groups(below):
        return 1, 0
    leaves = grid.headings(below, 1)
    marks = [v for c in grid.filled(below) if not _is_head(v := grid.value(below, c))]
    tall = any(top == row and bottom == below for top, _, bottom, _ in grid.raw.merges)
    wide = sum(grid.is_wide(row, column) for column in grid.filled(row))
    merged = tall or wide >= 1
    if marks or not leaves or not (merged or _speaking(leaves) >= _FEW):
        return 1, 0
    if not merged and _speaking(grid.headings(row, 1)) > _speaking(leaves):
        return 1, 0
    return 2, 1


def _is_head(value: Value) -> bool:
    """Whether a cell might be a heading: text that is no address, mark or sentence."""
    if not isinstance(value, str):
        return isinstance(value, int | float) and not isinstance(value, bool)
    text = plain(value)
    looks = "@" not in value and not re.fullmatch(r"[\d\s.,/:+()%€$£-]+", value.strip())
    return bool(text or value.strip() in {"#", "✓", "✔"}) and looks


def _speaks(text: str) -> bool:
    said = plain(text)
    if {said, unqualified(said)} & speaking():
        return True
    return any(said_by_a_word(role, said) for role in ("Clients", "Steps"))


def _speaking(heads: Sequence[Heading]) -> int:
    return len({plain(heading.text) for heading in heads if _speaks(heading.text)})


def _heads(
    grid: Grid, row: int, depth: int, begun: Sequence[tuple[int, int, list[Heading]]]
) -> list[list[Heading]]:
    """The headings of tables that begin at a row, part by part; none if none begins."""
    free = [h for h in grid.headings(row, depth) if not _is_under(grid, row, h.column, begun)]
    whole = [column for column in grid.filled(row) if not _is_under(grid, row, column, begun)]
    values = [grid.value(row, column) for column in whole]
    if len(free) < _FEW or not any(grid.filled(row + more) for more in (1, 2)):
        return []
    if not (_may_be_headings(values, free, depth) and _says_so(grid, row, free)):
        return []
    marks = sum(is_understood(value) for value in values)
    return [] if begun and marks >= _MARKS * len(values) else _parts(grid, row, free)


def _is_under(
    grid: Grid, row: int, column: int, begun: Sequence[tuple[int, int, list[Heading]]]
) -> bool:
    """Whether a cell belongs to a table above it: no blank row lies between."""
    for top, _, heads in begun:
        columns = [heading.column for heading in heads]
        if not min(columns) <= column <= max(columns) or row <= top:
            continue
        above = [c for c in grid.filled(row - 1) if min(columns) <= c <= max(columns)]
        if len(above) > 1 or (above and row - 1 == top):
            return True
    return False


def _may_be_headings(values: Sequence[Value], heads: Sequence[Heading], depth: int) -> bool:
    """Whether a row is mostly texts that differ."""
    texts = [value for value in values if isinstance(value, str) and _is_head(value)]
    if depth == 1 and len(texts) < _MOSTLY * len(values):
        return False
    names = [plain(heading.full) for heading in heads]
    return len(set(names)) >= _MOSTLY * len(names)


def _says_so(grid: Grid, row: int, heads: Sequence[Heading]) -> bool:
    """Whether the texts are names of columns, or what stands below them differs from them."""
    if _speaking(heads) >= _FEW:
        return True
    return len(heads) > _FEW and (_speaking(heads) == 1 or _kinds_change(grid, row, heads))


def _kinds_change(grid: Grid, row: int, heads: Sequence[Heading]) -> bool:
    """Whether what stands below is of another kind than these texts: dates, numbers, marks."""
    below = [grid.value(row + 1, heading.column) for heading in heads]
    other = [v for v in below if v is not None and _is_no_heading(v)]
    return len(other) >= _FEW and all(not is_understood(heading.text) for heading in heads)


def _is_no_heading(value: Value) -> bool:
    if not isinstance(value, str):
        return True
    return is_understood(value) or dates.looks_like(value) or "@" in value


def _parts(grid: Grid, row: int, heads: Sequence[Heading]) -> list[list[Heading]]:
    """Headings side by side, parted where a blank column lies between two tables."""
    runs: list[list[Heading]] = []
    for heading in heads:
        last = runs[-1][-1].column if runs else 0
        if runs and all(_is_used(grid, row, c) for c in range(last + 1, heading.column)):
            runs[-1].append(heading)
        else:
            runs.append([heading])
    parts: list[list[Heading]] = []
    for run in runs:
        if parts and not _is_another(grid, row, parts[-1], run):
            parts[-1] = [*parts[-1], *run]
        else:
            parts.append(run)
    return [part for part in parts if len(part) >= _FEW]


def _is_used(grid: Grid, row: int, column: int) -> bool:
    """Whether a column without a heading holds anything near below: then it parts no tables."""
    near = range(row, min(row + _NEAR, grid.last_row))
    return any(grid.value(at, column) is not None for at in near)


def _is_another(grid: Grid, row: int, left: Sequence[Heading], right: Sequence[Heading]) -> bool:
    """Whether headings beyond a blank column are those of another table."""
    left_rows, right_rows = _used_rows(grid, row, left), _used_rows(grid, row, right)
    if not right_rows or len(right_rows - left_rows) > len(right_rows) * (1 - _MOSTLY):
        return bool(right_rows)
    top = range(row + 1, row + 1 + len(right_rows))
    dense = right_rows == set(top) and all(
        grid.value(at, head.column) is not None for at in right_rows for head in right
    )
    gap = right[0].column - left[-1].column - 1
    names = {plain(head.text) for head in left}
    again = any(plain(head.text) in names for head in right)
    return (
        dense
        and len(right_rows) < _MOSTLY * len(left_rows)
        and (gap > 1 or again or len(right) > 1)
    )


def _used_rows(grid: Grid, row: int, heads: Sequence[Heading]) -> set[int]:
    rows = set()
    for at in range(row + 1, grid.last_row + 1):
        if any(grid.value(at, heading.column) is not None for heading in heads):
            rows.add(at)
        elif not grid.filled(at):
            break
    return rows


def _closed(grid: Grid, begun: Sequence[tuple[int, int, list[Heading]]]) -> list[Region]:
    """The tables with their last rows: each ends where the next one below it begins."""
    closed = []
    for at, (row, depth, heads) in enumerate(begun):
        columns = {heading.column for heading in heads}
        span = range(min(columns), max(columns) + 1)
        last = grid.last_row
        for other_row, other_depth, others in begun[at + 1 :]:
            if other_row > row and any(heading.column in span for heading in others):
                last = min(last, other_row - other_depth)
        while last > row and not any(grid.value(last, column) is not None for column in columns):
            last -= 1
        if last > row:
            closed.append(Region(grid, row, depth, by_name(heads), last))
    return closed


def _data_rows(region: Region) -> Iterator[int]:
    grid = region.grid
    columns = sorted(region.columns.values())
    usual = median(
        [len(_filled(grid, row, columns)) for row in range(region.row + 1, region.last_row + 1)
         if _filled(grid, row, columns)] or [0]
    )  # fmt: skip
    gap = False
    for row in range(region.row + 1, region.last_row + 1):
        filled = _filled(grid, row, columns)
        if not filled:
            gap = True
        elif gap and len(filled) <= min(_FEW, usual * _SPARSE):
            continue  # a note or a legend, beyond a blank row
        elif not (_is_no_data(region, row, filled) or _is_section(region, row, filled, usual)):
            gap = False
            yield row


def _filled(grid: Grid, row: int, columns: Sequence[int]) -> list[int]:
    return [column for column in columns if grid.value(row, column) is not None]


def _is_no_data(region: Region, row: int, filled: Sequence[int]) -> bool:
    """Whether a row is a total, a section's name, a legend, or the headings once more."""
    grid = region.grid
    first = grid.value(row, filled[0])
    said = plain(first) if isinstance(first, str) else ""
    leading = grid.filled(row)
    before = grid.value(row, leading[0]) if leading else None
    if _is_total(before) or _is_total(first):
        return True
    if len(filled) == 1 and (
        grid.is_wide(row, filled[0]) or "=" in str(first) or (said and hint("legend").match(said))
    ):
        return True
    texts = {plain(heading.text) for heading in region.headings.values()}
    same = sum(plain(str(grid.value(row, column))) in texts for column in filled)
    return len(filled) > 1 and same >= _MOSTLY * len(filled) and same > 1


def _is_section(region: Region, row: int, filled: Sequence[int], usual: float) -> bool:
    """Whether a row names the section that follows: one text at the left, above a full row."""
    columns = sorted(region.columns.values())
    if len(filled) > 1 or filled[0] != columns[0] or usual < _SECTION:
        return False
    if len(_always_said(region, columns)) <= _FEW:
        return False  # where clients may have nothing but a name, this may be one
    below = _filled(region.grid, row + 1, columns) if row < region.last_row else []
    return isinstance(region.grid.value(row, filled[0]), str) and len(below) >= usual * _MOSTLY


def _always_said(region: Region, columns: Sequence[int]) -> list[int]:
    """The columns in which every full row says something; a mark that is always the same may be
    wanting, since a blank is then its other value."""
    grid = region.grid
    rows = range(region.row + 1, region.last_row + 1)
    full = {at: set(cells) for at in rows if len(cells := _filled(grid, at, columns)) > _FEW}
    always = set(columns).intersection(*full.values())
    return [column for column in always if len({grid.value(at, column) for at in full}) > 1]


def _is_total(value: Value) -> bool:
    return isinstance(value, str) and hint("total", _TOTAL).match(plain(value)) is not None
