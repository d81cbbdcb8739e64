"""The story of a run, in order: read, parse, remember, plan; and, if asked to, apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sheetops import failpoints
from sheetops.adopt.store import mapped
from sheetops.errors import NotDue, SheetopsError, UnsafeRun, WorkbookChanged
from sheetops.jobs import location, send_policy, write
from sheetops.jobs.recorder import Recorded
from sheetops.jobs.write import Applied, Clock, Sending, Tools
from sheetops.ledger import Ledger, Run
from sheetops.mail.transports import transport_of
from sheetops.model.history import History, Stage
from sheetops.model.mail import Mail
from sheetops.plan import guard_rails, routing
from sheetops.plan import plan as plans
from sheetops.plan.plan import Plan
from sheetops.settings import Settings
from sheetops.stores.excel import ExcelStore
from sheetops.stores.excel.ooxml.limits import DEFAULT
from sheetops.stores.lock import alone_at
from sheetops.workbook import book, headers
from sheetops.workbook.book import Book
from sheetops.workbook.changes import Store
from sheetops.workbook.problem import Problem

if TYPE_CHECKING:
    from sheetops.stores.google import GoogleStore

_DAY = timedelta(days=1)
_WORDS_KEPT = timedelta(days=90)
_REFUSED = "refused for safety"
_NOT_NEEDED = "not needed"
_FIGURES = re.compile(r"\d+")  # they may differ from try to try; the trouble is the same
_ATTEMPTS = 3  # staff may save while we work; more often than this they are at it


def always(_ledger: Ledger, _run: str) -> bool:
    """It was asked for, whatever has been done."""
    return True


def now() -> datetime:
    """The moment, in UTC. The one place of the house that reads the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Request:
    """What was asked for: the settings, and the day if it is not today.

    `force` goes on past the guard rails; `any_hour` sends outside of the mail hours and on days
    off; `all_at_once` sends to all, past the careful first runs. `job` is what the run is called.
    `ending` says whether it was told to end: then no further mail is begun. `is_due` is asked
    before anything is done, with the ledger, in which no other run can begin any more, and with the
    name of this one.
    """

    settings: Settings
    today: date | None = None
    force: bool = False
    clock: Clock = now
    any_hour: bool = False
    all_at_once: bool = False
    job: str = "daily"
    ending: Callable[[], bool] = write.never
    is_due: Callable[[Ledger, str], bool] = always

    @property
    def here(self) -> send_policy.Here:
        """Where and when this run is."""
        computer = send_policy.computer_of(self.settings)
        path, really = self.settings.workbook.file, self.settings.mail.really_sends
        return send_policy.Here(computer, path, self.clock(), self.any_hour, really)


def store_of(settings: Settings, workbook_id: str = "") -> Store:
    """The store of the workbook that the settings name.

    That workbook is known: it is read here and not in a process of its own, which would take twice
    as long. The limits on its size and area hold all the same.
    """
    if settings.workbook.google:
        return mapped(google_store(settings), settings.mapping)
    copies = settings.copies_at(workbook_id or settings.fallback_id)
    known = replace(DEFAULT, trusted=DEFAULT.expanded)
    wanted = settings.mapping.wants if settings.mapping else headers.is_ours
    store = ExcelStore(settings.workbook.path, copies, wanted=wanted, limits=known)
    return mapped(store, settings.mapping)


def google_store(settings: Settings) -> GoogleStore:
    """The Google Sheet that the settings name. Raises GoogleError if nobody can sign in."""
    from sheetops.stores.google.connection import (  # noqa: PLC0415 # heavy: for those who use it
        connected,
    )

    how = settings.google
    return connected(settings.workbook.spreadsheet, how.sign_in, how.key_file, how.timeout)


def read(settings: Settings) -> Book:
    """Read the workbook and parse it. Raises what `Store.read` raises."""
    return identified(book.read(store_of(settings).read()), settings)


def identified(found: Book, settings: Settings) -> Book:
    """The book with the workbook's id, where its tab Settings has none."""
    known = found.business.workbook_id or settings.fallback_id
    return replace(found, business=replace(found.business, workbook_id=known))


def _with_history(found: Book, history: History, settings: Settings) -> Book:
    """The book in which no new client has been given an id that somebody had before."""
    if not any(change.key in history.client_keys for change in found.new_ids):
        return found
    again = book.read(store_of(settings).read(), history.client_keys)
    return identified(again, settings)


def today_of(request: Request, found: Book) -> date:
    """The day that the run is for: the one asked for, else the business's date now."""
    return request.today or found.business.calendar.today(request.clock())


def preview(request: Request) -> Plan:
    """The plan of the day. Nothing is written, sent or remembered."""
    found = read(request.settings)
    today = today_of(request, found)
    with ledger_if_any(request.settings, found) as ledger:
        history = history_of(ledger, request, found, today)
        plan = _plan(_with_history(found, history, request.settings), history, today)
        waits = send_policy.why_not(plan, history, ledger, request.here)
    return replace(plan, waits=waits)


