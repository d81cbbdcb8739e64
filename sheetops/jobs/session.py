"""The beginning and the end of every run: read, open the ledger, be alone, remember how it ended.

`plan_day` is the way from a workbook that was read to the plan of its day: the history is of that
workbook, new clients get IDs that nobody had before, and only then the day is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sheetops import failpoints
from sheetops.errors import NotDue, SheetopsError, UnsafeRun
from sheetops.jobs import location
from sheetops.jobs.context import JobContext, Request
from sheetops.jobs.recorder import Recorded
from sheetops.ledger import Ledger, Run
from sheetops.mail.transports import transport_of
from sheetops.model.history import History, Stage
from sheetops.plan.plan import Plan, make_plan
from sheetops.settings import Settings
from sheetops.stores.lock import workbook_lock
from sheetops.workbook import book as books
from sheetops.workbook.book import Book
from sheetops.workbook.raw import RawBook

REFUSED = "refused for safety"
_NOT_NEEDED = "not needed"
_DAY = timedelta(days=1)
_WORDS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Reading:
    """A workbook as it was read: its raw cells, and what they are by the contract."""

    raw: RawBook
    book: Book


def read_workbook(request: Request) -> Reading:
    """Read the workbook and parse it. Raises what `Store.read` raises."""
    raw = request.store().read()
    return Reading(raw, _identified(books.read(raw), request.settings))


def _identified(book: Book, settings: Settings) -> Book:
    """The book with the workbook's id, where its tab Settings has none."""
    known = book.business.workbook_id or settings.fallback_id
    return replace(book, business=replace(book.business, workbook_id=known))


def today_of(request: Request, book: Book) -> date:
    """The day that the run is for: the one asked for, else the business's date now."""
    return request.today or book.business.calendar.today(request.clock())


def plan_day(request: Request, reading: Reading, ledger: Ledger | None) -> Plan:
    """The plan of the day that is asked for; `ledger` is None where there is none yet."""
    book, today = reading.book, today_of(request, reading.book)
    history = _history_of(ledger, request, book, today)
    if any(change.key in history.client_keys for change in book.new_ids):
        book = _identified(books.read(reading.raw, history.client_keys), request.settings)
    return make_plan(book, history, today)


def _history_of(ledger: Ledger | None, request: Request, book: Book, today: date) -> History:
    """What the ledger knows, and what depends on the moment and on whether mail really leaves.

    A folder sends nothing: its owner reads what would have left, so there is no careful beginning,
    and no provider who counts the mails of the last 24 hours of a day that is only tried out.
    """
    moment = request.clock()
    really = request.settings.mail.really_sends
    counts = really or book.business.calendar.today(moment) == today
    stage = Stage.OWNER if really and not request.all_at_once else Stage.ALL
    if ledger is None:
        return History(stage=stage)
    return replace(
        ledger.history(today),
        retries=ledger.retries(moment),
        stage=ledger.stage if stage is Stage.OWNER else stage,
        sent_lately=ledger.accepted_since(moment - _DAY) if counts else None,
        elsewhere=location.elsewhere(ledger, request.settings, request.computer),
    )


@contextmanager
def ledger_if_any(settings: Settings, workbook_id: str) -> Iterator[Ledger | None]:
    """The ledger, or None where there is none yet: what only looks makes none."""
    place = settings.ledger_at(workbook_id)
    if isinstance(place, Path) and not place.exists():
        yield None
        return
    with Ledger.open(place, workbook_id) as ledger:
        yield ledger


def past_runs(request: Request, limit: int) -> list[Run]:
    """The last runs, the newest first; none where there is no ledger yet."""
    workbook_id = read_workbook(request).book.business.workbook_id
    with ledger_if_any(request.settings, workbook_id) as ledger:
        return ledger.runs(limit) if ledger else []


@contextmanager
def begin_run(request: Request) -> Iterator[tuple[JobContext, Reading]]:
    """A run of the request's job, alone with the ledger and the workbook.

    Whoever uses it ends the run in the ledger. Raises AnotherRun if one is under way, and NotDue if
    one has done meanwhile what was due.
    """
    settings = request.settings
    looked, reading = request.clock(), read_workbook(request)
    business = reading.book.business
    today = today_of(request, reading.book)
    place = settings.ledger_at(business.workbook_id)
    with (
        Ledger.open(place, business.workbook_id) as ledger,
        transport_of(settings.mail, business.mails_per_minute) as transport,
    ):
        store = Recorded(request.store(business.workbook_id), ledger)
        with (
            recording_run(ledger, request, today) as run,
            workbook_lock(settings.workbook.file, ledger.id, request.computer, request.clock()),
        ):
            ledger.recover(transport, request.clock())
            failpoints.reach("run: recovered")
            if _may_be_old(looked, ledger):
                reading = read_workbook(request)
            yield JobContext(request, run, store, ledger, transport, request.clock()), reading
        ledger.forget_words(today - _WORDS_KEPT)
        if isinstance(place, Path):
            ledger.backup(place.parent / f"{place.stem}.backups", request.clock())


def _may_be_old(looked: datetime, ledger: Ledger) -> bool:
    """Whether a run may have written since the workbook was looked at: the ledger then knows of
    what that look did not see, and would take it for lost. One that died may have written too."""
    before = ledger.runs(2)[1:]
    return any(run.ended is None or run.ended > looked for run in before)


@contextmanager
def recording_run(ledger: Ledger, request: Request, today: date) -> Iterator[str]:
    """A run in the ledger, by its name; one that raises an expected error is ended as failed."""
    run = ledger.begin_run(request.job, today, request.clock())
    try:
        if not request.is_due(ledger, run):
            raise NotDue("Another run has done it meanwhile.")
        yield run
    except SheetopsError as error:
        result = {UnsafeRun: REFUSED, NotDue: _NOT_NEEDED}.get(type(error), "failed")
        ledger.end_run(run, result, {}, at=request.clock(), note=str(error))
        raise
