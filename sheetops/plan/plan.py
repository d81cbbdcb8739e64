"""The plan of a day: everything that shall be written and sent, decided before anything is done.

A plan is made from the book, what is remembered and today's date, and from nothing else, so the
same morning always gives the same plan. A preview is a plan that is shown and not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetops import systems
from sheetops.model.findings import Findings
from sheetops.model.history import History, OfferPath, Stage
from sheetops.model.mail import Mail
from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.plan import digest, follow_ups_tab
from sheetops.plan.routing import Routing, at_stage, client_mails, route
from sheetops.systems.path import layout, new_steps
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, Changes, NewRow
from sheetops.workbook.choices import Sending
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import Value
from sheetops.workbook.values import same


@dataclass(frozen=True)
class Plan:
    """What one day asks for.

    `book` is the workbook as it was read; that of `snapshot` has the steps to be laid out as well.
    `cells` are the status values that differ from what stands in the workbook, `rows` those to
    append, `mails` those to send, in order. `status` holds every status value by tab, changed or
    not. `laid_out`, `paths` and `ticks` are for the ledger once all is written. `waits` says why
    what is due may not leave from here and now; blank: it may.
    """

    book: Book
    snapshot: Snapshot
    cells: tuple[CellChange, ...]
    rows: tuple[NewRow, ...]
    mails: tuple[Mail, ...]
    routing: Routing
    problems: tuple[Problem, ...]
    status: Mapping[str, pd.DataFrame]
    laid_out: frozenset[tuple[str, str]] = frozenset()
    paths: Mapping[tuple[str, str], OfferPath] = field(default_factory=dict)
    waits: str = ""
    history: History = field(default_factory=History)
    """What the ledger knew; that of `snapshot` has what only `Follow-ups` tells as well."""

    @property
    def today(self) -> date:
        return self.snapshot.today

    @property
    def changes(self) -> Changes:
        """The plan as a store is asked to write it."""
        return Changes(self.cells, self.rows, self.book.layout, self.book.fingerprint)

    def counts(self) -> dict[str, int]:
        """The figures of the run: for its line in `Runs`, and for the guard rails of the next."""
        flags = self.status["Clients"]["Flag"] if "Clients" in self.status else ()
        return {
            "clients": len(self.snapshot.clients.key),
            "steps": len(self.snapshot.steps.key),
            "stalled": sum(1 for flag in flags if flag == "Stalled"),
            "mails": len(self.mails),
            "problems": len(self.problems),
        }


def make_plan(book: Book, history: History, today: date) -> Plan:
    """Decide everything for `today`. Never raises for what stands in the workbook."""
    if not book.is_usable:
        snapshot = take_snapshot(book, history, today)
        problems = book.adopted_names.in_problems(book.problems)
        return Plan(book, snapshot, (), (), (), Routing(), problems, {}, history=history)
    remembered = history
    if sent := follow_ups_tab.from_sheet(book, history):
        history = replace(history, sent={**history.sent, **sent})
    is_adopted = "Steps" in book.adopted_names.titles  # staff's own rows, to which none are added
    gained = new_steps.Gained() if is_adopted else new_steps.gained(book, history)
    steps = () if is_adopted else (*layout.lay_out(book, history), *gained.rows)
    snapshot = take_snapshot(book.plus_rows(steps), history, today)
    findings = systems.find(snapshot)
    status = _together(findings, snapshot)
    status = book.adopted_names.in_status(status)
    follow_ups = tuple(chain.from_iterable(one.follow_ups for one in findings))
    problems = book.adopted_names.in_problems(
        dict.fromkeys(
            chain(
                follow_ups_tab.doubts(snapshot),
                book.problems,
                snapshot.problems,
                follow_ups_tab.suppressed(snapshot),
                chain.from_iterable(f.problems for f in findings),
            )
        )
    )
    routing = route(snapshot, follow_ups)
    mails, more = _mails(snapshot, routing, status, problems, gained.notes)
    problems = (*problems, *more)
    status = {**status, **_follow_up_status(snapshot, routing)}
    rows = (*_with_status(steps, status), *follow_ups_tab.new_rows(snapshot, routing))
    return Plan(
        book=book,
        snapshot=snapshot,
        cells=(*book.new_ids, *_differences(book, status), *_setting_problems(book, problems)),
        rows=rows,
        mails=mails,
        routing=routing,
        problems=problems,
        status=status,
        laid_out=layout.laid_out(snapshot.book),
        paths=new_steps.paths(snapshot.book, history),
        history=remembered,
    )


def _together(findings: Iterable[Findings], snapshot: Snapshot) -> dict[str, pd.DataFrame]:
    """The status values of all systems, one frame a tab; a heading has one system."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for found in findings:
        for tab, frame in found.status.items():
            frames.setdefault(tab, []).append(frame)
    joined: dict[str, pd.DataFrame] = {}
    for tab, parts in frames.items():
        columns = {name: part[name] for part in parts for name in part.columns}
        joined[tab] = pd.DataFrame(
            columns, index=snapshot.book.tables[tab].frame.index, dtype=object
        )
    return joined


