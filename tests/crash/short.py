"""The short form: one death at every point, for both transports and both databases, and mutants.

Each case begins with nothing. A process runs the day and dies at its point; another one runs the
day again, and the next morning where something was in doubt; then what arrived is counted. The
other one is the worker itself, which goes on from case to case as a computer does; only a mutant's
has a process of its own, so that the mutant is gone with it.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from sheetops import failpoints
from sheetops.errors import AnotherRun, SheetopsError
from tests.crash.keeping import plan_anew, quicken
from tests.crash.mutants import DOT, MACHINE, MUTANTS, SENT
from tests.crash.points import Point, Recorder, deadly, each_once, halve_bodies, of_last_mail
from tests.crash.processes import Failed, forked
from tests.crash.world import Mark, Verdict, World, built, client, judge, message, post_of, rows_of
from tests.smtp_servers import SmtpServer

MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
AGAIN = datetime(2026, 11, 20, 9, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
NAMES = {"C1": "Anna Amber", "C2": "Bert Birch", "C9": "Bert Birch"}
DUE: list[Mark] = [("Nudge", "Anna Amber", "Form"), ("Nudge", "Bert Birch", "Form")]
TRANSPORTS, DATABASES = ("folder", "smtp"), ("sqlite", "postgresql")
_PATIENCE = 10.0  # seconds until a dead run's session on PostgreSQL must be gone


def workbook() -> bytes:
    """Two clients who have waited long enough, one of them still without an ID."""
    start = date(2026, 11, 10)
    clients = [client("C1", "Anna Amber", start), client(None, "Bert Birch", start)]
    return built(rows_of(clients, [message("Nudge", "waiting 2 days")], ["Form"]))


@dataclass(frozen=True)
class Case:
    """One death. Without a point the first run ends well; `edit` is what staff do after it."""

    transport: str
    database: str
    point: Point | None = None
    mutant: str = ""
    edit: str = ""
    dot: str = ""

    def __str__(self) -> str:
        parts = (self.mutant, self.transport, self.database, str(self.point or "no death"))
        return ", ".join(part for part in (*parts, self.edit, self.dot) if part)


@dataclass
class Worker:
    """What one process needs to try cases one after the other."""

    folder: Path
    url: str
    server: SmtpServer = field(default_factory=SmtpServer)

    def world(self, case: Case) -> World:
        """The world of a case, as nothing has happened in it yet."""
        url = self.url if case.database == "postgresql" else ""
        port = self.server.port if case.transport == "smtp" else 0
        world = World(self.folder / "world", workbook(), url, port, NAMES)
        world.begin()
        self.server.delivered.clear()
        self.server._handler.script = {"dot": [case.dot]} if case.dot else {}
        return world

    def warm_up(self) -> None:
        """Run a day here, so that no fork need import and compile everything itself."""
        databases = DATABASES if self.url else DATABASES[:1]
        for transport, database in zip(TRANSPORTS, reversed(databases), strict=False):
            world = self.world(Case(transport, database))
            for moment in (MORNING, AGAIN, NEXT_MORNING):
                world.daily(moment, all_at_once=True)
            judge(world, post_of(world.in_folder()), ())
        gc.collect()
        gc.freeze()  # forks then copy less

    def points(self, case: Case) -> list[Point]:
        """What a run that does not die reaches, in order."""
        world = self.world(case)

        def work() -> Any:
            recorder = Recorder()
            failpoints.reach = recorder
            halve_bodies()
            world.daily(MORNING, all_at_once=True)
            return [(one.name, one.times, one.step) for one in recorder.reached]

        return [Point(*one) for one in forked(work)[1]]

    def judged(self, case: Case) -> Verdict:
        """Try a case. A process that ends as it should not is a loss."""
        world = self.world(case)
        try:
            died, _ = forked(lambda: _first(world, case))
            if died != (case.point is not None):
                return Verdict(losses=1, runs=1, notes=[f"{case}: the point was not reached"])
            runs = forked(lambda: _then(world, case))[1] if case.mutant else _then(world, case)
        except (Failed, SheetopsError) as failed:
            return Verdict(losses=1, runs=1, notes=[f"{case}: {str(failed)[-600:]}"])
        contents = [one.content for one in self.server.delivered]
        verdict = judge(world, post_of(contents or world.in_folder()), DUE)
        verdict.runs = 1 + runs
        verdict.notes = [f"{case}: {note}" for note in verdict.notes]
        return verdict


def _prepare(case: Case) -> None:
    halve_bodies()
    if case.mutant:
        mutant = MUTANTS[case.mutant]
        if mutant.plans:
            plan_anew()
        mutant.make()


def _first(world: World, case: Case) -> None:
    _prepare(case)
    if case.point is not None:
        failpoints.reach = deadly(case.point)
    world.daily(MORNING, all_at_once=True)


def _then(world: World, case: Case) -> int:
    """Staff do what they do, and the run is run again; returns how many runs it took."""
    if case.mutant:
        _prepare(case)
    if case.edit == MACHINE:
        other = replace(world, data="other computer")
        (other.folder / other.data).mkdir()
        with suppress(AnotherRun):  # the first one's mark beside the workbook turns it away
            other.daily(AGAIN, all_at_once=True)
    else:
        _edit(world, case.edit)
    _patiently(world, AGAIN)
    if not case.edit and all(fate.state not in {"in doubt", "handing"} for fate in world.fates()):
        return 1
    _patiently(world, NEXT_MORNING)
    return 2


def _patiently(world: World, moment: datetime) -> None:
    """The run; a dead one's session may still be on its way out."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            world.daily(moment, all_at_once=True)
        except AnotherRun:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _edit(world: World, edit: str) -> None:
    if not edit:
        return
    heading, value = {"address": ("Email", "bert.birch@example.com"), "id": ("Client ID", "C9")}[
        edit
    ]
    book = openpyxl.load_workbook(world.path)
    sheet = book["Clients"]
    rows = [list(row) for row in sheet.values]
    column = rows[0].index(heading) + 1
    row = next(at for at, cells in enumerate(rows, 1) if "Bert Birch" in cells)
    sheet.cell(row, column).value = value
    book.save(world.path)


