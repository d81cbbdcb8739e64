"""The schedule: when jobs are wanted, whether anything starts them, and when one last went well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sheetops.errors import LedgerError
from sheetops.jobs.doctor.check import Check
from sheetops.jobs.doctor.ledger import workbook_id
from sheetops.jobs.scheduler.state import Memory
from sheetops.jobs.session import ledger_if_any
from sheetops.ledger import Run
from sheetops.settings import Settings
from sheetops.workbook.book import Book
from sheetops.workbook.values import day_text
from sheetops.workbook.workdays import WEEKDAYS

_SHOW = "sheetops schedule show cron (or systemd, launchd, windows, actions)"
_RUNS = 200


def of_schedule(settings: Settings, book: Book | None, now: datetime) -> Iterator[Check]:
    """What Settings ask for, what was last done, and what is wrong since when."""
    memory = Memory(settings.memory_at)
    if book is not None:
        yield Check("Schedule", True, _wanted(book))
    yield _look(memory.last_look, now)
    if book is not None:
        yield _last_run(settings, book, now)
    yield from _troubles(memory)
    found = "a sign of life is given" if settings.schedule.heartbeat else "none is set"
    yield Check("Heartbeat", True, found)


def _wanted(book: Book) -> str:
    one = book.business
    daily = f"the day's run at {one.daily_at:%H:%M}, {one.calendar.zone.key}"
    if one.report_on is None:
        return f"{daily}; no weekly report"
    weekday, hour = one.report_on
    return f"{daily}; the report on {WEEKDAYS[weekday].title()} at {hour:%H:%M}"


def _look(last: datetime | None, now: datetime) -> Check:
    """When anything looked last. Whether that is long ago is for the last run to say: somebody may
    start the day's run in another way."""
    if last is None:
        return Check("Last look", True, f"none yet; what starts them: {_SHOW}")
    return Check("Last look", True, f"{_ago(now - last)} ago")


def _ago(age: timedelta) -> str:
    minutes = max(int(age.total_seconds() // 60), 0)
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _last_good(settings: Settings, book: Book) -> Run | None:
    with ledger_if_any(settings, workbook_id(settings, book)) as ledger:
        runs = ledger.runs(_RUNS) if ledger else []
    good = (run for run in runs if run.job == "daily" and run.result.startswith("done"))
    return next(good, None)


def _last_run(settings: Settings, book: Book, now: datetime) -> Check:
    name, calendar = "Last good run", book.business.calendar
    try:
        last = _last_good(settings, book)
    except LedgerError:
        return Check(name, False, "not known", "Mend the ledger first.")
    if last is None:
        return Check(name, True, "none yet: sheetops daily --apply")
    by: date = calendar.after(last.day + timedelta(days=1), 0)
    found = f"for {day_text(last.day)} ({last.result})"
    if calendar.today(now) > by:
        mend = f"Catch up with: sheetops look. Then see that something starts it: {_SHOW}"
        return Check(name, False, f"{found}; the next was due on {day_text(by)}", mend)
    return Check(name, True, found)


def _troubles(memory: Memory) -> Iterator[Check]:
    """What the last looks met. It is forgotten when one goes well."""
    found = memory.incidents.found.values()
    for one in found:
        since = f"since {day_text(one.since.date())}"
        mend = one.mend or "Look again once it is mended: sheetops look"
        yield Check("Trouble", False, f"{one.what} ({since})", mend)
    if not found:
        yield Check("Trouble", True, "the last look met none")
