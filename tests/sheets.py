"""Workbooks in memory from small readable tables, and the few words that most tests share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sheetops.model.history import History, Sent
from sheetops.model.mail import MailState
from sheetops.model.snapshot import Snapshot, take_snapshot
from sheetops.plan.plan import Plan, make_plan
from sheetops.workbook import book as books
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import RawBook, RawTab, Value
from tests.examples import examples

Grid = Sequence[Sequence[Value]]
Tabs = Mapping[str, Grid]
Row = dict[str, Value]

PATIENT = examples(0.5)
"""For properties of whole workbooks, each of which takes long."""
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
FRIDAY = date(2026, 11, 27)
NOTHING = History()


def november(day: int) -> date:
    """A day of November 2026, which begins on a Sunday: 2, 9, 16, 23 and 30 are Mondays."""
    return date(2026, 11, day)


def sheet(tabs: Tabs, **more: RawTab) -> RawBook:
    """A workbook from {tab: [[headings], [row], …]}."""
    raw = {name: RawTab(name, [list(row) for row in rows]) for name, rows in tabs.items()}
    return RawBook("test.xlsx", raw | more, "as it was read")


def grid(tab: str, rows: Iterable[Mapping[str, Value]]) -> list[list[Value]]:
    """Rows by heading as a grid with all headings of the contract's tab."""
    headings = [column.heading for column in BY_NAME[tab]]
    return [[*headings], *([row.get(heading) for heading in headings] for row in rows)]


def client(name: str, **cells: Value) -> Row:
    """A client in the middle of things: Active, started on Monday the 2nd, of Anna's."""
    row: Row = {
        "Client ID": f"{name.upper()}-1",
        "Client": name,
        "First name": name,
        "Email": f"{name.lower()}@example.com",
        "Offer": "Coaching",
        "Owner": "Anna",
        "Status": "Active",
        "Start date": november(2),
    }
    return row | _headings(cells)


def step(who: str, what: str, **cells: Value) -> Row:
    """A step of a client."""
    return {"Client": who, "Step": what} | _headings(cells)


def message(name: str, when: str, **cells: Value) -> Row:
    """A message of Messages: a reminder to the client, by itself."""
    row: Row = {
        "Message": name,
        "Part": "reminder",
        "To": "client",
        "When": when,
        "Subject": f"{name}: {{{{Step|your work}}}}" if "due" in when else name,
        "Body": f"Hello {{{{First name|there}}}},\n\n{name}.\n\nAnna",
    }
    return row | _headings(cells)


def _headings(cells: Mapping[str, Value]) -> Row:
    return {name.replace("_", " "): value for name, value in cells.items()}


def offer_step(order: float, what: str, party: str, days: float | None, **cells: Value) -> Row:
    """A step of the offer Coaching."""
    row: Row = {
        "Offer": "Coaching",
        "Order": order,
        "Step": what,
        "Waiting on": party,
        "Working days": days,
    }
    return row | _headings(cells)


OFFER_STEPS: tuple[Row, ...] = (
    offer_step(1, "Contract", "Client", 5),
    offer_step(2, "Intake", "Client", 5),
    offer_step(3, "Plan", "Team", 3),
)
TEAM: tuple[Row, ...] = (
    {"Name": "Anna", "Email": "anna@studio.example.com"},
    {"Name": "Ben", "Email": "ben@studio.example.com"},
)
SETTINGS: dict[str, Value] = {
    "Sending": "send",
    "Sender address": "hello@studio.example.com",
    "Owner's address": "olga@studio.example.com",
    "Business name": "The Studio",
    "Workbook id": "W-1",
}


