"""Handing mails over: the only place that sends.

Context: a run may die at any moment. Decision: each step of a mail is recorded in the ledger before
it is taken. Consequence: a second try sends nothing twice, and what is in doubt is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetops import failpoints
from sheetops.errors import MailError
from sheetops.jobs.context import JobContext
from sheetops.jobs.results import SendResult
from sheetops.ledger import Ledger
from sheetops.mail import Envelope, Handed, Outcome
from sheetops.mail.message import envelope, message_id_of
from sheetops.model.history import BY_HAND
from sheetops.model.mail import Mail
from sheetops.plan import routing
from sheetops.plan.plan import Plan
from sheetops.systems.path import consequences
from sheetops.workbook.business import Business
from sheetops.workbook.problem import Problem


def send_day(plan: Plan, context: JobContext) -> SendResult:
    """Send the plan's mails. What staff have settled in `Follow-ups` is recorded first, and what is
    no longer due is withdrawn. Raises LedgerError if that cannot be recorded."""
    _record_decisions(plan, context)
    if not plan.mails:
        return SendResult()
    for mail, why in plan.routing.stale:
        context.ledger.withdraw(mail.key, why, context.now())
    clients = plan.snapshot.clients.key.tolist()
    return send(plan.mails, plan.snapshot.business, context, clients)


def _record_decisions(plan: Plan, context: JobContext) -> None:
    ledger = context.ledger
    for settled in plan.routing.settled:
        known = plan.snapshot.history.sent.get(settled.follow_up.key)
        if known is None or not known.is_settled:
            if settled.by_hand:
                ledger.record_consequences(consequences.declared([settled.follow_up]))
            why = BY_HAND if settled.by_hand else "skipped by staff"
            ledger.cancel(settled.follow_up, why, context.now())


def send(
    mails: Sequence[Mail], business: Business, context: JobContext, clients: Collection[str] = ()
) -> SendResult:
    """Send the mails through the ledger; a second time sends nothing.

    `clients` are the keys of all clients in the workbook. Raises LedgerError if a step cannot be
    recorded; then nothing more is sent.
    """
    ledger, known = context.ledger, set(clients)
    claim = ledger.claim(context.run, _threaded(mails, business, ledger), context.now(), known)
    not_sent = [(left.mail, left.why) for left in claim.left_out if not left.barred]
    without = [routing.without(left.mail, left.barred) for left in claim.left_out if left.barred]
    again = [mail for mail in without if mail is not None]
    claimed = claim.mails
    if again:
        second = ledger.claim(context.run, again, context.now(), known)
        claimed = (*claimed, *second.mails)
        not_sent += [(left.mail, left.why) for left in second.left_out]
    items = (item for mail in claimed for item in mail.items)
    ledger.record_consequences(consequences.declared(items))
    return _Outgoing(business, context, not_sent).send(claimed)


def _threaded(mails: Sequence[Mail], business: Business, ledger: Ledger) -> Sequence[Mail]:
    """The mails, each going on from the earlier ones to its client about the same step."""
    earlier = ledger.threads(mails)
    with suppress(MailError):  # an address that cannot be used is told for each mail
        return tuple(
            replace(
                mail,
                thread=tuple(message_id_of(*one, business.sender) for one in earlier[mail.key]),
            )
            if earlier.get(mail.key)
            else mail
            for mail in mails
        )
    return mails


@dataclass
class _Outgoing:
    """The mails of a run on their way out, one after the other.

    While the server thinks about the beginning of one, the answer to the one before it is recorded
    and the one after it is put together.
    """

    business: Business
    context: JobContext
    not_sent: list[tuple[Mail, str]]
    accepted: list[Mail] = field(default_factory=list)
    unfit: list[Problem] = field(default_factory=list)
    answered: tuple[Mail, Handed] | None = None
    stopped: str = ""

    def send(self, mails: Iterable[Mail]) -> SendResult:
        """Send them; what comes after an answer that stops is not tried."""
        rest = iter(mails)
        coming = self._next(rest)
        while coming is not None and not self.stopped:
            mail, built = coming
            if self.context.request.ending():
                self.stopped = "sheetops was told to end."
                break
            self.context.transport.begin(built)
            self._record()
            coming = self._next(rest)
            self._hand_over(mail, built)
        self._record()
        self.context.ledger.settle(self.context.now())
        left = [coming[0], *rest] if coming is not None else []
        self.not_sent += [(mail, f"not tried: {self.stopped}") for mail in left]
        return SendResult(tuple(self.accepted), tuple(self.not_sent), tuple(self.unfit))

    def _next(self, rest: Iterator[Mail]) -> tuple[Mail, Envelope] | None:
        """The next mail that can be made safely. The follow-ups of one that cannot are planned
        again, because staff may mend what it is made of."""
        for mail in rest:
            try:
                built = self._built(mail)
            except MailError as error:
                self.context.ledger.withdraw(mail.key, str(error), self.context.now())
                self._put_aside(mail, error)
            else:
                failpoints.reach("send: mail built")
                return mail, built
        return None

    def _built(self, mail: Mail) -> Envelope:
        business = self.business
        return envelope(
            mail,
            sender=business.sender,
            business=business.name,
            postal=business.postal_address,
            zone=business.calendar.zone,
        )

    def _put_aside(self, mail: Mail, error: MailError) -> None:
        self.not_sent.append((mail, f"unfit: {error}"))
        self.unfit.append(_unfit(mail, error))

    def _hand_over(self, mail: Mail, built: Envelope) -> None:
        ledger, transport, now = self.context.ledger, self.context.transport, self.context.now
        try:
            handed = transport.hand_over(built, lambda: ledger.handing(mail.key, now()))
        except MailError as error:
            self._put_aside(mail, error)
            return
        failpoints.reach("send: answer not recorded")
        self.answered = mail, handed
        self.stopped = handed.reply if handed.stop else ""
        if handed.outcome is not Outcome.ACCEPTED or transport.must_wait():
            self._record()
            ledger.settle(now())

    def _record(self) -> None:
        """Record the last answer, unless that is done."""
        if self.answered is None:
            return
        (mail, handed), self.answered = self.answered, None
        _record_answer(self.context.ledger, mail.key, handed, self.context.now())
        failpoints.reach("send: answer recorded")
        if handed.outcome is Outcome.ACCEPTED:
            self.accepted.append(mail)
        else:
            self.not_sent.append((mail, f"{handed.outcome}: {handed.reply}"))


def _unfit(mail: Mail, error: MailError) -> Problem:
    found = f"The mail to {mail.to_name or mail.to} was not sent. {error.what}"
    return Problem("Follow-ups", "", found, f"{error.mend} It goes out with the next run.".strip())


def _record_answer(ledger: Ledger, key: str, handed: Handed, at: datetime) -> None:
    match handed.outcome:
        case Outcome.ACCEPTED:
            ledger.accepted(key, at)
        case Outcome.DEFERRED if handed.stop:
            ledger.release(key, at, handed.reply)
        case Outcome.DEFERRED:
            ledger.deferred(key, at, handed.reply)
        case Outcome.REFUSED:
            ledger.refused(key, at, handed.reply, bad_address=handed.bad_address)
        case Outcome.IN_DOUBT:
            ledger.in_doubt(key, at, handed.reply)
