"""One simulated business over sixty days: its staff, its servers, its clock, and its dying runs.

Deaths are an exception here that nothing catches; connections, locks and memory of the run go with
it, and the mark beside the workbook stays. That is far quicker than processes, so thousands fit;
the short form has the real deaths. Nothing here is random: `machine` draws what befalls, and so it
can be drawn again. Staff change the sheet only between runs, and settle a doubt truthfully, once
they have been told of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sheetops.errors import SheetopsError
from sheetops.jobs import daily, run_log
from sheetops.jobs.context import Request
from sheetops.jobs.open_store import open_store
from sheetops.ledger import Ledger
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, Changes, NewRow
from sheetops.workbook.raw import Value
from sheetops.workbook.workdays import WorkCalendar
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
_NEVER = 10**9
Edits = tuple[list[CellChange], list[NewRow]]


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
    """One business, and what may befall it. Places in a run (`at`) are counted modulo its length.

    `length` are the days in which anything may befall; after them some calm ones follow.
    """

    def __init__(
        self, world: World, server: SmtpServer | None, begin: date, length: int = LENGTH
    ) -> None:
        self.server, self.begin, self.length = server, begin, length
        self.computers = [world]
        self.tally = Tally(ladders=1)
        self.calendar = WorkCalendar(zone=ZONE)
        self.wanted: set[Mark] = set()
        self.doubts: dict[str, set[str]] = {}
        self.days = 0
        self.now = datetime.combine(begin, time(8), ZONE).astimezone(UTC)
        self._points = _LONGEST // 2
        world.begin()
        if server is not None:
            server.delivered.clear()
        self._dawn()

    # ---- days

    @property
    def is_calm(self) -> bool:
        """Whether its time of hazards is over."""
        return self.days >= self.length

    @property
    def _day(self) -> date:
        return self.begin + timedelta(self.days)

    def pass_time(self, minutes: int) -> None:
        """Later on the same working day."""
        evening = datetime.combine(self._day, time(19), ZONE).astimezone(UTC)
        self.now = min(self.now + timedelta(minutes=minutes), evening)

    def pass_night(self, at: int) -> None:
        """The day's last runs go well; then it is the next working day. In the nights in which the
        clocks change, which are those to Sunday, runs die in the odd hours."""
        self._evening()
        self.days += 1
        while not self.calendar.is_working(self._day):
            if not self.is_calm:
                self._odd_hours(at)
            self.days += 1
        self._dawn()

    def _evening(self) -> None:
        self._behave({})
        turned_away = [computer for computer in self.computers if not self._run(computer)]
        for computer in turned_away:  # by what the other one left, which has run meanwhile
            self._run(computer)
        self._look()

    def _odd_hours(self, at: int) -> None:
        noon = datetime.combine(self._day, time(12), ZONE)
        if noon.utcoffset() == (noon - timedelta(1)).utcoffset():
            return
        self.tally.befell["daylight-saving night"] += 1
        for minutes in (15, 45, 75, 105):
            self.now = datetime.combine(self._day, time(0), UTC) + timedelta(minutes=minutes)
            self._run(self.world, Hazard(self._place(at + minutes)))

    def _dawn(self) -> None:
        self.now = datetime.combine(self._day, time(8), ZONE).astimezone(UTC)
        self._settle_doubts()
        self._want()

    def finish(self) -> Verdict:
        """The days that are left, some more without hazards, and the reckoning."""
        while self.days < self.length + CALM:
            self.pass_night(0)
        self._evening()
        self._reckon()
        return self.tally.verdict

    # ---- what may befall

    def die(self, at: int) -> None:
        """A run dies."""
        self._run(self.world, Hazard(self._place(at)))

    def fill_disk(self, at: int) -> None:
        """A run finds the disk full."""
        self._run(self.world, Hazard(self._place(at), "full disk"))

    def jump_clock(self, days: int) -> None:
        """A run takes place while the computer's clock is wrong by some days."""
        self.tally.befell[f"clock {days:+d} day"] += 1
        self.now += timedelta(days)
        self._run(self.world)
        self.now -= timedelta(days)

    def misbehave(self, script: dict[str, list[str]], at: int) -> None:
        """A run meets a server that does as the script says, and may die besides; `at` 0: not."""
        self._behave(script)
        self.tally.befell[f"server: {_act(script)}"] += 1
        self._run(self.world, Hazard(self._place(at)) if at else None)
        self._behave({})

    def start_twice(self, at: int) -> None:
        """A second run begins while one is under way."""
        meanwhile = partial(self._meanwhile, self.world, Hazard(_NEVER), "second run")
        self._run(self.world, Hazard(self._place(at), "second run", meanwhile))

    def race(self, at: int, dies: int, *, other_first: bool) -> None:
        """While one computer runs, another one with a data folder of its own does too, and may die
        of it; `dies` 0: it does not."""
        if len(self.computers) == 1:
            other = replace(self.world, data="other computer")
            other.file.parent.mkdir()
            self.computers.append(other)
        one, two = self.computers[:: -1 if other_first else 1]
        hazard = Hazard(self._place(dies) if dies else _NEVER)
        meanwhile = partial(self._meanwhile, two, hazard, "other computer")
        self._run(one, Hazard(self._place(at), "other computer", meanwhile))

    def _behave(self, script: dict[str, list[str]]) -> None:
        if self.server is not None:
            self.server._handler.script = {stage: list(acts) for stage, acts in script.items()}

    # ---- runs

    def _place(self, at: int) -> int:
        return 1 + at % self._points

    @property
    def world(self) -> World:
        """The business from the computer whose ledger the workbook names; else the first one."""
        if len(self.computers) > 1:
            named = run_log.last_sending_run(self.computers[0].book())[1]
            for computer in self.computers:
                if named == computer.ledger_id():
                    return computer
        return self.computers[0]

    def _run(self, computer: World, hazard: Hazard | None = None) -> bool:
        """Whether the run came to its end."""
        self.tally.verdict.runs += 1
        hazard = hazard or Hazard(_NEVER)
        came = False
        try:
            with beset(hazard):
                computer.daily(self.now)
            came = True
        except Kill:
            self.tally.deaths += 1
        except SheetopsError as error:
            self.tally.befell[f"stopped: {type(error).__name__}"] += 1
        if hazard.struck:
            self.tally.struck[hazard.struck] += 1
            if hazard.kind != "death":
                self.tally.befell[hazard.kind] += 1
        elif hazard.passed > 20:  # a run that was let through
            self._points = hazard.passed
        return came

    def _meanwhile(self, computer: World, hazard: Hazard, who: str) -> None:
        """Another run while one is under way."""
        self.tally.verdict.runs += 1
        try:
            with beset(hazard):
                computer.daily(self.now)
        except Kill:
            self.tally.deaths += 1
            self.tally.befell[f"{who}: died"] += 1
        except SheetopsError as error:
            self.tally.befell[f"{who}: {type(error).__name__}"] += 1
        else:
            self.tally.befell[f"{who}: came through"] += 1

    # ---- staff

    def act(self, what: str, pick: int) -> None:
        """Staff do something in the sheet, one of `ACTS`, to the row that is picked."""
        book = self.world.book()
        cells, rows = ACTS[what](self, book, pick)
        if cells or rows:
            changes = Changes(cells, rows, book.layout, book.fingerprint)
            open_store(self.world.settings, "crash").write(changes)
            self.tally.befell[f"staff: {what}"] += 1

    def _done(self, book: Book, pick: int) -> Edits:
        steps = book.frame("Steps")
        is_open = [key for key, done in zip(steps.index, steps["Done"], strict=True) if not done]
        if not is_open:
            return [], []
        key = str(is_open[pick % len(is_open)])
        self._no_longer_wanted(key)
        return [CellChange("Steps", key, "Done", None, self._day)], []

    def _no_longer_wanted(self, step: str) -> None:
        who, _, what = step.partition(" › ")
        name = self.world.names.get(who, who)
        self.wanted = {mark for mark in self.wanted if mark[1:] != (name, what)}

    def _decide(self, book: Book, pick: int) -> Edits:
        rows = book.frame("Follow-ups")
        waiting = [
            str(key)
            for key, mark in zip(rows.index, rows["Outcome"], strict=True)
            if mark == "Waiting for approval"
        ]
        if not waiting:
            return [], []
        key, decision = waiting[pick % len(waiting)], ("Send", "Skip", "Hold")[pick % 3]
        cells = [CellChange("Follow-ups", key, "Decision", None, decision)]
        if pick % 2:
            cells.append(CellChange("Follow-ups", key, "Subject", None, f"Said otherwise {pick}"))
        return cells, []

    def _moved(self, book: Book, pick: int) -> Edits:
        keys = [str(key) for key in book.frame("Clients").index]
        address = f"a{pick}.{self.days}@example.com"
        return [CellChange("Clients", keys[pick % len(keys)], "Email", None, address)], []

    def _came(self, book: Book, _pick: int) -> Edits:
        count = len(book.frame("Clients"))
        if count >= len(NAMES):
            return [], []
        values: dict[str, Value] = dict(client(None, NAMES[count], self._day))
        return [], [NewRow("Clients", NAMES[count], values)]

    # ---- reckoning

    def _want(self) -> None:
        """Take down what is due today, before anything can go wrong."""
        book = self.world.book()
        clients = book.frame("Clients")
        named = zip(clients.index.tolist(), clients["Client"].tolist(), strict=True)
        self.world.names.update({str(key): str(name) for key, name in named})
        plan = daily.preview(Request(self.world.settings, clock=lambda: self.now))
        self.wanted |= {
            (one.message, one.client_name, one.step.rpartition(" › ")[2])
            for one in plan.routing.mailed
        }

    def twice(self) -> list[str]:
        """What has arrived more than once."""
        return post_of(self._post()).twice

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
        verdict.duplicates = len(post.twice)
        verdict.notes += [f"twice: {words}" for words in post.twice]
        lost = list(self._lost(fates, post.marks))
        verdict.losses = len(lost)
        verdict.notes += lost
        verdict.doubts = len(self.doubts)
        for key, seen in self.doubts.items():
            verdict.doubts_shown += seen == {"sheet", "summary"}
            if seen != {"sheet", "summary"}:
                verdict.notes.append(f"doubt {key} was shown in {seen or 'nothing'}")

    def _lost(self, fates: dict[Mark, Fate], marks: Counter[Mark]) -> Iterator[str]:
        for mark in sorted(self.wanted):
            if not marks[mark] and not is_accounted_for(fates.get(mark)):
                yield f"lost: {mark}, {fates.get(mark)}"
        for fate in fates.values():
            if fate.state == "accepted" and not marks[fate.mark]:
                yield f"said to be sent, but it never arrived: {fate}"
            if fate.state in {"deferred", "claimed", "handing"}:
                yield f"stuck after {CALM} calm days: {fate}"


ACTS: Mapping[str, Callable[[Ladder, Book, int], Edits]] = {
    "a step is done": Ladder._done,
    "a decision": Ladder._decide,
    "another address": Ladder._moved,
    "a new client": Ladder._came,
}
"""What staff may do."""


def _is_doubt(fate: Fate) -> bool:
    return fate.state in {"in doubt", "handing"}


def _act(script: dict[str, list[str]]) -> str:
    return ", ".join(f"{stage} {acts[0]}" for stage, acts in script.items())
