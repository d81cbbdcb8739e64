"""The post-service delta: which parts of the follow-on service a finished client still lacks.

The story goes on after delivery in five parts: a quality follow-up, a request for feedback, a
thank-you, an invitation to join, an invitation to subscribe. An offer declares a part by having a
message of it. The delta of a client counts the declared parts that they may have and that are
still missing; it shrinks to zero. Only then, and only if they were not unhappy, is a client asked
to buy again or to name somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.history import Sent
from sheetops.model.mail import MailState
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients.exclusions import is_barred
from sheetops.systems.messages import definitions
from sheetops.systems.messages.definitions import Message
from sheetops.systems.messages.timing import Moment
from sheetops.workbook.arrays import Objects
from sheetops.workbook.choices import MessageKind, Recipient, SendMode
from sheetops.workbook.headers import folded
from sheetops.workbook.references import resolve_clients

PARTS = ("quality", "feedback", "thank-you", "join", "subscribe")
"""The parts of the follow-on service, in their order."""
ASKING = frozenset({"resale", "referral"})
"""Parts that ask for more business, and wait until the client was not unhappy."""
_LONGEST_NAME = 40
"""Signs of a note that are looked at for the name of a part."""
_NOT_UNHAPPY = 3
"""Satisfaction from 1 (unhappy) to 5: from the middle upwards."""


class Answer(StrEnum):
    """What a finished client has answered to the quality follow-up."""

    NONE = "no answer yet"
    UNHAPPY = "unhappy"
    IN_WORDS = "in words only"
    """`Result` is filled in and `Satisfaction` is not: a person must judge the words."""
    CONTENT = "not unhappy"


@dataclass(frozen=True, slots=True)
class Part:
    """One declared part for one client. `how` says how it was settled, blank while it is missing;
    `due` is the day that its message names, None without a `Finished on`."""

    part: str
    message: str
    due: date | None
    how: str


@once_a_snapshot
def follow_on(snapshot: Snapshot) -> FollowOn:
    """The follow-on service of this morning."""
    return FollowOn(snapshot, definitions.read(snapshot)[0])


def delta(snapshot: Snapshot) -> Findings:
    """`Delta` of finished clients and of offers; blank where no message declares a part."""
    if not snapshot.book.has("Messages"):
        return Findings()
    service = follow_on(snapshot)
    clients = snapshot.clients
    missing: Objects = np.full(len(clients.key), None, dtype=object)
    by_offer: dict[str, float] = {}
    for at in service.finished:
        parts = service.parts(at)
        if parts:
            missing[at] = float(sum(1 for part in parts if not part.how))
            offer = folded(str(clients.offer[at]))
            by_offer[offer] = by_offer.get(offer, 0.0) + missing[at]
    index = pd.Index(clients.key, dtype=object)
    status = {"Clients": pd.DataFrame({"Delta": missing}, index=index, dtype=object)}
    if snapshot.book.has("Offers"):
        offers = snapshot.book.frame("Offers")
        sums = [by_offer.get(folded(offer)) for offer in offers["Offer"]]
        status["Offers"] = pd.DataFrame({"Delta": sums}, index=offers.index, dtype=object)
    return Findings(status=status)


class FollowOn:
    """The follow-on service of one morning: who has had which part, and who may be asked for more.

    A part is settled when it was sent, done by hand or skipped by staff, when a note of the client
    since the finish begins with its name ("Thank-you: rang her"), and the quality follow-up also
    when `Satisfaction` is filled in.
    """

    def __init__(self, snapshot: Snapshot, found: Iterable[Message]) -> None:
        self.snapshot = snapshot
        self.messages = [one for one in found if one.part in PARTS and one.to is Recipient.CLIENT]
        frame = snapshot.book.frame("Clients")
        self.satisfaction = frame["Satisfaction"].to_numpy().astype(float)
        self.result = frame["Result"].to_numpy()
        self.finished_on = frame["Finished on"].to_numpy().astype("datetime64[D]")
        self.consent = frame["Marketing consent"].to_numpy()
        self.do_not_mail = frame["Do not mail"].to_numpy()

    @property
    def finished(self) -> list[int]:
        """Places of the finished clients of whom something may be said, and to whom something may
        be sent: not of somebody whom we do not serve, in whichever row that stands."""
        clients = self.snapshot.clients
        welcome = clients.is_finished & clients.is_certain & ~is_barred(self.snapshot)
        places: list[int] = np.flatnonzero(welcome).tolist()
        return places

    def parts(self, at: int) -> tuple[Part, ...]:
        """The parts that the offer of a client declares and that the client may have."""
        offer = folded(str(self.snapshot.clients.offer[at]))
        declared: dict[str, list[Message]] = {}
        for message in self.messages:
            if message.offer in {"", offer} and self._may_have(at, message):
                declared.setdefault(message.part, []).append(message)
        return tuple(self._part(at, part, declared[part]) for part in PARTS if part in declared)

    def answer(self, at: int) -> Answer:
        """What the client has answered. Where a quality follow-up is declared and has not reached
        them, there is no answer yet, whatever stands in the row."""
        quality = next((part for part in self.parts(at) if part.part == "quality"), None)
        if quality is not None and not quality.how:
            return Answer.NONE
        said = self.satisfaction[at]
        if not np.isnan(said):
            return Answer.CONTENT if said >= _NOT_UNHAPPY else Answer.UNHAPPY
        return Answer.IN_WORDS if self.result[at] else Answer.NONE

    def _may_have(self, at: int, message: Message) -> bool:
        """A part that the client has not agreed to receive is not missing; one that is done by
        hand needs no mail."""
        if message.send is SendMode.BY_HAND:
            return True
        return not self.do_not_mail[at] and (
            message.kind is MessageKind.SERVICE or bool(self.consent[at])
        )

    def _part(self, at: int, part: str, declared: list[Message]) -> Part:
        names = {message.name for message in declared}
        known = self._known.get(str(self.snapshot.clients.key[at]), ())
        how = next((_how(one) for one in known if one.message in names and _how(one)), "")
        if not how and part == "quality" and not np.isnan(self.satisfaction[at]):
            how = f"Satisfaction is {self.satisfaction[at]:.0f}"
        return Part(
            part, declared[0].name, self._due(at, declared[0]), how or self._noted(at, part)
        )

    def _due(self, at: int, message: Message) -> date | None:
        finish: date | None = self.finished_on[at].item()
        if finish is None or message.when.moment is not Moment.AFTER_FINISH:
            return None
        return self.snapshot.business.calendar.after(finish, message.when.number)

    @cached_property
    def _known(self) -> Mapping[str, list[Sent]]:
        """What the ledger knows of messages that are parts, by client."""
        names = {message.name for message in self.messages}
        known: dict[str, list[Sent]] = {}
        for sent in self.snapshot.history.sent.values():
            if sent.message in names:
                known.setdefault(sent.client, []).append(sent)
        return known

    def _noted(self, at: int, part: str) -> str:
        """How staff have logged a part in Notes; blank if they have not."""
        finish = self.finished_on[at]
        for day, logged in self._notes.get(at, ()):
            since = np.isnat(finish) or np.isnat(day) or day >= finish
            if since and logged == part:
                return "logged in Notes"
        return ""

    @cached_property
    def _notes(self) -> Mapping[int, list[tuple[np.datetime64, str]]]:
        """By client, the days of the notes that begin with the name of a part, and which."""
        book = self.snapshot.book
        if not book.has("Notes"):
            return {}
        frame = resolve_clients(book.tables["Notes"], book.tables["Clients"]).frame
        days = frame["Date"].to_numpy().astype("datetime64[D]")
        found: dict[int, list[tuple[np.datetime64, str]]] = {}
        for place, day, words in zip(
            frame["client_at"].tolist(), days, frame["What they said"], strict=True
        ):
            begins = folded(str(words).lstrip()[:_LONGEST_NAME])
            for part in (part for part in PARTS if begins.startswith(part)):
                found.setdefault(place, []).append((day, part))
        return found


def _how(sent: Sent) -> str:
    """How a follow-up was settled, for the delta; blank if the client still lacks it."""
    if sent.by_hand:
        return "done by hand"
    return {MailState.ACCEPTED: "sent", MailState.CANCELLED: "skipped"}.get(sent.state, "")
