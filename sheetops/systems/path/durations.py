"""What the business has learned of its own waits: by step of an offer, and all steps together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.path import survival
from sheetops.systems.path.event_log import happened
from sheetops.systems.path.survival import ENOUGH, USUAL, Waits
from sheetops.workbook.arrays import Bools, Numbers, Objects, Places


@dataclass(frozen=True)
class Learned:
    """Estimates by the place in `Offer steps`: of each step's wait, and of the days from a step's
    start to the client's finish."""

    waits: Waits
    remaining: Waits

    @property
    def is_known(self) -> Bools:
        """The steps of which enough are done to show figures."""
        known: Bools = self.waits.cases[:-1] >= ENOUGH
        return known

    def usual(self, steps: Places, share: float = USUAL) -> Numbers:
        """What `share` of the clients take at most: of the step, or of all steps where the step has
        too few; NaN where all steps together have too few."""
        if self.waits.cases[-1] < ENOUGH:
            return np.full(len(steps), np.nan)
        return self.waits.within(share)[self.waits.own_or_all(steps)]

    def still_open(self, steps: Places, ages: Objects, more: int) -> Numbers:
        """The chance that an open step is still open after `more` working days; NaN: unknown."""
        return self.waits.still_open(self.waits.own_or_all(steps), ages, more)

    def miss(self, steps: Places, ages: Objects, until: Objects) -> Numbers:
        """The chance that a client finishes more than `until` working days after the start of the
        step they are at; NaN where too few clients who did that step have finished."""
        known = self.remaining.own_or_all(steps) >= 0
        chances = self.remaining.miss(np.where(known, steps, survival.ALL), ages, until)
        return np.where(known, chances, np.nan)


@once_a_snapshot
def learned(snapshot: Snapshot) -> Learned:
    """What is known this morning, from the sheet and from what the ledger remembers."""
    found = happened(snapshot)
    count = len(snapshot.book.frame("Offer steps"))
    known = found.days >= 0
    days, is_over = _until_finish(snapshot)
    return Learned(
        survival.learn(found.step_at[known], found.days[known], found.is_done[known], count),
        survival.learn(found.step_at[days >= 0], days[days >= 0], is_over[days >= 0], count),
    )


def _until_finish(snapshot: Snapshot) -> tuple[Places, Bools]:
    """By step that happened: working days from its start to the client's finish, or until today
    for clients who are still served; -1 for others."""
    found = happened(snapshot)
    finished = found.clients.finished[found.client]
    is_over = ~np.isnat(finished)
    is_open = found.clients.is_open[found.client] & ~is_over
    end = np.where(is_open, np.datetime64(snapshot.today, "D"), finished)
    days = snapshot.business.calendar.ages(found.started, end)
    unknown = np.isnan(days) | (found.started > end) | (found.days < 0)
    return np.where(unknown, -1, days).astype("int64"), is_over
