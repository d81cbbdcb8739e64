"""When each message of the sheet is due for each client and step, and what of it is for today.

A rung goes out when its step has waited long enough and every earlier rung has really gone out,
with the days between the two rungs kept: a step that was found late starts at the first rung, not
at the last. Catching up stops the ladder, because only steps that wait are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from sheetops.model.mail import follow_up_key
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.messages import recurring
from sheetops.systems.messages.definitions import CLIENT_LEVEL, STEP_LEVEL, Message
from sheetops.systems.messages.post_service_delta import ASKING
from sheetops.systems.messages.timing import Moment
from sheetops.systems.path.consequences import lifted_on
from sheetops.workbook.arrays import Bools, Days, Places
from sheetops.workbook.choices import MessageKind, Recipient, SendMode
from sheetops.workbook.headers import folded

_SERIOUS = (Moment.UNCLEAR, Moment.BEFORE_DUE, Moment.WAITING, Moment.AFTER_DUE)
_WARNINGS = {Moment.WAITING, Moment.AFTER_DUE}
_PATIENCE = 60
"""Working days for which a request for more business may wait for the client's answer."""
_ONCE = date(1, 1, 1)
"""The occasion of a reward: whatever day staff may correct, a step is done early once."""
_CORRECTION = timedelta(days=92)
"""Two starts, or finishes, of one client that lie closer are one, of which a date was mended."""
_PARTY_OF = {Recipient.CLIENT: "Client", Recipient.THIRD_PARTY: "Third party"}


class Due(NamedTuple):
    """A message that is due, or will be: about which client and step, for which occasion, when.

    `day` is when it is due by its own phrase; `earlier` are the rungs below it: each key, and
    the working days between it and this one.
    """

    message: Message
    client_at: int
    step_at: int
    step_key: str
    occasion: date
    day: date
    key: str
    earlier: tuple[tuple[str, int], ...] = ()


def _all_due(snapshot: Snapshot, message: Message, found: Sequence[Message]) -> Iterator[Due]:
    if message.when.moment in STEP_LEVEL:
        return _due_for_steps(snapshot, message, found)
    if message.when.moment in CLIENT_LEVEL:
        return _due_for_clients(snapshot, message)
    return (
        Due(message, one.client_at, -1, "", one.occasion, one.day, one.key)
        for one in recurring.occasions(snapshot, message)
    )


def _due_for_steps(snapshot: Snapshot, message: Message, found: Sequence[Message]) -> Iterator[Due]:
    steps = snapshot.steps
    places = _waiting(snapshot, message)
    ladders: dict[tuple[str, str, str, bytes], list[Message]] = {}
    offers, of_segments = recurring.offers(snapshot), recurring.by_client(snapshot, found)
    occasions, days = _days_of(snapshot, message, places)
    columns = (places, steps.client_at[places], steps.name[places], steps.waiting_on[places])
    rows = zip(*(column.tolist() for column in (*columns, occasions, days)), strict=True)
    for at, client, step, party, occasion, day in rows:
        kind = (str(offers[client]), folded(step), party, of_segments[client].tobytes())
        if kind not in ladders:
            theirs = (o for o, is_theirs in zip(found, kind[3], strict=True) if is_theirs)
            rungs = [one for one in theirs if _speaks_of(one, party)]
            ladders[kind] = _up_to(message, _ladder(rungs, message, kind[0], kind[1]))
        if ladder := ladders[kind]:
            yield Due(
                message=message,
                client_at=client,
                step_at=at,
                step_key=str(steps.key[at]),
                occasion=occasion,
                day=day,
                key=_key(snapshot, message, at, occasion),
                earlier=tuple(
                    (_key(snapshot, rung, at, occasion), message.when.number - rung.when.number)
                    for rung in ladder[:-1]
                ),
            )


