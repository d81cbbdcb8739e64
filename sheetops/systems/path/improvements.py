"""Right Path, looked back upon: needless, re-done, idle, duplicate and ping-pong steps, and steps
worth automating, each with a sentence and the numbers behind it.

Nothing is said of an offer that fewer than twenty clients have begun. A step is handed back and
forth if the same party is needed again after another one, for the same step or the same stage; that
clients and team take turns along a path is no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.path.delays import CLIENTS, MONTH, clients_of
from sheetops.systems.path.durations import learned
from sheetops.systems.path.event_log import Happened, happened, in_order
from sheetops.systems.path.reasons import share_of
from sheetops.workbook.arrays import Bools, Numbers, Places
from sheetops.workbook.headers import folded

SKIPPED, AGAIN, TOGETHER, TOUCHED = 0.3, 0.2, 0.9, 0.1
IDLE_DAYS = 2
HOURS_A_DAY = 8
RUNS = 20
YEAR = 365
SENDABLE = ("email", "form", "invoice", "login", "survey", "payment")
"""Kinds of steps in which the same is sent to everybody."""
_DRAWS = 400
_SURE = 0.9
_MOST = 300  # of the last clients, enough to compare means
_EACH = 5


@dataclass(frozen=True)
class Improvement:
    """Something to try with one step. `size` orders findings of one kind, the largest first;
    `clients` are the keys of those behind it."""

    kind: str
    offer: str
    step: str
    key: str
    sentence: str
    advice: str
    size: float
    numbers: dict[str, float]
    clients: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Offer:
    """What is needed of one offer: its clients who have begun, their done rows in order."""

    snapshot: Snapshot
    found: Happened
    name: str
    steps: Places
    clients: Places
    rows: Places
    times: Places
    """How often each of `clients` (down) did each of `steps` (across)."""
    last: Numbers
    """The day on which they did it last, as a number; NaN for never."""

    def of(self, place: int, heading: str) -> Any:
        """What `Offer steps` has of a step."""
        return _columns(self.snapshot)[heading][self.steps[place]]

    def keys(self, which: Bools) -> tuple[str, ...]:
        return tuple(self.found.clients.key[at] for at in self.clients[which].tolist())

    def finding(  # noqa: PLR0913, PLR0917 # one argument a fact
        self,
        kind: str,
        place: int,
        sentence: str,
        advice: str,
        numbers: dict[str, float],
        which: Bools,
        size: float,
    ) -> Improvement:
        step, key = self.of(place, "Step"), self.of(place, "key")
        return Improvement(
            kind, self.of(place, "Offer"), step, key, sentence, advice, size, numbers,
            self.keys(which),
        )  # fmt: skip


@once_a_snapshot
def _columns(snapshot: Snapshot) -> dict[str, list[Any]]:
    """`Offer steps` as lists: single cells of a frame are slow to come by."""
    frame = snapshot.book.frame("Offer steps")
    headings = ("Offer", "Step", "Stage", "Kind", "Waiting on", "Hours", "Automated")
    return {"key": frame.index.tolist(), **{name: frame[name].tolist() for name in headings}}


Look = Callable[[_Offer], Iterator[Improvement]]


@once_a_snapshot
def improvements(snapshot: Snapshot) -> tuple[Improvement, ...]:
    """Everything found, by offer and kind."""
    found = happened(snapshot)
    counts = clients_of(snapshot)
    offers = [folded(offer) for offer in snapshot.book.frame("Offer steps")["Offer"].tolist()]
    of_offer = np.array([found.offers.index(offer) for offer in offers], dtype="int64")
    everything = (
        _of_offer(snapshot, found, number, np.flatnonzero(of_offer == number))
        for number, name in enumerate(found.offers)
        if counts[name] >= CLIENTS
    )
    return tuple(one for offer in everything for look in LOOKS for one in look(offer))


def _of_offer(snapshot: Snapshot, found: Happened, number: int, steps: Places) -> _Offer:
    mine = found.clients.counts & (found.clients.offer == number)
    rows = in_order(snapshot)
    rows = rows[mine[found.client[rows]]]
    clients = np.unique(found.client[rows])
    at_client = np.searchsorted(clients, found.client[rows])
    place = np.full(len(snapshot.book.frame("Offer steps")) + 1, -1)
    place[steps] = np.arange(len(steps))
    across = place[found.step_at[rows]]
    shape = len(clients), len(steps)
    on_path = across >= 0
    cell = (at_client * len(steps) + across)[on_path]
    times = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    last = np.full(shape[0] * shape[1], np.nan)
    last[cell] = found.done[rows][on_path].astype("int64")  # in order: the last one stays
    name = found.offers[number]
    return _Offer(snapshot, found, name, steps, clients, rows, times, last.reshape(shape))


def needless(offer: _Offer) -> Iterator[Improvement]:
    """Skipped by more than 30 % of those who finished, who finished no later without it."""
    clients = offer.found.clients
    calendar = offer.snapshot.business.calendar
    took = calendar.ages(clients.started[offer.clients], clients.finished[offer.clients])
    finished = ~np.isnan(took)
    if finished.sum() < CLIENTS:
        return
    for place in range(len(offer.steps)):
        without = finished & (offer.times[:, place] == 0)
        with_it = finished & ~without
        share = without.sum() / finished.sum()
        if share <= SKIPPED or min(without.sum(), with_it.sum()) < _EACH:
            continue
        if not _no_worse(took[without], took[with_it]):
            continue
        mean, other = float(took[without].mean()), float(took[with_it].mean())
        sentence = (
            f'"{offer.of(place, "Step")}" is skipped by {share_of(share)} of the clients who '
            f"finished ({without.sum()} of {finished.sum()}), and they finish no later: after "
            f"{mean:.0f} working days, the others after {other:.0f}."
        )
        numbers = {"skipped": float(share), "days_without": mean, "days_with": other}
        advice = f"Needless? {share_of(share)} skip it and finish no later."
        yield offer.finding("needless", place, sentence, advice, numbers, without, float(share))


def _no_worse(without: Numbers, with_it: Numbers) -> bool:
    """Whether nine in ten bootstrap draws have the mean without a step no later, give or take a
    working day. The draws are the same every time, so that a morning gives one answer."""
    rng = np.random.default_rng(20)
    means = [
        rng.choice(part[-_MOST:], size=(_DRAWS, min(len(part), _MOST))).mean(axis=1)
        for part in (without, with_it)
    ]
    return bool(np.mean(means[0] <= means[1] + 1) >= _SURE)


def redone(offer: _Offer) -> Iterator[Improvement]:
    """Done twice or more by over 20 % of the clients who did it."""
    did, again = offer.times > 0, offer.times > 1
    for place in np.flatnonzero(did.sum(0) >= CLIENTS).tolist():
        count, whole = int(again[:, place].sum()), int(did[:, place].sum())
        if count <= AGAIN * whole:
            continue
        share = count / whole
        sentence = (
            f'"{offer.of(place, "Step")}" has to be done again for {count} of {whole} clients '
            f"({share_of(share)}). What was missing the first time?"
        )
        advice = f"Done again for {share_of(share)} of clients: ask for what is missing up front."
        numbers = {"share": share, "again": float(count), "clients": float(whole)}
        yield offer.finding("re-done", place, sentence, advice, numbers, again[:, place], share)


def idle(offer: _Offer) -> Iterator[Improvement]:
    """Steps of the team whose work is under a tenth of the time that they lie."""
    waits = learned(offer.snapshot).waits
    median = waits.within(0.5)[:-1][offer.steps]
    for place in range(len(offer.steps)):
        hours = float(offer.of(place, "Hours"))
        did = offer.times[:, place] > 0
        is_ours = offer.of(place, "Waiting on") == "Team"
        if not (is_ours and hours > 0 and median[place] > IDLE_DAYS and did.sum() >= CLIENTS):
            continue
        share = hours / (median[place] * HOURS_A_DAY)
        if share >= TOUCHED:
            continue
        sentence = (
            f'"{offer.of(place, "Step")}" is {_hours(hours)} of work and usually lies '
            f"{median[place]:g} working days: {share_of(1 - share)} of that time nobody is at it."
        )
        advice = f"Lies {median[place]:g} working days for {_hours(hours)} of work."
        numbers = {"hours": hours, "median_days": float(median[place]), "touched": float(share)}
        yield offer.finding("idle", place, sentence, advice, numbers, did, float(median[place]))


def _hours(count: float) -> str:
    return f"{count:g} hour" if count == 1 else f"{count:g} hours"


def duplicate(offer: _Offer) -> Iterator[Improvement]:
    """Two steps of one party that are done together, on the same day, for nearly everybody."""
    did = (offer.times > 0).astype("int64")
    both, each = did.T @ did, did.sum(0)
    either = each[:, None] + each[None, :] - both
    party = np.array([offer.of(place, "Waiting on") for place in range(len(offer.steps))])
    alike = (both >= CLIENTS) & (both >= TOGETHER * either) & (party[:, None] == party[None, :])
    for one, other in np.argwhere(np.triu(alike, 1)).tolist():
        gaps = np.abs(offer.last[:, one] - offer.last[:, other])
        if np.median(gaps[~np.isnan(gaps)]) != 0:
            continue
        names = offer.of(one, "Step"), offer.of(other, "Step")
        share = both[one, other] / either[one, other]
        sentence = (
            f'"{names[0]}" and "{names[1]}" are done together for {share_of(share)} of clients '
            f"({both[one, other]} of {either[one, other]}), usually on the same day: are they one?"
        )
        advice = f'Always done together with "{names[0]}": make them one step.'
        numbers = {"share": float(share), "both": float(both[one, other])}
        which = (did[:, one] & did[:, other]).astype(bool)
        yield offer.finding("duplicate", other, sentence, advice, numbers, which, float(share))


def ping_pong(offer: _Offer) -> Iterator[Improvement]:
    """The same party is needed again, after another one, for the same step or the same stage."""
    whole = len(offer.clients)
    place_of = {int(one): place for place, one in enumerate(offer.steps.tolist())}
    for (back, party, other), clients in _returns(offer).items():
        share = len(clients) / whole
        if share <= AGAIN:
            continue
        place = place_of[back]
        way = f"{party.lower()}, {other.lower()}, {party.lower()}"
        sentence = (
            f'"{offer.of(place, "Step")}" goes back and forth ({way}) for {len(clients)} of '
            f"{whole} clients ({share_of(share)}): could one of them do it in one go?"
        )
        advice = f"Goes back and forth ({way}) for {share_of(share)} of clients."
        numbers = {"share": share, "clients": float(len(clients))}
        which = np.isin(offer.clients, list(clients))
        yield offer.finding("ping-pong", place, sentence, advice, numbers, which, share)


def _returns(offer: _Offer) -> dict[tuple[int, str, str], set[int]]:
    """By the step at which a party is needed again, that party and the one between: the clients."""
    found, rows = offer.found, offer.rows
    step, client = found.step_at[rows], found.client[rows]
    party, parties = pd.factorize(found.party[rows])
    names = np.array([*_columns(offer.snapshot)["Stage"], ""], dtype=object)
    number, known = pd.factorize(names)
    stage = np.where(names == "", len(known), number)[step]
    alike = (stage[:-2] == stage[1:-1]) & (stage[1:-1] == stage[2:]) & (stage[2:] < len(known))
    back = (party[:-2] == party[2:]) & (party[:-2] != party[1:-1])
    whole = (client[:-2] == client[2:]) & (step[:-2] >= 0) & (step[1:-1] >= 0) & (step[2:] >= 0)
    at = np.flatnonzero(whole & back & (alike | (step[:-2] == step[2:])))
    returns: dict[tuple[int, str, str], set[int]] = {}
    columns = (step[at + 2], party[at], party[at + 1], client[at])
    for again, one, other, who in zip(*(column.tolist() for column in columns), strict=True):
        key = (again, str(parties[one]), str(parties[other]))
        returns.setdefault(key, set()).add(who)
    return returns


def automatable(offer: _Offer) -> Iterator[Improvement]:
    """Done often by the team, the same each time: hours a month that would come back."""
    found = offer.found
    since = np.datetime64(offer.snapshot.today, "D") - np.timedelta64(YEAR, "D")
    lately = offer.rows[found.done[offer.rows] > since]
    messages = {folded(step) for step in offer.snapshot.book.frame("Messages")["Step"].tolist()}
    runs_of = np.bincount(found.step_at[lately] + 1, minlength=offer.steps.max() + 2)[1:].tolist()
    for place, at in enumerate(offer.steps.tolist()):
        hours, runs, step = float(offer.of(place, "Hours")), runs_of[at], offer.of(place, "Step")
        alike = offer.of(place, "Kind") in SENDABLE or folded(step) in messages
        by_hand = offer.of(place, "Waiting on") == "Team" and not offer.of(place, "Automated")
        if not (alike and by_hand):
            continue
        if not hours > 0 or runs < RUNS:
            continue
        saved = runs * hours * MONTH / _span(offer, lately, since)
        sentence = (
            f'"{step}" was done {runs} times by the team in the last year, {hours:g} hours '
            f"each, the same every time: automated, it gives back {saved:.1f} hours a month."
        )
        advice = f"Worth automating: gives back {saved:.1f} hours a month."
        numbers = {"runs": float(runs), "hours": hours, "hours_a_month": saved}
        did = offer.times[:, place] > 0
        yield offer.finding("automate", place, sentence, advice, numbers, did, saved)


def _span(offer: _Offer, lately: Places, since: np.datetime64) -> float:
    """Days over which the runs were counted: a year, or since the first, but at least a month."""
    first = offer.found.done[lately].min()
    today = np.datetime64(offer.snapshot.today, "D")
    return float(max((today - max(first, since)).astype("int64"), MONTH))


LOOKS: tuple[Look, ...] = (needless, redone, ping_pong, duplicate, idle, automatable)


def find(snapshot: Snapshot) -> Findings:
    """`Advice` of every step of every offer."""
    frame = snapshot.book.frame("Offer steps")
    counts = clients_of(snapshot)
    advice: dict[str, list[str]] = {}
    for one in improvements(snapshot):
        advice.setdefault(one.key, []).append(one.advice)
    said = [
        " ".join(advice.get(str(key), ())) or too_few(counts[folded(offer)]) or None
        for key, offer in zip(frame.index, frame["Offer"], strict=True)
    ]
    columns = {"Advice": np.array(said, dtype=object)}
    return Findings({"Offer steps": pd.DataFrame(columns, index=frame.index, dtype=object)})


def too_few(clients: int) -> str:
    """What is said where the clients are too few to say more; blank where they are not."""
    return f"Not enough clients yet ({clients} of {CLIENTS})." if clients < CLIENTS else ""
