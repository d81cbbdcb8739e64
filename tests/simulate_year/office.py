"""What the looks of a simulated year work with: a made-up job over a ledger, real or quick.

The quick ledger keeps in a list what the real one keeps in a file; that a file outlives a death is
shown by `tests.crash`. Its years take a tenth of the time, so there can be ten times as many.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sheetops.errors import LedgerError, SheetopsError, UnsafeRun, WorkbookInUse
from sheetops.jobs.scheduler.due import Job, Timetable, is_due, week_of
from sheetops.jobs.scheduler.incidents import Incidents, Notice
from sheetops.ledger import Ledger, Run
from tests.simulate_year.world import FIRST, World

_LONG_AGO = timedelta(days=100)


class Killed(BaseException):
    """The process is gone, this moment."""


class Remembers(Protocol):
    """A ledger, as far as looks need it."""

    def begin_run(self, job: str, today: date, at: datetime) -> str: ...
    def end_run(
        self, run: str, result: str, counts: Mapping[str, int], *, at: datetime, note: str = ""
    ) -> None: ...
    def runs(self, limit: int = 20) -> list[Run]: ...
    def runs_since(self, day: date) -> list[Run]: ...
    def disown_future(self, now: datetime) -> int: ...
    def close(self) -> None: ...


@dataclass
class QuickLedger:
    """Runs in a list, in the order in which they began."""

    kept: list[Run] = field(default_factory=list)

    def begin_run(self, job: str, today: date, at: datetime) -> str:
        self.kept.append(Run(f"{len(self.kept)}-{job}", job, today, at, None, "", ""))
        return self.kept[-1].run

    def end_run(
        self, run: str, result: str, counts: Mapping[str, int], *, at: datetime, note: str = ""
    ) -> None:
        number = int(run.partition("-")[0])
        ended = replace(self.kept[number], ended=at, result=result, note=note, counts=counts)
        self.kept[number] = ended

    def runs(self, limit: int = 20) -> list[Run]:
        return sorted(self.kept, key=lambda run: run.began, reverse=True)[:limit]

    def runs_since(self, day: date) -> list[Run]:
        return [run for run in reversed(self.kept) if run.day >= day]

    def disown_future(self, now: datetime) -> int:
        future = [
            number for number, run in enumerate(self.kept)
            if run.began > now and run.result.startswith("done")
        ]  # fmt: skip
        for number in future:
            run = self.kept[number]
            self.kept[number] = replace(run, result=f"by a wrong clock: {run.result}")
        return len(future)

    def close(self) -> None:
        """A list needs no closing."""


@dataclass
class Office:
    """What a look works with. `doubled` counts by job the runs of the scheduler for a day, or a
    week, that had one already. `real`: with the ledger of the house."""

    folder: Path
    table: Timetable
    world: World
    dice: random.Random
    real: bool = False
    true: datetime = FIRST
    inbox: list[tuple[datetime, Notice]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    kept: str = ""
    doubled: dict[str, int] = field(default_factory=lambda: {"daily": 0, "capacity": 0})
    _ledger: Remembers | None = None
    _quick: QuickLedger = field(default_factory=QuickLedger)
    _runs: tuple[date, list[Run]] | None = None

    def now(self) -> datetime:
        """What the computer takes for the time."""
        return self.true + self.world.offset(self.true)

    def open(self) -> Remembers:
        """The ledger. Raises LedgerError while its disk is gone."""
        if not self.world.has_ledger(self.true):
            raise LedgerError("The ledger's disk is gone.", "Plug it in.")
        if self._ledger is None:
            file = self.folder / "year.ledger"
            self._ledger = Ledger.open(file, "year") if self.real else self._quick
        return self._ledger

    def all_runs(self) -> list[Run]:
        """All that the ledger knows, once the year is over."""
        self.true = self.world.awake[-1].end + timedelta(days=400)
        return self.open().runs(1_000_000)

    def die(self) -> None:
        """Perhaps: a process dies at any moment."""
        if self.dice.random() < self.world.deaths:
            raise Killed

    def forget(self) -> None:
        """The ledger has changed: what is known of it must be read again."""
        self._runs = None

    def after_death(self) -> None:
        """The process is gone, and with it what it held."""
        self.forget()
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    # ---- what a look asks for

    def alone(self) -> AbstractContextManager[bool]:
        return nullcontext(enter_result=True)

    def timetable(self) -> Timetable:
        why = self.world.unread(self.true)
        if why is not None:
            raise why
        return self.table

    def runs(self) -> Sequence[Run]:
        known = self._of_this_week()
        if self.dice.random() < self.world.by_hand:
            self._by_hand()
        return known

    def _of_this_week(self) -> list[Run]:
        ledger, monday = self.open(), week_of(self.table, self.now())
        if self._runs is None or self._runs[0] != monday:
            self._runs = (monday, ledger.runs_since(monday))
        return self._runs[1]

    def asked(self) -> Sequence[Job]:
        return ("look",) if self.dice.random() < 0.005 else ()  # a decision

    def do(self, job: Job, day: date) -> str:
        """As the house does it: alone with the ledger it is asked once more whether it is due."""
        ledger = self.open()
        self.forget()
        mine = ledger.begin_run(job, day, self.now())
        self.die()
        others = [run for run in self._of_this_week() if run.run != mine]
        if job != "look" and not is_due(job, self.table, others, self.now()):
            self._end(mine, "not needed")
            return "done by another run"
        try:
            self._work(day)
        except SheetopsError:
            self._end(mine, "failed")
            raise
        self._count_doubled(job, day, others)
        self.die()
        self._end(mine, "done")
        self.die()
        return "done"

    def _end(self, run: str, result: str) -> None:
        self.open().end_run(run, result, {}, at=self.now())
        self.forget()

    def _by_hand(self) -> None:
        """A person runs the day, or takes a run back, while a look thinks."""
        if self.world.trouble(self.true):
            return
        job = self.dice.choice(("daily", "daily", "undo"))
        self._end(self.open().begin_run(job, self.table.calendar.today(self.now()), self.now()),
                  "done")  # fmt: skip

    def _count_doubled(self, job: Job, day: date, others: Sequence[Run]) -> None:
        """The judge looks for himself, and not by what `is_due` says."""
        if job == "look":
            return
        week = day.isocalendar()[:2]
        done = [run.day for run in others if run.job == job and run.result == "done"]
        of_it = [d for d in done if d == day or (job == "capacity" and d.isocalendar()[:2] == week)]
        self.doubled[job] += bool(of_it)

    def _work(self, day: date) -> None:
        if self.world.is_locked(self.true):
            raise WorkbookInUse("Somebody has the workbook open.", "Close it.")
        done = [run for run in self.open().runs(60) if run.result == "done" and run.job != "undo"]
        last = max((run.day for run in done), default=day)
        if day < last or day - last > _LONG_AGO:
            raise UnsafeRun("The clock looks wrong.", "Set it right.")

    def failed(self, job: Job, day: date, error: SheetopsError) -> None:
        ledger = self.open()
        if not any(run.began == self.now() for run in ledger.runs(3)):
            self._end(ledger.begin_run(job, day, self.now()), "failed")

    def tell(self, notice: Notice) -> bool:
        if notice.key in self.told:
            return True  # the outbox knows its key
        if not self.world.has_mail(self.true):
            return False
        self.die()
        self.told.add(notice.key)
        self.inbox.append((self.true, notice))
        self.die()
        return True

    def has_told(self, notice: Notice) -> bool:
        return notice.key in self.told

    def incidents(self) -> Incidents:
        return Incidents.from_text(self.kept)

    def keep(self, incidents: Incidents) -> bool:
        self.kept = incidents.as_text()
        return True
