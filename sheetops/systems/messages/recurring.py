"""When messages about a client, rather than a step, are due: inactive, once, and every few weeks.

An occasion gives a follow-up its key, and so must stay the same until it has passed. A silence is
named by its last sign of life: a new sign ends it, and a later silence is another. What is sent
once has the same occasion for ever, so that no correction of a date sends it again. A cadence
counts weeks from the client's start; those without one all share the same weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sheetops.model.mail import follow_up_key
from sheetops.model.memo import once_a_morning
from sheetops.model.snapshot import Morning
from sheetops.systems.clients import activity
from sheetops.systems.messages.definitions import Message
from sheetops.systems.messages.segments import segments
from sheetops.systems.messages.timing import Moment
from sheetops.workbook.headers import folded
from sheetops.workbook.identity import BARRED
from sheetops.workbook.problem import Problem
from sheetops.workbook.values import day_text

Bools = npt.NDArray[np.bool_]

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


def members(morning: Morning, message: Message) -> Bools:
    """The clients that a message's `Segment` and `Offer` let it be for; nobody where the segment
    cannot be told."""
    clients = morning.clients
    fits = np.ones(len(clients.key), dtype=bool)
    if message.segment:
        held = segments(morning).of(message.segment)
        fits = held.copy() if held is not None else ~fits
    if message.offer:
        fits &= offers(morning) == message.offer
    return fits


@once_a_morning
def offers(morning: Morning) -> npt.NDArray[Any]:
    """The folded offer of each client."""
    return np.array([folded(str(offer)) for offer in morning.clients.offer], dtype=object)


def occasions(morning: Morning, message: Message) -> Iterator[Occasion]:
    """Every occasion of a message that is due now, or will be next."""
    fits = members(morning, message) & _reachable(morning, message)
    if message.when.moment is Moment.INACTIVE:
        yield from _silences(morning, message, fits)
    elif message.when.moment is Moment.ONCE:
        day = morning.business.calendar.after(morning.today, 0)
        for at in np.flatnonzero(fits).tolist():
            yield Occasion(at, _FOR_EVER, day, _key(morning, message, at, _FOR_EVER))
    elif message.when.moment is Moment.EVERY and message.when.number:
        for at in np.flatnonzero(fits).tolist():
            yield from _turns(morning, message, at)


def _reachable(morning: Morning, message: Message) -> Bools:
    """Whom such a message may be about: with a segment everybody in it who is not paused, else
    those who are served, or who have finished where it is a part of the service afterwards."""
    clients = morning.clients
    sure: Bools = (clients.doubt == "") & ~clients.is_paused
    if message.segment:
        sure &= ~np.isin(clients.status.astype(str), BARRED)
    elif message.part in _AFTER_SERVICE:
        sure &= clients.status == "Finished"
    else:
        start = morning.book.frame("Clients")["Start date"].to_numpy()
        sure &= clients.is_served & (start <= np.datetime64(morning.today))
    return sure


def _silences(morning: Morning, message: Message, fits: Bools) -> Iterator[Occasion]:
    found, calendar = activity.silence(morning), morning.business.calendar
    silent = found.is_inactive & fits
    if message.to == "client":
        silent &= ~activity.waits_on_us(morning)  # it is our turn: they need no help to go on
    for at in np.flatnonzero(silent).tolist():
        last: date = found.signs.day[at].item()
        day = calendar.after(last, int(found.allowed[at]))
        yield Occasion(at, last, day, _key(morning, message, at, last))


def _turns(morning: Morning, message: Message, at: int) -> Iterator[Occasion]:
    """The turn that has come, unless it is long past, and the next one."""
    business = morning.business
    start = _first_day(morning, at)
    span = timedelta(days=7 * message.when.number)
    passed = max((morning.today - start) // span, 0)
    for number in (passed, passed + 1):
        occasion = start + number * span
        day = business.calendar.after(occasion, 0)
        late = business.calendar.age(day, morning.today) > business.too_late_days
        if number and not late and not _was_lately(morning, message, at, occasion, span):
            yield Occasion(at, occasion, day, _key(morning, message, at, occasion))


def _first_day(morning: Morning, at: int) -> date:
    start: date | None = _starts(morning)[at]
    return start or _FOR_EVER


@once_a_morning
def _starts(morning: Morning) -> list[date | None]:
    frame = morning.book.frame("Clients")
    days: list[date | None] = frame["Start date"].to_numpy().astype("datetime64[D]").tolist()
    return days


def _was_lately(
    morning: Morning, message: Message, at: int, occasion: date, span: timedelta
) -> bool:
    """Whether an earlier turn is less than the span away: a start date was corrected."""
    client = str(morning.clients.key[at])
    turns = _turns_before(morning).get((client, message.name), ())
    return any(one != occasion and abs(occasion - one) < span for one in turns)


@once_a_morning
def _turns_before(morning: Morning) -> dict[tuple[str, str], list[date]]:
    """Occasions of each message that the ledger knows, by client."""
    found: dict[tuple[str, str], list[date]] = {}
    for sent in morning.history.sent.values():
        if not sent.step:
            found.setdefault((sent.client, sent.message), []).append(sent.occasion)
    return found


def _key(morning: Morning, message: Message, at: int, occasion: date) -> str:
    client = str(morning.clients.key[at])
    return follow_up_key(morning.business.workbook_id, client, message.name, "", occasion)


def why(morning: Morning, message: Message, at: int, occasion: date) -> str:
    """Why such a message is due, in words."""
    whom = f'In the segment "{_segment_name(morning, message)}"' if message.segment else ""
    if message.when.moment is Moment.INACTIVE:
        return activity.inactive(morning)[at]
    if message.when.moment is Moment.ONCE:
        return f"{whom}, and not told yet." if whom else "Sent once to every client."
    weeks = "week" if message.when.number == 1 else f"{message.when.number} weeks"
    return f"{whom + ', every' if whom else 'Every'} {weeks}; this turn is of {day_text(occasion)}."


def _segment_name(morning: Morning, message: Message) -> str:
    """A segment as the sheet spells it."""
    names = morning.book.frame("Segments")["Segment"]
    return next((str(name) for name in names if folded(name) == message.segment), message.segment)


def without_segment(morning: Morning, message: Message) -> Iterator[Problem]:
    """The problem that a message is for a segment, and nobody can say who is in it."""
    if not message.segment or segments(morning).of(message.segment) is not None:
        return
    table = morning.book.tables["Messages"]
    cell = table.cell_of(message.name, "Segment")
    name = str(morning.book.frame("Messages").at[message.name, "Segment"])
    if not morning.book.has("Segments"):
        found, mend = "There is no tab Segments to look in", "Add the tab, or clear the cell."
    else:
        found, mend = "It cannot be told whom it holds", "Mend its rows in Segments."
    yield Problem("Messages", cell, f'Segment "{name}": {found}, so nothing is sent.', mend)


def by_client(morning: Morning, found: Sequence[Message]) -> Bools:
    """Which messages may be for which client (clients by messages) by their segments alone. One
    whose segment cannot be told may be for anybody, and so keeps its place on every ladder."""
    may = np.ones((len(morning.clients.key), len(found)), dtype=bool)
    for at, message in enumerate(found):
        held = segments(morning).of(message.segment) if message.segment else None
        if held is not None:
            may[:, at] = held
    return may
