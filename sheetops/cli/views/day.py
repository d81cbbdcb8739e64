"""What a day asks for, and what a run of it did: the facts that text, page and JSON are drawn from.

Fields that are not `SCREEN_ONLY` are the JSON, in this order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sheetops.cli.views.as_json import MERGED, SCREEN_ONLY, pick
from sheetops.jobs.results import Applied
from sheetops.model.mail import FollowUp, Mail
from sheetops.plan.plan import Plan
from sheetops.plan.routing import Routing
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import FLAGS, TABS
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import Value
from sheetops.workbook.values import shown_whole

_CALM = {"", "On track", "Paused"}
TAB_ORDER = {tab.name: place for place, tab in enumerate(TABS)}


@dataclass(frozen=True)
class Client:
    """A client of the workbook: key, name, and row in `Clients`."""

    key: str
    name: str
    row: int


@dataclass(frozen=True)
class Cell:
    """A cell that changes, its row, the client it is about, if any, and the step, if it is one."""

    tab: str
    cell: str
    key: str
    heading: str
    old: Value
    new: Value
    row: int = field(metadata=SCREEN_ONLY)
    client: Client | None = field(metadata=SCREEN_ONLY)
    step: str = field(metadata=SCREEN_ONLY)

    @property
    def was(self) -> str:
        return shown_whole(self.old)

    @property
    def becomes(self) -> str:
        return shown_whole(self.new)


@dataclass(frozen=True)
class Item:
    """A follow-up in a mail."""

    key: str
    message: str
    step: str
    why: str


@dataclass(frozen=True)
class MailView:
    """A mail with the reasons of its follow-ups."""

    key: str
    purpose: str
    client: str
    to: str
    to_name: str
    reply_to: str
    subject: str
    body: str
    follow_ups: tuple[Item, ...]

    @property
    def recipient(self) -> str:
        return f"{self.to_name} <{self.to}>" if self.to_name else self.to


@dataclass(frozen=True, slots=True)
class ProblemView(Problem):
    """A problem, without the key of its row."""

    key: str = field(default="", metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class Pressing:
    """A client whose flag asks for a person."""

    name: str
    flag: str
    why: str
    owner: str


@dataclass(frozen=True)
class Day:
    """What a day asks for. `flags` counts clients by flag, the most serious first; `waits` says why
    what is due may not leave now; `stage` is how far the careful first runs have come."""

    today: date
    sending: str
    counts: Mapping[str, int]
    cells: tuple[Cell, ...]
    rows: tuple[NewRow, ...]
    mails: tuple[MailView, ...]
    problems: tuple[ProblemView, ...]
    waits: str
    stage: str
    business: str = field(metadata=SCREEN_ONLY)
    workbook: str = field(metadata=SCREEN_ONLY)
    rehearsal_address: str = field(metadata=SCREEN_ONLY)
    routing: Routing = field(metadata=SCREEN_ONLY)
    flags: tuple[tuple[str, int], ...] = field(metadata=SCREEN_ONLY)
    pressing: tuple[Pressing, ...] = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class Written:
    """How much was written."""

    cells: int
    rows: int


@dataclass(frozen=True)
class NotSent:
    """A mail that did not leave, and why."""

    key: str
    why: str
    to: str = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class DoneDay:
    """What a run did: `copy` is where the workbook from before lies, `sent` are keys of mails."""

    run: str
    day: Day = field(metadata=MERGED)
    written: Written
    copy: str
    sent: tuple[str, ...]
    not_sent: tuple[NotSent, ...]
    notes: tuple[str, ...] = field(metadata=SCREEN_ONLY)


def of_run(done: Applied) -> DoneDay:
    """What a run did."""
    return DoneDay(
        run=done.run,
        day=of_plan(done.plan),
        written=Written(done.receipt.cells, done.receipt.rows),
        copy=done.receipt.backup,
        sent=tuple(mail.key for mail in done.sending.accepted),
        not_sent=tuple(
            NotSent(mail.key, why, mail.to_name or mail.to) for mail, why in done.sending.not_sent
        ),
        notes=tuple(done.receipt.notes),
    )


def of_plan(plan: Plan) -> Day:
    """What a plan asks for."""
    business = plan.snapshot.business
    return pick(
        Day,
        plan,
        sending=business.sending,
        counts=plan.counts(),
        cells=tuple(_cell(plan, change) for change in plan.cells),
        mails=tuple(map(_mail, plan.mails)),
        problems=of_problems(plan.problems),
        stage=plan.snapshot.history.stage,
        business=business.name or plan.book.name,
        workbook=plan.book.name,
        rehearsal_address=business.rehearsal_address,
        flags=_flags(plan),
        pressing=tuple(_pressing(plan)),
    )


def of_problems(problems: Iterable[Problem]) -> tuple[ProblemView, ...]:
    """Problems as they are shown."""
    return tuple(pick(ProblemView, problem) for problem in problems)


def _cell(plan: Plan, change: CellChange) -> Cell:
    table = plan.book.tables[change.tab]
    client = change.key if change.tab == "Clients" else ""
    step = ""
    if change.tab == "Steps":
        client = str(table.frame.at[change.key, "client"])
        step = str(table.frame.at[change.key, "Step"])
    return pick(
        Cell,
        change,
        cell=table.cell_of(change.key, change.heading),
        row=table.layout.rows[change.key],
        client=_client(plan, client) if client else None,
        step=step,
    )


def _client(plan: Plan, key: str) -> Client:
    table = plan.book.tables["Clients"]
    return Client(key, str(table.frame.at[key, "Client"]), table.layout.rows[key])


def _mail(mail: Mail) -> MailView:
    items = tuple(pick(Item, item) for item in mail.items)
    return pick(MailView, mail, purpose=mail.slot, follow_ups=items)


def _flags(plan: Plan) -> tuple[tuple[str, int], ...]:
    if "Clients" not in plan.status:
        return ()
    counts = Counter(plan.status["Clients"]["Flag"])
    return tuple((flag, counts[flag]) for flag in FLAGS if counts[flag])


def _pressing(plan: Plan) -> Iterator[Pressing]:
    """By flag; who is stalled before data problems, because clients wait for it."""
    if "Clients" not in plan.status:
        return
    clients, status = plan.snapshot.clients, plan.status["Clients"]
    columns = (clients.name, status["Flag"], status["Why"], clients.owner)
    pressing = [
        Pressing(str(name) or "(no name)", flag, why, str(owner))
        for name, flag, why, owner in zip(*columns, strict=True)
        if flag not in _CALM
    ]
    yield from sorted(pressing, key=lambda p: -1 if p.flag == "Stalled" else FLAGS.index(p.flag))


def would_leave(day: Day) -> tuple[FollowUp, ...]:
    """Follow-ups that would go out if `Sending` were not preview."""
    return (*day.routing.mailed, *day.routing.to_staff)
