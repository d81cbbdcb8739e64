"""Plans and problems as lines of text, for a terminal or a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sheetops.jobs.results import Applied
from sheetops.model.mail import Mail
from sheetops.plan.plan import Plan
from sheetops.workbook.changes import CellChange
from sheetops.workbook.contract import TABS
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import Value
from sheetops.workbook.values import day_text, shown_whole


def plan(plan: Plan) -> Iterator[str]:
    """Every cell that would change as old → new, every row to add, every mail with its text."""
    yield f"Plan for {day_text(plan.today)}"
    yield ""
    yield from _cells(plan)
    yield from _rows(plan)
    yield from _mails(plan)
    yield from _stage(plan)
    if plan.waits and plan.mails:
        yield f"Nothing of it would leave now. {plan.waits}"
        yield ""
    yield from problems(plan.problems)
    yield totals(plan)


def totals(plan: Plan) -> str:
    """The plan in one line."""
    parts = [
        many(len(plan.cells), "cell") + " to change",
        many(len(plan.rows), "row") + " to add",
        many(len(plan.mails), "mail") + " to send",
        many(len(plan.problems), "problem"),
    ]
    return f"{', '.join(parts)}."


def many(count: int, thing: str) -> str:
    """A count in words: `1 mail`, `2 mails`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _cells(plan: Plan) -> Iterator[str]:
    order = {tab.name: at for at, tab in enumerate(TABS)}
    rows = plan.book.layout
    changes = sorted(plan.cells, key=lambda c: (order[c.tab], rows[c.tab].rows[c.key]))
    for tab, in_tab in groupby(changes, key=lambda change: change.tab):
        yield f"{tab}: cells that change"
        for key, in_row in groupby(in_tab, key=lambda change: change.key):
            yield f"  {_name(plan, tab, key)}"
            yield from (_change(plan, change) for change in in_row)
        yield ""


def _name(plan: Plan, tab: str, key: str) -> str:
    frame = plan.book.tables[tab].frame
    name = str(frame.at[key, "Client"]) if tab == "Clients" else ""
    row = plan.book.layout[tab].rows[key]
    label = f"{key} {name}".strip() if not key.startswith("¶") else name or f"row {row}"
    return f"{label} (row {row})" if not label.startswith("row ") else label


def _change(plan: Plan, change: CellChange) -> str:
    cell = plan.book.tables[change.tab].cell_of(change.key, change.heading)
    return f"    {cell} {change.heading}: {_value(change.old)} → {_value(change.new)}"


def _value(value: Value) -> str:
    return shown_whole(value) or "(blank)"


def _rows(plan: Plan) -> Iterator[str]:
    for tab, rows in groupby(plan.rows, key=lambda row: row.tab):
        yield f"{tab}: rows to add"
        for row in rows:
            values = (f"{heading}: {shown_whole(value)}" for heading, value in row.values.items())
            yield f"  {'; '.join(values)}"
        yield ""


def _mails(plan: Plan) -> Iterator[str]:
    if not plan.mails and plan.snapshot.business.sending == "preview":
        routing = plan.routing
        would = len(routing.mailed) + len(routing.to_staff) + len(routing.waiting)
        if would:
            yield f"Sending is preview in Settings: {many(would, 'follow-up')} would go out."
            for follow_up in (*routing.mailed, *routing.to_staff, *routing.waiting):
                yield f"  {follow_up.client_name}: {follow_up.subject} ({follow_up.why})"
            yield ""
        return
    for mail in plan.mails:
        yield from _mail(mail)


def _stage(plan: Plan) -> Iterator[str]:
    """How far the careful first runs have come, where mail really leaves."""
    if plan.mails and plan.snapshot.business.sending in {"ask", "send"}:
        stage = {
            "owner": "First of three careful runs: every mail goes to the owner alone.",
            "one": "Second of three careful runs: one client gets a mail, the others wait.",
        }.get(plan.snapshot.history.stage)
        if stage:
            yield f"{stage} The next run goes on; to send to all at once: --all"


def _mail(mail: Mail) -> Iterator[str]:
    to = f"{mail.to_name} <{mail.to}>" if mail.to_name else mail.to
    yield f"Mail to {to}"
    yield f"  Subject: {mail.subject}"
    for item in mail.items:
        yield f"  Why: {item.why}"
    yield ""
    yield from (f"  | {line}".rstrip() for line in mail.body.splitlines())
    yield ""


def problems(found: Sequence[Problem]) -> Iterator[str]:
    """One line a problem: where, what was found, what to do."""
    if found:
        yield f"{many(len(found), 'problem')}:"
        yield from (f"  {problem}" for problem in found)
        yield ""


def applied(done: Applied) -> Iterator[str]:
    """What a run did, in a few lines."""
    yield f"Run {done.run} for {day_text(done.plan.today)}."
    receipt, sending = done.receipt, done.sending
    if receipt.cells or receipt.rows:
        yield f"Written: {many(receipt.cells, 'cell')} and {many(receipt.rows, 'new row')}."
    else:
        yield "Nothing differs: the workbook was not touched."
    yield f"Sent: {many(len(sending.accepted), 'mail')}."
    yield from _stage(done.plan)
    if done.plan.waits:
        yield f"Nothing may leave now. {done.plan.waits}"
    yield from _not_sent(done)
    yield from receipt.notes
    if receipt.backup:
        yield f"A copy from before lies at {receipt.backup}"


def _not_sent(done: Applied) -> Iterator[str]:
    routing = done.plan.routing
    for mail, why in done.sending.not_sent:
        yield f"Not sent to {mail.to_name or mail.to}: {why}"
    for follow_up in routing.held:
        yield f"Held: {follow_up.message} for {follow_up.client_name}. {follow_up.held}"
    if routing.waiting:
        yield f"{many(len(routing.waiting), 'follow-up')} waiting for a decision in Follow-ups."


def lines(text: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(text)