def _plan(found: Book, history: History, today: date) -> Plan:
    """The whole day's plan: new clients have their IDs in it, as they will before mail leaves."""
    plan = plans.make(replace(found, new_ids=()), history, today)
    return replace(plan, book=found, cells=(*found.new_ids, *plan.cells))


@contextmanager
def ledger_if_any(settings: Settings, found: Book) -> Iterator[Ledger | None]:
    """The ledger, or None where there is none yet: what only looks makes none."""
    place = settings.ledger_at(found.business.workbook_id)
    if isinstance(place, Path) and not place.exists():
        yield None
        return
    with Ledger.open(place, found.business.workbook_id) as ledger:
        yield ledger


def history_of(ledger: Ledger | None, request: Request, found: Book, today: date) -> History:
    """What the ledger knows, and what depends on the moment and on whether mail really leaves.

    A folder sends nothing: its owner reads what would have left, so there is no careful beginning,
    and no provider who counts the mails of the last 24 hours of a day that is only tried out.
    """
    moment = request.clock()
    really = request.settings.mail.really_sends
    counts = really or found.business.calendar.today(moment) == today
    stage: Stage = "owner" if really and not request.all_at_once else "all"
    if ledger is None:
        return History(stage=stage)
    return replace(
        ledger.history(today),
        retries=ledger.retries(moment),
        stage=ledger.stage if stage == "owner" else stage,
        sent_lately=ledger.accepted_since(moment - _DAY) if counts else None,
        elsewhere=location.elsewhere(ledger, request.settings, request.here.computer),
    )


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
    with at_work(request, request.job) as (tools, run, found):
        today = today_of(request, found)
        if request.force:
            tools.ledger.disown_future(request.clock())
        applied = _apply(request, tools, run, found, today)
        failpoints.reach("run: applied")
        location.remember(tools.ledger, request.settings, tools.computer)
        _end(tools, applied)
        failpoints.reach("run: ended")
    return applied


@contextmanager
def at_work(request: Request, job: str) -> Iterator[tuple[Tools, str, Book]]:
    """A run of a job, alone with the ledger and the workbook: its tools, its name and the book.

    Whoever uses it ends the run in the ledger. Raises AnotherRun if one is under way, and NotDue if
    one has done meanwhile what was due.
    """
    settings = request.settings
    looked, found = request.clock(), read(settings)
    today = today_of(request, found)
    workbook_id = found.business.workbook_id
    place = settings.ledger_at(workbook_id)
    with (
        Ledger.open(place, workbook_id) as ledger,
        transport_of(settings.mail, found.business.mails_per_minute) as transport,
    ):
        tools = Tools(
            store=Recorded(store_of(settings, workbook_id), ledger),
            ledger=ledger,
            transport=transport,
            clock=request.clock,
            computer=send_policy.computer_of(settings),
            job=job,
            ending=request.ending,
        )
        with (
            begun(ledger, job, today, request) as run,
            alone_at(settings.workbook.file, ledger.id, tools.computer, request.clock()),
        ):
            ledger.recover(tools.transport, request.clock())
            failpoints.reach("run: recovered")
            if _may_be_old(looked, ledger):
                found = read(settings)
            yield tools, run, found
        ledger.forget_words(today - _WORDS_KEPT)
        if isinstance(place, Path):
            ledger.backup(place.parent / f"{place.stem}.backups", request.clock())


def _may_be_old(looked: datetime, ledger: Ledger) -> bool:
    """Whether a run may have written since the workbook was looked at: the ledger then knows of
    what that look did not see, and would take it for lost. One that died may have written too."""
    before = ledger.runs(2)[1:]
    return any(one.ended is None or one.ended > looked for one in before)


@contextmanager
def begun(ledger: Ledger, job: str, today: date, request: Request) -> Iterator[str]:
    """A run in the ledger, by its name; one that raises an expected error is ended as failed."""
    run = ledger.begin_run(job, today, request.clock())
    try:
        if not request.is_due(ledger, run):
            raise NotDue("Another run has done it meanwhile.")
        yield run
    except SheetopsError as error:
        result = {UnsafeRun: _REFUSED, NotDue: _NOT_NEEDED}.get(type(error), "failed")
        ledger.end_run(run, result, {}, at=request.clock(), note=str(error))
        raise


def _apply(request: Request, tools: Tools, run: str, found: Book, today: date) -> Applied:
    began = request.clock()
    sent, claimed = Sending(), 0
    for attempt in range(1, _ATTEMPTS + 1):
        history = history_of(tools.ledger, request, found, today)
        plan = _plan(_with_history(found, history, request.settings), history, today)
        plan = _if_it_may_send(plan, history, tools, request)
        try:
            if not request.force:
                _refuse_if_unsafe(plan, history, run, tools, request)
            if plan.book.new_ids or _must_claim(plan, tools):
                claimed += _must_claim(plan, tools)
                plan = _with_ids_written(plan, history, run, tools, request)
            tools.store.check(plan.book.fingerprint)
            sent = sent.then(write.send(plan, run, tools))
            _advance(plan, sent, tools.ledger, request)
            failpoints.reach("run: sent")
            final, receipt = write.write(plan, run, tools, began, sent)
        except WorkbookChanged:
            if attempt == _ATTEMPTS:
                raise
            found = read(request.settings)
            continue
        receipt = replace(receipt, rows=receipt.rows + claimed)
        return Applied(run, _as_tried(final, plan, sent), receipt, sent)
    raise AssertionError  # the loop returns or raises


