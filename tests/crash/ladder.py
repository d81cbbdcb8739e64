"""One simulated business over sixty days: its staff, its server, its clock, and its dying runs.

Deaths are an exception here that nothing catches; connections, locks and memory of the run go with
it. That is far quicker than processes, so thousands fit; the short form has the real deaths. Two
things are kept from run to run to be quick: compiled SQL, and the parsed workbook while its bytes
are the same. Staff change the sheet only between runs, and settle a doubt truthfully, once they
have been told of it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheetops import run
from sheetops.book import Book
from sheetops.changes import CellChange, Changes, NewRow
from sheetops.errors import AnotherRun, SheetopsError
from sheetops.ledger import Ledger
from sheetops.raw import Value
from sheetops.workdays import WorkCalendar
from tests.crash.hazards import Hazard, Kill, beset
from tests.crash.world import (
    Fate,
    Mark,
    Verdict,
    World,
    built,
    client,
    is_accounted_for,
    is_told,
    message,
    post_of,
    rows_of,
)
from tests.smtp_servers import DROP, KEEP_AND_DROP, SmtpServer

ZONE = ZoneInfo("Europe/Dublin")
BEGINNINGS = (date(2026, 10, 5), date(2027, 3, 8))
"""Ladders that pass through the end of summer time, and through its beginning."""
LENGTH, CALM = 60, 12  # days with hazards, and days after them without
NAMES = ("Anna Amber", "Bert Birch", "Cleo Cedar", "Dora Dill", "Egon Elm", "Fay Fir")
SERVERS = (
    {"rcpt": ["451 4.7.1 greylisted, come back"] * 2},
    {"rcpt": ["451 4.7.1 greylisted, come back"] * 50},
    {"dot": [KEEP_AND_DROP]},
    {"dot": [DROP]},
    {"dot": ["452 4.3.1 mailbox full"]},
    {"body": ["421 4.3.2 closing"]},
    {"mail": ["421 4.3.2 closing"]},
    {"data": ["421 4.3.2 closing"]},
    {"data": [DROP]},
)
"""What a server may do: greylisting, a loss after the dot and before it, and 421."""
_LONGEST = 130  # points that a run passes at most, about


def workbook(begin: date) -> bytes:
    """Three clients, a ladder of three rungs, and a message that staff must approve."""
    clients = [
        client(None if n == 2 else f"C{n + 1}", name, begin - timedelta(n))
        for n, name in enumerate(NAMES[:3])
    ]
    messages = [
        message("Nudge", "waiting 2 days"),
        message("Again", "waiting 5 days"),
        message("Last", "waiting 9 days"),
        message("Welcome", "1 day after start"),
        message("Ask", "waiting 4 days", Send="ask"),
    ]
    return built(rows_of(clients, messages, ["Form", "Call", "Plan"]))


@dataclass
class Tally:
    """What ladders came to. `struck` counts hazards by the point at which they struck."""

    verdict: Verdict = field(default_factory=Verdict)
    deaths: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    befell: Counter[str] = field(default_factory=Counter)
    ladders: int = 0
    arrived: int = 0

    def add(self, other: Tally) -> None:
        """Count another's too."""
        self.verdict.add(other.verdict)
        self.deaths += other.deaths
        self.struck += other.struck
        self.befell += other.befell
        self.ladders += other.ladders
        self.arrived += other.arrived


