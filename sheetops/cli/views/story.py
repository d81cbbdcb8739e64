"""One client's whole story: who they are, what they said, the path, what was sent, what comes next.

Everything here is read from the day's plan and nothing is judged anew, so the story says what the
workbook's own columns say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.history import Sent
from sheetops.model.mail import FollowUp
from sheetops.model.snapshot import Snapshot
from sheetops.plan.plan import Plan
from sheetops.systems.clients.origins import origins
from sheetops.systems.messages.post_service_delta import follow_on
from sheetops.workbook.book import Book
from sheetops.workbook.identity import BARRED
from sheetops.workbook.problem import Problem
from sheetops.workbook.references import BETWEEN, resolve_clients
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole

_MOST_NOTES = 3
DONE, OPEN, TO_COME = "done", "open", "to come"
"""Where a step of the path stands."""
_STATES = {
    "accepted": "sent",
    "planned": "planned",
    "claimed": "planned",
    "handing": "planned",
    "deferred": "put off, will be tried again",
    "refused": "refused",
    "in doubt": "in doubt: nobody knows whether it arrived",
    "cancelled": "skipped",
}


@dataclass(frozen=True)
class Fact:
    """One thing about the client: what it is, and the words of it."""

    what: str
    words: str


@dataclass(frozen=True)
class Said:
    """Something that the client said; `remember` marks what matters to them."""

    day: date | None
    who: str
    words: str
    remember: bool


@dataclass(frozen=True)
class PathStep:
    """One step of the path. `state` is done, open or to come; `late` counts working days past
    `due`, for a step that is done up to that day. `doubt` is why nothing may be said of it."""

    step: str
    state: str
    waiting_on: str
    owner: str
    started: date | None
    due: date | None
    done: date | None
    waited: int | None
    allowed: int | None
    late: int
    reminders: int
    doubt: str


@dataclass(frozen=True)
class Past:
    """A follow-up of the past: the day on which its state last changed, and that state in words."""

    day: date
    message: str
    step: str
    state: str


@dataclass(frozen=True)
class Coming:
    """A follow-up of today: what becomes of it, and why it was proposed or what holds it."""

    message: str
    subject: str
    becomes: str
    why: str


@dataclass(frozen=True)
class After:
    """A part of the follow-on service: how it was settled, blank while it is missing, and when its
    message is due."""

    part: str
    how: str
    due: date | None


@dataclass(frozen=True)
class Story:
    """All that is known of one client on the morning of `today`."""

    key: str
    name: str
    today: date
    facts: tuple[Fact, ...]
    said: tuple[Said, ...]
    said_in_all: int
    answers: tuple[Fact, ...]
    flag: str
    why: str
    waits: tuple[str, ...]
    path: tuple[PathStep, ...]
    after: tuple[After, ...]
    sent: tuple[Past, ...]
    coming: tuple[Coming, ...]
    next_follow_up: str
    no_mail_because: str
    problems: tuple[Problem, ...]


def of_client(plan: Plan, key: str) -> Story:
    """The story of the client of that key. Raises ValueError if the plan has no such client."""
    book = plan.snapshot.book
    at = book.frame("Clients").index.tolist().index(key)
    row = book.frame("Clients").iloc[at]
    said = _said(book, at)
    return Story(
        key="" if key.startswith(NO_KEY) else key,
        name=str(row["Client"]) or key,
        today=plan.today,
        facts=(*_facts(plan.today, row), *_came(plan.snapshot, at), *_found(plan, key)),
        said=said[:_MOST_NOTES],
        said_in_all=len(said),
        answers=_answers(book, at),
        flag=_status(plan, "Clients", key, "Flag"),
        why=_why(plan, key, str(row["Status"])),
        waits=_waits(plan, at),
        path=tuple(_step(plan, step) for step in _steps_of(plan.snapshot, at)),
        after=_after(plan.snapshot, at),
        sent=_sent(plan.snapshot, key),
        coming=_coming(plan, key),
        next_follow_up=_status(plan, "Clients", key, "Next follow-up"),
        no_mail_because=_no_mail(plan.snapshot, at, row),
        problems=_problems(plan, key, at),
    )


def _status(plan: Plan, tab: str, key: str, heading: str) -> str:
    value = plan.status[tab].at[key, heading]
    return shown_whole(value) if value is not None else ""  # type: ignore[arg-type] # status holds cell values only


def _why(plan: Plan, key: str, status: str) -> str:
    return _status(plan, "Clients", key, "Why") or f"No flag, because Status is {status}."


def _day(value: Any) -> date | None:
    """A cell of a date column as a date; None for NaT."""
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _facts(today: date, row: pd.Series[Any]) -> Iterator[Fact]:
    yield Fact("Offer", str(row["Offer"]) or "none")
    yield Fact("Owner", str(row["Owner"]) or "nobody looks after them")
    yield Fact("Status", f"{row['Status'] or 'not known'}; {_since(today, row)}")
    yield Fact("Email", f"{row['Email'] or 'none that can be used'} ({_may_have(row)})")
    yield from _further(row)


def _since(today: date, row: pd.Series[Any]) -> str:
    start, finish = _day(row["Start date"]), _day(row["Finished on"])
    if start is None:
        return "no start date" if finish is None else f"finished {day_text(finish)}"
    began = f"{'starts' if start > today else 'started'} {day_text(start)}"
    return f"{began}, finished {day_text(finish)}" if finish is not None else began


def _may_have(row: pd.Series[Any]) -> str:
    if row["Status"] in BARRED:
        return f"no mail, ever: Status is {row['Status']}"
    if row["Do not mail"]:
        return "no mail: Do not mail is ticked"
    if row["Marketing consent"]:
        return "agreed to marketing mail"
    return "service mail only"


def _further(row: pd.Series[Any]) -> Iterator[Fact]:
    """What need not be known of every client."""
    for heading in ("Promised by", "Pause until", "Last contact"):
        day = _day(row[heading])
        if day is not None:
            reason = str(row["Pause reason"]) if heading == "Pause until" else ""
            yield Fact(heading, day_text(day) + (f": {reason}" if reason else ""))
    for heading in ("Referred by", "Result", "Notes"):
        if row[heading]:
            yield Fact(heading, str(row[heading]))
    if not pd.isna(row["Satisfaction"]):
        yield Fact("Satisfaction", f"{row['Satisfaction']:.0f} of 5")


def _came(snapshot: Snapshot, at: int) -> Iterator[Fact]:
    """Where they come from, if not for the first time on their own."""
    before = int(origins(snapshot).before[at])
    if before >= 0:
        frame = snapshot.book.frame("Clients")
        name = str(frame["Offer"].iloc[before]) or "an offer"
        start = _day(frame["Start date"].iloc[before])
        since = f", started {day_text(start)}" if start is not None else ""
        yield Fact("Came before", f"{name}{since} ({frame.index[before]})")


def _found(plan: Plan, key: str) -> Iterator[Fact]:
    """What the tool's own columns say of the client beside flag and path."""
    for heading in ("Consequence", "Promise moved to", "Fit", "Known %", "Consistency %", "Delta"):
        frame = plan.status["Clients"]
        if heading in frame.columns and (words := _status(plan, "Clients", key, heading)):
            percent = " %" if heading.endswith(" %") else ""
            yield Fact(heading.removesuffix(" %"), f"{words}{percent}")


