"""Clients of a plain list: a business without steps has dates that say who is forgotten, too.

Where no offer declares steps, a client who has none is judged by two days alone: the one by which
something is promised, and that of the last contact. A list without a column for the last contact
has nothing later than the start to go by; in one that has it, a blank cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import activity
from sheetops.systems.clients.answers import answers
from sheetops.workbook.arrays import Bools, Days, Numbers
from sheetops.workbook.choices import Flag
from sheetops.workbook.values import day_text


@once_a_snapshot
def is_listed(snapshot: Snapshot) -> Bools:
    """Clients who have no steps, in a workbook in which no offer declares any."""
    listed: Bools = ~snapshot.clients.has_steps & (not len(snapshot.book.frame("Offer steps")))
    return listed


@once_a_snapshot
def flags(snapshot: Snapshot) -> dict[int, tuple[Flag, str]]:
    """Flag and reason by place, of each client of the list of whom the sheet's days say something;
    a lead is only reminded of what is due."""
    clients = snapshot.clients
    sheet = _sheet_days(snapshot)
    judged = is_listed(snapshot) & clients.is_certain & ~clients.is_paused
    flagged = {}
    for at in np.flatnonzero(judged & (clients.is_served | clients.is_lead)).tolist():
        said = [*_due(snapshot, sheet, at), *(_silence(snapshot, sheet, at))]
        if clients.is_lead[at]:
            said = [line for line in said if line[0] in {Flag.LATE, Flag.DUE_SOON}]
        if said:
            flagged[at] = said[0][0], " ".join(dict.fromkeys(words for _, words in said))
    return flagged


@dataclass(frozen=True)
class _SheetDays:
    """By client: the day by which something is due and the working days until it (below 0: since);
    the last day on which anything is known of them, the working days since, and whether that was
    only the start. NaT and NaN: unknown."""

    due: Days
    left: Numbers
    last: Days
    since: Numbers
    is_start: Bools


def _sheet_days(snapshot: Snapshot) -> _SheetDays:
    frame, calendar = snapshot.book.frame("Clients"), snapshot.business.calendar
    today = np.full(len(frame), snapshot.today, dtype="datetime64[D]")
    due = frame["Promised by"].to_numpy().astype("datetime64[D]")
    left = np.where(due < today, -calendar.ages(due, today), calendar.ages(today, due))
    contact, unsure = activity.contacts(snapshot)
    contact = np.fmax(contact, answers(snapshot).last)
    start = frame["Start date"].to_numpy().astype("datetime64[D]")
    if "Last contact" in snapshot.book.tables["Clients"].layout.columns:
        start = np.where(np.isnat(contact), np.datetime64("NaT", "D"), start)
    last = np.fmax(contact, start)
    last[unsure | answers(snapshot).unsure] = np.datetime64("NaT", "D")
    return _SheetDays(due, left, last, calendar.ages(last, today), last != contact)


def _due(snapshot: Snapshot, sheet: _SheetDays, at: int) -> Iterator[tuple[Flag, str]]:
    if np.isnat(sheet.due[at]):
        return
    day, left = day_text(sheet.due[at].item()), int(sheet.left[at])
    if sheet.due[at] < np.datetime64(snapshot.today, "D"):
        yield Flag.LATE, f"Due on {day}, {_working_days(max(-left, 1))} ago."
    elif left <= snapshot.business.due_soon_days:
        when = "today" if left == 0 else f"in {_working_days(left)}"
        yield Flag.DUE_SOON, f"Due {when}, on {day}."
    else:
        yield Flag.ON_TRACK, f"Due on {day}."


def _silence(snapshot: Snapshot, sheet: _SheetDays, at: int) -> Iterator[tuple[Flag, str]]:
    if np.isnat(sheet.last[at]):
        return
    day, most = day_text(sheet.last[at].item()), snapshot.business.silent_after
    if sheet.last[at] > np.datetime64(snapshot.today, "D"):
        if sheet.is_start[at]:
            yield Flag.ON_TRACK, f"Starts on {day}."
        return
    since = int(sheet.since[at])
    if since > most:
        what = "Nothing is noted since the start on" if sheet.is_start[at] else "No contact since"
        yield Flag.INACTIVE, f"{what} {day}, {_working_days(since)}; more than {most} is too long."
    else:
        yield Flag.ON_TRACK, f"{'Started' if sheet.is_start[at] else 'Last contact'} on {day}."


def _working_days(count: int) -> str:
    return "1 working day" if count == 1 else f"{count} working days"