class Ladder:
    """One business. Everything that is random comes from `seed`."""

    def __init__(self, world: World, server: SmtpServer | None, begin: date, seed: int) -> None:
        self.world, self.server = world, server
        self.begin = begin
        self.random = random.Random(seed)  # noqa: S311 # to be repeated, not to be secret
        self.tally = Tally(ladders=1)
        self.calendar = WorkCalendar(zone=ZONE)
        self.wanted: set[Mark] = set()
        self.doubts: dict[str, set[str]] = {}
        self.points = _LONGEST // 2
        self.now = datetime.combine(begin, time(8), ZONE).astimezone(UTC)
        self.who = f"ladder {seed}, {'server' if server else 'folder'}"

    # ---- days

    def live(self) -> Tally:
        """Sixty days with hazards, then some without, then the reckoning."""
        self.world.begin()
        if self.server is not None:
            self.server.delivered.clear()
        for day in range(LENGTH + CALM):
            self._one_day(self.begin + timedelta(day), calm=day >= LENGTH)
        self._reckon()
        return self.tally

    def _one_day(self, day: date, *, calm: bool) -> None:
        if not self.calendar.is_working(day):
            self._night(day, calm=calm)
            return
        self.now = datetime.combine(day, time(8), ZONE).astimezone(UTC)
        if not calm:
            self._staff(day)
            self._clock_jumps()
        self._settle_doubts()
        self._want()
        self._behave({})
        if not calm:
            self._bad_hours()
        self._behave({})
        self._run()
        self._look()

    def _night(self, day: date, *, calm: bool) -> None:
        """The nights in which the clocks change fall on Sundays: runs in the odd hours."""
        noon = datetime.combine(day, time(12), ZONE)
        if not calm and noon.utcoffset() != (noon - timedelta(1)).utcoffset():
            self.tally.befell["daylight-saving night"] += 1
            for minutes in (15, 45, 75, 105):
                self.now = datetime.combine(day, time(0), UTC) + timedelta(minutes=minutes)
                self._run(Hazard(self._somewhere()))

    def _clock_jumps(self) -> None:
        if self.random.random() < 0.05:  # one day in twenty
            jump = timedelta(self.random.choice((-1, 1)))
            self.tally.befell[f"clock {jump.days:+d} day"] += 1
            self.now += jump
            self._run()
            self.now -= jump

    def _bad_hours(self) -> None:
        for _ in range(self.random.randrange(33)):
            if self.random.random() < 0.3:  # three runs in ten
                self._behave(self.random.choice(SERVERS))
            kind = self.random.choices(("death", "full disk", "second run"), weights=(20, 1, 1))[0]
            self._run(Hazard(self._somewhere(), kind, self._second_run))
            self.now += timedelta(minutes=self.random.choice((1, 5, 20)))

    def _somewhere(self) -> int:
        return self.random.randint(1, self.points)

    def _behave(self, script: dict[str, list[str]]) -> None:
        if self.server is not None:
            self.server._handler.script = {stage: list(acts) for stage, acts in script.items()}
            if script:
                self.tally.befell[f"server: {_act(script)}"] += 1

    # ---- runs

    def _run(self, hazard: Hazard | None = None) -> None:
        self.tally.verdict.runs += 1
        hazard = hazard or Hazard(10**9)
        try:
            with beset(hazard):
                self.world.daily(self.now)
        except Kill:
            self.tally.deaths += 1
        except SheetopsError as error:
            self.tally.befell[f"stopped: {type(error).__name__}"] += 1
        if hazard.struck:
            self.tally.struck[hazard.struck] += 1
            if hazard.kind != "death":
                self.tally.befell[hazard.kind] += 1
        elif hazard.passed > 20:  # a run that was let through
            self.points = hazard.passed

    def _second_run(self) -> None:
        """A second run while the first is under way: it must be turned away."""
        try:
            with beset(Hazard(10**9)):
                self.world.daily(self.now)
        except AnotherRun:
            return
        except SheetopsError as error:
            self.tally.befell[f"second run: {type(error).__name__}"] += 1
            return
        self.tally.befell["second run went through"] += 1

    # ---- staff

    def _staff(self, day: date) -> None:
        """Now and then staff do something in the sheet."""
        if self.random.random() > 0.3:  # three days in ten
            return
        book = run.read(self.world.settings)
        act = self.random.choice((self._done, self._done, self._decide, self._moved, self._came))
        cells, rows = act(book, day)
        if cells or rows:
            changes = Changes(cells, rows, book.layout, book.fingerprint)
            run.store_of(self.world.settings, "crash").write(changes)
            self.tally.befell["staff changed the sheet"] += 1

    def _done(self, book: Book, day: date) -> tuple[list[CellChange], list[NewRow]]:
        steps = book.frame("Steps")
        is_open = [key for key, done in zip(steps.index, steps["Done"], strict=True) if not done]
        if not is_open:
            return [], []
        key = str(self.random.choice(is_open))
        self._no_longer_wanted(key)
        return [CellChange("Steps", key, "Done", None, day)], []

    def _no_longer_wanted(self, step: str) -> None:
        who, _, what = step.partition(" › ")
        name = self.world.names.get(who, who)
        self.wanted = {mark for mark in self.wanted if mark[1:] != (name, what)}

    def _decide(self, book: Book, _day: date) -> tuple[list[CellChange], list[NewRow]]:
        rows = book.frame("Follow-ups")
        waiting = [
            (str(key), str(mark))
            for key, mark in zip(rows.index, rows["Outcome"], strict=True)
            if mark == "Waiting for approval"
        ]
        if not waiting:
            return [], []
        key, _ = self.random.choice(waiting)
        decision = self.random.choice(("Send", "Skip", "Hold"))
        cells = [CellChange("Follow-ups", key, "Decision", None, decision)]
        if self.random.random() < 0.5:  # every other time
            subject = f"Said otherwise {self.random.randrange(99)}"
            cells.append(CellChange("Follow-ups", key, "Subject", None, subject))
        return cells, []

    def _moved(self, book: Book, _day: date) -> tuple[list[CellChange], list[NewRow]]:
        clients = book.frame("Clients")
        key = str(self.random.choice(clients.index.tolist()))
        address = f"a{self.random.randrange(10**6)}@example.com"
        return [CellChange("Clients", key, "Email", None, address)], []

    def _came(self, book: Book, day: date) -> tuple[list[CellChange], list[NewRow]]:
        count = len(book.frame("Clients"))
        if count >= len(NAMES):
            return [], []
        values: dict[str, Value] = dict(client(None, NAMES[count], day))
        return [], [NewRow("Clients", NAMES[count], values)]

    # ---- reckoning

    def _want(self) -> None:
        """Take down what is due today, before anything can go wrong."""
        book = run.read(self.world.settings)
        clients = book.frame("Clients")
        named = zip(clients.index.tolist(), clients["Client"].tolist(), strict=True)
        self.world.names.update({str(key): str(name) for key, name in named})
        plan = run.preview(run.Request(self.world.settings, clock=lambda: self.now))
        self.wanted |= {
            (one.message, one.client_name, one.step.rpartition(" › ")[2])
            for one in plan.routing.mailed
        }

    def _post(self) -> list[bytes]:
        if self.server is not None:
            return [one.content for one in self.server.delivered]
        return self.world.in_folder()

    def _look(self) -> None:
        """At the end of a day: are doubts in the sheet, and in the owner's last summary?"""
        fates = {fate.key: fate for fate in self.world.fates() if _is_doubt(fate)}
        if not fates:
            return
        sheet, post = self.world.shown(), post_of(self._post())
        for key, fate in fates.items():
            seen = self.doubts.setdefault(key, set())
            if sheet.get(key) == "In doubt":
                seen.add("sheet")
            if is_told(fate, post):
                seen.add("summary")

    def _settle_doubts(self) -> None:
        """Staff look whether it arrived, once sheet and summary have told them of the doubt."""
        told = [key for key, seen in self.doubts.items() if seen == {"sheet", "summary"}]
        open_doubts = (
            {fate.key: fate for fate in self.world.fates() if _is_doubt(fate)} if told else {}
        )
        waiting = [key for key in told if key in open_doubts]
        if not waiting:
            return
        post = post_of(self._post())
        with Ledger.open(self.world.url or self.world.file, "crash") as ledger:
            for mail in ledger.mails("in doubt"):
                keys = {item.key for item in mail.items}
                if keys & set(waiting):
                    sent = any(post.marks[open_doubts[key].mark] for key in keys)
                    ledger.resolve(mail.key, sent=sent, at=self.now)
                    self.tally.befell["doubt settled by staff"] += 1

    def _reckon(self) -> None:
        verdict, post = self.tally.verdict, post_of(self._post())
        fates = {fate.mark: fate for fate in self.world.fates()}
        self.tally.arrived = sum(post.messages.values())
        verdict.duplicates += len(post.twice)
        verdict.notes += [f"{self.who}: twice: {words}" for words in post.twice]
        for note in self._lost(fates, post.marks):
            verdict.losses += 1
            verdict.notes.append(f"{self.who}: {note}")
        verdict.doubts += len(self.doubts)
        for key, seen in self.doubts.items():
            verdict.doubts_shown += seen == {"sheet", "summary"}
            if seen != {"sheet", "summary"}:
                verdict.notes.append(f"{self.who}: doubt {key} was shown in {seen or 'nothing'}")

    def _lost(self, fates: dict[Mark, Fate], marks: Counter[Mark]) -> Iterator[str]:
        for mark in sorted(self.wanted):
            if not marks[mark] and not is_accounted_for(fates.get(mark)):
                yield f"lost: {mark}, {fates.get(mark)}"
        for fate in fates.values():
            if fate.state == "accepted" and not marks[fate.mark]:
                yield f"said to be sent, but it never arrived: {fate}"
            if fate.state in {"deferred", "claimed", "handing"}:
                yield f"stuck after {CALM} calm days: {fate}"


def _is_doubt(fate: Fate) -> bool:
    return fate.state in {"in doubt", "handing"}


def _act(script: dict[str, list[str]]) -> str:
    return ", ".join(f"{stage} {acts[0]}" for stage, acts in script.items())
