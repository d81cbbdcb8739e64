"""When each message of the sheet is due for each client and step, and what of it is for today.

A rung goes out when its step has waited long enough and every earlier rung has really gone out,
with the days between the two rungs kept: a step that was found late starts at the first rung, not
at the last. Catching up stops the ladder, because only steps that wait are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sheetops.findings import follow_up_key
from sheetops.headings import folded
from sheetops.morning import Morning
from sheetops.systems import cadence
from sheetops.systems.delta import ASKING
from sheetops.systems.messages import CLIENT_LEVEL, STEP_LEVEL, Message
from sheetops.systems.when import Moment

_SERIOUS = (Moment.UNCLEAR, Moment.BEFORE_DUE, Moment.WAITING, Moment.AFTER_DUE)
_PATIENCE = 60
"""Working days for which a request for more business may wait for the client's answer."""
_PARTY_OF = {"client": "Client", "third party": "Third party"}


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due, or will be: about which client and step, for which occasion, when.

    `day` is when it is due by its own phrase; `earlier` are the keys of the rungs below it, and
    `gap` the working days between the last of those and this one.
    """

    message: Message
    client_at: int
    step_at: int
    step_key: str
    occasion: date
    day: date
    key: str
    earlier: tuple[str, ...] = ()
    gap: int = 0


def _all_due(morning: Morning, message: Message, found: Sequence[Message]) -> Iterator[Due]:
    if message.to == "third party":
        return iter(())
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
    served = clients.is_served & ~clients.is_paused & (clients.doubt == "")
    mask: npt.NDArray[np.bool_] = steps.is_current & (steps.doubt == "")
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
        if not fits or one.step not in {"", step} or one.to == "third party":
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
    if message.when.moment is Moment.WAITING:
        occasion, day = start, calendar.after(start, number)
    elif end is None:
        return None
    elif message.when.moment is Moment.AFTER_DUE:
        occasion, day = end, calendar.after(end, number)
    else:
        occasion, day = end, _before(morning, end, number)
    keys = [_key(morning, rung, at, occasion) for rung in ladder]
    place = ladder.index(message)
    earlier = tuple(keys[:place]) if message.when.moment is not Moment.BEFORE_DUE else ()
    gap = number - ladder[place - 1].when.number if earlier else 0
    return Due(
        message=message,
        client_at=int(steps.client_at[at]),
        step_at=at,
        step_key=str(steps.key[at]),
        occasion=occasion,
        day=day,
        key=keys[place],
        earlier=earlier,
        gap=gap,
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
    steps = morning.steps
    client = str(morning.clients.key[steps.client_at[step_at]])
    return follow_up_key(
        morning.book.business.workbook_id, client, message.name, str(steps.key[step_at]), occasion
    )


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
    earlier: whoever is told that a step was due yesterday need not hear that it is due soon.
    """

    def __init__(self, morning: Morning, found: Sequence[Message]) -> None:
        self.morning = morning
        self.due = [one for message in found for one in _all_due(morning, message, found)]
        self.by_key = {one.key: one for one in self.due}
        self.unclear = {
            at
            for message in found
            if message.when.moment is Moment.UNCLEAR
            for at in np.flatnonzero(_waits(morning, message)).tolist()
        }
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
        for key in one.earlier:
            gone = self._gone_on(key)
            if gone is None:
                return None
            day = max(day, self.morning.business.calendar.after(gone, one.gap))
        return day

    def is_settled(self, one: Due) -> bool:
        known = self.morning.history.sent.get(one.key)
        return known is not None and (known.is_settled or known.by_hand)

    def went_out(self, key: str) -> bool:
        known = self.morning.history.sent.get(key)
        return known is not None and known.went_out

    def _would_go(self, one: Due) -> bool:
        day = self.ready_on(one)
        if day is None or day > self.morning.today or self.is_settled(one):
            return False
        return not is_too_late(self.morning, one)

    def _later(self, one: Due) -> list[Due]:
        beside = self.beside.get((one.step_at, one.message.to), [])
        kind = one.message.when.moment
        return [o for o in beside if o.message.when.moment is not kind and _place(o) > _place(one)]

    def _gone_on(self, key: str) -> date | None:
        """The day on which a rung went out, or the reminder that has overtaken it."""
        one = self.by_key.get(key)
        overtaking = self._later(one) if one is not None else []
        days_out = [
            self.morning.history.sent[k].day
            for k in (key, *(other.key for other in overtaking))
            if self.went_out(k)
        ]
        return min(days_out, default=None)


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
