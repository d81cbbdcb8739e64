"""What the capacity figures cost: 10,000 open clients, 2,000 finished ones, ten people, six offers.

    python -m tests.benchmarks.capacity [--clients 10000] [--rounds 3] [--json]

Seconds of the processor on a fresh morning, the best of the rounds, and where they go. Beside it
the floor: drawing as many random numbers as there are steps to walk, and adding them up.
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
from sheetops.report.figures import capacity, completions, flow, headroom, leads, workload
from sheetops.systems.path import durations, event_log
from sheetops.workbook.raw import Value
from tests.sheets import office, read

TODAY = date(2026, 11, 23)
OFFERS, STEPS, PEOPLE, DONE = 6, 10, 10, 2000
AIM = 2.0
Row = dict[str, Value]


def business(clients: int = 10_000, seed: int = 8) -> Snapshot:
    """Open clients somewhere on paths of ten steps, finished ones, and leads; four steps in ten are
    the team's, and each person has room for more."""
    rng = np.random.default_rng(seed)
    people = [f"Person {n}" for n in range(PEOPLE)]
    offers = [f"Offer {n}" for n in range(OFFERS)]
    offer_steps: list[Row] = [
        {
            "Offer": offer,
            "Order": float(n),
            "Step": f"Step {n} of {offer}",
            "Waiting on": "Team" if n % 5 in {1, 3} else "Client",
            "Working days": 5,
            "Hours": 0.02 if n % 5 in {1, 3} else None,
        }
        for offer in offers
        for n in range(STEPS)
    ]
    rows: list[Row] = []
    steps: list[Row] = []
    for at in range(clients + DONE):
        is_over = at >= clients
        offer, key = offers[at % OFFERS], f"C{at:05d}"
        waits = rng.geometric(0.25, size=STEPS)
        begun = int(rng.integers(60, 150)) if is_over else int(rng.integers(0, int(waits.sum())))
        start = TODAY - timedelta(days=begun)
        ends = [start + timedelta(days=int(days)) for days in np.cumsum(waits)]
        rows.append(
            {
                "Client ID": key, "Client": f"Client {at:05d}", "Offer": offer,
                "Owner": people[at % PEOPLE], "Status": "Finished" if is_over else "Active",
                "Start date": start, "Finished on": ends[-1] if is_over else None,
            }
        )  # fmt: skip
        steps += [
            {
                "Client": key,
                "Step": f"Step {n} of {offer}",
                "Done": end if is_over or end < TODAY else None,
            }
            for n, end in enumerate(ends)
        ]
    rows += [
        {
            "Client ID": f"L{at:03d}", "Client": f"Lead {at:03d}", "Offer": offers[at % OFFERS],
            "Owner": people[at % PEOPLE], "Status": "Lead", "Chance %": 40.0,
            "Start date": TODAY + timedelta(days=at % 40),
        }
        for at in range(200)
    ]  # fmt: skip
    team: list[Row] = [
        {"Name": name, "Email": f"p{n}@example.com", "Hours per week": 35.0}
        for n, name in enumerate(people)
    ]
    raw = office(
        rows, steps, offer_steps=offer_steps, team=team, Offers=[{"Offer": o} for o in offers]
    )
    return take_snapshot(read(raw), History(), TODAY)


def _parts(snapshot: Snapshot) -> dict[str, Callable[[], Any]]:
    """What the figures are made of, in order; each rests on those before it."""
    made: dict[str, Any] = {}

    def work() -> None:
        made["work"] = workload.workload(snapshot)

    def loads() -> None:
        found = leads.known(snapshot)
        work = made["work"]
        workload.person_loads(work, leads.work_of(found, work.who, work.weeks))

    return {
        "what happened": partial(event_log.happened, snapshot),
        "waits": partial(durations.learned, snapshot),
        "finish forecast": partial(completions.forecasts, snapshot, completions.NOBODY),
        "walk of all clients": work,
        "load and leads": loads,
        "whom we can take on": lambda: headroom.can_take_on(made["work"]),
        "work on hand, unclosed": lambda: (flow.on_hand(snapshot), flow.unclosed(snapshot)),
    }


def measure(clients: int, rounds: int) -> dict[str, Any]:
    """Seconds of the whole, of each part, and of the floor."""
    snapshot = business(clients)
    whole = min(_seconds(partial(capacity, replace(snapshot))) for _ in range(rounds))
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, part in _parts(replace(snapshot)).items():
            took = _seconds(part)
            best[name] = min(best.get(name, took), took)
    work = workload.workload(snapshot)
    floor = min(
        _seconds(lambda: np.random.default_rng(1).random(len(work.ahead) * work.draws).sum())
        for _ in range(rounds)
    )
    return {
        "open clients": clients,
        "step rows": len(snapshot.steps.key),
        "steps to come": len(work.ahead),
        "walks": work.draws,
        "seconds": whole,
        "aim": AIM,
        "parts": best,
        "floor": floor,
    }


def _seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    """Measure and print; 1 if it takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.clients, given.rounds)
    if given.json:
        json.dump(found, sys.stdout, indent=2)
        print()
        return int(found["seconds"] > AIM)
    print(f"{found['open clients']:,} open clients, {found['step rows']:,} step rows, "
          f"{found['steps to come']:,} to come, walked {found['walks']} times")  # fmt: skip
    for name, seconds in found["parts"].items():
        print(f"  {name:24}{seconds:8.3f} s")
    print(f"  {'the whole':24}{found['seconds']:8.3f} s (aim: under {AIM:g} s)")
    print(f"  {'the floor':24}{found['floor']:8.3f} s")
    return int(found["seconds"] > AIM)


if __name__ == "__main__":
    sys.exit(main())