def office(  # noqa: PLR0913 # one argument a tab, each by its name
    clients: Sequence[Row] = (),
    steps: Sequence[Row] = (),
    messages: Sequence[Row] = (),
    *,
    offer_steps: Sequence[Row] = OFFER_STEPS,
    settings: Mapping[str, Value] | None = None,
    team: Sequence[Row] = TEAM,
    follow_ups: Sequence[Row] = (),
    **more: Sequence[Row],
) -> RawBook:
    """A whole small workbook: a business that sends by itself, with Anna and Ben."""
    chosen = {**SETTINGS, **(settings or {})}
    rows: dict[str, Sequence[Row]] = {
        "Clients": clients,
        "Steps": steps,
        "Offer steps": offer_steps,
        "Messages": messages,
        "Team": team,
        "Follow-ups": follow_ups,
        "Settings": [{"Setting": name, "Value": value} for name, value in chosen.items()],
    }
    rows |= {name.replace("_", " "): values for name, values in more.items()}
    return sheet({tab: grid(tab, values) for tab, values in rows.items()})


def read(raw: RawBook) -> Book:
    """The book of a raw workbook."""
    return books.read(raw)


def snapshot(raw: RawBook, today: date = TUESDAY, history: History = NOTHING) -> Snapshot:
    """Where everything stands on the morning of `today`."""
    return take_snapshot(read(raw), history, today)


def plan(raw: RawBook, today: date = TUESDAY, history: History = NOTHING) -> Plan:
    """The plan of `today`."""
    return make_plan(books.read(raw, history.client_keys), history, today)


def flags(made: Plan, tab: str = "Clients") -> dict[str, tuple[str, str]]:
    """Flag and Why of every row of a tab, by key."""
    frame = made.status[tab]
    rows = zip(frame.index, frame["Flag"], frame["Why"], strict=True)
    return {str(key): (flag or "", why or "") for key, flag, why in rows}


def flag(made: Plan, key: str, tab: str = "Clients") -> str:
    """The flag of one row."""
    return flags(made, tab)[key][0]


def shown(made: Plan, tab: str, heading: str) -> dict[str, Any]:
    """One status column by key."""
    frame = made.status[tab]
    return {str(key): value for key, value in zip(frame.index, frame[heading], strict=True)}


def to_clients(made: Plan) -> dict[str, list[str]]:
    """The messages that leave for each client, by the client's key."""
    return {mail.client: [one.message for one in mail.items] for mail in made.mails if mail.client}


def wheres(problems: Iterable[Problem]) -> list[str]:
    """Where the problems are: `Steps!F12`."""
    return [problem.where for problem in problems]


def went_out(made: Plan, day: date | None = None) -> dict[str, Sent]:
    """What the ledger knows once all mails of a plan have been accepted."""
    found = {}
    for mail in made.mails:
        for one in mail.items:
            found[one.key] = Sent(
                one.key, one.client, one.message, one.step, one.occasion, MailState.ACCEPTED,
                day or made.today,
            )  # fmt: skip
    return found


def afterwards(made: Plan, before: History = NOTHING) -> History:
    """What is remembered once a plan has been carried out."""
    return replace(
        before,
        sent={**before.sent, **went_out(made)},
        laid_out=before.laid_out | made.laid_out,
        ticks=made.snapshot.ticks,
        mails_today=frozenset(mail.key for mail in made.mails),
    )


def applied(raw: RawBook, made: Plan) -> RawBook:
    """The workbook once the cells and rows of a plan have been written."""
    tabs = dict(raw.tabs)
    for name, layout in made.book.layout.items():
        rows = [list(row) for row in raw.tabs[layout.sheet].rows]
        for cell in made.cells:
            if cell.tab == name:
                _put(rows, layout.rows[cell.key] - 1, layout.columns[cell.heading] - 1, cell)
        rows += [_new_row(new, layout.columns) for new in made.rows if new.tab == name]
        tabs[layout.sheet] = replace(raw.tabs[layout.sheet], rows=rows)
    return replace(raw, tabs=tabs)


def _put(rows: list[list[Value]], row: int, column: int, cell: CellChange) -> None:
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = cell.new


def _new_row(new: NewRow, columns: Mapping[str, int]) -> list[Value]:
    row: list[Value] = [None] * max(columns.values())
    for heading, value in new.values.items():
        if heading in columns:
            row[columns[heading] - 1] = value
    return row
