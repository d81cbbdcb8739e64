"""The outbox: one mail's facts, which are the JSON, and their lines for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sheetops.cli.views.as_json import SCREEN_ONLY, pick, plain
from sheetops.cli.views.columns import clean, table, wrap
from sheetops.ledger import Entry, Known
from sheetops.mail import domain_of
from sheetops.plan.follow_ups_tab import how_to_settle
from sheetops.workbook.values import day_text

NOTHING = "The outbox holds no such mail."
_KEY = 10  # signs of a key that are enough to name it


@dataclass(frozen=True)
class MailState:
    """A mail with what became of it: moments in UTC; `subject` and `body` are None once its words
    were forgotten. `name` is whom it is for, as far as that is known."""

    key: str
    day: date
    purpose: str
    client: str
    to: str
    state: str
    changed: datetime
    tries: int
    again: datetime | None
    reply: str
    run: str
    subject: str | None
    body: str | None
    follow_ups: tuple[str, ...]
    name: str = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class Suppressed:
    """An address that gets no mail, since when, and why."""

    address: str
    since: datetime
    why: str


def of(entry: Entry) -> MailState:
    """A mail of the outbox as it is shown."""
    mail = entry.mail
    return pick(
        MailState,
        entry,
        to=entry.address,
        subject=mail.subject if mail else None,
        body=mail.body if mail else None,
        name=mail.to_name if mail else entry.client,
    )


def of_suppressed(known: Mapping[str, Known]) -> list[Suppressed]:
    """Addresses that get no mail, in order."""
    return [Suppressed(name, since.moment, since.why) for name, since in sorted(known.items())]


def lines(mails: Sequence[MailState]) -> Iterator[str]:
    """One line a mail, in the order given; those in doubt say what to do."""
    if not mails:
        yield NOTHING
        return
    rows = (
        (
            mail.key[:_KEY],
            day_text(mail.day),
            mail.state,
            mail.name or f"…@{domain_of(mail.to)}",
            "(its words were forgotten)" if mail.subject is None else mail.subject,
        )
        for mail in mails
    )
    yield from table(("Key", "Day", "State", "To", "Subject"), rows, most=(0, 0, 0, 24), give=4)
    doubtful = next((mail for mail in mails if mail.state == "in doubt"), None)
    if doubtful:
        yield ""
        yield from wrap(how_to_settle(doubtful.key))


def whole(mail: MailState) -> Iterator[str]:
    """One mail with its history and its words."""
    facts = {
        "Key": mail.key,
        "State": mail.state,
        "Since": _moment(mail.changed),
        "Day": day_text(mail.day),
        "Purpose": mail.purpose,
        "Client": mail.client,
        "To": mail.to,
        "Tries put off": str(mail.tries or ""),
        "Next try": _moment(mail.again) if mail.again else "",
        "Last said": mail.reply,
        "Run": mail.run,
        "Follow-ups": " ".join(mail.follow_ups),
    }
    for name, value in facts.items():
        if value:
            yield from wrap(value, f"{name + ':':<15}")
    if mail.state == "in doubt":
        yield ""
        yield from wrap(how_to_settle(mail.key))
    yield ""
    if mail.subject is None or mail.body is None:
        yield "Its words were forgotten; keys are kept for ever."
        return
    yield f"Subject: {clean(mail.subject)}"
    yield ""
    yield from (clean(line) for line in mail.body.splitlines())


def addresses(suppressed: Sequence[Suppressed]) -> Iterator[str]:
    """Addresses that get no mail."""
    if not suppressed:
        yield "Mail may go to every address."
        return
    rows = ((entry.address, _moment(entry.since), entry.why) for entry in suppressed)
    yield from table(("Address", "Since", "Why"), rows, give=2)


def as_csv(mails: Sequence[MailState]) -> str:
    """The outbox as a table for a spreadsheet; no cell of it can be taken for a formula."""
    text = io.StringIO()
    columns = [name for name in MailState.__annotations__ if name not in {"body", "name"}]
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    for mail in mails:
        facts = {**plain(mail), "follow_ups": " ".join(mail.follow_ups)}
        table.writerow([_csv_cell(facts[name]) for name in columns])
    return text.getvalue()


def _csv_cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _moment(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{day_text(local.date())} {local:%H:%M}"
