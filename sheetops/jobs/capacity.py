"""The story of a capacity report, in order: read, work out, and, if asked to, send and write.

One report leaves a week: its mail is named by the week, so the ledger sends it once, however often
it is asked for, unless it is asked to `send_again`. The tab is written anew each time. Mail to the
owner leaves at any hour, because they have asked for it; which computer sends is decided as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sheetops.errors import ConfigError
from sheetops.jobs import daily, location, run_log, send_policy, session
from sheetops.jobs.context import JobContext, Request
from sheetops.jobs.results import SendResult
from sheetops.jobs.retry import retry_on_change
from sheetops.jobs.send import send
from sheetops.jobs.session import Reading
from sheetops.model.mail import Mail
from sheetops.model.snapshot import Snapshot
from sheetops.plan.plan import Plan
from sheetops.report import email, tab
from sheetops.report import request as asked
from sheetops.report.figures import Capacity, WhatIf, measure, what_if
from sheetops.report.report import Report, gather
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.changes import Changes, Receipt
from sheetops.workbook.choices import Sending
from sheetops.workbook.raw import Value

_JOB = "capacity"
_LATELY = 200  # runs of the ledger among which this week's are


@dataclass(frozen=True)
class ReportOptions:
    """What is wanted besides the report: what-ifs as they are typed, and another sending.

    `occasion` names what asks for another sending: the same one sends once, also after a run that
    died; blank: each run is one of its own.
    """

    away: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    send_again: bool = False
    occasion: str = ""


NO_OPTIONS = ReportOptions()


@dataclass(frozen=True)
class ReportResult:
    """What a run did: the report, what was written, and to whom it went, or `unsent`: why not."""

    run: str
    report: Report
    receipt: Receipt
    sent: SendResult = field(default_factory=SendResult)
    unsent: str = ""
    has_tab: bool = True

    @property
    def said(self) -> str:
        """What became of the mail, as words that complete a sentence."""
        if self.sent.accepted:
            return f"sent to {self.sent.accepted[0].to}"
        return f"not sent: {self.unsent}".rstrip(".")


def preview(request: Request, options: ReportOptions = NO_OPTIONS) -> Report:
    """The report of the day. Nothing is written, sent or remembered.

    Raises ConfigError if the workbook cannot be used, or a what-if is not understood.
    """
    plan = _usable(daily.preview(request))
    return _made(plan.snapshot, _what_ifs(plan.snapshot, options), plan)


def report(request: Request, options: ReportOptions = NO_OPTIONS) -> ReportResult:
    """Make the report, send it to the owner, once a week, and write it into the workbook.

    Raises ConfigError as `preview` does, AnotherRun if one is under way, and what the store raises
    if the workbook cannot be written; the report may have left then, and leaves no second time.
    """
    with session.begin_run(replace(request, job=_JOB)) as (context, reading):
        if not request.force:
            location.refuse_elsewhere(context.ledger, request.settings, request.computer)
        making = _ReportRun(context, options)
        done = retry_on_change(
            making.report, reading, lambda: session.read_workbook(context.request)
        )
        result = "done with problems" if done.report.problems else "done"
        counts = {"cells": done.receipt.cells, "rows": done.receipt.rows}
        counts["mails"] = len(done.sent.accepted)
        context.ledger.end_run(context.run, result, counts, at=context.now())
    return done


def report_if_asked(request: Request, options: ReportOptions = NO_OPTIONS) -> ReportResult | None:
    """The report, where `Report now` is ticked in `Settings` and not answered yet; else None.

    For whoever looks at the workbook now and then. A tick asks on purpose: it sends again. Where a
    tick was taken away, the answer beside it is put so that the next one asks anew. Raises what
    `report` raises.
    """
    found = session.read_workbook(request).book
    if not asked.is_asked(found, clears=not request.settings.workbook.is_live):
        return None
    if asked.is_taken_back(found):
        put = Changes(tuple(asked.taken_back(found)), (), found.layout, found.fingerprint)
        request.store(found.business.workbook_id).write(put)
        return None
    return report(request, replace(options, send_again=True, occasion=asked.occasion(found)))


def _usable(plan: Plan) -> Plan:
    if not plan.book.is_usable:
        missing = " ".join(str(problem) for problem in plan.problems)
        raise ConfigError("The workbook cannot be used yet.", missing)
    return plan


@dataclass(frozen=True)
class _Scenarios:
    """The figures, what would change, and by setting what could not be understood."""

    figures: Capacity
    what_ifs: tuple[WhatIf, ...]
    faults: Mapping[str, str]


def _what_ifs(snapshot: Snapshot, options: ReportOptions) -> _Scenarios:
    """The figures, and what would change: what is wanted here must be understood, what stands in
    Settings may be wrong and is answered there."""
    figures = measure.capacity(snapshot)

    def away(text: str) -> WhatIf:
        one = asked.away_of(text)
        return what_if.away(snapshot, one.person, one.first, one.last, figures)

    def more(text: str) -> WhatIf:
        one = asked.more_of(text)
        return what_if.more(snapshot, one.offer, one.number, before=figures)

    found = [*map(away, options.away), *map(more, options.more)]
    faults: dict[str, str] = {}
    business = snapshot.business
    for name, text, read in (
        (asked.AWAY, business.what_if_away, away),
        (asked.MORE, business.what_if_more, more),
    ):
        found += _answered(name, text, read, faults)
    unique = {one.question: one for one in found}
    return _Scenarios(figures, tuple(unique.values()), faults)


def _answered(
    name: str, text: str, read: Callable[[str], WhatIf], faults: dict[str, str]
) -> Iterator[WhatIf]:
    for part in asked.several(text):
        try:
            yield read(part)
        except ConfigError as error:
            faults[name] = f"{faults.get(name, '')} {error}".strip()


def _made(snapshot: Snapshot, supposed: _Scenarios, plan: Plan) -> Report:
    faults = tuple(f"{name} in Settings: {fault}" for name, fault in supposed.faults.items())
    made = gather(snapshot, supposed.figures, supposed.what_ifs, faults)
    return replace(made, problems=len(plan.problems))


class _ReportRun:
    """One run that makes, sends and writes the report."""

    def __init__(self, context: JobContext, options: ReportOptions) -> None:
        self.context = context
        self.options = options
        self.sent = SendResult()

    def report(self, reading: Reading) -> ReportResult:
        """As the workbook stands. Raises WorkbookChanged if staff save in the meantime."""
        context = self.context
        plan = _usable(session.plan_day(context.request, reading, context.ledger))
        supposed = _what_ifs(plan.snapshot, self.options)
        made = _made(plan.snapshot, supposed, plan)
        unsent = self._why_not(plan)
        book = plan.book
        if not unsent and run_log.needs_claim(book, context.ledger.id):
            line = run_log.line_of(context, book.business)
            context.store.write(run_log.claim(book, context.run, line))
            book = session.read_workbook(context.request).book
        context.store.check(book.fingerprint)
        if not unsent:
            self._send(plan, made)
            unsent = "" if self.sent.accepted else _reason(self.sent)
        done = ReportResult(context.run, made, Receipt(), self.sent, unsent)
        receipt = self._write(book, done, supposed)
        context.ledger.record_forecasts(measure.to_keep(plan.snapshot, supposed.figures))
        return replace(done, receipt=receipt, has_tab=book.has(tab.TAB))

    def _why_not(self, plan: Plan) -> str:
        """Why the report may not leave; blank if it may. The hour does not matter."""
        business = plan.snapshot.business
        if business.sending == Sending.PREVIEW:
            return "Sending in Settings is preview."
        if not business.sender:
            return "Sender address in Settings is blank."
        if not _address(business):
            rehearsed = business.sending == Sending.REHEARSE
            return f"{'Rehearsal' if rehearsed else 'Owner’s'} address in Settings is blank."
        conditions = replace(self.context.request.conditions, any_hour=True)
        return send_policy.find_refusal(plan, self.context.ledger, conditions).why

    def _send(self, plan: Plan, made: Report) -> None:
        """This week's mail; where that has left already, another one if that is wanted."""
        first = self._mail(plan, made)
        self._hand_over(plan, first)
        if not self.sent.accepted and self.options.send_again and self._is_told(first.key):
            again = self.options.occasion or self.context.run
            self._hand_over(plan, self._mail(plan, made, again))

    def _hand_over(self, plan: Plan, mail: Mail) -> None:
        clients = plan.snapshot.clients.key.tolist()
        sent = send((mail,), plan.snapshot.business, self.context, clients)
        self.sent = self.sent.then(sent)

    def _is_told(self, key: str) -> bool:
        """Whether a mail left by a run that came to its end: what a run sent that died is what is
        being asked for now."""
        ledger = self.context.ledger
        by = {one.run for one in ledger.entries("accepted") if one.key == key}
        ended = {one.run for one in ledger.runs(_LATELY) if one.result.startswith("done")}
        return bool(by & ended)

    def _mail(self, plan: Plan, made: Report, again: str = "") -> Mail:
        business = plan.snapshot.business
        rehearsed = "rehearsal" if business.sending == Sending.REHEARSE else ""
        key = email.key_of(business.workbook_id, made, f"{again}{rehearsed}")
        return email.letter(made, _address(business), key)

    def _write(self, book: Book, done: ReportResult, supposed: _Scenarios) -> Receipt:
        """Write the figures, the answers and the line in `Runs`; nothing where nothing differs."""
        cells, rows = tab.changes(book, done.report)
        zone = book.business.calendar.zone
        said = asked.made_at(self.context.began.astimezone(zone), done.said)
        clears = not self.context.request.settings.workbook.is_live
        answers = asked.answers(book, said, supposed.what_ifs, supposed.faults, clears=clears)
        changes = Changes((*cells, *answers), rows, book.layout, book.fingerprint)
        run = self.context.run
        if book.has("Runs") and (changes or run in book.layout["Runs"].rows):
            counts: dict[str, Value] = {
                "Cells changed": len(changes.cells),
                "Rows added": len(rows),
                "Mails": len(done.sent.accepted),
            }
            line = run_log.line_of(
                self.context,
                book.business,
                "done",
                sends=bool(done.sent.accepted),
                counts=counts,
            )
            changes = run_log.add_line(changes, book, run, line)
        return self.context.store.write(changes)


def _address(business: Business) -> str:
    """To whom the report goes."""
    if business.sending == Sending.REHEARSE:
        return business.rehearsal_address
    return business.owner


def _reason(sent: SendResult) -> str:
    """Why it was not sent; that this week's has left already is said as what it is."""
    why = next((why for _, why in sent.not_sent), "")
    if why.endswith("accepted already"):
        return "this week’s has left already. To send it again: --send-again"
    return why or "nobody knows why"
