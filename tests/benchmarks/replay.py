"""A log replayed morning by morning through the project's own estimates and rules.

A case is a client. On each morning it is open on the step that follows its last event; which one
that is, nobody knows yet, so a step is named for the event after which the client waits. A case is
finished on the day of its last event if that activity is one that ends cases (at least a quarter of
its events are the last of their case; or as given); where fewer than half of the cases end so, the
last event of every case is its finish. That stands for the Status that staff would have typed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetops.systems.path import survival as waits
from sheetops.systems.path.survival import Waits
from sheetops.workbook.arrays import Bools, Numbers, Places
from sheetops.workbook.workdays import WorkCalendar
from tests.benchmarks.event_files import EventLog

ENDS = 0.25
FLOOR = 2.0
WEEK = 5
FIXED = (3, 5, 7, 10, 14, 21)
_NEVER = np.iinfo("int64").max // 4


@dataclass(frozen=True)
class Stay:
    """The waits of a log, by the day on which they began; arrays of one length.

    `began`, `known` (the first morning after) and `since` the client's start count working days;
    `seen` is the morning from which a wait is over: the first on which its end is known. What never
    came is `_NEVER`. `by_wait` sorts them by step and wait. `wait` and `remaining` are whole waits,
    or the ages at the log's end.
    """

    step: Places
    case: Places
    began: Places
    known: Places
    seen: Places
    wait: Places
    is_over: Bools
    remaining: Places
    finish_seen: Places
    is_finished: Bools
    since: Places
    steps: int
    mornings: Places
    first_morning: int
    by_wait: Places


@dataclass(frozen=True)
class Lives:
    """The clients of a log: working days of their start, and the mornings on which their start and
    their finish are first known (`_NEVER`: they do not finish)."""

    began: Places
    start_seen: Places
    finish_seen: Places


def lives(log: EventLog, ends: Collection[str] = ()) -> Lives:
    """The clients of a log, by their numbers."""
    is_last = np.append(log.case[1:] != log.case[:-1], True)
    is_first = np.append(True, is_last[:-1])
    clock = _Clock(log.day)
    finishing = is_last & _ending(log, is_last, ends)[log.activity]
    dawn = clock.dawn(log.day)
    return Lives(clock.position(log.day)[is_first], dawn[is_first], _by_case(log, finishing, dawn))


def first_monday(log: EventLog) -> int:
    """The number of the first morning of the log that is a Monday's."""
    clock = _Clock(log.day)
    day = np.datetime64(clock.first, "D") + (-clock.first.weekday()) % 7
    return int(clock.position(np.array([day]))[0])


