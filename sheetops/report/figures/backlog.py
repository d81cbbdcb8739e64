"""The work ahead: the steps to come of every client who has signed, and of one who may come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.report.figures.availability import lost_of_open
from sheetops.report.figures.staff import People, Weeks
from sheetops.systems.path.event_log import happened
from sheetops.workbook.arrays import Bools, Numbers, Places
from sheetops.workbook.headers import folded

THE_OWNER = -2
"""Stands for whoever will own a client that has none yet."""


@dataclass(frozen=True)
class Ahead:
    """Steps to come; arrays of one length, client after client, in the order of their path.

    `client` numbers the clients from 0, `rank` the groups of steps of a client that run side by
    side. `step` is a place in `Offer steps` (-1: an extra step), `age` the working days since it
    began (-1: not begun), `lost` those of them on which its person was away, `allowed` the working
    days that it may take (NaN: not declared), `is_required` whether the next group waits for it,
    `likely` the chance that it happens at all. `person` does it, if it `is_team`; `hours` are NaN
    where nobody says. `start` is, by client, the working day from today on which what has not begun
    may begin.
    """

    client: Places
    rank: Places
    step: Places
    age: Places
    lost: Places
    allowed: Numbers
    is_required: Bools
    likely: Numbers
    is_team: Bools
    person: Places
    hours: Numbers
    start: Places

    def __len__(self) -> int:
        return len(self.client)


class Newcomer(NamedTuple):
    """Clients who are supposed to start: how many, on which working day from today, whose."""

    offer: str
    number: int
    day: int
    person: int


@dataclass(frozen=True)
class Offered:
    """The path of every offer. `steps` holds, by folded name, the places of its rows in order;
    `doubts` why nothing can be said of an offer. The arrays are as long as `Offer steps`."""

    steps: dict[str, Places]
    doubts: dict[str, str]
    order: Numbers
    allowed: Numbers
    is_required: Bools
    likely: Numbers
    is_team: Bools
    owner: Sequence[str]
    hours: Numbers

    def path(self, offer: str) -> Places:
        return self.steps.get(folded(offer), np.array([], dtype="int64"))


@once_a_snapshot
def offered(snapshot: Snapshot) -> Offered:
    """The paths as declared, and how often their optional steps happen."""
    frame = snapshot.book.frame("Offer steps")
    order = frame["Order"].to_numpy().astype("float64")
    names = [folded(offer) for offer in frame["Offer"].tolist()]
    rows: dict[str, list[int]] = {}
    doubts: dict[str, str] = {}
    for at, (offer, doubt) in enumerate(zip(names, frame["doubt"].tolist(), strict=True)):
        rows.setdefault(offer, []).append(at)
        if doubt:
            doubts.setdefault(offer, str(doubt))
    automated = frame["Automated"].to_numpy().astype(bool)
    required = frame["Required"].to_numpy().astype(bool)
    return Offered(
        steps={
            offer: np.array(sorted(mine, key=lambda at: order[at]), dtype="int64")
            for offer, mine in rows.items()
        },
        doubts=doubts,
        order=order,
        allowed=frame["Working days"].to_numpy().astype("float64"),
        is_required=required,
        likely=np.where(required, 1.0, _share_done(snapshot)),
        is_team=frame["Waiting on"].to_numpy() == "Team",
        owner=frame["Owner"].tolist(),
        hours=np.where(automated, 0.0, frame["Hours"].to_numpy().astype("float64")),
    )


def _share_done(snapshot: Snapshot) -> Numbers:
    """By step, the share of its offer's finished clients who did it, with one more who did."""
    found, count = happened(snapshot), len(snapshot.book.frame("Offer steps"))
    clients = found.clients
    finished = ~np.isnat(clients.finished) & clients.counts
    used = found.is_done & (found.step_at >= 0) & finished[found.client]
    pairs = np.unique(found.client[used] * max(count, 1) + found.step_at[used])
    did = np.bincount(pairs % max(count, 1), minlength=count)
    of_offer = np.bincount(clients.offer[finished] + 1, minlength=len(found.offers) + 1)[1:]
    place = {name: at for at, name in enumerate(found.offers)}
    offers = snapshot.book.frame("Offer steps")["Offer"].tolist()
    whole = np.array([of_offer[place[folded(offer)]] for offer in offers], dtype="float64")
    share: Numbers = np.minimum((did[:count] + 1) / (whole + 1), 1.0)
    return share


