"""The story of a run, in order: read, parse, remember, plan; and, if asked to, apply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sheetops import apply, book, failpoints, headings, mailing
from sheetops import plan as plans
from sheetops.apply import Applied, Clock, Sending, Tools
from sheetops.book import Book
from sheetops.changes import Changes
from sheetops.errors import SheetopsError, UnsafeRun, WorkbookChanged
from sheetops.findings import Mail
from sheetops.history import History
from sheetops.ledger import Ledger, Run
from sheetops.mail.transports import transport_of
from sheetops.plan import Plan
from sheetops.settings import Settings
from sheetops.stores.excel import ExcelStore
from sheetops.stores.excel.limits import DEFAULT

_ATTEMPTS = 3  # staff may save while we work; more often than this they are at it


def now() -> datetime:
    """The moment, in UTC. The one place of the house that reads the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Request:
    """What was asked for: the settings, and the day if it is not today."""

    settings: Settings
    today: date | None = None
    force: bool = False
    clock: Clock = now


def store_of(settings: Settings, workbook_id: str = "") -> ExcelStore:
    """The store of the workbook that the settings name.

    That workbook is known: it is read here and not in a process of its own, which would take twice
    as long. The limits on its size and area hold all the same.
    """
    copies = settings.copies_at(workbook_id or settings.fallback_id)
    known = replace(DEFAULT, trusted=DEFAULT.expanded)
    return ExcelStore(settings.workbook.path, copies, wanted=headings.is_ours, limits=known)


def read(settings: Settings) -> Book:
    """Read the workbook and parse it. Raises what `Store.read` raises."""
    return _identified(book.read(store_of(settings).read()), settings)


def _identified(found: Book, settings: Settings) -> Book:
    known = found.business.workbook_id or settings.fallback_id
    return replace(found, business=replace(found.business, workbook_id=known))


def _with_history(found: Book, history: History, settings: Settings) -> Book:
    """The book in which no new client has been given an id that somebody had before."""
    if not any(change.key in history.client_keys for change in found.new_ids):
        return found
    again = book.read(store_of(settings).read(), history.client_keys)
    return _identified(again, settings)


def today_of(request: Request, found: Book) -> date:
    """The day that the run is for: the one asked for, else the business's date now."""
    return request.today or found.business.calendar.today(request.clock())


def preview(request: Request) -> Plan:
    """The plan of the day. Nothing is written, sent or remembered."""
    found = read(request.settings)
    today = today_of(request, found)
    history = _remembered(request.settings, found, today)
    return _plan(_with_history(found, history, request.settings), history, today)


def _plan(found: Book, history: History, today: date) -> Plan:
    """The whole day's plan: new clients have their IDs in it, as they will before mail leaves."""
    plan = plans.make(replace(found, new_ids=()), history, today)
    return replace(plan, book=found, cells=(*found.new_ids, *plan.cells))


def _remembered(settings: Settings, found: Book, today: date) -> History:
    place = settings.ledger_at(found.business.workbook_id)
    if isinstance(place, Path) and not place.exists():
        return History()  # a preview makes no ledger
    with Ledger.open(place, found.business.workbook_id) as ledger:
        return ledger.history(today)


def past_runs(settings: Settings, limit: int) -> list[Run]:
    """The last runs, the newest first; none where there is no ledger yet."""
    workbook_id = read(settings).business.workbook_id
    place = settings.ledger_at(workbook_id)
    if isinstance(place, Path) and not place.exists():
        return []
    with Ledger.open(place, workbook_id) as ledger:
        return ledger.runs(limit)


