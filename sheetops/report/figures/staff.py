"""Who does the work, in which unit it is counted, and how much of it each week of theirs holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.report.figures.clients import WEEK
from sheetops.report.figures.figures import WEEKS, LeftOut, Unit
from sheetops.systems.path.event_log import happened
from sheetops.workbook.arrays import Numbers, Places
from sheetops.workbook.headers import folded
from sheetops.workbook.workdays import weekmask_of

LOOKED_AT = 2 * WEEKS + 1
"""Weeks that are walked through: a client who starts in the last week shown is followed as long."""
PAST = 26
"""Weeks of the past from which it is seen how many steps a person gets done."""
FULL = 4
"""Of these, the full ones that are needed: at whose end there was work left."""
_MANY = 0.8
MOSTLY = 0.75
"""Share of a person's steps whose Hours must be given, for their load to be counted in hours."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A person who is away, both days counted."""

    person: str
    first: date
    last: date


@dataclass(frozen=True)
class Weeks:
    """The weeks ahead, from this one on, and the working days in them.

    `days` are the business's working days from today on; `week_of` gives the week's number of each,
    and `LOOKED_AT` for the one after the last.
    """

    snapshot: Snapshot

    @property
    def today(self) -> date:
        return self.snapshot.today

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        first = self.today - timedelta(self.today.weekday())
        return tuple(first + timedelta(WEEK * n) for n in range(LOOKED_AT))

    @cached_property
    def days(self) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
        last = self.mondays[-1] + timedelta(WEEK)
        every = np.arange(np.datetime64(self.today, "D"), np.datetime64(last, "D"))
        calendar = self.snapshot.business.calendar.numpy
        return every[np.is_busday(every, busdaycal=calendar)]

    @cached_property
    def week_of(self) -> Places:
        first = np.datetime64(self.mondays[0], "D")
        numbers = (self.days - first).astype("int64") // WEEK
        return np.append(numbers, LOOKED_AT)

    def day_of(self, day: date) -> int:
        """The number of the first working day on or after `day`, 0 for what has passed."""
        return int(np.searchsorted(self.days, np.datetime64(day, "D")))


@dataclass(frozen=True)
class People:
    """Everybody who does steps of the team. Arrays of one length: `hours` per week (NaN: not
    given); `days` are the days of a usual week on which they work; `is_team`: in the tab Team.

    `work_days` and `lost_days` count by person and week the days on which they are there, and those
    of the business's on which they are not. `next_day` holds by person (a last row: nobody in
    particular) and working day from today the first on which they are there.
    """

    names: tuple[str, ...]
    is_team: np.ndarray[tuple[int], np.dtype[np.bool_]]
    hours: Numbers
    days: Places
    work_days: Places
    lost_days: Places
    next_day: Places

    @cached_property
    def place(self) -> dict[str, int]:
        return {folded(name): at for at, name in enumerate(self.names)}

    def at(self, names: Iterable[str]) -> Places:
        """Places of people by name, -1 for who is none."""
        known: dict[str, int] = {}
        return np.array(
            [
                known[name] if name in known else known.setdefault(name, self._find(name))
                for name in names
            ],
            dtype="int64",
        )

    def _find(self, name: str) -> int:
        return self.place.get(folded(str(name)), -1) if name else -1

    def room(self, full_week: Numbers) -> Numbers:
        """What each person has in each week, of what a full week holds; NaN where nobody knows."""
        return full_week[:, None] * self.work_days / np.maximum(self.days, 1)[:, None]


def people(snapshot: Snapshot, away: Iterable[Absence] = ()) -> People:
    """Those of the tab Team, and whoever else owns an open step that waits on the team."""
    frame = snapshot.book.frame("Team")
    names = [name for name in frame["Name"].tolist() if name]
    team = {folded(name) for name in names}
    steps = snapshot.steps
    ours = steps.is_open & (steps.waiting_on == "Team") & (steps.client_at >= 0)
    others = {folded(one): one for one in sorted(set(steps.owner[ours].tolist())) if one}
    names += [name for fold, name in others.items() if fold not in team]
    hours = dict(zip(map(folded, frame["Name"]), frame["Hours per week"].tolist(), strict=True))
    weeks = Weeks(snapshot)
    off = _days_away(snapshot, away)
    usual = [(_mask(snapshot, folded(name)), off.get(folded(name), [])) for name in names]
    there = np.array([_is_there(weeks.days, *one) for one in usual], dtype=bool)
    there = there.reshape(len(names), len(weeks.days))
    every = _per_week(weeks, weeks.days)
    work = [_work_days(weeks, *one) for one in usual]
    lost = [every - _per_week(weeks, weeks.days[days]) for days in there]
    shape = (len(names), LOOKED_AT)
    return People(
        names=tuple(names),
        is_team=np.array([folded(name) in team for name in names], dtype=bool),
        hours=np.array([hours.get(folded(name), np.nan) for name in names], dtype="float64"),
        days=np.array([sum(mask) for mask, _ in usual], dtype="int64"),
        work_days=np.array(work, dtype="int64").reshape(shape),
        lost_days=np.array(lost, dtype="int64").reshape(shape),
        next_day=_next_days(there),
    )


