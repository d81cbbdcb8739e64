"""The story of a day's run, in order: read, plan, guard, send, write.

Context: a run may die at any moment, and staff may save the workbook while it works. Decision: mail
goes first, then what differs is written in one go; IDs of new clients, and whose the workbook is,
stand in the sheet before any mail leaves. Consequence: a run that died is completed by the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sheetops import failpoints
from sheetops.errors import UnsafeRun, WorkbookChanged
from sheetops.jobs import alert, location, run_log, send_policy, session
from sheetops.jobs.context import JobContext, Request
from sheetops.jobs.results import Applied, SendResult
from sheetops.jobs.retry import retry_on_change
from sheetops.jobs.send import send_day
from sheetops.jobs.session import Reading
from sheetops.jobs.write import write
from sheetops.model.history import Stage
from sheetops.model.mail import Purpose
from sheetops.plan import guard_rails
from sheetops.plan.plan import Plan
from sheetops.workbook.problem import Problem


def preview(request: Request) -> Plan:
    """The plan of the day. Nothing is written, sent or remembered."""
    reading = session.read_workbook(request)
    with session.ledger_if_any(request.settings, reading.book.business.workbook_id) as ledger:
        plan = session.plan_day(request, reading, ledger)
        refusal = send_policy.find_refusal(plan, ledger, request.conditions)
    return replace(plan, waits=refusal.why)


def daily(request: Request) -> Applied:
    """Apply the plan of the day: send, then write.

    Raises AnotherRun if one is under way, UnsafeRun if a guard rail stops it (the owner is told),
    and what the store raises if the workbook cannot be written; mails that left are then known, and
    the next run writes what is missing.
    """
    with session.begin_run(request) as (context, reading):
        if request.force:
            context.ledger.disown_future(context.now())
        applied = retry_on_change(
            _Daily(context).apply, reading, lambda: session.read_workbook(context.request)
        )
        failpoints.reach("run: applied")
        location.remember(context.ledger, request.settings, request.computer)
        _end(context, applied)
        failpoints.reach("run: ended")
    return applied


@dataclass
class _Daily:
    """One run of the day; what it has sent counts over all its attempts."""

    context: JobContext
    sent: SendResult = field(default_factory=SendResult)
    claimed: int = 0
    obstacles: tuple[Problem, ...] = ()

    def apply(self, reading: Reading) -> Applied:
        """As the workbook stands. Raises WorkbookChanged if staff save in the meantime."""
        context = self.context
        plan = self._plan(reading)
        if plan.book.new_ids or self._needs_claim(plan):
            plan = self._plan(self._with_ids_written(plan))
        context.store.check(plan.book.fingerprint)
        self.sent = self.sent.then(send_day(plan, context))
        self._advance(plan)
        failpoints.reach("run: sent")
        final, receipt = write(plan, context, self.sent)
        problems = dict.fromkeys((*final.problems, *self.obstacles, *self.sent.unfit))
        tried = replace(final, mails=plan.mails, waits=plan.waits, problems=tuple(problems))
        receipt = replace(receipt, rows=receipt.rows + self.claimed)
        return Applied(context.run, tried, receipt, self.sent)

    def _plan(self, reading: Reading) -> Plan:
        """The day's plan, without its mails and with the reason where nothing may leave from here
        and now. Raises UnsafeRun if a guard rail stops it."""
        request, ledger = self.context.request, self.context.ledger
        plan = session.plan_day(request, reading, ledger)
        self.obstacles = ()
        if plan.mails and (refusal := send_policy.find_refusal(plan, ledger, request.conditions)):
            if refusal.needs_person:
                self.obstacles = (Problem("Runs", "", refusal.why, "Until then nothing is sent."),)
            problems = (*plan.problems, *self.obstacles)
            plan = replace(plan, mails=(), waits=refusal.why, problems=problems)
        if not request.force:
            self._refuse_if_unsafe(plan)
        return plan

    def _refuse_if_unsafe(self, plan: Plan) -> None:
        try:
            guard_rails.refuse_if_unsafe(plan)
        except UnsafeRun as error:
            request, ledger = self.context.request, self.context.ledger
            refusal = send_policy.find_refusal(plan, ledger, request.conditions)
            if not refusal or refusal.is_hour:
                alert.alert_unsafe_run(plan, error, self.context)
            raise

    def _needs_claim(self, plan: Plan) -> bool:
        """Whether this plan's mails wait for the claim of the workbook."""
        return bool(plan.mails) and run_log.needs_claim(plan.book, self.context.ledger.id)

    def _with_ids_written(self, plan: Plan) -> Reading:
        """The workbook after new clients were given their IDs in it, and it was made this ledger's.

        That is written by itself, before anything else: nobody is written to under an ID that a run
        which dies would take with it, or by two computers. It is read again, to see that it stands.
        """
        context, needs_claim = self.context, self._needs_claim(plan)
        line = run_log.line_of(context, plan.snapshot.business)
        changes = replace(run_log.claim(plan.book, context.run, line), cells=plan.book.new_ids)
        context.store.write(changes if needs_claim else replace(changes, rows=()))
        self.claimed += needs_claim
        failpoints.reach("run: IDs written")
        reading = session.read_workbook(context.request)
        if reading.book.new_ids:  # another new client came in this moment, who has none yet
            what = f"{reading.book.name} was changed while sheetops worked."
            raise WorkbookChanged(what, "Run it again.")
        return reading

    def _advance(self, plan: Plan) -> None:
        """The first live run ends once the owner has had the clients' mails, the second once a
        client has had one. Rehearsals that were asked for do not count."""
        if not plan.snapshot.business.sending.is_live:
            return
        ledger, stage = self.context.ledger, plan.history.stage
        purposes = {mail.purpose for mail in self.sent.accepted if mail.client}
        if stage is Stage.OWNER and Purpose.REHEARSAL in purposes:
            ledger.reach_stage(Stage.ONE)
        elif Purpose.FOLLOW_UP in purposes and (
            stage is Stage.ONE or self.context.request.all_at_once
        ):
            ledger.reach_stage(Stage.ALL)


def _end(context: JobContext, applied: Applied) -> None:
    counts = applied.plan.counts() | guard_rails.rows_watched(applied.plan)
    counts |= {"cells": applied.receipt.cells, "rows": applied.receipt.rows}
    counts["mails"] = len(applied.sending.accepted)
    result = "done with problems" if applied.plan.problems else "done"
    context.ledger.end_run(applied.run, result, counts, at=context.now())
