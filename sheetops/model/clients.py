"""Where each client stands: served, paused, and which step of theirs matters most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from sheetops.model.history import History
from sheetops.model.steps import StepsNow, days_of
from sheetops.workbook.arrays import Bools, Places, Strings
from sheetops.workbook.book import Book
from sheetops.workbook.choices import Status

SERVED = (Status.ACTIVE, Status.WAITING, Status.PAUSED)
"""The statuses in which a client's steps are looked at."""


@dataclass(frozen=True)
class ClientsNow:
    """Where each client stands; arrays as long as the frame of `Clients`, in its order.

    `leading` is the place in `StepsNow` of the open step that matters most, -1 for none. `doubt` is
    why nothing may be said of a client, blank if something may.
    """

    key: Strings
    name: Strings
    status: Strings
    offer: Strings
    owner: Strings
    email: Strings
    is_served: Bools
    is_paused: Bools
    leading: Places
    has_steps: Bools
    doubt: Strings

    def has_status(self, *statuses: Status) -> Bools:
        """Clients who have one of these statuses."""
        return np.isin(self.status.astype(str), statuses)

    @cached_property
    def is_certain(self) -> Bools:
        """Clients of whom something may be said: nothing that matters is in doubt."""
        certain: Bools = self.doubt == ""
        return certain

    @cached_property
    def is_lead(self) -> Bools:
        """Whoever may become a client."""
        return self.has_status(Status.LEAD)

    @cached_property
    def is_finished(self) -> Bools:
        """Clients whose work is done."""
        return self.has_status(Status.FINISHED)

    @cached_property
    def is_engaged(self) -> Bools:
        """Clients who are served or were: neither leads nor turned away."""
        return self.is_served | self.is_finished

    @cached_property
    def is_in_hand(self) -> Bools:
        """Clients who are served today: not paused, and nothing about them in doubt."""
        return self.is_served & ~self.is_paused & self.is_certain


def clients_now(book: Book, history: History, steps: StepsNow, today: date) -> ClientsNow:
    """Where each client stands on the morning of `today`."""
    frame = book.frame("Clients")
    count = len(frame)
    status = frame["Status"].to_numpy()
    until = days_of(frame, "Pause until")
    served = np.isin(status.astype(str), SERVED)
    paused = (status == Status.PAUSED) | (until > np.datetime64(today, "D"))
    paused |= served & _paused_by_consequence(frame, history)
    doubt = frame["doubt"].to_numpy().copy()
    for at in np.flatnonzero((steps.doubt != "") & (steps.client_at >= 0)).tolist():
        place = int(steps.client_at[at])
        if not doubt[place]:
            doubt[place] = steps.doubt[at]
    has_steps = np.zeros(count, dtype=bool)
    has_steps[steps.client_at[steps.client_at >= 0]] = True
    return ClientsNow(
        key=frame.index.to_numpy(),
        name=frame["Client"].to_numpy(),
        status=status,
        offer=frame["Offer"].to_numpy(),
        owner=frame["Owner"].to_numpy(),
        email=frame["Email"].to_numpy(),
        is_served=served,
        is_paused=paused,
        leading=_leading(steps, count),
        has_steps=has_steps,
        doubt=doubt,
    )


def _paused_by_consequence(frame: pd.DataFrame, history: History) -> Bools:
    """Clients whom a consequence pauses, and whose `Lift consequence` is not ticked."""
    pausing = [c for c, found in history.in_force.items() if any(one.pauses for one in found)]
    lifted = frame["Lift consequence"].to_numpy().astype(bool)
    paused: Bools = np.isin(frame.index.to_numpy().astype(str), pausing) & ~lifted
    return paused


def _leading(steps: StepsNow, count: int) -> Places:
    """Of each client's current steps the one that is most overdue, else the longest waiting."""
    leading = np.full(count, -1, dtype="int64")
    current = np.flatnonzero(steps.is_current)
    left = np.where(np.isnan(steps.left[current]), np.inf, steps.left[current])
    worst_first = np.lexsort((current, -steps.age[current], np.minimum(left, 0)))
    for_each = current[worst_first][::-1]
    leading[steps.client_at[for_each]] = for_each  # the last written, the worst, stays
    return leading
