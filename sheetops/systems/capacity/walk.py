"""Clients walked along their paths again and again, each wait drawn from what waits were.

The draws come from a generator that is seeded by the caller, so a morning gives one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetops.systems.capacity.people import LOOKED_AT
from sheetops.systems.capacity.work import Ahead
from sheetops.systems.happened import Bools, Numbers, Places
from sheetops.systems.learned import Learned
from sheetops.waits import ALL, ENOUGH

NEVER = 30_000
"""Stands for a working day that does not come within anything that is known."""
DAY = 8.0
"""Hours of work that are spread over a day at most."""
_FINE = 16_384
_ROUNDING = 1e-9
_LONG = 40  # days over which the work of one step is spread at most

Draws = npt.NDArray[np.int32]
Loads = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Waiting:
    """How long steps take, ready to be drawn from.

    One row for each step, one for all together, one for each step's declared working days, and one
    for what nobody knows. `quantiles` are the waits at `_FINE` even chances, `beyond[s, t]` the
    chance of more than t days.
    """

    quantiles: npt.NDArray[np.int16]
    beyond: Numbers
    known: Bools
    allowed: Numbers
    all_known: bool

    @property
    def count(self) -> int:
        return len(self.known)

    def rows(self, ahead: Ahead) -> Places:
        """The row for each step to come: its own waits where enough are known; else the days that
        it is allowed, as long as they have not passed; else all steps together; else nobody knows.
        """
        own = (ahead.step >= 0) & self.known[ahead.step]
        declared = ~np.isnan(ahead.allowed) & (ahead.age <= ahead.allowed) & (ahead.step >= 0)
        unknown = 2 * self.count + 1
        rest = np.full(len(ahead), self.count if self.all_known else unknown)
        return np.where(own, ahead.step, np.where(declared, self.count + 1 + ahead.step, rest))


def waiting(learned: Learned, allowed: Numbers) -> Waiting:
    """What is known of waits; `allowed` are the declared working days by step, NaN for none."""
    survival = learned.waits.survival
    count = len(allowed)
    known = learned.waits.cases[:count] >= ENOUGH
    chances = (np.arange(_FINE) + 0.5) / _FINE
    quantiles = np.full((2 * count + 2, _FINE), NEVER, dtype="int16")
    for row in (*np.flatnonzero(known).tolist(), count):
        ended = 1 - survival[ALL if row == count else row]
        at = np.searchsorted(ended, chances - _ROUNDING)
        quantiles[row] = np.where(at < len(ended), at, NEVER)
    declared = np.where(np.isnan(allowed), NEVER, allowed)
    quantiles[count + 1 : 2 * count + 1] = declared[:, None]
    width = max(survival.shape[1], 1)
    beyond = np.ones((2 * count + 2, width))
    if survival.shape[1]:
        beyond[: count + 1] = survival
    return Waiting(quantiles, beyond, known, allowed, bool(learned.waits.cases[-1] >= ENOUGH))


def stuck(ahead: Ahead, known: Waiting) -> Bools:
    """Open steps that wait longer than any such step ever took: nobody can say when they end."""
    rows = known.rows(ahead)
    return np.asarray((ahead.age > 0) & (_still(known, rows, ahead.age) <= _ROUNDING))


def _still(known: Waiting, rows: Places, ages: Places) -> Numbers:
    """The chance that a step is still open at this age; 1 for what has not begun."""
    at = np.clip(ages - 1, 0, known.beyond.shape[1] - 1)
    return np.where(ages > 0, known.beyond[rows, at], 1.0)


def walk(
    ahead: Ahead, known: Waiting, next_day: Places, draws: int, rng: np.random.Generator
) -> Draws:
    """On which working day from today each step is done: `draws` x steps. `NEVER` for what does not
    come; steps that do not happen this time are below 0. What would be done on a day on which its
    person is away is done on the next on which they are there, see `People.next_day`."""
    done = np.full((draws, len(ahead)), NEVER, dtype="int32")
    clock = np.tile(ahead.start.astype("int32"), (draws, 1))
    rows = known.rows(ahead)
    still = _still(known, rows, ahead.age)
    for rank in range(int(ahead.rank.max(initial=-1)) + 1):
        at = np.flatnonzero(ahead.rank == rank)
        begun = ahead.age[at] >= 0
        drawn = _drawn(known, rows[at], still[at], draws, rng)
        left = np.where(
            begun, np.maximum(drawn - ahead.age[at], 0), drawn + clock[:, ahead.client[at]]
        )
        left[:, begun & (still[at] <= _ROUNDING)] = NEVER
        left[drawn >= NEVER] = NEVER
        done[:, at] = _when_there(left, next_day, np.where(ahead.is_team, ahead.person, -1)[at])
        _move_on(clock, done, ahead, at)
    happens = rng.random((draws, int((ahead.likely < 1).sum())), dtype="float32")
    done[:, ahead.likely < 1][happens >= ahead.likely[ahead.likely < 1]] = -1
    return done


def _when_there(days: Draws, next_day: Places, person: Places) -> Draws:
    last = next_day.shape[1] - 1
    inside = next_day[person, np.minimum(days, last)]
    moved: Draws = np.where(days < last, inside, np.minimum(days, NEVER)).astype("int32")
    return moved


def _drawn(
    known: Waiting, rows: Places, still: Numbers, draws: int, rng: np.random.Generator
) -> Draws:
    """Whole waits of steps that are still open, with this chance to be."""
    even = rng.random((draws, len(rows)), dtype="float32")
    at = ((1 - even * still.astype("float32")) * _FINE).astype("int32")
    np.minimum(at, _FINE - 1, out=at)
    flat = known.quantiles.ravel()
    drawn: Draws = flat[rows * _FINE + at].astype("int32")
    return drawn


def _move_on(clock: Draws, done: Draws, ahead: Ahead, at: Places) -> None:
    """The next group of a client begins when all that is required of this one is done."""
    required = at[ahead.is_required[at]]
    if not len(required):
        return
    clients = ahead.client[required]
    first = np.flatnonzero(np.append(True, clients[1:] != clients[:-1]))
    ends = np.maximum.reduceat(done[:, required], first, axis=1)
    who = clients[first]
    clock[:, who] = np.maximum(clock[:, who], ends)


def loads(done: Draws, ahead: Ahead, amount: Numbers, week_of: Places, next_day: Places) -> Loads:
    """What each person has to do in each week: `draws` x people x `LOOKED_AT`.

    `amount` is each step's, in its person's unit (0: not counted). Work of over a day is spread
    over the days before it is done; what lies before today has to be done today.
    """
    people = len(next_day) - 1
    mine = np.flatnonzero((amount > 0) & (ahead.person >= 0))
    shape = (len(done), people, LOOKED_AT + 1)
    total = np.zeros(int(np.prod(shape)), dtype="float64")
    draw = np.arange(len(done))[:, None]
    pieces = np.clip(np.ceil(amount / DAY), 1, _LONG).astype("int64")
    for back in range(int(pieces[mine].max(initial=0))):
        at = mine[pieces[mine] > back]
        day = done[:, at]
        happens = (day >= 0) & (day < NEVER)
        worked = _when_there(np.maximum(day - back, 0), next_day, ahead.person[at])
        week = week_of[np.minimum(worked, len(week_of) - 1)]
        cell = (draw * people + ahead.person[at]) * (LOOKED_AT + 1) + week
        weight = np.broadcast_to(amount[at] / pieces[at], cell.shape)
        total += np.bincount(cell[happens], weights=weight[happens], minlength=len(total))
    return total.reshape(shape)[:, :, :LOOKED_AT].astype("float32")
