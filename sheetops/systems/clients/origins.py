"""Where clients come from: for the first time, back for another engagement, or by a referral.

A new engagement of the same person is a repeat, whatever the row says of a referrer; a client whom
somebody named in `Referred by` is a referral. Leads and people who are not served count nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.workbook.arrays import Bools, Numbers, Objects, Places
from sheetops.workbook.identity import groups

FIRST, REPEAT, REFERRED = "first time", "repeat", "referred"


@dataclass(frozen=True)
class Origins:
    """`origin` of each client, blank for leads and barred people; `before` is the place of the
    same person's earlier engagement, -1 for none. Arrays as long as the frame of Clients."""

    origin: Objects
    before: Places


def origins(snapshot: Snapshot) -> Origins:
    """The origin of every client."""
    frame = snapshot.book.frame("Clients")
    clients = snapshot.clients
    engaged = clients.is_engaged
    before = _before(snapshot, engaged)
    origin = np.full(len(frame), "", dtype=object)
    origin[engaged] = FIRST
    origin[engaged & (frame["Referred by"].to_numpy() != "")] = REFERRED
    origin[before >= 0] = REPEAT
    return Origins(origin, before)


@dataclass(frozen=True)
class Source:
    """The clients of one origin. `value` is the sum in the business's currency over the `valued`
    clients whose `Value` is filled in; `share` (of clients) and `value_share` are 0 to 1,
    the latter None where no value is known."""

    origin: str
    clients: int
    valued: int
    value: float
    share: float
    value_share: float | None

    @property
    def each(self) -> float | None:
        """Value of one engagement, of those whose value is known."""
        return self.value / self.valued if self.valued else None


def sources(snapshot: Snapshot) -> tuple[Source, ...]:
    """How many clients each origin brought and what they are worth: first time, repeat, referred.
    Nothing where there is no client yet."""
    origin = origins(snapshot).origin
    value = snapshot.book.frame("Clients")["Value"].to_numpy(dtype="float64")
    known = ~np.isnan(value)
    total = _Total(int((origin != "").sum()), float(value[known & (origin != "")].sum()))
    if not total.clients:
        return ()
    return tuple(
        total.of(one, value[origin == one], known[origin == one])
        for one in (FIRST, REPEAT, REFERRED)
    )


@dataclass(frozen=True)
class _Total:
    """All clients that count, and their value."""

    clients: int
    value: float

    def of(self, origin: str, value: Numbers, known: Bools) -> Source:
        worth = float(value[known].sum())
        return Source(
            origin,
            clients=len(value),
            valued=int(known.sum()),
            value=worth,
            share=len(value) / self.clients,
            value_share=worth / self.value if self.value else None,
        )


def _before(snapshot: Snapshot, engaged: Bools) -> Places:
    """The same person's engagement before this one: by start date, then by row."""
    frame = snapshot.book.frame("Clients")
    before = np.full(len(frame), -1, dtype="int64")
    if not engaged.any():
        return before
    person = groups(frame)
    start = frame["Start date"].to_numpy().astype("datetime64[D]")
    order = np.lexsort((np.arange(len(frame)), np.isnat(start), start, person))
    order = order[engaged[order]]
    same = person[order][1:] == person[order][:-1]
    before[order[1:][same]] = order[:-1][same]
    return before
