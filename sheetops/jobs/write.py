"""Carrying out a plan: the only place that sends, and the only one that orders a write.

Context: a run may die at any moment, and staff may save the workbook while it works. Decision: mail
goes first, each step of it recorded before it is taken; then the plan is made anew with what the
ledger now knows, and that is written in one go. Consequence: what the sheet shows after a run is
exactly what a second run would write, and a run that died is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sheetops import failpoints
from sheetops.errors import MailError
from sheetops.jobs import send_policy as sending
from sheetops.ledger import Ledger
from sheetops.mail import Envelope, Handed, Outcome, Transport
from sheetops.mail.message import envelope, message_id_of
from sheetops.model.history import BY_HAND, History
from sheetops.model.mail import Mail
from sheetops.plan import plan as plans
from sheetops.plan import routing
from sheetops.plan.plan import Plan
from sheetops.systems.path import consequences, event_log
from sheetops.workbook.business import Business
from sheetops.workbook.changes import Changes, Receipt, Store
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import Value

Clock = Callable[[], datetime]
_ABOUT_MAILS = ("retries", "mails_by_day", "mails_today", "sent_lately")
"""What of the history decides which mails leave, and nothing else."""


def never() -> bool:
    """Nobody has told the run to end."""
    return False


@dataclass(frozen=True)
class Tools:
    """What a run works with. `clock` gives the moment, with its time zone; once `ending` says so,
    no further mail is begun."""

    store: Store
    ledger: Ledger
    transport: Transport
    clock: Clock
    computer: str = ""
    job: str = "daily"
    ending: Callable[[], bool] = never


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
        known = plan.snapshot.history.sent.get(settled.follow_up.key)
        if known is None or not known.is_settled:
            if settled.by_hand:
                ledger.record_consequences(consequences.declared([settled.follow_up]))
            ledger.cancel(settled.follow_up, why, clock())
    if not plan.mails:
        return Sending()
    for mail, why in plan.stale:
        ledger.withdraw(mail.key, why, clock())
    plan = replace(plan, mails=_threaded(plan, ledger))
    clients = set(plan.snapshot.clients.key.tolist())
    claim = ledger.claim(run, plan.mails, clock(), clients)
    not_sent = [(left.mail, left.why) for left in claim.left_out if not left.barred]
    without = [routing.without(left.mail, left.barred) for left in claim.left_out if left.barred]
    again = [mail for mail in without if mail is not None]
    mails = claim.mails
    if again:
        second = ledger.claim(run, again, clock(), clients)
        mails = (*mails, *second.mails)
        not_sent += [(left.mail, left.why) for left in second.left_out]
    ledger.record_consequences(consequences.declared(item for mail in mails for item in mail.items))
    return _Post(plan, tools, not_sent).send(mails)


def _threaded(plan: Plan, ledger: Ledger) -> tuple[Mail, ...]:
    """The mails, each going on from the earlier ones to its client about the same step."""
    sender = plan.snapshot.business.sender
    earlier = ledger.threads(plan.mails)
    with suppress(MailError):  # an address that cannot be used is told for each mail
        return tuple(
            replace(mail, thread=tuple(message_id_of(*one, sender) for one in earlier[mail.key]))
            if earlier.get(mail.key)
            else mail
            for mail in plan.mails
        )
    return plan.mails


@dataclass
class _Post:
    """The mails of a run on their way out, one after the other.

    While the server thinks about the beginning of one, the answer to the one before it is recorded
    and the one after it is put together.
    """

    plan: Plan
    tools: Tools
    not_sent: list[tuple[Mail, str]]
    accepted: list[Mail] = field(default_factory=list)
    unfit: list[Problem] = field(default_factory=list)
    answered: tuple[Mail, Handed] | None = None
    stopped: str = ""

    def send(self, mails: Iterable[Mail]) -> Sending:
        """Send them; what comes after an answer that stops is not tried."""
        rest = iter(mails)
        coming = self._next(rest)
        while coming is not None and not self.stopped:
            mail, one = coming
            if self.tools.ending():
                self.stopped = "sheetops was told to end."
                break
            self.tools.transport.begin(one)
            self._record()
            coming = self._next(rest)
            self._hand_over(mail, one)
        self._record()
        self.tools.ledger.settle(self.tools.clock())
        left = [coming[0], *rest] if coming is not None else []
        self.not_sent += [(mail, f"not tried: {self.stopped}") for mail in left]
        return Sending(tuple(self.accepted), tuple(self.not_sent), tuple(self.unfit))

    def _next(self, rest: Iterator[Mail]) -> tuple[Mail, Envelope] | None:
        """The next mail that can be made safely. The follow-ups of one that cannot are planned
        again, because staff may mend what it is made of."""
        for mail in rest:
            try:
                one = _built(self.plan, mail)
            except MailError as error:
                self.tools.ledger.withdraw(mail.key, str(error), self.tools.clock())
                self._put_aside(mail, error)
            else:
                failpoints.reach("send: mail built")
                return mail, one
        return None

    def _put_aside(self, mail: Mail, error: MailError) -> None:
        self.not_sent.append((mail, f"unfit: {error}"))
        self.unfit.append(_unfit(mail, error))

    def _hand_over(self, mail: Mail, one: Envelope) -> None:
        ledger, transport, clock = self.tools.ledger, self.tools.transport, self.tools.clock
        try:
            handed = transport.hand_over(one, lambda: ledger.handing(mail.key, clock()))
        except MailError as error:
            self._put_aside(mail, error)
            return
        failpoints.reach("send: answer not recorded")
        self.answered = mail, handed
        self.stopped = handed.reply if handed.stop else ""
        if handed.outcome is not Outcome.ACCEPTED or transport.must_wait():
            self._record()
            ledger.settle(clock())

    def _record(self) -> None:
        """Record the last answer, unless that is done."""
        if self.answered is None:
            return
        (mail, handed), self.answered = self.answered, None
        _record(self.tools.ledger, mail.key, handed, self.tools.clock())
        failpoints.reach("send: answer recorded")
        if handed.outcome is Outcome.ACCEPTED:
            self.accepted.append(mail)
        else:
            self.not_sent.append((mail, f"{handed.outcome}: {handed.reply}"))


def _built(plan: Plan, mail: Mail) -> Envelope:
    business = plan.snapshot.business
    return envelope(
        mail,
        sender=business.sender,
        business=business.name,
        postal=business.postal_address,
        zone=business.calendar.zone,
    )


def _unfit(mail: Mail, error: MailError) -> Problem:
    found = f"The mail to {mail.to_name or mail.to} was not sent. {error.what}"
    return Problem("Follow-ups", "", found, f"{error.mend} It goes out with the next run.".strip())


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

    Where nothing differs the workbook is not touched; but the first run of a working day leaves its
    line in `Runs`, because its silence would turn that tab red. Raises what `Store.write` raises;
    then nothing was written.
    """
    history = replace(tools.ledger.history(plan.today), stage=plan.snapshot.history.stage)
    final = _made_anew(plan, history)
    changes = final.changes
    if plan.book.has("Runs") and (changes or _is_awaited(plan, run)):
        line = _line(plan, changes, tools, began, sent)
        changes = sending.with_line(changes, plan.book, run, line)
    failpoints.reach("write: planned anew")
    receipt = tools.store.write(changes)
    failpoints.reach("write: sheet written")
    tools.ledger.record_laid_out(run, final.laid_out)
    tools.ledger.record_paths(final.paths)
    tools.ledger.record_consequences(consequences.to_remember(final.snapshot))
    tools.ledger.record_ticks(final.snapshot.ticks)
    tools.ledger.forget_ticks(set(history.ticks) - set(final.snapshot.ticks))
    tools.ledger.mark_listed(one.follow_up.key for one in history.unlisted)
    tools.ledger.record_past(event_log.to_remember(final.snapshot))
    return final, receipt


