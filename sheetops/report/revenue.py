"""Where the revenue comes from: how much the top clients bring, and what that suggests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sheetops.model.snapshot import Snapshot
from sheetops.report.formatting import FEW, count, money, percent
from sheetops.workbook.identity import groups

TOP = 0.2
"""Share of the clients who are called the top ones."""
LEAST = 10
"""Clients with a known value from which this is said."""
_MOST_OF_IT = 0.5
_LEANS_ON_ONE = 0.25
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class TopClient:
    """One of the top clients: their value over all their engagements, and its share of all."""

    name: str
    engagements: int
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class Top:
    """The clients who bring most. `clients` are persons with a known value, of `everybody`; `share`
    (0 to 1) is what the top fifth of them bring. None and `why_not` where too few are known."""

    top: tuple[TopClient, ...]
    number: int
    clients: int
    everybody: int
    value: float
    share: float | None
    said: str
    suggestion: str
    why_not: str
    how: str


def top_clients(snapshot: Snapshot) -> Top:
    """How much of the revenue the top fifth of the clients bring, and what that suggests."""
    frame = snapshot.book.frame("Clients")
    engaged = snapshot.clients.is_engaged
    value = frame["Value"].to_numpy(dtype="float64")
    person = groups(frame) if len(frame) else np.array([], dtype="int64")
    everybody = len(np.unique(person[engaged]))
    known = engaged & ~np.isnan(value)
    found = _persons(snapshot, person[known], np.flatnonzero(known), value[known])
    total = sum(one.value for one in found)
    how = (
        "The Value of all engagements in Clients, those in hand and those finished, added up for "
        f"each person; the top fifth of them. Known for {len(found)} of {everybody} people. "
        "Refunds and leads are left out."
    )
    if len(found) < LEAST or not total:
        why = f"{FEW} with a Value ({len(found)} of {LEAST})."
        return Top((), 0, len(found), everybody, total, None, "", "", why, how)
    number = max(1, round(TOP * len(found)))
    shares = tuple(TopClient(o.name, o.engagements, o.value, o.value / total) for o in found)
    share = sum(one.share for one in shares[:number])
    said = (
        f"{count(number, 'client')} of {len(found)} bring {percent(share)} of the revenue of "
        f"{money(total)}."
    )
    return Top(
        shares[: min(number, _SHOWN)], number, len(found), everybody, total, share, said,
        _suggestion(shares, number, share), "", how,
    )  # fmt: skip


def _persons(
    snapshot: Snapshot,
    person: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
    value: npt.NDArray[np.float64],
) -> list[TopClient]:
    """Each person with their value over all engagements, the greatest first."""
    names = snapshot.clients.name
    ids, first, at = np.unique(person, return_index=True, return_inverse=True)
    sums, times = np.bincount(at, weights=value), np.bincount(at)
    found = [
        TopClient(str(names[places[first[one]]]), int(times[one]), float(sums[one]), 0.0)
        for one in range(len(ids))
    ]
    return sorted(found, key=lambda one: (-one.value, one.name))


def _suggestion(shares: tuple[TopClient, ...], number: int, share: float) -> str:
    first = shares[0]
    if first.share >= _LEANS_ON_ONE:
        return (
            f"{first.name} alone brings {percent(first.share)}: the business leans on one client. "
            "Agree on the next engagement early, and let the others grow."
        )
    if share >= _MOST_OF_IT:
        return (
            "Few bring most: ask them what they would value, and consider an offer of their own "
            f"(white glove) for these {number}."
        )
    return "The revenue is spread over many clients: no single one decides how the year goes."
