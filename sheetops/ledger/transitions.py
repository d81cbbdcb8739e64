"""How a mail and its follow-ups move from state to state, always together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor

from sheetops.errors import LedgerError
from sheetops.ledger.claims import item_facts
from sheetops.ledger.database import Kept
from sheetops.ledger.records import Settled
from sheetops.ledger.schema import (
    MOVES,
    follow_ups,
    mails,
    suppressed,
)
from sheetops.model.mail import FollowUp, MailState
from sheetops.workbook.identity import plain_address

RETRY_AFTER = (
    timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), *[timedelta(days=1)] * 5,
)  # fmt: skip
"""How long a deferred mail waits before each further try; after the last it is refused."""


class CanTell(Protocol):
    """A transport, as far as recovery needs it."""

    def was_accepted(self, key: str) -> bool | None:
        """Whether it accepted the mail of this key earlier; None if it cannot tell."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who moves something, when and why: the run (blank outside of one), its day, the moment."""

    run: str
    day: date
    at: datetime
    why: str = ""


# built once: two moves stand between a mail and the next
_FOUND = select(mails.c.state, mails.c.run).where(mails.c.key == bindparam("of"))
_MAIL = update(mails).where(mails.c.key == bindparam("of"))
_ITEMS = update(follow_ups).where(follow_ups.c.mail == bindparam("of"))
_STEP = (
    update(mails)
    .where(mails.c.key == bindparam("of"), mails.c.state == bindparam("was"))
    .values(state=bindparam("to"), changed=bindparam("at"), reply=bindparam("said"))
)
_OWN_STEP = _STEP.where(mails.c.run == bindparam("mine"))
_STEP_ITEMS = (
    update(follow_ups)
    .where(follow_ups.c.mail == bindparam("of"))
    .values(
        state=bindparam("to"), changed=bindparam("at"), day=bindparam("on"), why=bindparam("said")
    )
)


def move(
    connection: Connection,
    key: str,
    state: str,
    stamp: Stamp,
    *,
    only_from: Collection[str] = (),
    **values: Any,
) -> None:
    """Move a mail and its follow-ups. Raises LedgerError if it may not make that move.

    `only_from` allows some of the possible moves only; `values` are further columns of the mail.
    """
    row = connection.execute(_FOUND, {"of": key}).first()
    if row is None:
        raise LedgerError(f"No mail {key} is known.")
    if state not in MOVES[row.state] or (only_from and row.state not in only_from):
        raise LedgerError(f"Mail {key} is {row.state} and cannot become {state}.")
    if state == MailState.HANDING and row.run != stamp.run:
        raise LedgerError(f"Mail {key} was claimed by another run.")
    moved = {"of": key, "state": state, "changed": stamp.at}
    connection.execute(_MAIL, {**moved, "reply": stamp.why, **values})
    connection.execute(_ITEMS, {**moved, "day": stamp.day, "why": stamp.why})


def step(kept: Kept, cursor: DBAPICursor, key: str, to: str, stamp: Stamp) -> bool:
    """As `move` from claimed to handing or on to accepted, quickly; whether it could be made."""
    moved = {"of": key, "to": to, "at": stamp.at, "said": stamp.why}
    if to == MailState.HANDING:
        found = kept.run(cursor, _OWN_STEP, {**moved, "was": MailState.CLAIMED, "mine": stamp.run})
    else:
        found = kept.run(cursor, _STEP, {**moved, "was": MailState.HANDING})
    if found:
        kept.run(cursor, _STEP_ITEMS, {**moved, "on": stamp.day})
    return bool(found)


def recover(connection: Connection, transport: CanTell, stamp: Stamp) -> list[Settled]:
    """Settle what other runs left claimed or handing; the caller holds the lock."""
    query = (
        select(mails.c.key, mails.c.client, mails.c.state)
        .where(mails.c.state.in_([MailState.CLAIMED, MailState.HANDING]), mails.c.run != stamp.run)
        .order_by(mails.c.key)
    )
    settled = []
    stamp = replace(stamp, why="found after a run that broke off")
    for key, client, found in connection.execute(query).all():
        state = (
            MailState.PLANNED if found == MailState.CLAIMED else _told(transport.was_accepted(key))
        )
        move(connection, key, state, stamp)
        settled.append(Settled(key, client, found, state))
    return settled


def _told(accepted: bool | None) -> str:
    if accepted is None:
        return MailState.IN_DOUBT
    return MailState.ACCEPTED if accepted else MailState.PLANNED


def defer(connection: Connection, key: str, stamp: Stamp) -> datetime | None:
    """Put a mail off until its next try, or refuse it after the last; returns the next try."""
    tries = connection.scalar(select(mails.c.tries).where(mails.c.key == key)) or 0
    if tries >= len(RETRY_AFTER):
        given_up = replace(stamp, why=stamp.why or "given up after many tries")
        move(connection, key, MailState.REFUSED, given_up)
        return None
    again = stamp.at + RETRY_AFTER[tries]
    move(connection, key, MailState.DEFERRED, stamp, tries=tries + 1, again=again)
    return again


def cancel(connection: Connection, what: FollowUp | str, stamp: Stamp) -> None:
    """Set one follow-up aside for ever; a mail that it stands in is taken apart."""
    key = what if isinstance(what, str) else what.key
    row = connection.execute(select(follow_ups).where(follow_ups.c.key == key)).first()
    values = {"state": MailState.CANCELLED, "why": stamp.why, "changed": stamp.at, "day": stamp.day}
    if row is not None:
        if row.state not in {MailState.PLANNED, MailState.CLAIMED, MailState.DEFERRED}:
            raise LedgerError(f"Follow-up {key} is {row.state} and cannot be cancelled.")
        if row.mail is not None:
            apart = replace(stamp, why="a follow-up in it was set aside")
            take_apart(connection, row.mail, apart)
        connection.execute(update(follow_ups).where(follow_ups.c.key == key).values(values))
    elif isinstance(what, str):
        raise LedgerError(f"No follow-up {key} is known.")
    else:
        connection.execute(insert(follow_ups).values({**item_facts(what), **values}))


def take_apart(connection: Connection, mail: str, stamp: Stamp) -> None:
    """Cancel a mail that has not left; its follow-ups are planned again."""
    move(connection, mail, MailState.CANCELLED, stamp)
    free = update(follow_ups).where(follow_ups.c.mail == mail)
    connection.execute(free.values(mail=None, state=MailState.PLANNED, why=""))


def suppress(connection: Connection, address: str, why: str, at: datetime) -> None:
    """Nothing goes to this address from now on."""
    plain = plain_address(address)
    connection.execute(delete(suppressed).where(suppressed.c.address == plain))
    connection.execute(insert(suppressed).values(address=plain, why=why, since=at))


def suppress_recipient(connection: Connection, key: str, why: str, at: datetime) -> None:
    """Nothing goes to the recipient of this mail from now on."""
    address = connection.scalar(select(mails.c.address).where(mails.c.key == key))
    suppress(connection, address or "", why or "refused", at)
