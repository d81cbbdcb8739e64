"""Lays out the made-up business: what its staff would have in the workbook on a given day.

Everything follows from `today` and a fixed seed, so the same day gives the same workbook.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from sheetops.template.data_files import load
from sheetops.template.demo.clients import ALL, Client
from sheetops.template.demo.dates import move, row_on
from sheetops.template.demo.mistakes import MISTAKES, Mistake, plant
from sheetops.template.demo.offers import PATHS, PRICES, Step, offer_rows, offer_step_rows
from sheetops.workbook import contract
from sheetops.workbook.raw import Value

Row = dict[str, Value]

_SEED = 60
_LATE = 0.15
_SKIPPED = 0.3
_NOTED = 0.4
_START_LEFT_BLANK = 0.2
_VOICES = load("demo/data/voices")


def business(today: date, mistakes: Sequence[Mistake] = MISTAKES) -> dict[str, list[Row]]:
    """The rows of every tab but Settings, by tab and heading, as they stand on `today`.

    Staff headings only, all of them in every row (None: blank). `mistakes` are the cells that are
    mistyped on purpose; without them the workbook has no problem at all.
    """
    clients, steps = _clients_and_steps(today)
    tabs: dict[str, list[Row]] = {
        "Clients": clients,
        "Steps": steps,
        "Follow-ups": [],
        "Notes": _notes(today),
        "Offers": offer_rows(),
        "Offer steps": offer_step_rows(),
        "Messages": _tab("Messages", today),
        "Questions": _tab("Questions", today),
        "Answers": _answers(today),
        "Segments": _tab("Segments", today),
        "Team": _tab("Team", today),
        "Time off": _tab("Time off", today),
        "Capacity": [],
        "Runs": [],
    }
    filled = {name: [_whole_row(name, row) for row in rows] for name, rows in tabs.items()}
    plant(filled, mistakes, today)
    return filled


def settings(today: date) -> dict[str, str]:
    """The settings of the made-up business, by name; `today` gives its extra days off."""
    values = row_on(load("demo/data/tabs")["Settings"], today)
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in values.items()
    }


def _whole_row(tab: str, row: Row) -> Row:
    headings = [column.heading for column in contract.BY_NAME[tab].staff_columns]
    return {heading: row.pop(heading, None) for heading in headings} | row


def _clients_and_steps(today: date) -> tuple[list[Row], list[Row]]:
    clients: list[Row] = []
    steps: list[Row] = []
    for number, client in enumerate(ALL, start=1):
        dice = random.Random(_SEED * number)  # noqa: S311 - made-up data, the same every time
        path = list(_path(client, dice, today))
        clients.append(_client_row(number, client, dice, path, today))
        steps += [_as_typed(row, dice) for row in path]
    return clients, steps


def _client_row(
    number: int, client: Client, dice: random.Random, path: list[Row], today: date
) -> Row:
    row: Row = {
        "Client ID": f"C{number:03}",
        "Client": client.name,
        "First name": client.first,
        "Email": client.mail,
        "Offer": client.offer,
        "Owner": client.owner,
        "Status": client.status,
        "Value": PRICES[client.offer] + dice.choice((0, 0, 0, 150, -100)),
    }
    if path:
        row |= _dates(client, dice, path, today)
    return row | row_on(client.more, today)


def _dates(client: Client, dice: random.Random, path: list[Row], today: date) -> Row:
    begun = [row["Started"] for row in path if isinstance(row["Started"], date)]
    spoken = 0 if client.finished is None else client.finished
    dates: Row = {
        "Start date": min(begun),
        "Last contact": move(today, -spoken - dice.randint(1, 6)),
    }
    if client.finished is not None:
        dates["Finished on"] = move(today, -client.finished)
    elif client.status == "Active":
        dates["Promised by"] = move(today, _days_left(client) + dice.randint(10, 15))
    return dates


def _days_left(client: Client) -> int:
    orders = groupby(PATHS[client.offer], key=lambda step: step.order)
    longest = {order: max(step.days for step in steps) for order, steps in orders}
    now = _open_order(client)
    return sum(days for order, days in longest.items() if order >= now)


def _open_order(client: Client) -> int:
    """The order of the client's open steps; one past the last for the finished."""
    path = PATHS[client.offer]
    orders = {step.order for step in path if step.name in client.now}
    return orders.pop() if orders else path[-1].order + 1


