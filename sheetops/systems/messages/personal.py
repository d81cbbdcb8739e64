"""The personal touch: who is asked to get back in touch with whom, in their own words.

Nothing here is ever sent to a client. A week's prompts are chosen from what was known before its
Monday, so that they stay the same all week whatever is done meanwhile, and nobody gets more than
the Settings say: whoever has called a client has used one of the week's prompts and gets no other
in its place. They are spread over the working days of the week, and whoever was spoken to is not
asked for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.mail import Audience, FollowUp, follow_up_key
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import activity
from sheetops.systems.clients.answers import answers
from sheetops.workbook.arrays import Days
from sheetops.workbook.choices import SendMode
from sheetops.workbook.headers import folded
from sheetops.workbook.references import BEGINNING
from sheetops.workbook.values import day_text

MESSAGE = "Personal check-in"
"""Stands in the column Message of Follow-ups for a prompt that no row of Messages makes."""
_MOST_NOTES = 3
_MOST_QUESTIONS = 3
_LONGEST = 240  # letters of one note; the sheet holds the rest
_WEEK = timedelta(days=7)
_RANK = 900  # after everything that is about a step


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A client who may be asked for this week: since when they were not spoken to, from which day
    on somebody should be asked, and the key of the prompt."""

    at: int
    owner: str
    since: date
    day: date
    key: str


def prompts(snapshot: Snapshot) -> Findings:
    """The prompts of today, each for the person who looks after the client."""
    book = snapshot.book
    if not (book.has("Notes") and book.has("Offers")) or not snapshot.business.prompts_per_week:
        return Findings()
    desk = _Desk(snapshot)
    return Findings(follow_ups=(*map(desk.write, desk.today()), *desk.answered()))