def _follow_up_status(snapshot: Snapshot, routing: Routing) -> dict[str, pd.DataFrame]:
    found = follow_ups_tab.outcomes(snapshot, routing)
    if not found:
        return {}
    columns = {
        heading: [values[heading] for values in found.values()]
        for heading in ("Outcome", "Sent at")
    }
    columns["Why"] = follow_ups_tab.reasons(snapshot)
    return {"Follow-ups": pd.DataFrame(columns, index=list(found), dtype=object)}


def _with_status(rows: Iterable[NewRow], status: Mapping[str, pd.DataFrame]) -> list[NewRow]:
    """New rows with the status values that the tool already has for them."""
    filled = []
    for row in rows:
        values = status[row.tab].loc[row.key].to_dict()
        known = {str(k): v for k, v in values.items() if v is not None and v != ""}
        filled.append(NewRow(row.tab, row.key, {**row.values, **known}))
    return filled


def _differences(book: Book, status: Mapping[str, pd.DataFrame]) -> list[CellChange]:
    """Cells whose value differs from what the workbook shows."""
    changes: list[CellChange] = []
    for tab, frame in status.items():
        table = book.tables[tab]
        count = len(table.frame)  # rows to come follow those that are there
        keys = table.frame.index.to_numpy()
        for heading in frame.columns:
            if heading not in table.layout.columns:
                continue
            old = table.frame[heading].to_numpy()
            new = frame[heading].to_numpy()[:count]
            unequal = np.where(_blank(new), ~_blank(old), np.not_equal(old, new))
            at = np.flatnonzero(unequal)
            cells = zip(keys[at].tolist(), old[at].tolist(), new[at].tolist(), strict=True)
            changes += [
                CellChange(tab, key, heading, was, None if value == "" else value)
                for key, was, value in cells
                if was is None or not same(was, value)
            ]
    return changes


_NONE, _EMPTY = np.array(None, dtype=object), np.array("", dtype=object)


def _blank(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which of the objects are None or empty text, without a loop over all of them."""
    blank: npt.NDArray[np.bool_] = np.equal(values, _NONE) | np.equal(values, _EMPTY)
    return blank.astype(bool)


def _setting_problems(book: Book, problems: Iterable[Problem]) -> list[CellChange]:
    """The tool column `Problem` of Settings."""
    table = book.tables["Settings"]
    if "Problem" not in table.layout.columns:
        return []
    wrong = {p.key: f"{p.found} {p.mend}" for p in problems if p.tab == "Settings" and p.key}
    old: list[Value] = table.frame["Problem"].tolist()
    return [
        CellChange("Settings", key, "Problem", value, wrong.get(key))
        for key, value in zip(table.frame.index.tolist(), old, strict=True)
        if not same(value, wrong.get(key))
    ]


def _mails(
    snapshot: Snapshot,
    routing: Routing,
    status: Mapping[str, pd.DataFrame],
    problems: tuple[Problem, ...],
    notes: tuple[str, ...],
) -> tuple[tuple[Mail, ...], list[Problem]]:
    """The day's mails as `Sending` has them, and what in Settings stands in their way."""
    business = snapshot.business
    if business.sending is Sending.PREVIEW:
        return (), []
    missing = [name for name, value in _needed(snapshot) if not value]
    if missing:
        return (), [_blank_setting(snapshot, name) for name in missing]
    to_clients = client_mails(snapshot, routing)
    leaving = at_stage(snapshot, to_clients)
    shown = leaving if business.sending.is_live else to_clients
    team = digest.digests(snapshot, routing, status)
    owner = digest.summary(snapshot, routing, status, shown, problems, notes)
    mails = (*leaving, *at_stage(snapshot, digest.merged([*team, *owner])))
    unlisted = [] if snapshot.book.has("Follow-ups") else _nowhere_to_decide(routing)
    return tuple(mail for mail in mails if mail.key not in snapshot.history.mails_today), unlisted


def _nowhere_to_decide(routing: Routing) -> list[Problem]:
    """What waits for a decision cannot be decided without the tab in which that is done."""
    count = len(routing.waiting)
    if not count:
        return []
    found = f"The tab is missing, and follow-ups that wait for a decision ({count}) are not sent."
    mend = "Copy the tab from the template, or set Sending in Settings to send."
    return [Problem("Follow-ups", "", found, mend)]


def _needed(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    business = snapshot.business
    needed = (("Sender address", business.sender),)
    if business.sending is Sending.REHEARSE:
        return (*needed, ("Rehearsal address", business.rehearsal_address))
    if snapshot.history.stage is Stage.OWNER:
        return (*needed, ("Owner's address", business.owner))
    return needed


def _blank_setting(snapshot: Snapshot, name: str) -> Problem:
    table = snapshot.book.tables["Settings"]
    key = next((key for key in table.frame.index if str(key).casefold() == name.casefold()), "")
    row = table.layout.rows.get(str(key), 0)
    cell = table.cell(row, "Value") if row else ""
    found = f"{name} is blank, so nothing is sent."
    return Problem("Settings", cell, found, "Type one address.", str(key))
