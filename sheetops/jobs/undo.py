"""The story of an undo, in order: read, decide, and, if asked to, write.

An undo is a run like any other: alone with the ledger and the workbook, with its line in `Runs`,
and itself to be undone. The lines of `Runs` and everything that tells of mail stay. Mail that left
cannot be taken back, and the ledger goes on knowing of it, so that none of it leaves twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sheetops.errors import ConfigError, WorkbookChanged
from sheetops.jobs import daily, location, send_policy, write
from sheetops.jobs.daily import Request
from sheetops.jobs.write import Tools
from sheetops.ledger import Ledger, Run
from sheetops.model.history import Written
from sheetops.plan.undo import Now, Place, Undo, decide
from sheetops.systems.path import layout
from sheetops.workbook import book
from sheetops.workbook.book import Book
from sheetops.workbook.changes import Changes, Receipt
from sheetops.workbook.raw import RawBook, Value

_JOB = "undo"
_ATTEMPTS = 3
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
    raw = daily.store_of(request.settings).read()
    found = daily.identified(book.read(raw), request.settings)
    with daily.ledger_if_any(request.settings, found) as ledger:
        if ledger is None:
            raise ConfigError(_NOTHING)
        of = _of(ledger, wanted)
        return Undone(of, _decided(request, ledger, of.run, raw, found), found)


def undo(request: Request, wanted: str = "") -> Undone:
    """Undo a run; the last that wrote, unless one is named.

    Raises ConfigError if there is no such run, AnotherRun if one is under way, and what the store
    raises if the workbook cannot be written; then nothing was undone.
    """
    with daily.at_work(request, _JOB) as (tools, name, _):
        location.refuse_elsewhere(tools.ledger, request.settings, tools.computer)
        of = _of(tools.ledger, wanted)
        done = _undone(request, tools, name, of)
        counts = {"cells": len(done.undo.cells), "rows": len(done.undo.gone)}
        tools.ledger.end_run(name, "done", counts, at=request.clock(), note=f"undid {of.run}")
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


def _undone(request: Request, tools: Tools, name: str, of: Run) -> Undone:
    began = request.clock()
    for attempt in range(1, _ATTEMPTS + 1):
        raw = tools.store.read()
        found = daily.identified(book.read(raw), request.settings)
        decided = _decided(request, tools.ledger, of.run, raw, found)
        line = write.beginning(found.business, tools, began)
        try:
            receipt = tools.store.write(_changes(found, decided, name, line))
        except WorkbookChanged:
            if attempt == _ATTEMPTS:
                raise
            continue
        tools.ledger.forget_laid_out(of.run, decided.clients)
        if decided.rows:
            laid_out = layout.laid_out(found.plus_rows(decided.rows))
            tools.ledger.record_laid_out(name, laid_out)
        return Undone(of, decided, found, name, receipt)
    raise AssertionError  # the loop returns or raises


def _changes(found: Book, decided: Undo, name: str, line: Mapping[str, Value]) -> Changes:
    cells = (*decided.cells, *decided.clears)
    changes = Changes(cells, decided.rows, found.layout, found.fingerprint, decided.gone)
    if not changes or not found.has("Runs"):
        return changes
    values: dict[str, Value] = {
        **line,
        "Result": "done",
        "Cells changed": len(decided.cells),
        "Rows added": len(decided.rows) - len(decided.gone),
    }
    del values["Ledger"]  # an undo sends nothing
    return send_policy.with_line(changes, found, name, values)


def _decided(request: Request, ledger: Ledger, of: str, raw: RawBook, found: Book) -> Undo:
    today: date = daily.today_of(request, found)
    now = Now(
        raw=raw,
        book=found,
        history=ledger.history(today),
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
