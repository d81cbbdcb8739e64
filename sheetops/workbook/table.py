"""One tab as a typed table: its rows by key, and what is wrong with which cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from sheetops.workbook.arrays import Objects, Places
from sheetops.workbook.changes import TabLayout
from sheetops.workbook.contract import Column, Tab
from sheetops.workbook.headers import Headings, folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import RawTab, Value, address
from sheetops.workbook.values import blanks, parse, same

NO_KEY = "¶"
"""Begins the key of a row that has none of its own: the rest is its sheet row. Good for as long as
nothing moves, which a store that writes by file makes sure of."""


@dataclass(frozen=True)
class Table:
    """A tab read by the contract.

    `frame` has a column for each of the tab's headings (blank where the tab lacks it), and two of
    our own: `row`, the sheet row, and `doubt`, why the row is left alone (blank: it is not). Dates
    are datetime64, numbers float64, yes/no bool, text str objects; tool columns hold plain cells.
    `unreadable` are the (sheet row, heading) of cells that are blank only because nobody can say
    what they hold.
    """

    tab: Tab
    frame: pd.DataFrame
    layout: TabLayout
    problems: tuple[Problem, ...]
    unreadable: frozenset[tuple[int, str]] = frozenset()

    def cell(self, row: int, heading: str) -> str:
        """Address of the cell of a heading in a sheet row; of column A where there is no such."""
        return address(row, self.layout.columns.get(heading, 1))

    def cell_of(self, key: str, heading: str) -> str:
        """Address of the cell of a heading in the row of a key."""
        return self.cell(self.layout.rows[key], heading)


@cache
def empty_table(tab: Tab) -> Table:
    """The table of a tab that the workbook lacks."""
    columns = {column.heading: blanks(column, 0) for column in tab}
    columns |= {"row": np.array([], dtype="int64"), "doubt": np.array([], dtype=object)}
    return Table(tab, _frame(columns, pd.Index([], dtype=object)), TabLayout("", 0, {}, {}), ())


def read_table(tab: Tab, raw: RawTab, headings: Headings) -> Table:
    """Read all rows below the headings. A cell that cannot be read is blank, and a problem."""
    return _Reader(tab, raw, headings).table()


class _Reader:
    """Reads one tab; keeps the columns as they grow and the doubts about rows."""

    def __init__(self, tab: Tab, raw: RawTab, headings: Headings) -> None:
        self.tab = tab
        self.raw = raw
        self.headings = headings
        self.rows = raw.rows[headings.row - raw.first_row + 1 :]
        self.width = min(map(len, self.rows), default=0)
        self.problems: list[Problem] = list(headings.problems)
        self.doubts: dict[int, list[str]] = {}
        self.unreadable: set[tuple[int, str]] = set()

    def table(self) -> Table:
        plain = {heading: self._column(at) for heading, at in self.headings.columns.items()}
        kept = self._kept(plain)
        columns = {column.heading: self._parsed(column, plain, kept) for column in self.tab}
        self._merged(kept)
        for heading, places in self.headings.rivals.items():
            unlike = self._compare(self.tab[heading], plain, places, kept)
            if not self.tab[heading].vital:  # else its row is in doubt, and keeps what it is about
                columns[heading][unlike] = blanks(self.tab[heading], len(unlike))
        rows = kept + self.headings.row + 1
        self._filtered(rows)
        columns["row"] = rows
        doubt = np.full(len(kept), "", dtype=object)
        at = {int(row): place for place, row in enumerate(rows)}
        for row, reasons in self.doubts.items():
            if row in at:
                doubt[at[row]] = " ".join(dict.fromkeys(reasons))
        columns["doubt"] = doubt
        index = pd.Index([f"{NO_KEY}{row}" for row in rows], dtype=object)
        layout = TabLayout(self.raw.name, self.headings.row, dict(self.headings.columns), {})
        unreadable = frozenset(self.unreadable)
        return Table(self.tab, _frame(columns, index), layout, tuple(self.problems), unreadable)

    def _filtered(self, rows: Places) -> None:
        """A filter on our own columns hides rows by a status that changes while nobody looks."""
        ours = {
            at: heading
            for heading, at in self.headings.columns.items()
            if at in self.raw.filtered_columns and self.tab[heading].is_tool
        }
        count = len(self.raw.hidden_rows.intersection(rows.tolist())) if ours else 0
        if count:
            hidden = "1 row is" if count == 1 else f"{count:,} rows are"
            found = f"{hidden} hidden by a filter on {' and '.join(ours.values())}."
            them, they = ("it", "It is") if count == 1 else ("them", "They are")
            mend = f"{they} read all the same; clear the filter to see {them}."
            where = address(self.headings.row, min(ours))
            self.problems.append(Problem(self.tab.name, where, found, mend))

    def _column(self, at: int) -> list[Value]:
        place = at - self.raw.first_column
        if place < self.width:
            return list(map(itemgetter(place), self.rows))
        return [row[place] if place < len(row) else None for row in self.rows]

    def _kept(self, plain: Mapping[str, Sequence[Value]]) -> Places:
        """Places of the rows that hold anything; tool columns alone do not make a row."""
        ours = all(column.is_tool for column in self.tab)
        used: set[int] = set()
        left: Sequence[int] = range(len(self.rows))
        # key first: it alone settles most rows
        for heading in sorted(plain, key=lambda heading: heading not in self.tab.key):
            if self.tab[heading].is_tool and not ours and heading not in self.tab.key:
                continue
            values = plain[heading]
            filled = {
                at for at in left if (v := values[at]) is not None and v != "" and v is not False
            }
            used |= filled
            left = [at for at in left if at not in filled]
        return np.array(sorted(used), dtype="int64")

    def _parsed(
        self,
        column: Column,
        plain: Mapping[str, Sequence[Value]],
        kept: Places,
    ) -> Objects:
        if column.heading not in plain:
            return blanks(column, len(kept))
        values = plain[column.heading]
        if len(kept) < len(values):
            values = [values[at] for at in kept]
        if column.is_tool and column.heading not in self.tab.key:
            return _objects(values)
        parsed, faults = parse(column, values)
        for fault in faults:
            row = int(kept[fault.at]) + self.headings.row + 1
            at = address(row, self.headings.columns[column.heading])
            self._fault(column, row, Problem(self.tab.name, at, fault.found, fault.mend))
        return parsed

    def _fault(self, column: Column, row: int, problem: Problem) -> None:
        self.problems.append(problem)
        self.unreadable.add((row, column.heading))
        if column.vital:
            self.doubts.setdefault(row, []).append(str(problem))

    def _merged(self, kept: Places) -> None:
        """A merged area shows one value over many rows, but only its first cell holds it."""
        rows = set((kept + self.headings.row + 1).tolist())
        bottom = max(rows, default=0)
        by_place = {at: self.tab[heading] for heading, at in self.headings.columns.items()}
        for first_row, first, last_row, last in self.raw.merges:
            hit = [
                (row, at)
                for row in range(max(first_row, self.headings.row + 1), min(last_row, bottom) + 1)
                if row in rows
                for at in by_place
                if first <= at <= last and (row, at) != (first_row, first)
            ]
            for row, at in hit:
                found = f"the cell is merged with {address(first_row, first)} and holds nothing."
                mend = "Unmerge it, and give each row its own value."
                problem = Problem(self.tab.name, address(row, at), found, mend)
                if not by_place[at].is_tool:
                    self._fault(by_place[at], row, problem)

    def _compare(
        self,
        column: Column,
        plain: Mapping[str, Sequence[Value]],
        places: Sequence[int],
        kept: Places,
    ) -> list[int]:
        """Places of the rows in which a rival column says something else than the column itself.

        Nobody can say which of the two is meant: the cell is unreadable. Its row is in doubt where
        it is vital, and where the heading may stand in the place of a vital one that is gone.
        """
        if column.is_tool:
            return []
        mine = plain.get(column.heading, [None] * len(self.rows))
        unlike = []
        for place in places:
            other = self._column(place)
            lost = self._lost(column, place)
            for at, source in enumerate(kept.tolist()):
                if not same(mine[source], other[source]):
                    unlike.append(at)
                    self._rival(column, source + self.headings.row + 1, place, lost)
        return unlike

    def _lost(self, column: Column, place: int) -> list[Column]:
        """Columns in whose place a second, equal heading may have been typed: all that are gone."""
        texts = self.raw.rows[self.headings.row - self.raw.first_row]
        at = self.headings.columns.get(column.heading, place)
        one, other = (folded(str(texts[p - self.raw.first_column])) for p in (at, place))
        if at == place or one != other:
            return []
        return [c for c in self.tab.staff_columns if c.heading not in self.headings.columns]

    def _rival(self, column: Column, row: int, place: int, lost: Sequence[Column]) -> None:
        meant = (column, *lost)
        self.unreadable.update((row, one.heading) for one in meant)
        vital = [one.heading for one in meant if one.vital]
        if vital:
            self.doubts.setdefault(row, []).append(
                f"{self.tab.name}!{address(row, place)} may be meant for {' or '.join(vital)}: "
                f"mend the heading {address(self.headings.row, place)} first."
            )


def _objects(values: Sequence[Value]) -> Objects:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _frame(columns: Mapping[str, Objects], index: pd.Index[Any]) -> pd.DataFrame:
    """A frame that keeps objects as they are: of an array, pandas would guess what is in it."""
    return pd.DataFrame({name: _as_it_is(values) for name, values in columns.items()}, index=index)


def _as_it_is(values: Objects) -> Objects | pd.Index[Any]:
    if values.dtype.kind == "M":
        return values.astype("datetime64[s]")  # the coarsest that pandas keeps
    if values.dtype.kind == "O":
        return pd.Index(values, dtype=object)  # a third of the time that a Series takes
    return values


def with_keys(table: Table, keys: Sequence[str], problems: Sequence[Problem]) -> Table:
    """The table with its rows named by `keys`, and the problems found in naming them."""
    frame = table.frame.copy(deep=False)  # nobody writes into a frame
    frame.index = pd.Index(keys, dtype=object)
    rows = dict(zip(keys, frame["row"].tolist(), strict=True))
    layout = TabLayout(table.layout.sheet, table.layout.heading_row, table.layout.columns, rows)
    return replace(table, frame=frame, layout=layout, problems=(*table.problems, *problems))


def with_doubts(table: Table, problems: Sequence[Problem]) -> Table:
    """The table with more problems; those with a key put that row in doubt."""
    if not problems:
        return table
    doubt = table.frame["doubt"].copy()
    for problem in problems:
        if problem.key:
            known = doubt.at[problem.key]
            doubt.at[problem.key] = f"{known} {problem}".strip()
    frame = table.frame.assign(doubt=doubt)
    return replace(table, frame=frame, problems=(*table.problems, *problems))


def with_rows(table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """The table with rows that are not in the workbook yet; their sheet row is 0."""
    if not rows:
        return table
    columns: dict[str, Objects] = {}
    for column in table.tab:
        values = [row.get(column.heading) for row in rows]
        if column.is_tool and column.heading not in table.tab.key:
            columns[column.heading] = _objects(values)
        else:
            columns[column.heading] = parse(column, values)[0]
    columns["row"] = np.zeros(len(rows), dtype="int64")
    columns["doubt"] = np.full(len(rows), "", dtype=object)
    more = _frame(columns, pd.Index(list(keys), dtype=object))
    frame = pd.concat([table.frame, more]) if len(table.frame) else more
    return replace(table, frame=frame)


def all_problems(tables: Mapping[str, Table]) -> tuple[Problem, ...]:
    """The problems of all tables, in the order of the tabs."""
    return tuple(chain.from_iterable(table.problems for table in tables.values()))
