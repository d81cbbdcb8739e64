"""Book: the whole workbook as typed tables, and its problems.

Bad input is data here: nothing that stands in a cell can raise. A row in doubt stays in its table
with the reason, so that its tool columns can say why it was left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sheetops.workbook import (
    business,
    headers,
    identity,
    references,
)
from sheetops.workbook.adopted_names import AdoptedNames, adopted_names
from sheetops.workbook.business import Business
from sheetops.workbook.changes import CellChange, NewRow, TabLayout
from sheetops.workbook.contract import BY_NAME, SETTING_BY_NAME, TABS, Tab
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import RawBook, Value, column_letters
from sheetops.workbook.table import (
    NO_KEY,
    Table,
    all_problems,
    empty_table,
    read_table,
    with_doubts,
    with_keys,
    with_rows,
)


@dataclass(frozen=True)
class Book:
    """The workbook as it was read.

    `tables` holds every tab of the contract by name; one that the workbook lacks is empty and not
    in `present`, and in `misspelt` if it may be there under another name. `new_ids` are the Client
    IDs that new clients are given. `adopted_names` say where things stand in a workbook that was
    adopted; its rows are the staff's, and none are added.
    """

    name: str
    fingerprint: str
    tables: Mapping[str, Table]
    present: frozenset[str]
    misspelt: frozenset[str]
    business: Business
    problems: tuple[Problem, ...]
    new_ids: tuple[CellChange, ...] = ()
    adopted_names: AdoptedNames = field(default_factory=AdoptedNames)

    @cached_property
    def is_usable(self) -> bool:
        """Whether the tabs and columns are there without which nothing can be said."""
        return not any(self.lacking(tab) for tab in TABS if tab.required)

    def lacking(self, tab: Tab) -> tuple[str, ...]:
        """What a tab lacks to be used: itself, or required columns. Empty if it can be used."""
        if tab.name not in self.present:
            return (tab.name,)
        columns = self.tables[tab.name].layout.columns
        return tuple(c.heading for c in tab if c.required and c.heading not in columns)

    def has(self, tab: str) -> bool:
        """Whether a tab is there with its required columns, so that its system is on."""
        return not self.lacking(BY_NAME[tab])

    def frame(self, tab: str) -> pd.DataFrame:
        """The frame of a tab; without rows if the tab, or the whole workbook, cannot be used."""
        frame = self.tables[tab].frame
        return frame if self.is_usable and self.has(tab) else frame.iloc[:0]

    @property
    def layout(self) -> dict[str, TabLayout]:
        return {name: self.tables[name].layout for name in self.present}

    def plus_rows(self, rows: Sequence[NewRow]) -> Book:
        """The book as it will be once `rows` have been appended."""
        grown = dict(self.tables)
        for tab in {row.tab for row in rows}:
            new = [row for row in rows if row.tab == tab]
            grown[tab] = with_rows(
                grown[tab], [row.key for row in new], [row.values for row in new]
            )
        if grown["Steps"] is not self.tables["Steps"]:
            grown["Steps"] = references.resolve_clients(grown["Steps"], grown["Clients"])
        return replace(self, tables=grown)


def read(raw: RawBook, taken: Set[str] = frozenset()) -> Book:
    """Parse a workbook by the contract.

    `taken` are client keys that were used before: a new client is never given one of them.
    """
    found, misspelt, problems = headers.tabs_of(raw)
    parsed = {
        name: read_table(BY_NAME[name], tab, headers.find(BY_NAME[name], tab))
        for name, tab in found.items()
    }
    everything = {tab.name: parsed.get(tab.name) or empty_table(tab) for tab in TABS}
    clients, new_ids = _keyed_clients(everything["Clients"], taken, fills=raw.fills_ids)
    everything["Clients"] = clients
    for name in ("Offers", "Messages", "Team", "Questions", "Follow-ups", "Settings", "Runs"):
        everything[name] = _keyed(everything[name])
    for name in ("Segments", "Capacity"):  # several rows are one segment: named by their place
        rows = everything[name]
        everything[name] = with_keys(rows, rows.frame.index.tolist(), ())
    everything = references.check(everything, frozenset(found))
    everything["Steps"] = references.resolve_steps(everything["Steps"], everything["Clients"])
    everything["Offer steps"] = references.keyed_offer_steps(everything["Offer steps"])
    everything["Clients"] = references.doubt_strays(
        identity.doubt_barred(references.doubt_impossible(everything["Clients"])),
        everything["Steps"],
        everything["Offer steps"],
    )
    settings, setting_problems = _business(everything["Settings"])
    everything["Settings"] = with_doubts(everything["Settings"], setting_problems)
    return Book(
        name=raw.name,
        fingerprint=raw.fingerprint,
        tables=everything,
        present=frozenset(found),
        misspelt=frozenset(misspelt),
        business=settings,
        problems=(
            *(Problem(*trouble) for trouble in raw.troubles),
            *misspelt.values(),
            *problems,
            *all_problems(everything),
        ),
        new_ids=new_ids,
        adopted_names=adopted_names(found),
    )


def _keyed(table: Table) -> Table:
    """Name the rows of a tab with one key column; blank and doubled keys are problems."""
    heading = table.tab.key[0]
    return _named(table, heading, table.frame[heading].tolist())


def _named(
    table: Table, heading: str, names: Sequence[str], proposed: Mapping[int, str] | None = None
) -> Table:
    """Name the rows by `names`. `proposed` are names for blank ones, by sheet row."""
    rows = table.frame["row"].tolist()
    counts = Counter(folded(name) for name in names)
    keys: list[str] = []
    problems: list[Problem] = []
    for name, row in zip(names, rows, strict=True):
        good = name and counts[folded(name)] == 1 and not name.startswith(NO_KEY)
        keys.append(name if good else f"{NO_KEY}{row}")
        if not good and (name or not table.tab[heading].is_tool):
            others = [
                r
                for n, r in zip(names, rows, strict=True)
                if folded(n) == folded(name) != "" and r != row
            ]
            problem = _bad_key(table, heading, name, row, others)
            if proposed and row in proposed:
                problem = replace(problem, mend=f"Type {proposed[row]}, which is free.")
            problems.append(problem)
    return with_doubts(with_keys(table, keys, ()), problems)


def _bad_key(table: Table, heading: str, name: str, row: int, others: Sequence[int]) -> Problem:
    at = table.cell(row, heading)
    key = f"{NO_KEY}{row}"
    if not name:
        return Problem(table.tab.name, at, f"{heading} is blank.", "Fill it in.", key)
    if not others:
        found = f'{heading} "{name}" begins with {NO_KEY}, which sheetops keeps for itself.'
        return Problem(table.tab.name, at, found, "Type it without that sign.", key)
    also = ", ".join(table.cell(other, heading) for other in others[:3])
    found = f'{heading} "{name}" stands in {also} as well.'
    return Problem(table.tab.name, at, found, "Give each row its own.", key)


def _keyed_clients(
    table: Table, taken: Set[str], *, fills: bool
) -> tuple[Table, tuple[CellChange, ...]]:
    """Name clients by Client ID where the tab has that column, else by Client.

    A client whose ID is blank is given one that nobody has had, to be written into the sheet; where
    the store does not fill in cells of the staff's, it is proposed to them.
    """
    frame = table.frame
    if "Client ID" not in table.layout.columns:
        return _named(table, "Client", frame["Client"].tolist()), ()
    ids = frame["Client ID"].tolist()
    unreadable = frame["doubt"].str.contains(
        f"Clients!{column_letters(table.layout.columns['Client ID'])}\\d", regex=True
    )
    fresh = [
        at
        for at, (client_id, name, bad) in enumerate(
            zip(ids, frame["Client"], unreadable, strict=True)
        )
        if not client_id and name and not bad
    ]
    free = dict(zip(fresh, _next_ids([*ids, *taken], len(fresh)), strict=True))
    if not fills:
        rows = frame["row"].tolist()
        return _named(table, "Client ID", ids, {rows[at]: new for at, new in free.items()}), ()
    for at, new in free.items():
        ids[at] = new
    changes = tuple(CellChange("Clients", ids[at], "Client ID", None, ids[at]) for at in fresh)
    named = _named(table, "Client ID", ids)
    column = np.array(ids, dtype=object)
    named = replace(
        named,
        frame=named.frame.assign(
            **{"Client ID": pd.Series(column, index=named.frame.index, dtype=object)}
        ),
    )
    return named, changes


def _next_ids(used: Sequence[str], count: int) -> list[str]:
    """Ids that go on from those in use: after C007 and C012 come C013, C014 …"""
    if not count:
        return []
    shapes = [match for one in used if (match := re.fullmatch(r"([^\d¶]*)(\d{1,12})", one))]
    prefixes = Counter(match[1] for match in shapes)
    prefix = prefixes.most_common(1)[0][0] if prefixes else "C"
    numbers = [match for match in shapes if folded(match[1]) == folded(prefix)]
    last = max((int(match[2]) for match in numbers), default=0)
    width = max((len(match[2]) for match in numbers), default=3)
    return [f"{prefix}{last + step:0{width}d}" for step in range(1, count + 1)]


def _business(table: Table) -> tuple[Business, list[Problem]]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    spelled = {folded(name): name for name in SETTING_BY_NAME}
    cells_of: dict[str, Any] = {}
    for key, row in table.frame.iterrows():
        name = spelled.get(folded(str(key)))
        if name is None and not str(key).startswith(NO_KEY):
            at = table.cell(int(row["row"]), "Setting")
            problems.append(
                Problem("Settings", at, f'"{key}" is not a setting.', _suggest(str(key), spelled))
            )
        elif name is not None:
            values[name] = row["Value"]
            cells_of[name] = (str(key), table.cell(int(row["row"]), "Value"))
    result, faults = business.read(values)
    for fault in faults:
        key, at = cells_of.get(fault.name, ("", ""))
        problems.append(Problem("Settings", at, f"{fault.name}: {fault.found}", fault.mend, key))
    return result, problems


def _suggest(name: str, spelled: Mapping[str, str]) -> str:
    near = references.nearest(name, spelled.values())
    return (
        f'Did you mean "{near}"?' if near else "Clear the row, or see the template for the names."
    )
