"""Clients of a plain list: a business without steps has dates that say who is forgotten, too.

Where no offer declares steps, a client who has none is judged by the day by which something is due
and by the last sign of life: a contact, or a change of Status, which only the ledger sees. A list
without a column for the last contact has the start to go by as well; in one that has it, a blank
cell says nothing. A lead is only reminded of what is due, and of a Status that never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sheetops.model.history import SeenStatus
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import activity
from sheetops.systems.clients.answers import answers
from sheetops.workbook.arrays import Bools, Days, Numbers, Objects
from sheetops.workbook.choices import Flag
from sheetops.workbook.values import day_text

_NO_DAY = np.datetime64("NaT", "D")
_CONTACT, _START, _STATUS, _SEEN = "contact", "start", "status", "seen"
_SILENT = {
    _CONTACT: "No contact since {day}",
    _START: "Nothing is noted since the start on {day}",
    _STATUS: "Status has not changed since {day}",
    _SEEN: "Status has not changed since {day}",
}
_ALIVE = {
    _CONTACT: "Last contact on {day}.",
    _START: "Started on {day}.",
    _STATUS: "Status is new since {day}.",
}


@once_a_snapshot
def is_listed(snapshot: Snapshot) -> Bools:
    """Clients who have no steps, in a workbook in which no offer declares any."""
    listed: Bools = ~snapshot.clients.has_steps & (not len(snapshot.book.frame("Offer steps")))
    return listed


@once_a_snapshot
def statuses(snapshot: Snapshot) -> dict[str, SeenStatus]:
    """By key, what stands under Status of each client of the list, in the staff's own words, and
    the day on which it was first seen there: today, where it is new."""
    clients, before = snapshot.clients, snapshot.history.statuses
    theirs = snapshot.book.adopted_names.statuses
    rows = snapshot.book.frame("Clients")["row"].tolist()
    seen = {}
    for at in np.flatnonzero(is_listed(snapshot) & clients.is_certain).tolist():
        key, status = str(clients.key[at]), theirs.get(rows[at], str(clients.status[at]))
        known = before.get(key)
        same = known is not None and known.status == status
        seen[key] = known if known and same else SeenStatus(status, snapshot.today)
    return seen


@once_a_snapshot
def flags(snapshot: Snapshot) -> dict[int, tuple[Flag, str]]:
    """Flag and reason by place, of each client of the list of whom the sheet says something."""
    clients = snapshot.clients
    due, life = _due_days(snapshot), _signs_of_life(snapshot)
    judged = is_listed(snapshot) & clients.is_certain & ~clients.is_paused
    flagged = {}
    for at in np.flatnonzero(judged & (clients.is_served | clients.is_lead)).tolist():
        said = [*_due(snapshot, due, at), *_silence(snapshot, life, at)]
        if clients.is_lead[at]:
            said = [line for line in said if line[0] is not Flag.ON_TRACK]
        if said:
            flagged[at] = said[0][0], " ".join(words for _, words in said)
    return flagged


@dataclass(frozen=True)
class _Due:
    """By client, the day by which something is due (NaT: none), and the working days until it
    (below 0: since it)."""

    day: Days
    left: Numbers


def _due_days(snapshot: Snapshot) -> _Due:
    frame, calendar = snapshot.book.frame("Clients"), snapshot.business.calendar
    today = np.full(len(frame), snapshot.today, dtype="datetime64[D]")
    due = frame["Promised by"].to_numpy().astype("datetime64[D]")
    ago = np.maximum(calendar.ages(due, today), 1)
    return _Due(due, np.where(due < today, -ago, calendar.ages(today, due)))


def _due(snapshot: Snapshot, due: _Due, at: int) -> Iterator[tuple[Flag, str]]:
    if np.isnat(due.day[at]):
        return
    day, left = day_text(due.day[at].item()), int(due.left[at])
    if left < 0:
        yield Flag.LATE, f"Due on {day}, {_working_days(-left)} ago."
    elif left <= snapshot.business.due_soon_days:
        when = "today" if left == 0 else f"in {_working_days(left)}"
        yield Flag.DUE_SOON, f"Due {when}, on {day}."
    else:
        yield Flag.ON_TRACK, f"Due on {day}."


@dataclass(frozen=True)
class _Life:
    """By client, the last sign of life (NaT: none), which it was, and the working days since."""

    day: Days
    kind: Objects
    since: Numbers


def _signs_of_life(snapshot: Snapshot) -> _Life:
    clients, frame = snapshot.clients, snapshot.book.frame("Clients")
    contact, unsure = activity.contacts(snapshot)
    contact = np.fmax(contact, answers(snapshot).last)
    seen, changed = _status_days(snapshot)
    start = frame["Start date"].to_numpy().astype("datetime64[D]")
    has_contacts = "Last contact" in snapshot.book.tables["Clients"].layout.columns
    signs = {
        _START: np.where(clients.is_lead | has_contacts, _NO_DAY, start),
        _STATUS: np.where(clients.is_lead, seen, changed),
        _CONTACT: contact,
    }
    last = np.fmax.reduce(np.stack(list(signs.values())))
    kind = np.full(len(frame), _SEEN, dtype=object)
    for name, day in signs.items():
        kind[day == last] = name
    last = np.where(np.isnat(last), seen, last)
    last[unsure | answers(snapshot).unsure] = _NO_DAY
    today = np.full(len(frame), snapshot.today, dtype="datetime64[D]")
    return _Life(last, kind, snapshot.business.calendar.ages(last, today))


def _status_days(snapshot: Snapshot) -> tuple[Days, Days]:
    """By client, the day on which their Status was first seen, and the one on which it was seen to
    have changed; NaT where nobody knows."""
    seen = statuses(snapshot)
    days = [seen[key].since if key in seen else None for key in map(str, snapshot.clients.key)]
    since = np.array(days, dtype="datetime64[D]")
    first = min((one.since for one in snapshot.history.statuses.values()), default=snapshot.today)
    return since, np.where(since > np.datetime64(first, "D"), since, _NO_DAY)


def _silence(snapshot: Snapshot, life: _Life, at: int) -> Iterator[tuple[Flag, str]]:
    if np.isnat(life.day[at]):
        return
    kind, most = str(life.kind[at]), snapshot.business.silent_after
    day = day_text(life.day[at].item())
    if life.day[at] > np.datetime64(snapshot.today, "D"):
        if kind == _START:
            yield Flag.ON_TRACK, f"Starts on {day}."
    elif (since := int(life.since[at])) > most:
        silent = _SILENT[kind].format(day=day)
        yield Flag.INACTIVE, f"{silent}, {_working_days(since)}; more than {most} is too long."
    elif kind in _ALIVE:
        yield Flag.ON_TRACK, _ALIVE[kind].format(day=day)


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
