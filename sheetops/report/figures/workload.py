"""What each person has to do in each of the weeks ahead, against what they have time for."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures import staff as of_people
from sheetops.report.figures.availability import waits_there
from sheetops.report.figures.backlog import Ahead, Newcomer, joined, newcomers, offered, signed
from sheetops.report.figures.figures import WEEKS, PersonLoad, Unit, WeekLoad
from sheetops.report.figures.simulation import Draws, Loads, Waiting, loads, stuck, waiting, walk
from sheetops.report.figures.staff import Absence, People, Weeks, people
from sheetops.workbook.arrays import Numbers, Places

MOST_DRAWS, LEAST_DRAWS = 1000, 100
_BUDGET = 2_000_000  # steps that are walked in all
_LEAD_DRAWS = 200


@dataclass(frozen=True)
class Supposed:
    """What a what-if supposes: people who are away, and clients who start besides."""

    away: tuple[Absence, ...] = ()
    more: tuple[Newcomer, ...] = ()


AS_IT_IS = Supposed()


@dataclass(frozen=True)
class Workload:
    """The work ahead, walked through. `needed` is people x draws x `LOOKED_AT` weeks, each person's
    in their unit; `room` what they have (NaN: nobody knows), `full_week` a whole week of it."""

    snapshot: Snapshot
    weeks: Weeks
    who: People
    ahead: Ahead
    known: Waiting
    units: tuple[Unit, ...]
    full_week: Numbers
    room: Numbers
    needed: Loads

    @property
    def draws(self) -> int:
        return int(self.needed.shape[1])

    def seeded(self, what: str) -> np.random.Generator:
        """A generator of its own for `what`: the same every time on one day in one workbook."""
        return seeded(self.snapshot, what)

    def amount(self, ahead: Ahead) -> Numbers:
        """How much work each step is, in its person's unit; 0 for what is not the team's, happens
        by itself, or has no Hours where hours are counted."""
        in_hours = np.array([unit is Unit.HOURS for unit in self.units], dtype=bool)
        by_hours = _at(in_hours, ahead.person)
        work = np.where(by_hours, np.nan_to_num(ahead.hours), ahead.hours != 0)
        return np.where(ahead.is_team & (ahead.person >= 0), work, 0.0)

    def walk(self, ahead: Ahead, draws: int, rng: np.random.Generator) -> Draws:
        """On which working day from today other work is done: steps x draws."""
        return walk(ahead, self.known, self.who.next_day, draws, rng)

    def load(self, done: Draws, person: Places, amount: Numbers) -> Loads:
        """The load of steps done on these days by these people: people x draws x weeks."""
        return loads(done, person, amount, self.weeks.week_of, self.who.next_day)

    def walked(self, ahead: Ahead, draws: int, rng: np.random.Generator) -> Loads:
        """The load of other work: people x draws x weeks."""
        return self.load(self.walk(ahead, draws, rng), ahead.person, self.amount(ahead))


def seeded(snapshot: Snapshot, what: str) -> np.random.Generator:
    """See `Workload.seeded`."""
    name = f"{snapshot.business.workbook_id} {snapshot.today:%Y-%m-%d} {what}"
    return np.random.default_rng(zlib.crc32(name.encode()))


def _at(values: np.ndarray[Any, Any], places: Places) -> np.ndarray[Any, Any]:
    taken = np.zeros(len(places), dtype=values.dtype)
    taken[places >= 0] = values[places[places >= 0]]
    return taken


def workload(snapshot: Snapshot, supposed: Supposed = AS_IT_IS) -> Workload:
    """Walk all signed clients through the steps that they have to come, and those who are supposed
    by themselves: so what is drawn for the first is the same with and without the others."""
    weeks, who = Weeks(snapshot), people(snapshot, supposed.away)
    here, more = signed(snapshot, who, weeks), newcomers(snapshot, who, supposed.more)
    ahead = joined(here, more)
    known = waiting(waits_there(snapshot), offered(snapshot).allowed)
    units = _units(who, ahead)
    a_week = of_people.steps_a_week(snapshot)
    in_hours = np.array([unit is Unit.HOURS for unit in units], dtype=bool)
    full_week = np.where(in_hours, who.hours, a_week)
    draws = int(np.clip(_BUDGET // max(len(here), 1), LEAST_DRAWS, MOST_DRAWS))
    blank = np.zeros((len(who.names), draws, of_people.LOOKED_AT), dtype="float32")
    found = Workload(
        snapshot, weeks, who, ahead, known, units, full_week, who.room(full_week), blank
    )
    needed = found.walked(here, draws, found.seeded("signed"))
    if len(more):
        needed = needed + found.walked(more, draws, found.seeded("more"))
    return replace(found, needed=needed)


def _units(who: People, ahead: Ahead) -> tuple[Unit, ...]:
    ours = ahead.is_team & (ahead.person >= 0)
    whole = np.bincount(ahead.person[ours], minlength=len(who.names)).tolist()
    given = ours & ~np.isnan(ahead.hours)
    known = np.bincount(ahead.person[given], minlength=len(who.names)).tolist()
    return tuple(
        of_people.unit_of(hours, one, other)
        for hours, one, other in zip(who.hours.tolist(), known, whole, strict=True)
    )


@dataclass(frozen=True)
class LeadWork:
    """Leads with a start to come, as clients who start with a chance."""

    coming: tuple[Newcomer, ...] = ()
    chances: tuple[float, ...] = field(default=())


def person_loads(work: Workload, leads: LeadWork) -> tuple[PersonLoad, ...]:
    """The next `WEEKS` weeks of everybody of the team, and of whoever else owns work to come."""
    needed = work.needed.mean(axis=1)
    likely = _of_leads(work, leads)
    has_work = needed.sum(axis=1) > 0
    shown = np.flatnonzero(work.who.is_team | has_work).tolist()
    return tuple(_person(work, at, needed[at], likely[at]) for at in shown)


def _of_leads(work: Workload, leads: LeadWork) -> Numbers:
    path = newcomers(work.snapshot, work.who, leads.coming)
    if not len(path):
        return np.zeros(work.room.shape)
    done = work.walk(path, _LEAD_DRAWS, work.seeded("leads"))
    likely = work.amount(path) * np.asarray(leads.chances)[path.client]
    return np.asarray(work.load(done, path.person, likely).mean(axis=1), dtype="float64")


def _person(work: Workload, at: int, needed: Numbers, likely: Numbers) -> PersonLoad:
    weeks = tuple(
        _week(work, at, number, float(needed[number]), float(likely[number]))
        for number in range(WEEKS)
    )
    unit, full = work.units[at], float(work.full_week[at])
    known = not np.isnan(full)
    return PersonLoad(
        person=work.who.names[at],
        unit=unit,
        full_week=full if known else None,
        weeks=weeks,
        why_not="" if known else _why_not(work, at),
        how=_how(work, at),
    )


def _week(work: Workload, at: int, number: int, needed: float, likely: float) -> WeekLoad:
    room = float(work.room[at, number])
    return WeekLoad(
        monday=work.weeks.mondays[number],
        needed=needed,
        from_leads=likely,
        available=None if np.isnan(room) else room,
        share=needed / room if room > 0 else None,
        away=int(work.who.lost_days[at, number]),
    )


def _why_not(work: Workload, at: int) -> str:
    name = work.who.names[at]
    lately = of_people.done_lately(work.snapshot)
    full = int((~lately.is_starved[:, at]).sum())
    seen = (
        f"only {full} of the last {lately.weeks} weeks ended with work left"
        if lately.weeks
        else "no whole week of work is known yet"
    )
    return (
        f"Nobody knows how much {name} can do: Hours per week (Team) or Hours (Offer steps) are "
        f"missing, and {seen}."
    )


def _how(work: Workload, at: int) -> str:
    mine = int((work.ahead.is_team & (work.ahead.person == at)).sum())
    words = (
        f"{mine} steps to come of signed clients, each in the weeks in which such steps were done "
        f"so far ({work.draws} walks through all paths)"
    )
    if work.units[at] is Unit.HOURS:
        return f"{words}, times their Hours; against Hours per week less time off and holidays."
    return (
        f"{words}; against the steps done in full weeks of the last half year (4 in 5 of these had "
        f"no more), less time off and holidays."
    )


def stuck_steps(work: Workload) -> int:
    """Open steps that wait longer than any such step ever took."""
    return int(stuck(work.ahead, work.known).sum())


def mondays_to_start(work: Workload) -> Sequence[tuple[int, int]]:
    """The weeks in which a new client may start: (number of the week, its first working day from
    today on). This week only on its first day."""
    first = 0 if work.snapshot.today == work.weeks.mondays[0] else 1
    numbers = range(first, first + WEEKS)
    return [(number, work.weeks.day_of(work.weeks.mondays[number])) for number in numbers]
