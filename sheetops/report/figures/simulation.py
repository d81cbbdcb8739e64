"""Clients walked along their paths again and again, each wait drawn from what waits were.

The draws come from a generator that is seeded by the caller, so a morning gives one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetops.report.figures.backlog import Ahead
from sheetops.report.figures.staff import LOOKED_AT
from sheetops.systems.path.survival import ALL, ENOUGH, Waits
from sheetops.workbook.arrays import Bools, Numbers, Places

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
        own = np.append(self.known, False)[ahead.step]  # a step of no offer, -1, is not known
        declared = ~np.isnan(ahead.allowed) & (ahead.age <= ahead.allowed) & (ahead.step >= 0)
        unknown = 2 * self.count + 1
        rest = np.full(len(ahead), self.count if self.all_known else unknown)
        return np.where(own, ahead.step, np.where(declared, self.count + 1 + ahead.step, rest))


def waiting(waits: Waits, allowed: Numbers) -> Waiting:
    """What is known of waits; `allowed` are the declared working days by step, NaN for none."""
    survival = waits.survival
    count = len(allowed)
    known = waits.cases[:count] >= ENOUGH
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
    return Waiting(quantiles, beyond, known, allowed, bool(waits.cases[-1] >= ENOUGH))


def stuck(ahead: Ahead, known: Waiting) -> Bools:
    """Open steps that wait longer than any such step ever took: nobody can say when they end."""
    rows = known.rows(ahead)
    return np.asarray(
        (ahead.age > 0) & (_still(known, rows, _ages(ahead, known, rows)) <= _ROUNDING)
    )


def _ages(ahead: Ahead, known: Waiting, rows: Places) -> Places:
    """Ages in days as waits are counted: of what is declared, the business's; of what was learned,
    those on which its person was there."""
    lost = np.where(rows > known.count, 0, ahead.lost)
    return np.where(ahead.age > 0, np.maximum(ahead.age - lost, 0), ahead.age)


def _still(known: Waiting, rows: Places, ages: Places) -> Numbers:
    """The chance that a step is still open at this age; 1 for what has not begun."""
    at = np.clip(ages - 1, 0, known.beyond.shape[1] - 1)
    return np.where(ages > 0, known.beyond[rows, at], 1.0)


def walk(
    ahead: Ahead, known: Waiting, next_day: Places, draws: int, rng: np.random.Generator
) -> Draws:
    """On which working day from today each step is done: steps x `draws`. `NEVER` for what does not
    come; steps that do not happen this time are below 0. A wait of the team that was learned lasts
    so many days on which its person is there, see `People.next_day`; one that is declared ends on
    the first such day once it has passed."""
    done = np.full((len(ahead), draws), NEVER, dtype="int32")
    clock = np.repeat(ahead.start.astype("int32")[:, None], draws, axis=1)
    rows = known.rows(ahead)
    ages = _ages(ahead, known, rows)
    still = _still(known, rows, ages)
    theirs, person = _TheirDays(next_day), np.where(ahead.is_team, ahead.person, -1)
    learned = np.where(rows <= known.count, person, -1)
    for rank in range(int(ahead.rank.max(initial=-1)) + 1):
        at = np.flatnonzero(ahead.rank == rank)
        wait = _drawn(known, rows[at], still[at], draws, rng)
        is_never = wait >= NEVER
        begun = ahead.age[at] >= 0
        start = clock[ahead.client[at]]
        start[begun] = 0
        wait[begun] = np.maximum(wait[begun] - ages[at[begun], None], 0)
        left = theirs.after(start, wait, learned[at])
        left[is_never] = NEVER
        left[begun & (still[at] <= _ROUNDING)] = NEVER
        _put_off(left, next_day, person[at])
        done[at] = left
        _move_on(clock, left, ahead, at)
    unsure = np.flatnonzero(ahead.likely < 1)
    luck = rng.random((len(unsure), draws), dtype="float32")
    done[unsure] = np.where(luck < ahead.likely[unsure, None], done[unsure], -1)
    return done


class _TheirDays:
    """The working days ahead, counted by person as those on which they are there."""

    def __init__(self, next_day: Places) -> None:
        self.last = next_day.shape[1] - 1
        there = next_day[:, :-1] == np.arange(self.last)
        self.before = np.append(np.zeros((len(there), 1), "int64"), there.cumsum(axis=1), axis=1)
        self.day = np.full(next_day.shape, self.last)
        who, day = np.nonzero(there)
        self.day[who, self.before[who, day]] = day
        self.is_away = ~there.all(axis=1)

    def after(self, start: Draws, wait: Draws, person: Places) -> Draws:
        """The day on which so many of their days have passed since `start`: steps x draws."""
        days = start + wait
        mine = np.flatnonzero((person >= 0) & self.is_away[person])
        who = person[mine, None]
        passed = self.before[who, np.minimum(start[mine], self.last)] + wait[mine]
        found = self.day[who, np.minimum(passed, self.last)]
        days[mine] = np.where(found < self.last, found, np.maximum(days[mine], self.last))
        return days


def _put_off(days: Draws, next_day: Places, person: Places) -> None:
    """Work of somebody who is away waits for them; `days` are changed."""
    last = next_day.shape[1] - 1
    mine = np.flatnonzero(person >= 0)
    ours = days[mine]
    there = next_day[person[mine, None], np.minimum(ours, last)]
    days[mine] = np.where(ours < last, there, ours)
    np.minimum(days, NEVER, out=days)


def _drawn(
    known: Waiting, rows: Places, still: Numbers, draws: int, rng: np.random.Generator
) -> Draws:
    """Whole waits of steps that are still open, with this chance to be: steps x draws."""
    even = rng.random((len(rows), draws), dtype="float32")
    even *= -still.astype("float32")[:, None] * _FINE
    even += _FINE
    at = even.astype("int32")
    np.minimum(at, _FINE - 1, out=at)
    at += (rows * _FINE).astype("int32")[:, None]
    drawn: Draws = known.quantiles.ravel()[at].astype("int32")
    return drawn


def _move_on(clock: Draws, done: Draws, ahead: Ahead, at: Places) -> None:
    """The next group of a client begins when all that is required of this one is done."""
    required = np.flatnonzero(ahead.is_required[at])
    if not len(required):
        return
    clients = ahead.client[at[required]]
    first = np.flatnonzero(np.append(True, clients[1:] != clients[:-1]))
    who = clients[first]
    clock[who] = np.maximum(clock[who], np.maximum.reduceat(done[required], first, axis=0))


def loads(done: Draws, person: Places, amount: Numbers, week_of: Places, next_day: Places) -> Loads:
    """What each person has to do in each week: people x draws x `LOOKED_AT`.

    `amount` is each step's, in the unit of the `person` who does it (0: not counted). Work of over
    a day is spread over the days before it is done; what lies before today has to be done today.
    """
    mine = np.flatnonzero((amount > 0) & (person >= 0))
    draws = done.shape[1]
    shape = (len(next_day) - 1, draws, LOOKED_AT + 1)
    total = np.zeros(int(np.prod(shape)))
    draw = (np.arange(draws) * (LOOKED_AT + 1))[None, :]
    pieces = np.clip(np.ceil(amount / DAY), 1, _LONG).astype("int64")
    for back in range(int(pieces[mine].max(initial=0))):
        at = mine[pieces[mine] > back]
        worked = np.maximum(done[at] - back, 0)
        _put_off(worked, next_day, person[at])
        week = week_of[np.minimum(worked, len(week_of) - 1)]
        week[done[at] < 0] = LOOKED_AT
        cell = (person[at] * (draws * (LOOKED_AT + 1)))[:, None] + draw + week
        weight = np.broadcast_to((amount[at] / pieces[at])[:, None], cell.shape)
        total += np.bincount(cell.ravel(), weights=weight.ravel(), minlength=len(total))
    return total.reshape(shape)[:, :, :LOOKED_AT].astype("float32")
