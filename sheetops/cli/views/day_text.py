"""A day, and what a run of it did, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sheetops.cli.views.columns import many
from sheetops.cli.views.day import TAB_ORDER, Cell, Day, DoneDay, MailView, would_leave
from sheetops.workbook.changes import NewRow
from sheetops.workbook.problem import Problem
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole

_STAGES = {
    "owner": "First of three careful runs: every mail goes to the owner alone.",
    "one": "Second of three careful runs: one client gets a mail, the others wait.",
}


def lines(day: Day) -> Iterator[str]:
    """Every cell that would change as old → new, every row to add, every mail with its text."""
    yield f"Plan for {day_text(day.today)}"
    yield ""
    yield from _cells(day)
    yield from row_lines("rows to add", day.rows)
    yield from _mails(day)
    yield from _stage(day)
    if day.waits and day.mails:
        yield f"Nothing of it would leave now. {day.waits}"
        yield ""
    yield from problems(day.problems)
    yield (
        f"{many(len(day.cells), 'cell')} to change, {many(len(day.rows), 'row')} to add, "
        f"{many(len(day.mails), 'mail')} to send, {many(len(day.problems), 'problem')}."
    )


def _cells(day: Day) -> Iterator[str]:
    cells = sorted(day.cells, key=lambda cell: (TAB_ORDER[cell.tab], cell.row))
    for tab, in_tab in groupby(cells, key=lambda cell: cell.tab):
        yield f"{tab}: cells that change"
        for _, in_row in groupby(in_tab, key=lambda cell: cell.key):
            row = list(in_row)
            yield f"  {_row_name(row[0])}"
            for cell in row:
                old, new = cell.was or "(blank)", cell.becomes or "(blank)"
                yield f"    {cell.cell} {cell.heading}: {old} → {new}"
        yield ""


def _row_name(cell: Cell) -> str:
    name = cell.client.name if cell.tab == "Clients" and cell.client else ""
    label = name if cell.key.startswith(NO_KEY) else f"{cell.key} {name}".strip()
    return f"{label} (row {cell.row})" if label else f"row {cell.row}"


def row_lines(title: str, rows: Sequence[NewRow]) -> Iterator[str]:
    """Rows by tab, each with its values on one line."""
    for tab, in_tab in groupby(rows, key=lambda row: row.tab):
        yield f"{tab}: {title}"
        for row in in_tab:
            values = (f"{heading}: {shown_whole(value)}" for heading, value in row.values.items())
            yield f"  {'; '.join(values)}"
        yield ""


def _mails(day: Day) -> Iterator[str]:
    for mail in day.mails:
        yield from _mail(mail)
    would = (*would_leave(day), *day.routing.waiting)
    if would and not day.mails and day.sending == "preview":
        yield f"Sending is preview in Settings: {many(len(would), 'follow-up')} would go out."
        for follow_up in would:
            yield f"  {follow_up.client_name}: {follow_up.subject} ({follow_up.why})"
        yield ""


def _mail(mail: MailView) -> Iterator[str]:
    yield f"Mail to {mail.recipient}"
    yield f"  Subject: {mail.subject}"
    yield from (f"  Why: {item.why}" for item in mail.follow_ups)
    yield ""
    yield from (f"  | {line}".rstrip() for line in mail.body.splitlines())
    yield ""


def _stage(day: Day) -> Iterator[str]:
    """How far the careful first runs have come, where mail really leaves."""
    if day.mails and day.sending in {"ask", "send"} and day.stage in _STAGES:
        yield f"{_STAGES[day.stage]} The next run goes on; to send to all at once: --all"


def problems(found: Sequence[Problem]) -> Iterator[str]:
    """One line a problem: where, what was found, what to do."""
    if found:
        yield f"{many(len(found), 'problem')}:"
        yield from (f"  {problem}" for problem in found)
        yield ""


def done(view: DoneDay) -> Iterator[str]:
    """What a run did, in a few lines."""
    day, written = view.day, view.written
    yield f"Run {view.run} for {day_text(day.today)}."
    if written.cells or written.rows:
        yield f"Written: {many(written.cells, 'cell')} and {many(written.rows, 'new row')}."
    else:
        yield "Nothing differs: the workbook was not touched."
    yield f"Sent: {many(len(view.sent), 'mail')}."
    yield from _stage(day)
    if day.waits:
        yield f"Nothing may leave now. {day.waits}"
    yield from (f"Not sent to {mail.to}: {mail.why}" for mail in view.not_sent)
    for follow_up in day.routing.held:
        yield f"Held: {follow_up.message} for {follow_up.client_name}. {follow_up.held}"
    if waiting := len(day.routing.waiting):
        yield f"{many(waiting, 'follow-up')} waiting for a decision in Follow-ups."
    yield from view.notes
    if view.copy:
        yield f"A copy from before lies at {view.copy}"
    yield ""
    yield from problems(day.problems)