# ---- all cases, by two workers


@dataclass
class Short:
    """What the short form found."""

    points: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    caught: dict[str, bool] = field(default_factory=dict)
    skipped: str = ""
    seconds: float = 0.0
    deaths: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and all(self.caught.values())


_WORKER: list[Worker] = []


def _hire(folder: Path, urls: Sequence[str], number: Any) -> None:
    with number.get_lock():
        mine = number.value
        number.value += 1
    worker = Worker(folder / f"worker{mine}", urls[mine] if urls else "")
    worker.server.__enter__()
    _WORKER.append(worker)


def _points(case: Case) -> list[tuple[Case, Point]]:
    found = _WORKER[0].points(case)
    last = of_last_mail(found) if case.database == DATABASES[0] else []  # one database shows it
    chosen = dict.fromkeys([*each_once(found), *last])
    return [(case, point) for point in chosen]


def _judged(case: Case) -> tuple[Case, Verdict]:
    return case, _WORKER[0].judged(case)


def run(folder: Path, urls: Sequence[str], workers: int) -> Short:
    """Try every case. Without URLs, PostgreSQL is left out."""
    found = Short()
    began = time.perf_counter()
    quicken()
    with SmtpServer() as server:
        Worker(folder / "first", urls[0] if urls else "", server).warm_up()
    context = multiprocessing.get_context("fork")
    number = context.Value("i", 0)
    with context.Pool(workers, _hire, (folder, urls, number)) as pool:
        bases = [
            Case(transport, database)
            for database in DATABASES[: 2 if urls else 1]
            for transport in TRANSPORTS
        ]
        points = [pair for pairs in pool.imap(_points, bases) for pair in pairs]
        cases = [Case(base.transport, base.database, point) for base, point in points]
        found.points = len({(point.name, point.step) for _, point in points})
        wrong = [
            Case(one.transport, "sqlite", one.point, name, one.edit, one.dot)
            for name, one in MUTANTS.items()
        ]
        controls = [Case(one.transport, "sqlite", None, "", one.edit, one.dot)
                    for one in MUTANTS.values() if one.edit or one.dot]  # fmt: skip
        controls += [Case("smtp", "sqlite", point, "", MACHINE) for point in (None, SENT, DOT)]
        for case, verdict in pool.imap_unordered(_judged, [*wrong, *controls, *cases]):
            _count(found, case, verdict)
    found.seconds = time.perf_counter() - began
    return found


def _count(found: Short, case: Case, verdict: Verdict) -> None:
    if case.mutant:
        found.caught[case.mutant] = getattr(verdict, MUTANTS[case.mutant].reports) > 0
        return
    found.verdict.add(verdict)
    where = f"{case.transport}, {case.database}"
    found.deaths[where] = found.deaths.get(where, 0) + (case.point is not None)
