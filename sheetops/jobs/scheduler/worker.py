"""What a look works with: the workbook of the settings, its ledger, and mail to the owner."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

from sheetops.errors import LedgerError, MailError, NotDue, SheetopsError
from sheetops.jobs import alert, capacity, daily, session
from sheetops.jobs.context import Request
from sheetops.jobs.scheduler import heartbeat
from sheetops.jobs.scheduler.due import Job, Timetable, is_due, week_of
from sheetops.jobs.scheduler.incidents import Incidents, Notice
from sheetops.jobs.scheduler.state import Known, Memory
from sheetops.ledger import Ledger
from sheetops.ledger import Run as LedgerRun
from sheetops.mail import Outcome
from sheetops.mail.message import envelope
from sheetops.mail.transports import transport_of
from sheetops.model.mail import Mail
from sheetops.report import request as asked
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.choices import Sending


class WorkbookOffice:
    """One look's view of the business: a look makes one, and uses it once."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.settings = request.settings
        self.memory = Memory(self.settings.memory_at)
        self.signs: list[str] = []
        """Why a sign of life could not be given."""
        self._began = request.clock()
        self._found: Book | None = None

    def alone(self) -> AbstractContextManager[bool]:
        return self.memory.alone()

    def timetable(self) -> Timetable:
        self.memory.looked(self._began)
        self._found = found = session.read_workbook(self.request).book
        self.memory.know(_known_of(found.business, self.memory.known.seen))
        return self._table

    @property
    def _table(self) -> Timetable:
        one = self._business
        return Timetable(one.calendar, one.daily_at, one.report_on)

    def runs(self) -> Sequence[LedgerRun]:
        with session.ledger_if_any(self.settings, self._workbook_id) as ledger:
            return self._of_this_week(ledger) if ledger else ()

    def _of_this_week(self, ledger: Ledger) -> Sequence[LedgerRun]:
        return ledger.runs_since(week_of(self._table, self.request.clock()))

    @property
    def _workbook_id(self) -> str:
        if self._found is not None:
            return self._found.business.workbook_id
        return self.memory.known.workbook_id or self.settings.fallback_id

    def asked(self) -> Sequence[Job]:
        """Decisions in `Follow-ups`, the tick `Report now`, and mails to be tried again.

        The tick is looked at whenever it stands; the rest only if the sheet is another one than at
        the last look, or if it is time to try a mail again.
        """
        if self._found is None:
            return ()
        live = self.settings.workbook.is_live
        jobs: list[Job] = ["capacity"] if asked.is_asked(self._found, clears=not live) else []
        seen = self._found.fingerprint
        if seen != self.memory.known.seen or self._retries():
            made = daily.preview(self.request)
            if (made.mails and not made.waits) or made.routing.settled:
                jobs.insert(0, "look")
            self.memory.saw(seen)
        return jobs

    def _retries(self) -> bool:
        place = self.settings.ledger_at(self._workbook_id)
        with Ledger.open(place, self._workbook_id) as ledger:
            return bool(ledger.retries(self.request.clock()))

    # ---- doing it

    def do(self, job: Job, day: date) -> str:
        self._sign("/start")
        try:
            result = self._run(job)
        except NotDue:
            result = "done by another run"
        except SheetopsError:
            self._sign("/fail")
            raise
        self._sign("")
        return result

    def _run(self, job: Job) -> str:
        if job == "capacity":
            ticked = capacity.report_if_asked(self.request)
            made = ticked or capacity.report(self._if_due(job))
            return "done with problems" if made.report.problems else "done"
        done = daily.daily(self._if_due(job) if job == "daily" else replace(self.request, job=job))
        return "done with problems" if done.plan.problems else "done"

    def _if_due(self, job: Job) -> Request:
        """A request that asks again, alone with the ledger: between a look and its run another
        scheduler, or a person, may have done the job."""

        def still(ledger: Ledger, mine: str) -> bool:
            others = [one for one in self._of_this_week(ledger) if one.run != mine]
            return is_due(job, self._table, others, self.request.clock())

        return replace(self.request, job=job, is_due=still)

    def _sign(self, sign: heartbeat.Sign) -> None:
        why = heartbeat.give(self.settings.schedule.heartbeat, sign)
        if why:
            self.signs.append(why)

    def failed(self, job: Job, day: date, error: SheetopsError) -> None:
        """A try that came to nothing before it had a run of its own is a run that failed."""
        place = self.settings.ledger_at(self._workbook_id)
        with Ledger.open(place, self._workbook_id) as ledger:
            tries = ledger.runs(1)
            if tries and tries[0].job == job and tries[0].began >= self._began:
                return
            name = ledger.begin_run(job, day, self.request.clock())
            ledger.end_run(name, "failed", {}, at=self.request.clock(), note=str(error))

    # ---- telling the owner

    def incidents(self) -> Incidents:
        return self.memory.incidents

    def keep(self, incidents: Incidents) -> bool:
        return self.memory.keep(incidents)

    def tell(self, notice: Notice) -> bool:
        """Through the outbox, which knows what has left; past it only where it is what failed."""
        known = self.memory.known
        if known.sending == Sending.PREVIEW or not (known.owner and known.sender):
            return True  # nobody wants to be told
        if known.sending_computer.casefold() not in {"", self.request.computer.casefold()}:
            return True  # that one tells
        today = self._business.calendar.today(self.request.clock())
        mail = _mail(notice, known, today)
        try:
            return alert.alert_through_outbox(self.request, self._business, self._workbook_id, mail)
        except LedgerError:
            return self._told_past_it(mail)
        except SheetopsError:
            return False  # at the next look

    def has_told(self, notice: Notice) -> bool:
        """As far as the outbox knows."""
        key = _mail(notice, self.memory.known, self._began.date()).key
        place = self.settings.ledger_at(self._workbook_id)
        try:
            with Ledger.open(place, self._workbook_id) as ledger:
                return ledger.has_left(key)
        except LedgerError:
            return False

    @property
    def _business(self) -> Business:
        """The business as it was read, else what is known of it."""
        if self._found is not None:
            return self._found.business
        known = self.memory.known
        return Business(name=known.name, owner=known.owner, sender=known.sender)

    def _told_past_it(self, mail: Mail) -> bool:
        business = self._business
        try:
            one = envelope(mail, sender=business.sender, business=business.name)
            with transport_of(self.settings.mail) as transport:
                return transport.hand_over(one, lambda: None).outcome is Outcome.ACCEPTED
        except MailError:
            return False


def _mail(notice: Notice, known: Known, today: date) -> Mail:
    key = alert.key_of(known.workbook_id, notice.key)
    return alert.alert_mail(key, today, known.owner, notice.subject, notice.body)


def _known_of(business: Business, seen: str) -> Known:
    return Known(
        workbook_id=business.workbook_id,
        name=business.name,
        owner=business.owner,
        sender=business.sender,
        sending=business.sending,
        sending_computer=business.sending_computer,
        seen=seen,
    )