def _after(snapshot: Snapshot, at: int) -> tuple[After, ...]:
    """The parts of the follow-on service, once the client has finished."""
    service = follow_on(snapshot)
    if at not in service.finished:
        return ()
    return tuple(After(part.part, part.how, part.due) for part in service.parts(at))


def _rows_of(book: Book, tab: str, at: int) -> pd.DataFrame:
    """The rows of Notes or Answers that are this client's, as Steps would find them: a name that
    two clients share is nobody's."""
    named = resolve_clients(book.tables[tab], book.tables["Clients"]).frame
    return named[named["client_at"] == at] if book.has(tab) else named.iloc[:0]


def _said(book: Book, at: int) -> tuple[Said, ...]:
    """Newest first, those to remember before the others."""
    rows = _rows_of(book, "Notes", at).to_dict("records")
    said = (
        Said(_day(row["Date"]), str(row["Who"]), str(row["What they said"]), bool(row["Remember"]))
        for row in rows
    )
    newest_first = sorted(said, key=lambda one: one.day or date.min, reverse=True)
    return tuple(sorted(newest_first, key=lambda one: not one.remember))


def _answers(book: Book, at: int) -> tuple[Fact, ...]:
    rows = _rows_of(book, "Answers", at).to_dict("records")
    return tuple(Fact(str(row["Question"]), str(row["Answer"])) for row in rows)


def _steps_of(snapshot: Snapshot, at: int) -> list[int]:
    """Places of the client's steps, along the path."""
    steps = snapshot.steps
    places = np.flatnonzero(steps.client_at == at)
    return [int(place) for place in places[np.argsort(steps.order[places], kind="stable")]]


def _waits(plan: Plan, at: int) -> tuple[str, ...]:
    """What waits beside the step that gives the flag: the reasons of the other open steps."""
    steps, leading = plan.snapshot.steps, int(plan.snapshot.clients.leading[at])
    others = (
        one for one in _steps_of(plan.snapshot, at) if steps.is_current[one] and one != leading
    )
    whys = (_status(plan, "Steps", str(steps.key[one]), "Why") for one in others)
    return tuple(why for why in whys if why)


