"""What really happened: steps that were done or are under way, of clients here and long gone.

Every system that learns works from this. The sheet goes before what the ledger remembers: a client
who has steps in the sheet is counted from there, one who was deleted from it from the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from sheetops.model.history import PastClient, written
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.workbook.arrays import Bools, Days, Numbers, Objects, Places, Strings
from sheetops.workbook.headers import folded

NO_DAY = np.datetime64("NaT", "D")
_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Served:
    """Clients, one after another: those of `Clients`, then those whom only the ledger remembers.

    `offer` is the offer's place in `Happened.offers`, -1 for none. `is_open` is whose finish is
    still to come, `counts` whose rows are beyond doubt. `value` is NaN where it is not known.
    """

    key: list[str]
    offer: Places
    started: Days
    finished: Days
    value: Numbers
    is_open: Bools
    counts: Bools


@dataclass(frozen=True)
class Happened:
    """Steps done or under way; arrays of one length, first those of the sheet.

    `client` is a place in `clients`, `step_at` in `Offer steps` (-1: an extra step), `at` in
    `StepsNow` (-1: only remembered). `days` are the working days that a done step took, or that an
    open one has waited; -1 where nobody knows. `due` is NaT where there is no limit.
    """

    clients: Served
    offers: tuple[str, ...]
    client: Places
    step_at: Places
    at: Places
    name: Strings
    party: Strings
    started: Days
    done: Days
    due: Days
    days: Places

    @property
    def is_done(self) -> Bools:
        return ~np.isnat(self.done)

    def __len__(self) -> int:
        return len(self.client)


@once_a_snapshot
def happened(snapshot: Snapshot) -> Happened:
    """All that was done or is under way as of this morning."""
    here = _here(snapshot)
    gone = _gone(snapshot)
    steps = _steps_here(snapshot, here)
    offers = tuple(dict.fromkeys(map(folded, snapshot.book.frame("Offer steps")["Offer"].tolist())))
    clients = _clients(snapshot, here, gone, offers)
    past = _steps_gone(snapshot, gone, len(here), offers)
    joined = {name: np.concatenate([steps[name], past[name]]) for name in steps}
    calendar = snapshot.business.calendar
    end = np.where(np.isnat(joined["done"]), np.datetime64(snapshot.today, "D"), joined["done"])
    ages = calendar.ages(joined["started"], end)
    unknown = np.isnan(ages) | (joined["started"] > end) | joined.pop("vague")
    days = np.where(unknown, -1, ages).astype("int64")
    return Happened(clients=clients, offers=offers, days=days, **joined)


def _here(snapshot: Snapshot) -> Bools:
    """Which clients of the sheet are beyond doubt."""
    return snapshot.clients.is_certain & ~snapshot.clients.is_lead


def _gone(snapshot: Snapshot) -> list[PastClient]:
    """Times served of which the sheet has no step any more."""
    clients = snapshot.clients
    place = {key: at for at, key in enumerate(clients.key.tolist())}
    starts = (
        snapshot.book.frame("Clients")["Start date"].to_numpy().astype("datetime64[D]").tolist()
    )
    has_steps = clients.has_steps.tolist()

    def is_gone(one: PastClient) -> bool:
        at = place.get(one.client, -1)
        if at < 0 or not has_steps[at]:
            return True
        start = starts[at]
        return one.finish is not None and start is not None and one.finish < start

    return [one for one in snapshot.history.past if is_gone(one)]


def _steps_here(snapshot: Snapshot, sure: Bools) -> dict[str, Objects]:
    steps, clients = snapshot.steps, snapshot.clients
    known = steps.is_certain & snapshot.of_client(sure)
    waits = steps.is_current & snapshot.of_client(clients.is_served & ~clients.is_paused)
    at = np.flatnonzero(known & (~steps.is_open | waits))
    return {
        "client": steps.client_at[at],
        "step_at": steps.offer_step_at[at],
        "at": at,
        "name": steps.name[at],
        "party": steps.waiting_on[at],
        "started": steps.started[at],
        "done": steps.done[at],
        "due": steps.due[at],
        "vague": _first_ticks(snapshot)[at],
    }


def _first_ticks(snapshot: Snapshot) -> Bools:
    """Ticks of the first day on which any were seen: those steps were done before, nobody knows
    when."""
    vague = np.zeros(len(snapshot.steps.key), dtype=bool)
    if not snapshot.ticks:
        return vague
    first = min(snapshot.ticks.values())
    keys = snapshot.steps.key.tolist()
    for at in np.flatnonzero(snapshot.steps.done == np.datetime64(first, "D")).tolist():
        vague[at] = snapshot.ticks.get(keys[at]) == first
    return vague


def _clients(
    snapshot: Snapshot, sure: Bools, gone: list[PastClient], offers: tuple[str, ...]
) -> Served:
    frame, now = snapshot.book.frame("Clients"), snapshot.clients
    prices = snapshot.book.frame("Offers")
    price = dict(zip(map(folded, prices["Offer"]), prices["Price"].tolist(), strict=True))
    of_offer = {name: at for at, name in enumerate(offers)}
    fold = {offer: folded(offer) for offer in {*now.offer.tolist(), *(o.offer for o in gone)}}
    named = [fold[offer] for offer in (*now.offer.tolist(), *(one.offer for one in gone))]
    value = np.array([*frame["Value"].tolist(), *(one.value for one in gone)], dtype="float64")
    usual = np.array([price.get(name, np.nan) for name in named], dtype="float64")
    finished = frame["Finished on"].to_numpy().astype("datetime64[D]")
    done = now.is_finished
    before = np.zeros(len(gone), dtype=bool)
    return Served(
        key=[*now.key.tolist(), *(one.client for one in gone)],
        offer=np.array([of_offer.get(name, -1) for name in named], dtype="int64"),
        started=_joined(frame["Start date"].to_numpy(), [one.start for one in gone]),
        finished=_joined(np.where(done, finished, NO_DAY), [one.finish for one in gone]),
        value=np.where(np.isnan(value), usual, value),
        is_open=np.append(now.is_served & ~now.is_paused & sure, before),
        counts=np.append(sure, ~before),
    )


def _joined(days: Objects, more: list[Any]) -> Days:
    return np.append(days.astype("datetime64[D]"), np.array(more, dtype="datetime64[D]"))


def _steps_gone(
    snapshot: Snapshot, gone: list[PastClient], first: int, offers: tuple[str, ...]
) -> dict[str, Objects]:
    frame = snapshot.book.frame("Offer steps")
    pairs = zip(frame["Offer"].map(folded), frame["Step"].map(folded), strict=True)
    places = {pair: at for at, pair in enumerate(pairs)}
    rows = [(number, step) for number, one in enumerate(gone, first) for step in one.steps]
    offer_of = {number: folded(one.offer) for number, one in enumerate(gone, first)}
    fold = {name: folded(name) for name in {step.step for _, step in rows}}
    step_at = [places.get((offer_of[number], fold[step.step]), -1) for number, step in rows]
    return {
        "client": np.array([number for number, _ in rows], dtype="int64"),
        "step_at": np.array(step_at, dtype="int64"),
        "at": np.full(len(rows), -1),
        "name": np.array([step.step for _, step in rows], dtype=object),
        "party": np.array([step.party for _, step in rows], dtype=object),
        "started": _from_numbers([step.started for _, step in rows]),
        "done": _from_numbers([step.done for _, step in rows]),
        "due": _from_numbers([step.due for _, step in rows]),
        "vague": np.zeros(len(rows), dtype=bool),
    }


def _from_numbers(days: list[int | None]) -> Days:
    none = np.iinfo("int64").min  # numpy's own number for NaT
    return np.array([none if d is None else d for d in days], dtype="int64").view("datetime64[D]")


@once_a_snapshot
def in_order(snapshot: Snapshot) -> Places:
    """Places of the steps that were done, client after client, in the order in which they were
    done; of one day, in the order of the path, extra steps last."""
    found = happened(snapshot)
    order = snapshot.book.frame("Offer steps")["Order"].to_numpy()
    rank = np.append(np.argsort(np.argsort(order, kind="stable"), kind="stable"), len(order))
    done = np.flatnonzero(found.is_done)
    days = found.done[done].astype("int64")
    width, span = len(order) + 1, int(days.max(initial=0) - days.min(initial=0)) + 1
    day = found.client[done] * span + days - days.min(initial=0)
    return done[np.argsort(day * width + rank[found.step_at[done]], kind="stable")]


def to_remember(snapshot: Snapshot) -> Iterator[PastClient]:
    """What the sheet has of each client today, as the ledger keeps it for when they are deleted."""
    found = happened(snapshot)
    mine = np.flatnonzero(found.is_done & (found.at >= 0))
    mine = mine[np.argsort(found.client[mine], kind="stable")]
    number = found.client[mine].tolist()
    started = _numbers(np.where(found.days < 0, NO_DAY, found.started)[mine])
    done, due = _numbers(found.done[mine]), _numbers(found.due[mine])
    order = snapshot.steps.order[found.at[mine]].tolist()
    rows = zip(
        found.name[mine].tolist(), order, found.party[mine].tolist(), started, done, due,
        strict=True,
    )  # fmt: skip
    clients, offers = found.clients, snapshot.clients.offer.tolist()
    begun, finished = clients.started.tolist(), clients.finished.tolist()
    values = [None if v != v else v for v in clients.value.tolist()]  # noqa: PLR0124 # NaN is not itself
    seen = set()
    for at, group in groupby(zip(number, rows, strict=True), key=itemgetter(0)):
        seen.add(at)
        steps = written([row for _, row in group])
        yield PastClient(clients.key[at], begun[at], offers[at], finished[at], values[at], steps)
    yield from _finished_since(snapshot, seen)


def _numbers(days: Days) -> list[int | None]:
    numbers = (days - _EPOCH).astype("int64").tolist()
    return [None if n is None or n < -(10**9) else n for n in numbers]


def _finished_since(snapshot: Snapshot, seen: set[int]) -> Iterator[PastClient]:
    """Clients whose steps were deleted before their finish was known."""
    place = {key: at for at, key in enumerate(snapshot.clients.key.tolist())}
    finished = happened(snapshot).clients.finished
    for one in snapshot.history.past:
        at = place.get(one.client, -1)
        if at >= 0 and at not in seen and one.finish is None and not np.isnat(finished[at]):
            yield replace(one, finish=finished[at].item())
