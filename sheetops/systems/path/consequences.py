"""Consequences: what follows a rung, declared in `Messages` and carried out alike for everyone.

Context: a consequence that the client was not told of, or that nobody can see or end, costs trust.
Decision: it is kept when its rung is handed over, takes force once that has really gone out, and
ends when staff tick `Lift consequence`; the staff's own columns are never written. Consequence:
words that are added to `Messages` later change nothing for those who had the mail before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.history import Consequence
from sheetops.model.mail import Audience, FollowUp, follow_up_key
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.workbook.arrays import Days, Objects
from sheetops.workbook.headers import folded
from sheetops.workbook.references import BETWEEN
from sheetops.workbook.values import day_text


class Effect(StrEnum):
    """What sheetops itself carries out. All other words are shown as they are."""

    PAUSE = "pause"
    MOVE = "move the promised date"
    TELL = "tell the owner"


UNDERSTOOD = tuple(str(effect) for effect in Effect)
_WHOM = r"(?: (?:the |this |their )?(?:client|work|programme|program|project|service))?"
_PATTERNS: tuple[tuple[re.Pattern[str], Effect], ...] = (
    (re.compile(rf"paused?{_WHOM}"), Effect.PAUSE),
    (
        re.compile(r"move (?:the |their )?(?:promise|promised (?:date|day))(?: by the delay)?"),
        Effect.MOVE,
    ),
    (re.compile(r"(?:promise|promised (?:date|day)) (?:is )?moved"), Effect.MOVE),
    (re.compile(r"(?:tell|inform) (?:the |their )?owner|let the owner know"), Effect.TELL),
)
_ALIKE = 0.8


def read(words: str) -> tuple[frozenset[Effect], str]:
    """The effects that the column `Consequence` names, and the words that are none."""
    effects: set[Effect] = set()
    others: list[str] = []
    for part in filter(None, (one.strip() for one in re.split(r"[;,\n]", words))):
        found = [_effect(one) for one in re.split(r"\s+and\s+", part)]
        known = [one for one in found if one is not None]
        if len(known) == len(found):
            effects.update(known)
        else:
            others.append(part)
    return frozenset(effects), "; ".join(others)


def _effect(part: str) -> Effect | None:
    text = " ".join(part.casefold().split()).rstrip(".")
    return next((effect for pattern, effect in _PATTERNS if pattern.fullmatch(text)), None)


def meant(words: str) -> str:
    """The effect that other words read like, so that a slip is not taken for words; or blank."""
    others = read(words)[1]
    for part in others.split("; "):
        for phrase in UNDERSTOOD:
            if SequenceMatcher(None, folded(part), phrase).ratio() >= _ALIKE:
                return phrase
    return ""


def declared(follow_ups: Iterable[FollowUp]) -> tuple[Consequence, ...]:
    """What shall follow these follow-ups once they have gone out."""
    return tuple(_declared(one) for one in follow_ups if one.consequence)


def _declared(one: FollowUp) -> Consequence:
    effects, words = read(one.consequence)
    return Consequence(
        key=one.key,
        client=one.client,
        message=one.message,
        step=one.step,
        words=words,
        pauses=Effect.PAUSE in effects,
        moves=Effect.MOVE in effects,
        # a rung that goes to the owner has told them already
        tells=Effect.TELL in effects and one.audience is not Audience.TEAM,
    )


# ---- what is in force


def in_force(snapshot: Snapshot) -> dict[str, tuple[Consequence, ...]]:
    """By client, the consequences in force today, brought up to date with the sheet."""
    ticked = _ticked(snapshot)
    return {
        client: tuple(_up_to_date(snapshot, one) for one in found)
        for client, found in snapshot.history.in_force.items()
        if client not in ticked
    }


def to_remember(snapshot: Snapshot) -> tuple[Consequence, ...]:
    """Consequences that are to be kept otherwise than they are: lifted, or with a longer delay."""
    ticked = _ticked(snapshot)
    known = snapshot.history.in_force
    lifted = [
        _up_to_date(snapshot, one)._replace(lifted=snapshot.today)
        for client in sorted(ticked & known.keys())
        for one in known[client]
    ]
    now = [one for found in in_force(snapshot).values() for one in found]
    changed = [one for one in now if one != snapshot.history.consequences[one.key]]
    return (*lifted, *changed)


def lifted_on(snapshot: Snapshot) -> dict[str, date]:
    """By the key of its follow-up, the day on which a consequence was lifted, be it today."""
    kept = snapshot.history.consequences.items()
    found = {key: one.lifted for key, one in kept if one.lifted is not None}
    ticked = _ticked(snapshot)
    now = (
        one
        for client, mine in snapshot.history.in_force.items()
        if client in ticked
        for one in mine
    )
    return found | {one.key: snapshot.today for one in now}


def _ticked(snapshot: Snapshot) -> set[str]:
    """Clients whose consequences staff lift."""
    if not snapshot.history.in_force:
        return set()
    frame = snapshot.book.frame("Clients")
    sure = frame["doubt"].to_numpy() == ""
    ticked = frame["Lift consequence"].to_numpy().astype(bool) & sure
    return {str(key) for key in frame.index[ticked]}


def _up_to_date(snapshot: Snapshot, one: Consequence) -> Consequence:
    """With the days on which its step was late, as far as the sheet still has the step."""
    at = _step_at(snapshot, one) if one.moves else None
    if at is None:
        return one
    steps = snapshot.steps
    due, done = steps.due[at].item(), steps.done[at].item()
    until: date = done or snapshot.today
    if due is None or steps.doubt[at]:
        return one
    late = due < until
    return one._replace(late_from=due if late else None, late_until=until if late else None)


def _step_at(snapshot: Snapshot, one: Consequence) -> int | None:
    return snapshot.step_places.get(one.step)


def days_late(snapshot: Snapshot, found: Sequence[Consequence]) -> int:
    """Working days by which the promise moves; days on which two steps were late count once."""
    spans = [(one.late_from, one.late_until) for one in found if one.moves]
    known = sorted((begin, end) for begin, end in spans if begin and end)
    calendar = snapshot.business.calendar.numpy
    total, reached = 0, date.min
    for begin, end in known:
        first = max(begin, reached)
        if end > first:
            day = np.timedelta64(1, "D")
            # the day it was due is not late, the day it was done still is
            from_day, to_day = np.datetime64(first, "D") + day, np.datetime64(end, "D") + day
            total += int(np.busday_count(from_day, to_day, busdaycal=calendar))
            reached = end
    return total


@once_a_snapshot
def promises(snapshot: Snapshot) -> tuple[Days, frozenset[int]]:
    """The promised day of each client, after their delay where a consequence moves it (NaT: nothing
    was promised); and the places of those whose day was moved."""
    column = snapshot.book.frame("Clients")["Promised by"].to_numpy()
    promised = column.astype("datetime64[D]", copy=True)
    now, moved = in_force(snapshot), set()
    for at in _places(snapshot, now):
        late = days_late(snapshot, now[str(snapshot.clients.key[at])])
        if late and not np.isnat(promised[at]):
            promised[at] = snapshot.business.calendar.after(promised[at].item(), late)
            moved.add(at)
    return promised, frozenset(moved)


# ---- what is shown


def shown(snapshot: Snapshot) -> Findings:
    """`Consequence` and `Promise moved to` of each client; and what the owner is told of."""
    clients = snapshot.clients
    now = in_force(snapshot)
    promised, moved = promises(snapshot)
    values: Objects = np.full((2, len(clients.key)), None, dtype=object)
    for at in _places(snapshot, now):
        found = now[str(clients.key[at])]
        values[0, at] = "; ".join(_words(snapshot, found))
        values[1, at] = promised[at].item() if at in moved else None
    index = pd.Index(clients.key, dtype=object)
    columns = {"Consequence": values[0], "Promise moved to": values[1]}
    frame = pd.DataFrame(columns, index=index, dtype=object)
    return Findings(status={"Clients": frame}, follow_ups=tuple(_told(snapshot, now)))


def _places(snapshot: Snapshot, now: Mapping[str, Sequence[Consequence]]) -> list[int]:
    """Places of the clients with a consequence of whom something may be said."""
    clients = snapshot.clients
    wanted = np.isin(clients.key.astype(str), list(now))
    places: list[int] = np.flatnonzero(wanted & clients.is_served & clients.is_certain).tolist()
    return places


def _words(snapshot: Snapshot, found: Sequence[Consequence]) -> Iterator[str]:
    pausing = [_since(snapshot, one) for one in found if one.pauses]
    if pausing:
        yield f"Paused since {day_text(min(pausing))}"
    if any(one.moves for one in found):
        late = days_late(snapshot, found)
        yield "Promised date moved" if late else "Promised date moves with the delay"
    if any(one.tells for one in found):
        yield "Owner told"
    yield from dict.fromkeys(one.words for one in found if one.words)


def _since(snapshot: Snapshot, one: Consequence) -> date:
    return snapshot.history.sent[one.key].day


def pauses(snapshot: Snapshot) -> dict[int, tuple[str, bool]]:
    """By the place of each client whom a consequence pauses: why, with how it ends, and whether
    they have caught up by now."""
    clients = snapshot.clients
    now = in_force(snapshot)
    said = {}
    for at in _places(snapshot, now):
        pausing = [one for one in now[str(clients.key[at])] if one.pauses]
        if pausing:
            first = min(pausing, key=lambda one: _since(snapshot, one))
            said[at] = _pause(snapshot, first), is_done(snapshot, first)
    return said


def _pause(snapshot: Snapshot, one: Consequence) -> str:
    what = f'Paused since {day_text(_since(snapshot, one))}, as "{one.message}" said'
    done = is_done(snapshot, one)
    because = f'; "{step_name(one)}" is done by now' if done else f', for "{step_name(one)}"'
    return f"{what}{because if one.step else ''}. Tick Lift consequence to go on."


def step_name(one: Consequence) -> str:
    """The name of its step, also where the sheet has lost the row."""
    return one.step.split(BETWEEN)[1] if BETWEEN in one.step else one.step


def is_done(snapshot: Snapshot, one: Consequence) -> bool:
    """Whether the client has caught up with the step that it was about."""
    at = _step_at(snapshot, one)
    return at is not None and not snapshot.steps.is_open[at]


def _told(snapshot: Snapshot, now: Mapping[str, Sequence[Consequence]]) -> Iterator[FollowUp]:
    """What the owner of each client is told: on the day after the rung, as something done."""
    clients = snapshot.clients
    for at in _places(snapshot, now):
        for one in now[str(clients.key[at])]:
            if one.tells:
                yield from _one_told(snapshot, at, one)


def _one_told(snapshot: Snapshot, at: int, one: Consequence) -> Iterator[FollowUp]:
    clients = snapshot.clients
    name = f"{one.message}: tell the owner"
    since = _since(snapshot, one)
    workbook = snapshot.business.workbook_id
    key = follow_up_key(workbook, one.client, name, one.step, since)
    known = snapshot.history.sent.get(key)
    if known is not None and (known.is_settled or known.by_hand):
        return
    owner = str(clients.owner[at])
    address = snapshot.people.get(folded(owner), "")
    step = f' about "{step_name(one)}"' if one.step else ""
    yield FollowUp(
        key=key,
        client=one.client,
        client_name=str(clients.name[at]),
        message=name,
        step="",
        occasion=since,
        to=address,
        to_name=owner,
        subject=f'"{one.message}" went out{step}',
        body=f"It was sent on {day_text(since)}, and nothing has come of it yet.",
        why=f'The consequence of "{one.message}" is to tell the owner.',
        part="consequence",
        audience=Audience.TEAM,
        held="" if address else f'Owner "{owner}" has no address in Team.',
    )
