"""A real log as a workbook, and the flags that it must show, worked out the slow and obvious way.

The log holds 1,434 applications to the permit office of a Dutch town (2010 to 2012): a case is a
client, an activity a step. Only the standard library is used here, and loops over single days, so
that nothing is shared with the code under test.

How the log becomes a workbook:

- Dates are local ones, as the log writes them. A client starts on the case's start date, or on the
  day of its first activity where the log has that earlier (2 cases).
- A step starts on the day on which the activity before it was done, the first with the client.
- The party follows from the resource that did it: an `admin…` account is the system through which
  applicants hand things in (Client), a resource without a group (`EMPTY`) is somebody outside the
  office (Third party), and anybody else is the office itself (Team).
- The one offer, `Permit`, declares every activity of the log, ordered by its mean place in a case.
  It may take as many working days (Monday to Friday) as four in five of them took, and waits on
  the party that did it most often.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sheetops.workbook.raw import Value

LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "eventlogs" / "receipt.csv.gz"
OFFER = "Permit"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5

Row = dict[str, Value]


@dataclass(frozen=True)
class Event:
    """One activity of a case: what was done, by which party, when it could begin and was done."""

    activity: str
    party: str
    started: date
    done: date


@dataclass(frozen=True)
class Case:
    """One application, its events in the order in which they were done."""

    name: str
    responsible: str
    start: date
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Expected:
    """What the tool must say of an open step."""

    step: str
    days_waiting: int
    due_by: date
    flag: str


def rows_on(day: date) -> dict[str, list[Row]]:
    """The staff's rows, by tab and heading, on the morning of `day`.

    Cases that began before `day` are clients. What was done before `day` is done; the next activity
    of the case is its one open step. A case with nothing to come is Finished.
    """
    begun = [case for case in cases() if case.start < day]
    return {
        "Clients": [_client_row(case, day) for case in begun],
        "Steps": [row for case in begun for row in _step_rows(case, day)],
        "Offers": [{"Offer": OFFER, "What it is": "A permit, from receipt to decision."}],
        "Offer steps": offer_steps(),
        "Team": _team(),
    }


def expected_flags(
    rows: dict[str, list[Row]],
    today: date,
    *,
    days_off: Collection[date] = (),
    due_soon_within: int = 2,
) -> dict[str, Expected]:
    """What must be said of each client's open step on `today`, by Client ID, from `rows` alone."""
    expected: dict[str, Expected] = {}
    for row in rows["Steps"]:
        if row["Done"] is not None:
            continue
        client, step = str(row["Client"]), str(row["Step"])
        assert client not in expected, f"{client} has two open steps"
        started = _as_date(row["Started"])
        due = _due_by(started, _declared_days(rows, step), days_off)
        waited = _working_days_between(started, today, days_off)
        if today > due:
            flag = "Stalled"
        elif _working_days_between(today, due, days_off) <= due_soon_within:
            flag = "Due soon"
        else:
            flag = "On track"
        expected[client] = Expected(step, waited, due, flag)
    return expected


@cache
def cases() -> tuple[Case, ...]:
    """All cases of the log, in the order of their start."""
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["case:concept:name"], []).append(line)
    return tuple(sorted((_case(lines) for lines in found.values()), key=lambda case: case.start))


def offer_steps() -> list[Row]:
    """Rows of Offer steps: every activity, in the order of the usual path."""
    return [dict(row) for row in _declared()]


def _case(lines: list[dict[str, str]]) -> Case:
    lines = sorted(lines, key=lambda line: _day(line["time:timestamp"]))  # keeps a day's own order
    start = min(_day(lines[0]["case:startdate"]), _day(lines[0]["time:timestamp"]))
    events: list[Event] = []
    for line in lines:
        started = events[-1].done if events else start
        done = _day(line["time:timestamp"])
        events.append(Event(line["concept:name"], _party(line), started, done))
    first = lines[0]
    return Case(first["case:concept:name"], first["case:responsible"], start, tuple(events))


def _day(timestamp: str) -> date:
    return date.fromisoformat(timestamp[:10])


def _party(line: dict[str, str]) -> str:
    if line["org:resource"].startswith("admin"):
        return "Client"
    return "Third party" if line["org:group"] == "EMPTY" else "Team"


@cache
def _declared() -> tuple[Row, ...]:
    places: dict[str, list[int]] = {}
    waits: dict[str, list[int]] = {}
    parties: dict[str, Counter[str]] = {}
    for case in cases():
        for place, event in enumerate(case.events):
            places.setdefault(event.activity, []).append(place)
            waits.setdefault(event.activity, []).append(
                _working_days_between(event.started, event.done, ())
            )
            parties.setdefault(event.activity, Counter())[event.party] += 1
    usual = sorted(places, key=lambda name: (sum(places[name]) / len(places[name]), name))
    return tuple(
        {
            "Offer": OFFER,
            "Order": order,
            "Step": name,
            "Waiting on": parties[name].most_common(1)[0][0],
            "Working days": _four_in_five(waits[name]),
        }
        for order, name in enumerate(usual, start=1)
    )


def _four_in_five(waits: list[int]) -> int:
    """The least number of days within which at least four in five of `waits` lie."""
    return next(
        days for days in sorted(waits) if 5 * sum(wait <= days for wait in waits) >= 4 * len(waits)
    )


def _client_row(case: Case, day: date) -> Row:
    last = case.events[-1].done
    is_finished = last < day
    return {
        "Client ID": case.name,
        "Client": f"Application {case.name.removeprefix('case-')}",
        "First name": None,
        "Email": f"{case.name}@example.org",
        "Offer": OFFER,
        "Owner": case.responsible,
        "Status": "Finished" if is_finished else "Active",
        "Start date": case.start,
        "Finished on": last if is_finished else None,
    }


def _step_rows(case: Case, day: date) -> Iterator[Row]:
    """A row for each event done before `day`, and one for the next, which is open."""
    for event in case.events:
        is_done = event.done < day
        yield {
            "Client": case.name,
            "Step": event.activity,
            "Waiting on": event.party,
            "Started": event.started,
            "Done": event.done if is_done else None,
        }
        if not is_done:
            return


def _team() -> list[Row]:
    names = sorted({case.responsible for case in cases()})
    return [{"Name": name, "Email": f"{name.lower()}@example.net"} for name in names]


def _declared_days(rows: dict[str, list[Row]], step: str) -> int:
    (days,) = [row["Working days"] for row in rows["Offer steps"] if row["Step"] == step]
    assert isinstance(days, int)
    return days


def _as_date(value: Value) -> date:
    assert isinstance(value, date)
    return value


def _is_working(day: date, days_off: Collection[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in days_off


def _working_days_between(first: date, last: date, days_off: Collection[date]) -> int:
    """Working days from `first` on, `last` itself not counted."""
    count = 0
    day = first
    while day < last:
        count += _is_working(day, days_off)
        day += _ONE_DAY
    return count


def _due_by(started: date, allowed: int, days_off: Collection[date]) -> date:
    """The working day that comes `allowed` working days after the start (or after the first working
    day from then on, where the start is none)."""
    day = started
    while not _is_working(day, days_off):
        day += _ONE_DAY
    for _ in range(allowed):
        day += _ONE_DAY
        while not _is_working(day, days_off):
            day += _ONE_DAY
    return day
