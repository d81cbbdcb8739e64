"""The words in which scenarios are told: a small sheet, days that pass, what sheet and outbox show.

A scenario runs the daily job itself, with its ledger and a folder as outbox; only the workbook is
kept in memory, so that weeks pass in a second. A table is written as it looks in the sheet:

    scenario.sheet("Clients", '''
        Client | Offer    | Start date
        Bo     | Coaching | 02/11/2026
    ''')

What a table leaves out is filled in so that it does not matter: see `_DEFAULTS`.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.stores.memory import MemoryStore
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.raw import Value
from tests.sheets import SETTINGS, TEAM, Row, grid

OWNER = "olga@studio.example.com"
"""Where the morning summary goes. Anna and Ben are the team."""

_DEFAULTS: dict[str, Callable[[Row], Row]] = {
    "Clients": lambda row: {
        "First name": row["Client"],
        "Email": f"{str(row['Client']).lower()}@example.com",
        "Offer": "Coaching",
        "Owner": "Anna",
        "Status": "Active",
    },
    "Offers": lambda _: {},
    "Offer steps": lambda _: {"Offer": "Coaching", "Waiting on": "Client"},
    "Messages": lambda row: {
        "Part": "reminder",
        "To": "client",
        "Subject": row["Message"],
        "Body": f"{row['Message']}, in full.",
    },
}
_NAMES: dict[str, tuple[str, ...]] = {
    "Clients": ("Client",),
    "Steps": ("Client", "Step"),
    "Follow-ups": ("Client", "Message"),
    "Notes": ("Client", "What they said"),
    "Answers": ("Client", "Question"),
    "Offer steps": ("Step",),
}
"""The columns by which a row is named, as `Bo` or `Bo › Contract`; elsewhere it is the first."""


_SATURDAY = 5


@dataclass(frozen=True)
class Letter:
    """One mail in the outbox."""

    day: date
    to: str
    subject: str
    body: str


class Scenario:
    """A small business, the days that pass there, and what staff and clients see."""

    def __init__(self, folder: Path, **settings: Value) -> None:
        self.folder = folder
        self.today: date | None = None
        self.letters: list[Letter] = []
        self.last: Applied | None = None
        chosen = {**SETTINGS, **{name.replace("_", " "): v for name, v in settings.items()}}
        self.store = MemoryStore({})
        self._put("Settings", [{"Setting": name, "Value": v} for name, v in chosen.items()])
        self._put("Team", TEAM)
        for tab in ("Clients", "Offer steps", "Steps", "Follow-ups", "Runs"):
            self._put(tab, ())

    # ---- the sheet, and what staff do in it

    def sheet(self, tab: str, table: str) -> Self:
        """A tab as it stands in the workbook."""
        self._put(tab, [_filled_in(tab, row) for row in _rows_of(table)])
        return self

    def without(self, tab: str) -> Self:
        """The workbook does not have this tab."""
        del self.store.tabs[tab]
        return self

    def staff_add(self, tab: str, table: str) -> Self:
        """Staff type new rows under those that are there."""
        new = [_filled_in(tab, row) for row in _rows_of(table)]
        self.store.tabs[tab] += grid(tab, new)[1:]
        return self

    def staff_type(self, tab: str, who: str, heading: str, value: str) -> Self:
        """Staff type a value into the row of `who`: `Bo`, or `Bo › Contract`."""
        row = self._row(tab, who)
        at = self._heading(tab, heading)
        row += [None] * (at + 1 - len(row))  # a row that was appended may be short
        row[at] = _cell(value)
        return self

    def staff_clear(self, tab: str, who: str, heading: str) -> Self:
        """Staff empty a cell."""
        return self.staff_type(tab, who, heading, "")

    def staff_delete(self, tab: str, who: str) -> Self:
        """Staff delete a row."""
        self.store.tabs[tab].remove(self._row(tab, who))
        return self

    # ---- the days

    def day(self, day: str) -> Self:
        """The daily job runs on this day, at eight in the morning."""
        return self._run(_date(day))

    def days(self, first: str, last: str, *, weekends: bool = False) -> Self:
        """The daily job runs on every day from the first to the last, or on those from Monday to
        Friday."""
        at = _date(first)
        while at <= _date(last):
            if weekends or at.weekday() < _SATURDAY:
                self._run(at)
            at += timedelta(days=1)
        return self

    def _run(self, day: date) -> Self:
        moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        self.last = daily.daily(
            Request(
                self._settings,
                day,
                clock=lambda: moment,
                all_at_once=True,
                open_store=lambda *_: self.store,
            )
        )
        self.today = day
        self.letters += self._new_letters(day)
        return self

    # ---- what is seen

    def sheet_shows(self, tab: str, who: str, heading: str, value: str) -> Self:
        """The cell holds exactly this; blank for an empty one."""
        assert self.seen(tab, who, heading) == value
        return self

    def sheet_says(self, tab: str, who: str, heading: str, words: str) -> Self:
        """The cell holds these words among others."""
        assert words in self.seen(tab, who, heading)
        return self

    def sheet_has(self, tab: str, *names: str) -> Self:
        """The tab has exactly these rows, in this order."""
        assert self.names(tab) == list(names)
        return self

    def outbox_has(self, to: str, words: str) -> Self:
        """On the last day one mail left for this address, with these words."""
        (letter,) = (one for one in self._todays() if one.to == to)
        assert words in f"{letter.subject}\n{letter.body}"
        return self

    def outbox_lacks(self, words: str) -> Self:
        """No mail of the last day, to whomever, has these words."""
        assert not [one for one in self._todays() if words in f"{one.subject}\n{one.body}"]
        return self

    def nothing_sent(self, to: str = "") -> Self:
        """On the last day no mail left for this address, or for anyone who is not of the team."""
        team = {OWNER, *(str(person["Email"]) for person in TEAM)}
        left = [one.to for one in self._todays() if (one.to == to if to else one.to not in team)]
        assert not left
        return self

    def digest_says(self, who: str, words: str) -> Self:
        """The morning mail of the last day to `Anna`, `Ben` or `the owner` has these words."""
        assert words in self.digest(who)
        return self

    def digest_lacks(self, who: str, words: str) -> Self:
        """The morning mail of the last day to that person, if any, does not have these words."""
        assert words not in self.digest(who)
        return self

    def problem_says(self, words: str) -> Self:
        """Among the problems of the last day there is one with these words."""
        assert self.last is not None
        assert words in "\n".join(str(problem) for problem in self.last.plan.problems)
        return self

    def no_problems(self) -> Self:
        """The last day had no problems."""
        assert self.last is not None
        assert not [str(problem) for problem in self.last.plan.problems]
        return self

    def story(self, to: str) -> dict[str, str]:
        """Subject of every mail that ever left for an address, by day."""
        return {f"{one.day:%d/%m/%Y}": one.subject for one in self.letters if one.to == to}

    def digest(self, who: str) -> str:
        """The morning mail of the last day to `Anna`, `Ben` or `the owner`; blank for none."""
        addresses = {str(person["Name"]): str(person["Email"]) for person in TEAM}
        to = {**addresses, "the owner": OWNER}[who]
        return "\n\n".join(one.body for one in self._todays() if one.to == to)

    def seen(self, tab: str, who: str, heading: str) -> str:
        """What a cell shows: dates as 24/11/2026, whole numbers without a point."""
        row = self._row(tab, who)
        at = self._heading(tab, heading)
        return _shown(row[at] if at < len(row) else None)

    def names(self, tab: str) -> list[str]:
        """Names of the rows of a tab, in order."""
        return [name for name, _ in self._named(tab)]

    # ---- inside

    @property
    def _settings(self) -> Settings:
        return Settings(
            workbook=WorkbookSettings(path=self.folder / "memory.xlsx"),
            mail=MailSettings(outbox=self.folder / "outbox"),
            ledger=LedgerSettings(path=self.folder / "ledger" / "scenario.ledger"),
        )

    def _put(self, tab: str, rows: Any) -> None:
        self.store.tabs[tab] = grid(tab, rows)

    def _heading(self, tab: str, heading: str) -> int:
        return self.store.tabs[tab][0].index(heading)

    def _named(self, tab: str) -> Iterator[tuple[str, list[Value]]]:
        headings = _NAMES.get(tab, (BY_NAME[tab].columns[0].heading,))
        places = [self._heading(tab, heading) for heading in headings]
        for row in self.store.tabs[tab][1:]:
            if any(value not in {None, ""} for value in row):
                yield " › ".join(str(row[at]) for at in places), row

    def _row(self, tab: str, who: str) -> list[Value]:
        """The last row of that name: of two follow-ups alike, the newest."""
        found = [row for name, row in self._named(tab) if name == who]
        assert found, f"{tab} has no {who}; it has {self.names(tab)}"
        return found[-1]

    def _todays(self) -> list[Letter]:
        return [letter for letter in self.letters if letter.day == self.today]

    def _new_letters(self, day: date) -> list[Letter]:
        """The mails that this run put into the folder."""
        assert self.last is not None
        paths = (self.folder / "outbox" / f"{mail.key}.eml" for mail in self.last.sending.accepted)
        return [_letter(day, path) for path in paths]


def _letter(day: date, path: Path) -> Letter:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text = mail.get_body(("plain",))
    assert text is not None
    to = mail["To"].addresses[0].addr_spec
    return Letter(day, to, str(mail["Subject"]), text.get_content().replace("\r\n", "\n"))


def _rows_of(table: str) -> list[Row]:
    lines = [
        [part.strip() for part in line.split("|")] for line in table.splitlines() if line.strip()
    ]
    headings = lines[0]
    return [dict(zip(headings, (_cell(text) for text in line), strict=True)) for line in lines[1:]]


def _filled_in(tab: str, row: Row) -> Row:
    unknown = [heading for heading in row if heading not in BY_NAME[tab].by_heading]
    assert not unknown, f"{tab} has no {unknown}"
    said = {heading: value for heading, value in row.items() if value is not None}
    fill = _DEFAULTS.get(tab)
    return {**(fill(row) if fill else {}), **said}


def _cell(text: str) -> Value:
    """What Excel makes of what is typed: a date, a number, nothing, or text."""
    if not text:
        return None
    for read in (_date, float):
        with suppress(ValueError):
            return read(text)
    return text


def _date(text: str) -> date:
    """A day as staff in Ireland type it; the sheet gets a date, which is not ambiguous."""
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
