"""Whom we do not serve, in whichever row: also in that of an engagement which went well before."""

from __future__ import annotations

import numpy as np

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.workbook.arrays import Bools
from sheetops.workbook.identity import barred_by


@once_a_snapshot
def rows_barred(snapshot: Snapshot) -> dict[int, int]:
    """By the place of each row of somebody who is barred, the place of the row that says so."""
    return barred_by(snapshot.book.frame("Clients"))


@once_a_snapshot
def is_barred(snapshot: Snapshot) -> Bools:
    """Which rows of Clients are of somebody who is barred, in whichever row that stands."""
    barred = np.zeros(len(snapshot.clients.key), dtype=bool)
    barred[list(rows_barred(snapshot))] = True
    return barred


def of_the_finished(snapshot: Snapshot) -> dict[int, str]:
    """By the place of each finished client who is barred in another row: why nothing follows."""
    frame, clients = snapshot.book.frame("Clients"), snapshot.clients
    said = {}
    for at, by in rows_barred(snapshot).items():
        if clients.is_finished[at] and clients.is_certain[at]:
            row, name, state = int(frame["row"].iloc[by]), clients.name[by], clients.status[by]
            said[at] = (
                f"Nothing follows the finish, and no Delta is kept: this may be {name} of row "
                f"{row}, whose Status is {state}."
            )
    return said
