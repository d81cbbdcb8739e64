"""Client fulfilment: how much of what we want to know is known, and what to ask next of whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients.answers import answers
from sheetops.workbook.arrays import Bools, Objects
from sheetops.workbook.headers import folded
from sheetops.workbook.identity import BARRED

MOST_TO_ASK = 3
"""Questions that one person is given for one day."""


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A question worth asking, by whom, of which client (by place), and why we ask."""

    person: str
    client_at: int
    question: str
    why: str


def coverage(snapshot: Snapshot) -> Findings:
    """`Known %` of each client and `Answered %` of each question.

    Blank where nothing is asked of a client, where a row is in doubt, and of clients whom we do not
    serve any more.
    """
    known = answers(snapshot)
    if not known.is_on:
        return Findings()
    of = _whom_we_know(snapshot)
    applies = known.applies & of[:, np.newaxis]
    answered = known.known & of[:, np.newaxis]
    status = {
        "Clients": _frame(
            "Known %", snapshot.clients.key, answered.sum(axis=1), applies.sum(axis=1)
        ),
        "Questions": _frame(
            "Answered %",
            snapshot.book.frame("Questions").index.to_numpy(),
            answered.sum(axis=0),
            applies.sum(axis=0),
        ),
    }
    return Findings(status=status, problems=known.problems)


def _whom_we_know(snapshot: Snapshot) -> Bools:
    clients = snapshot.clients
    return clients.is_certain & ~clients.has_status(*BARRED)


def _frame(heading: str, keys: Objects, part: Objects, whole: Objects) -> pd.DataFrame:
    """Whole per cents; None where there is nothing to take a part of."""
    column = np.full(len(keys), None, dtype=object)
    some = whole > 0
    column[some] = np.floor(100.0 * part[some] / whole[some] + 0.5).tolist()
    return pd.DataFrame({heading: column}, index=pd.Index(keys, dtype=object), dtype=object)


@once_a_snapshot
def to_ask(snapshot: Snapshot) -> tuple[ToAsk, ...]:
    """The next question for some clients: at most one a client, and a few for each person.

    Who speaks to the client next is whoever has the step in hand, else who looks after them. Those
    whom somebody is about to meet come first; of the others it is another few every week.
    """
    known = answers(snapshot)
    if not known.is_on:
        return ()
    asked: dict[str, list[ToAsk]] = {}
    speaks = _speakers(snapshot)
    for at in sorted(_askable(snapshot), key=lambda at: _turn(snapshot, at, in_hand=at in speaks)):
        person = speaks.get(at) or str(snapshot.clients.owner[at])
        mine = asked.setdefault(folded(person), [])
        if person and len(mine) < MOST_TO_ASK:
            mine.append(_next_question(snapshot, at, person))
    return tuple(one for of_person in asked.values() for one in of_person)


def _askable(snapshot: Snapshot) -> list[int]:
    """Clients to whom somebody will speak, and of whom something is not known."""
    clients = snapshot.clients
    talked_to = (clients.is_served | clients.is_lead) & ~clients.is_paused & clients.is_certain
    open_ones = answers(snapshot).open.any(axis=1)
    found: list[int] = np.flatnonzero(talked_to & open_ones).tolist()
    return found


def _speakers(snapshot: Snapshot) -> dict[int, str]:
    """Who has a step of the client in hand that is a meeting, or that is the team's to do."""
    steps = snapshot.steps
    kinds = snapshot.book.frame("Offer steps")["Kind"].to_numpy()
    found: dict[int, str] = {}
    for at in sorted(_in_hand(snapshot), key=lambda at: (_is_meeting(kinds, steps, at), -at)):
        if steps.owner[at]:
            found[int(steps.client_at[at])] = str(steps.owner[at])  # the last written, a meeting
    return found


def _in_hand(snapshot: Snapshot) -> Iterator[int]:
    steps = snapshot.steps
    kinds = snapshot.book.frame("Offer steps")["Kind"].to_numpy()
    for at in np.flatnonzero(steps.is_in_hand).tolist():
        if steps.waiting_on[at] == "Team" or _is_meeting(kinds, steps, at):
            yield at


def _is_meeting(kinds: Objects, steps: Any, at: int) -> bool:
    declared = int(steps.offer_step_at[at])
    return declared >= 0 and kinds[declared] == "meeting"


def _turn(snapshot: Snapshot, at: int, *, in_hand: bool) -> tuple[bool, str]:
    """Whose turn it is: the same all week, and another next week."""
    return not in_hand, turn_of(str(snapshot.clients.key[at]), snapshot.today)


def turn_of(key: str, day: date) -> str:
    """A client's place in the line of a week: without a pattern, and the same for everyone who
    looks."""
    year, week, _ = day.isocalendar()
    return hashlib.sha256(f"{year}-{week}\x1f{key}".encode()).hexdigest()


def _next_question(snapshot: Snapshot, at: int, person: str) -> ToAsk:
    """The first in the order of the tab that is not answered; a lead's prerequisites come first."""
    frame = snapshot.book.frame("Questions")
    places = np.flatnonzero(answers(snapshot).open[at]).tolist()
    if snapshot.clients.is_lead[at]:
        fits = (frame["For"] == "fit").tolist()
        places.sort(key=lambda question: not fits[question])
    first = places[0]
    why = str(frame["Why we ask"].iloc[first])
    return ToAsk(person, at, str(frame["Question"].iloc[first]), why)
