"""The ledger: where it lies, whether it opens, who sends by it, and what it says of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from sheetops.jobs import send_policy
from sheetops.jobs.context import SendConditions, computer_of
from sheetops.jobs.doctor.check import Check
from sheetops.ledger import Ledger
from sheetops.ledger.location import refuse_bad_place
from sheetops.settings import Settings
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.values import day_text

_SKEW = timedelta(minutes=5)


def workbook_id(settings: Settings, book: Book | None) -> str:
    """The workbook's id, as far as it is known without the workbook."""
    return book.business.workbook_id if book is not None else settings.fallback_id


def of_ledger(settings: Settings, book: Book | None, now: datetime) -> Iterator[Check]:
    """Looks at a ledger that is there, and makes none."""
    name = workbook_id(settings, book)
    place = settings.ledger_at(name)
    if isinstance(place, Path):
        refuse_bad_place(place)
        if not place.exists():
            why = "none yet" if book is not None else "not known without the workbook"
            yield Check("Ledger", True, f"{why}: the first run makes {place}")
            yield _clock(None, book, now)
            return
    with Ledger.open(place, name) as ledger:
        yield Check("Ledger", True, _words(place))
        newest = next(iter(ledger.runs(1)), None)
        yield _clock(newest.began if newest else None, book, now)
        yield _doubts(len(ledger.entries("in doubt")))
        if book is not None:
            yield _sender(settings, book, ledger, now)
    if isinstance(place, Path):
        yield _lock(Path(f"{place}.lock"))


def _words(place: str | Path) -> str:
    """A URL without what stands before its host: that may be a password."""
    return str(place) if isinstance(place, Path) else str(place).rpartition("@")[2]


def _clock(newest: datetime | None, book: Book | None, now: datetime) -> Check:
    zone = (book.business if book is not None else Business()).calendar.zone
    found = f"{now.astimezone(zone):%a %d/%m/%Y %H:%M} in {zone.key}"
    if newest is None or newest <= now + _SKEW:
        return Check("Clock", True, found)
    later = f"{newest.astimezone(zone):%d/%m/%Y %H:%M}"
    return Check(
        "Clock",
        False,
        f"{found}, but a run began at {later}: this clock is wrong, or was then",
        "Set the clock. If it is right now: sheetops daily --apply --force",
    )


def _doubts(count: int) -> Check:
    if not count:
        return Check("Mails in doubt", True, "none")
    mend = "See sheetops outbox list, then say sheetops outbox resolve KEY sent, or not-sent."
    return Check("Mails in doubt", False, f"{count} may have arrived, or not", mend)


def _sender(settings: Settings, book: Book, ledger: Ledger, now: datetime) -> Check:
    really = settings.mail.really_sends
    conditions = SendConditions(
        computer_of(settings), settings.workbook.file, now, any_hour=True, really=really
    )
    named = book.business.sending_computer
    why = send_policy.find_blocker(
        book, ledger.history(book.business.calendar.today(now)), ledger, conditions
    )
    if why:
        return Check("Sending computer", False, why, "Until then nothing is sent.")
    if named and named.casefold() != conditions.computer.casefold():
        return Check(
            "Sending computer", True, f"{named}; this is {conditions.computer}, which only flags"
        )
    return Check("Sending computer", True, f"this one, {conditions.computer}")


def _lock(file: Path) -> Check:
    if file.exists():
        try:
            with FileLock(file, timeout=0):
                pass
        except Timeout:
            since = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
            found = f"a run is under way since {day_text(since.date())} {since:%H:%M}"
            mend = "Wait until it is done. One that hangs can be ended: its work is not lost."
            return Check("Ledger's lock", False, found, mend)
    return Check("Ledger's lock", True, "free")
