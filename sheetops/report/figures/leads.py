"""Leads by their chance: how many start, when, and what they would ask of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures.backlog import Newcomer, offered
from sheetops.report.figures.clients import WEEK
from sheetops.report.figures.completions import Likely
from sheetops.report.figures.figures import WEEKS, Leads, OfferLeads
from sheetops.report.figures.staff import People, Weeks
from sheetops.report.figures.workload import LeadWork
from sheetops.workbook.arrays import Bools, Days, Numbers, Places
from sheetops.workbook.headers import folded


@dataclass(frozen=True)
class Known:
    """The leads beyond doubt: `at` are places in Clients, `chance` from 0 to 1 (NaN: not given),
    `start` their likely start (NaT: not given, or passed)."""

    snapshot: Snapshot
    at: Places
    chance: Numbers
    start: Days

    @property
    def is_counted(self) -> Bools:
        return ~np.isnan(self.chance)

    @property
    def is_dated(self) -> Bools:
        return self.is_counted & ~np.isnat(self.start)


def known(snapshot: Snapshot) -> Known:
    """The leads of this morning."""
    frame, clients = snapshot.book.frame("Clients"), snapshot.clients
    at = np.flatnonzero((clients.status == "Lead") & (clients.doubt == ""))
    start = frame["Start date"].to_numpy().astype("datetime64[D]")[at]
    passed = start < np.datetime64(snapshot.today, "D")
    chance = frame["Chance %"].to_numpy().astype("float64")[at] / 100
    return Known(snapshot, at, chance, np.where(passed, np.datetime64("NaT"), start))


def likely(leads: Known) -> Likely:
    """Their starts with the chance of each."""
    return Likely(leads.start[leads.is_dated], tuple(leads.chance[leads.is_dated].tolist()))


def work_of(leads: Known, who: People, weeks: Weeks) -> LeadWork:
    """What they would ask of the team."""
    clients, paths = leads.snapshot.clients, offered(leads.snapshot)
    has_path = [len(paths.path(str(offer))) > 0 for offer in clients.offer[leads.at].tolist()]
    which = leads.is_dated & np.array(has_path, dtype=bool)
    at, chances = leads.at[which], leads.chance[which]
    owners = who.at(clients.owner[at].tolist()).tolist()
    days = np.searchsorted(weeks.days, leads.start[which]).tolist()
    coming = tuple(
        Newcomer(str(offer), 1, day, owner)
        for offer, day, owner in zip(clients.offer[at].tolist(), days, owners, strict=True)
    )
    return LeadWork(coming, tuple(chances.tolist()))


def figures(leads: Known) -> Leads:
    """The figures that are shown of them."""
    which, dated = leads.is_counted, leads.is_dated
    monday = leads.snapshot.today - timedelta(leads.snapshot.today.weekday())
    week = (leads.start[dated] - np.datetime64(monday, "D")).astype("int64") // WEEK
    starts = _sums(week, leads.chance[dated], WEEKS)
    expected = float(leads.chance[which].sum())
    count = int(which.sum())
    return Leads(
        leads=count,
        expected=expected,
        by_offer=_by_offer(leads),
        by_week=tuple((monday + timedelta(WEEK * n), starts[n]) for n in range(WEEKS)),
        without_date=float(leads.chance[which & ~dated].sum()),
        how=(
            f"{count} leads, each counted by its Chance % as staff typed it; in the week of their "
            "Start date where that is to come. They are in no figure of signed clients."
        ),
    )


def _sums(place: npt.NDArray[np.int64], chances: Numbers, count: int) -> list[float]:
    inside = place < count
    sums = np.bincount(place[inside], weights=chances[inside], minlength=count)
    return [float(one) for one in sums]


def _by_offer(leads: Known) -> tuple[OfferLeads, ...]:
    found: dict[str, list[float]] = {}
    shown: dict[str, str] = {}
    offers = leads.snapshot.clients.offer[leads.at].tolist()
    for offer, chance in zip(offers, leads.chance.tolist(), strict=True):
        if chance == chance:  # noqa: PLR0124 # NaN is not itself
            shown.setdefault(folded(str(offer)), str(offer))
            found.setdefault(folded(str(offer)), []).append(chance)
    return tuple(OfferLeads(shown[one], len(mine), sum(mine)) for one, mine in found.items())
