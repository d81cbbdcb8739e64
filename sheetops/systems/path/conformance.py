"""Consistency: how closely what happened follows the path that the offer declares.

The path is a row of groups: steps of the same order, in any order among themselves. Of the rows of
a client, in the order in which they were done, those are kept that go along the path and are not
done twice, so that as much as possible is kept. What it costs is every row that is not kept and
every required step that is not among the kept ones; the score is the share that is left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.path.event_log import happened, in_order
from sheetops.workbook.arrays import Bools, Places
from sheetops.workbook.headers import folded

EXTRA = -1
"""Stands among the rows for a step that is not on the path."""


@dataclass(frozen=True, slots=True)
class Path:
    """The steps of an offer, numbered from 0: the group of each, and whether it is required."""

    group: tuple[int, ...]
    required: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """How a client went along the path. `score` lies between 0 and 1, None if nothing happened.

    `skipped` are required steps never done, `extra` rows that are not on the path, `redone` rows
    that repeat a step, `moved` the rows that came out of order.
    """

    score: float | None
    skipped: tuple[int, ...] = ()
    extra: int = 0
    redone: tuple[int, ...] = ()
    moved: int = 0


def follow(rows: Sequence[int], path: Path, *, is_open: bool) -> Course:
    """Compare the steps of a client, in the order in which they were done, with the path.

    Of an open client, only the required steps before the furthest group reached are asked for.
    """
    on_path = [step for step in rows if step >= 0]
    furthest = max((path.group[step] for step in on_path), default=-1)
    asked = [
        required and (not is_open or path.group[step] < furthest)
        for step, required in enumerate(path.required)
    ]
    weight = [2 if required else 1 for required in asked]
    total = len(rows) + sum(asked)
    if not total:
        return Course(None)
    cost = total - _most(rows, path.group, weight)
    done = set(on_path)
    first = list(dict.fromkeys(on_path))
    counted: dict[int, int] = {}
    for step in on_path:
        counted[step] = counted.get(step, 0) + 1
    return Course(
        score=1 - cost / total,
        skipped=tuple(step for step, wanted in enumerate(asked) if wanted and step not in done),
        extra=len(rows) - len(on_path),
        redone=tuple(step for step, times in counted.items() for _ in range(times - 1)),
        moved=len(first) - _longest_run([path.group[step] for step in first]),
    )


def _most(rows: Sequence[int], group: Sequence[int], weight: Sequence[int]) -> int:
    """The greatest weight of rows that can be kept: groups never falling, no step twice.

    Exact: `best[j]` is the most that the first j rows give with the groups taken so far, and what a
    group adds is tried from each of its rows to each later one. O(groups · rows + Σ rows_g²).
    """
    places: dict[int, list[int]] = {}
    for at, step in enumerate(rows):
        if step >= 0:
            places.setdefault(group[step], []).append(at)
    best = [0] * (len(rows) + 1)
    for _, mine in sorted(places.items()):
        grown = best.copy()
        for start, at in enumerate(mine):
            value, seen = best[at], set()
            for later in mine[start:]:
                step = rows[later]
                if step not in seen:
                    seen.add(step)
                    value += weight[step]
                grown[later + 1] = max(grown[later + 1], value)
        for at in range(1, len(grown)):
            grown[at] = max(grown[at], grown[at - 1])
        best = grown
    return best[-1]


def _longest_run(groups: Sequence[int]) -> int:
    """Length of the longest part of `groups`, in their order, that never falls."""
    ends: list[int] = []
    for group in groups:
        at = bisect_right(ends, group)
        ends[at : at + 1] = [group]
    return len(ends)


@dataclass(frozen=True)
class Courses:
    """By place in `Happened.clients`: the course of each client, None for whom none is told.

    `late` counts the steps that were done after the day they were due by. The numbers of a course
    are places in `steps[offer]`, which are in turn places in `Offer steps`.
    """

    course: tuple[Course | None, ...]
    late: Places
    steps: tuple[tuple[int, ...], ...]


@once_a_snapshot
def courses(snapshot: Snapshot) -> Courses:
    """How every client went along the path of their offer; each variant is worked out once."""
    found = happened(snapshot)
    clients, steps, paths = found.clients, *_paths(snapshot, found.offers)
    rows = in_order(snapshot)
    rows = rows[_told(snapshot)[found.client[rows]]]
    local = _local(found.step_at[rows], found.client[rows], clients.offer, steps)
    clients_here, starts = np.unique(found.client[rows], return_index=True)
    ends = [*starts[1:].tolist(), len(rows)][: len(starts)]
    is_open, offers = _is_open(snapshot).tolist(), clients.offer.tolist()
    written, size = local.tobytes(), local.itemsize
    known: dict[tuple[int, bool, bytes], Course] = {}
    told: list[Course | None] = [None] * len(clients.key)
    for client, start, end in zip(clients_here.tolist(), starts.tolist(), ends, strict=True):
        offer = offers[client]
        variant = (offer, is_open[client], written[start * size : end * size])
        path = paths[offer]
        if path is not None and variant not in known:
            known[variant] = follow(local[start:end].tolist(), path, is_open=is_open[client])
        told[client] = known.get(variant)
    late = found.is_done & (found.done > found.due)
    return Courses(tuple(told), np.bincount(found.client[late], minlength=len(told)), steps)


def _told(snapshot: Snapshot) -> Bools:
    """Clients whose course may be told: served or finished, of an offer, beyond doubt."""
    clients, now = happened(snapshot).clients, snapshot.clients
    told = np.ones(len(clients.key), dtype=bool)
    told[: len(now.key)] = now.is_engaged
    return told & clients.counts & (clients.offer >= 0)


def _is_open(snapshot: Snapshot) -> Bools:
    clients, now = happened(snapshot).clients, snapshot.clients
    is_open = np.isnat(clients.finished)
    is_open[: len(now.key)] &= ~now.is_finished
    return is_open


def _paths(
    snapshot: Snapshot, offers: Sequence[str]
) -> tuple[tuple[tuple[int, ...], ...], list[Path | None]]:
    """By offer: its steps in order, and the path, None where a row of it is in doubt."""
    frame = snapshot.book.frame("Offer steps")
    of_offer: dict[str, list[int]] = {offer: [] for offer in offers}
    for at, offer in enumerate(frame["Offer"].tolist()):
        of_offer[folded(offer)].append(at)
    order, required = frame["Order"].tolist(), frame["Required"].tolist()
    doubt = frame["doubt"].tolist()
    paths: list[Path | None] = []
    for mine in of_offer.values():
        mine.sort(key=lambda at: (order[at], at))
        groups = {number: at for at, number in enumerate(sorted({order[at] for at in mine}))}
        group = tuple(groups[order[at]] for at in mine)
        sure = not any(doubt[at] for at in mine)
        paths.append(Path(group, tuple(bool(required[at]) for at in mine)) if sure else None)
    return tuple(map(tuple, of_offer.values())), paths


def _local(
    step_at: Places, client: Places, offer_of: Places, steps: Sequence[Sequence[int]]
) -> Places:
    """Steps as numbers of their client's offer; EXTRA for those of no offer, or of another."""
    count = sum(map(len, steps))
    number, owner = np.full(count + 1, EXTRA), np.full(count + 1, -1)
    for offer, mine in enumerate(steps):
        number[list(mine)], owner[list(mine)] = np.arange(len(mine)), offer
    return np.where(owner[step_at] == offer_of[client], number[step_at], EXTRA)