def daily(request: Request) -> Applied:
    """Apply the plan of the day: send, then write.

    Raises AnotherRun if one is under way, UnsafeRun if a guard rail stops it (the owner is told),
    and what the store raises if the workbook cannot be written; mails that left are then known, and
    the next run writes what is missing.
    """
    settings = request.settings
    found = read(settings)
    today = today_of(request, found)
    workbook_id = found.business.workbook_id
    place = settings.ledger_at(workbook_id)
    with (
        Ledger.open(place, workbook_id) as ledger,
        transport_of(settings.mail, found.business.mails_per_minute) as transport,
    ):
        tools = Tools(
            store=store_of(settings, workbook_id),
            ledger=ledger,
            transport=transport,
            clock=request.clock,
        )
        with _run(ledger, today, request.clock) as run:
            ledger.recover(tools.transport, request.clock())
            failpoints.reach("run: recovered")
            applied = _apply(request, tools, run, found, today)
            failpoints.reach("run: applied")
            _end(tools, applied)
            failpoints.reach("run: ended")
        if isinstance(place, Path):
            ledger.backup(place.parent / f"{place.stem}.backups", request.clock())
    return applied


@contextmanager
def _run(ledger: Ledger, today: date, clock: Clock) -> Iterator[str]:
    run = ledger.begin_run("daily", today, clock())
    try:
        yield run
    except SheetopsError as error:
        result = "refused for safety" if isinstance(error, UnsafeRun) else "failed"
        ledger.end_run(run, result, {}, at=clock(), note=str(error))
        raise


def _apply(request: Request, tools: Tools, run: str, found: Book, today: date) -> Applied:
    began = request.clock()
    sending = Sending()
    for attempt in range(1, _ATTEMPTS + 1):
        history = tools.ledger.history(today)
        plan = _plan(_with_history(found, history, request.settings), history, today)
        if not request.force:
            _refuse_if_unsafe(plan, run, tools)
        try:
            if plan.book.new_ids:
                plan = _with_ids_written(plan, tools, request)
            tools.store.check(plan.book.fingerprint)
            sending = sending.then(apply.send(plan, run, tools))
            failpoints.reach("run: sent")
            final, receipt = apply.write(plan, run, tools, began)
        except WorkbookChanged:
            if attempt == _ATTEMPTS:
                raise
            found = read(request.settings)
            continue
        return Applied(run, replace(final, mails=plan.mails), receipt, sending)
    raise AssertionError  # the loop returns or raises


def _with_ids_written(plan: Plan, tools: Tools, request: Request) -> Plan:
    """The plan after new clients were given their IDs in the sheet.

    That is written by itself, before anything else: nobody is written to under an ID that a run
    which dies would take with it.
    """
    ids = Changes(plan.book.new_ids, (), plan.book.layout, plan.book.fingerprint)
    tools.store.write(ids)
    failpoints.reach("run: IDs written")
    return plans.make(read(request.settings), plan.morning.history, plan.today)


def _refuse_if_unsafe(plan: Plan, run: str, tools: Tools) -> None:
    try:
        plan.refuse_if_unsafe()
    except UnsafeRun as error:
        _tell_owner(plan, run, tools, error)
        raise


def _tell_owner(plan: Plan, run: str, tools: Tools, error: UnsafeRun) -> None:
    business = plan.morning.business
    if business.sending == "preview" or not (business.owner and business.sender):
        return
    alarm = Mail(
        key=mailing.mail_key(plan.morning, "alarm", "owner"),
        day=plan.today,
        purpose="alarm",
        client="",
        to=business.owner,
        to_name="",
        subject="sheetops stopped before it wrote or sent anything",
        body=f"Good morning,\n\n{error.what}\n\n{error.mend}",
        reply_to="",
    )
    apply.send(replace(plan, mails=(alarm,), routing=mailing.Routing()), run, tools)


def _end(tools: Tools, applied: Applied) -> None:
    counts = applied.plan.counts()
    counts |= {"cells": applied.receipt.cells, "rows": applied.receipt.rows}
    counts["mails"] = len(applied.sending.accepted)
    result = "done with problems" if applied.plan.problems else "done"
    tools.ledger.end_run(applied.run, result, counts, at=tools.clock())
