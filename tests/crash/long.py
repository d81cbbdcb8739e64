"""The long form: thousands of random deaths over simulated ladders, by several processes."""

from __future__ import annotations

import gc
import hashlib
import itertools
import multiprocessing
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from sheetops import plan as plans
from sheetops import run as runs
from sheetops.book import Book
from sheetops.history import History
from sheetops.ledger import database
from sheetops.plan import Plan
from sheetops.settings import Settings
from tests.crash.ladder import BEGINNINGS, Ladder, Tally, workbook
from tests.crash.world import World
from tests.smtp_servers import SmtpServer

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class Long:
    """What the long form found."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0


def quicken() -> None:
    """Keep compiled SQL, and what pure functions answer: the parsed workbook while its bytes are
    the same, and the plan while book, history and day are; in this process."""
    make, read, plan = database.make_engine, runs.read, plans.make
    engines = _Few[str, Engine](4)
    books = _Few[str, Book](8)
    made = _Few[tuple[str, int, date, bytes], Plan](50)

    def read_once(settings: Settings) -> Book:
        seal = hashlib.sha256(settings.workbook.path.read_bytes()).hexdigest()
        return books.of(seal, lambda: read(settings))

    def plan_once(book: Book, history: History, today: date) -> Plan:
        seal = (book.fingerprint, len(book.new_ids), today, pickle.dumps(history))
        return made.of(seal, lambda: plan(book, history, today))

    def engine_once(url_or_path: str | Path) -> Engine:
        return engines.of(str(url_or_path), lambda: make(url_or_path))

    database.make_engine = engine_once
    runs.read = read_once
    plans.make = plan_once


class _Few(dict[K, V]):
    """The last few answers."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def of(self, key: K, make: Callable[[], V]) -> V:
        """The answer of a key, made once."""
        if key not in self:
            if len(self) >= self._most:
                self.clear()
            self[key] = make()
        return self[key]


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
        say(f"{found.tally.ladders} ladders, {found.tally.deaths} deaths, {seconds:.0f} s")
    for process in processes:
        process.join()
    found.seconds = time.perf_counter() - began
    return found
