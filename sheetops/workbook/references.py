"""Names that point from one tab to another: a client's offer, a step's client, an owner.

A name that points nowhere is a problem with a suggestion; where it is vital, its row is in doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

import numpy as np
import pandas as pd

from sheetops.workbook.choices import Status
from sheetops.workbook.contract import BY_NAME, Column
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.table import NO_KEY, Table, with_doubts, with_keys
from sheetops.workbook.values import TICK

BETWEEN = " › "
BEGINNING = (Status.ACTIVE, Status.WAITING)
"""The statuses in which a client's steps are laid out."""
_MARK = BETWEEN.strip()
_TWO = -2  # stands for the place of a client where a name may be two


def step_key(client: str, step: str, occurrence: int = 1) -> str:
    """Key of a client's step; the second time that the same step is done has occurrence 2."""
    if _MARK in client or _MARK in step:
        client, step = client.replace(_MARK, _MARK * 2), step.replace(_MARK, _MARK * 2)
    first = f"{client}{BETWEEN}{step}"
    return first if occurrence == 1 else f"{first}{BETWEEN}{occurrence}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` reads like, or blank."""
    return nearest_of(known)(name)


def nearest_of(known: Iterable[str]) -> Callable[[str], str]:
    """`nearest` for many names, each of which is looked up once."""
    by_folded = {folded(one): one for one in known if one}

    @cache
    def near(name: str) -> str:
        found = get_close_matches(folded(name), by_folded, n=1, cutoff=0.75)
        return by_folded[found[0]] if found else ""

    return near


def check(everything: Mapping[str, Table], present: Set[str]) -> dict[str, Table]:
    """Check every column that names something of another tab which the workbook has.

    Names are put into the spelling of the tab that they point to.
    """
    checked = dict(everything)
    offers = _offers(everything, present)
    for tab in BY_NAME.values():
        for column in tab.staff_columns:
            if column.refers_to is None or column.heading not in checked[tab.name].layout.columns:
                continue
            # without a tab Offers, an offer is known by having steps
            by_steps = column.refers_to[0] == "Offers" and tab.name != "Offer steps"
            known = offers if by_steps else _known(column, checked, present)
            if known is not None and (tab.name, column.heading) not in _FREE:
                named = column.refers_to[0]
                where = "Offer steps" if by_steps and named not in present else named
                checked[tab.name] = _check(checked[tab.name], column, known, where)
    return checked


_FREE = {("Steps", "Step"), ("Steps", "Client")}
"""Steps.Step may be an extra one, Steps.Client is for `resolve_steps`."""


def doubt_impossible(clients: Table) -> Table:
    """The clients, those who finished before they started in doubt."""
    frame = clients.frame
    wrong = frame["Finished on"].to_numpy() < frame["Start date"].to_numpy()
    problems = [
        Problem(
            "Clients",
            clients.cell(int(row), "Finished on"),
            "Finished on lies before Start date.",
            "Mend one of the two dates.",
            str(key),
        )
        for key, row in zip(frame.index[wrong], frame["row"][wrong], strict=True)
    ]
    return with_doubts(clients, problems)


def doubt_strays(clients: Table, steps: Table, offer_steps: Table) -> Table:
    """The clients, those in doubt to whom a step without a client may belong.

    That is whoever has a name like the one typed; else whoever stands next to the row and lacks the
    step, though their offer declares it; else whoever has no steps yet, and would be laid out anew.
    """
    doubt = clients.frame["doubt"].to_numpy().copy()
    lost = np.flatnonzero(steps.frame["client_at"].to_numpy() < 0).tolist()
    owners = _Owners(clients, steps, offer_steps) if lost else None
    for at in lost:
        reason = str(steps.frame["doubt"].iloc[at])
        for place in owners.of(at) if owners else ():
            doubt[place] = doubt[place] or reason
    return replace(clients, frame=clients.frame.assign(doubt=doubt))


