"""A business whose true capacity is known: two people, each with a queue, hours and weeks off.

Clients wait as geometric waits do, and the team's steps are worked through first come, first
served, in the hours that there are. What really happens from a given morning on can be lived
through as often as one likes, so the chance that a week is too full is known.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from sheetops.model.history import History
from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.report.figures import LIMIT, SURE
from sheetops.report.figures.staff import LOOKED_AT
from tests.sheets import Row, office, read

OFFER = "Coaching"
PATH = (
    ("Contract", "Client", 3.0), ("Kick-off", "Team", 2.0), ("Homework", "Client", 6.0),
    ("Review", "Team", 3.0), ("Material", "Client", 8.0), ("Report", "Team", 4.0),
)  # fmt: skip
"""Each step with the mean working days that it waits on the client, or the hours that it takes."""
HOURS = sum(amount for _, party, amount in PATH if party == "Team")
FIRST = date(2025, 9, 29)  # a Monday
PAST = 60
"""Weeks that were lived through before today, which is a Monday."""
AHEAD = LOOKED_AT
TODAY = PAST * 5
NAMES = ("Anna", "Ben")


def day_of(number: int) -> date:
    """The date of a working day by its number; the first is a Monday, and there are no holidays."""
    return FIRST + timedelta(days=number // 5 * 7 + number % 5)


@dataclass
class Client:
    """One client: the days on which each step began and was done, so far."""

    name: str
    start: int
    began: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)


@dataclass
class Desk:
    """One person's work: clients whose turn comes on a day, and steps in the order they came."""

    room: list[float]
    rng: np.random.Generator
    due: dict[int, list[Client]] = field(default_factory=dict)
    queue: deque[tuple[Client, float]] = field(default_factory=deque)
    worked: list[float] = field(default_factory=list)

    def begin(self, client: Client, day: int) -> None:
        """The client's next step begins."""
        number = len(client.done)
        if number == len(PATH):
            return
        client.began.append(day)
        _, party, amount = PATH[number]
        if party == "Team":
            self.queue.append((client, amount))
        else:
            self.due.setdefault(day + int(self.rng.geometric(1 / amount)), []).append(client)

    def live(self, day: int) -> None:
        """One working day: first clients do what is theirs, then the person works."""
        for client in self.due.pop(day, []):
            client.done.append(day)
            self.begin(client, day)
        left = self.room[day]
        while self.queue and left > 1e-9:
            client, hours = self.queue.popleft()
            part = min(hours, left)
            left -= part
            if hours - part > 1e-9:
                self.queue.appendleft((client, hours - part))
            else:
                client.done.append(day)
                self.begin(client, day)
        self.worked.append(self.room[day] - left)


@dataclass
class Business:
    """The business on the morning of `TODAY`: desks by person, all clients, weeks off."""

    seed: int
    hours: dict[str, float]
    off: dict[str, list[int]]
    desks: dict[str, Desk]
    clients: dict[str, list[Client]]


