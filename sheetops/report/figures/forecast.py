"""Who finishes when: estimates on arrays, the same for the business and for replayed event logs.

Context: a client who has been at a step for long is not like one who has just come to it, though
both may be as far from their start. Decision: the days that are left are estimated from those who
were still at the same step after as many days (Kaplan-Meier at a few landmarks, van Houwelingen
2007); what is expected of clients in hand is corrected by what came of earlier forecasts; and new
clients come at the pace of the last weeks, drawn towards that of all weeks as far as the two differ
by no more than chance (James and Stein 1961). Consequence: stuck clients are not expected back, and
a change in how things are done shows in the forecast within weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetops.report.figures.figures import ORIGINS, SURE
from sheetops.systems.path import survival
from sheetops.systems.path.survival import ENOUGH, Waits
from sheetops.workbook.arrays import Bools, Numbers, Places

LANDMARKS = np.array([0, 1, 3, 10, 30, 90])
"""Working days at a step from which those who are still at it are looked at by themselves."""
RECENT = 12
"""Weeks from which the pace of new clients is taken; also past forecasts that correct the next."""
HALF_YEAR = 26
"""Past forecasts on which a band rests, at most."""
_CAUTION = 4.0
"""Past forecasts that were right, added to those there are: few must not correct much."""


@dataclass(frozen=True)
class Finishing:
    """When clients finish, by the step that they are at; one estimate for each of `LANDMARKS`."""

    by_age: tuple[Waits, ...]

    @property
    def is_known(self) -> bool:
        """Whether enough clients have finished for anything to be said."""
        return bool(self.by_age[0].cases[-1] >= ENOUGH)

    def within(self, steps: Places, ages: npt.NDArray[np.int64], days: int) -> Numbers:
        """The chance that clients at these steps, there for so many working days and still, finish
        within so many working days, today being the first. 0 for older ones than were ever seen."""
        mark = np.searchsorted(LANDMARKS, ages, side="right") - 1
        chance = np.zeros(len(steps))
        for at in np.unique(mark).tolist():
            mine = mark == at
            chance[mine] = self._chance(self.by_age[at], steps[mine], ages[mine], days)
        return chance

    def after(self, steps: Places, ages: npt.NDArray[np.int64], days: int) -> Numbers:
        """The same for clients who have done these steps, which they began so many days ago."""
        return self._chance(self.by_age[0], steps, ages, days)

    @staticmethod
    def _chance(known: Waits, steps: Places, ages: npt.NDArray[np.int64], days: int) -> Numbers:
        late = known.miss(known.own_or_all(steps), ages, ages - 1 + days)
        return np.asarray(1 - np.where(np.isnan(late), 1.0, late), dtype="float64")


def learn(steps: Places, waited: Places, days: Places, is_finished: Bools, count: int) -> Finishing:
    """Estimate from steps that clients came to: arrays of one length.

    `waited` is how long they were at it, or have been; `days` the working days from its start to
    the client's finish, or until today where that `is_finished` not yet.
    """
    parts = [waited >= mark for mark in LANDMARKS]
    return Finishing(
        tuple(survival.learn(steps[p], days[p], is_finished[p], count) for p in parts),
    )


def whole(days: Places, is_finished: Bools) -> Waits:
    """How long clients take from start to finish, all together: `ALL` of the result."""
    return survival.learn(np.zeros(len(days), dtype="int64"), days, is_finished, 1)


def of_newcomers(cycle: Waits, per_day: float, days: int) -> float:
    """How many of those who start within so many working days also finish within them."""
    ends = cycle.beyond(np.full(days, survival.ALL), np.arange(days))
    return float(per_day * (1 - ends).sum())


def pace(weekly: npt.NDArray[np.int64]) -> float:
    """New clients in a week, from counts of past weeks, the newest first.

    The mean of the last `RECENT`, drawn towards that of all weeks: the less, the further the two
    are apart for what weeks differ by chance.
    """
    if not len(weekly):
        return 0.0
    lately, ever = float(weekly[:RECENT].mean()), float(weekly.mean())
    gap = lately - ever
    if len(weekly) <= RECENT or not gap:
        return lately
    chance = float(weekly[:RECENT].var(ddof=1)) / RECENT
    return ever + gap * max(0.0, 1 - chance / gap**2)


def correction(expected: Sequence[float], came: Sequence[int]) -> float:
    """What to multiply an expectation by, from what earlier ones came to, the oldest first.

    1 as long as there are fewer than `ORIGINS` of them.
    """
    if len(expected) < ORIGINS:
        return 1.0
    lately, real = np.asarray(expected[-RECENT:]), np.asarray(came[-RECENT:])
    caution = _CAUTION * lately.mean()
    whole = lately.sum() + caution
    return float((real.sum() + caution) / whole) if whole > 0 else 1.0


def half_width(points: Sequence[float], came: Sequence[int]) -> float | None:
    """How wide a band is for an expectation of 1, from earlier ones and what they came to.

    The `SURE` quantile of |error| / sqrt(expectation) over the last half year, the next larger one
    as suits few cases (Vovk 2005); None as long as there are fewer than `ORIGINS` of them.
    """
    if len(points) < ORIGINS:
        return None
    said, real = np.asarray(points[-HALF_YEAR:], dtype="float64"), np.asarray(came[-HALF_YEAR:])
    off = np.sort(np.abs(real - said) / np.sqrt(np.maximum(said, 1.0)))
    at = int(np.ceil((len(off) + 1) * SURE)) - 1
    return float(off[min(at, len(off) - 1)])


def band(point: float, width: float) -> tuple[float, float]:
    """The band about an expectation, see `half_width`."""
    half = width * float(np.sqrt(max(point, 1.0)))
    return max(0.0, point - half), point + half