def _if_it_may_send(plan: Plan, history: History, tools: Tools, request: Request) -> Plan:
    """The plan, without its mails and with the reason where nothing may leave from here and now."""
    if not plan.mails:
        return plan
    waits = send_policy.why_not(plan, history, tools.ledger, request.here)
    if not waits:
        return plan
    found = send_policy.obstacle(plan.book, history, tools.ledger, request.here)
    more = (Problem("Runs", "", found, "Until then nothing is sent."),) if found else ()
    return replace(plan, mails=(), waits=waits, problems=(*plan.problems, *more))


def _as_tried(final: Plan, plan: Plan, sent: Sending) -> Plan:
    """The plan as it was written, with the mails that were to leave, or why some did not."""
    more = tuple(problem for problem in plan.problems if plan.waits and problem.tab == "Runs")
    problems = tuple(dict.fromkeys((*final.problems, *more, *sent.unfit)))
    return replace(final, mails=plan.mails, waits=plan.waits, problems=problems)


def _must_claim(plan: Plan, tools: Tools) -> bool:
    """Whether this plan's mails wait for the claim of the workbook."""
    return bool(plan.mails) and send_policy.must_claim(plan.book, tools.ledger.id)


def _with_ids_written(
    plan: Plan, history: History, run: str, tools: Tools, request: Request
) -> Plan:
    """The plan after new clients were given their IDs in the sheet, and the sheet this ledger's.

    That is written by itself, before anything else: nobody is written to under an ID that a run
    which dies would take with it, or by two computers. It is read again, to see that it stands.
    """
    changes = send_policy.claim(
        plan.book, run, write.beginning(plan.snapshot.business, tools, request.clock())
    )
    tools.store.write(changes if _must_claim(plan, tools) else replace(changes, rows=()))
    failpoints.reach("run: IDs written")
    again = plans.make(read(request.settings), history, plan.today)
    if plan.waits:
        return replace(again, mails=(), waits=plan.waits, problems=plan.problems)
    return _if_it_may_send(again, history, tools, request)


def _advance(plan: Plan, sent: Sending, ledger: Ledger, request: Request) -> None:
    """The first live run ends once the owner has had the clients' mails, the second once a client
    has had one. Rehearsals that were asked for do not count."""
    if plan.snapshot.business.sending not in {"ask", "send"}:
        return
    purposes = {mail.purpose for mail in sent.accepted if mail.client}
    stage = plan.snapshot.history.stage
    if stage == "owner" and "rehearsal" in purposes:
        ledger.reach_stage("one")
    elif "follow-up" in purposes and (stage == "one" or request.all_at_once):
        ledger.reach_stage("all")


def _refuse_if_unsafe(
    plan: Plan, history: History, run: str, tools: Tools, request: Request
) -> None:
    try:
        guard_rails.refuse_if_unsafe(plan)
    except UnsafeRun as error:
        waits = send_policy.why_not(plan, history, tools.ledger, request.here)
        if waits in {"", send_policy.wrong_hour(plan, request.here)}:
            _tell_owner(plan, run, tools, request, error)
        raise


def _tell_owner(plan: Plan, run: str, tools: Tools, request: Request, error: UnsafeRun) -> None:
    """The alarm, once a day for the same trouble. It goes out like any mail: where it really
    leaves, the workbook is this ledger's first, so that two computers do not both tell of it."""
    business = plan.snapshot.business
    if business.sending == "preview" or not (business.owner and business.sender):
        return
    alarm = Mail(
        key=routing.mail_key(plan.snapshot, "alarm", _FIGURES.sub("", error.what)),
        day=plan.today,
        purpose="alarm",
        client="",
        to=business.owner,
        to_name="",
        subject="sheetops stopped before it wrote or sent anything",
        body=f"Good morning,\n\n{error.what}\n\n{error.mend}",
        reply_to="",
    )
    only = replace(plan, mails=(alarm,), routing=routing.Routing(), stale=())
    if request.here.really and _must_claim(only, tools):
        line = {
            **write.beginning(plan.snapshot.business, tools, request.clock()),
            "Result": _REFUSED,
        }
        tools.store.write(replace(send_policy.claim(plan.book, run, line), cells=()))
        failpoints.reach("run: claimed to tell the owner")
    write.send(only, run, tools)
    failpoints.reach("run: owner told")


def _end(tools: Tools, applied: Applied) -> None:
    counts = applied.plan.counts() | guard_rails.rows_watched(applied.plan)
    counts |= {"cells": applied.receipt.cells, "rows": applied.receipt.rows}
    counts["mails"] = len(applied.sending.accepted)
    result = "done with problems" if applied.plan.problems else "done"
    tools.ledger.end_run(applied.run, result, counts, at=tools.clock())