def stays(log: EventLog, ends: Collection[str] = ()) -> Stay:
    """The waits of a log, ready to be replayed."""
    is_last = np.append(log.case[1:] != log.case[:-1], True)
    is_first = np.append(True, is_last[:-1])
    finishing = is_last & _ending(log, is_last, ends)[log.activity]
    clock = _Clock(log.day)
    position, dawn = clock.position(log.day), clock.dawn(log.day)
    began_of_case = position[is_first][np.cumsum(is_first) - 1]
    finish, finish_seen = _by_case(log, finishing, position), _by_case(log, finishing, dawn)
    is_over, is_finished = ~is_last, finish[log.case] < _NEVER
    wait = np.where(is_over, np.roll(position, -1) - position, clock.last - position)
    remaining = np.where(is_finished, finish[log.case], clock.last) - position
    keep = np.flatnonzero(~finishing)
    keep = keep[np.argsort(dawn[keep], kind="stable")]
    begins = np.sort(dawn[is_first])
    return Stay(
        step=log.activity[keep],
        case=log.case[keep],
        began=position[keep],
        known=dawn[keep],
        seen=np.where(is_over, np.roll(dawn, -1), _NEVER)[keep],
        wait=wait[keep],
        is_over=is_over[keep],
        remaining=remaining[keep],
        finish_seen=finish_seen[log.case][keep],
        is_finished=is_finished[keep],
        since=(position - began_of_case)[keep],
        steps=len(log.activities),
        mornings=np.arange(clock.last + 1),
        first_morning=int(begins[len(begins) // 3]),
        by_wait=np.lexsort((wait[keep], log.activity[keep])),
    )


def _ending(log: EventLog, is_last: Bools, ends: Collection[str]) -> Bools:
    count = len(log.activities)
    if ends:
        return np.array([name in ends for name in log.activities])
    lasts = np.bincount(log.activity[is_last], minlength=count)
    found: Bools = lasts >= ENDS * np.bincount(log.activity, minlength=count)
    return found if 2 * lasts[found].sum() >= lasts.sum() else np.ones(count, dtype=bool)


def _by_case(log: EventLog, where: Bools, values: Places) -> Places:
    found = np.full(int(log.case.max()) + 1, _NEVER)
    found[log.case[where]] = values[where]
    return found


class _Clock:
    """Counts working days by the project's calendar; morning n is that of working day n."""

    def __init__(self, days: npt.NDArray[np.datetime64]) -> None:
        self.first: date = days.min().item()
        self.calendar = WorkCalendar()
        self.last = int(self.position(days.max()[None])[0])

    def position(self, days: npt.NDArray[np.datetime64]) -> Places:
        """Working days from the first day up to each of `days`."""
        unique, at = np.unique(days, return_inverse=True)
        start = np.full(len(unique), self.first, dtype="datetime64[D]")
        return self.calendar.ages(start, unique).astype("int64")[at]

    def dawn(self, days: npt.NDArray[np.datetime64]) -> Places:
        """The first morning on which what happened on each of `days` is known."""
        return self.position(days + np.timedelta64(1, "D"))


@dataclass(frozen=True)
class Snapshot:
    """The open steps of one morning: places among the waits, ages, and what is known so far."""

    at: Places
    age: Places
    left: int
    waits: Waits
    remaining: Waits
    empirical: Numbers


def replay(stay: Stay) -> Iterator[Snapshot]:
    """Every morning after the first third of the cases, estimates made anew each week."""
    open_now = np.empty(0, dtype="int64")
    upto = 0
    last = int(stay.mornings[-1])
    learned: tuple[Waits, Waits, Numbers] | None = None
    for now in range(stay.first_morning, last + 1):
        new = int(np.searchsorted(stay.known, now, side="right"))
        open_now = np.append(open_now, np.arange(upto, new))
        open_now = open_now[stay.seen[open_now] > now]
        upto = new
        if learned is None or (now - stay.first_morning) % WEEK == 0:
            learned = _learn(stay, new, now)
        yield Snapshot(open_now, now - stay.began[open_now], last - now, *learned)


def _learn(stay: Stay, known: int, now: int) -> tuple[Waits, Waits, Numbers]:
    part = slice(0, known)
    step, age = stay.step[part], now - stay.began[part]
    over, finished = stay.seen[part] <= now, stay.finish_seen[part] <= now
    wait = np.where(over, stay.wait[part], age)
    remaining = np.where(finished, stay.remaining[part], age)
    return (
        waits.learn(step, wait, over, stay.steps),
        waits.learn(step, remaining, finished, stay.steps),
        _empirical(stay, over),
    )


def _empirical(stay: Stay, over: Bools) -> Numbers:
    """By step, the wait that nine in ten of those that are `over` did not exceed; NaN for none."""
    known = stay.by_wait[stay.by_wait < len(over)]
    known = known[over[known]]
    cases = np.bincount(stay.step[known], minlength=stay.steps)
    start = np.cumsum(cases) - cases
    at = start + np.ceil(waits.USUAL * cases).astype("int64") - 1
    limits = np.full(stay.steps, np.nan)
    limits[cases > 0] = stay.wait[known][at[cases > 0]]
    return limits


Rule = Callable[[Stay, Snapshot], Bools]


def ours(stay: Stay, snapshot: Snapshot) -> Bools:
    """The rule of the sheet, where neither a due date nor working days are declared."""
    place = snapshot.waits.own_or_all(stay.step[snapshot.at])
    return waits.is_unusual(snapshot.age, snapshot.waits.within(waits.USUAL)[place], FLOOR)


def fixed(days: int) -> Rule:
    """Open for more than so many working days."""
    return lambda _, snapshot: snapshot.age > days


def empirical(stay: Stay, snapshot: Snapshot) -> Bools:
    """The quantile of the waits that ended, which open ones are left out of."""
    limits = snapshot.empirical[stay.step[snapshot.at]]
    return waits.is_unusual(snapshot.age, limits, FLOOR)


RULES: dict[str, Rule] = {"ours": ours, "fixed 7 days": fixed(7), "empirical": empirical}


@dataclass
class Watched:
    """What was seen while a log was replayed."""

    flagged: dict[str, Places]
    was_open: Bools
    open_mornings: int = 0
    chances: list[Numbers] = field(default_factory=list)
    came_true: list[Bools] = field(default_factory=list)
    missing: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))
    waited: Places = field(default_factory=lambda: np.empty(0, dtype="int64"))
    in_time: Bools = field(default_factory=lambda: np.empty(0, dtype=bool))


