"""When each message of the sheet is due for each client and step, and what of it is for today.

A rung goes out when its step has waited long enough and every earlier rung has really gone out,
with the days between the two rungs kept: a step that was found late starts at the first rung, not
at the last. Catching up stops the ladder, because only steps that wait are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sheetops.findings import follow_up_key
from sheetops.headings import folded
from sheetops.morning import Morning
from sheetops.systems import cadence
from sheetops.systems.consequences import lifted_on
from sheetops.systems.delta import ASKING
from sheetops.systems.messages import CLIENT_LEVEL, STEP_LEVEL, Message
from sheetops.systems.once import once_a_morning
from sheetops.systems.when import Moment

_SERIOUS = (Moment.UNCLEAR, Moment.BEFORE_DUE, Moment.WAITING, Moment.AFTER_DUE)
_PATIENCE = 60
"""Working days for which a request for more business may wait for the client's answer."""
_ONCE = date(1, 1, 1)
"""The occasion of a reward: whatever day staff may correct, a step is done early once."""
_CORRECTION = timedelta(days=92)
"""Two starts, or finishes, of one client that lie closer are one, of which a date was mended."""
_PARTY_OF = {"client": "Client", "third party": "Third party"}


@dataclass(frozen=True, slots=True)
class Due:
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


def _all_due(morning: Morning, message: Message, found: Sequence[Message]) -> Iterator[Due]:
    if message.when.moment in STEP_LEVEL:
        return _due_for_steps(morning, message, found)
    if message.when.moment in CLIENT_LEVEL:
        return _due_for_clients(morning, message)
    return (
        Due(message, one.client_at, -1, "", one.occasion, one.day, one.key)
        for one in cadence.occasions(morning, message)
    )


def _due_for_steps(morning: Morning, message: Message, found: Sequence[Message]) -> Iterator[Due]:
    steps = morning.steps
    places = np.flatnonzero(_waits(morning, message))
    ladders: dict[tuple[str, str, str, bytes], list[Message]] = {}
    of_segments = cadence.by_client(morning, found)
    for at in places.tolist():
        name = folded(str(steps.name[at]))
        offer = folded(str(morning.clients.offer[steps.client_at[at]]))
        party = str(steps.waiting_on[at])
        kind = (offer, name, party, of_segments[steps.client_at[at]].tobytes())
        if kind not in ladders:
            theirs = (o for o, is_theirs in zip(found, kind[3], strict=True) if is_theirs)
            rungs = [one for one in theirs if _speaks_of(one, party)]
            ladders[kind] = _ladder(rungs, message, offer, name)
        ladder = ladders[kind]
        if message not in ladder:
            continue  # a message of this very step takes its place
        due = _one_for_step(morning, message, ladder, at)
        if due is not None:
            yield due


def _waits(morning: Morning, message: Message) -> npt.NDArray[np.bool_]:
    """Steps that a message is about: current, of a client who may be reminded, and waiting on the
    party that it speaks to."""
    steps, clients = morning.steps, morning.clients
    early = message.when.moment is Moment.DONE_EARLY
    served = clients.is_served | ((clients.status == "Finished") if early else False)
    served = served & ~clients.is_paused & (clients.doubt == "")
    mask: npt.NDArray[np.bool_] = _done_early(morning) if early else steps.is_current
    mask = mask & (steps.doubt == "")
    mask[mask] = served[steps.client_at[mask]]
    if message.offer:
        offers = np.array([folded(str(offer)) for offer in clients.offer], dtype=object)
        mask[mask] = offers[steps.client_at[mask]] == message.offer
    if message.segment:
        mask[mask] = cadence.members(morning, message)[steps.client_at[mask]]
    if message.step:
        places = np.flatnonzero(mask)
        mask[places] = [folded(str(name)) == message.step for name in steps.name[places]]
    parties = {str(party) for party in steps.waiting_on}
    mask &= np.isin(steps.waiting_on.astype(str), [p for p in parties if _speaks_of(message, p)])
    if message.when.moment in {Moment.BEFORE_DUE, Moment.AFTER_DUE}:
        mask &= ~np.isnat(steps.due)
    return mask


def _done_early(morning: Morning) -> npt.NDArray[np.bool_]:
    """Steps that were done before the day they were due by, lately enough to thank for it."""
    steps = morning.steps
    early: npt.NDArray[np.bool_] = (steps.client_at >= 0) & (steps.done < steps.due)
    age = morning.business.calendar.ages(steps.done[early], morning.today)
    early[early] = age <= morning.business.too_late_days
    return early


def _speaks_of(message: Message, party: str) -> bool:
    """Whether a message is for steps that wait on a party: the owner hears of all, whoever acts."""
    return message.to == "owner" or party == _PARTY_OF[message.to]


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