def business(seed: int) -> Business:
    """Live through the past: each person at 35 to 60 % of their hours, a week off in about ten."""
    rng = np.random.default_rng(seed)
    made = Business(seed, {}, {}, {}, {})
    for name in NAMES:
        hours = float(rng.integers(24, 37))
        weeks = PAST + AHEAD
        off = [week for week in range(weeks) if rng.random() < 0.1]
        room = [0.0 if day // 5 in off else hours / 5 for day in range(weeks * 5)]
        desk = Desk(room, rng)
        rate = float(rng.uniform(0.35, 0.6)) * hours / HOURS / 5
        mine: list[Client] = []
        for day in range(TODAY):
            for _ in range(int(rng.poisson(rate))):
                client = Client(f"{name} {len(mine):03d}", day)
                mine.append(client)
                desk.begin(client, day)
            desk.live(day)
        made.hours[name], made.off[name] = hours, off
        made.desks[name], made.clients[name] = desk, mine
    return made


def sheet(made: Business) -> Snapshot:
    """The business's workbook on that morning."""
    clients: list[Row] = []
    steps: list[Row] = []
    for name, mine in made.clients.items():
        for one in mine:
            is_over = len(one.done) == len(PATH)
            clients.append(
                {
                    "Client ID": one.name, "Client": one.name, "Offer": OFFER, "Owner": name,
                    "Status": "Finished" if is_over else "Active", "Start date": day_of(one.start),
                    "Finished on": day_of(one.done[-1]) if is_over else None,
                }
            )  # fmt: skip
            steps += [
                {
                    "Client": one.name, "Step": step,
                    "Started": day_of(one.began[at]) if at < len(one.began) else None,
                    "Done": day_of(one.done[at]) if at < len(one.done) else None,
                }
                for at, (step, _, _) in enumerate(PATH)
            ]  # fmt: skip
    offer_steps: list[Row] = [
        {
            "Offer": OFFER, "Order": at, "Step": step, "Waiting on": party,
            "Hours": amount if party == "Team" else None,
        }
        for at, (step, party, amount) in enumerate(PATH, 1)
    ]  # fmt: skip
    team: list[Row] = [
        {"Name": name, "Email": f"{name.lower()}@example.com", "Hours per week": hours}
        for name, hours in made.hours.items()
    ]
    time_off: list[Row] = [
        {"Name": name, "From": day_of(5 * week), "To": day_of(5 * week + 4)}
        for name, weeks in made.off.items()
        for week in weeks
    ]
    raw = office(
        clients, steps, offer_steps=offer_steps, team=team,
        settings={"Workbook id": f"known {made.seed}"},
        Time_off=time_off, Offers=[{"Offer": OFFER}],
    )  # fmt: skip
    return take_snapshot(read(raw), History(), day_of(TODAY))


def chances(made: Business, name: str, week: int, most: int, runs: int) -> list[float]:
    """The true chance that a person stays within the limit in every week from `week` (0: this one)
    on, if 0, 1, 2 … new clients of theirs start on its Monday and nobody else does."""
    rng = np.random.default_rng((made.seed, week, len(name)))
    found = []
    for extra in range(most + 1):
        fine = sum(_goes_well(made.desks[name], week, extra, rng) for _ in range(runs))
        found.append(fine / runs)
    return found


def _goes_well(before: Desk, week: int, extra: int, rng: np.random.Generator) -> bool:
    desk = Desk(before.room, rng, queue=deque())
    shadows = {id(c): Client("", 0, [], [0] * len(c.done)) for c in _clients_of(before)}
    desk.queue.extend((shadows[id(first)], hours) for first, hours in before.queue)
    for waiting in before.due.values():
        for one in waiting:  # geometric waits have no memory
            mean = PATH[len(one.done)][2]
            again = TODAY - 1 + int(rng.geometric(1 / mean))
            desk.due.setdefault(again, []).append(shadows[id(one)])
    begins = TODAY + 5 * week
    for day in range(TODAY, TODAY + 5 * AHEAD):
        if day == begins:
            for _ in range(extra):
                desk.begin(Client("", day), day)
        desk.live(day)
        if day % 5 == 4 and day >= begins:
            room = sum(before.room[day - 4 : day + 1])
            if sum(desk.worked[-5:]) > LIMIT * room + 1e-6:
                return False
    return True


def _clients_of(desk: Desk) -> list[Client]:
    waiting = [one for some in desk.due.values() for one in some]
    return waiting + [one for one, _ in desk.queue]


def most_for(by_person: list[list[float]]) -> int:
    """The largest number of new clients, shared in the best way, that goes well surely enough."""
    best = 0
    for one, first in enumerate(by_person[0]):
        for other, second in enumerate(by_person[1]):
            both = (first if one else 1.0) * (second if other else 1.0)
            if both >= SURE:
                best = max(best, one + other)
    return best


def best_chance(by_person: list[list[float]], number: int) -> float:
    """The chance that it goes well with so many new clients, shared in the best way."""
    first, second = by_person
    shared = [
        (first[one] if one else 1.0) * (second[number - one] if number - one else 1.0)
        for one in range(number + 1)
        if one < len(first) and number - one < len(second)
    ]
    return max(shared, default=0.0)