def _made_anew(plan: Plan, history: History) -> Plan:
    """The plan with what the ledger knows now: the same one, where it has learnt nothing that
    decides what is written. What decides which mails leave is no matter here: they have left."""
    before = plan.snapshot.history
    about_mails = {name: getattr(before, name) for name in _ABOUT_MAILS}
    if replace(history, **about_mails) == before:
        return plan
    return plans.make(plan.book, history, plan.today)


def _is_awaited(plan: Plan, run: str) -> bool:
    """Whether a line in `Runs` is wanted where nothing else is: the run's own, which was begun to
    claim the workbook, or one for a day whose line the tab still waits for."""
    runs = plan.book.tables["Runs"]
    if run in runs.layout.rows:
        return True
    days = [day for day in runs.frame["Next by"] if isinstance(day, date)]
    return "Next by" in runs.layout.columns and max(days, default=plan.today) <= plan.today


def beginning(business: Business, tools: Tools, began: datetime) -> dict[str, Value]:
    """The line in `Runs` as it is before the run is done. The ledger's id stands in the lines of
    those runs only that may send, so that it says whose the workbook is."""
    local = began.astimezone(business.calendar.zone)
    return {
        "At": local.replace(tzinfo=None, second=0, microsecond=0),
        "Job": tools.job,
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
        **beginning(plan.snapshot.business, tools, began),
        "Ledger": tools.ledger.id if is_ours and not plan.waits else None,
        "Result": "done with problems" if plan.problems else "done",
        "Next by": plan.snapshot.business.calendar.after(plan.today + timedelta(days=1), 0),
        "Clients": counts["clients"],
        "Stalled": counts["stalled"],
        "Cells changed": len(changes.cells),
        "Rows added": len(changes.rows),
        "Mails": counts["mails"],
        "Minutes given back": minutes,
        "Problems": counts["problems"],
    }
    return {heading: value for heading, value in values.items() if value is not None}
