"""Signs of life: when a client was last heard of, who has gone silent, and who was spoken to.

The last sign of life is the latest of the last contact, the last step done, the last answer and the
last note; before any of those it is the start. Where a cell that may hold a later one cannot be
read, nobody is called inactive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients.answers import answers
from sheetops.workbook.arrays import Bools, Days, Numbers, Objects, Places
from sheetops.workbook.headers import folded
from sheetops.workbook.references import nearest, resolve_clients
from sheetops.workbook.values import day_text

NOTE = "the last note"
CONTACT = "the last contact"
_START = "the start"
_STEP = "the last step done"
_ANSWER = "the last answer"
_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Notes:
    """The rows of `Notes`: place of the client (negative for none), day, words, who heard it and
    whether to remember it. `last` is each client's last note; `unsure` marks clients of whom that
    cannot be said."""

    client: Places
    day: Days
    who: Objects
    words: Objects
    remember: Bools
    last: Days
    unsure: Bools


@dataclass(frozen=True)
class Signs:
    """Of each client the last sign of life (NaT: none), which it was, and whom to believe it of."""

    day: Days
    kind: Objects
    sure: Bools


@dataclass(frozen=True)
class Silence:
    """Who is inactive: the last sign of life, working days since, and how many the offer allows."""

    is_inactive: Bools
    signs: Signs
    days: Numbers
    allowed: Numbers


@once_a_snapshot
def notes(snapshot: Snapshot) -> Notes:
    """The notes of the sheet; none where the tab cannot be used."""
    table = snapshot.book.tables["Notes"]
    frame = resolve_clients(table, snapshot.book.tables["Clients"]).frame
    if not snapshot.book.has("Notes"):
        frame = frame.iloc[:0]
    count = len(snapshot.clients.key)
    client = frame["client_at"].to_numpy().astype("int64")
    day = frame["Date"].to_numpy().astype("datetime64[D]")
    unread = [row for row, heading in table.unreadable if heading == "Date"]
    vague = np.isin(frame["row"].to_numpy(), unread)
    unsure = np.zeros(count, dtype=bool)
    unsure[client[(client >= 0) & vague]] = True
    for name in {str(one) for one in frame["Client"].to_numpy()[client < 0]} - {""}:
        unsure |= _meant(snapshot, name)
    last = np.full(count, _NO_DAY)
    dated = (client >= 0) & ~np.isnat(day)
    np.fmax.at(last, client[dated], day[dated])
    return Notes(
        client=client,
        day=day,
        who=frame["Who"].to_numpy(),
        words=frame["What they said"].to_numpy(),
        remember=frame["Remember"].to_numpy(),
        last=last,
        unsure=unsure,
    )


def _meant(snapshot: Snapshot, name: str) -> Bools:
    """Clients whom a name that is nobody's alone may mean."""
    names = [folded(str(one)) for one in snapshot.clients.name]
    meant = folded(name) if folded(name) in names else folded(nearest(name, snapshot.clients.name))
    return np.array([bool(meant) and one == meant for one in names], dtype=bool)


@once_a_snapshot
def contacts(snapshot: Snapshot) -> tuple[Days, Bools]:
    """Day on which a person last spoke with each client: last contact, last note, last meeting.

    NaT where there was none. Beside it, of whom nobody can say.
    """
    kept = notes(snapshot)
    last = np.fmax(
        np.fmax(_typed(snapshot, "Last contact"), kept.last), _steps_done(snapshot, "meeting")
    )
    return last, kept.unsure | _unread(snapshot, "Last contact")


@once_a_snapshot
def signs(snapshot: Snapshot) -> Signs:
    """The last sign of life of each client."""
    said, kept = answers(snapshot), notes(snapshot)
    found = {
        _START: _typed(snapshot, "Start date"),
        _STEP: _steps_done(snapshot),
        _ANSWER: said.last,
        NOTE: kept.last,
        CONTACT: _typed(snapshot, "Last contact"),
    }
    days = np.stack(list(found.values()))
    latest = np.fmax.reduce(days)
    kind = np.full(len(latest), "", dtype=object)
    for name, day in found.items():
        kind[day == latest] = name  # of one day, the later in the list is what staff remember best
    unsure = said.unsure | kept.unsure | _unread(snapshot, "Last contact")
    return Signs(latest, kind, ~unsure & snapshot.clients.is_certain)