def _waiting(snapshot: Snapshot, message: Message) -> Places:
    """Places of the steps that a message is about: current, of a client who may be reminded, and
    waiting on the party that it speaks to."""
    steps, clients = snapshot.steps, snapshot.clients
    early = message.when.moment is Moment.DONE_EARLY
    served = clients.is_engaged if early else clients.is_served
    served = served & ~clients.is_paused & clients.is_certain
    if message.offer:
        served &= recurring.offers(snapshot) == message.offer
    if message.segment:
        served &= recurring.members(snapshot, message)
    at: Places = np.flatnonzero(_done_early(snapshot) if early else steps.is_current)
    at = at[served[steps.client_at[at]] & (steps.doubt[at] == "")]
    if message.step:
        at = at[np.array([folded(name) == message.step for name in steps.name[at]], dtype=bool)]
    if message.to != "owner":
        at = at[steps.waiting_on[at] == _PARTY_OF[message.to]]
    if message.when.moment in {Moment.BEFORE_DUE, Moment.AFTER_DUE}:
        at = at[~np.isnat(steps.due[at])]
    return at


def _done_early(snapshot: Snapshot) -> Bools:
    """Steps that were done before the day they were due by, lately enough to thank for it."""
    steps = snapshot.steps
    early: Bools = (steps.client_at >= 0) & (steps.done < steps.due)
    age = snapshot.business.calendar.ages(steps.done[early], snapshot.today)
    early[early] = age <= snapshot.business.too_late_days
    return early


def _speaks_of(message: Message, party: str) -> bool:
    """Whether a message is for steps that wait on a party: the owner hears of all, whoever acts."""
    return message.to is Recipient.OWNER or party == _PARTY_OF[message.to]


def _ladder(found: Sequence[Message], message: Message, offer: str, step: str) -> list[Message]:
    """The rungs of one kind that hold for a step, lowest first. Of two with the same When and To,
    the one that names the step, or the offer, takes the place of the general one. A rung that
    cannot be used stays in its place, so that those above it wait."""
    best: dict[tuple[int, str], Message] = {}
    for one in found:
        fits = one.when.moment is message.when.moment and one.offer in {"", offer}
        if not fits or one.step not in {"", step}:
            continue
        place = (one.when.number, one.to)
        if place not in best or _closeness(one) > _closeness(best[place]):
            best[place] = one
    return [best[place] for place in sorted(best)]


def _closeness(message: Message) -> int:
    """How closely a message fits; of two alike, one that cannot be used keeps the place empty."""
    named = 8 * bool(message.step) + 4 * bool(message.offer) + 2 * bool(message.segment)
    return named + (not message.usable)


def _up_to(message: Message, ladder: Sequence[Message]) -> list[Message]:
    """The rungs below a message and the message itself, which comes last. None where another one,
    of this very step, takes its place; of what is said before a due day, none waits for another."""
    if message not in ladder:
        return []
    if message.when.moment is Moment.BEFORE_DUE:
        return [message]
    return list(ladder[: ladder.index(message) + 1])


def _days_of(snapshot: Snapshot, message: Message, at: Places) -> tuple[Days, Days]:
    """For the steps at these places, the occasion of a message and the day on which it is due."""
    steps, calendar = snapshot.steps, snapshot.business.calendar
    if message.when.moment is Moment.DONE_EARLY:
        return np.full(len(at), _ONCE, dtype="datetime64[D]"), steps.done[at]
    number = np.full(len(at), float(message.when.number))
    if message.when.moment is Moment.WAITING:
        return steps.started[at], calendar.add(steps.started[at], number)
    if message.when.moment is Moment.AFTER_DUE:
        return steps.due[at], calendar.add(steps.due[at], number)
    return steps.due[at], _before(snapshot, steps.due[at], message.when.number)


def _before(snapshot: Snapshot, days: Days, working_days: int) -> Days:
    """The last days from which there are still `working_days` until each of `days`."""
    before: Days = np.busday_offset(
        days, -working_days, roll="backward", busdaycal=snapshot.business.calendar.numpy
    )
    return before


def _key(snapshot: Snapshot, message: Message, step_at: int, occasion: date) -> str:
    asked = (message.name, step_at, occasion)
    known = _keys(snapshot)
    if asked not in known:
        steps, workbook = snapshot.steps, snapshot.book.business.workbook_id
        client = str(snapshot.clients.key[steps.client_at[step_at]])
        step = str(steps.key[step_at])
        known[asked] = follow_up_key(workbook, client, message.name, step, occasion)
    return known[asked]


