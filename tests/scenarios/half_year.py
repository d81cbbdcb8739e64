"""A simulated half year of the demo business: the daily job runs, and staff act at random.

The dice have a seed, and the clock is given, so the same seed gives the same days. Staff look at
nothing but the sheet, as they do in life: they mark as done what the tool shows as open, decide in
`Follow-ups`, answer, note, pause, refund, and delete what is long over.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sheetops.errors import UnsafeRun
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.stores.memory import MemoryStore
from sheetops.template import demo
from sheetops.template.data_files import load
from sheetops.template.demo.offers import PATHS, PRICES
from sheetops.workbook.raw import Value
from tests.sheets import grid

FIRST = date(2026, 1, 5)
"""A Monday; the half year has Irish holidays in it, and the end of winter time."""
OFF = ("Refunded", "Do not serve")
_OVER = 60
"""Days after a finish when staff see to what the delta still shows."""
_LONG_OVER = 100
"""Days after a finish when a client's rows may be deleted."""
_OPTIONAL = {step.name for path in PATHS.values() for step in path if not step.required}
_CHANGING = {"Runs": ("Ledger", "Computer")}
"""What differs from one ledger or computer to another."""


class Line:
    """One row of a tab, read and typed into by heading."""

    def __init__(self, headings: list[Value], cells: list[Value]) -> None:
        self.headings = headings
        self.cells = cells

    def __getitem__(self, heading: str) -> Value:
        at = self.headings.index(heading)
        value = self.cells[at] if at < len(self.cells) else None
        return None if value == "" else value

    def __setitem__(self, heading: str, value: Value) -> None:
        at = self.headings.index(heading)
        self.cells.extend([None] * (at + 1 - len(self.cells)))
        self.cells[at] = value


@dataclass(frozen=True, repr=False)
class Seen:
    """One day: the sheet as it was in the morning (by client and by client and step), what the job
    did, and the sheet afterwards. `forced` says that the guard rails had to be overruled."""

    day: date
    clients: dict[str, dict[str, Value]]
    done: frozenset[tuple[str, str]]
    applied: Applied
    after: dict[str, dict[str, Value]]
    forced: str


