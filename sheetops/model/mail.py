"""What may be said to somebody, and the mail in which it is said."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sheetops.workbook.choices import MessageKind, SendMode
from sheetops.workbook.identity import plain_address


class Audience(StrEnum):
    """Whom a follow-up is for."""

    CLIENT = "client"
    TEAM = "team"
    THIRD_PARTY = "third party"


class Purpose(StrEnum):
    """What a mail is for."""

    FOLLOW_UP = "follow-up"
    THIRD_PARTY = "third party"
    """A follow-up to a third party of a client."""
    DIGEST = "digest"
    SUMMARY = "summary"
    REPORT = "report"
    REHEARSAL = "rehearsal"
    ALARM = "alarm"
    TEST = "test"

    @property
    def is_outward(self) -> bool:
        """Whether such a mail leaves the business: to a client, or to a third party of theirs."""
        return self in {Purpose.FOLLOW_UP, Purpose.THIRD_PARTY}


class MailState(StrEnum):
    """How far a mail, and each follow-up in it, has come; `ledger.schema.MOVES` says from where to
    where."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    HANDING = "handing"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing to say to one person, proposed for one day.

    `key` is made from who, what and when, never from the address, so that a corrected address does
    not send again. `held` says why it may not go out (blank: it may). `rank` orders what is put
    together in one mail: the lowest, most serious, comes first and gives the subject.
    """

    key: str
    client: str
    client_name: str
    message: str
    step: str
    occasion: date
    to: str
    to_name: str
    subject: str
    body: str
    why: str
    part: str = "reminder"
    kind: MessageKind = MessageKind.SERVICE
    send: SendMode = SendMode.AUTO
    reply_to: str = ""
    audience: Audience = Audience.CLIENT
    rank: int = 0
    held: str = ""
    minutes_saved: float = 0.0
    consequence: str = ""
    """What follows once it has gone out, in the words of `Messages`."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a mail: its name, its kind (`image/png`), and its content as base64.

    With a `cid` it is a picture that the mail's own page shows in its place, else it is attached.
    """

    name: str
    kind: str
    content: str
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient: what is due to them today, put together.

    `key` names it for ever: the ledger, the Message-ID and the file of the folder transport use it.
    `client` is the client's key, or blank for a mail to the team. `items` are the keys of the
    follow-ups in it. `thread` are the Message-IDs of the earlier mails that it goes on from, the
    oldest first. `page` is a page of its own (HTML), for what `body` says in words; blank: it is
    made from `body`.
    """

    key: str
    day: date
    purpose: Purpose
    client: str
    to: str
    to_name: str
    subject: str
    body: str
    reply_to: str
    items: tuple[FollowUp, ...] = ()
    marketing: bool = False
    thread: tuple[str, ...] = ()
    page: str = ""
    enclosed: tuple[Enclosure, ...] = ()

    @property
    def slot(self) -> str:
        """What is recorded as its purpose. A client gets one mail a day for each; one to a third
        party is none to the client, so it names the address."""
        if self.purpose is Purpose.THIRD_PARTY:
            return f"{self.purpose} {plain_address(self.to)}"
        return self.purpose.value


def purpose_of(slot: str) -> Purpose:
    """The purpose of a mail by what is recorded of it: see `Mail.slot`."""
    to_third_party = slot.startswith(f"{Purpose.THIRD_PARTY} ")
    return Purpose.THIRD_PARTY if to_third_party else Purpose(slot)


def follow_up_key(workbook: str, client: str, message: str, step: str, occasion: date) -> str:
    """Key of a follow-up: the same for the same client, message, step and occasion, for ever."""
    parts = (workbook, client, message, step, occasion.isoformat())
    text = "\x1f".join(parts)
    if text.count("\x1f") >= len(parts):  # it is hardly ever typed, and this is done often
        text = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
