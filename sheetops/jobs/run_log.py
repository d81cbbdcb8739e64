"""The tab `Runs`: the line that each run leaves there, and whose the workbook is by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sheetops.jobs.context import JobContext
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.changes import CellChange, Changes, NewRow
from sheetops.workbook.raw import Value
from sheetops.workbook.values import shown_whole

Line = dict[str, Value]
"""A line of `Runs`, by heading."""


def line(at: datetime, job: str, computer: str, result: str, ledger: str = "") -> Line:
    """What every line says; `at` is in the business's time zone. `ledger` is the ledger's id: it
    stands in the lines of those runs only that may send, so that it says whose the workbook is."""
    said: Line = {
        "At": at.replace(tzinfo=None, second=0, microsecond=0),
        "Job": job,
        "Result": result,
        "Computer": computer,
    }
    return said | ({"Ledger": ledger} if ledger else {})


def line_of(
    context: JobContext,
    business: Business,
    result: str = "under way",
    *,
    sends: bool = True,
    counts: Mapping[str, Value] | None = None,
) -> Line:
    """The line of a run that is at work, with what it counted."""
    request = context.request
    ledger = context.ledger.id if sends else ""
    began = context.began.astimezone(business.calendar.zone)
    return line(began, request.job, request.computer, result, ledger) | dict(counts or {})


def names_ledger(book: Book) -> bool:
    """Whether the workbook has a place for the ledger's id."""
    return book.has("Runs") and {"Run", "Ledger"} <= set(book.tables["Runs"].layout.columns)


def last_sending_run(book: Book) -> tuple[str, str]:
    """The last run that carries a ledger's id, and that id; blank if there is none."""
    if not names_ledger(book):
        return "", ""
    frame = book.tables["Runs"].frame
    pairs = zip(frame["Run"], frame["Ledger"], strict=True)
    named = [(str(run), shown_whole(ledger)) for run, ledger in pairs if ledger]
    return named[-1] if named else ("", "")


def needs_claim(book: Book, ledger_id: str) -> bool:
    """Whether the ledger's id must stand in the workbook before the first mail leaves."""
    return names_ledger(book) and last_sending_run(book)[1] != ledger_id


def needs_line(book: Book, run: str, today: date) -> bool:
    """Whether a line is wanted where nothing else is: the run's own, which was begun to claim the
    workbook, or one for a day whose line the tab still waits for."""
    runs = book.tables["Runs"]
    if run in runs.layout.rows:
        return True
    days = [day for day in runs.frame["Next by"] if isinstance(day, date)]
    return "Next by" in runs.layout.columns and max(days, default=today) <= today


def claim(book: Book, run: str, values: Mapping[str, Value]) -> Changes:
    """The line that makes this ledger the workbook's, to be written before any mail."""
    return Changes((), (_row(run, values),), book.layout, book.fingerprint)


def add_line(changes: Changes, book: Book, run: str, values: Mapping[str, Value]) -> Changes:
    """The changes with the run's line: a new one, or that of its claim filled in."""
    table = book.tables["Runs"]
    if run not in table.layout.rows:
        return replace(changes, rows=(*changes.rows, _row(run, values)))
    old: dict[Any, Value] = table.frame.loc[run].to_dict()
    cells = [
        CellChange("Runs", run, heading, old[heading], value)
        for heading, value in values.items()
        if heading in table.layout.columns
    ]
    return replace(changes, cells=(*changes.cells, *cells))


def _row(run: str, values: Mapping[str, Value]) -> NewRow:
    return NewRow("Runs", run, {"Run": run, **values})