class _Owners:
    """Finds the clients to whom a step may belong that names none."""

    def __init__(self, clients: Table, steps: Table, offer_steps: Table) -> None:
        self.names = [
            {folded(name), folded(client_id)} - {""}
            for name, client_id in zip(
                clients.frame["Client"], clients.frame["Client ID"], strict=True
            )
        ]
        self.near_of = nearest_of([*clients.frame["Client"], *clients.frame["Client ID"]])
        self.offers = [folded(offer) for offer in clients.frame["Offer"]]
        self.typed = steps.frame["Client"].tolist()
        self.steps = [folded(step) for step in steps.frame["Step"]]
        self.places: list[int] = steps.frame["client_at"].tolist()
        self.taken = set(zip(self.places, self.steps, strict=True))
        begins = clients.frame["Status"].isin(BEGINNING).tolist()
        self.without = sorted({at for at, new in enumerate(begins) if new} - set(self.places))
        rows = zip(offer_steps.frame["Offer"], offer_steps.frame["Step"], strict=True)
        self.declared = {(folded(offer), folded(step)) for offer, step in rows}

    def of(self, at: int) -> list[int]:
        name = self.typed[at] if self.places[at] == _TWO else self.near_of(self.typed[at])
        if name:
            return [place for place, names in enumerate(self.names) if folded(name) in names]
        step = self.steps[at]
        beside = [place for place in self._beside(at) if self._lacks(place, step)]
        return beside or [place for place in self.without if self._lacks(place, step)]

    def _beside(self, at: int) -> list[int]:
        above = next((place for place in reversed(self.places[:at]) if place >= 0), -1)
        below = next((place for place in self.places[at + 1 :] if place >= 0), -1)
        return [place for place in dict.fromkeys((above, below)) if place >= 0]

    def _lacks(self, place: int, step: str) -> bool:
        return (place, step) not in self.taken and (self.offers[place], step) in self.declared


def _offers(everything: Mapping[str, Table], present: Set[str]) -> list[str] | None:
    """The offers that there are; None where nothing says which."""
    names = [*everything["Offers"].frame["Offer"], *everything["Offer steps"].frame["Offer"]]
    return [name for name in names if name] or ([] if "Offers" in present else None)


def _known(column: Column, everything: Mapping[str, Table], present: Set[str]) -> list[str] | None:
    if column.refers_to is None or column.refers_to[0] not in present:
        return None
    tab, heading = column.refers_to
    frame = everything[tab].frame
    names = [*frame[heading], *(frame["Client ID"] if tab == "Clients" else ())]
    return [name for name in names if name]


def _check(table: Table, column: Column, known: Sequence[str], where: str) -> Table:
    """The table, with each name spelled as `known` names of the tab `where` are, and those that it
    lacks in doubt."""
    spelling = {folded(name): name for name in known}
    values = table.frame[column.heading].tolist()
    folds = {value: folded(value) for value in set(values)}
    rows = zip(table.frame.index, table.frame["row"].tolist(), values, strict=True)
    strange = [place for place in rows if place[2] and folds[place[2]] not in spelling]
    near_of = nearest_of(known)
    problems = [
        _unknown(table, column, value, (key, row), (where, near_of(value)))
        for key, row, value in strange
    ]
    unreadable = table.unreadable | {(row, column.heading) for _, row, _ in strange}
    spelled = [spelling.get(folds[value], value) if value else value for value in values]
    frame = table.frame
    if spelled != values:
        series = pd.Series(spelled, index=frame.index, dtype=object)
        frame = frame.assign(**{column.heading: series})
    return with_doubts(replace(table, frame=frame, unreadable=unreadable), problems)


def _unknown(
    table: Table, column: Column, value: str, place: tuple[str, int], meant: tuple[str, str]
) -> Problem:
    tab, near = meant
    mend = f'Did you mean "{near}"?' if near else f"Choose one that is there, or add it to {tab}."
    at = table.cell(place[1], column.heading)
    found = f'{column.heading} "{value}" is not in {tab}.'
    return Problem(table.tab.name, at, found, mend, place[0] if column.vital else "")


def keyed_offer_steps(table: Table) -> Table:
    """Name the steps of offers by offer and step; a second row for the same is a problem."""
    frame = table.frame
    names = list(zip(frame["Offer"].map(folded), frame["Step"].map(folded), strict=True))
    counts = Counter(names)
    keys, problems = [], []
    for name, offer, step, row in zip(
        names, frame["Offer"], frame["Step"], frame["row"], strict=True
    ):
        good = offer and step and counts[name] == 1
        keys.append(step_key(offer, step) if good else f"{NO_KEY}{row}")
        if not good:
            heading = "Step" if offer else "Offer"
            found = (
                f'"{step}" of "{offer}" stands here twice.'
                if offer and step
                else f"{heading} is blank."
            )
            mend = "Keep one row." if offer and step else "Fill it in."
            problems.append(Problem("Offer steps", table.cell(row, heading), found, mend, keys[-1]))
    problems += [
        Problem("Offer steps", table.cell(row, "Order"), "Order is blank.", "Type 1, 2, 3 …", key)
        for key, row, order, doubt in zip(
            keys, frame["row"], frame["Order"], frame["doubt"], strict=True
        )
        if np.isnan(order) and not doubt
    ]
    return with_doubts(with_keys(table, keys, ()), problems)


