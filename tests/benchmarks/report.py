"""What the capacity report costs for 10,000 open clients, and where it goes.

    python -m tests.benchmarks.report [--clients 10000] [--rounds 3] [--json]

Seconds of the processor, the best of the rounds: the figures of `systems/capacity` on a fresh
morning, what is gathered around them, the page, the pictures of the mail, and the rows of the tab.
Beside it the floor: the same page of one client, which costs what any page does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.report import page, pictures, png, tab
from sheetops.report.figures import measure
from sheetops.report.report import Report, gather
from tests.benchmarks.capacity import business

T = TypeVar("T")
AIM = 5.0


def _timed(spent: dict[str, float], name: str, work: Callable[[], T]) -> T:
    began = time.process_time()
    done = work()
    spent[name] = time.process_time() - began
    return done


def _drawn(report: Report) -> list[bytes]:
    shown = (pictures.load_table(report), pictures.room_bars(report))
    return [png.draw(picture) for picture in shown if picture is not None]


def once(snapshot: Snapshot) -> dict[str, float]:
    """One report on a fresh morning: seconds by part."""
    fresh = take_snapshot(snapshot.book, replace(snapshot.history), snapshot.today)
    spent: dict[str, float] = {}
    figures = _timed(spent, "figures", lambda: measure.capacity(fresh))
    made = _timed(spent, "gathered", lambda: gather(fresh, figures))
    _timed(spent, "page", lambda: page.of_report(made))
    _timed(spent, "pictures", lambda: _drawn(made))
    _timed(spent, "tab", lambda: list(tab.figures(made)))
    return spent


def measured(clients: int, rounds: int) -> dict[str, Any]:
    """The best of the rounds by part, their sum, and the floor."""
    large, small = business(clients), business(1)
    once(small)  # what is imported late, is
    best = _best([once(large) for _ in range(rounds)])
    floor = _best([once(small) for _ in range(rounds)])
    return {
        "clients": clients,
        "seconds": {**best, "all": sum(best.values())},
        "floor": {**floor, "all": sum(floor.values())},
        "aim": AIM,
    }


def _best(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: min(one[name] for one in rounds) for name in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measured(given.clients, given.rounds)
    if given.json:
        print(json.dumps(found, indent=2))
        return
    for name, seconds in found["seconds"].items():
        print(f"{name:10} {seconds:6.2f} s   floor {found['floor'][name]:6.2f} s")
    print(f"aim: under {found['aim']:.0f} s; it is {'kept' if _kept(found) else 'missed'}")
    sys.exit(0 if _kept(found) else 1)


def _kept(found: dict[str, Any]) -> bool:
    return bool(found["seconds"]["all"] < found["aim"])


if __name__ == "__main__":
    main()