class _Desk:
    """Chooses the prompts of the week, and writes those of today."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.monday = snapshot.today - timedelta(days=snapshot.today.weekday())
        self.weeks = activity.per_offer(snapshot, "Personal check-in every (weeks)")
        self.contact, self.unsure = activity.contacts(snapshot)
        self.start = book_days(snapshot, "Start date")

    def today(self) -> Iterator[_Prompt]:
        """Prompts whose day has come and that nobody has answered yet."""
        away = _away(self.snapshot)
        for turn, one in self._week():
            is_listed = one.key in self.snapshot.listed
            new = folded(one.owner) not in away and self._is_working
            begins = max(one.day, self._spread(turn)) <= self.snapshot.today and new
            if (begins or is_listed) and not self._is_over(one):
                yield one

    @property
    def _is_working(self) -> bool:
        return self.snapshot.business.calendar.is_working(self.snapshot.today)

    def _week(self) -> Iterator[tuple[int, _Prompt]]:
        """This week's prompts with their place in the week of each person, 0 for the first."""
        found = sorted(self._possible(), key=self._order)
        most = self.snapshot.business.prompts_per_week
        used = self._listed_besides({one.key for one in found})
        taken: Counter[str] = Counter()
        for one in found:
            person = folded(one.owner)
            if taken[person] + used[person] < most:
                yield taken[person], one
                taken[person] += 1

    def _possible(self) -> Iterator[_Prompt]:
        """Clients to whom, as of Monday, nobody has spoken for as long as their offer allows."""
        clients, calendar = self.snapshot.clients, self.snapshot.business.calendar
        may = clients.has_status(*BEGINNING) & ~clients.is_paused
        may &= clients.is_certain & (clients.owner != "") & ~self.unsure & ~np.isnan(self.weeks)
        since = self._before_monday()
        last = np.datetime64(self.monday + _WEEK, "D")
        due = since + (np.nan_to_num(self.weeks) * 7).astype("timedelta64[D]")
        working = calendar.add(due, np.zeros(len(due)))
        days = working.tolist()
        for at in np.flatnonzero(may & (working < last)).tolist():
            day = days[at]
            if day is not None:
                key = self._key(at, since[at].item())
                yield _Prompt(at, str(clients.owner[at]), since[at].item(), day, key)

    def _before_monday(self) -> Days:
        """The last time before this week that each client was spoken to, or that somebody settled
        a prompt; else the start. A contact of this week ends a prompt, but makes no room."""
        monday = np.datetime64(self.monday, "D")
        earlier = np.where(self.contact < monday, self.contact, self._contacts_before)
        since = np.fmax(earlier, np.where(self.start < monday, self.start, np.datetime64("NaT")))
        return np.fmax(since, self._settled_before)

    @cached_property
    def _contacts_before(self) -> Days:
        """Of those spoken to this week, the last note before it."""
        kept = activity.notes(self.snapshot)
        days = np.full(len(self.contact), np.datetime64("NaT", "D"))
        old = (kept.client >= 0) & (kept.day < np.datetime64(self.monday, "D"))
        np.fmax.at(days, kept.client[old], kept.day[old])
        return days

    @cached_property
    def _settled_before(self) -> Days:
        """The day before this week on which staff last settled a prompt, done or skipped."""
        at = _places(self.snapshot)
        days = np.full(len(at), np.datetime64("NaT", "D"))
        for sent in self.snapshot.history.sent.values():
            if sent.message == MESSAGE and sent.day < self.monday and sent.client in at:
                place = at[sent.client]
                days[place] = np.fmax(days[place], np.datetime64(sent.day, "D"))
        return days

    def _key(self, at: int, since: date) -> str:
        client = str(self.snapshot.clients.key[at])
        return follow_up_key(self.snapshot.business.workbook_id, client, MESSAGE, "", since)

    def _order(self, one: _Prompt) -> tuple[bool, date, str]:
        """Those that stand in Follow-ups keep their place; then who has waited longest."""
        waited = one.since + timedelta(days=int(self.weeks[one.at]) * 7)
        first_come = hashlib.sha256(f"{waited}\x1f{one.key}".encode()).hexdigest()
        return one.key not in self.snapshot.listed, waited, first_come

    def _listed_besides(self, keys: set[str]) -> Counter[str]:
        """By person, the prompts that were listed this week and whose client is no longer one to
        ask for: somebody has written down an earlier talk since."""
        names = {folded(a): n for n, a in self.snapshot.people.items() if a}
        ours = self._ours
        rows = zip(ours.index, ours["Date"], ours["To"], strict=True)
        return Counter(
            names.get(folded(str(to)), folded(str(to)))
            for key, day, to in rows
            if key not in keys and (listed := as_day(day)) is not None and listed >= self.monday
        )

    def _spread(self, turn: int) -> date:
        """The day on which a person's prompts of the week begin, one after another."""
        calendar = self.snapshot.business.calendar
        week = [self.monday + timedelta(days=day) for day in range(7)]
        working = [day for day in week if calendar.is_working(day)] or week
        most = self.snapshot.business.prompts_per_week
        return working[turn * len(working) // most]

    def _is_over(self, one: _Prompt) -> bool:
        """Whether it was settled, or the client was spoken to this week."""
        known = self.snapshot.history.sent.get(one.key)
        if known is not None and known.is_settled:
            return True
        return bool(self.contact[one.at] >= np.datetime64(self.monday, "D"))

    def answered(self) -> Iterator[FollowUp]:
        """Prompts that stand open in Follow-ups though somebody has spoken with the client since:
        they go on to be marked as done."""
        clients = self.snapshot.clients
        names = Counter(folded(str(name)) for name in clients.name)
        places = {folded(str(name)): at for at, name in enumerate(clients.name)}
        for key, row in self._ours.iterrows():
            name, day = folded(str(row["Client"] or "")), as_day(row["Date"])
            known = self.snapshot.history.sent.get(str(key))
            is_open = known is None or not known.is_settled
            if not is_open or day is None or names[name] != 1:
                continue
            at = places[name]
            if self.contact[at] >= np.datetime64(day, "D") and self._may_settle(at):
                yield self.write(_Prompt(at, str(clients.owner[at]), day, day, str(key)))

    def _may_settle(self, at: int) -> bool:
        """Whether anything may be said about the client."""
        return not self.snapshot.clients.doubt[at]

    @cached_property
    def _ours(self) -> pd.DataFrame:
        frame = self.snapshot.book.frame("Follow-ups")
        return frame[(frame["Message"] == MESSAGE) & (frame["doubt"] == "")]

    def write(self, one: _Prompt) -> FollowUp:
        clients = self.snapshot.clients
        name = str(clients.name[one.at])
        weeks = int(self.weeks[one.at])
        every = "every week" if weeks == 1 else f"every {weeks} weeks"
        return FollowUp(
            key=one.key,
            client=str(clients.key[one.at]),
            client_name=name,
            message=MESSAGE,
            step="",
            occasion=one.since,
            to=self.snapshot.people.get(folded(one.owner), ""),
            to_name=one.owner,
            subject=f"Get in touch with {name}",
            body=self._body(one, name),
            why=f"{self._last_talk(one.at)} {clients.offer[one.at]} asks for one {every}.",
            part="reminder",
            send=SendMode.BY_HAND,
            audience=Audience.TEAM,
            rank=_RANK,
        )

    def _body(self, one: _Prompt, name: str) -> str:
        parts = [
            self._last_talk(one.at),
            _section("What they said:", self._said(one.at)),
            _section("What matters to them:", self._delights(one.at)),
            _section("Not known yet:", self._unasked(one.at)),
            self._careful(one.at),
            f"In your own words, please: {name} gets nothing from sheetops. Then add a note, fill "
            "in Last contact, or choose Done by hand in Follow-ups.",
        ]
        return "\n\n".join(part for part in parts if part)

    def _last_talk(self, at: int) -> str:
        day: date | None = self.contact[at].item()
        if day is None:
            return "No talk with them stands in the sheet yet."
        return f"The last talk with them that stands in the sheet was on {day_text(day)}."

    def _said(self, at: int) -> list[str]:
        """The last notes, those to remember first."""
        kept = activity.notes(self.snapshot)
        mine = np.flatnonzero((kept.client == at) & (kept.words != "")).tolist()
        newest_first = sorted(mine, key=lambda row: str(kept.day[row]).replace("NaT", ""))[::-1]
        ordered = sorted(newest_first, key=lambda row: not kept.remember[row])[:_MOST_NOTES]
        return [_note(kept, row) for row in ordered]

    def _delights(self, at: int) -> list[str]:
        """Their answers to what we ask in order to delight them."""
        known = answers(self.snapshot)
        kinds = self.snapshot.book.frame("Questions")["For"].to_numpy()
        mine = np.flatnonzero(known.known[at] & (kinds == "delight")).tolist()
        return [f"{known.questions[one]} {_cut(known.text(at, one))}" for one in mine]

    def _unasked(self, at: int) -> list[str]:
        known = answers(self.snapshot)
        mine = np.flatnonzero(known.open[at]).tolist() if known.is_on else []
        return [str(known.questions[one]) for one in mine[:_MOST_QUESTIONS]]

    def _careful(self, at: int) -> str:
        ticked = bool(self.snapshot.book.frame("Clients")["Do not mail"].iloc[at])
        return "Do not mail is ticked: speak with them, do not write." if ticked else ""


def book_days(snapshot: Snapshot, heading: str) -> Days:
    """A date column of Clients."""
    return snapshot.book.frame("Clients")[heading].to_numpy().astype("datetime64[D]")


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines)]) if lines else ""


