"""One year: a computer that sleeps, crashes and has its clock set, and what the owner hears of it.

Looks, timetable, back-off and troubles are the shipped ones, over a real ledger. What is made up is
the job (which opens a run, works, and may be killed in the middle), the mail server, and the world.
True time and the computer's clock are two things here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetops.errors import (
    LedgerError,
    SheetopsError,
    UnsafeRun,
    WorkbookInUse,
    WorkbookUnreadable,
)
from sheetops.ledger import Ledger
from sheetops.ledger import Run as LedgerRun
from sheetops.scheduler.due import Job, Timetable
from sheetops.scheduler.look import Done, look
from sheetops.scheduler.troubles import Telling, Troubles
from sheetops.workdays import WorkCalendar

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 366
ZONES = (
    "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC",
    "America/St_Johns", "Africa/Casablanca", "Pacific/Auckland",
)  # fmt: skip
HOURS = (time(0, 30), time(1, 30), time(2, 30), time(7), time(8, 45), time(12))
_FAIR = timedelta(hours=3)
"""So long must all be well after the hour before a missing run is our fault."""
_HEARD = timedelta(hours=4)
"""So long must a trouble last, with mail working, before silence is our fault."""
_LONG_AGO = timedelta(days=100)


class Killed(BaseException):
    """The process is gone, this moment."""


@dataclass(frozen=True)
class Span:
    """A time in which something is so: [begin, end), in true time."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass(frozen=True)
class World:
    """What happens in a year, drawn beforehand."""

    awake: tuple[Span, ...]
    offsets: tuple[tuple[Span, timedelta], ...]
    locked: tuple[Span, ...]
    broken: tuple[Span, ...]
    no_ledger: tuple[Span, ...]
    no_mail: tuple[Span, ...]
    deaths: float

    def offset(self, moment: datetime) -> timedelta:
        return next((by for span, by in self.offsets if moment in span), timedelta())

    def trouble(self, moment: datetime) -> bool:
        spans = (*self.locked, *self.broken, *self.no_ledger)
        return any(moment in span for span in spans)


def drawn(dice: random.Random, days: int) -> World:
    """A year of an office: nights, weekends and holidays asleep, and its share of bad luck."""

    def spans(count: int, hours: tuple[float, float]) -> tuple[Span, ...]:
        begins = (FIRST + timedelta(minutes=dice.randrange(days * 1440)) for _ in range(count))
        return tuple(
            Span(begin, begin + timedelta(hours=dice.uniform(*hours))) for begin in sorted(begins)
        )

    sizes = [timedelta(hours=h) for h in (-30, -24, -3, -1, 1, 3, 24, 30, 24 * 9, 24 * 4000)]
    return World(
        awake=tuple(_awake(dice, days)),
        offsets=tuple((span, dice.choice(sizes)) for span in spans(dice.randrange(4), (0.2, 30))),
        locked=spans(dice.randrange(12), (0.1, 8)),
        broken=spans(dice.randrange(4), (0.2, 40)),
        no_ledger=spans(dice.randrange(3), (0.2, 20)),
        no_mail=spans(dice.randrange(5), (0.5, 60)),
        deaths=dice.choice((0, 0, 0.02, 0.1)),
    )


def _awake(dice: random.Random, days: int) -> Iterator[Span]:
    """Somebody switches it on in the morning, lets it sleep, or never switches it off."""
    habit = dice.choice(("always", "office", "laptop"))
    moment = FIRST
    while moment < FIRST + timedelta(days):
        if habit == "always":
            length, pause = dice.uniform(24, 24 * 20), dice.uniform(0.1, 6)
        elif habit == "office":
            length, pause = dice.uniform(7, 11), dice.uniform(13, 17)
        else:
            length, pause = dice.uniform(0.3, 5), dice.uniform(0.2, 20)
        if dice.random() < 0.02:  # a holiday now and then
            pause += 24 * dice.uniform(1, 16)
        end = moment + timedelta(hours=length)
        yield Span(moment, end)
        moment = end + timedelta(hours=pause)


