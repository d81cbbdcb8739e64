"""When messages about a client, rather than a step, are due: inactive, once, and every few weeks.

An occasion gives a follow-up its key, and so must stay the same until it has passed. A silence is
named by its last sign of life: a new sign ends it, and a later silence is another. What is sent
once has the same occasion for ever, so that no correction of a date sends it again. A cadence
counts weeks from the client's start; those without one all share the same weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from sheetops.model.mail import follow_up_key
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import activity
from sheetops.systems.messages.definitions import Message
from sheetops.systems.messages.segments import segments
from sheetops.systems.messages.timing import Moment
from sheetops.workbook.arrays import Bools, Objects
from sheetops.workbook.choices import Recipient
from sheetops.workbook.headers import folded
from sheetops.workbook.identity import BARRED
from sheetops.workbook.problem import Problem
from sheetops.workbook.values import day_text

ON_A_CADENCE = {Moment.INACTIVE, Moment.ONCE, Moment.EVERY}
"""The moments that are worked out here."""
_FOR_EVER = date(2000, 1, 3)
"""The occasion of what is sent once; a Monday, from which the weeks of those without a start
count."""
_AFTER_SERVICE = {"quality", "feedback", "thank-you", "join", "subscribe", "resale", "referral"}
"""Parts that are for clients who have finished, unless a segment says for whom they are."""


class Occasion(NamedTuple):
    """A client, by place, for whom a message is due: the occasion, the day, and the key."""

    client_at: int
    occasion: date
    day: date
    key: str


def members(snapshot: Snapshot, message: Message) -> Bools:
    """The clients that a message's `Segment` and `Offer` let it be for; nobody where the segment
    cannot be told."""
    clients = snapshot.clients
    fits = np.ones(len(clients.key), dtype=bool)
    if message.segment:
        held = segments(snapshot).of(message.segment)
        fits = held.copy() if held is not None else ~fits
    if message.offer:
        fits &= offers(snapshot) == message.offer
    return fits


@once_a_snapshot
def offers(snapshot: Snapshot) -> Objects:
    """The folded offer of each client."""
    return np.array([folded(str(offer)) for offer in snapshot.clients.offer], dtype=object)


def occasions(snapshot: Snapshot, message: Message) -> Iterator[Occasion]:
    """Every occasion of a message that is due now, or will be next."""
    fits = members(snapshot, message) & _reachable(snapshot, message)
    if message.when.moment is Moment.INACTIVE:
        yield from _silences(snapshot, message, fits)
    elif message.when.moment is Moment.ONCE:
        day = snapshot.business.calendar.after(snapshot.today, 0)
        for at in np.flatnonzero(fits).tolist():
            yield Occasion(at, _FOR_EVER, day, _key(snapshot, message, at, _FOR_EVER))
    elif message.when.moment is Moment.EVERY and message.when.number:
        for at in np.flatnonzero(fits).tolist():
            yield from _turns(snapshot, message, at)


def _reachable(snapshot: Snapshot, message: Message) -> Bools:
    """Whom such a message may be about: with a segment everybody in it who is not paused, else
    those who are served, or who have finished where it is a part of the service afterwards."""
    clients = snapshot.clients
    sure: Bools = clients.is_certain & ~clients.is_paused
    if message.segment:
        sure &= ~clients.has_status(*BARRED)
    elif message.part in _AFTER_SERVICE:
        sure &= clients.is_finished
    else:
        start = snapshot.book.frame("Clients")["Start date"].to_numpy()
        sure &= clients.is_served & (start <= np.datetime64(snapshot.today))
    return sure


def _silences(snapshot: Snapshot, message: Message, fits: Bools) -> Iterator[Occasion]:
    found, calendar = activity.silence(snapshot), snapshot.business.calendar
    silent = found.is_inactive & fits
    if message.to is Recipient.CLIENT:
        silent &= ~activity.waits_on_us(snapshot)  # it is our turn: they need no help to go on
    for at in np.flatnonzero(silent).tolist():
        last: date = found.signs.day[at].item()
        day = calendar.after(last, int(found.allowed[at]))
        yield Occasion(at, last, day, _key(snapshot, message, at, last))


def _turns(snapshot: Snapshot, message: Message, at: int) -> Iterator[Occasion]:
    """The turn that has come, unless it is long past, and the next one."""
    business = snapshot.business
    start = _first_day(snapshot, at)
    span = timedelta(days=7 * message.when.number)
    passed = max((snapshot.today - start) // span, 0)
    for number in (passed, passed + 1):
        occasion = start + number * span
        day = business.calendar.after(occasion, 0)
        late = business.calendar.age(day, snapshot.today) > business.too_late_days
        if number and not late and not _was_lately(snapshot, message, at, occasion, span):
            yield Occasion(at, occasion, day, _key(snapshot, message, at, occasion))


def _first_day(snapshot: Snapshot, at: int) -> date:
    start: date | None = _starts(snapshot)[at]
    return start or _FOR_EVER


@once_a_snapshot
def _starts(snapshot: Snapshot) -> list[date | None]:
    frame = snapshot.book.frame("Clients")
    days: list[date | None] = frame["Start date"].to_numpy().astype("datetime64[D]").tolist()
    return days


def _was_lately(
    snapshot: Snapshot, message: Message, at: int, occasion: date, span: timedelta
) -> bool:
    """Whether an earlier turn is less than the span away: a start date was corrected."""
    client = str(snapshot.clients.key[at])
    turns = _turns_before(snapshot).get((client, message.name), ())
    return any(one != occasion and abs(occasion - one) < span for one in turns)


@once_a_snapshot
def _turns_before(snapshot: Snapshot) -> dict[tuple[str, str], list[date]]:
    """Occasions of each message that the ledger knows, by client."""
    found: dict[tuple[str, str], list[date]] = {}
    for sent in snapshot.history.sent.values():
        if not sent.step:
            found.setdefault((sent.client, sent.message), []).append(sent.occasion)
    return found


def _key(snapshot: Snapshot, message: Message, at: int, occasion: date) -> str:
    client = str(snapshot.clients.key[at])
    return follow_up_key(snapshot.business.workbook_id, client, message.name, "", occasion)


def why(snapshot: Snapshot, message: Message, at: int, occasion: date) -> str:
    """Why such a message is due, in words."""
    whom = f'In the segment "{_segment_name(snapshot, message)}"' if message.segment else ""
    if message.when.moment is Moment.INACTIVE:
        return activity.inactive(snapshot)[at]
    if message.when.moment is Moment.ONCE:
        return f"{whom}, and not told yet." if whom else "Sent once to every client."
    weeks = "week" if message.when.number == 1 else f"{message.when.number} weeks"
    return f"{whom + ', every' if whom else 'Every'} {weeks}; this turn is of {day_text(occasion)}."


def _segment_name(snapshot: Snapshot, message: Message) -> str:
    """A segment as the sheet spells it."""
    names = snapshot.book.frame("Segments")["Segment"]
    return next((str(name) for name in names if folded(name) == message.segment), message.segment)


def without_segment(snapshot: Snapshot, message: Message) -> Iterator[Problem]:
    """The problem that a message is for a segment, and nobody can say who is in it."""
    if not message.segment or segments(snapshot).of(message.segment) is not None:
        return
    table = snapshot.book.tables["Messages"]
    cell = table.cell_of(message.name, "Segment")
    name = str(snapshot.book.frame("Messages").at[message.name, "Segment"])
    if not snapshot.book.has("Segments"):
        found, mend = "There is no tab Segments to look in", "Add the tab, or clear the cell."
    else:
        found, mend = "It cannot be told whom it holds", "Mend its rows in Segments."
    yield Problem("Messages", cell, f'Segment "{name}": {found}, so nothing is sent.', mend)


def by_client(snapshot: Snapshot, found: Sequence[Message]) -> Bools:
    """Which messages may be for which client (clients by messages) by their segments alone. One
    whose segment cannot be told may be for anybody, and so keeps its place on every ladder."""
    may = np.ones((len(snapshot.clients.key), len(found)), dtype=bool)
    for at, message in enumerate(found):
        held = segments(snapshot).of(message.segment) if message.segment else None
        if held is not None:
            may[:, at] = held
    return may
