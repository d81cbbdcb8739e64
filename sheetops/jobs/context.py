"""What a job is asked to do, from where it may send, and what it works with."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sheetops.jobs.open_store import open_store
from sheetops.ledger import Ledger
from sheetops.mail import Transport
from sheetops.settings import Settings
from sheetops.workbook.changes import Store

Clock = Callable[[], datetime]


def never() -> bool:
    """Nobody has told the run to end."""
    return False


def always(_ledger: Ledger, _run: str) -> bool:
    """It was asked for, whatever has been done."""
    return True


def utc_now() -> datetime:
    """The moment, in UTC. The one place of the house that reads the clock."""
    return datetime.now(UTC)


def computer_of(settings: Settings) -> str:
    """The name of this computer: from sheetops.toml, else as the system has it."""
    return settings.mail.computer or platform.node() or "this computer"


@dataclass(frozen=True)
class SendConditions:
    """From where and when a run would send: the computer, the workbook's path (None for a Google
    Sheet), and the moment; `any_hour` if mail may leave at any; `really` unless the outbox is a
    folder, from which nothing leaves by itself."""

    computer: str
    path: Path | None
    now: datetime
    any_hour: bool = False
    really: bool = True


@dataclass(frozen=True)
class Request:
    """What was asked for: the settings, and the day if it is not today.

    `force` goes on past the guard rails; `any_hour` sends outside of the mail hours and on days
    off; `all_at_once` sends to all, past the careful first runs. `job` is what the run is called.
    `ending` says whether it was told to end: then no further mail is begun. `is_due` is asked
    before anything is done, with the ledger, in which no other run can begin any more, and with the
    name of this one. `open_store` gives the store for the settings and the workbook's id.
    """

    settings: Settings
    today: date | None = None
    force: bool = False
    clock: Clock = utc_now
    any_hour: bool = False
    all_at_once: bool = False
    job: str = "daily"
    ending: Callable[[], bool] = never
    is_due: Callable[[Ledger, str], bool] = always
    open_store: Callable[[Settings, str], Store] = open_store

    def store(self, workbook_id: str = "") -> Store:
        """The store of the workbook; its copies are kept under the workbook's id."""
        return self.open_store(self.settings, workbook_id)

    @property
    def computer(self) -> str:
        return computer_of(self.settings)

    @property
    def conditions(self) -> SendConditions:
        """From where and when this run would send."""
        path, really = self.settings.workbook.file, self.settings.mail.really_sends
        return SendConditions(self.computer, path, self.clock(), self.any_hour, really)


@dataclass(frozen=True)
class JobContext:
    """What a run works with: its request, its name in the ledger, and what it reads, writes and
    sends with. `began` is the moment at which its work began."""

    request: Request
    run: str
    store: Store
    ledger: Ledger
    transport: Transport
    began: datetime

    def now(self) -> datetime:
        """The moment, by the request's clock."""
        return self.request.clock()
