"""Whether this run may send, and why not: one computer, one ledger, and the hours of the business.

Context: two computers with two ledgers would each send the day's mail, and a ledger that was lost
knows of nothing that was sent. Decision: the tab `Runs` carries the id of the one ledger that
sends; a run whose ledger is another one, or older, writes its flags and sends nothing, until a
person says `sheetops outbox adopt`. Consequence: a mistake costs a morning without mail, and never
a second mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sheetops.jobs import run_log
from sheetops.jobs.context import SendConditions
from sheetops.ledger.location import synced_by
from sheetops.model.history import History
from sheetops.plan import follow_ups_tab
from sheetops.plan.plan import Plan
from sheetops.workbook.book import Book

_ADOPT = "sheetops outbox adopt"
_MATTERS = {"accepted", "in doubt", "refused"}


class KnowsRuns(Protocol):
    """A ledger, as far as it is asked here."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    def knows_run(self, run: str) -> bool:
        """Whether it saw the run."""
        ...


@dataclass(frozen=True)
class Refusal:
    """Why nothing may leave from here and now, in a sentence; false, and blank, if it may.

    `needs_person` if somebody must mend it first; `is_hour` if it may leave at another hour.
    """

    why: str = ""
    needs_person: bool = False
    is_hour: bool = False

    def __bool__(self) -> bool:
        return bool(self.why)


def find_refusal(plan: Plan, ledger: KnowsRuns | None, conditions: SendConditions) -> Refusal:
    """Whether the plan's mails may leave; `ledger` is None where there is none yet."""
    if why := _other_computer(plan.book, conditions):
        return Refusal(why)
    if why := _needs_person(plan.book, plan.history, ledger, conditions):
        return Refusal(why, needs_person=True)
    return Refusal(_wrong_hour(plan, conditions), is_hour=True)


def find_blocker(
    book: Book, history: History, ledger: KnowsRuns | None, conditions: SendConditions
) -> str:
    """What a person must mend before anything leaves; blank if nothing.

    `history` is what the ledger itself knows.
    """
    if _other_computer(book, conditions):
        return ""
    return _needs_person(book, history, ledger, conditions)


def _needs_person(
    book: Book, history: History, ledger: KnowsRuns | None, conditions: SendConditions
) -> str:
    return _nobody_named(book, conditions) or _other_ledger(book, ledger) or _unknown(book, history)


def _other_computer(book: Book, conditions: SendConditions) -> str:
    named = book.business.sending_computer
    if not named or named.casefold() == conditions.computer.casefold():
        return ""
    return f"Only {named} sends (Sending computer in Settings); this is {conditions.computer}."


def _nobody_named(book: Book, conditions: SendConditions) -> str:
    if book.business.sending_computer or not conditions.really:
        return ""
    mend = f"name the one that sends ({conditions.computer}?) in Sending computer in Settings."
    if not run_log.names_ledger(book):
        return (
            "There is no tab Runs with the column Ledger, so nobody can see which computer sends. "
            f"Copy the tab from the template, or {mend}"
        )
    if conditions.path is None:
        return f"In a Google Sheet two computers may be at work at once: {mend}"
    if synced := synced_by(conditions.path):
        return f"The workbook lies in {synced}, where two computers may send at once: {mend}"
    return ""


def _other_ledger(book: Book, ledger: KnowsRuns | None) -> str:
    run, ledger_id = run_log.last_sending_run(book)
    if not ledger_id:
        return ""
    if ledger is None or ledger_id != ledger.id:
        return (
            f"Another ledger ({ledger_id[:8]}) sends for this workbook, as its tab Runs says. If "
            f"that one is gone, or this computer shall send from now on: {_ADOPT}"
        )
    if not ledger.knows_run(run):
        return f"The ledger is older than the run {run} in the tab Runs. Take over with: {_ADOPT}"
    return ""


def _unknown(book: Book, history: History) -> str:
    listed = follow_ups_tab.from_sheet(book, history).values()
    count = len([sent for sent in listed if sent.state in _MATTERS])
    if not count:
        return ""
    return (
        f"Follow-ups lists {count} as sent that this ledger does not know, so it may not be the "
        f"one that sent them. Take them over with: {_ADOPT}"
    )


def _wrong_hour(plan: Plan, conditions: SendConditions) -> str:
    """Why nothing leaves at this hour. The clock counts only if the run is for its own date."""
    business = plan.snapshot.business
    if conditions.any_hour:
        return ""
    if not business.calendar.is_working(plan.today):
        return "Today is a day off, and what is due waits for the next working day."
    local = conditions.now.astimezone(business.calendar.zone)
    first, last = business.mail_hours
    if conditions.really and local.date() == plan.today and not first <= local.time() <= last:
        return f"Mail leaves between {first:%H:%M} and {last:%H:%M} (Mail hours in Settings)."
    return ""