@dataclass
class Office:
    """What a look works with: the made-up job over a real ledger."""

    folder: Path
    table: Timetable
    world: World
    dice: random.Random
    true: datetime = FIRST
    inbox: list[tuple[datetime, Telling]] = field(default_factory=list)
    ledger: Ledger | None = None
    told: set[str] = field(default_factory=set)
    _runs: list[LedgerRun] | None = None
    kept: str = ""

    def now(self) -> datetime:
        return self.true + self.world.offset(self.true)

    def open(self) -> Ledger:
        if any(self.true in span for span in self.world.no_ledger):
            raise LedgerError("The ledger's disk is gone.", "Plug it in.")
        if self.ledger is None:
            self.ledger = Ledger.open(self.folder / "year.ledger", "year")
        return self.ledger

    def die(self) -> None:
        """Perhaps: a process dies at any moment."""
        if self.dice.random() < self.world.deaths:
            raise Killed

    def forget(self) -> None:
        """The ledger has changed: what is known of it must be read again."""
        self._runs = None

    def after_death(self) -> None:
        self.forget()
        if self.ledger is not None:
            self.ledger.close()
            self.ledger = None

    def timetable(self) -> Timetable:
        if any(self.true in span for span in self.world.broken):
            raise WorkbookUnreadable("The workbook is damaged.", "Restore a copy.")
        return self.table

    def runs(self) -> Sequence[LedgerRun]:
        ledger = self.open()
        if self._runs is None:
            self._runs = ledger.runs(60)
        return self._runs

    def asked(self) -> Sequence[Job]:
        return ("look",) if self.dice.random() < 0.001 else ()  # a decision

    def do(self, job: Job, day: date) -> str:
        ledger = self.open()
        self.forget()
        run = ledger.begin_run(job, day, self.now())
        self.die()
        try:
            self._work(ledger, day)
        except SheetopsError as error:
            ledger.end_run(run, "failed", {}, at=self.now(), note=str(error))
            raise
        self.die()
        ledger.end_run(run, "done", {"clients": 1}, at=self.now())
        self.die()
        return "done"

    def _work(self, ledger: Ledger, day: date) -> None:
        if any(self.true in span for span in self.world.locked):
            raise WorkbookInUse("Somebody has the workbook open.", "Close it.")
        days = [run.day for run in ledger.runs(60) if run.result == "done"]
        last = max(days, default=day)
        if day < last or day - last > _LONG_AGO:
            raise UnsafeRun("The clock looks wrong.", "Set it right.")

    def failed(self, job: Job, day: date, error: SheetopsError) -> None:
        ledger = self.open()
        self.forget()
        if not any(run.began == self.now() for run in ledger.runs(3)):
            run = ledger.begin_run(job, day, self.now())
            ledger.end_run(run, "failed", {}, at=self.now(), note=str(error))

    def tell(self, telling: Telling) -> bool:
        if telling.key in self.told:
            return True  # the outbox knows its key
        if any(self.true in span for span in self.world.no_mail):
            return False
        self.die()
        self.told.add(telling.key)
        self.inbox.append((self.true, telling))
        self.die()
        return True

    def troubles(self) -> Troubles:
        return Troubles.from_text(self.kept)

    def keep(self, troubles: Troubles) -> bool:
        self.kept = troubles.as_text()
        return True


@dataclass
class Year:
    """What came of a year; everything but `looks`, `told` and `days` must be 0."""

    looks: int = 0
    told: int = 0
    days: int = 0
    days_missed: int = 0
    days_doubled: int = 0
    reports_doubled: int = 0
    loop_deaths: int = 0
    troubles_untold: int = 0
    troubles_told_twice: int = 0

    @property
    def faults(self) -> int:
        """How much is to be said against it."""
        counts: list[int] = list(vars(self).values())
        return sum(counts) - self.looks - self.told - self.days

    def plus(self, other: Year) -> Year:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Year(*(mine + theirs for mine, theirs in pairs))


