"""What the tab `Follow-ups` lists: what waits for a person, what left, and what became of each.

The tab is a second memory beside the ledger: where the ledger is another computer's, or lost, what
the tab says was sent counts as sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sheetops.model.history import History, Sent, Unlisted
from sheetops.model.mail import FollowUp, MailState
from sheetops.model.snapshot import Snapshot
from sheetops.plan.routing import Routing
from sheetops.workbook.book import Book
from sheetops.workbook.changes import NewRow
from sheetops.workbook.identity import plain_address
from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import Value
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text

_OUTCOME_OF_STATE = {
    MailState.ACCEPTED: "Sent",
    MailState.PLANNED: "Planned",
    MailState.CLAIMED: "Planned",
    MailState.HANDING: "Planned",
    MailState.DEFERRED: "Deferred",
    MailState.REFUSED: "Refused",
    MailState.IN_DOUBT: "In doubt",
    MailState.CANCELLED: "Skipped",
}
_STATE_OF_OUTCOME = {
    "Sent": MailState.ACCEPTED,
    "Refused": MailState.REFUSED,
    "In doubt": MailState.IN_DOUBT,
    "Skipped": MailState.CANCELLED,
    "Done by hand": MailState.CANCELLED,
}
IN_DOUBT = "Nobody can say whether it arrived."
"""Begins what `Why` adds for a follow-up in doubt."""


def new_rows(snapshot: Snapshot, routing: Routing) -> tuple[NewRow, ...]:
    """Rows to append to `Follow-ups`: what waits for a person, and what left and is not listed."""
    if not snapshot.book.has("Follow-ups"):
        return ()
    listed = snapshot.listed
    waiting = [
        *((one, "Waiting for approval") for one in routing.waiting),
        *((one, "To do by hand") for one in routing.by_hand),
    ]
    rows = [
        _row(follow_up, follow_up.to, snapshot.today, {"Outcome": outcome})
        for follow_up, outcome in waiting
        if follow_up.key not in listed and follow_up.key not in snapshot.history.sent
    ]
    rows += [
        _row(_with_reason(snapshot, one), one.to, one.day, _became(snapshot, one.follow_up.key))
        for one in snapshot.history.unlisted
        if one.follow_up.key not in listed
    ]
    return tuple(rows)


def _with_reason(snapshot: Snapshot, one: Unlisted) -> FollowUp:
    key = one.follow_up.key
    in_doubt = snapshot.history.sent[key].state is MailState.IN_DOUBT
    return replace(one.follow_up, why=str(_reason(key, one.follow_up.why, in_doubt=in_doubt)))


def _row(follow_up: FollowUp, to: str, day: date, became: Mapping[str, Value]) -> NewRow:
    values: dict[str, Value] = {
        "Subject": follow_up.subject,
        "Body": follow_up.body,
        "Follow-up ID": follow_up.key,
        "Date": day,
        "Client": follow_up.client_name,
        "To": to,
        "Message": follow_up.message,
        "Why": follow_up.why,
        **became,
    }
    return NewRow("Follow-ups", follow_up.key, values)


def _became(snapshot: Snapshot, key: str) -> dict[str, Value]:
    """Outcome and Sent at of a follow-up that the ledger knows."""
    sent = snapshot.history.sent[key]
    outcome = "Done by hand" if sent.by_hand else _OUTCOME_OF_STATE[sent.state]
    at = None
    if sent.state is MailState.ACCEPTED and sent.at is not None:
        local = sent.at.astimezone(snapshot.business.calendar.zone)
        at = local.replace(tzinfo=None, second=0, microsecond=0)
    return {"Outcome": outcome, "Sent at": at}


def outcomes(snapshot: Snapshot, routing: Routing) -> dict[str, dict[str, Value]]:
    """Outcome and Sent at of every follow-up that the tab lists, by key."""
    now = {one.key: "Waiting for approval" for one in routing.waiting}
    now |= {one.key: "To do by hand" for one in routing.by_hand}
    now |= {one.key: "Held" for one in (*routing.held, *routing.on_hold)}
    now |= {one.key: "Planned" for one in (*routing.mailed, *routing.to_staff)}
    now |= {
        one.follow_up.key: "Done by hand" if one.by_hand else "Skipped" for one in routing.settled
    }
    found: dict[str, dict[str, Value]] = {}
    for key in snapshot.book.frame("Follow-ups").index.tolist():
        if key.startswith(NO_KEY):
            found[key] = {"Outcome": None, "Sent at": None}
            continue
        sent = snapshot.history.sent.get(key)
        if sent is not None and sent.is_settled:
            found[key] = _became(snapshot, key)
        else:
            found[key] = {"Outcome": now.get(key, "No longer due"), "Sent at": None}
    return found


def reasons(snapshot: Snapshot) -> list[Value]:
    """`Why` of every follow-up that the tab lists, in its order: one in doubt says what to do."""
    frame = snapshot.book.frame("Follow-ups")
    sent = snapshot.history.sent
    whys: list[Value] = []
    for key, why in zip(frame.index, frame["Why"], strict=True):
        known = sent.get(key)
        in_doubt = known is not None and known.state is MailState.IN_DOUBT
        whys.append(_reason(key, why, in_doubt=in_doubt))
    return whys


def _reason(key: str, why: Value, *, in_doubt: bool) -> Value:
    if not in_doubt and IN_DOUBT not in str(why):
        return why
    plain = str(why or "").split(IN_DOUBT, maxsplit=1)[0].strip()
    return f"{plain} {IN_DOUBT} {how_to_settle(key)}".strip() if in_doubt else plain


def from_sheet(book: Book, history: History) -> dict[str, Sent]:
    """What `Follow-ups` says became of follow-ups, where the ledger does not know it.

    So it is where the ledger is another computer's, or lost. That something was sent is believed
    even where the ledger has it as planned: an older copy of a ledger knows no better.
    """
    frame = book.frame("Follow-ups")
    found: dict[str, Sent] = {}
    for at, (key, outcome) in enumerate(zip(frame.index, frame["Outcome"], strict=True)):
        state = _STATE_OF_OUTCOME.get(str(outcome))
        known = history.sent.get(key)
        unknown = known is None or (state is MailState.ACCEPTED and not known.is_settled)
        if state and unknown and not key.startswith(NO_KEY):
            found[key] = _as_sent(book, key, state, frame.iloc[at].to_dict())
    return found


def _as_sent(book: Book, key: str, state: MailState, row: Mapping[Any, Any]) -> Sent:
    clients = book.frame("Clients")
    mine = clients.index[clients["Client"] == row["Client"]].tolist()
    at, proposed = row["Sent at"], row["Date"]
    moment = at.replace(tzinfo=book.business.calendar.zone) if isinstance(at, datetime) else None
    day = next((one for one in (at, proposed) if isinstance(one, date)), date.min)
    return Sent(
        key=key,
        client=str(mine[0] if mine else row["Client"]),
        message=str(row["Message"]),
        step="",
        occasion=_only_day(proposed if isinstance(proposed, date) else day),
        state=state,
        day=_only_day(day),
        by_hand=row["Outcome"] == "Done by hand",
        at=moment,
    )


def _only_day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def doubts(snapshot: Snapshot) -> Iterator[Problem]:
    """Mails that may or may not have left; each until a person has settled it."""
    table = snapshot.book.tables["Follow-ups"]
    names = dict(zip(snapshot.clients.key, snapshot.clients.name, strict=True))
    for mail in snapshot.history.doubts:
        rows = (table.layout.rows.get(item.key) for item in mail.items)
        row = next((row for row in rows if row), 0)
        cell = table.cell(row, "Outcome") if row else ""
        to = names.get(mail.client) or mail.to_name or mail.to
        found = f'"{mail.subject}" of {day_text(mail.day)} to {to} is in doubt: it may have left.'
        yield Problem("Follow-ups", cell, found, how_to_settle(mail.key))


def how_to_settle(key: str) -> str:
    """What a person does about a mail, or a follow-up, in doubt."""
    return (
        "Look in the mailbox's sent mail, or ask; then: "
        f"sheetops outbox resolve {key[:10]} sent (or: not-sent)"
    )


def suppressed(snapshot: Snapshot) -> Iterator[Problem]:
    """Addresses of clients to which no mail goes any more: they asked so, or it came back."""
    if not snapshot.history.suppressed:
        return
    table = snapshot.book.tables["Clients"]
    columns = (table.frame["Email"], table.frame["row"].tolist())
    for email, row in zip(*columns, strict=True):
        why = snapshot.history.suppressed.get(plain_address(email)) if email else None
        if why is not None:
            found = f"No mail goes to this address any more ({why})."
            mend = f"Type another address, or: sheetops outbox allow {email}"
            yield Problem("Clients", table.cell(row, "Email"), found, mend)
