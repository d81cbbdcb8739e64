"""What must be in order before anything can work, each as one check with its mend.

A check says what was found; one that is not in order says in one sentence what to do. Whoever adds
a part of the house that can be set up wrongly adds a function that yields its checks, and a line in
`examine`. Nothing is written, sent or made, but for the one mail of `send_test`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sheetops.errors import SheetopsError
from sheetops.jobs import session
from sheetops.jobs.context import Clock, Request, utc_now
from sheetops.jobs.doctor.check import Check, from_error, guarded, lines
from sheetops.jobs.doctor.environment import of_computer, of_folders, of_zone
from sheetops.jobs.doctor.ledger import of_ledger
from sheetops.jobs.doctor.mail import of_mail, of_settings, one_mail
from sheetops.jobs.doctor.schedule import of_schedule
from sheetops.jobs.doctor.workbook import of_book, of_file, of_google
from sheetops.settings import FILE_NAME, Settings, load
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business

__all__ = ["Check", "examine", "examine_all", "lines"]


def examine_all(
    config: Path | None, named: str | None, *, send_test: bool = False, clock: Clock = utc_now
) -> Iterator[Check]:
    """Look at the computer, then at the settings, and if these can be read at all they name."""
    yield from of_computer()
    try:
        settings = load(config, named)
    except SheetopsError as error:
        yield from_error("Settings file", error)
        return
    except OSError as error:
        mend = "Let this account read it, or name another one with --config."
        yield Check("Settings file", False, f"cannot be read: {error.strerror}", mend)
        return
    place = config or (Path(named).parent if named and "://" not in named else Path()) / FILE_NAME
    found = str(place.absolute()) if place.is_file() else "none; the workbook was named"
    yield Check("Settings file", True, found)
    yield from examine(settings, send_test=send_test, clock=clock)


def examine(
    settings: Settings, *, send_test: bool = False, clock: Clock = utc_now
) -> Iterator[Check]:
    """Look at everything that the settings name, one check after the other; `send_test` sends the
    owner one mail."""
    now = clock()
    yield from guarded("Folders", lambda: of_folders(settings))
    if settings.workbook.google:
        yield from of_google(settings, now)
    else:
        yield from guarded("Workbook", lambda: of_file(settings))
    book, check = _read(settings)
    yield check
    if book is not None:
        yield from of_book(book)
        yield from of_settings(book)
    business = book.business if book is not None else Business()
    yield from of_zone(business if book is not None else None)
    yield from guarded("Ledger", lambda: of_ledger(settings, book, now))
    yield from guarded("Schedule", lambda: of_schedule(settings, book, now))
    yield from of_mail(settings.mail, business, now)
    if send_test:
        yield one_mail(settings.mail, business, now)


def _read(settings: Settings) -> tuple[Book | None, Check]:
    try:
        book = session.read_workbook(Request(settings)).book
    except SheetopsError as error:
        return None, from_error("Workbook", error)
    return book, Check("Workbook", True, settings.workbook.place)
