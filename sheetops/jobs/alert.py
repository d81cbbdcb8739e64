"""Telling the owner that something is wrong: the one way to alarm them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date

from sheetops import failpoints
from sheetops.errors import UnsafeRun
from sheetops.jobs import run_log, session
from sheetops.jobs.context import JobContext, Request
from sheetops.jobs.send import send
from sheetops.ledger import Ledger
from sheetops.mail.transports import transport_of
from sheetops.model.mail import Mail, Purpose
from sheetops.plan import routing
from sheetops.plan.plan import Plan
from sheetops.workbook.business import Business
from sheetops.workbook.choices import Sending

_JOB = "tell"
_FIGURES = re.compile(r"\d+")  # they may differ from try to try; the trouble is the same
_STOPPED = "sheetops stopped before it wrote or sent anything"


def key_of(workbook_id: str, trouble: str) -> str:
    """The key of the alarm of a trouble: the same trouble is told once."""
    return hashlib.sha256(f"{workbook_id}\x1f{trouble}".encode()).hexdigest()[:20]


def alert_mail(key: str, day: date, owner: str, subject: str, body: str) -> Mail:
    """A mail to the owner about what is wrong."""
    return Mail(
        key=key,
        day=day,
        purpose=Purpose.ALARM,
        client="",
        to=owner,
        to_name="",
        subject=subject,
        body=body,
        reply_to="",
    )


def alert_unsafe_run(plan: Plan, error: UnsafeRun, context: JobContext) -> None:
    """The alarm of a guard rail, once a day for the same trouble. It goes out like any mail: where
    it really leaves, the workbook is this ledger's first, so that two computers do not both tell of
    it."""
    business = plan.snapshot.business
    if business.sending == Sending.PREVIEW or not (business.owner and business.sender):
        return
    key = routing.mail_key(plan.snapshot, "alarm", _FIGURES.sub("", error.what))
    body = f"Good morning,\n\n{error.what}\n\n{error.mend}"
    if context.request.settings.mail.really_sends and run_log.needs_claim(
        plan.book, context.ledger.id
    ):
        line = run_log.line_of(context, business, session.REFUSED)
        context.store.write(run_log.claim(plan.book, context.run, line))
        failpoints.reach("run: claimed to tell the owner")
    clients = plan.snapshot.clients.key.tolist()
    send((alert_mail(key, plan.today, business.owner, _STOPPED, body),), business, context, clients)
    failpoints.reach("run: owner told")


def alert_through_outbox(
    request: Request, business: Business, workbook_id: str, mail: Mail
) -> bool:
    """Whether the mail has left, now or before, through the outbox. The workbook is not read: it
    may be what is wrong. Raises LedgerError, and what a transport raises that cannot be used."""
    settings, asked = request.settings, replace(request, job=_JOB)
    with (
        Ledger.open(settings.ledger_at(workbook_id), workbook_id) as ledger,
        transport_of(settings.mail) as transport,
    ):
        if ledger.has_left(mail.key):
            return True
        with session.recording_run(ledger, asked, mail.day) as run:
            context = JobContext(asked, run, asked.store(), ledger, transport, asked.clock())
            ledger.recover(transport, asked.clock())
            sent = send((mail,), business, context)
            ledger.end_run(run, "done", {"mails": len(sent.accepted)}, at=asked.clock())
        return ledger.has_left(mail.key)