def _step(plan: Plan, at: int) -> PathStep:
    steps = plan.snapshot.steps
    done, due = _day(steps.done[at]), _day(steps.due[at])
    state = DONE if done is not None else OPEN if steps.is_current[at] else TO_COME
    sent = _status(plan, "Steps", str(steps.key[at]), "Reminders sent")
    return PathStep(
        step=str(steps.name[at]),
        state=state,
        waiting_on=str(steps.waiting_on[at]),
        owner=str(steps.owner[at]),
        started=_day(steps.started[at]),
        due=due,
        done=done,
        waited=_whole(steps.age[at]) if state == OPEN else None,
        allowed=_whole(steps.allowed[at]),
        late=_late(plan.snapshot, due, done or plan.today),
        reminders=int(sent) if sent else 0,
        doubt=str(steps.doubt[at]),
    )


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)


def _late(snapshot: Snapshot, due: date | None, day: date) -> int:
    """Working days by which `day` lies past `due`, counted as the flags count them."""
    if due is None or day <= due:
        return 0
    return snapshot.business.calendar.age(due + timedelta(days=1), day) + 1


def _sent(snapshot: Snapshot, key: str) -> tuple[Past, ...]:
    """What the ledger knows of this client, newest first."""
    sent = (one for one in snapshot.history.sent.values() if one.client == key)
    newest_first = sorted(sent, key=lambda one: (one.day, one.message), reverse=True)
    return tuple(
        Past(one.day, one.message, _step_name(snapshot, one.step), _state(one))
        for one in newest_first
    )


def _step_name(snapshot: Snapshot, key: str) -> str:
    found = np.flatnonzero(snapshot.steps.key == key)
    if len(found):
        return str(snapshot.steps.name[found[0]])
    return key.split(BETWEEN, 1)[-1]


def _state(sent: Sent) -> str:
    return "done by hand" if sent.by_hand else _STATES.get(sent.state, sent.state)


def _coming(plan: Plan, key: str) -> tuple[Coming, ...]:
    """Today's follow-ups about this client, and what becomes of each."""
    routing = plan.routing
    leaves = _leaves(plan, key)
    everything: list[tuple[FollowUp, str, str]] = [
        *((one, leaves, "") for one in routing.mailed),
        *(
            (one, f"is for {one.to_name or one.to}, in the morning mail", "")
            for one in routing.to_staff
        ),
        *((one, "waits for a decision in Follow-ups", "") for one in routing.waiting),
        *((one, "is to be done by hand", "") for one in routing.by_hand),
        *((one, "is held", one.held) for one in routing.held),
        *((one, "is on hold, as its row in Follow-ups says", "") for one in routing.on_hold),
        *(
            (one.follow_up, "was done by hand" if one.by_hand else "was skipped", "")
            for one in routing.settled
        ),
    ]
    return tuple(
        Coming(one.message, one.subject, becomes, held or one.why)
        for one, becomes, held in everything
        if one.client == key
    )


def _leaves(plan: Plan, key: str) -> str:
    """What becomes of a follow-up that may leave: only what stands in a mail goes out."""
    sending = plan.snapshot.business.sending
    if sending == "preview":
        return "would go out, but Sending in Settings is preview"
    if not any(mail.client == key for mail in plan.mails):
        return "does not go out with this run"
    return "goes to the rehearsal address" if sending == "rehearse to me" else "goes out"


def _no_mail(snapshot: Snapshot, at: int, row: pd.Series[Any]) -> str:
    """Why nothing goes to this client today, blank if something may."""
    clients = snapshot.clients
    if row["Status"] in BARRED:
        return f"Status is {row['Status']}."
    if row["Do not mail"]:
        return "Do not mail is ticked."
    if clients.doubt[at]:
        return "Something in the workbook is in doubt."
    return "They are paused." if clients.is_paused[at] else ""


def _problems(plan: Plan, key: str, at: int) -> tuple[Problem, ...]:
    """Problems in the client's own rows of Clients, Steps, Notes and Answers."""
    book = plan.snapshot.book
    rows = {("Clients", str(book.frame("Clients")["row"].iloc[at]))}
    for tab in ("Steps", "Notes", "Answers"):
        rows |= {(tab, str(row)) for row in _rows_of(book, tab, at)["row"]}
    return tuple(
        problem
        for problem in plan.problems
        if (problem.tab, problem.cell.lstrip(ascii_uppercase)) in rows
    )
