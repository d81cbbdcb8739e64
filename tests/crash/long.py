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
from tests.crash.ladder import BEGINNINGS, Tally, workbook
from tests.crash.machine import Broken, Where, search
from tests.smtp_servers import SmtpServer

_LADDERS, _STEPS = 8, 150  # of one seed, and of one ladder


@dataclass
class Long:
    """What the long form found, and the seeds that it was drawn from."""

    tally: Tally = field(default_factory=Tally)
    seeds: list[int] = field(default_factory=list)
    seconds: float = 0.0


def _work(folder: Path, url: str, seeds: itertools.count[int], share: int, answers: Any) -> None:
    """Seed after seed until so many runs have died, or a requirement is broken."""
    quicken()
    gc.freeze()
    deaths = 0

    def told(tally: Tally) -> None:
        nonlocal deaths
        deaths += tally.deaths
        answers.put(tally)

    with SmtpServer() as server:
        where = Where(folder, url, server, told)
        while deaths < share:
            answers.put(number := next(seeds))
            try:
                search(where, number, ladders=_LADDERS, steps=_STEPS)
            except Broken as broken:
                story = "\n".join([str(broken), *getattr(broken, "__notes__", ())])
                broken.tally.verdict.notes = [f"seed {number}: {story}"]
                answers.put(broken.tally)
                break
    answers.put(None)


@dataclass(frozen=True)
class Order:
    """What is asked for: how many deaths, by how many processes, and the first seed."""

    deaths: int
    workers: int
    seed: int = 0


def run(folder: Path, urls: Sequence[str], order: Order, say: Callable[[str], None]) -> Long:
    """Ladder after ladder until so many runs have died; says how far it is."""
    found, began = Long(), time.perf_counter()
    for begin in BEGINNINGS:
        workbook(begin)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    share = -(-order.deaths // order.workers)
    processes = []
    for n in range(order.workers):
        seeds = itertools.count(order.seed + n, order.workers)
        url = urls[n] if urls else ""
        work = (folder / f"worker{n}", url, seeds, share, answers)
        processes.append(context.Process(target=_work, args=work, daemon=True))
        processes[-1].start()
    left = order.workers
    while left:
        answer = answers.get()
        if isinstance(answer, int):
            found.seeds.append(answer)
        elif answer is None:
            left -= 1
        else:
            found.tally.add(answer)
            say(_so_far(found.tally, time.perf_counter() - began))
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
