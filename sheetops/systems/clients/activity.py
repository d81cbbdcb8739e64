"""Signs of life: when a client was last heard of, who has gone silent, and who was spoken to.

The last sign of life is the latest of the last contact, the last step done, the last answer and the
last note; before any of those it is the start. Where a cell that may hold a later one cannot be
read, nobody is called inactive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetops.model.memo import once_a_morning
from sheetops.model.snapshot import Morning
from sheetops.systems.clients.answers import answers
from sheetops.workbook.headers import folded
from sheetops.workbook.references import nearest, resolve_clients
from sheetops.workbook.values import day_text

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

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
    who: npt.NDArray[Any]
    words: npt.NDArray[Any]
    remember: Bools
    last: Days
    unsure: Bools


@dataclass(frozen=True)
class Signs:
    """Of each client the last sign of life (NaT: none), which it was, and whom to believe it of."""

    day: Days
    kind: npt.NDArray[Any]
    sure: Bools


@dataclass(frozen=True)
class Silence:
    """Who is inactive: the last sign of life, working days since, and how many the offer allows."""

    is_inactive: Bools
    signs: Signs
    days: Numbers
    allowed: Numbers


@once_a_morning
def notes(morning: Morning) -> Notes:
    """The notes of the sheet; none where the tab cannot be used."""
    table = morning.book.tables["Notes"]
    frame = resolve_clients(table, morning.book.tables["Clients"]).frame
    if not morning.book.has("Notes"):
        frame = frame.iloc[:0]
    count = len(morning.clients.key)
    client = frame["client_at"].to_numpy().astype("int64")
    day = frame["Date"].to_numpy().astype("datetime64[D]")
    unread = [row for row, heading in table.unreadable if heading == "Date"]
    vague = np.isin(frame["row"].to_numpy(), unread)
    unsure = np.zeros(count, dtype=bool)
    unsure[client[(client >= 0) & vague]] = True
    for name in {str(one) for one in frame["Client"].to_numpy()[client < 0]} - {""}:
        unsure |= _meant(morning, name)
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


def _meant(morning: Morning, name: str) -> Bools:
    """Clients whom a name that is nobody's alone may mean."""
    names = [folded(str(one)) for one in morning.clients.name]
    meant = folded(name) if folded(name) in names else folded(nearest(name, morning.clients.name))
    return np.array([bool(meant) and one == meant for one in names], dtype=bool)


@once_a_morning
def contacts(morning: Morning) -> tuple[Days, Bools]:
    """Day on which a person last spoke with each client: last contact, last note, last meeting.

    NaT where there was none. Beside it, of whom nobody can say.
    """
    kept = notes(morning)
    last = np.fmax(
        np.fmax(_typed(morning, "Last contact"), kept.last), _steps_done(morning, "meeting")
    )
    return last, kept.unsure | _unread(morning, "Last contact")


@once_a_morning
def signs(morning: Morning) -> Signs:
    """The last sign of life of each client."""
    said, kept = answers(morning), notes(morning)
    found = {
        _START: _typed(morning, "Start date"),
        _STEP: _steps_done(morning),
        _ANSWER: said.last,
        NOTE: kept.last,
        CONTACT: _typed(morning, "Last contact"),
    }
    days = np.stack(list(found.values()))
    latest = np.fmax.reduce(days)
    kind = np.full(len(latest), "", dtype=object)
    for name, day in found.items():
        kind[day == latest] = name  # of one day, the later in the list is what staff remember best
    unsure = said.unsure | kept.unsure | _unread(morning, "Last contact")
    return Signs(latest, kind, ~unsure & (morning.clients.doubt == ""))


def _typed(morning: Morning, heading: str) -> Days:
    return morning.book.frame("Clients")[heading].to_numpy().astype("datetime64[D]")


def _unread(morning: Morning, heading: str) -> Bools:
    table = morning.book.tables["Clients"]
    rows = [row for row, name in table.unreadable if name == heading]
    return np.isin(morning.book.frame("Clients")["row"].to_numpy(), rows)


def _steps_done(morning: Morning, kind: str = "") -> Days:
    """Day of each client's last step done, of all kinds or of one; NaT for none."""
    steps = morning.steps
    done = (steps.client_at >= 0) & ~np.isnat(steps.done)
    if kind:
        kinds = morning.book.frame("Offer steps")["Kind"].to_numpy() == kind
        places = np.where(steps.offer_step_at >= 0, steps.offer_step_at, 0)
        done &= (steps.offer_step_at >= 0) & (kinds[places] if len(kinds) else False)
    last = np.full(len(morning.clients.key), _NO_DAY)
    np.fmax.at(last, steps.client_at[done], steps.done[done])
    return last


def per_offer(morning: Morning, heading: str) -> Numbers:
    """A number that `Offers` gives for each client's offer; NaN where there is none or it is in
    doubt."""
    frame = morning.book.frame("Offers")
    sure = frame["doubt"].to_numpy() == ""
    rows = zip(frame["Offer"][sure], frame[heading][sure], strict=True)
    given = {folded(offer): float(number) for offer, number in rows}
    return np.array([given.get(folded(str(o)), np.nan) for o in morning.clients.offer], float)


@once_a_morning
def silence(morning: Morning) -> Silence:
    """Who is inactive: served, not paused, begun, and without a sign of life for as many working
    days as their offer allows."""
    clients, seen = morning.clients, signs(morning)
    allowed = per_offer(morning, "Inactive after (days)")
    days = morning.business.calendar.ages(seen.day, morning.today)
    may = clients.is_served & ~clients.is_paused & seen.sure
    return Silence(may & (days >= allowed), seen, days, allowed)


@once_a_morning
def inactive(morning: Morning) -> dict[int, str]:
    """Why each inactive client is, in words, by place."""
    found = silence(morning)
    return {at: _why(morning, found, at) for at in np.flatnonzero(found.is_inactive).tolist()}


def _why(morning: Morning, found: Silence, at: int) -> str:
    count, allowed = int(found.days[at]), int(found.allowed[at])
    day: date = found.signs.day[at].item()
    words = "1 working day" if count == 1 else f"{count} working days"
    leading = int(morning.clients.leading[at])
    step = f' "{morning.steps.name[leading]}" is open.' if leading >= 0 else ""
    if waits_on_us(morning)[at]:
        step += " They wait on us, so nothing is sent to them."
    return (
        f"No sign of life for {words}, since {found.signs.kind[at]} on {day_text(day)}; "
        f"{morning.clients.offer[at]} calls that inactive after {allowed}.{step}"
    )


@once_a_morning
def waits_on_us(morning: Morning) -> Bools:
    """Clients with steps in hand of which none is theirs: it is not they who keep silent."""
    steps = morning.steps
    count = len(morning.clients.key)
    any_open, theirs = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    any_open[steps.client_at[steps.is_current]] = True
    theirs[steps.client_at[steps.is_current & ~_is_ours(steps.waiting_on)]] = True
    return any_open & ~theirs


def _is_ours(parties: Sequence[str] | npt.NDArray[Any]) -> Bools:
    ours: Bools = np.isin(np.asarray(parties, dtype=str), ("Team", "Third party"))
    return ours