def find(snapshot: Snapshot) -> Findings:
    """`Consistency %` of every client, and of every offer the mean of its clients."""
    told, now = courses(snapshot), snapshot.clients
    scores = np.array([np.nan if c is None or c.score is None else c.score for c in told.course])
    here = scores[: len(now.key)]
    frame = pd.DataFrame(
        {"Consistency %": _percent(here)}, index=pd.Index(now.key, dtype=object), dtype=object
    )
    status = {"Clients": frame}
    if snapshot.book.has("Offers"):
        status["Offers"] = _of_offers(snapshot, scores)
    return Findings(status)


def _of_offers(
    snapshot: Snapshot, scores: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> pd.DataFrame:
    found = happened(snapshot)
    known = ~np.isnan(scores)
    offer, count = found.clients.offer[known], len(found.offers)
    sums = np.bincount(offer, weights=scores[known], minlength=count)
    numbers = np.bincount(offer, minlength=count)
    means = np.divide(sums, numbers, out=np.full(count, np.nan), where=numbers > 0)
    of_offer = dict(zip(found.offers, means.tolist(), strict=True))
    offers = snapshot.book.frame("Offers")
    values = np.array([of_offer.get(folded(o), np.nan) for o in offers["Offer"]], dtype="float64")
    return pd.DataFrame({"Consistency %": _percent(values)}, index=offers.index, dtype=object)


def _percent(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float | None]:
    return [None if s != s else float(round(100 * s)) for s in shares.tolist()]  # noqa: PLR0124 # NaN is not itself
