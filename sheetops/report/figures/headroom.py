"""How many more clients of an offer can be taken on, and from which week.

New clients are added one by one, each to whoever of the offer's usual owners has the most room for
them, as long as everybody who works for them is likely enough to stay within the limit in every
week from their start on. Leads and clients at the usual pace are not counted in: whether to take
these on is the question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures.backlog import THE_OWNER, Ahead, Newcomer, newcomers, offered
from sheetops.report.figures.figures import LIMIT, SURE, CanTakeOn, Unit
from sheetops.report.figures.simulation import Loads
from sheetops.report.figures.workload import Workload, mondays_to_start
from sheetops.workbook.arrays import Bools, Places
from sheetops.workbook.headers import folded

MOST = 50
"""More new clients at once than this are not looked at."""
_LOT = 3  # a third of those who are in already is tried at once, while that goes well


def can_take_on(work: Workload) -> tuple[CanTakeOn, ...]:
    """For every offer that is open, in the order of the tab."""
    return tuple(_offer(work, name) for name in open_offers(work.snapshot))


def open_offers(snapshot: Snapshot) -> list[str]:
    """The offers that can be bought; of Offer steps, where there is no tab Offers."""
    if not snapshot.book.has("Offers"):
        return list(dict.fromkeys(snapshot.book.frame("Offer steps")["Offer"].tolist()))
    frame = snapshot.book.frame("Offers")
    return [name for name, is_open in zip(frame["Offer"], frame["Open"], strict=True) if is_open]


@dataclass(frozen=True)
class _Question:
    """One offer: who may own a new client of it (-1: it does not matter), and its path."""

    work: Workload
    offer: str
    owners: tuple[int, ...]
    path: Ahead

    def of(self, owner: int) -> Ahead:
        """The path with the steps of the client's owner in the hands of `owner`."""
        person = np.where(self.path.person == THE_OWNER, owner, self.path.person)
        return replace(self.path, person=person)

    def workers(self, owner: int) -> Places:
        """Who would work for a client of this owner."""
        path = self.of(owner)
        return np.unique(path.person[self.work.amount(path) > 0])


@dataclass(frozen=True)
class _Answer:
    number: int
    chance: float
    busiest: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class _Tried:
    """One more client tried: the chance that all goes well, the least room that is left on average,
    whose client it is, and the load of those who work for them."""

    chance: float
    left: float
    owner: int
    load: Loads
    fits: Bools


def usual_owners(work: Workload, offer: str) -> tuple[int, ...]:
    """The people of the team who own clients of the offer; if nobody does, all of the team."""
    clients, who = work.snapshot.clients, work.who
    mine = np.array([folded(str(one)) == folded(offer) for one in clients.offer.tolist()], bool)
    known = who.at(clients.owner[mine].tolist()) if len(mine) else np.array([], dtype="int64")
    found = sorted({at for at in known.tolist() if at >= 0 and who.is_team[at]})
    return tuple(found or np.flatnonzero(who.is_team).tolist())


def _offer(work: Workload, offer: str) -> CanTakeOn:
    path = newcomers(work.snapshot, work.who, [Newcomer(offer, 1, 0, THE_OWNER)])
    owners = usual_owners(work, offer)
    if not (path.is_team & (path.person == THE_OWNER)).any():
        owners = (-1,)
    asked = _Question(work, offer, owners, path)
    why_not = _why_not(asked)
    if not why_not:
        asked = replace(asked, owners=tuple(one for one in owners if _is_known(asked, one)))
        why_not = "" if asked.owners else _nobody_knows(asked, owners)
    if why_not:
        return CanTakeOn(offer, None, None, None, False, (), (), "", why_not, why_not)
    return _told(asked, list(_by_week(asked)))


def _why_not(asked: _Question) -> str:
    """Why nothing can be said of an offer; blank if something can."""
    return _fault_of_path(asked) or _fault_of_work(asked)


def _fault_of_path(asked: _Question) -> str:
    work, path = asked.work, asked.path
    doubt = offered(work.snapshot).doubts.get(folded(asked.offer))
    unknown = work.known.rows(path) == 2 * work.known.count + 1
    if doubt:
        return f"A step of this offer cannot be read: {doubt}"
    if not len(path):
        return "No steps are declared for this offer: list them in Offer steps."
    if not path.is_team.any():
        return "No step of this offer waits on the team, so the team's time does not limit it."
    if unknown.any():
        name = _first_step(asked, unknown)
        return f'Nobody knows yet how long "{name}" takes: fill in Working days in Offer steps.'
    return ""


def _fault_of_work(asked: _Question) -> str:
    path, units = asked.path, asked.work.units
    workers = {one for owner in asked.owners for one in asked.workers(owner).tolist()}
    blank = path.is_team & np.isnan(path.hours)
    if not asked.owners:
        return "Nobody is in the tab Team who could own a client."
    if blank.any() and any(units[one] is Unit.HOURS for one in (*workers, *asked.owners)):
        name = _first_step(asked, blank)
        return f'How many hours "{name}" takes is not given: fill in Hours in Offer steps.'
    if not workers:
        return "No step of this offer takes anybody's time: fill in Owner and Hours in Offer steps."
    return ""


