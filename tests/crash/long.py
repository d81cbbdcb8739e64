"""The long form: thousands of random deaths over simulated ladders, by several processes."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.keeping import quicken
from tests.crash.ladder import BEGINNINGS, Ladder, Tally, workbook
from tests.crash.world import World
from tests.smtp_servers import SmtpServer


@dataclass
class Long:
    """What the long form found."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0


def _work(folder: Path, url: str, number: int, share: int, answers: Any) -> None:
    quicken()
    gc.freeze()
    deaths = 0
    with SmtpServer() as server:
        for count in itertools.count():
            seed = 1000 * number + count
            tally = _one(folder / f"ladder{seed}", url, server, seed)
            deaths += tally.deaths
            answers.put(tally)
            if deaths >= share:
                break
    answers.put(None)


def _one(folder: Path, url: str, server: SmtpServer, seed: int) -> Tally:
    by_server, on_postgres = seed % 2 == 1, seed % 4 == 2 and bool(url)  # a quarter
    begin = BEGINNINGS[(seed // 4) % 2]
    world = World(folder, workbook(begin), url if on_postgres else "",
                  server.port if by_server else 0)  # fmt: skip
    return Ladder(world, server if by_server else None, begin, seed).live()


def run(
    folder: Path, urls: Sequence[str], workers: int, deaths: int, say: Callable[[str], None]
) -> Long:
    """Ladder after ladder until so many runs have died; says how far it is."""
    found, began = Long(), time.perf_counter()
    for begin in BEGINNINGS:
        workbook(begin)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    share = -(-deaths // workers)
    processes = [
        context.Process(
            target=_work, args=(folder, urls[n] if urls else "", n, share, answers), daemon=True
        )
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    left = workers
    while left:
        tally = answers.get()
        if tally is None:
            left -= 1
            continue
        found.tally.add(tally)
        seconds = time.perf_counter() - began
        say(_so_far(found.tally, seconds))
    for process in processes:
        process.join()
    found.seconds = time.perf_counter() - began
    return found


def _so_far(tally: Tally, seconds: float) -> str:
    verdict = tally.verdict
    return (
        f"{tally.ladders} ladders, {tally.deaths} deaths, {seconds:.0f} s: "
        f"{verdict.duplicates} duplicates, {verdict.losses} losses, "
        f"{verdict.doubts} doubts, {verdict.doubts_shown} shown"
    )
