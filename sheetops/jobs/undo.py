"""The story of an undo, in order: read, decide, and, if asked to, write.

An undo is a run like any other: alone with the ledger and the workbook, with its line in `Runs`,
and itself to be undone. The lines of `Runs` and everything that tells of mail stay. Mail that left
cannot be taken back, and the ledger goes on knowing of it, so that none of it leaves twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sheetops.errors import ConfigError
from sheetops.jobs import location, run_log, session
from sheetops.jobs.context import JobContext, Request
from sheetops.jobs.retry import retry_on_change
from sheetops.jobs.session import Reading
from sheetops.ledger import Ledger, Run
from sheetops.model.history import Written
from sheetops.plan.undo import Now, Place, Undo, decide
from sheetops.systems.path import layout
from sheetops.workbook.book import Book
from sheetops.workbook.changes import Changes, Receipt
from sheetops.workbook.raw import Value

_JOB = "undo"
_LOOKED_AT = 1000  # runs among which one is looked for by name
_NOTHING = "No run has written into this workbook yet, or not since long ago."


@dataclass(frozen=True)
class Undone:
    """What an undo would do, or did: of which run, how many mails that run sent, and the book as it
    was before. `name` and `receipt` are blank for a preview."""

    of: Run
    undo: Undo
    book: Book
    name: str = ""
    receipt: Receipt = field(default_factory=Receipt)

    @property
    def mails(self) -> int:
        """Mails that left in that run."""
        return self.of.counts.get("mails", 0)


def preview(request: Request, wanted: str = "") -> Undone:
    """What an undo of a run would do; of the last that wrote, unless one is named.

    Nothing is written or remembered. Raises ConfigError if there is no such run.
    """
    reading = session.read_workbook(request)
    with session.ledger_if_any(request.settings, reading.book.business.workbook_id) as ledger:
        if ledger is None:
            raise ConfigError(_NOTHING)
        of = _of(ledger, wanted)
        return Undone(of, _decided(request, ledger, of.run, reading), reading.book)


def undo(request: Request, wanted: str = "") -> Undone:
    """Undo a run; the last that wrote, unless one is named.

    Raises ConfigError if there is no such run, AnotherRun if one is under way, and what the store
    raises if the workbook cannot be written; then nothing was undone.
    """
    with session.begin_run(replace(request, job=_JOB)) as (context, reading):
        ledger = context.ledger
        location.refuse_elsewhere(ledger, request.settings, request.computer)
        of = _of(ledger, wanted)
        done = retry_on_change(
            lambda reading: _undone(context, of, reading),
            reading,
            lambda: session.read_workbook(request),
        )
        counts = {"cells": len(done.undo.cells), "rows": len(done.undo.gone)}
        ledger.end_run(context.run, "done", counts, at=context.now(), note=f"undid {of.run}")
    return done


def _of(ledger: Ledger, wanted: str) -> Run:
    names = ledger.runs_that_wrote()
    if not names:
        raise ConfigError(_NOTHING)
    chosen = [one for one in names if one.startswith(wanted)]
    if not chosen:
        mend = f"Those that can be undone are: {', '.join(names)}."
        raise ConfigError(f'There is no run "{wanted}" to be undone.', mend)
    if len(chosen) > 1 and wanted and wanted not in chosen:
        raise ConfigError(f'"{wanted}" may be {len(chosen)} runs.', f"Name one: {names}.")
    name = wanted if wanted in chosen else chosen[0]
    return next(one for one in ledger.runs(_LOOKED_AT) if one.run == name)


def _undone(context: JobContext, of: Run, reading: Reading) -> Undone:
    """Put back what may be; raises WorkbookChanged if staff have saved since it was read."""
    ledger, book = context.ledger, reading.book
    decided = _decided(context.request, ledger, of.run, reading)
    receipt = context.store.write(_changes(context, book, decided))
    ledger.forget_laid_out(of.run, decided.clients)
    if decided.rows:
        laid_out = layout.laid_out(book.plus_rows(decided.rows))
        ledger.record_laid_out(context.run, laid_out)
    return Undone(of, decided, book, context.run, receipt)


def _changes(context: JobContext, book: Book, decided: Undo) -> Changes:
    cells = (*decided.cells, *decided.clears)
    changes = Changes(cells, decided.rows, book.layout, book.fingerprint, decided.gone)
    if not changes or not book.has("Runs"):
        return changes
    counts: dict[str, Value] = {
        "Cells changed": len(decided.cells),
        "Rows added": len(decided.rows) - len(decided.gone),
    }
    line = run_log.line_of(context, book.business, "done", sends=False, counts=counts)
    return run_log.add_line(changes, book, context.run, line)


def _decided(request: Request, ledger: Ledger, of: str, reading: Reading) -> Undo:
    raw, book = reading.raw, reading.book
    now = Now(
        raw=raw,
        book=book,
        history=ledger.history(session.today_of(request, book)),
        later=_later(ledger, of),
        new=ledger.first_laid_out(of),
        may_clear=raw.fills_ids,
    )
    return decide(ledger.written_by(of), now)


def _later(ledger: Ledger, of: str) -> dict[Place, str]:
    """By place, the last run that wrote there after this one."""
    names = [name for name in reversed(ledger.runs_that_wrote()) if name > of]
    return {place: name for name in names for place in _places(ledger.written_by(name))}


def _places(written: Written) -> Iterable[Place]:
    return (change[:3] for change in written.cells)
