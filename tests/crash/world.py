"""A small business whose runs die: its workbook, its ledger, its mail, and what became of it all.

Every follow-up carries a mark of its own in its last line. What arrived is counted by these marks,
read from the messages as they arrived, and by nothing that sheetops says of itself.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, NullPool, create_engine, select, text

from sheetops import template
from sheetops.jobs import daily as run
from sheetops.jobs import session
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.ledger import Ledger
from sheetops.ledger.schema import follow_ups
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.workbook.book import Book

OWNER, STAFF = "olga@example.org", "mei@example.org"
_TABS = (
    "Clients", "Steps", "Follow-ups", "Offers", "Offer steps", "Messages", "Team", "Settings",
    "Runs",
)  # fmt: skip
_MARK = re.compile(r"mark\|([^|]+)\|([^|]+)\|([^|]*)\|end")
_BODY = "Hello {{First name|there}},\n\nit waits.\n\nmark|%s|{{Client}}|{{Step}}|end"

Mark = tuple[str, str, str]
"""What was said to whom about what: message, client, step."""


def message(name: str, when: str, **cells: str) -> dict[str, Any]:
    """A message to the client whose body ends in its mark."""
    row = {"Message": name, "To": "client", "When": when, "Subject": name, "Body": _BODY % name}
    return row | cells


def client(key: str | None, name: str, start: date) -> dict[str, Any]:
    """A client of the only offer, looked after by Mei."""
    first = name.split(maxsplit=1)[0]
    return {
        "Client ID": key, "Client": name, "First name": first, "Offer": "Coaching",
        "Email": f"{first.lower()}@example.com", "Owner": "Mei", "Status": "Active",
        "Start date": start,
    }  # fmt: skip


def rows_of(
    clients: Sequence[dict[str, Any]], messages: Sequence[dict[str, Any]], steps: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """The rows of a business with one offer, whose steps all wait on the client."""
    return {
        "Clients": list(clients),
        "Offers": [{"Offer": "Coaching"}],
        "Offer steps": [
            {"Offer": "Coaching", "Order": at, "Step": step, "Waiting on": "Client",
             "Working days": 3}
            for at, step in enumerate(steps, 1)
        ],
        "Messages": list(messages),
        "Team": [{"Name": "Mei", "Email": STAFF}],
    }  # fmt: skip


_SETTINGS = {
    "Workbook id": "crash",
    "Sending": "send",
    "Business name": "Small & Co",
    "Sender address": "hello@example.org",
    "Owner's address": OWNER,
    "Mails per minute at most": "10000",
    "Time zone": "Europe/Dublin",
}


def built(rows: dict[str, list[dict[str, Any]]], **settings: str) -> bytes:
    """The workbook as bytes, with only the tabs that a ladder needs, so that runs are quick."""
    return _built(repr(rows), tuple(settings.items()), _Rows(rows))


class _Rows(dict[str, list[dict[str, Any]]]):
    """Rows that may stand in a cache's key, because another argument tells them apart."""

    def __hash__(self) -> int:  # type: ignore[override] # a dict has none
        return 0


@cache
def _built(_name: str, settings: tuple[tuple[str, str], ...], rows: _Rows) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "built.xlsx"
        named = {name.replace("_", " "): value for name, value in settings}
        template.build(path, rows=rows, settings={**_SETTINGS, **named})
        workbook = openpyxl.load_workbook(path)
        for name in workbook.sheetnames:
            if name not in _TABS:
                del workbook[name]
        workbook.save(path)
        return path.read_bytes()


@dataclass(frozen=True)
class Post:
    """What arrived: how often each mark, and how often each message by its Message-ID."""

    marks: Counter[Mark]
    messages: Counter[str]
    to_owner: tuple[str, ...]
    """The words of the mails to the owner, in order of arrival."""

    @property
    def twice(self) -> list[str]:
        """What arrived more than once."""
        marks = [f"{mark} x {n}" for mark, n in self.marks.items() if n > 1]
        return marks + [f"{name} x {n}" for name, n in self.messages.items() if n > 1]


def post_of(contents: Iterable[bytes]) -> Post:
    """Read what arrived; a message that is cut off has no mark."""
    marks: Counter[Mark] = Counter()
    messages: Counter[str] = Counter()
    owner = []
    for content in contents:
        name, to, words = _opened(content)
        messages[name] += 1
        if OWNER in to:
            owner.append(words)  # a rehearsal among them shows a mark, and settles nothing
        else:
            marks.update(_MARK.findall(words))
    return Post(marks, messages, tuple(owner))


@lru_cache(2000)
def _opened(content: bytes) -> tuple[str, str, str]:
    """A message's Message-ID, its recipient and its words."""
    one = message_from_bytes(content, policy=policy.default)
    assert isinstance(one, EmailMessage)
    part = one.get_body(("plain",))
    words = part.get_content() if part is not None else ""
    return str(one["Message-ID"]), str(one["To"]), words


@dataclass(frozen=True)
class Fate:
    """What the ledger says of a follow-up: its mark, its state and why."""

    key: str
    mark: Mark
    state: str
    why: str


def _step_of(key: str) -> str:
    """The step's name in its key, which begins with the client's."""
    return key.rpartition(" › ")[2]


@cache
def _engine(url: str) -> Engine:
    """An engine that holds no connection open."""
    return create_engine(url, poolclass=NullPool)