@once_a_snapshot
def _keys(_snapshot: Snapshot) -> dict[tuple[str, int, date], str]:
    """Keys that were made: each rung asks for those of its whole ladder."""
    return {}


def _due_for_clients(snapshot: Snapshot, message: Message) -> Iterator[Due]:
    """What is said so long after a start or a finish. What is too late to make sense is left out:
    of those who started or finished long ago there are the most, and nothing rests on it."""
    clients, calendar = snapshot.clients, snapshot.business.calendar
    after_finish = message.when.moment is Moment.AFTER_FINISH
    heading = "Finished on" if after_finish else "Start date"
    dates = snapshot.book.frame("Clients")[heading].to_numpy().astype("datetime64[D]")
    fits = clients.is_finished if after_finish else clients.is_served
    fits = fits & clients.is_certain & ~clients.is_paused & ~np.isnat(dates)
    at = np.flatnonzero(fits & recurring.members(snapshot, message))
    days = calendar.add(dates[at], np.full(len(at), float(message.when.number)))
    most = _PATIENCE if message.part in ASKING else snapshot.business.too_late_days
    in_time = calendar.ages(days, snapshot.today) <= most
    at, days = at[in_time], days[in_time]
    for place, occasion, day in zip(at.tolist(), dates[at].tolist(), days.tolist(), strict=True):
        client, workbook = str(clients.key[place]), snapshot.business.workbook_id
        key = follow_up_key(workbook, client, message.name, "", occasion)
        yield Due(message, place, -1, "", occasion, day, key)