def _typed(snapshot: Snapshot, heading: str) -> Days:
    return snapshot.book.frame("Clients")[heading].to_numpy().astype("datetime64[D]")


def _unread(snapshot: Snapshot, heading: str) -> Bools:
    table = snapshot.book.tables["Clients"]
    rows = [row for row, name in table.unreadable if name == heading]
    return np.isin(snapshot.book.frame("Clients")["row"].to_numpy(), rows)


def _steps_done(snapshot: Snapshot, kind: str = "") -> Days:
    """Day of each client's last step done, of all kinds or of one; NaT for none."""
    steps = snapshot.steps
    done = (steps.client_at >= 0) & ~np.isnat(steps.done)
    if kind:
        kinds = snapshot.book.frame("Offer steps")["Kind"].to_numpy() == kind
        places = np.where(steps.offer_step_at >= 0, steps.offer_step_at, 0)
        done &= (steps.offer_step_at >= 0) & (kinds[places] if len(kinds) else False)
    last = np.full(len(snapshot.clients.key), _NO_DAY)
    np.fmax.at(last, steps.client_at[done], steps.done[done])
    return last


def per_offer(snapshot: Snapshot, heading: str) -> Numbers:
    """A number that `Offers` gives for each client's offer; NaN where there is none or it is in
    doubt."""
    frame = snapshot.book.frame("Offers")
    sure = frame["doubt"].to_numpy() == ""
    rows = zip(frame["Offer"][sure], frame[heading][sure], strict=True)
    given = {folded(offer): float(number) for offer, number in rows}
    return np.array([given.get(folded(str(o)), np.nan) for o in snapshot.clients.offer], float)


@once_a_snapshot
def silence(snapshot: Snapshot) -> Silence:
    """Who is inactive: served, not paused, begun, and without a sign of life for as many working
    days as their offer allows."""
    clients, seen = snapshot.clients, signs(snapshot)
    allowed = per_offer(snapshot, "Inactive after (days)")
    days = snapshot.business.calendar.ages(seen.day, snapshot.today)
    may = clients.is_in_hand & seen.sure
    return Silence(may & (days >= allowed), seen, days, allowed)


@once_a_snapshot
def inactive(snapshot: Snapshot) -> dict[int, str]:
    """Why each inactive client is, in words, by place."""
    found = silence(snapshot)
    return {at: _why(snapshot, found, at) for at in np.flatnonzero(found.is_inactive).tolist()}


def _why(snapshot: Snapshot, found: Silence, at: int) -> str:
    count, allowed = int(found.days[at]), int(found.allowed[at])
    day: date = found.signs.day[at].item()
    words = "1 working day" if count == 1 else f"{count} working days"
    leading = int(snapshot.clients.leading[at])
    step = f' "{snapshot.steps.name[leading]}" is open.' if leading >= 0 else ""
    if waits_on_us(snapshot)[at]:
        step += " They wait on us, so nothing is sent to them."
    return (
        f"No sign of life for {words}, since {found.signs.kind[at]} on {day_text(day)}; "
        f"{snapshot.clients.offer[at]} calls that inactive after {allowed}.{step}"
    )


@once_a_snapshot
def waits_on_us(snapshot: Snapshot) -> Bools:
    """Clients with steps in hand of which none is theirs: it is not they who keep silent."""
    steps = snapshot.steps
    count = len(snapshot.clients.key)
    any_open, theirs = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    any_open[steps.client_at[steps.is_current]] = True
    theirs[steps.client_at[steps.is_current & ~_is_ours(steps.waiting_on)]] = True
    return any_open & ~theirs


def _is_ours(parties: Sequence[str] | Objects) -> Bools:
    ours: Bools = np.isin(np.asarray(parties, dtype=str), ("Team", "Third party"))
    return ours
