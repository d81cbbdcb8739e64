"""What is kept from run to run so that thousands fit: it changes how fast a run is, and no more."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from sheetops.jobs import session, write
from sheetops.jobs.context import Request
from sheetops.jobs.session import Reading
from sheetops.ledger import database
from sheetops.model.history import History
from sheetops.plan.plan import Plan, make_plan
from sheetops.stores.excel.ooxml.parts import Parts
from sheetops.stores.excel.write.editor import Appended, Edited, Edits
from sheetops.workbook.book import Book

K = TypeVar("K")
V = TypeVar("V")
_PLANNERS: tuple[Any, ...] = (session, write)
"""The jobs that make plans."""


class _Few(dict[K, V]):
    """The answers asked for last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def of(self, key: K, make: Callable[[], V]) -> V:
        """The answer of a key, made once."""
        answer = self.pop(key) if key in self else make()
        if len(self) >= self._most:
            del self[next(iter(self))]
        self[key] = answer  # the last one of a dict is the newest
        return answer


def quicken() -> None:
    """Keep what pure functions answer: the parsed workbook while its bytes are the same, its new
    parts while what is to be written is the same too, and the plan while book, history and day are;
    in this process and its forks. Files and databases are never spared.

    A ledger gets its id from the name of its folder and not from chance: so the same morning has
    the same bytes in every case, and what is kept serves them all.
    """
    read, prepare = session.read_workbook, database.prepare
    writer: Any = import_module(
        "sheetops.stores.excel.write.edit"
    )  # its package has a function `edit`
    edit_parts = writer.edit_parts
    readings = _Few[str, Reading](40)
    edited = _Few[tuple[str, bytes], Edited](40)
    made = _Few[tuple[str, int, date, bytes], Plan](80)

    def prepare_named(engine: Engine, first: Mapping[str, str]) -> dict[str, str]:
        is_file = engine.dialect.name == "sqlite"
        place = Path(engine.url.database or "").parent.name if is_file else engine.dialect.name
        named = hashlib.sha256(place.encode()).hexdigest()[:16]
        return prepare(engine, {**first, "ledger": named})

    def read_once(request: Request) -> Reading:
        seal = hashlib.sha256(request.settings.workbook.path.read_bytes()).hexdigest()
        return readings.of(seal, lambda: read(request))

    def edited_once(parts: Parts, edits: Edits, append: Appended | None = None) -> Edited:
        seal = hashlib.sha256(parts.package.raw).hexdigest(), pickle.dumps((edits, append))
        return edited.of(seal, lambda: edit_parts(parts, edits, append))

    def plan_once(book: Book, history: History, today: date) -> Plan:
        seal = (book.fingerprint, len(book.new_ids), today, pickle.dumps(history))
        return made.of(seal, lambda: make_plan(book, history, today))

    database.prepare = prepare_named
    session.read_workbook = read_once
    writer.edit_parts = edited_once
    for job in _PLANNERS:
        job.make_plan = plan_once


def plan_anew() -> None:
    """Let every plan be made: a mutant might make another one."""
    for job in _PLANNERS:
        job.make_plan = make_plan