def resolve_steps(table: Table, clients: Table) -> Table:
    """Find each step's client, and name the steps by client, step and occurrence.

    The same step twice at the same time, a client that is not there or that may be two, and dates
    that cannot be, put a row in doubt. For the columns that the frame gains see `resolve_clients`.
    """
    resolved = resolve_clients(table, clients)
    named, twice = _occurrences(resolved)
    at = dict(zip(resolved.frame["row"].tolist(), named, strict=True))
    found = (*_unknown_clients(resolved, clients), *_impossible_dates(resolved), *twice)
    problems = [replace(problem, key=at[int(problem.key)]) for problem in found]
    return with_doubts(with_keys(resolved, named, ()), problems)


def resolve_clients(table: Table, clients: Table) -> Table:
    """The steps with two columns more: `client`, the client's key (blank where there is none), and
    `client_at`, its place in the frame of clients (negative where there is none)."""
    frame = table.frame
    by_name = _client_places(clients)
    places_of = {name: by_name.get(folded(name), -1) for name in set(frame["Client"])}
    places = np.array([places_of[name] for name in frame["Client"]], dtype="int64")
    client = np.full(len(places), "", dtype=object)
    client[places >= 0] = clients.frame.index.to_numpy()[places[places >= 0]]
    named = pd.Series(client, index=frame.index, dtype=object)
    return replace(table, frame=frame.assign(client=named, client_at=places))


def _client_places(clients: Table) -> dict[str, int]:
    """Place of each client by folded ID and, where it is theirs alone, by name; else `_TWO`."""
    frame = clients.frame
    places: dict[str, int] = {}
    for at, name in enumerate(frame["Client"]):
        if name:
            places[folded(name)] = _TWO if folded(name) in places else at
    ids: dict[str, int] = {}
    for at, client_id in enumerate(frame["Client ID"]):
        if client_id:
            ids[folded(client_id)] = _TWO if folded(client_id) in ids else at
    return places | ids


def _unknown_clients(table: Table, clients: Table) -> list[Problem]:
    places = table.frame["client_at"].to_numpy()
    near_of = nearest_of([*clients.frame["Client"], *clients.frame["Client ID"]])
    rows, names = table.frame["row"].tolist(), table.frame["Client"].tolist()
    problems = []
    for at in np.flatnonzero(places < 0).tolist():
        row, name = rows[at], names[at]
        if not name:
            found, mend = "Client is blank.", "Type whose step it is."
        elif places[at] == _TWO:
            found, mend = f'"{name}" may be two clients.', "Type the Client ID instead."
        else:
            near = near_of(name)
            found = f'"{name}" is not in Clients.'
            mend = f'Did you mean "{near}"?' if near else "Add the client, or mend the name."
        problems.append(Problem("Steps", table.cell(row, "Client"), found, mend, str(row)))
    return problems


def _impossible_dates(table: Table) -> list[Problem]:
    """Done before it was started, which one of the two dates must have wrong."""
    frame = table.frame
    done = frame["Done"].to_numpy().astype("datetime64[D]")
    started = frame["Started"].to_numpy().astype("datetime64[D]")
    wrong = (done < started) & (done != TICK)
    rows = frame["row"].to_numpy()[wrong]
    return [
        Problem(
            "Steps",
            table.cell(int(row), "Done"),
            "Done lies before Started.",
            "Mend one of the two dates.",
            str(row),
        )
        for row in rows
    ]


def _occurrences(table: Table) -> tuple[list[str], list[Problem]]:
    frame = table.frame
    rows = frame["row"].tolist()
    steps = frame["Step"].tolist()
    clients = frame["client"].tolist()
    is_open = np.isnat(frame["Done"].to_numpy().astype("datetime64[D]")).tolist()
    folds = {step: folded(step) for step in set(steps)}
    named: list[str] = []
    seen: Counter[tuple[str, str]] = Counter()
    still_open: dict[tuple[str, str], int] = {}
    problems: list[Problem] = []
    for row, owner, step, waits in zip(rows, clients, steps, is_open, strict=True):
        if not owner or not step:
            named.append(f"{NO_KEY}{row}")
            if owner:
                problems.append(
                    Problem(
                        "Steps",
                        table.cell(row, "Step"),
                        "Step is blank.",
                        "Type which step it is.",
                        str(row),
                    )
                )
            continue
        name = (owner, folds[step])
        seen[name] += 1
        named.append(step_key(owner, step, seen[name]))
        if waits and name in still_open:
            first = still_open[name]
            for one, other in ((row, first), (first, row)):
                beside = table.cell(other, "Step")
                found = f'"{step}" is open twice for this client, here and in {beside}.'
                problems.append(
                    Problem(
                        "Steps",
                        table.cell(one, "Step"),
                        found,
                        "Delete one, or fill in Done.",
                        str(one),
                    )
                )
        elif waits:
            still_open[name] = row
    return named, problems
