"""Carrying out a plan: the only place that sends, and the only one that orders a write.

Context: a run may die at any moment, and staff may save the workbook while it works. Decision: mail
goes first, each step of it recorded before it is taken; then the plan is made anew with what the
ledger now knows, and that is written in one go. Consequence: what the sheet shows after a run is
exactly what a second run would write, and a run that died is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetops import failpoints, mailing, sending
from sheetops import plan as plans
from sheetops.changes import Changes, Receipt, Store
from sheetops.errors import MailError
from sheetops.findings import Mail, Problem
from sheetops.history import BY_HAND
from sheetops.ledger import Ledger
from sheetops.mail import Handed, Outcome, Transport
from sheetops.mail.message import envelope, message_id_of
from sheetops.plan import Plan
from sheetops.raw import Value
from sheetops.systems import consequences, happened

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Tools:
    """What a run works with. `clock` gives the moment, with its time zone."""

    store: Store
    ledger: Ledger
    transport: Transport
    clock: Clock
    computer: str = ""


@dataclass(frozen=True)
class Sending:
    """What became of the day's mails: those accepted, and why others were not sent.

    `unfit` are the problems of mails that cannot be made safely; they are planned again.
    """

    accepted: tuple[Mail, ...] = ()
    not_sent: tuple[tuple[Mail, str], ...] = ()
    unfit: tuple[Problem, ...] = ()

    def then(self, later: Sending) -> Sending:
        """This and what a further attempt of the same run sent."""
        gone = {mail.key for mail in later.accepted}
        still = tuple(pair for pair in self.not_sent if pair[0].key not in gone)
        accepted = (*self.accepted, *later.accepted)
        return Sending(accepted, (*still, *later.not_sent), (*self.unfit, *later.unfit))


@dataclass(frozen=True)
class Applied:
    """What a run did: the plan that was written, the store's receipt, and the mails."""

    run: str
    plan: Plan
    receipt: Receipt
    sending: Sending = field(default_factory=Sending)


def send(plan: Plan, run: str, tools: Tools) -> Sending:
    """Send the plan's mails through the ledger; a second time sends nothing.

    What staff have settled in `Follow-ups` is recorded first. Raises LedgerError if that cannot be
    recorded; then nothing more is sent.
    """
    ledger, clock = tools.ledger, tools.clock
    for settled in plan.routing.settled:
        why = BY_HAND if settled.by_hand else "skipped by staff"
        known = plan.morning.history.sent.get(settled.follow_up.key)
        if known is None or not known.is_settled:
            if settled.by_hand:
                ledger.record_consequences(consequences.declared([settled.follow_up]))
            ledger.cancel(settled.follow_up, why, clock())
    if not plan.mails:
        return Sending()
    for mail, why in plan.stale:
        ledger.withdraw(mail.key, why, clock())
    plan = replace(plan, mails=_threaded(plan, ledger))
    clients = set(plan.morning.clients.key.tolist())
    claim = ledger.claim(run, plan.mails, clock(), clients)
    not_sent = [(left.mail, left.why) for left in claim.left_out if not left.barred]
    without = [mailing.without(left.mail, left.barred) for left in claim.left_out if left.barred]
    again = [mail for mail in without if mail is not None]
    mails = claim.mails
    if again:
        second = ledger.claim(run, again, clock(), clients)
        mails = (*mails, *second.mails)
        not_sent += [(left.mail, left.why) for left in second.left_out]
    ledger.record_consequences(consequences.declared(item for mail in mails for item in mail.items))
    return _hand_over(plan, mails, not_sent, tools)


def _threaded(plan: Plan, ledger: Ledger) -> tuple[Mail, ...]:
    """The mails, each going on from the earlier ones to its client about the same step."""
    sender = plan.morning.business.sender
    earlier = ledger.threads(plan.mails)
    with suppress(MailError):  # an address that cannot be used is told for each mail
        return tuple(
            replace(mail, thread=tuple(message_id_of(*one, sender) for one in earlier[mail.key]))
            if earlier.get(mail.key)
            else mail
            for mail in plan.mails
        )
    return plan.mails


