"""Finding an adopted sheet's tables again, by what their headings are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass

from sheetops.adopt.detect.grid import Grid, by_name
from sheetops.adopt.detect.tables import Region, region_at
from sheetops.adopt.detect.wide import names_of
from sheetops.adopt.language.headings import plain
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.mapping import Mapping, sheet_of
from sheetops.workbook.raw import RawBook, RawTab, Trouble

_HIGHEST = 400  # rows in which headings are looked for


@dataclass(frozen=True)
class Found:
    """A table of theirs that has a role, and where its columns stand."""

    key: str
    role: str
    region: Region
    columns: Map[str, tuple[int, ...]]


class Locator:
    """Finds the tables of a mapping; `troubles` are the headings that are gone."""

    def __init__(self, raw: RawBook, mapping: Mapping) -> None:
        self.raw = raw
        self.mapping = mapping
        self.troubles: list[Trouble] = []

    def tables(self) -> Iterator[Found]:
        """The tables that are there with all the headings without which nothing may be said."""
        for key, role in self.mapping.tabs.items():
            raw = self.raw.tabs.get(key) or self.raw.tabs.get(sheet_of(key))
            if role and raw is not None and (table := self._table(key, role, raw)) is not None:
                yield table

    def _table(self, key: str, role: str, raw: RawTab) -> Found | None:
        """The table of a key: where the most of its headings stand in one row."""
        wanted = self._wanted(key)
        grid = Grid(raw)
        places = [
            (row, depth)
            for row in range(grid.first_row, min(grid.last_row, grid.first_row + _HIGHEST) + 1)
            for depth in (1, 2)
        ]
        counted = {place: len(_columns(grid, *place, wanted)) for place in places}
        if not counted:
            return None
        row, depth = max(counted, key=lambda place: (counted[place], -place[0], -place[1]))
        at = _columns(grid, row, depth, wanted)
        if self._is_broken(key, role, raw, [name for name in wanted if name not in at]):
            return None
        last = self._last_row(key, grid, row, at)
        region = region_at(grid, row, depth, set(at.values()), last)
        columns = {
            ours: tuple(at[name] for name in names)
            for ours, names in self.mapping.columns.get(key, {}).items()
            if all(name in at for name in names)
        }
        return Found(key, role, region, columns)

    def _is_broken(self, key: str, role: str, raw: RawTab, absent: Sequence[str]) -> bool:
        """Whether headings are gone without which clients might be taken for what they are not.

        It is said of every heading; of our own columns, which staff may delete, nothing is.
        """
        steps = self.mapping.steps.get(key, {}).values()
        vital = {name for columns in steps for name in (columns.done, columns.mark)}
        tool: set[str] = set()
        for ours, names in self.mapping.columns.get(key, {}).items():
            column = BY_NAME[role].by_heading.get(ours)
            if column is not None and column.is_tool:
                tool.update(names)
            elif column is None or column.vital or column.required:
                vital.update(names)
        for name in absent:
            if name not in tool:
                problem = f'the heading "{name}" is gone.'
                mend = "Put it back as it was, or run sheetops adopt again."
                self.troubles.append(Trouble(raw.name, "", problem, mend))
        return bool(vital.intersection(absent))

    def _wanted(self, key: str) -> list[str]:
        names = [n for names in self.mapping.columns.get(key, {}).values() for n in names]
        for columns in self.mapping.steps.get(key, {}).values():
            names += names_of(columns)
        return list(dict.fromkeys(names))

    def _last_row(self, key: str, grid: Grid, row: int, at: Map[str, int]) -> int:
        """The last row before the next table below this one."""
        last = grid.last_row
        span = range(min(at.values()), max(at.values()) + 1)
        for other in self.mapping.tabs:
            if other == key or sheet_of(other) != sheet_of(key):
                continue
            wanted = self._wanted(other)
            for below in range(row + 1, last + 1):
                columns = _columns(grid, below, 1, wanted)
                inside = any(column in span for column in columns.values())
                if inside and len(columns) >= max(2, len(wanted) - 1):
                    last = below - 1
                    break
        return last


def _columns(grid: Grid, row: int, depth: int, wanted: Sequence[str]) -> dict[str, int]:
    """The columns of the wanted headings in a row, by what they are called."""
    heads = grid.headings(row, depth)
    exact = by_name(heads)
    places: dict[str, list[int]] = {}
    typed: dict[str, list[int]] = {}
    for heading in heads:
        for said in {plain(heading.text), plain(heading.full)}:
            places.setdefault(said, []).append(heading.column)
        typed.setdefault(heading.text, []).append(heading.column)
    columns: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    for name in wanted:
        at = typed.get(name) or places.get(plain(name), [])
        at = at or ([exact[name].column] if name in exact else [])
        if len(at) == 1:
            columns[name] = at[0]
        elif at:
            several[name] = at
    for name, at in several.items():  # a table of its own may have the same heading beside it
        near = columns.values() or at[:1]
        columns[name] = min(at, key=lambda column: min(abs(column - other) for other in near))
    return columns