def watch(stay: Stay, mark: int) -> Watched:
    """Replay a log once, with all rules side by side. `mark` is every client's promised day, in
    working days from the client's start."""
    clients = int(stay.case.max(initial=-1)) + 1
    seen = Watched(
        flagged={name: np.full(len(stay.step), -1) for name in RULES},
        was_open=np.zeros(len(stay.step), dtype=bool),
        missing=np.zeros(clients, dtype=bool),
        waited=np.full(clients, -1),
        in_time=np.zeros(clients, dtype=bool),
    )
    for snapshot in replay(stay):
        seen.was_open[snapshot.at] = True
        seen.open_mornings += len(snapshot.at)
        for name, rule in RULES.items():
            _flag(seen.flagged[name], snapshot, rule(stay, snapshot))
        _calibrate(seen, stay, snapshot)
        _promise(seen, stay, snapshot, mark)
    return seen


def _flag(flagged: Places, snapshot: Snapshot, is_flagged: Bools) -> None:
    fresh = is_flagged & (flagged[snapshot.at] < 0)
    flagged[snapshot.at[fresh]] = snapshot.age[fresh]


def _calibrate(seen: Watched, stay: Stay, snapshot: Snapshot) -> None:
    """Chances that a step is open a week on, of those that are not done on the day itself."""
    if snapshot.left <= WEEK:
        return
    at, age = snapshot.at, snapshot.age
    own = snapshot.waits.own_or_all(stay.step[at])
    chance = snapshot.waits.still_open(own, age, WEEK)
    asked = ~np.isnan(chance) & (stay.wait[at] > age)
    seen.chances.append(chance[asked])
    seen.came_true.append(stay.wait[at[asked]] > age[asked] + WEEK)


def _promise(seen: Watched, stay: Stay, snapshot: Snapshot, mark: int) -> None:
    before = stay.since[snapshot.at] + snapshot.age <= mark
    at, age = snapshot.at[before], snapshot.age[before]
    place = snapshot.remaining.own_or_all(stay.step[at])
    chances = snapshot.remaining.miss(place, age, mark - stay.since[at])
    seen.in_time[stay.case[at]] = True
    seen.missing[stay.case[at[waits.will_miss(chances)]]] = True
    np.maximum.at(seen.waited, stay.case[at], age)


def figures_of(truth: Bools, said: Bools) -> dict[str, Any]:
    """Precision, recall and F1 of what was said; None where there was nothing to say."""
    hits = int((truth & said).sum())
    precision = hits / int(said.sum()) if said.any() else None
    recall = hits / int(truth.sum()) if truth.any() else None
    both = int(said.sum()) + int(truth.sum())
    return {"precision": precision, "recall": recall, "f1": 2 * hits / both if both else None}
