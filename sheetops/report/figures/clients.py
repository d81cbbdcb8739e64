"""Clients in hand and clients to come: where they stand, and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.report.figures import forecast
from sheetops.report.figures.forecast import Finishing
from sheetops.systems.path.event_log import Happened, happened
from sheetops.systems.path.survival import Waits
from sheetops.workbook.arrays import Bools, Days, Numbers, Places

WEEK = 7


@dataclass(frozen=True)
class InHand:
    """Clients in hand today, by their places in `Served`, and how long clients take.

    `step`, `age` and `still` are of the same length: the step each client is at (a place in `Offer
    steps`, or -1), the working days since it began, and whether they are still at it; those who are
    not have done it, and the next has not begun. A client with several steps open has several rows.
    `to_come` are the starts to come of clients who have signed.
    """

    clients: Places
    row_of: Places
    step: Places
    age: Places
    still: Bools
    to_come: Days
    finishing: Finishing
    cycle: Waits
    weekly: npt.NDArray[np.int64]

    def chances(self, days: int) -> Numbers:
        """By client, the chance to finish within so many working days: of the slowest step."""
        chance = np.where(
            self.still,
            self.finishing.within(self.step, self.age, days),
            self.finishing.after(self.step, self.age, days),
        )
        slowest = np.ones(len(self.clients))
        np.minimum.at(slowest, self.row_of, chance)
        return slowest


@once_a_snapshot
def in_hand(snapshot: Snapshot) -> InHand:
    """Who is in hand this morning; paused clients are not."""
    found = happened(snapshot)
    today = np.datetime64(snapshot.today, "D")
    clients = found.clients
    begun = clients.is_open & (clients.started <= today)
    rows = _rows_of(found, begun)
    mine, row_of = np.unique(found.client[rows], return_inverse=True)
    ages = snapshot.business.calendar.ages(found.started[rows], snapshot.today)
    return InHand(
        clients=mine,
        row_of=row_of,
        step=found.step_at[rows],
        age=np.nan_to_num(ages).astype("int64"),
        still=~found.is_done[rows],
        to_come=clients.started[clients.is_open & (clients.started > today)],
        finishing=_finishing(snapshot),
        cycle=_cycle(snapshot),
        weekly=_weekly(snapshot),
    )


def _rows_of(found: Happened, begun: Bools) -> Places:
    """The steps that clients are at; of those at none, the one that was done last."""
    usable = (found.at >= 0) & (found.days >= 0) & begun[found.client]
    at = np.flatnonzero(usable & ~found.is_done)
    idle = begun.copy()
    idle[found.client[at]] = False
    done = np.flatnonzero(usable & found.is_done & idle[found.client])
    done = done[np.argsort(found.done[done], kind="stable")]
    last = np.full(len(begun), -1, dtype="int64")
    last[found.client[done]] = done  # the last written, the latest, stays
    return np.concatenate([at, last[last >= 0]])


def worked_until(snapshot: Snapshot, started: Days, finished: Days) -> Places:
    """Working days from a start to a finish; a finish on a day off counts with the last working
    day before it. -1 where it is not known."""
    calendar = snapshot.business.calendar
    days = calendar.ages(started, finished + np.timedelta64(1, "D")) - 1
    return np.where(np.isnan(days), -1, np.maximum(days, 0)).astype("int64")


def _finishing(snapshot: Snapshot) -> Finishing:
    found = happened(snapshot)
    finished = found.clients.finished[found.client]
    is_over = ~np.isnat(finished)
    is_open = found.clients.is_open[found.client] & ~is_over
    left = worked_until(snapshot, found.started, finished)
    ages = snapshot.business.calendar.ages(found.started, snapshot.today)
    until = np.where(is_over, left, np.nan_to_num(ages, nan=-1)).astype("int64")
    used = (found.days >= 0) & (until >= 0) & (is_over | is_open)
    used &= ~is_over | (found.started <= finished)
    return forecast.learn(
        found.step_at[used], found.days[used], until[used], is_over[used],
        len(snapshot.book.frame("Offer steps")),
    )  # fmt: skip


def _cycle(snapshot: Snapshot) -> Waits:
    clients = happened(snapshot).clients
    is_over = clients.counts & ~np.isnat(clients.finished) & (clients.finished >= clients.started)
    is_open = clients.is_open & (clients.started <= np.datetime64(snapshot.today, "D"))
    took = worked_until(snapshot, clients.started, clients.finished)
    ages = np.nan_to_num(snapshot.business.calendar.ages(clients.started, snapshot.today), nan=-1)
    days = np.where(is_over, took, ages).astype("int64")
    used = (is_over | is_open) & (days >= 0)
    return forecast.whole(days[used], is_over[used])


def _weekly(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Clients who started in each of the past weeks, the last seven days first."""
    clients = happened(snapshot).clients
    ago = (np.datetime64(snapshot.today, "D") - clients.started).astype("float64")
    ago = ago[clients.counts & ~np.isnat(clients.started) & (ago >= 1)]
    weeks = int(ago.max(initial=0)) // WEEK
    number = ((ago - 1) // WEEK).astype("int64")
    return np.bincount(number[number < weeks], minlength=weeks)