def is_there(
    snapshot: Snapshot, who: People, days: _DayList
) -> Iterator[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Of each person, on which of these days they are there, or were."""
    off = _days_away(snapshot, ())
    for name in map(folded, who.names):
        yield _is_there(days, _mask(snapshot, name), off.get(name, []))


def _next_days(there: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Places:
    count = there.shape[1]
    number = np.where(there, np.arange(count), count)
    after = np.flip(np.minimum.accumulate(np.flip(number, 1), axis=1), 1)
    ends = np.append(after, np.full((len(there), 1), count), axis=1)
    return np.append(ends, np.arange(count + 1)[None, :], axis=0).astype("int64")


Mask = tuple[bool, ...]
Spans = list[tuple[date, date]]
_DayList = np.ndarray[tuple[int], np.dtype[np.datetime64]]


def _mask(snapshot: Snapshot, person: str) -> Mask:
    """On which weekdays a person works: as Team says, else as the business does."""
    frame = snapshot.book.frame("Team")
    for name, text in zip(frame["Name"], frame["Working days"], strict=True):
        if folded(name) == person and text:
            try:
                return weekmask_of(str(text))
            except ValueError:
                break
    return snapshot.business.calendar.weekmask


def unreadable_days(snapshot: Snapshot) -> Iterator[LeftOut]:
    """People whose working days cannot be read."""
    frame = snapshot.book.frame("Team")
    for name, text in zip(frame["Name"], frame["Working days"], strict=True):
        try:
            weekmask_of(str(text)) if text else None
        except ValueError:
            what = f'The working days of {name} cannot be read ("{text}"); the business\'s count.'
            yield LeftOut(what, 1, "Team", "Working days", "Type them like Mon-Thu.")


def _days_away(snapshot: Snapshot, away: Iterable[Absence]) -> dict[str, Spans]:
    frame = snapshot.book.frame("Time off")
    found: dict[str, Spans] = {}
    rows = zip(frame["Name"], frame["From"].tolist(), frame["To"].tolist(), strict=True)
    for name, first, last in rows:
        if first == first and last == last:  # noqa: PLR0124 # NaT is not itself
            found.setdefault(folded(name), []).append((first.date(), last.date()))
    for one in away:
        found.setdefault(folded(one.person), []).append((one.first, one.last))
    return found


def _is_there(days: _DayList, mask: Mask, off: Spans) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    there = np.is_busday(days, weekmask=list(mask))
    for first, last in off:
        there &= ~((days >= np.datetime64(first, "D")) & (days <= np.datetime64(last, "D")))
    return there


def _work_days(weeks: Weeks, mask: Mask, off: Spans) -> Places:
    """By week, the days on which somebody works: days off of the business are days off."""
    last = weeks.mondays[-1] + timedelta(WEEK)
    every = np.arange(np.datetime64(weeks.today, "D"), np.datetime64(last, "D"))
    closed = np.array(sorted(weeks.snapshot.business.calendar.days_off), dtype="datetime64[D]")
    return _per_week(weeks, every[_is_there(every, mask, off) & ~np.isin(every, closed)])


def _per_week(weeks: Weeks, days: _DayList) -> Places:
    first = np.datetime64(weeks.mondays[0], "D")
    return np.bincount((days - first).astype("int64") // WEEK, minlength=LOOKED_AT)


@dataclass(frozen=True)
class Done:
    """Steps of the team that were done: by past week (the last first) and person (a place in
    `People.names`, -1 for nobody known); `is_starved`: at whose end nothing was left."""

    counts: Places
    is_starved: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    total: Places
    weeks: int


@once_a_snapshot
def doers(snapshot: Snapshot) -> Places:
    """By step that happened, who of `people` did it or has it to do; -1 for nobody known, and for
    what is not the team's. Of clients who are only remembered it is whom the offer declares."""
    found = happened(snapshot)
    owners = np.full(len(found), "", dtype=object)
    here = found.at >= 0
    owners[here] = snapshot.steps.owner[found.at[here]]
    declared = snapshot.book.frame("Offer steps")["Owner"].to_numpy()
    gone = ~here & (found.step_at >= 0)
    owners[gone] = declared[found.step_at[gone]]
    owners[found.party != "Team"] = ""
    return people(snapshot).at(owners.tolist())


@once_a_snapshot
def done_lately(snapshot: Snapshot) -> Done:
    """What the team has done in each of the last `PAST` weeks."""
    found, who, person = happened(snapshot), people(snapshot), doers(snapshot)
    ours = (found.party == "Team") & ~np.isnat(found.started)
    person, started, done = person[ours], found.started[ours], found.done[ours]
    today = np.datetime64(snapshot.today, "D")
    first = started.min(initial=today)
    weeks = int(min(PAST, (today - first).astype("int64") // WEEK))
    counts = np.zeros((weeks, len(who.names)), dtype="int64")
    left, total = counts.copy(), np.zeros(weeks, dtype="int64")
    for number in range(weeks):
        end = today - number * WEEK  # the first day after that week
        inside = (done < end) & (done >= end - WEEK)
        waiting = (started < end) & (np.isnat(done) | (done >= end))
        total[number] = inside.sum()
        for table, which in ((counts, inside), (left, waiting)):
            table[number] = np.bincount(person[which] + 1, minlength=len(who.names) + 1)[1:]
    return Done(counts, left == 0, total, weeks)


def steps_a_week(snapshot: Snapshot) -> Numbers:
    """By person, how many steps a full week of theirs holds: the `SURE` quantile of the weeks at
    whose end work was left; NaN where there are fewer than `FULL` of them."""
    known = done_lately(snapshot)
    most = np.full(known.counts.shape[1], np.nan)
    for at in range(len(most)):
        full = known.counts[~known.is_starved[:, at], at]
        if len(full) >= FULL:
            most[at] = np.quantile(full, _MANY)
    return most


def unit_of(hours: float, known: int, whole: int) -> Unit:
    """How a person's load is counted, by their Hours per week and how many of their steps to come
    have Hours."""
    if np.isnan(hours) or known < MOSTLY * whole:
        return Unit.STEPS
    return Unit.HOURS
