"""One year: a computer that sleeps, crashes and has its clock set, and what the owner hears of it.

Looks, rhythm, timetable, back-off and troubles are the shipped ones. What is made up is the job
(which opens a run, works, and may be killed in the middle), the mail server, and the world. True
time and the computer's clock are two things here.

Most years pass over looks that could do nothing: those after which nothing in the world has changed
and no hour has come. One in thirty-two takes every look, by the rhythm of `sheetops serve`, over a
real ledger.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from zoneinfo import ZoneInfo

import schedule

from sheetops.errors import UnsafeRun
from sheetops.jobs.scheduler.due import Timetable
from sheetops.jobs.scheduler.serve import Rhythm
from sheetops.jobs.scheduler.tick import Done, look
from sheetops.workbook.workdays import WorkCalendar
from tests.simulate_year.office import Killed, Office
from tests.simulate_year.world import DAYS, HOURS, WEEKS, ZONES, Span, drawn

_FAIR = timedelta(hours=3)
"""So long must all be well after the hour before a missing run is our fault."""
_HEARD = timedelta(hours=4)
"""So long must a trouble last, with mail working, before silence is our fault."""
_WHOLE = 32
"""One year in so many takes every look."""
_CALM = timedelta(hours=6)
"""The longest that is passed over."""
_MINUTE = timedelta(minutes=1)


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
    calendar = WorkCalendar(dice.choice(WEEKS), off, zone)
    table = Timetable(calendar, dice.choice(HOURS), report)
    whole = seed % _WHOLE == 0
    office = Office(folder, table, drawn(dice, days), dice, real=whole)
    life = Life(office, dice.choice((15, 20, 30)), dice, whole)
    try:
        life.live()
        return life.judged()
    finally:
        office.after_death()


@dataclass
class Life:
    """The looks of a year, and notes for the judge."""

    office: Office
    minutes: int
    dice: random.Random
    whole: bool = False
    looks: int = 0
    loop_deaths: int = 0
    refused: set[date] = field(default_factory=set)
    must: set[date] = field(default_factory=set)
    """Days on which there was no reason not to run."""
    untold: set[tuple[str, datetime]] = field(default_factory=set)
    _busy: bool = True
    """Whether the last look did anything, or left anything to do."""
    _fair: tuple[date, datetime] | None = None
    _open: dict[str, datetime] = field(default_factory=dict)

    def live(self) -> None:
        for span in self.office.world.awake:
            self.office.true = span.begin
            if self.whole:
                with self._own_clock():
                    self._serve(span)
            else:
                self._now_and_then(span)
            self.office.after_death()  # switched off
            self._fair = None

    # ---- every look, and those that matter

    def _serve(self, span: Span) -> None:
        """As `sheetops serve` does it, but for the naps in which nothing can change."""
        office, rhythm = self.office, Rhythm(self.minutes, self.look)
        rhythm.begin()
        while office.true < span.end:
            rhythm.step()
            nap = timedelta(seconds=max(rhythm.jobs.idle_seconds or 0.0, 1.0))
            office.true = min(office.true + nap, office.world.next_change(office.true))

    @contextmanager
    def _own_clock(self) -> Iterator[None]:
        """`schedule` reads the computer's clock, in local time, as it does in life."""
        zone = self.office.table.calendar.zone

        def now(_zone: object = None) -> datetime:
            return self.office.now().astimezone(zone).replace(tzinfo=None)

        fake = SimpleNamespace(
            datetime=SimpleNamespace(now=now), timedelta=timedelta, date=date, time=time
        )
        with patch.object(schedule, "datetime", fake):
            yield

    def _now_and_then(self, span: Span) -> None:
        pause = timedelta(minutes=self.minutes)
        while self.office.true < span.end:
            self.look()
            late = pause * self.dice.random()
            later = self._next_matter() + late
            self.office.true = self.office.true + pause if self._busy else later

    def _next_matter(self) -> datetime:
        """The next moment at which a look may find something else than the last one did."""
        office, zone = self.office, self.office.table.calendar.zone
        now = office.now()
        today = now.astimezone(zone).date()
        found = [office.true + _CALM, office.world.next_change(office.true)]
        for day in (today, today + timedelta(days=1)):
            for hour in self._hours():
                ahead = datetime.combine(day, hour, zone) - now.astimezone(zone)
                later = (ahead, ahead + timedelta(hours=1))  # the clocks may change
                found += [office.true + one for one in later if one > timedelta()]
        if self._fair is not None:
            judged = self._fair[1] + _FAIR + _MINUTE
            found += [judged] if judged > office.true else []
        return min(found)

    def _hours(self) -> Sequence[time]:
        table = self.office.table
        return (time(0), table.daily_at, *([table.report_on[1]] if table.report_on else []))

    def look(self) -> None:
        office = self.office
        self.looks += 1
        self._busy = True
        try:
            done = look(office, office.now)
        except Killed:  # what came of its jobs is not known: the judge begins anew, too
            office.after_death()
            self._fair = None
            self._open.clear()
            return
        except Exception:  # nothing else may end a loop: this is what is counted
            self.loop_deaths += 1
            return
        self._note(done)
        self._watch_day()
        self._watch_troubles()
        self._busy = bool(done or office.kept or self._open)

    # ---- notes for the judge

    def _note(self, done: Sequence[Done]) -> None:
        errors = [one.error for one in done if one.error is not None]
        for one in done:
            if isinstance(one.error, UnsafeRun):
                self.refused.add(one.day)
                self._owner_forces()
            elif one.error is not None:
                self._open.setdefault(type(one.error).__name__, self.office.true)
        if not errors and (done or not self.office.incidents().found):
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
        if not office.world.has_mail(office.true) or office.now() != office.true:
            return
        known, _ = self._believed()
        for kind, since in self._open.items():
            if office.true - since >= _HEARD and kind not in known:
                self.untold.add((kind, since))

    # ---- the judge

    def judged(self) -> Year:
        days = {
            run.day for run in self.office.all_runs() if run.job == "daily" and run.result == "done"
        }
        return Year(
            looks=self.looks,
            told=len(self.office.inbox),
            days=len(self.must),
            days_missed=len(self.must - days),
            days_doubled=self.office.doubled["daily"],
            reports_doubled=self.office.doubled["capacity"],
            loop_deaths=self.loop_deaths,
            troubles_untold=len(self.untold),
            troubles_told_twice=self._believed()[1],
        )

    def _believed(self) -> tuple[set[str], int]:
        """The kinds of trouble of which the owner has heard, and not yet that they were over; and
        how often one of these was told again."""
        known: set[str] = set()
        twice = 0
        for _, telling in self.office.inbox:
            what, kind = telling.key.split()[:2]
            if what == "well":
                known.clear()
            else:
                twice += kind in known
                known.add(kind)
        return known, twice