def _path(client: Client, dice: random.Random, today: date) -> Iterator[Row]:
    """The client's rows of Steps: the past walked back from today, the future blank."""
    if not client.now and client.finished is None:
        return
    now = _open_order(client)
    begun = -client.waited if client.finished is None else -client.finished
    past: list[Row] = []
    end = begun
    for order in range(now - 1, 0, -1):
        kept = [step for step in PATHS[client.offer] if step.order == order]
        end, rows = _done_together(client, kept, end, dice, today)
        past = rows + past
    yield from past
    for step in PATHS[client.offer]:
        if step.order == now:
            yield _present(client, step, begun, dice, today)
        elif step.order > now:
            yield _row(client, step)


def _done_together(
    client: Client, steps: list[Step], end: int, dice: random.Random, today: date
) -> tuple[int, list[Row]]:
    """Rows of side-by-side steps, the last done on day `end`; and the day on which they began."""
    steps = [step for step in steps if step.required or dice.random() > _SKIPPED]
    took = [_took(step, dice) for step in steps]
    begun = end - max(took, default=0)
    rows = [
        _row(client, step, Started=move(today, begun), Done=move(today, begun + days))
        for step, days in zip(steps, took, strict=True)
    ]
    return begun, rows


def _took(step: Step, dice: random.Random) -> int:
    """Working days that a step took: mostly less than allowed, now and then more."""
    if dice.random() < _LATE:
        return step.days + dice.randint(1, 3)
    return dice.randint(1, max(1, step.days - 1))


def _present(client: Client, step: Step, begun: int, dice: random.Random, today: date) -> Row:
    """A step of the present: open, or done while its neighbours are not."""
    start = move(today, begun)
    if step.name not in client.now:
        done = move(today, dice.randint(begun, 0))
        return _row(client, step, Started=start, Done=client.tick or done)
    row = _row(client, step, Started=start, Notes=client.note or None)
    return row | row_on(client.steps, today)


def _as_typed(row: Row, dice: random.Random) -> Row:
    """The row as staff left it: now and then Started is blank, as the step before tells it."""
    return row | {"Started": None} if dice.random() < _START_LEFT_BLANK else row


def _row(client: Client, step: Step, **cells: Value) -> Row:
    owner = step.owner if step.owner and step.owner != client.owner else None
    fixed: Row = {
        "Client": client.name,
        "Step": step.name,
        "Waiting on": step.party,
        "Owner": owner,
        "Started": None,
        "Done": None,
    }
    return fixed | cells


def _tab(name: str, today: date) -> list[Row]:
    """The rows of a tab that stand in the data files as they are."""
    return [row_on(row, today) for row in load("demo/data/tabs")[name]]


def _notes(today: date) -> list[Row]:
    return [
        {
            "Date": move(today, -note["ago"]),
            "Client": note["client"],
            "Who": note["who"],
            "What they said": note["said"],
            "Remember": note.get("remember"),
        }
        for note in sorted(_VOICES["note"], key=lambda note: -note["ago"])
    ]


def _answers(today: date) -> list[Row]:
    dice = random.Random(_SEED)  # noqa: S311 - made-up data, the same every time
    rows: list[tuple[int, Row]] = []
    for client in ALL:
        is_silent = "Last contact" in client.more
        ago = dice.randint(2, 20) + (client.waited if is_silent else client.finished or 0)
        for question, answer in _said(client, dice):
            row: Row = {"Date": move(today, -ago), "Client": client.name}
            rows.append((ago, row | {"Question": question, "Answer": answer}))
    return [row for _, row in sorted(rows, key=lambda pair: -pair[0])]


def _said(client: Client, dice: random.Random) -> Iterator[tuple[str, str]]:
    for row in load("demo/data/tabs")["Questions"]:
        is_asked = row["For"] == "fit" and row.get("Offer") == client.offer
        if is_asked and client.status != "Paused":
            yield row["Question"], "no" if client.name in _VOICES["does_not_fit"] else "yes"
    for question, answers in _VOICES["answers"].items():
        if dice.random() < _NOTED:
            yield question, dice.choice(answers)