def _note(kept: activity.Notes, row: int) -> str:
    day = kept.day[row].item()
    when = f"{day_text(day)}: " if day is not None else ""
    heard = f" (heard by {kept.who[row]})" if kept.who[row] else ""
    remember = " Remember." if kept.remember[row] else ""
    return f"{when}{_cut(str(kept.words[row]))}{heard}{remember}"


def _cut(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST].rstrip()}…"


def _away(snapshot: Snapshot) -> set[str]:
    """People who are away today, by folded name."""
    frame = snapshot.book.frame("Time off")
    today = np.datetime64(snapshot.today, "D")
    first, last = (frame[h].to_numpy().astype("datetime64[D]") for h in ("From", "To"))
    gone = (first <= today) & (today <= last)
    return {folded(str(name)) for name in frame["Name"].to_numpy()[gone]}


def as_day(value: Any) -> date | None:
    """A date of a grey column, which nobody has parsed; None for whatever else stands there."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def is_answered(snapshot: Snapshot, follow_up: FollowUp, listed: Any) -> bool:
    """Whether a prompt that was listed on a day has been answered by talking with the client: there
    is a note of that day or later; for a prompt of ours a new Last contact, or a meeting, does."""
    day = as_day(listed)
    at = _places(snapshot).get(follow_up.client, -1)
    if day is None or at < 0:
        return False
    ours = follow_up.message == MESSAGE
    spoken = activity.contacts(snapshot)[0] if ours else activity.notes(snapshot).last
    return bool(spoken[at] >= np.datetime64(day, "D"))


@once_a_snapshot
def _places(snapshot: Snapshot) -> dict[str, int]:
    return {str(key): at for at, key in enumerate(snapshot.clients.key)}
