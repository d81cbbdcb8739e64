"""What is learned and found of 100,000 step rows, 10,000 open clients and 60 steps, after parsing.

    python -m tests.benchmarks.learning [--rounds 5] [--json]

Each part is timed on a fresh morning, in processor time, the best of the rounds. Beside it: the
floor (one pass over each array that is read) and lifelines, which fits one step after another. The
reasons in words, which are made for the steps that are shown, are timed apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np

from sheetops.model.history import History
from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.systems.path import conformance, delays, durations, event_log, improvements
from sheetops.workbook.raw import Value
from tests.sheets import office, read

TODAY = date(2026, 11, 20)
CLIENTS, ROWS, OFFERS, STEPS = 10_000, 10, 6, 10
AIM = 0.150
Row = dict[str, Value]


def business(seed: int = 6) -> Snapshot:
    """Clients halfway along paths of ten steps; one in ten skips a step, one in twenty repeats one,
    one in twenty goes out of order."""
    rng = np.random.default_rng(seed)
    offers = [f"Offer {n}" for n in range(OFFERS)]
    offer_steps: list[Row] = [
        {
            "Offer": offer,
            "Order": float(n),
            "Step": f"Step {n} of {offer}",
            "Stage": f"Stage {n // 4}",
            "Kind": ("email", "meeting", "invoice")[n % 3],
            "Waiting on": ("Client", "Team", "Third party")[n % 3],
            "Working days": (None, 3, 5)[n % 3],
            "Hours": (None, 1.0, 0.5)[n % 3],
        }
        for offer in offers
        for n in range(STEPS)
    ]
    clients: list[Row] = []
    steps: list[Row] = []
    for at in range(CLIENTS):
        offer, key = offers[at % OFFERS], f"C{at:05d}"
        start = TODAY - timedelta(days=int(rng.integers(20, 150)))
        promised = start + timedelta(days=120)
        clients.append(
            {
                "Client ID": key, "Client": f"Client {at:05d}", "Offer": offer,
                "Status": "Active", "Start date": start, "Promised by": promised, "Value": 900.0,
            }
        )  # fmt: skip
        path, moved, waits = list(range(STEPS)), rng.random(), rng.geometric(0.25, size=STEPS)
        if moved < 0.05:
            path[2], path[5] = path[5], path[2]
        elif moved < 0.1:
            path[6] = path[3]
        elif moved < 0.2:
            path[4] = path[9]
        reached = start
        for place, n in enumerate(path[:ROWS]):
            began, reached = reached, reached + timedelta(days=int(waits[place]))
            is_done = reached < TODAY and place < STEPS - 1
            steps.append(
                {
                    "Client": key, "Step": f"Step {n} of {offer}",
                    "Started": began if began <= TODAY else None,
                    "Done": reached if is_done else None,
                }
            )  # fmt: skip
    book = read(
        office(clients, steps, offer_steps=offer_steps, Offers=[{"Offer": o} for o in offers])
    )
    return take_snapshot(book, History(), TODAY)


def judge(snapshot: Snapshot) -> None:
    """What the flags rest on, for every open step."""
    found, steps = durations.learned(snapshot), snapshot.steps
    at = np.flatnonzero(steps.is_current)
    place, age = steps.offer_step_at[at], steps.age[at]
    found.usual(place)
    found.still_open(place, age, 5)
    promised = snapshot.book.frame("Clients")["Promised by"].to_numpy().astype("datetime64[D]")
    until = snapshot.business.calendar.ages(steps.started[at], promised[steps.client_at[at]])
    found.miss(place, age, until)


PARTS: dict[str, Callable[[Snapshot], Any]] = {
    "what happened": event_log.happened,
    "waits": durations.learned,
    "flags": judge,
    "consistency": conformance.courses,
    "repeating delays": delays.repeating,
    "steps to improve": improvements.improvements,
}


def measure(rounds: int = 5) -> dict[str, Any]:
    """Seconds of each part, of the floor and of lifelines."""
    snapshot = business()
    best: dict[str, float] = {}
    for _ in range(rounds):
        fresh = replace(snapshot)
        for name, part in PARTS.items():
            took = _seconds(partial(part, fresh))
            best[name] = min(best.get(name, took), took)
    floor = min(_seconds(lambda: _floor(snapshot)) for _ in range(rounds))
    return {
        "rows": len(snapshot.steps.key),
        "parts": best,
        "total": sum(best.values()),
        "aim": AIM,
        "floor": floor,
        "lifelines": _seconds(lambda: _lifelines(snapshot)),
    }


def _seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _floor(snapshot: Snapshot) -> None:
    """One pass over each array that has to be read."""
    steps = snapshot.steps
    for days in (steps.started, steps.done, steps.due):
        days.astype("int64").sum()
    for numbers in (steps.client_at, steps.offer_step_at, steps.age, steps.order):
        numbers.sum()


def _lifelines(snapshot: Snapshot) -> None:
    from lifelines import KaplanMeierFitter  # noqa: PLC0415 # only measured

    found = event_log.happened(snapshot)
    known = found.days >= 0
    for step in np.unique(found.step_at[known]).tolist():
        mine = known & (found.step_at == step)
        KaplanMeierFitter().fit(found.days[mine], found.is_done[mine])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    results = measure(given.rounds)
    if given.json:
        json.dump(results, sys.stdout, indent=2)
        return
    print(f"{results['rows']:,} step rows, {CLIENTS:,} open clients, {OFFERS * STEPS} steps")
    for name, seconds in results["parts"].items():
        print(f"  {name:18}{1000 * seconds:8.1f} ms")
    print(f"  {'together':18}{1000 * results['total']:8.1f} ms (aim: under {1000 * AIM:.0f} ms)")
    print(f"  {'the floor':18}{1000 * results['floor']:8.1f} ms")
    print(f"  {'lifelines, waits':18}{1000 * results['lifelines']:8.1f} ms")


if __name__ == "__main__":
    main()