def lived(seed: int, folder: Path, days: int = DAYS) -> Year:
    """A year, or so many days, with these dice, and what is to be said against it."""
    dice = random.Random(seed)  # noqa: S311 # to be repeated, not to be secret
    zone = ZoneInfo(dice.choice(ZONES))
    off = frozenset(date(2026, 1, 1) + timedelta(dice.randrange(days)) for _ in range(days // 36))
    report = dice.choice((None, (0, time(8)), (4, time(16)), (6, time(2, 30))))
    table = Timetable(WorkCalendar(days_off=off, zone=zone), dice.choice(HOURS), report)
    office = Office(folder, table, drawn(dice, days), dice)
    life = Life(office, timedelta(minutes=dice.choice((15, 20, 30))), dice)
    try:
        life.live()
        return life.judged()
    finally:
        office.after_death()


@dataclass
class Life:
    """The looks of a year, and notes for the judge."""

    office: Office
    pause: timedelta
    dice: random.Random
    looks: int = 0
    loop_deaths: int = 0
    refused: set[date] = field(default_factory=set)
    must: set[date] = field(default_factory=set)
    """Days on which there was no reason not to run."""
    untold: set[tuple[str, datetime]] = field(default_factory=set)
    _fair: tuple[date, datetime] | None = None
    _open: dict[str, datetime] = field(default_factory=dict)

    def live(self) -> None:
        for span in self.office.world.awake:
            self.office.true = span.begin
            while self.office.true < span.end:
                self.look()
                self.office.true += self.pause
            self.office.after_death()  # switched off
            self._fair = None

    def look(self) -> None:
        office = self.office
        self.looks += 1
        try:
            done = look(office, office.now)
        except Killed:
            office.after_death()
            self._fair = None
            return
        except Exception:  # nothing else may end a loop: this is what is counted
            self.loop_deaths += 1
            return
        self._note(done)
        self._watch_day()
        self._watch_troubles()

    def _note(self, done: Sequence[Done]) -> None:
        errors = [one.error for one in done if one.error is not None]
        for one in done:
            if isinstance(one.error, UnsafeRun):
                self.refused.add(one.day)
                self._owner_forces()
            elif one.error is not None:
                self._open.setdefault(type(one.error).__name__, self.office.true)
        if done and not errors:
            self._open.clear()

    def _owner_forces(self) -> None:
        """The owner reads why it was refused, sees that the clock is right, and says --force."""
        office = self.office
        if office.now() == office.true and not office.world.trouble(office.true):
            office.open().disown_future(office.now())
            office.forget()

    def _watch_day(self) -> None:
        """A day must have its run once all was well for a while, at every look, after its hour."""
        office, table = self.office, self.office.table
        local = office.true.astimezone(table.calendar.zone)
        day = local.date()
        fair = (
            office.now() == office.true
            and not office.world.trouble(office.true)
            and table.calendar.is_working(day)
            and local.time() >= table.daily_at
        )
        if not fair or day in self.refused:
            self._fair = None
        elif self._fair is None or self._fair[0] != day:
            self._fair = (day, office.true)
        elif office.true - self._fair[1] >= _FAIR:
            self.must.add(day)

    def _watch_troubles(self) -> None:
        office = self.office
        if any(office.true in span for span in office.world.no_mail) or office.now() != office.true:
            return
        for kind, since in self._open.items():
            heard = any(kind in telling.key and at >= since for at, telling in office.inbox)
            if office.true - since >= _HEARD and not heard:
                self.untold.add((kind, since))

    # ---- the judge

    def judged(self) -> Year:
        self.office.true = self.office.world.awake[-1].end + timedelta(days=400)
        runs = [run for run in self.office.open().runs(100_000) if run.result == "done"]
        days = Counter(run.day for run in runs if run.job == "daily")
        weeks = Counter(run.day.isocalendar()[:2] for run in runs if run.job == "capacity")
        return Year(
            looks=self.looks,
            told=len(self.office.inbox),
            days=len(self.must),
            days_missed=sum(day not in days for day in self.must),
            days_doubled=sum(count - 1 for count in days.values()),
            reports_doubled=sum(count - 1 for count in weeks.values()),
            loop_deaths=self.loop_deaths,
            troubles_untold=len(self.untold),
            troubles_told_twice=self._told_twice(),
        )

    def _told_twice(self) -> int:
        """Bad news of a kind of which the owner has heard, and not yet that it was over."""
        known: set[str] = set()
        twice = 0
        for _, telling in self.office.inbox:
            what, kind = telling.key.split()[:2]
            if what == "well":
                known.clear()
            twice += kind in known
            known.add(kind)
        return twice