@dataclass(repr=False)
class HalfYear:
    """The business, its sheet, and its dice."""

    folder: Path
    seed: int = 1
    today: date = FIRST
    days: list[Seen] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 # a game, the same every time
        tabs = {name: grid(name, rows) for name, rows in demo.business(FIRST, mistakes=()).items()}
        chosen = {**demo.settings(FIRST), "Workbook id": "half-year"}
        tabs["Settings"] = grid(
            "Settings", [{"Setting": name, "Value": value} for name, value in chosen.items()]
        )
        self.store = MemoryStore(tabs)
        self.newcomers = 0
        self.began_finished = {
            str(line["Client"]) for line in self.lines("Clients") if line["Status"] == "Finished"
        }

    # ---- the days

    def live(self, weeks: int) -> None:
        """Let weeks pass: each working day the job runs in the morning, then staff act. On some
        Saturdays it runs as well."""
        last = self.today + timedelta(weeks=weeks)
        while self.today < last:
            if self.today.weekday() < 5 or self.chance(0.15):
                self._morning()
            if self.today.weekday() < 5:
                self._staff_act()
            self.today += timedelta(days=1)

    def _morning(self) -> None:
        before = self.clients()
        done = frozenset(
            (str(line["Client"]), str(line["Step"])) for line in self.lines("Steps") if line["Done"]
        )
        moment = datetime(self.today.year, self.today.month, self.today.day, 8, tzinfo=UTC)
        forced = ""
        request = Request(
            self._settings,
            self.today,
            clock=lambda: moment,
            open_store=lambda *_: self.store,
        )
        try:
            applied = daily.daily(request)
        except UnsafeRun as error:
            forced = str(error)
            applied = daily.daily(replace(request, force=True))
        self.days.append(Seen(self.today, before, done, applied, self.clients(), forced))
        self.digests.append(self._digest(applied))

    def _digest(self, applied: Applied) -> str:
        """All that this day shows: the mails that left, and every cell of the sheet."""
        mails = [
            (one.key, one.to, one.subject, one.body, one.thread) for one in applied.sending.accepted
        ]
        cells = []
        for tab, rows in sorted(self.store.tabs.items()):
            left_out = {rows[0].index(name) for name in _CHANGING.get(tab, ())}
            cells.append(
                [[value for at, value in enumerate(row) if at not in left_out] for row in rows]
            )
        return hashlib.sha256(repr((mails, cells)).encode()).hexdigest()

    # ---- the sheet

    def lines(self, tab: str) -> Iterator[Line]:
        """The rows of a tab that hold anything."""
        headings, *rows = self.store.tabs[tab]
        return (Line(headings, row) for row in rows if any(v not in {None, ""} for v in row))

    def clients(self) -> dict[str, dict[str, Value]]:
        """Every row of Clients as it stands now, by name."""
        return {
            str(line["Client"]): {str(name): line[str(name)] for name in line.headings}
            for line in self.lines("Clients")
        }

    def add(self, tab: str, **cells: Value) -> None:
        """Staff type a new row under the others."""
        row = {heading.replace("_", " "): value for heading, value in cells.items()}
        self.store.tabs[tab] += grid(tab, [row])[1:]

    def remove(self, tab: str, client: str) -> None:
        """Staff delete a client's rows of a tab."""
        headings, *rows = self.store.tabs[tab]
        kept = [row for row in rows if Line(headings, row)["Client"] != client]
        self.store.tabs[tab] = [headings, *kept]

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def some(self, *statuses: str) -> Line | None:
        """Any one client with one of these statuses."""
        found = [line for line in self.lines("Clients") if line["Status"] in statuses]
        return self.dice.choice(found) if found else None

    # ---- the staff

    def _staff_act(self) -> None:
        self._mark_done()
        self._finish()
        self._decide()
        for share, act in _ACTS:
            if self.chance(share):
                act(self)

    def _mark_done(self) -> None:
        """What the tool shows as open gets done: by some at once, by others late or never."""
        away = {name for name, row in self.clients().items() if is_paused(row, self.today)}
        for line in self.lines("Steps"):
            name = str(line["Client"])
            if line["Done"] is None and line["Days waiting"] is not None and name not in away:
                pace = (0.02, 0.12, 0.12, 0.3)[sum(map(ord, name)) % 4]
                if self.chance(pace):
                    line["Done"] = "x" if self.chance(0.25) else self.today

    def _finish(self) -> None:
        """Whoever has done all that is required is finished, and most say how it was."""
        open_ones = {
            str(line["Client"])
            for line in self.lines("Steps")
            if not line["Done"] and line["Step"] not in _OPTIONAL
        }
        with_steps = {str(line["Client"]) for line in self.lines("Steps")} - open_ones
        for line in self.lines("Clients"):
            if line["Status"] == "Active" and line["Client"] in with_steps:
                line["Status"], line["Finished on"] = "Finished", self.today
                line["Satisfaction"] = self.dice.choice((1, 3, 4, 5)) if self.chance(0.6) else None
                line["Marketing consent"] = True if self.chance(0.5) else None

    def _decide(self) -> None:
        """Choose in Follow-ups; some words are changed first, and some wait for a colleague."""
        for line in self.lines("Follow-ups"):
            if line["Outcome"] not in {"Waiting for approval", "To do by hand", "Held"}:
                continue
            if line["Decision"] == "Hold" and self.chance(0.3):
                line["Decision"] = "Send"
            elif line["Decision"] is None and self.chance(0.6):
                by_hand = line["Outcome"] == "To do by hand"
                line["Decision"] = self.dice.choice(_BY_HAND if by_hand else _DECISIONS)
                if self.chance(0.2):
                    line["Body"] = f"{line['Body']}\n\nP.S. Mind the step."

    def _pause(self) -> None:
        if (line := self.some("Active")) is not None:
            line["Pause until"] = self.today + timedelta(days=self.dice.randint(5, 20))
            line["Pause reason"] = "Travelling"

    def _pause_by_status(self) -> None:
        if (line := self.some("Active", "Paused")) is not None:
            line["Status"] = "Active" if line["Status"] == "Paused" else "Paused"

    def _do_not_mail(self) -> None:
        if (line := self.some("Active", "Finished")) is not None:
            line["Do not mail"] = True

    def _refund(self) -> None:
        if (line := self.some("Active", "Finished")) is not None:
            line["Status"] = self.dice.choice(OFF)

    def _answer(self) -> None:
        if (line := self.some("Active", "Lead", "Finished")) is not None:
            row = self.dice.choice(load("demo/data/tabs")["Questions"])
            if row.get("Offer") in {None, line["Offer"]}:
                question = row["Question"]
                answers = load("demo/data/voices")["answers"]
                said = self.dice.choice(answers.get(question, ("yes", "no")))
                answer = "yes" if row["For"] == "fit" and self.chance(0.8) else said
                client = line["Client"]
                self.add(
                    "Answers", Date=self.today, Client=client, Question=question, Answer=answer
                )

    def _note(self) -> None:
        if (line := self.some("Active", "Lead", "Finished")) is not None:
            said = self.dice.choice(("Sings in a choir.", "Moves house in spring.", "Likes rain."))
            note = {"Date": self.today, "Client": line["Client"], "Who": line["Owner"]}
            self.add("Notes", **note, What_they_said=said, Remember=self.chance(0.3) or None)

    def _speak(self) -> None:
        if (line := self.some("Active")) is not None:
            line["Last contact"] = self.today

    def _lift(self) -> None:
        for line in self.lines("Clients"):
            if line["Consequence"] and self.chance(0.3):
                line["Lift consequence"] = True

    def _untick(self) -> None:
        """What is lifted needs no tick any more; some are forgotten for a while."""
        for line in self.lines("Clients"):
            if line["Lift consequence"] and not line["Consequence"]:
                line["Lift consequence"] = None

    def _say_how_it_was(self) -> None:
        line = self.some("Finished")
        if line is not None and line["Satisfaction"] is None:
            line["Satisfaction"] = self.dice.randint(1, 5)

    def _close_gaps(self) -> None:
        """What the delta still shows long after a finish, somebody sees to in person."""
        for line in self.lines("Clients"):
            finished = line["Finished on"]
            over = isinstance(finished, date) and (self.today - finished).days > _OVER
            if line["Status"] == "Finished" and over and line["Delta"]:
                for part in ("Quality", "Feedback", "Thank-you", "Join", "Subscribe"):
                    said = f"{part}: rang them."
                    note = {"Date": self.today, "Client": line["Client"], "Who": line["Owner"]}
                    self.add("Notes", **note, What_they_said=said)

    def _lead(self) -> None:
        self._newcomer("Lead", None)

    def _client(self) -> None:
        self._newcomer("Active", self.today + timedelta(days=self.dice.randint(-2, 6)))

    def _newcomer(self, status: str, start: date | None, **cells: Value) -> None:
        self.newcomers += 1
        number, offer = self.newcomers, self.dice.choice(list(PRICES))
        row: dict[str, Value] = {
            "Client": f"Newcomer {number} & Sons",
            "First name": f"New{number}",
            "Email": f"newcomer{number}@example.com",
            "Offer": offer,
            "Owner": self.dice.choice(load("demo/data/tabs")["Team"])["Name"],
            "Status": status,
            "Start date": start,
            "Value": PRICES[offer],
        }
        self.add("Clients", **(row | cells))

    def _sign(self) -> None:
        if (line := self.some("Lead")) is not None:
            line["Status"], line["Start date"] = "Active", self.today

    def _come_back(self) -> None:
        if (line := self.some("Finished")) is not None:
            self._newcomer("Active", self.today, Email=line["Email"])

    def _barred_comes_back(self) -> None:
        if (line := self.some(*OFF)) is not None:
            self._newcomer("Active", self.today, Email=line["Email"])

    def _delete(self) -> None:
        """Rows of somebody who finished long ago, in every tab that names them."""
        for line in self.lines("Clients"):
            finished = line["Finished on"]
            old = isinstance(finished, date) and (self.today - finished).days > _LONG_OVER
            if old and line["Status"] == "Finished":
                name = str(line["Client"])
                for tab in ("Clients", "Steps", "Notes", "Answers"):
                    self.remove(tab, name)
                for other in self.lines("Clients"):
                    if other["Referred by"] == name:
                        other["Referred by"] = None
                return

    @property
    def _settings(self) -> Settings:
        return Settings(
            workbook=WorkbookSettings(path=self.folder / "memory.xlsx"),
            mail=MailSettings(outbox=self.folder / "outbox"),
            ledger=LedgerSettings(path=self.folder / "ledger" / "half-year.ledger"),
        )


def is_paused(row: dict[str, Value], day: date) -> bool:
    """Whether staff have paused the client on a day."""
    until = row["Pause until"]
    return row["Status"] == "Paused" or (isinstance(until, date) and until > day)


_DECISIONS = ("Send", "Send", "Send", "Skip", "Hold", "Done by hand")
_BY_HAND = ("Done by hand", "Done by hand", "Skip")
_ACTS: tuple[tuple[float, Callable[[HalfYear], None]], ...] = (
    (0.15, HalfYear._pause),
    (0.05, HalfYear._pause_by_status),
    (0.08, HalfYear._do_not_mail),
    (0.08, HalfYear._refund),
    (0.6, HalfYear._answer),
    (0.5, HalfYear._note),
    (0.5, HalfYear._speak),
    (0.8, HalfYear._untick),
    (0.3, HalfYear._lift),
    (0.3, HalfYear._say_how_it_was),
    (0.2, HalfYear._close_gaps),
    (0.15, HalfYear._lead),
    (0.25, HalfYear._client),
    (0.2, HalfYear._sign),
    (0.08, HalfYear._come_back),
    (0.04, HalfYear._barred_comes_back),
    (0.08, HalfYear._delete),
)
"""What staff do on a day, and how likely each is."""
