"""What is remembered from earlier runs, as the pure part of the house sees it.

The ledger makes it; tests make it by hand. Everything here is about the past: what was sent, which
steps were laid out, when a tick was first seen, how the last run ended.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from sheetops.model.mail import FollowUp, Mail, MailState
from sheetops.workbook.changes import CellChange, NewRow


class Stage(StrEnum):
    """To whom a live run sends: the first all of it to the owner, the next to one client."""

    OWNER = "owner"
    ONE = "one"
    ALL = "all"


_SETTLED = frozenset(MailState) - {MailState.PLANNED, MailState.CLAIMED, MailState.DEFERRED}
BY_HAND = "done by hand"
"""Why a follow-up was set aside: a person has settled it by doing it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A follow-up that the ledger knows, whatever became of it.

    `day` is the business day on which it last changed.
    """

    key: str
    client: str
    message: str
    step: str
    occasion: date
    state: MailState
    day: date
    by_hand: bool = False
    """Settled by a person who said that they did it."""
    at: datetime | None = None
    """Moment of the last change of state, in UTC."""

    @property
    def went_out(self) -> bool:
        """Whether the recipient has really had it, from us or from a person by hand."""
        return self.state is MailState.ACCEPTED or self.by_hand

    @property
    def is_settled(self) -> bool:
        """Nothing more may happen to it by itself: it left, was refused, or a person must look."""
        return self.state in _SETTLED


class Consequence(NamedTuple):
    """What follows a rung, kept under the key of its follow-up, from before that was handed over.

    It is in force once the follow-up has gone out and until it is `lifted`. `words` are shown as
    they are. `late_from` (when its step was due) and `late_until` bound the delay by which the
    promised date moves.
    """

    key: str
    client: str
    message: str
    step: str
    words: str
    pauses: bool
    moves: bool
    tells: bool
    lifted: date | None = None
    late_from: date | None = None
    late_until: date | None = None


OfferPath = tuple[tuple[str, float], ...]
"""The steps of an offer, folded, each with its order."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A follow-up that the ledger has, and that the tab `Follow-ups` does not list yet."""

    follow_up: FollowUp
    to: str
    day: date


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run that was applied, for the guard rails: counts of what it saw and did, and all
    its counts by name, in small letters."""

    day: date
    clients: int
    steps: int
    mails: int
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)


class PastStep(NamedTuple):
    """A step that was done. Days are counted from 1 January 1970, so that many take little room."""

    step: str
    order: float
    party: str
    started: int | None
    done: int
    due: int | None


@dataclass(frozen=True, slots=True)
class PastClient:
    """One time that a client was served, as it was last seen in the sheet.

    `finish` is None for whoever was not finished. `written` holds the steps that were done as JSON,
    because most are never looked at: the sheet still has them.
    """

    client: str
    start: date | None
    offer: str
    finish: date | None
    value: float | None
    written: str

    @property
    def steps(self) -> tuple[PastStep, ...]:
        """The steps that were done."""
        return tuple(PastStep(*one) for one in json.loads(self.written))


class PastForecast(NamedTuple):
    """How many clients were expected to finish from the day `made` on, up to and with `until`, in
    so many `weeks`; and how many did: None as long as nobody knows.

    `of_open` is what was expected of those who were in hand on that day, before it was corrected by
    earlier forecasts; `actual_open` how many of these finished.
    """

    made: date
    until: date
    weeks: int
    point: float
    of_open: float
    actual: int | None = None
    actual_open: int | None = None


def written(steps: list[tuple[str, float, str, int | None, int, int | None]]) -> str:
    """Steps, with the fields of `PastStep`, as `PastClient` keeps them."""
    return json.dumps(steps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class SeenStatus:
    """What stands under Status of a client, and the day on which it was first seen there."""

    status: str
    since: date


@dataclass(frozen=True)
class History:
    """All that is remembered. `ticks` is the day on which a tick without a date was first seen.

    `laid_out` holds (client key, offer) whose steps were laid out once. `mails_by_day` counts the
    mails accepted on each of the last days; `mails_today` are the keys of today's mails that no
    longer wait to be sent, whatever became of them. `unlisted` are follow-ups to be listed.
    """

    sent: Mapping[str, Sent] = field(default_factory=dict)
    laid_out: frozenset[tuple[str, str]] = frozenset()
    ticks: Mapping[str, date] = field(default_factory=dict)
    last_run: LastRun | None = None
    mails_by_day: Mapping[date, int] = field(default_factory=dict)
    mails_today: frozenset[str] = frozenset()
    unlisted: tuple[Unlisted, ...] = ()
    past: tuple[PastClient, ...] = ()
    """What clients did, be they still in the sheet or not; the sheet goes before it."""

    forecasts: tuple[PastForecast, ...] = ()
    """What earlier reports expected, one of each week and horizon, the oldest first."""

    retries: tuple[Mail, ...] = ()
    """Mails that were put off and whose time to be tried again has come, as recorded."""
    doubts: tuple[Mail, ...] = ()
    """Mails that may or may not have left, until a person settles them."""
    suppressed: Mapping[str, str] = field(default_factory=dict)
    """By plain address, why no mail goes to it."""
    stage: Stage = Stage.ALL
    """How far the first live runs have come; all where nothing really leaves."""
    sent_lately: int | None = None
    """Mails that left in the last 24 hours, rehearsals too; None: those of the day count."""

    elsewhere: str = ""
    """Why this workbook may be a copy of the one that is remembered; blank if it is that one."""

    consequences: Mapping[str, Consequence] = field(default_factory=dict)
    """Consequences that were declared, by the key of their follow-up."""
    paths: Mapping[tuple[str, str], OfferPath] = field(default_factory=dict)
    """By (client key, offer), the steps that the offer had when it was last laid out for them."""
    statuses: Mapping[str, SeenStatus] = field(default_factory=dict)
    """By client key, of those who have no steps."""

    @cached_property
    def in_force(self) -> dict[str, tuple[Consequence, ...]]:
        """By client, the consequences whose follow-up has gone out, and that are not lifted."""
        found: dict[str, list[Consequence]] = {}
        for key, one in self.consequences.items():
            if one.lifted is None and (sent := self.sent.get(key)) is not None and sent.went_out:
                found.setdefault(one.client, []).append(one)
        return {client: tuple(mine) for client, mine in found.items()}

    @property
    def client_keys(self) -> frozenset[str]:
        """Keys of clients of whom anything is remembered; no new client may be given one."""
        laid_out = frozenset(client for client, _ in self.laid_out)
        sent = frozenset(sent.client for sent in self.sent.values())
        return laid_out | sent | frozenset(past.client for past in self.past)


@dataclass(frozen=True, slots=True)
class Written:
    """All that one run wrote: cells with what stood there first and what stands there last, rows
    that it added, and rows that it took back (`gone`), as they were."""

    run: str
    cells: tuple[CellChange, ...] = ()
    rows: tuple[NewRow, ...] = ()
    gone: tuple[NewRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.rows or self.gone)
