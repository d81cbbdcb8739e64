"""Repeating delays: the same step that is late again and again, ranked by what it costs.

A client who is late now and then is a client; a step that is late again and again is a flaw in the
system. What it costs are the days beyond the step's own median, weighed by the clients' value:
ranked so, the same steps come first in both halves of a year, which mean waits do not do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.path.durations import learned
from sheetops.systems.path.event_log import Happened, happened
from sheetops.workbook.arrays import Bools, Numbers, Objects, Places
from sheetops.workbook.headers import folded

WINDOW = 90
"""Days that are looked back upon."""
MONTH = 30
LATE = 5
SHARE = 0.2
CLIENTS = 20
"""Clients of an offer from which anything is said of its path."""
_Z = 1.959963984540054  # of a 95 % interval
_SLOW = 2  # times the median, where no limit is declared


@dataclass(frozen=True)
class Delay:
    """One repeating delay. `lost_days` are working days a month beyond the median; `cost` is those
    days times the value of the clients, on which the rank rests; `clients` are keys."""

    offer: str
    step: str
    key: str
    party: str
    late: int
    ended: int
    at_least: float
    median: float
    lost_days: float
    cost: float
    value: float
    clients: tuple[str, ...]

    @property
    def short(self) -> str:
        """For the sheet."""
        return f"Late {self.late} of {self.ended} times in {WINDOW} days; {self._lost} a month lost"

    @property
    def sentence(self) -> str:
        """For a person who does not look at the sheet."""
        worth = f", held up for clients worth {self.value:,.0f}" if self.value else ""
        return (
            f'"{self.step}" was late {self.late} of {self.ended} times in {WINDOW} days. '
            f"Beyond its usual {self.median:g} working days, {self._lost} a month are lost{worth}."
        )

    @property
    def _lost(self) -> str:
        days = f"{self.lost_days:.0f}" if self.lost_days >= 1 else f"{self.lost_days:.1f}"
        return f"{days} working {'day' if days == '1' else 'days'}"


def lost_days(step: Places, wait: Objects, median: Numbers, worth: Objects) -> Numbers:
    """By step, the days that its waits took beyond their `median`, each times what it is worth."""
    over = np.maximum(wait - median[step], 0)
    return np.bincount(step, weights=worth * over, minlength=len(median)).astype("float64")


def surely(part: Objects, whole: Objects) -> Numbers:
    """Wilson's lower bound of the share `part` of `whole`, 95 %; 0 where there is no whole.

    Source: Wilson 1927, as in Brown, Cai and DasGupta 2001.
    """
    n = np.maximum(whole, 1)
    share, z2 = part / n, _Z * _Z
    middle = share + z2 / (2 * n)
    half = _Z * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    bound: Numbers = np.where(whole > 0, (middle - half) / (1 + z2 / n), 0.0)
    return np.maximum(bound, 0.0)


@once_a_snapshot
def clients_of(snapshot: Snapshot) -> dict[str, int]:
    """How many clients of each offer have begun, by its folded name, also those deleted since."""
    found = happened(snapshot)
    clients, offers = found.clients, len(found.offers)
    begun = np.zeros(len(clients.key), dtype=bool)
    begun[found.client] = True
    counted = begun & clients.counts & (clients.offer >= 0)
    counts = np.bincount(clients.offer[counted], minlength=offers).tolist()
    return dict(zip(found.offers, counts, strict=True))


@once_a_snapshot
def repeating(snapshot: Snapshot) -> tuple[Delay, ...]:
    """The repeating delays, the costliest first."""
    found, frame = happened(snapshot), snapshot.book.frame("Offer steps")
    count = len(frame)
    if not count:
        return ()
    median = learned(snapshot).waits.within(0.5)[:-1]
    lately = _lately(snapshot, found)
    step, days = found.step_at[lately], found.days[lately]
    late = _is_late(found, median, snapshot)[lately]
    worth = _worth(found)[found.client[lately]]
    number, total = np.bincount(step[late], minlength=count), np.bincount(step, minlength=count)
    bound = surely(number, total)
    cost = lost_days(step, days, median, worth) * MONTH / WINDOW
    lost = lost_days(step, days, median, np.ones(len(step))) * MONTH / WINDOW
    repeats = (number >= LATE) & (bound > SHARE) & (lost > 0) & of_enough(snapshot)
    columns = {name: frame[name].tolist() for name in ("Offer", "Step", "Waiting on")}
    keys, late_step, late_client = frame.index.tolist(), step[late], found.client[lately][late]
    delays = []
    for at in np.flatnonzero(repeats).tolist():
        mine = np.unique(late_client[late_step == at]).tolist()
        delays.append(
            Delay(
                offer=columns["Offer"][at],
                step=columns["Step"][at],
                key=str(keys[at]),
                party=columns["Waiting on"][at],
                late=int(number[at]),
                ended=int(total[at]),
                at_least=float(bound[at]),
                median=float(median[at]),
                lost_days=float(lost[at]),
                cost=float(cost[at]),
                value=float(np.nansum(found.clients.value[mine])),
                clients=tuple(found.clients.key[one] for one in mine),
            )
        )
    return tuple(sorted(delays, key=lambda one: (-one.cost, one.key)))


def _lately(snapshot: Snapshot, found: Happened) -> Places:
    """Steps that ended in the window, and those that are open and late already."""
    since = np.datetime64(snapshot.today, "D") - np.timedelta64(WINDOW, "D")
    known = (found.step_at >= 0) & (found.days >= 0)
    is_over = found.is_done & (found.done > since)
    is_open = ~found.is_done & _is_past(found, snapshot)
    return np.flatnonzero(known & (is_over | is_open))


def _is_past(found: Happened, snapshot: Snapshot) -> Bools:
    """Done, or still open, after the day it was due by."""
    end = np.where(found.is_done, found.done, np.datetime64(snapshot.today, "D"))
    past: Bools = end > found.due
    return past


def _is_late(found: Happened, median: Numbers, snapshot: Snapshot) -> Bools:
    """After the due day; where none is declared, longer than twice the median and the floor."""
    usual = np.append(median, np.nan)[found.step_at]
    slow = found.days > np.maximum(_SLOW * usual, snapshot.business.stalled_floor)
    return np.where(np.isnat(found.due), slow, _is_past(found, snapshot))


def _worth(found: Happened) -> Numbers:
    """Value of each client; the median of the known ones, or 1, where it is not known."""
    value = found.clients.value
    known = value[~np.isnan(value) & (value > 0)]
    usual = float(np.median(known)) if len(known) else 1.0
    return np.where(np.isnan(value), usual, value)


def of_enough(snapshot: Snapshot) -> Bools:
    """Which rows of `Offer steps` are of an offer that enough clients have begun."""
    counts = clients_of(snapshot)
    offers = snapshot.book.frame("Offer steps")["Offer"].tolist()
    return np.array([counts[folded(offer)] >= CLIENTS for offer in offers], dtype=bool)


def find(snapshot: Snapshot) -> Findings:
    """`Typical wait`, `9 in 10 within` and `Repeating delay` of every step of every offer."""
    frame = snapshot.book.frame("Offer steps")
    known = learned(snapshot)
    figures = {
        heading: _shown(known.waits.within(share)[:-1], known.is_known)
        for heading, share in (("Typical wait", 0.5), ("9 in 10 within", 0.9))
    }
    words = {one.key: one.short for one in repeating(snapshot)}
    said = np.array([words.get(str(key)) for key in frame.index], dtype=object)
    columns = {**figures, "Repeating delay": said}
    return Findings({"Offer steps": pd.DataFrame(columns, index=frame.index, dtype=object)})


def _shown(values: Numbers, known: Bools) -> Objects:
    """Figures that may be shown, None for the others."""
    shown = np.full(len(values), None, dtype=object)
    good = known & ~np.isnan(values)
    shown[good] = values[good].tolist()
    return shown