class Agenda:
    """All that is or will be due, and what of it is for today.

    Of two reminders of different kinds about one step to one person, the later one overtakes the
    earlier: whoever is told that a step was due yesterday need not hear that it is due soon. A rung
    on which a consequence rests is not overtaken: nobody bears a consequence who was not warned.
    """

    def __init__(self, snapshot: Snapshot, found: Sequence[Message]) -> None:
        self.snapshot = snapshot
        due = [one for message in found for one in _all_due(snapshot, message, found)]
        self.due = _after_all_warnings(snapshot, due)
        self.by_key = {one.key: one for one in self.due}
        bearing = [one for one in self.due if one.message.consequence]
        self.firm = {key for one in bearing for key, _ in one.earlier}
        self.firm |= {one.key for one in bearing}
        self.lifted = lifted_on(snapshot)
        clients = snapshot.book.frame("Clients")
        self.do_not_mail = clients["Do not mail"].to_numpy()
        self.consent = clients["Marketing consent"].to_numpy()
        self.unclear = {
            at
            for message in found
            if message.when.moment is Moment.UNCLEAR
            for at in _waiting(snapshot, message).tolist()
        }
        self.told: dict[tuple[str, str], list[date]] = {}
        for sent in snapshot.history.sent.values():
            if sent.went_out and not sent.step:
                self.told.setdefault((sent.client, sent.message), []).append(sent.occasion)
        self.beside: dict[tuple[int, str], list[Due]] = {}
        for one in self.due:
            if one.step_at >= 0:
                self.beside.setdefault((one.step_at, one.message.to), []).append(one)
        self.going = {one.key for one in self.due if self._would_go(one)}

    def is_due(self, one: Due) -> bool:
        """Whether it is for today: its day has come, and nothing has overtaken it."""
        return self.may_go(one) and one.key in self.going and not self.is_overtaken(one)

    def may_go(self, one: Due) -> bool:
        """Whether its words can be used, and no reminder of its step is of an unclear day."""
        return one.message.usable and one.step_at not in self.unclear

    def is_overtaken(self, one: Due) -> bool:
        return any(o.key in self.going or self.went_out(o.key) for o in self._later(one))

    def ready_on(self, one: Due) -> date | None:
        """The day on which it may go; None while a rung below it has not gone out."""
        day = one.day
        for key, gap in one.earlier:
            if self._is_skipped(key):
                continue
            gone = self._gone_on(key)
            if gone is None:
                return None
            day = max(day, self.snapshot.business.calendar.after(gone, gap))
        return day

    def is_barred(self, one: Due) -> bool:
        """Whether the sheet forbids this mail to whom it is for. Then the rung is skipped: those
        that are for the owner still come, and say so; its consequence is not carried out."""
        if one.message.to is Recipient.OWNER or one.message.send is SendMode.BY_HAND:
            return False
        unwanted = one.message.kind is MessageKind.MARKETING and not self.consent[one.client_at]
        return bool(self.do_not_mail[one.client_at]) or unwanted

    def skipped(self, one: Due) -> list[str]:
        """Names of the rungs below it that were skipped."""
        return [self.by_key[key].message.name for key, _ in one.earlier if self._is_skipped(key)]

    def _is_skipped(self, key: str) -> bool:
        one = self.by_key.get(key)
        return one is not None and not self.went_out(key) and self.is_barred(one)

    def is_settled(self, one: Due) -> bool:
        known = self.snapshot.history.sent.get(one.key)
        return (known is not None and (known.is_settled or known.by_hand)) or self._corrected(one)

    def _corrected(self, one: Due) -> bool:
        """Whether the client has had it already, and only its date was corrected since then."""
        if one.message.when.moment not in CLIENT_LEVEL:
            return False
        client = str(self.snapshot.clients.key[one.client_at])
        told = self.told.get((client, one.message.name), ())
        return any(abs(one.occasion - occasion) < _CORRECTION for occasion in told)

    def went_out(self, key: str) -> bool:
        known = self.snapshot.history.sent.get(key)
        return known is not None and known.went_out

    def _would_go(self, one: Due) -> bool:
        if one.day > self.snapshot.today or self.is_settled(one):
            return False
        day = self.ready_on(one)
        return day is not None and day <= self.snapshot.today and not is_past(self.snapshot, one)

    def _later(self, one: Due) -> list[Due]:
        if one.key in self.firm:
            return []
        beside = self.beside.get((one.step_at, one.message.to), [])
        kind = one.message.when.moment
        return [o for o in beside if o.message.when.moment is not kind and _place(o) > _place(one)]

    def _gone_on(self, key: str) -> date | None:
        """The day on which a rung went out, or the reminder that has overtaken it; where its
        consequence was lifted, that day, so that the one above it does not follow at once."""
        one = self.by_key.get(key)
        overtaking = self._later(one) if one is not None else []
        days_out = [
            self.snapshot.history.sent[k].day
            for k in (key, *(other.key for other in overtaking))
            if self.went_out(k)
        ]
        lifted = self.lifted.get(key)
        gone = min(days_out, default=None)
        return max(gone, lifted) if gone is not None and lifted is not None else gone


def _after_all_warnings(snapshot: Snapshot, due: Sequence[Due]) -> list[Due]:
    """What is due, rungs with a consequence set above every earlier warning of another kind."""
    bearing = {one.step_at for one in due if _bears(one)}
    warnings: dict[int, list[Due]] = {}
    for one in due:
        if one.step_at in bearing and one.message.when.moment in _WARNINGS:
            warnings.setdefault(one.step_at, []).append(one)
    age = snapshot.business.calendar.age
    placed = []
    for one in due:
        if _bears(one):
            kind = one.message.when.moment
            below = tuple(
                (other.key, age(other.day, one.day))
                for other in warnings.get(one.step_at, ())
                if other.message.when.moment is not kind and _place(other) < _place(one)
            )
            placed.append(one._replace(earlier=(*one.earlier, *below)))
        else:
            placed.append(one)
    return placed


def _bears(due: Due) -> bool:
    """Whether a consequence rests on a rung."""
    return bool(due.message.consequence) and due.message.when.moment in _SERIOUS


def _place(due: Due) -> tuple[date, int]:
    """Where it stands in the story of its step; of one day, the more serious comes later."""
    return due.day, _SERIOUS.index(due.message.when.moment)


def is_past(snapshot: Snapshot, due: Due) -> bool:
    """Whether its moment has passed: a reminder makes sense for as long as its step waits, but one
    that says "soon due" only until then."""
    return due.message.when.moment is Moment.BEFORE_DUE and due.occasion < snapshot.today
