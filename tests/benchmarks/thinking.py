"""What thinking costs beside reading, with every tab filled: 100,000 step rows, 10,000 clients.

    python -m tests.benchmarks.thinking [--rows 100000] [--rounds 3] [--json]

Each round is a process of its own that reads the workbook, parses it and makes the plan twice: of a
first morning, on which everything that is long due would leave, and of the morning after, which is
what every other day is like. Times are of the processor, so that a busy machine changes little.

What is counted: *reading* is the store's reading of the xlsx file (calamine and what the file says
besides) and the parsing of its cells by the contract, which every run does first; copies, the
ledger and writing are not in it. The *systems* are all of `systems.SYSTEMS` together, each with
what it is the first to ask for. *Thinking* is the whole plan: where everything stands, the systems,
who gets which mail, the digests, and which cells differ. The aim is for the systems to take less
than half of reading, on either morning.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.daily import TODAY, rows_of

_OFFERS = ("Coaching", "Bookkeeping", "Accounts")
_TEAM = ("Aoife", "Tomasz", "Mei")
_SAID = ("By mail, never before ten.", "Tea, strong.", "yes", "no", "Sundays off.", "20")
_QUESTIONS = (
    ("Can you give two hours a week?", "fit", "yes", None),
    ("Are last year's accounts filed?", "fit", "yes", "Accounts"),
    ("What would a good year look like?", "know", None, None),
    ("What keeps you awake at night?", "know", None, None),
    ("How many people work for you?", "know", None, None),
    ("Do you plan to move?", "know", None, None),
    ("Tea or coffee?", "delight", None, None),
    ("What are you proud of?", "delight", None, None),
)
_SEGMENTS = (
    ("Delighted", "Satisfaction", "at least", "4"),
    ("Delighted", "Status", "is", "Finished"),
    ("Of worth", "Value", "at least", "2000"),
    ("Friends of friends", "Referred by", "not blank", None),
    ("Tea", "Tea or coffee?", "contains", "tea"),
    ("Stuck", "Flag", "is", "Stalled"),
)
_MESSAGES = (
    ("Nudge", "reminder", "client", "waiting 2 days", "auto", None, None),
    ("Still waiting", "reminder", "client", "waiting 5 days", "auto", None, None),
    ("To the owner", "reminder", "owner", "waiting 10 days", "auto", None, None),
    ("To them", "reminder", "third party", "waiting 5 days", "auto", None, None),
    ("Soon", "reminder", "client", "3 days before due", "auto", None, None),
    ("Late", "consequence", "client", "1 day after due", "auto", None, "move the promised date"),
    ("We pause", "consequence", "client", "waiting 15 days", "ask", None, "pause; tell the owner"),
    ("Early", "reward", "client", "done early", "auto", None, None),
    ("Silent", "inactive", "client", "inactive", "auto", None, None),
    ("Welcome", "quality", "client", "2 days after start", "auto", None, None),
    ("Thank you", "thank-you", "client", "2 days after finish", "auto", None, None),
    ("Three questions", "feedback", "client", "10 days after finish", "auto", None, None),
    ("Join us", "join", "client", "15 days after finish", "auto", None, None),
    ("The letter", "subscribe", "client", "30 days after finish", "ask", None, None),
    ("Again?", "resale", "client", "40 days after finish", "ask", "Delighted", None),
    ("By invitation", "segment", "client", "once", "ask", "Of worth", None),
    ("News", "segment", "client", "every 4 weeks", "auto", "Delighted", None),
)
MORNINGS = {"first": "on the first morning", "after": "on the morning after"}
SETTINGS = {
    "Workbook id": "thinking",
    "Business name": "A & Co",
    "Sender address": "hello@example.com",
    "Owner's address": "owner@example.com",
    "Postal address": "1 Nowhere Quay",
    "Sending": "send",
    "Mails per day at most": "100000",
    "Country for holidays": "IE",
}


def filled(count: int) -> dict[str, list[dict[str, Any]]]:
    """The business of the daily benchmark with every tab filled, as a busy one would have it."""
    tabs = rows_of(count)
    for at, row in enumerate(tabs["Clients"]):
        row.update(_more_of(at, row))
    for at, row in enumerate(tabs["Offer steps"]):
        row["Kind"], row["Hours"] = ("form", "meeting", "document")[at % 3], 1.0 + at % 3
        row["Third party email"] = "desk@bank.example.com"
    tabs["Offers"] = [
        {
            "Offer": name,
            "Price": 1000.0,
            "Inactive after (days)": 15,
            "Personal check-in every (weeks)": 4,
        }
        for name in _OFFERS
    ]
    headings = ("Message", "Part", "To", "When", "Send", "Segment", "Consequence")
    words = {"Minutes saved": 5, "Subject": "{{Client}}", "Body": "Hello {{First name|there}}."}
    tabs["Messages"] = [dict(zip(headings, row, strict=True)) | words for row in _MESSAGES]
    asked = ("Question", "For", "Must be", "Offer")
    tabs["Questions"] = [dict(zip(asked, row, strict=True)) for row in _QUESTIONS]
    told = ("Segment", "Field", "Is", "Value")
    tabs["Segments"] = [dict(zip(told, row, strict=True)) for row in _SEGMENTS]
    tabs["Answers"] = list(_answers(len(tabs["Clients"])))
    tabs["Notes"] = list(_notes(len(tabs["Clients"])))
    tabs["Time off"] = [{"Name": "Mei", "From": TODAY, "To": TODAY + timedelta(days=7)}]
    return tabs


def _more_of(at: int, row: dict[str, Any]) -> dict[str, Any]:
    start = row["Start date"]
    more: dict[str, Any] = {
        "Value": 500.0 + 250 * (at % 9),
        "Promised by": start + timedelta(days=60),
        "Last contact": TODAY - timedelta(days=at % 50),
        "Marketing consent": True if at % 3 else None,
        "Do not mail": True if at % 40 == 0 else None,
        "Company": f"Company {at:06d}",
        "Phone": f"+353 1 {at:07d}",
    }
    if row["Status"] == "Finished":
        ended = min(start + timedelta(days=30), TODAY - timedelta(days=1))
        more |= {"Finished on": ended, "Satisfaction": 1 + at % 5, "Result": "All is well."}
    elif at % 50 == 0:
        more |= {"Pause until": TODAY + timedelta(days=9), "Pause reason": "Travelling"}
    return more


def _answers(clients: int) -> Iterator[dict[str, Any]]:
    """Three answers from each client."""
    for at in range(clients):
        for turn in range(3):
            yield {
                "Date": TODAY - timedelta(days=(at + turn) % 90),
                "Client": f"Client {at:06d}",
                "Question": _QUESTIONS[(at + 3 * turn) % len(_QUESTIONS)][0],
                "Answer": _SAID[(at + turn) % len(_SAID)],
            }


def _notes(clients: int) -> Iterator[dict[str, Any]]:
    """Two notes of each client."""
    for at in range(2 * clients):
        yield {
            "Date": TODAY - timedelta(days=at % 120),
            "Client": f"Client {at % clients:06d}",
            "Who": _TEAM[at % 3],
            "What they said": f"Note {at}: sings in a choir, and moves house in spring.",
            "Remember": True if at % 4 == 0 else None,
        }


class Clock:
    """Seconds of the processor, by name; names may be given more than once."""

    def __init__(self) -> None:
        self.spans: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        before = time.process_time()
        yield
        self.spans[name] = self.spans.get(name, 0.0) + time.process_time() - before


def _measure_one(path: Path) -> dict[str, Any]:
    from sheetops import systems  # noqa: PLC0415 # the process that builds needs none
    from sheetops.jobs.open_store import open_store  # noqa: PLC0415
    from sheetops.model.history import History  # noqa: PLC0415
    from sheetops.plan.plan import make_plan  # noqa: PLC0415
    from sheetops.settings import Settings, WorkbookSettings  # noqa: PLC0415
    from sheetops.workbook import book  # noqa: PLC0415
    from tests.sheets import afterwards  # noqa: PLC0415

    clock, each = Clock(), {"first": Clock(), "after": Clock()}
    store = open_store(Settings(workbook=WorkbookSettings(path=path, copies=path.parent)))
    with clock.of("read"):
        raw = store.read()
    with clock.of("parse"):
        found = book.read(raw)
    untimed = systems.SYSTEMS
    systems.SYSTEMS = tuple(_timed(one, each["first"]) for one in untimed)
    with clock.of("first"):
        first = make_plan(found, History(), TODAY - timedelta(days=1))
    known = afterwards(first)
    systems.SYSTEMS = tuple(_timed(one, each["after"]) for one in untimed)
    with clock.of("after"):
        after = make_plan(found, known, TODAY)
    made = {"first": first, "after": after}
    return {
        "spans": clock.spans,
        "systems": {snapshot: one.spans for snapshot, one in each.items()},
        "mails": {snapshot: len(plan.mails) for snapshot, plan in made.items()},
        "follow-ups": {snapshot: len(plan.routing.all) for snapshot, plan in made.items()},
    }


def _timed(system: Callable[[Any], Any], clock: Clock) -> Callable[[Any], Any]:
    name = f"{system.__module__.rsplit('.', 1)[-1]}.{system.__name__}"

    def timed(snapshot: Any) -> Any:
        with clock.of(name):
            return system(snapshot)

    return timed


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """Medians of each part and system, in seconds, and what thinking costs beside reading."""
    from sheetops.template import build  # noqa: PLC0415 # not needed by the measured processes

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "filled.xlsx"
        build(path, rows=filled(rows), settings=SETTINGS)
        command = [sys.executable, "-m", "tests.benchmarks.thinking", "--one", str(path)]
        found = [
            json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603 # our own module
            for _ in range(rounds)
        ]
    return {
        "rows": rows,
        "seconds": _medians([one["spans"] for one in found]),
        "mornings": {snapshot: _morning(snapshot, found) for snapshot in MORNINGS},
    }


def _medians(each: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(one[key] for one in each) for key in each[0]}


def _morning(snapshot: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Of one morning: seconds of each system, the most expensive first, and shares of reading."""
    reading = [one["spans"]["read"] + one["spans"]["parse"] for one in found]
    thinking = [one["spans"][snapshot] for one in found]
    together = [sum(one["systems"][snapshot].values()) for one in found]
    systems = _medians([one["systems"][snapshot] for one in found])
    return {
        "systems": dict(sorted(systems.items(), key=lambda pair: -pair[1])),
        "together": statistics.median(together),
        "thinking to reading": _share(thinking, reading),
        "systems to reading": _share(together, reading),
        "mails": found[0]["mails"][snapshot],
        "follow-ups": found[0]["follow-ups"][snapshot],
    }


def _share(part: list[float], whole: list[float]) -> float:
    return statistics.median(one / all_ for one, all_ in zip(part, whole, strict=True))


def _print(found: dict[str, Any]) -> None:
    print(f"{found['rows']:,} step rows, seconds of the processor")
    for name, seconds in found["seconds"].items():
        print(f"  {name:24} {seconds:8.3f}")
    for name, snapshot in found["mornings"].items():
        print(f"systems, {MORNINGS[name]}")
        for system, seconds in snapshot["systems"].items():
            print(f"  {system:24} {seconds:8.3f}")
        print(f"  {'together':24} {snapshot['together']:8.3f}")
        print(f"  {snapshot['follow-ups']:,} follow-ups, {snapshot['mails']:,} mails")
        print(f"  thinking to reading: {snapshot['thinking to reading']:.2f}")
        print(f"  systems to reading: {snapshot['systems to reading']:.2f} (the aim: below 0.50)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        json.dump(_measure_one(given.one), sys.stdout)
        return
    found = measure(given.rows, given.rounds)
    if given.json:
        json.dump(found, sys.stdout, indent=2)
    else:
        _print(found)


if __name__ == "__main__":
    main()
