"""Whether this run may send, and why not: one computer, one ledger, and the hours of the business.

Context: two computers with two ledgers would each send the day's mail, and a ledger that was lost
knows of nothing that was sent. Decision: the tab `Runs` carries the id of the one ledger that
sends; a run whose ledger is another one, or older, writes its flags and sends nothing, until a
person says `sheetops outbox adopt`. Consequence: a mistake costs a morning without mail, and never
a second mail.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sheetops.ledger.location import synced_by
from sheetops.model.history import History
from sheetops.plan import follow_ups_tab
from sheetops.plan.plan import Plan
from sheetops.settings import Settings
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, Changes, NewRow
from sheetops.workbook.raw import Value
from sheetops.workbook.values import shown_whole

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
class Here:
    """Where a run is: the computer, the workbook's path, and the moment; `any_hour` if mail may
    leave at any; `really` unless the outbox is a folder, from which nothing leaves by itself. The
    path of a Google Sheet is None."""

    computer: str
    path: Path | None
    now: datetime
    any_hour: bool = False
    really: bool = True


def computer_of(settings: Settings) -> str:
    """The name of this computer: from sheetops.toml, else as the system has it."""
    return settings.mail.computer or platform.node() or "this computer"


def why_not(plan: Plan, history: History, ledger: KnowsRuns | None, here: Here) -> str:
    """Why nothing may leave from here and now; blank if it may.

    `history` is what the ledger itself knows, `ledger` None where there is none yet.
    """
    return (
        _other_computer(plan.book, here)
        or obstacle(plan.book, history, ledger, here)
        or wrong_hour(plan, here)
    )


def obstacle(book: Book, history: History, ledger: KnowsRuns | None, here: Here) -> str:
    """What a person must mend before anything leaves; blank if nothing."""
    if _other_computer(book, here):
        return ""
    return _nobody_named(book, here) or _other_ledger(book, ledger) or _unknown(book, history)


def _other_computer(book: Book, here: Here) -> str:
    named = book.business.sending_computer
    if not named or named.casefold() == here.computer.casefold():
        return ""
    return f"Only {named} sends (Sending computer in Settings); this is {here.computer}."


def _nobody_named(book: Book, here: Here) -> str:
    if book.business.sending_computer or not here.really:
        return ""
    mend = f"name the one that sends ({here.computer}?) in Sending computer in Settings."
    if not _has_runs(book):
        return (
            "There is no tab Runs with the column Ledger, so nobody can see which computer sends. "
            f"Copy the tab from the template, or {mend}"
        )
    if here.path is None:
        return f"In a Google Sheet two computers may be at work at once: {mend}"
    if synced := synced_by(here.path):
        return f"The workbook lies in {synced}, where two computers may send at once: {mend}"
    return ""


def _other_ledger(book: Book, ledger: KnowsRuns | None) -> str:
    run, found = last_sender(book)
    if not found:
        return ""
    if ledger is None or found != ledger.id:
        return (
            f"Another ledger ({found[:8]}) sends for this workbook, as its tab Runs says. If that "
            f"one is gone, or this computer shall send from now on: {_ADOPT}"
        )
    if not ledger.knows_run(run):
        return f"The ledger is older than the run {run} in the tab Runs. Take over with: {_ADOPT}"
    return ""


def _unknown(book: Book, history: History) -> str:
    count = len(
        [one for one in follow_ups_tab.from_sheet(book, history).values() if one.state in _MATTERS]
    )
    if not count:
        return ""
    return (
        f"Follow-ups lists {count} as sent that this ledger does not know, so it may not be the "
        f"one that sent them. Take them over with: {_ADOPT}"
    )


def wrong_hour(plan: Plan, here: Here) -> str:
    """Why nothing leaves at this hour. The clock counts only if the run is for its own date."""
    calendar = plan.snapshot.business.calendar
    if here.any_hour:
        return ""
    if not calendar.is_working(plan.today):
        return "Today is a day off, and what is due waits for the next working day."
    local = here.now.astimezone(calendar.zone)
    first, last = plan.snapshot.business.mail_hours
    if here.really and local.date() == plan.today and not first <= local.time() <= last:
        return f"Mail leaves between {first:%H:%M} and {last:%H:%M} (Mail hours in Settings)."
    return ""


def _has_runs(book: Book) -> bool:
    return book.has("Runs") and {"Run", "Ledger"} <= set(book.tables["Runs"].layout.columns)


def last_sender(book: Book) -> tuple[str, str]:
    """The last run that carries a ledger's id, and that id; blank if there is none."""
    if not _has_runs(book):
        return "", ""
    frame = book.tables["Runs"].frame
    pairs = zip(frame["Run"], frame["Ledger"], strict=True)
    named = [(str(run), shown_whole(ledger)) for run, ledger in pairs if ledger]
    return named[-1] if named else ("", "")


def may_claim(book: Book) -> bool:
    """Whether the workbook has a place for the ledger's id."""
    return _has_runs(book)


def must_claim(book: Book, ledger_id: str) -> bool:
    """Whether the ledger's id must stand in the workbook before the first mail leaves."""
    return may_claim(book) and last_sender(book)[1] != ledger_id


def claim(book: Book, run: str, values: dict[str, Value]) -> Changes:
    """The line in `Runs` that makes this ledger the workbook's, to be written before any mail, and
    with it the IDs of new clients."""
    rows = (NewRow("Runs", run, {"Run": run, **values}),)
    return Changes(book.new_ids, rows, book.layout, book.fingerprint)


def with_line(changes: Changes, book: Book, run: str, values: dict[str, Value]) -> Changes:
    """The changes with the run's line in `Runs`: a new one, or that of its claim filled in."""
    table = book.tables["Runs"]
    if run not in table.layout.rows:
        return replace(changes, rows=(*changes.rows, NewRow("Runs", run, {"Run": run, **values})))
    old: dict[Any, Value] = table.frame.loc[run].to_dict()
    cells = [
        CellChange("Runs", run, heading, old[heading], value)
        for heading, value in values.items()
        if heading in table.layout.columns
    ]
    return replace(changes, cells=(*changes.cells, *cells))
