"""A business of 24 finished clients, in whose path there is something to find."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sheetops.workbook.raw import RawBook
from tests.sheets import Row, client, offer_step, office, step

COUNT = 24
OFFER_STEPS: tuple[Row, ...] = (
    offer_step(1, "Contract", "Client", 5),
    offer_step(2, "Brief", "Client", 5),
    offer_step(3, "Draft", "Team", 3, Hours=1.0, Stage="Work"),
    offer_step(4, "Review", "Client", 5, Stage="Work"),
    offer_step(5, "Invoice", "Team", 5, Hours=0.5, Kind="invoice"),
    offer_step(6, "Receipt", "Team", 5),
)


def day(start: date, working_days: int) -> date:
    """So many working days after a start."""
    found = np.busday_offset(start, working_days, roll="forward").astype("datetime64[D]")
    assert isinstance(found.item(), date)
    return date.fromisoformat(str(found))


def rows_of(count: int = COUNT) -> tuple[list[Row], list[Row]]:
    """Half skip the brief and finish no later; the draft takes 6 days, and 8 for every third; four
    in ten reviews send it back."""
    clients, steps = [], []
    for at in range(count):
        name = f"Client{at}"
        start = date(2026, 8, 31) + timedelta(days=2 * at)
        draft = 8 if at % 3 == 0 else 6
        path = [("Contract", 2), *([("Brief", 0)] if at % 2 else []), ("Draft", draft)]
        path += [("Review", 1), *([("Draft", 1), ("Review", 1)] if at % 5 < 2 else [])]
        path += [("Invoice", 1), ("Receipt", 0)]
        reached = 0
        for what, took in path:
            begun, reached = reached, reached + took
            steps.append(step(name, what, Started=day(start, begun), Done=day(start, reached)))
        finish = day(start, reached)
        clients.append(
            client(name, Start_date=start, Status="Finished", Finished_on=finish, Value=1000.0)
        )
    return clients, steps


def business(count: int = COUNT) -> RawBook:
    """The workbook of that business."""
    clients, steps = rows_of(count)
    return office(clients, steps, offer_steps=OFFER_STEPS, Offers=[{"Offer": "Coaching"}])
