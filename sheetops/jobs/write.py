"""Writing the day into the workbook: planned anew with what the ledger knows now, in one go.

Context: mail has left by then, and staff may have saved meanwhile. Decision: the plan is made anew
after the mails, and the write is refused if the workbook is another one. Consequence: what the
sheet shows after a run is exactly what a second run would write, and a run that died is completed
by the next one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sheetops import failpoints
from sheetops.jobs import run_log
from sheetops.jobs.context import JobContext
from sheetops.jobs.results import SendResult
from sheetops.ledger import Ledger
from sheetops.model.history import History
from sheetops.plan.plan import Plan, make_plan
from sheetops.systems.clients import listed
from sheetops.systems.path import consequences, event_log
from sheetops.workbook.changes import Changes, Receipt

_ABOUT_MAILS = ("retries", "mails_by_day", "mails_today", "sent_lately")
"""What of the history decides which mails leave, and nothing else."""


def write(plan: Plan, context: JobContext, sent: SendResult) -> tuple[Plan, Receipt]:
    """Make the plan anew with what the ledger now knows, and write what differs.

    Where nothing differs the workbook is not touched; but the first run of a working day leaves its
    line in `Runs`, because its silence would turn that tab red. Raises what `Store.write` raises;
    then nothing was written.
    """
    history = replace(context.ledger.history(plan.today), stage=plan.history.stage)
    final = _made_anew(plan, history)
    changes = final.changes
    if plan.book.has("Runs") and (
        changes or run_log.needs_line(plan.book, context.run, plan.today)
    ):
        line = _line(plan, changes, context, sent)
        changes = run_log.add_line(changes, plan.book, context.run, line)
    failpoints.reach("write: planned anew")
    receipt = context.store.write(changes)
    failpoints.reach("write: sheet written")
    _remember(context.ledger, context.run, final, history)
    return final, receipt


def _made_anew(plan: Plan, history: History) -> Plan:
    """The plan with what the ledger knows now: the same one, where it has learnt nothing that
    decides what is written. What decides which mails leave is no matter here: they have left."""
    about_mails = {name: getattr(plan.history, name) for name in _ABOUT_MAILS}
    if replace(history, **about_mails) == plan.history:
        return plan
    return make_plan(plan.book, history, plan.today)


def _remember(ledger: Ledger, run: str, written: Plan, history: History) -> None:
    """What the next runs must know of what was written."""
    snapshot = written.snapshot
    ledger.record_laid_out(run, written.laid_out)
    ledger.record_paths(written.paths)
    ledger.record_consequences(consequences.to_remember(snapshot))
    ledger.record_statuses(listed.statuses(snapshot))
    ledger.record_ticks(snapshot.ticks)
    ledger.forget_ticks(set(history.ticks) - set(snapshot.ticks))
    ledger.mark_listed(unlisted.follow_up.key for unlisted in history.unlisted)
    ledger.record_past(event_log.to_remember(snapshot))


def _line(plan: Plan, changes: Changes, context: JobContext, sent: SendResult) -> run_log.Line:
    business = plan.snapshot.business
    counts = plan.counts()
    is_ours = run_log.last_sending_run(plan.book)[1] == context.ledger.id
    return run_log.line_of(
        context,
        business,
        "done with problems" if plan.problems else "done",
        sends=is_ours and not plan.waits,
        counts={
            "Next by": business.calendar.after(plan.today + timedelta(days=1), 0),
            "Clients": counts["clients"],
            "Stalled": counts["stalled"],
            "Cells changed": len(changes.cells),
            "Rows added": len(changes.rows),
            "Mails": counts["mails"],
            "Minutes given back": sum(
                item.minutes_saved for mail in sent.accepted for item in mail.items
            ),
            "Problems": counts["problems"],
        },
    )