def _one_for_step(
    morning: Morning, message: Message, ladder: Sequence[Message], at: int
) -> Due | None:
    steps, calendar = morning.steps, morning.business.calendar
    start: date = steps.started[at].item()
    end: date | None = steps.due[at].item()
    number = message.when.number
    if message.when.moment is Moment.DONE_EARLY:
        occasion, day = _ONCE, steps.done[at].item()
    elif message.when.moment is Moment.WAITING:
        occasion, day = start, calendar.after(start, number)
    elif end is None:
        return None
    elif message.when.moment is Moment.AFTER_DUE:
        occasion, day = end, calendar.after(end, number)
    else:
        occasion, day = end, _before(morning, end, number)
    keys = [_key(morning, rung, at, occasion) for rung in ladder]
    place = ladder.index(message)
    climbs = message.when.moment is not Moment.BEFORE_DUE
    below = zip(keys[:place] if climbs else (), ladder, strict=False)
    earlier = tuple((key, number - rung.when.number) for key, rung in below)
    return Due(
        message=message,
        client_at=int(steps.client_at[at]),
        step_at=at,
        step_key=str(steps.key[at]),
        occasion=occasion,
        day=day,
        key=keys[place],
        earlier=earlier,
    )


def _before(morning: Morning, day: date, working_days: int) -> date:
    """The last day from which there are still `working_days` until `day`."""
    offset = np.busday_offset(
        np.datetime64(day, "D"),
        -working_days,
        roll="backward",
        busdaycal=morning.business.calendar.numpy,
    )
    before: date = offset.astype("datetime64[D]").tolist()
    return before


def _key(morning: Morning, message: Message, step_at: int, occasion: date) -> str:
    asked = (message.name, step_at, occasion)
    known = _keys(morning)
    if asked not in known:
        steps, workbook = morning.steps, morning.book.business.workbook_id
        client = str(morning.clients.key[steps.client_at[step_at]])
        step = str(steps.key[step_at])
        known[asked] = follow_up_key(workbook, client, message.name, step, occasion)
    return known[asked]


@once_a_morning
def _keys(_morning: Morning) -> dict[tuple[str, int, date], str]:
    """Keys that were made: each rung asks for those of its whole ladder."""
    return {}


def _due_for_clients(morning: Morning, message: Message) -> Iterator[Due]:
    clients, calendar = morning.clients, morning.business.calendar
    after_finish = message.when.moment is Moment.AFTER_FINISH
    heading = "Finished on" if after_finish else "Start date"
    dates = morning.book.frame("Clients")[heading].to_numpy().astype("datetime64[D]")
    fits = (clients.status == "Finished") if after_finish else clients.is_served
    fits = fits & (clients.doubt == "") & ~clients.is_paused & ~np.isnat(dates)
    fits &= cadence.members(morning, message)
    for at in np.flatnonzero(fits).tolist():
        if message.offer and folded(str(clients.offer[at])) != message.offer:
            continue
        occasion: date = dates[at].item()
        client = str(clients.key[at])
        workbook = morning.book.business.workbook_id
        yield Due(
            message=message,
            client_at=at,
            step_at=-1,
            step_key="",
            occasion=occasion,
            day=calendar.after(occasion, message.when.number),
            key=follow_up_key(workbook, client, message.name, "", occasion),
        )


