"""What slows the business down: who is stalled and what that holds up, and delays that repeat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.formatting import count, money
from sheetops.systems.path import flags, improvements
from sheetops.systems.path.delays import CLIENTS, WINDOW, clients_of, repeating
from sheetops.systems.path.durations import learned
from sheetops.systems.path.event_log import happened

_ADVICE = {
    "Client": "Ask for it earlier, remind once more, or ask for less: look at what the late ones "
    "had in common.",
    "Team": "Give it fewer working days of waiting or one owner, or take it out of busy weeks.",
    "Third party": "Ask for it before it is needed, and say whom to call when it is late.",
}


@dataclass(frozen=True, slots=True)
class StalledClient:
    """A stalled client; `over` are working days beyond what is allowed, of the worst step. `value`
    is None where neither the client's Value nor the offer's Price is known."""

    key: str
    name: str
    offer: str
    owner: str
    why: str
    over: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Stalled:
    """All stalled clients, those who cost most first; `of` are clients in hand. `value` sums what
    is known of the `valued` ones."""

    clients: tuple[StalledClient, ...]
    of: int
    over: int
    value: float
    valued: int
    said: str
    how: str


@dataclass(frozen=True, slots=True)
class SlowStep:
    """A repeating delay with what to try. `lost` are working days a month."""

    offer: str
    step: str
    party: str
    late: int
    ended: int
    lost: float
    value: float
    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class Delays:
    """The repeating delays, the costliest first. `too_few` names offers of which nothing can be
    said yet, with what is missing."""

    steps: tuple[SlowStep, ...]
    too_few: tuple[str, ...]
    said: str
    how: str


def stalled_clients(snapshot: Snapshot) -> Stalled:
    """Who is stalled this morning, and what that holds up."""
    shown = flags.flags(snapshot).status["Clients"]
    over, value = _over(snapshot), happened(snapshot).clients.value
    clients = snapshot.clients
    found = [
        StalledClient(
            key=str(clients.key[at]),
            name=str(clients.name[at]),
            offer=str(clients.offer[at]),
            owner=str(clients.owner[at]),
            why=str(shown["Why"].iat[at]),
            over=over.get(at, 0),
            value=None if np.isnan(value[at]) else float(value[at]),
        )
        for at in np.flatnonzero((shown["Flag"] == "Stalled").to_numpy()).tolist()
    ]
    found.sort(key=lambda one: (-(one.value or 0) * max(one.over, 1), one.name))
    known = [one.value for one in found if one.value is not None]
    total, of = sum(one.over for one in found), int(clients.is_served.sum())
    how = (
        "A client is stalled when a step is open after its due date or its working days, or, where "
        "neither is declared, for longer than nine in ten clients take. Days are working days "
        "beyond that, of each client's worst step. Value is theirs in Clients, else their offer's "
        "Price."
    )
    said = _said_of_stalled(len(found), of, total, sum(known))
    return Stalled(tuple(found), of, total, sum(known), len(known), said, how)


def _said_of_stalled(number: int, of: int, over: int, value: float) -> str:
    if not number:
        return "No client is stalled." if of else "No client is in hand, so none can be stalled."
    are = "is" if number == 1 else "are"
    worth = f" Clients worth {money(value)} are held up." if value else ""
    all_of = "together " if number > 1 else ""
    days = f"; {all_of}{count(over, 'working day')} beyond what is allowed" if over else ""
    return f"{number} of {count(of, 'client')} in hand {are} stalled{days}.{worth}"


def _over(snapshot: Snapshot) -> dict[int, int]:
    """By client, the working days by which their worst stalled step is late."""
    steps = snapshot.steps
    flag = flags.flags(snapshot).status["Steps"]["Flag"].to_numpy()
    at = np.flatnonzero(flag == "Stalled")
    usual = learned(snapshot).usual(steps.offer_step_at[at])
    beyond = np.where(np.isnan(steps.left[at]), steps.age[at] - usual, -steps.left[at])
    worst: dict[int, int] = {}
    for client, days in zip(steps.client_at[at].tolist(), beyond.tolist(), strict=True):
        if days == days:  # noqa: PLR0124 # NaN is not itself
            worst[client] = max(worst.get(client, 0), round(days))
    return worst


def delays(snapshot: Snapshot) -> Delays:
    """Delays that repeat, with the advice of the sheet or what is worth trying first."""
    advice = _advice(snapshot)
    found = tuple(
        SlowStep(
            offer=one.offer,
            step=one.step,
            party=one.party,
            late=one.late,
            ended=one.ended,
            lost=one.lost_days,
            value=one.value,
            sentence=one.sentence,
            advice=advice.get(one.key, "") or _ADVICE.get(one.party, ""),
        )
        for one in repeating(snapshot)
    )
    few = tuple(_few(snapshot))
    how = (
        f"A delay repeats when a step was late at least five times in {WINDOW} days and, at 95 % "
        "confidence, in more than a fifth of its cases. What it costs are the working days beyond "
        f"the step's own median, weighed by the clients' value. It needs {CLIENTS} clients of an "
        "offer who have begun."
    )
    return Delays(found, few, _said_of_delays(found, few, snapshot), how)


def _advice(snapshot: Snapshot) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in improvements.improvements(snapshot):
        found.setdefault(one.key, []).append(one.advice)
    return {key: " ".join(said) for key, said in found.items()}


def _few(snapshot: Snapshot) -> list[str]:
    counts = clients_of(snapshot)
    spelled = {name.casefold(): name for name in snapshot.book.frame("Offer steps")["Offer"]}
    return [
        f"{spelled.get(offer, offer)}: {number} of {CLIENTS} clients"
        for offer, number in counts.items()
        if number < CLIENTS
    ]


def _said_of_delays(found: tuple[SlowStep, ...], few: tuple[str, ...], snapshot: Snapshot) -> str:
    if found:
        lost = sum(one.lost for one in found)
        repeats = "delay repeats" if len(found) == 1 else "delays repeat"
        return f"{len(found)} {repeats}; {lost:,.0f} working days a month are lost that way."
    if len(few) < len(clients_of(snapshot)):
        return "No delay repeats itself."
    return "Not enough clients yet to tell a repeating delay from a late client."