def signed(snapshot: Snapshot, who: People, weeks: Weeks) -> Ahead:
    """The steps to come of clients who have signed and are not paused, as the sheet has them; of
    those who have none in the sheet yet, as their offer declares them."""
    steps, clients = snapshot.steps, snapshot.clients
    served = clients.is_served & ~clients.is_paused & (clients.doubt == "")
    mine = steps.is_open & (steps.client_at >= 0) & (steps.doubt == "")
    mine[mine] = served[steps.client_at[mine]]
    at = np.flatnonzero(mine)
    at = at[np.lexsort((steps.order[at], steps.client_at[at]))]
    paths = offered(snapshot)
    place = steps.offer_step_at[at]
    declared = place >= 0
    start = _starts(snapshot, weeks)
    age = np.nan_to_num(steps.age, nan=-1).astype("int64")
    here = Ahead(
        client=np.unique(steps.client_at[at], return_inverse=True)[1],
        rank=_ranks(steps.client_at[at], steps.order[at]),
        step=place,
        age=np.where(steps.is_current[at], age[at], -1),
        lost=np.where(steps.is_current[at], lost_of_open(snapshot)[at], 0),
        allowed=steps.allowed[at],
        is_required=steps.is_required[at],
        likely=np.where(declared & ~steps.is_current[at], _of(paths.likely, place, 1.0), 1.0),
        is_team=steps.waiting_on[at] == "Team",
        person=who.at(steps.owner[at].tolist()),
        hours=_of(paths.hours, place, np.nan),
        start=start[np.unique(steps.client_at[at])],
    )
    bare = np.flatnonzero(served & ~clients.has_steps & (clients.offer != "") & (start >= 0))
    owners = who.at(clients.owner[bare].tolist())
    return joined(
        here,
        newcomers(
            snapshot,
            who,
            [
                Newcomer(str(clients.offer[one]), 1, int(start[one]), int(owner))
                for one, owner in zip(bare.tolist(), owners.tolist(), strict=True)
            ],
        ),
    )


def _of(values: Numbers, places: Places, blank: float) -> Numbers:
    taken = np.full(len(places), blank)
    taken[places >= 0] = values[places[places >= 0]]
    return taken


def _starts(snapshot: Snapshot, weeks: Weeks) -> Places:
    """By client, the working day from today on which they start: 0 for who has, -1 for unknown."""
    days = snapshot.book.frame("Clients")["Start date"].to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), -1, np.searchsorted(weeks.days, days)).astype("int64")


def _ranks(client: Places, order: Numbers) -> Places:
    """The number of each step's group within its client; both sorted."""
    if not len(client):
        return client
    new_client = np.append(True, client[1:] != client[:-1])
    new_group = new_client | np.append(True, order[1:] != order[:-1])
    groups = np.cumsum(new_group) - 1
    ranks: Places = groups - groups[new_client][np.cumsum(new_client) - 1]
    return ranks


def newcomers(snapshot: Snapshot, who: People, coming: Iterable[Newcomer]) -> Ahead:
    """The whole paths of clients who have not begun."""
    paths = offered(snapshot)
    each = [(one, paths.path(one.offer)) for one in coming for _ in range(one.number)]
    each = [(one, path) for one, path in each if len(path)]
    owners = who.at(paths.owner)
    steps = np.concatenate([path for _, path in each]) if each else np.array([], dtype="int64")
    sizes = [len(path) for _, path in each]
    client = np.repeat(np.arange(len(each)), sizes)
    person = np.repeat(np.array([one.person for one, _ in each], dtype="int64"), sizes)
    return Ahead(
        client=client,
        rank=_ranks(client, paths.order[steps]),
        step=steps,
        age=np.full(len(steps), -1),
        lost=np.zeros(len(steps), dtype="int64"),
        allowed=paths.allowed[steps],
        is_required=paths.is_required[steps],
        likely=paths.likely[steps],
        is_team=paths.is_team[steps],
        person=np.where(owners[steps] >= 0, owners[steps], person),
        hours=paths.hours[steps],
        start=np.array([one.day for one, _ in each], dtype="int64"),
    )


def joined(one: Ahead, other: Ahead) -> Ahead:
    """The work of both, the clients of the second after those of the first."""
    parts = {
        field.name: np.concatenate([getattr(one, field.name), getattr(other, field.name)])
        for field in fields(Ahead)
    }
    parts["client"] = np.concatenate([one.client, other.client + len(one.start)])
    return Ahead(**parts)