@dataclass
class World:
    """One business in a folder. `url` is its database, "" for SQLite; `port` 0 is a folder.

    `data` is the data folder of the computer on which runs take place.
    """

    folder: Path
    workbook: bytes
    url: str = ""
    port: int = 0
    names: dict[str, str] = field(default_factory=dict)
    data: str = "ledger"

    @property
    def path(self) -> Path:
        return self.folder / "clients.xlsx"

    @property
    def settings(self) -> Settings:
        outbox = self.folder / "outbox"
        mail = MailSettings(outbox=outbox)
        if self.port:
            mail = MailSettings(
                transport="smtp", host="127.0.0.1", port=self.port, security="none", timeout=5
            )
        return Settings(
            workbook=WorkbookSettings(path=self.path, copies=self.folder / "copies"),
            mail=mail,
            ledger=LedgerSettings(path=self.file, url=self.url),
        )

    def book(self) -> Book:
        """The workbook as it is now."""
        return session.read_workbook(Request(self.settings)).book

    @property
    def file(self) -> Path:
        return self.folder / self.data / "crash.ledger"

    def begin(self) -> None:
        """Nothing has happened yet: no ledger, no mail, the workbook as it was built."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.file.parent.mkdir(parents=True)
        self.path.write_bytes(self.workbook)
        if self.url:
            self._on_database("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")

    def _on_database(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    @property
    def _engine(self) -> Engine:
        return _engine(self.url or f"sqlite:///{self.file}")

    def daily(self, moment: datetime, *, all_at_once: bool = False) -> Applied:
        """The run of a moment; the first three are careful ones, unless it is all at once."""
        request = Request(self.settings, clock=lambda: moment, all_at_once=all_at_once)
        return run.daily(request)

    def in_folder(self) -> list[bytes]:
        """What lies in the outbox folder."""
        return [path.read_bytes() for path in sorted((self.folder / "outbox").glob("*.eml"))]

    def fates(self) -> list[Fate]:
        """What the ledger's rows say, read without the ledger's own code."""
        columns = follow_ups.c
        query = select(columns.key, columns.message, columns.client, columns.step, columns.state,
                       columns.why)  # fmt: skip
        with self._engine.connect() as connection:
            return [
                Fate(key, (name, self.names.get(who, who), _step_of(step)), state, why)
                for key, name, who, step, state, why in connection.execute(query)
            ]

    def ledger_id(self) -> str:
        """The id of this computer's ledger; there is one from now on."""
        with Ledger.open(self.url or self.file, "crash") as ledger:
            return ledger.id

    def shown(self) -> dict[str, str]:
        """By follow-up key, the Outcome that stands in the sheet."""
        rows = CalamineWorkbook.from_path(self.path).get_sheet_by_name("Follow-ups").to_python()
        key, outcome = rows[0].index("Follow-up ID"), rows[0].index("Outcome")
        return {str(row[key]): str(row[outcome]) for row in rows[1:] if row[key]}


UNSETTLED_WITH_REASON = ("deferred", "refused", "cancelled")


@dataclass
class Verdict:
    """What a death led to. Everything but `doubts` and `doubts_shown` must be 0."""

    duplicates: int = 0
    losses: int = 0
    doubts: int = 0
    doubts_shown: int = 0
    runs: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        """Doubts that no person was shown."""
        return self.doubts - self.doubts_shown

    @property
    def is_clean(self) -> bool:
        return not (self.duplicates or self.losses or self.hidden)

    def add(self, other: Verdict) -> None:
        """Count another's too."""
        self.duplicates += other.duplicates
        self.losses += other.losses
        self.doubts += other.doubts
        self.doubts_shown += other.doubts_shown
        self.runs += other.runs
        self.notes += other.notes


def judge(world: World, post: Post, due: Iterable[Mark]) -> Verdict:
    """Compare what was due with what arrived, what the ledger says and what the sheet shows."""
    verdict = Verdict(notes=[f"twice: {words}" for words in post.twice])
    verdict.duplicates = len(verdict.notes)
    shown = world.shown()
    fates = {fate.mark: fate for fate in world.fates()}
    for mark in due:
        fate = fates.get(mark)
        if not post.marks[mark] and not is_accounted_for(fate):
            verdict.losses += 1
            verdict.notes.append(f"lost: {mark}, {fate}")
    for fate in fates.values():
        if fate.state == "accepted" and not post.marks[fate.mark]:
            verdict.losses += 1
            verdict.notes.append(f"said to be sent, but it never arrived: {fate}")
        elif fate.state in {"in doubt", "handing"}:
            verdict.doubts += 1
            is_shown = shown.get(fate.key) == "In doubt" and is_told(fate, post)
            verdict.doubts_shown += is_shown
            if not is_shown:
                said = shown.get(fate.key)
                verdict.notes.append(f"hidden doubt: {fate}; the sheet says {said!r}")
    return verdict


def is_accounted_for(fate: Fate | None) -> bool:
    if fate is None:
        return False
    return fate.state == "in doubt" or (fate.state in UNSETTLED_WITH_REASON and bool(fate.why))


def is_told(fate: Fate, post: Post) -> bool:
    """Whether the owner's last summary names the doubt."""
    last = post.to_owner[-1].casefold() if post.to_owner else ""
    return "doubt" in last and fate.mark[1].casefold() in last
