"""What people and the next run ask of the outbox: its mails, their threads, what it took over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from sheetops.ledger import schema, transitions
from sheetops.ledger.database import in_batches
from sheetops.ledger.records import Entry, mail_as_text, mail_from_text
from sheetops.ledger.schema import (
    follow_ups,
    letters,
    mails,
    meta,
    runs,
)
from sheetops.model.history import BY_HAND, Sent
from sheetops.model.mail import Mail, MailState, Purpose

_WAITS = {MailState.PLANNED, MailState.CLAIMED, MailState.DEFERRED}
_FROM_SHEET = "taken over from the sheet"


def entries(connection: Connection, states: Sequence[str] = ()) -> list[Entry]:
    """Every mail, or those in these states, with its words as far as they are kept; by day."""
    query = (
        select(mails, letters.c.content)
        .outerjoin(letters, letters.c.key == mails.c.key)
        .order_by(mails.c.day, mails.c.changed, mails.c.key)
    )
    if states:
        query = query.where(mails.c.state.in_(states))
    rows = connection.execute(query).all()
    items = _items(connection, [row.key for row in rows])
    return [
        Entry(
            key=row.key,
            day=row.day,
            purpose=row.purpose,
            client=row.client,
            address=row.address,
            state=row.state,
            changed=row.changed,
            tries=row.tries,
            again=row.again,
            reply=row.reply,
            run=row.run or "",
            follow_ups=tuple(items[row.key]),
            mail=mail_from_text(row.content) if row.content else None,
        )
        for row in rows
    ]


def _items(connection: Connection, keys: Iterable[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for batch in in_batches(keys):
        query = select(follow_ups.c.mail, follow_ups.c.key).where(follow_ups.c.mail.in_(batch))
        for mail, key in connection.execute(query.order_by(follow_ups.c.key)):
            found[mail].append(key)
    return found


def threads(connection: Connection, proposed: Sequence[Mail]) -> dict[str, list[tuple[str, date]]]:
    """By mail, the key and day of the earlier mails to its client about its steps, oldest first."""
    wanted = {(i.client, i.step) for m in proposed if m.client for i in m.items if i.step}
    found: defaultdict[tuple[str, str], set[tuple[date, str]]] = defaultdict(set)
    for batch in in_batches(sorted(client for client, _ in wanted)):
        query = (
            select(follow_ups.c.client, follow_ups.c.step, mails.c.day, mails.c.key)
            .join(mails, mails.c.key == follow_ups.c.mail)
            .where(
                follow_ups.c.client.in_(batch),
                mails.c.state == MailState.ACCEPTED,
                mails.c.client != "",
            )
        )
        for client, step, day, key in connection.execute(query):
            if (client, step) in wanted:
                found[client, step].add((day, key))
    return {mail.key: _earlier(mail, found) for mail in proposed if mail.client}


def _earlier(mail: Mail, found: Any) -> list[tuple[str, date]]:
    earlier = set().union(*(found.get((item.client, item.step), ()) for item in mail.items))
    return [(key, day) for day, key in sorted(earlier) if key != mail.key]


def note(connection: Connection, name: str) -> str:
    """One of the ledger's own notes; blank if it was never made."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == name)) or ""


def make_note(connection: Connection, name: str, value: str) -> None:
    """Make or change one of the ledger's own notes."""
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta).values(name=name, value=value))


def state_of(connection: Connection, key: str) -> str:
    """The state of a mail; blank if it is not known."""
    return connection.scalar(select(mails.c.state).where(mails.c.key == key)) or ""


def disown_future(connection: Connection, now: datetime) -> int:
    """Mark the runs that began later than now, and are done, as made by a wrong clock."""
    future = and_(runs.c.began > now, runs.c.result.startswith("done"))
    marked = update(runs).where(future).values(result="by a wrong clock: " + runs.c.result)
    return connection.execute(marked).rowcount


def knows_run(connection: Connection, run: str) -> bool:
    """Whether a run of this name was begun with this ledger."""
    return connection.scalar(select(runs.c.run).where(runs.c.run == run)) is not None


def adopt(connection: Connection, found: Iterable[Sent], stamp: transitions.Stamp) -> int:
    """Record what the sheet says became of follow-ups; returns how many were taken over.

    One in doubt gets a mail of its own, without words, so that a person can settle it here.
    """
    count = 0
    for one in found:
        row = connection.execute(select(follow_ups).where(follow_ups.c.key == one.key)).first()
        if row is not None and row.mail is not None and row.state in _WAITS:
            transitions.take_apart(connection, row.mail, stamp)
        _put(connection, one, stamp, known=row is not None)
        count += 1
    return count


def _put(connection: Connection, one: Sent, stamp: transitions.Stamp, *, known: bool) -> None:
    values: dict[str, Any] = {
        "state": one.state,
        "day": one.day,
        "changed": one.at or stamp.at,
        "why": BY_HAND if one.by_hand else _FROM_SHEET,
        "listed": True,
        "mail": _put_doubt(connection, one, stamp) if one.state == MailState.IN_DOUBT else None,
    }
    if known:
        these = update(follow_ups).where(follow_ups.c.key == one.key)
        connection.execute(these.values(values))
        return
    facts = {
        "key": one.key,
        "client": one.client,
        "message": one.message,
        "step": one.step,
        "occasion": one.occasion,
        "part": "reminder",
        "kind": "service",
    }
    connection.execute(insert(schema.follow_ups).values({**facts, **values}))


def _put_doubt(connection: Connection, one: Sent, stamp: transitions.Stamp) -> str:
    """A mail that stands for one that another ledger sent; returns its key."""
    words = Mail(
        key=one.key,
        day=one.day,
        purpose=Purpose.FOLLOW_UP,
        client="",
        to="",
        to_name=one.client,
        subject=one.message,
        body="",
        reply_to="",
    )
    row = {
        "key": one.key,
        "day": one.day,
        "purpose": words.slot,
        "client": "",
        "address": "",
        "state": MailState.IN_DOUBT,
        "changed": stamp.at,
        "reply": _FROM_SHEET,
    }
    connection.execute(insert(mails).values(row))
    connection.execute(insert(letters).values(key=one.key, content=mail_as_text(words)))
    return one.key
