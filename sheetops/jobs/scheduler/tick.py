"""One look: do what is due, and see to it that the owner hears of what went wrong, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sheetops.errors import AnotherRun, LedgerError, SheetopsError
from sheetops.jobs.scheduler.due import Due, Job, Run, Timetable, due, is_done
from sheetops.jobs.scheduler.incidents import Incidents, Notice

_ENOUGH_DEATHS = 2
_BLIND = "saw nothing"
"""What became of a look that could not see what is due."""


class Died(SheetopsError):
    """Raised when a job has died more than once in the middle of its work."""


class Office(Protocol):
    """The workbook, its ledger and the mail, as far as a look needs them."""

    def alone(self) -> AbstractContextManager[bool]:
        """Keep other looks of this computer away; whether none is under way."""
        ...

    def timetable(self) -> Timetable:
        """When jobs are wanted. Raises what reading the workbook raises."""
        ...

    def runs(self) -> Sequence[Run]:
        """The ledger's latest runs, of at least a week. Raises LedgerError."""
        ...

    def asked(self) -> Sequence[Job]:
        """What staff ask for in the sheet, or what waits to be tried again, since the last look."""
        ...

    def do(self, job: Job, day: date) -> str:
        """Do a job; its result in a few words. Raises what the job raises."""
        ...

    def failed(self, job: Job, day: date, error: SheetopsError) -> None:
        """Record a try that came to nothing before it had begun a run of its own."""
        ...

    def tell(self, notice: Notice) -> bool:
        """Send the owner a message; whether it left, now or at an earlier try."""
        ...

    def has_told(self, notice: Notice) -> bool:
        """Whether a message left already, by a look that died before it could keep that."""
        ...

    def incidents(self) -> Incidents:
        """As they were kept: beside the ledger, which may be what cannot be reached."""
        ...

    def keep(self, incidents: Incidents) -> bool:
        """Keep them; whether that was possible."""
        ...


@dataclass(frozen=True)
class Done:
    """What became of one job of a look: `error` is None where all went well."""

    job: Job
    day: date
    result: str
    error: SheetopsError | None = None


def look(office: Office, clock: Callable[[], datetime]) -> tuple[Done, ...]:
    """Do what is due now, in order; nothing while another look is under way. Never raises what a
    job raises: see `Done.error`."""
    with office.alone() as alone:
        return _looked(office, clock) if alone else ()


def _looked(office: Office, clock: Callable[[], datetime]) -> tuple[Done, ...]:
    began = clock()
    try:
        table = office.timetable()
        runs = office.runs()
    except SheetopsError as error:
        day = began.date()
        blind = Done("look", day, _BLIND, error)
        _see(office, [blind], clock())
        return (blind,)
    done = list(_work(office, table, runs, began))
    _see(office, done, clock())
    return tuple(done)


def _work(office: Office, table: Timetable, runs: Sequence[Run], now: datetime) -> Iterator[Done]:
    found = due(table, runs, now)
    for one in found:
        if one.died >= _ENOUGH_DEATHS:
            yield Done(one.job, one.day, "died", _died(one))
        yield _do(office, one.job, one.day)
    today = table.calendar.today(now)
    if not found and is_done("daily", today, runs):
        for job in office.asked():
            yield _do(office, job, today)


def _do(office: Office, job: Job, day: date) -> Done:
    try:
        return Done(job, day, office.do(job, day))
    except SheetopsError as error:
        if not isinstance(error, AnotherRun):
            with suppress(LedgerError):  # then the next look simply tries again
                office.failed(job, day, error)
        return Done(job, day, "failed", error)


def _died(one: Due) -> Died:
    return Died(
        f"The {one.job} job of {one.day:%d/%m/%Y} has died {one.died} times in the middle of its "
        "work.",
        "See the end of its log, and whether the computer has memory and disk space enough.",
    )


def _see(office: Office, done: Sequence[Done], now: datetime) -> None:
    """Remember what is wrong or well again, and tell the owner what they do not know yet.

    It is kept before it is told: what cannot be kept would be told again at every look.
    """
    before = office.incidents()
    known = _told(office, before, before.left_over())
    for one in done:
        if one.error:
            known = known.with_error(one.error, now, looking=one.result == _BLIND)
    if not any(one.error for one in done) and (done or known.only_in_looking):
        known = _as_heard(office, known).well()
    if known != before and not office.keep(known):
        return
    after = _told(office, known, known.to_tell(now))
    if after != known:
        office.keep(after)


def _as_heard(office: Office, known: Incidents) -> Incidents:
    """What the owner has heard of must be followed by the good news."""
    for notice in known.untold():
        if office.has_told(notice):
            known = known.after(notice)
    return known


def _told(office: Office, known: Incidents, notices: Iterable[Notice]) -> Incidents:
    for notice in notices:
        if office.tell(notice):
            known = known.after(notice)
    return known
