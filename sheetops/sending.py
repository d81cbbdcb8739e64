"""Whether this run may send, and why not: one computer, one ledger, and the hours of the business.

Context: two computers with two ledgers would each send the day's mail, and a ledger that was lost
knows of nothing that was sent. Decision: the tab `Runs` carries the id of the one ledger that
sends; a run whose ledger is another one, or older, writes its flags and sends nothing, until a
person says `sheetops outbox adopt`. Consequence: a mistake costs a morning without mail, and never
a second mail.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sheetops import failpoints, listing
from sheetops.book import Book
from sheetops.cells import shown_whole
from sheetops.changes import CellChange, Changes, NewRow
from sheetops.errors import AnotherRun, WriteRefused
from sheetops.history import History
from sheetops.ledger.places import synced_by
from sheetops.plan import Plan
from sheetops.raw import Value
from sheetops.settings import Settings

_ADOPT = "sheetops outbox adopt"
_MATTERS = {"accepted", "in doubt", "refused"}
_PATIENCE = 2.0  # seconds in which a mark that was just made must have its words


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
        [one for one in listing.from_sheet(book, history).values() if one.state in _MATTERS]
    )
    if not count:
        return ""
    return (
        f"Follow-ups lists {count} as sent that this ledger does not know, so it may not be the "
        f"one that sent them. Take them over with: {_ADOPT}"
    )


def wrong_hour(plan: Plan, here: Here) -> str:
    """Why nothing leaves at this hour. The clock counts only if the run is for its own date."""
    calendar = plan.morning.business.calendar
    if here.any_hour:
        return ""
    if not calendar.is_working(plan.today):
        return "Today is a day off, and what is due waits for the next working day."
    local = here.now.astimezone(calendar.zone)
    first, last = plan.morning.business.mail_hours
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


@contextmanager
def alone_at(path: Path | None, ledger_id: str, computer: str, now: datetime) -> Iterator[None]:
    """Hold the file beside the workbook that keeps other computers' runs away from it.

    One that a dead run of this ledger left is taken over: whoever is here holds the ledger's lock,
    so that run is surely dead. Raises AnotherRun if another ledger's run holds it. A Google Sheet
    has no such file: there the sending computer is named in Settings, and rows are put by name.
    """
    if path is None:
        yield
        return
    mark = path.resolve().with_name(f".{path.name}.sheetops-run")
    words = f"{ledger_id}\n{computer}\n{now.astimezone().isoformat(timespec='minutes')}\n"
    try:
        _take(mark, words, ledger_id)
    except OSError as error:
        raise WriteRefused(
            f"The folder of {path.name} cannot be written ({error.strerror}).",
            "Let this account write there.",
        ) from error
    failpoints.reach("mark: taken")
    try:
        yield
    finally:
        _let_go(mark, words)


def _take(mark: Path, words: str, ledger_id: str) -> None:
    """The mark is written whole under a name that only this ledger uses, and then gets its own name
    in one step: a run that dies on the way leaves nothing that keeps others away."""
    mine = mark.with_name(f"{mark.name}.{ledger_id}")
    try:
        _write(mine, words)
        failpoints.reach("mark: written")
        if _is_named(mine, mark) or (_was_left_empty(mark) and _is_named(mine, mark)):
            return
        _must_be_ours(mark, ledger_id)
        mine.replace(mark)
    finally:
        mine.unlink(missing_ok=True)


def _write(mine: Path, words: str) -> None:
    with mine.open("w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())


def _is_named(mine: Path, mark: Path) -> bool:
    """Give it the mark's name, unless there is one. Not every drive knows links."""
    try:
        os.link(mine, mark)
    except FileExistsError:
        return False
    except OSError:
        return _is_made(mark, mine.read_text(encoding="utf-8"))
    return True


def _is_made(mark: Path, words: str) -> bool:
    try:
        with mark.open("x", encoding="utf-8") as file:
            failpoints.reach("mark: still empty")
            file.write(words)
    except FileExistsError:
        return False
    return True


def _was_left_empty(mark: Path) -> bool:
    """Whether there was a mark without words, which is gone now. A run that lives writes them in
    the same moment, so one that stays empty was left by a run that died in it."""
    until = time.monotonic() + _PATIENCE
    while _said_in(mark) == "":
        if time.monotonic() > until:
            return _is_away(mark, mark.with_name(f"{mark.name}.{os.getpid()}.old"))
        time.sleep(0.05)
    return False


def _is_away(mark: Path, away: Path) -> bool:
    try:
        mark.replace(away)
    except FileNotFoundError:  # another computer was first
        return False
    if _said_in(away):  # and has it already
        away.replace(mark)
        return False
    away.unlink()
    return True


def _said_in(mark: Path) -> str | None:
    """What a mark says; None if there is none."""
    try:
        return mark.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _let_go(mark: Path, words: str) -> None:
    if _said_in(mark) == words:
        mark.unlink(missing_ok=True)  # a person may have deleted it


def _must_be_ours(mark: Path, ledger_id: str) -> None:
    held = [*(_said_in(mark) or "").splitlines(), "", "", ""]
    if held[0] != ledger_id:  # or nothing: let go this moment, and the next try will have it
        since = f" since {held[2]}" if held[2] else ""
        raise AnotherRun(
            f"{held[1] or 'Another computer'} is working with this workbook{since}.",
            f"Wait until it is done. If that run died, delete {mark.name} beside the workbook.",
        )
