"""What is kept from run to run so that thousands fit: it changes how fast a run is, and no more."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from sheetops import plan as plans
from sheetops import run as runs
from sheetops.book import Book
from sheetops.history import History
from sheetops.ledger import database
from sheetops.plan import Plan
from sheetops.settings import Settings

K = TypeVar("K")
V = TypeVar("V")
_PLAN = plans.make


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


def quicken() -> None:
    """Keep compiled SQL, and what pure functions answer: the parsed workbook while its bytes are
    the same, and the plan while book, history and day are; in this process and its forks."""
    make, read = database.make_engine, runs.read
    engines = _Few[str, Engine](8)
    books = _Few[str, Book](8)
    made = _Few[tuple[str, int, date, bytes], Plan](50)

    def engine_once(url_or_path: str | Path) -> Engine:
        return engines.of(str(url_or_path), lambda: make(url_or_path))

    def read_once(settings: Settings) -> Book:
        seal = hashlib.sha256(settings.workbook.path.read_bytes()).hexdigest()
        return books.of(seal, lambda: read(settings))

    def plan_once(book: Book, history: History, today: date) -> Plan:
        seal = (book.fingerprint, len(book.new_ids), today, pickle.dumps(history))
        return made.of(seal, lambda: _PLAN(book, history, today))

    database.make_engine = engine_once
    runs.read = read_once
    plans.make = plan_once


def plan_anew() -> None:
    """Let every plan be made: a mutant might make another one."""
    plans.make = _PLAN