class Agenda:
    """All that is or will be due, and what of it is for today.

    Of two reminders of different kinds about one step to one person, the later one overtakes the
    earlier: whoever is told that a step was due yesterday need not hear that it is due soon. A rung
    on which a consequence rests is not overtaken: nobody bears a consequence who was not warned.
    """

    def __init__(self, morning: Morning, found: Sequence[Message]) -> None:
        self.morning = morning
        due = [one for message in found for one in _all_due(morning, message, found)]
        self.due = _after_all_warnings(morning, due)
        self.by_key = {one.key: one for one in self.due}
        bearing = [one for one in self.due if one.message.consequence]
        self.firm = {key for one in bearing for key, _ in one.earlier}
        self.firm |= {one.key for one in bearing}
        self.lifted = lifted_on(morning)
        clients = morning.book.frame("Clients")
        self.do_not_mail = clients["Do not mail"].to_numpy()
        self.consent = clients["Marketing consent"].to_numpy()
        self.unclear = {
            at
            for message in found
            if message.when.moment is Moment.UNCLEAR
            for at in np.flatnonzero(_waits(morning, message)).tolist()
        }
        self.told: dict[tuple[str, str], list[date]] = {}
        for sent in morning.history.sent.values():
            if sent.went_out and not sent.step:
                self.told.setdefault((sent.client, sent.message), []).append(sent.occasion)
        self.beside: dict[tuple[int, str], list[Due]] = {}
        for one in self.due:
            if one.step_at >= 0:
                self.beside.setdefault((one.step_at, one.message.to), []).append(one)

    def is_due(self, one: Due) -> bool:
        """Whether it is for today: its day has come, and nothing has overtaken it."""
        return self.may_go(one) and self._would_go(one) and not self.is_overtaken(one)

    def may_go(self, one: Due) -> bool:
        """Whether its words can be used, and no reminder of its step is of an unclear day."""
        return one.message.usable and one.step_at not in self.unclear

    def is_overtaken(self, one: Due) -> bool:
        return any(self.went_out(other.key) or self._would_go(other) for other in self._later(one))

    def ready_on(self, one: Due) -> date | None:
        """The day on which it may go; None while a rung below it has not gone out."""
        day = one.day
        for key, gap in one.earlier:
            if self._is_skipped(key):
                continue
            gone = self._gone_on(key)
            if gone is None:
                return None
            day = max(day, self.morning.business.calendar.after(gone, gap))
        return day

    def is_barred(self, one: Due) -> bool:
        """Whether the sheet forbids this mail to whom it is for. Then the rung is skipped: those
        that are for the owner still come, and say so; its consequence is not carried out."""
        if one.message.to == "owner" or one.message.send == "by hand":
            return False
        unwanted = one.message.kind == "marketing" and not self.consent[one.client_at]
        return bool(self.do_not_mail[one.client_at]) or unwanted

    def skipped(self, one: Due) -> list[str]:
        """Names of the rungs below it that were skipped."""
        return [self.by_key[key].message.name for key, _ in one.earlier if self._is_skipped(key)]

    def _is_skipped(self, key: str) -> bool:
        one = self.by_key.get(key)
        return one is not None and not self.went_out(key) and self.is_barred(one)

    def is_settled(self, one: Due) -> bool:
        known = self.morning.history.sent.get(one.key)
        return (known is not None and (known.is_settled or known.by_hand)) or self._corrected(one)

    def _corrected(self, one: Due) -> bool:
        """Whether the client has had it already, and only its date was corrected since then."""
        if one.message.when.moment not in CLIENT_LEVEL:
            return False
        client = str(self.morning.clients.key[one.client_at])
        told = self.told.get((client, one.message.name), ())
        return any(abs(one.occasion - occasion) < _CORRECTION for occasion in told)

    def went_out(self, key: str) -> bool:
        known = self.morning.history.sent.get(key)
        return known is not None and known.went_out

    def _would_go(self, one: Due) -> bool:
        day = self.ready_on(one)
        if day is None or day > self.morning.today or self.is_settled(one):
            return False
        return not is_too_late(self.morning, one)

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
            self.morning.history.sent[k].day
            for k in (key, *(other.key for other in overtaking))
            if self.went_out(k)
        ]
        lifted = self.lifted.get(key)
        gone = min(days_out, default=None)
        return max(gone, lifted) if gone is not None and lifted is not None else gone


def _after_all_warnings(morning: Morning, due: Sequence[Due]) -> list[Due]:
    """What is due, rungs with a consequence set above every earlier warning of another kind."""
    warnings: dict[int, list[Due]] = {}
    for one in due:
        if one.message.when.moment in {Moment.WAITING, Moment.AFTER_DUE}:
            warnings.setdefault(one.step_at, []).append(one)
    age = morning.business.calendar.age
    placed = []
    for one in due:
        if one.message.consequence and one.message.when.moment in _SERIOUS:
            kind = one.message.when.moment
            below = tuple(
                (other.key, age(other.day, one.day))
                for other in warnings.get(one.step_at, ())
                if other.message.when.moment is not kind and _place(other) < _place(one)
            )
            placed.append(replace(one, earlier=(*one.earlier, *below)))
        else:
            placed.append(one)
    return placed


def _place(due: Due) -> tuple[date, int]:
    """Where it stands in the story of its step; of one day, the more serious comes later."""
    return due.day, _SERIOUS.index(due.message.when.moment)


def is_too_late(morning: Morning, due: Due) -> bool:
    """Whether its moment has passed so long ago that it would make no sense.

    A reminder makes sense for as long as its step waits; one that says "soon due" does until then.
    """
    moment = due.message.when.moment
    if moment is Moment.BEFORE_DUE:
        return due.occasion < morning.today
    if moment in CLIENT_LEVEL:
        late = morning.business.calendar.age(due.day, morning.today)
        waits = due.message.part in ASKING
        return late > (_PATIENCE if waits else morning.business.too_late_days)
    return False
