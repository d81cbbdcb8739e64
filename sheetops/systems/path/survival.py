"""How long steps take: Kaplan-Meier estimates that learn from open steps too, with a light prior.

Context: a step that still waits says something about how long it takes, and a step that few
clients have done says little. Decision: the estimate of Kaplan and Meier (1958) in working days, in
which an open step counts for the days that it has already waited, with a prior of three cases that
behave as all steps together do. Consequence: no step looks quick because the slow ones are still
open, and a new step is judged by what is usual here until it has a history of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetops.workbook.arrays import Bools, Numbers, Objects, Places

PRIOR = 3.0
"""Cases that the steps together lend to each step."""
ENOUGH = 5
"""Done cases from which a step's own figures are shown; with fewer, those of all steps are."""
USUAL = 0.9
"""A wait is unusual once this share of all clients would have been through."""
LIKELY = 0.5
"""A client is on course to miss a promise from this chance on."""
LONGEST = 1000
"""Working days, about four years: what waits longer is known to have waited so long, no more."""
ALL = -1
"""The place of all steps together."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Waits:
    """What is known of how long each of n steps takes.

    `survival[s, t]` is the chance that step s takes more than t working days, for t from 0 on; the
    last row, which `ALL` names, is all steps together. `cases` counts the waits that ended, by step
    and in all, and `at_risk[t]` the waits of all steps that were seen on day t.
    """

    survival: Numbers
    cases: Places
    at_risk: Places

    def own_or_all(self, steps: Places) -> Places:
        """The steps themselves where enough of them are done, else `ALL`."""
        if not len(self.cases) - 1:
            return np.full(len(steps), ALL)
        known = (steps >= 0) & (self.cases[steps] >= ENOUGH)
        return np.where(known, steps, ALL)

    def within(self, share: float) -> Numbers:
        """By step, the fewest working days within which `share` of the cases end; NaN if unknown.

        The last value is that of all steps. 0.5 gives the median, 0.9 what nine in ten take.
        """
        if not self.survival.shape[1]:
            return np.full(len(self.survival), np.nan)
        ended = self.survival <= 1 - share + _ROUNDING
        first = np.where(ended.any(axis=1), ended.argmax(axis=1), np.nan)
        return first.astype("float64")

    def beyond(self, steps: Places, days: Objects) -> Numbers:
        """The chance that a case of each step takes more than so many days; 1 below day 0."""
        last = self.survival.shape[1] - 1
        if last < 0:
            return np.ones(len(steps))
        at = np.clip(days, 0, last).astype("int64")
        return np.where(np.asarray(days) < 0, 1.0, self.survival[steps, at])

    def still_open(self, steps: Places, ages: Objects, more: int) -> Numbers:
        """The chance that a step of this age is still open after `more` working days.

        NaN where fewer than `ENOUGH` of all cases have ever been seen at that age.
        """
        now = self.beyond(steps, ages)
        seen = np.append(self.at_risk, 0)
        old = np.clip(ages, 0, len(seen) - 1).astype("int64")
        known = (seen[old] >= ENOUGH) & (now > _ROUNDING)
        later = self.beyond(steps, np.asarray(ages) + more)
        chance: Numbers = np.divide(later, now, out=np.full(len(now), np.nan), where=known)
        return chance

    def miss(self, steps: Places, ages: Objects, until: Objects) -> Numbers:
        """For estimates of the days from a step's start to the client's finish: the chance that the
        finish comes more than `until` working days after the step's start, given its age."""
        so_far = self.beyond(steps, np.asarray(ages) - 1)
        late = self.beyond(steps, np.asarray(until))
        unknown = np.full(len(late), np.nan)
        chance: Numbers = np.divide(late, so_far, out=unknown, where=so_far > _ROUNDING)
        return np.minimum(chance, 1.0)


def learn(
    steps: Objects,
    days: Objects,
    ended: Bools,
    count: int,
    prior: float = PRIOR,
) -> Waits:
    """Estimate the waits of `count` steps from cases: arrays of one length.

    `steps` are places below `count`, or `ALL` for a step that only counts for all together; `days`
    whole working days from 0 on: the whole wait where it has `ended`, else the age so far. A wait
    that ended on day t is seen on days 0 to t, one of age a that is still open on the days below a.
    """
    numbers = np.minimum(np.asarray(days), LONGEST + 1).astype("int64")
    over = numbers > LONGEST
    ended = np.asarray(ended, dtype=bool) & ~over
    width = int(numbers.max(initial=-1)) + 1
    row = np.where(np.asarray(steps) < 0, count, steps).astype("int64")
    cell = row * width + numbers
    shape = (count + 1, width)
    done = np.bincount(cell[ended], minlength=shape[0] * width).reshape(shape)
    left = np.bincount(cell[~ended], minlength=shape[0] * width).reshape(shape)
    leaving = done + left
    at_risk = np.flip(np.flip(leaving, 1).cumsum(1), 1) - left
    done[count], at_risk[count] = done.sum(0), at_risk.sum(0)
    overall = _share(done[count], at_risk[count])
    hazard = _share(done + prior * overall, at_risk + prior)
    hazard[count] = overall
    survival = np.cumprod(1 - hazard, axis=1).astype("float64")
    return Waits(survival, done.sum(1), at_risk[count])


def _share(part: Objects, whole: Objects) -> Numbers:
    """`part` of `whole`; 0 where there is no whole."""
    share: Numbers = np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)
    return share


def is_unusual(ages: Objects, limits: Numbers, least: float) -> Bools:
    """Which open steps wait longer than is usual: past their limit, and past `least` days.

    A limit of NaN is not known, and nothing is past it.
    """
    unusual: Bools = np.asarray(ages) > np.fmax(np.where(np.isnan(limits), np.inf, limits), least)
    return unusual


def will_miss(chances: Numbers) -> Bools:
    """Which of the chances of missing a promise are likely enough to be said."""
    likely: Bools = chances >= LIKELY - _ROUNDING
    return likely