def _first_step(asked: _Question, which: Bools) -> str:
    names = asked.work.snapshot.book.frame("Offer steps")["Step"].tolist()
    return str(names[int(asked.path.step[which][0])])


def _is_known(asked: _Question, owner: int) -> bool:
    return not np.isnan(asked.work.full_week[asked.workers(owner)]).any()


def _nobody_knows(asked: _Question, owners: tuple[int, ...]) -> str:
    full, names = asked.work.full_week, asked.work.who.names
    unknown = {one for owner in owners for one in asked.workers(owner) if np.isnan(full[one])}
    who = " and ".join(names[one] for one in sorted(unknown))
    return f"Nobody knows how much {who} can do: fill in Hours per week in Team."


def _by_week(asked: _Question) -> Iterator[tuple[date, _Answer]]:
    """For each week in which a client may start: how many."""
    work = asked.work
    weeks = mondays_to_start(work)
    coming = [Newcomer(asked.offer, 1, day, one) for _, day in weeks for one in asked.owners]
    path = newcomers(work.snapshot, work.who, coming)
    done = work.walk(path, work.draws, work.seeded(asked.offer))
    amount, size = work.amount(path), len(asked.path)
    parts = [slice(size * n, size * (n + 1)) for n in range(len(coming))]
    for at, (number, _) in enumerate(weeks):
        mine = parts[at * len(asked.owners) : (at + 1) * len(asked.owners)]
        pool = {
            owner: work.load(done[part], path.person[part], amount[part])
            for owner, part in zip(asked.owners, mine, strict=True)
        }
        yield work.weeks.mondays[number], _Week(asked, number, pool).answer()


class _Week:
    """One week in which new clients may start: adds one after another while that goes well.

    `load` is people x draws x weeks, of those who may have work with them; `fits` says by person
    and draw whether every week stays within the limit.
    """

    def __init__(self, asked: _Question, number: int, pool: dict[int, Loads]) -> None:
        workers = {owner: asked.workers(owner) for owner in asked.owners}
        self.people = np.unique(np.concatenate(list(workers.values())))
        self.mine = {one: np.searchsorted(self.people, at) for one, at in workers.items()}
        self.pool = {owner: load[workers[owner], :, number:] for owner, load in pool.items()}
        room = asked.work.room[self.people, number:]
        self.limit = (LIMIT * room + 1e-6).astype("float32")[:, None, :]
        self.load = asked.work.needed[self.people, :, number:]
        self.fits: Bools = np.all(self.load <= self.limit, axis=2)
        self.used = np.zeros(len(self.people), dtype=bool)
        rng = asked.work.seeded(f"{asked.offer} {number}")
        self.first = rng.permutation(asked.work.draws)

    def answer(self) -> _Answer:
        number, chance, singly = 0, 1.0, False
        while True:
            size = 1 if singly else max(1, number // _LOT)
            first = self.first[number : min(number + size, MOST)].tolist()
            tried = [self._with(owner, first) for owner in self.pool]
            best = max(tried, key=lambda one: (one.chance, one.left))
            if number < MOST and best.chance >= SURE:
                chance, number = best.chance, number + len(first)
                self._accept(best)
            elif number < MOST and size > 1:
                singly = True
            else:
                self._accept(best)
                people = tuple(self.people.tolist())
                return _Answer(number, chance, people[self._busiest()], people)

    def _with(self, owner: int, first: list[int]) -> _Tried:
        """With one more client of this owner for each of `first`, where their walks begin."""
        mine, pool = self.mine[owner], self.pool[owner]
        load = self.load[mine]
        draws = load.shape[1]
        for one in first:  # no two newcomers take the same way on the same walk
            load[:, : draws - one] += pool[:, one:]
            load[:, draws - one :] += pool[:, :one]
        fits: Bools = np.all(load <= self.limit[mine], axis=2)
        others = self.used.copy()
        others[mine] = False
        both = fits.all(axis=0) & self.fits[others].all(axis=0)
        left = float((self.limit[mine, 0] - load.mean(axis=1)).min())
        return _Tried(float(both.mean()), left, owner, load, fits)

    def _accept(self, tried: _Tried) -> None:
        mine = self.mine[tried.owner]
        self.load[mine], self.fits[mine], self.used[mine] = tried.load, tried.fits, True

    def _busiest(self) -> int:
        """Whose time runs out first, once one client too many was added."""
        return int(np.argmin(np.where(self.used, self.fits.mean(axis=1), 2.0)))


def _told(asked: _Question, weeks: list[tuple[date, _Answer]]) -> CanTakeOn:
    names = asked.work.who.names
    monday, best = next(((day, one) for day, one in weeks if one.number), (None, weeks[0][1]))
    return CanTakeOn(
        offer=asked.offer,
        number=best.number,
        monday=monday,
        chance=best.chance if best.number else None,
        at_least=best.number >= MOST,
        by_week=tuple((day, one.number) for day, one in weeks),
        people=tuple(names[one] for one in best.people),
        busiest=names[best.busiest],
        why_not="",
        how=(
            f"New clients were added one by one to the work of signed clients, in "
            f"{asked.work.draws} walks through all paths, as long as everybody who works for them "
            f"stays at or under {LIMIT:.0%} of their time in every week from the start on, in at "
            f"least {SURE:.0%} of the walks."
        ),
    )
