"""Trackers drawn as text: a line a column, so that a dozen can be read at a glance.

# name of the tracker
tab Title : Role 9            a list of nine; without a role (-), rows follow as they are
tab Title : Role 9 wide       a list of clients whose steps are columns
tab Title : Role 4 x A/B/C    four clients, each with the tasks A, B and C
beside : Role 3 | below : Role 3    another table of the tab, to the right or further down
> text                        a row above the headings, merged over them; > alone: a blank one
heading | meaning | values    a column; meaning is a heading of ours, `step`, `part` of a step,
                              or `-` for none; with ?, it may be found or not; values are named
                              in `drawn_cells`
[group]                       the columns from here on have this heading above them
gap 4                         a blank row after every four
section A/B                   rows that name a section, in turn, before every third row
tall | loose                  headings without a group reach over both rows; groups not merged
joined                        sections reach over the whole row, and cells of `once` over all tasks
< a | b                       a row below the table
= a | b                       a row of a tab without a role
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from openpyxl.utils import get_column_letter

from sheetops.workbook.contract import BY_NAME
from tests.adopt.drawn_cells import Who, mark, of_task, typed, value
from tests.adopt.trackers import Sheet, Tracker, day

FILES = sorted(Path(__file__).with_name("drawn").glob("*.txt"))


@dataclass
class Column:
    """A column as it is drawn: its heading, what it means, and how its cells are made."""

    heading: str
    meaning: str
    values: str
    group: str = ""


@dataclass
class Table:
    """A table as it is drawn."""

    role: str
    count: int = 0
    tasks: tuple[str, ...] = ()
    wide: bool = False
    place: str = "tab"
    above: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)
    raw: list[list[str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    gap: int = 0
    sections: tuple[str, ...] = ()

    @property
    def steps(self) -> list[Column]:
        return [one for one in self.columns if one.meaning == "step"]

    def name_of(self, column: Column) -> str:
        """What adopting calls a column: its heading, with the group where that is needed."""
        same = [one for one in self.columns if one.heading == column.heading]
        full = f"{column.group} › {column.heading}" if column.group else column.heading
        return column.heading if len(same) == 1 else full

    def step_of(self, column: Column) -> str:
        """What adopting calls a step: its heading, or that of the group that it fills."""
        parts = [one.meaning for one in self.columns if one.group == column.group]
        return column.group if column.group and "part" in parts else self.name_of(column)


def trackers() -> dict[str, Tracker]:
    """Every tracker in `drawn`, by its name."""
    return {name: tracker_of(name, tabs) for path in FILES for name, tabs in _bodies(path)}


def tables() -> Iterator[Table]:
    """Every table in `drawn`, as it is drawn."""
    for _, tabs in (body for path in FILES for body in _bodies(path)):
        for tables in tabs.values():
            yield from tables


def _bodies(path: Path) -> Iterator[tuple[str, dict[str, list[Table]]]]:
    parts = re.split(r"^# (\w+)$", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        yield name.strip(), _Reader(body).tabs


def tracker_of(name: str, tabs: Mapping[str, list[Table]]) -> Tracker:
    """A tracker of these tables; its name decides what stands in its cells."""
    random = Random(name)  # noqa: S311 # no secret
    sheets = {title: _Painter(random).sheet(tables) for title, tables in tabs.items()}
    every = dict(_keyed(tabs))
    columns: dict[str, dict[str, str]] = {}
    also: dict[str, dict[str, str]] = {}
    for key, table in every.items():
        for one in table.columns:
            if one.meaning not in {"-", "step", "part"}:
                kept = also if one.meaning.endswith("?") else columns
                kept.setdefault(key, {})[one.meaning.rstrip("?")] = table.name_of(one)
    wide = [table for table in every.values() if table.wide]
    steps = tuple(dict.fromkeys(table.step_of(one) for table in wide for one in table.steps))
    clients = sum(table.count for table in every.values() if table.role == "Clients")
    roles = {key: table.role for key, table in every.items()}
    return Tracker(name, sheets, roles, columns, "wide" if wide else "long", steps, also, clients)


def _keyed(tabs: Mapping[str, list[Table]]) -> Iterator[tuple[str, Table]]:
    """The tables that have a role, by what adopting calls them."""
    ranks = list(BY_NAME)
    for title, tables in tabs.items():
        ranked = sorted((t for t in tables if t.role), key=lambda table: ranks.index(table.role))
        for number, table in enumerate(ranked, 1):
            yield title if number == 1 else f"{title}/{number}", table


class _Reader:
    """Reads the lines of a tracker into tables by tab."""

    def __init__(self, body: str) -> None:
        self.tabs: dict[str, list[Table]] = {}
        self.group = ""
        for line in body.splitlines():
            if line.strip():
                self._line(line.rstrip())

    @property
    def table(self) -> Table:
        return self.tabs[next(reversed(self.tabs))][-1]

    def _line(self, line: str) -> None:
        if match := re.fullmatch(r"(tab|beside|below)\s*(.*?)\s*:\s*(.*)", line):
            self._begin(*match.groups())
        elif line[0] == "[":
            self.group = line.strip("[]")
        elif line[0] == ">":
            self.table.above.append(line[1:].strip())
        elif line[0] in "<=":
            rows = self.table.below if line[0] == "<" else self.table.raw
            rows.append([cell.strip() for cell in line[1:].split("|")])
        elif "|" in line:
            heading, meaning, values = (part.strip() for part in line.split("|", 2))
            self.table.columns.append(Column(heading, meaning, values, self.group))
        else:
            self._flag(*line.partition(" ")[::2])

    def _begin(self, place: str, title: str, rest: str) -> None:
        match = re.fullmatch(r"(-|[A-Z][a-z ]+?)(?: (\d+))?(?: x (.+?))?( wide)?", rest)
        assert match, rest
        role = "" if match[1] == "-" else match[1]
        tasks = tuple(match[3].split("/")) if match[3] else ()
        made = Table(role, int(match[2] or 0), tasks, bool(match[4]), place)
        self.group = ""
        if place == "tab":
            self.tabs[title] = [made]
        else:
            self.tabs[next(reversed(self.tabs))].append(made)

    def _flag(self, word: str, rest: str) -> None:
        if word == "gap":
            self.table.gap = int(rest)
        elif word == "section":
            self.table.sections = tuple(rest.split("/"))
        else:
            assert word in {"tall", "loose", "joined"}, word
            self.table.flags.add(word)


class _Painter:
    """Puts the tables of a tab onto its cells."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.grid: dict[tuple[int, int], Any] = {}
        self.merges: list[str] = []
        self.row = 1
        self.left = 1

    def sheet(self, tables: Sequence[Table]) -> Sheet:
        for table in tables:
            if table.place == "below":
                self.row, self.left = max(row for row, _ in self.grid) + 3, 1
            elif table.place == "beside":
                self.row, self.left = 1, max(column for _, column in self.grid) + 2
            self._table(table)
        rows = max((row for row, _ in self.grid), default=1)
        width = max((column for _, column in self.grid), default=1)
        cells = [[self.grid.get((r, c)) for c in range(1, width + 1)] for r in range(1, rows + 1)]
        return Sheet(cells, tuple(self.merges))

    def _table(self, table: Table) -> None:
        for text in table.above:
            if text and table.columns:
                self._merge(self.row, self.left, self.row, self.left + len(table.columns) - 1)
            self._put([text or None])
        for cells in table.raw:
            self._put([typed(cell) for cell in cells])
        if table.columns:
            self._headings(table)
            self._rows(table)
        for cells in table.below:
            self._put([typed(cell) for cell in cells])

    def _put(self, cells: Sequence[Any]) -> None:
        """The next row."""
        for at, cell in enumerate(cells, self.left):
            if cell is not None:
                self.grid[self.row, at] = cell
        self.row += 1

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            corners = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"
            self.merges.append(":".join(corners))

    def _headings(self, table: Table) -> None:
        if any(one.group for one in table.columns):
            self._groups(table)
        tall = "tall" in table.flags and any(one.group for one in table.columns)
        above = [None if one.group or not tall else one.heading for one in table.columns]
        if tall:
            self.row -= 1
            for at, text in enumerate(above, self.left):
                if text:
                    self._merge(self.row, at, self.row + 1, at)
            self._put(above)
        self._put([None if tall and not one.group else one.heading for one in table.columns])

    def _groups(self, table: Table) -> None:
        places: dict[str, list[int]] = {}
        for at, one in enumerate(table.columns, self.left):
            if one.group:
                places.setdefault(one.group, []).append(at)
        for group, columns in places.items():
            self.grid[self.row, columns[0]] = group
            if "loose" not in table.flags:
                self._merge(self.row, columns[0], self.row, columns[-1])
        self.row += 1

    def _rows(self, table: Table) -> None:
        for at, line in enumerate(_lines(table, self.random)):
            if table.sections and at % 3 == 0:
                if "joined" in table.flags:
                    self._merge(self.row, self.left, self.row, self.left + len(table.columns) - 1)
                self._put([table.sections[at // 3 % len(table.sections)]])
            if "joined" in table.flags and not table.sections and at % len(table.tasks) == 0:
                self._join(table)
            self._put(line)
            if table.gap and (at + 1) % table.gap == 0:
                self.row += 1

    def _join(self, table: Table) -> None:
        """Merge what is said once of a client over the rows of the client's tasks."""
        for at, column in enumerate(table.columns, self.left):
            if column.values.startswith("once:"):
                self._merge(self.row, at, self.row + len(table.tasks) - 1, at)


def _lines(table: Table, random: Random) -> Iterator[list[Any]]:
    """The rows of data: the first client has done everything, the second nothing."""
    most = len(table.tasks or table.steps)
    for at in range(table.count):
        who = Who(at, random, day(96 - 6 * (at % 14) - random.randrange(4)))
        who.done = random.randint(0, most)
        if not table.tasks:
            who.done = {0: most, 1: 0}.get(at, who.done)
            yield [_cell(table, column, who) for column in table.columns]
        for number, task in enumerate(table.tasks):
            yield [of_task(column.values, who, number, task) for column in table.columns]


def _cell(table: Table, column: Column, who: Who) -> Any:
    if column.meaning not in {"step", "part"}:
        return value(column.values, who)
    steps = table.steps
    mine = [at for at, one in enumerate(steps) if column.group and one.group == column.group]
    if column in steps:
        number = next(at for at, one in enumerate(steps) if one is column)
    elif mine:
        number = mine[0]
    else:  # beside its step, without a group
        before = table.columns[: table.columns.index(column)]
        number = sum(one.meaning == "step" for one in before) - 1
    return mark(column.values, who, number)