def _hand_over(
    plan: Plan, mails: Iterable[Mail], not_sent: list[tuple[Mail, str]], tools: Tools
) -> Sending:
    accepted = []
    unfit: list[Problem] = []
    stopped = ""
    for mail in mails:
        if stopped:
            not_sent.append((mail, f"not tried: {stopped}"))
            continue
        try:
            handed = _hand_one(plan, mail, tools)
        except MailError as error:
            not_sent.append((mail, f"unfit: {error}"))
            unfit.append(_unfit(mail, error))
            continue
        if handed.outcome is Outcome.ACCEPTED:
            accepted.append(mail)
        else:
            not_sent.append((mail, f"{handed.outcome}: {handed.reply}"))
        stopped = handed.reply if handed.stop else ""
    tools.ledger.settle(tools.clock())
    return Sending(tuple(accepted), tuple(not_sent), tuple(unfit))


def _unfit(mail: Mail, error: MailError) -> Problem:
    found = f"The mail to {mail.to_name or mail.to} was not sent. {error.what}"
    return Problem("Follow-ups", "", found, f"{error.mend} It goes out with the next run.".strip())


def _hand_one(plan: Plan, mail: Mail, tools: Tools) -> Handed:
    """Hand over one mail. Raises MailError if it cannot be made safely; its follow-ups are then
    planned again, because staff may mend what it is made of."""
    business, ledger = plan.morning.business, tools.ledger
    try:
        one = envelope(
            mail,
            sender=business.sender,
            business=business.name,
            postal=business.postal_address,
            zone=business.calendar.zone,
        )
    except MailError as error:
        ledger.withdraw(mail.key, str(error), tools.clock())
        raise
    failpoints.reach("send: mail built")
    handed = tools.transport.hand_over(one, lambda: ledger.handing(mail.key, tools.clock()))
    failpoints.reach("send: answer not recorded")
    _record(ledger, mail.key, handed, tools.clock())
    if tools.transport.must_wait():
        ledger.settle(tools.clock())
    failpoints.reach("send: answer recorded")
    return handed


def _record(ledger: Ledger, key: str, handed: Handed, at: datetime) -> None:
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


def write(
    plan: Plan, run: str, tools: Tools, began: datetime, sent: Sending
) -> tuple[Plan, Receipt]:
    """Make the plan anew with what the ledger now knows, and write what differs.

    Where nothing differs the workbook is not touched, not even by a line in `Runs`. Raises what
    `Store.write` raises; then nothing was written.
    """
    history = replace(tools.ledger.history(plan.today), stage=plan.morning.history.stage)
    final = plans.make(plan.book, history, plan.today)
    changes = final.changes
    if plan.book.has("Runs") and (changes or run in plan.book.layout["Runs"].rows):
        line = _line(plan, changes, tools, began, sent)
        changes = sending.with_line(changes, plan.book, run, line)
    failpoints.reach("write: planned anew")
    receipt = tools.store.write(changes)
    failpoints.reach("write: sheet written")
    tools.ledger.record_laid_out(run, final.laid_out)
    tools.ledger.record_paths(final.paths)
    tools.ledger.record_consequences(consequences.to_remember(final.morning))
    tools.ledger.record_ticks(final.morning.ticks)
    tools.ledger.forget_ticks(set(history.ticks) - set(final.morning.ticks))
    tools.ledger.mark_listed(one.follow_up.key for one in history.unlisted)
    tools.ledger.record_past(happened.to_remember(final.morning))
    return final, receipt


def beginning(plan: Plan, tools: Tools, began: datetime) -> dict[str, Value]:
    """The line in `Runs` as it is before the run is done. The ledger's id stands in the lines of
    those runs only that may send, so that it says whose the workbook is."""
    local = began.astimezone(plan.morning.business.calendar.zone)
    return {
        "At": local.replace(tzinfo=None, second=0, microsecond=0),
        "Job": "daily",
        "Result": "under way",
        "Computer": tools.computer,
        "Ledger": tools.ledger.id,
    }


def _line(
    plan: Plan, changes: Changes, tools: Tools, began: datetime, sent: Sending
) -> dict[str, Value]:
    counts = plan.counts()
    minutes = sum(item.minutes_saved for mail in sent.accepted for item in mail.items)
    is_ours = sending.last_sender(plan.book)[1] == tools.ledger.id
    values: dict[str, Value] = {
        **beginning(plan, tools, began),
        "Ledger": tools.ledger.id if is_ours and not plan.waits else None,
        "Result": "done with problems" if plan.problems else "done",
        "Clients": counts["clients"],
        "Stalled": counts["stalled"],
        "Cells changed": len(changes.cells),
        "Rows added": len(changes.rows),
        "Mails": counts["mails"],
        "Minutes given back": minutes,
        "Problems": counts["problems"],
    }
    return {heading: value for heading, value in values.items() if value is not None}
