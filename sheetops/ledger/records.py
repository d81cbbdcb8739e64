"""What the ledger answers, as plain frozen records."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sheetops.model.mail import Audience, Enclosure, FollowUp, Mail, purpose_of
from sheetops.workbook.choices import MessageKind, SendMode


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a job. `ended` is None while it runs, or for ever if it died; moments are in UTC."""

    run: str
    job: str
    day: date
    began: datetime
    ended: datetime | None
    result: str
    note: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A mail that a claim did not take, and why, in words that may be shown.

    `barred` are its follow-ups that may never go out, by key with the reason; they are now recorded
    as cancelled, so the mail may be put together without them and claimed again at once.
    """

    mail: Mail
    why: str
    barred: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a run may send: `mails` as recorded, in the order in which they were given."""

    mails: tuple[Mail, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A mail that was found under way after a crash, and the state it was given."""

    key: str
    client: str
    found: str
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail of the outbox with its history: `mail` is None once its words were forgotten.

    `changed` and `again` (the next try) are in UTC, `reply` is what was said last, `follow_ups` are
    keys.
    """

    key: str
    day: date
    purpose: str
    client: str
    address: str
    state: str
    changed: datetime
    tries: int
    again: datetime | None
    reply: str
    run: str
    follow_ups: tuple[str, ...]
    mail: Mail | None


@dataclass(frozen=True, slots=True)
class Known:
    """What became of a follow-up, or of a mail: its state, when it came to that, and why."""

    state: str
    moment: datetime
    why: str = ""


_READ: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "Purpose": purpose_of,
    "Audience": Audience,
    "MessageKind": MessageKind,
    "SendMode": SendMode,
}
"""How a value is read back, by the type that its field declares."""
_NAMES = {kind: [one.name for one in fields(kind)] for kind in (Mail, FollowUp)}


def mail_as_text(mail: Mail) -> str:
    """A mail with its follow-ups as JSON, dates in ISO form."""
    values = _values(mail)
    values["purpose"] = mail.slot
    values["items"] = [_values(item) for item in mail.items]
    values["enclosed"] = [asdict(one) for one in mail.enclosed]
    return json.dumps(values, default=date.isoformat, ensure_ascii=False)


def mail_from_text(text: str) -> Mail:
    """The mail that `mail_as_text` wrote; fields that are no longer known are left out."""
    values = json.loads(text)
    items = tuple(FollowUp(**_known(FollowUp, item)) for item in values.pop("items"))
    thread = tuple(values.pop("thread", ()))
    enclosed = tuple(Enclosure(**one) for one in values.pop("enclosed", ()))
    return Mail(**_known(Mail, values), items=items, thread=thread, enclosed=enclosed)


def _values(one: Mail | FollowUp) -> dict[str, Any]:
    """By field; not `asdict`, which copies every value and takes six times as long."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


def _known(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    """The values that `kind` has, each made what it was again (annotations are texts there)."""
    found = {one.name: str(one.type) for one in fields(kind) if one.name in values}
    return {
        name: _READ[declared](values[name]) if declared in _READ else values[name]
        for name, declared in found.items()
    }
