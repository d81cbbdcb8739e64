"""The claim: in one transaction, which of the proposed mails this run may send.

A claim trusts nothing that was read before it began. It looks up every key again, leaves out what
already left or must not leave, and records the rest as claimed, follow-ups and words included.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from sheetops.ledger.database import in_batches
from sheetops.ledger.queries import mailed_on
from sheetops.ledger.records import Claim, LeftOut, mail_as_text, mail_from_text
from sheetops.ledger.schema import (
    follow_ups,
    letters,
    mails,
    suppressed,
)
from sheetops.model.mail import FollowUp, Mail, MailState
from sheetops.workbook.identity import plain_address
from sheetops.workbook.references import step_key

_ANEW = "put together anew"
_HAD_ONE = "this client has a mail today already"


_plain = lru_cache(maxsize=4096)(plain_address)
"""Kept, because a claim asks for each address half a dozen times."""


def guard_of(item: FollowUp, address: str) -> str:
    """What a renamed client cannot change: to whom, which message, which step, which occasion."""
    step = item.step.removeprefix(step_key(item.client, ""))  # a step's key begins with its client
    parts = (_plain(address), item.message, step, item.occasion.isoformat())
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def item_facts(item: FollowUp) -> dict[str, Any]:
    """What never changes about a follow-up, by column."""
    return {
        "key": item.key,
        "client": item.client,
        "message": item.message,
        "step": item.step,
        "occasion": item.occasion,
        "part": item.part,
        "kind": item.kind,
        "minutes_saved": item.minutes_saved,
    }


@dataclass
class _Known:
    """What the ledger holds about the proposed mails, read at the beginning of the claim."""

    mails: dict[str, Row[Any]]
    days: dict[tuple[str, str, date], Row[Any]]
    items: dict[str, Row[Any]]
    guards: defaultdict[str, list[tuple[str, str, int]]]
    suppressed: dict[str, str]
    letters: dict[str, Mail]
    mailed: dict[str, str]


@dataclass
class _Work:
    """What the claim has decided so far, to be written at its end."""

    run: str
    day: date
    now: datetime
    clients: Collection[str]
    taken: list[Mail] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    barred: list[tuple[FollowUp, str]] = field(default_factory=list)
    guards: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    days: set[tuple[str, str, date]] = field(default_factory=set)


def claim(
    connection: Connection,
    run: tuple[str, date],
    proposed: Sequence[Mail],
    now: datetime,
    clients: Collection[str],
) -> Claim:
    """Record what may leave as claimed by the run. `clients` are the keys now in the workbook."""
    known = _look_up(connection, proposed, run[1])
    present = {*clients, *(item.client for mail in proposed for item in mail.items)}
    work = _Work(run[0], run[1], now, present)
    for mail in proposed:
        _decide(mail, known, work)
    _write(connection, known, work)
    return Claim(tuple(work.taken), tuple(work.left_out))


# ---- looking up


def _look_up(connection: Connection, proposed: Sequence[Mail], today: date) -> _Known:
    items = [item.key for mail in proposed for item in mail.items]
    known = {row.key: row for row in _rows(connection, mails, mails.c.key, _keys(proposed))}
    days = select(mails).where(
        mails.c.day.in_({mail.day for mail in proposed}),
        mails.c.client != "",
        mails.c.state != MailState.CANCELLED,
    )
    deferred = [key for key, row in known.items() if row.state == MailState.DEFERRED]
    addresses = [_plain(mail.to) for mail in proposed]
    return _Known(
        mails=known,
        days={(row.purpose, row.client, row.day): row for row in connection.execute(days)},
        items={row.key: row for row in _rows(connection, follow_ups, follow_ups.c.key, items)},
        guards=_guards(connection, proposed),
        suppressed={
            row.address: row.why
            for row in _rows(connection, suppressed, suppressed.c.address, addresses)
        },
        letters={
            row.key: mail_from_text(row.content)
            for row in _rows(connection, letters, letters.c.key, deferred)
        },
        mailed=mailed_on(connection, today),
    )


def _guards(
    connection: Connection, proposed: Sequence[Mail]
) -> defaultdict[str, list[tuple[str, str, int]]]:
    """By guard, those who hold it: follow-up key, client, number."""
    wanted = [guard_of(item, mail.to) for mail in proposed if mail.client for item in mail.items]
    holders: defaultdict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in _rows(connection, follow_ups, follow_ups.c.guard, wanted):
        holders[row.guard].append((row.key, row.client, row.guard_no))
    return holders


def _keys(proposed: Iterable[Mail]) -> list[str]:
    return [mail.key for mail in proposed]


def _rows(connection: Connection, table: Any, column: Any, keys: Iterable[str]) -> list[Row[Any]]:
    return [
        row
        for batch in in_batches(keys)
        for row in connection.execute(select(table).where(column.in_(batch)))
    ]


# ---- deciding


def _decide(mail: Mail, known: _Known, work: _Work) -> None:
    stored = known.letters.get(mail.key)
    why = _why_not(mail, known, work)
    barred = {} if why or stored else _barred(mail, known, work)
    if why or barred:
        words = why or "; ".join(dict.fromkeys(barred.values()))
        work.left_out.append(LeftOut(mail, words, barred))
        return
    work.taken.append(stored or mail)
    work.names.update((mail.key, *(item.key for item in mail.items)))
    if mail.client:
        work.days |= {_day_of(mail), _leaves_on(mail, known, work)}
    if stored is None:
        _take_guards(mail, known, work)


def _why_not(mail: Mail, known: _Known, work: _Work) -> str:
    """Why the mail as a whole may not be claimed; blank if it may."""
    suppressed_for = known.suppressed.get(_plain(mail.to))
    if suppressed_for is not None:
        return f"no mail goes to this address ({suppressed_for})"
    row = known.mails.get(mail.key)
    if mail.key in work.names or (row is not None and not _may_be_claimed(row, work.now)):
        return f"this mail is {row.state if row else MailState.CLAIMED} already"
    leaves = _leaves_on(mail, known, work)
    if leaves in work.days or _had_one(mail, leaves, known, work):
        return _HAD_ONE
    other = known.days.get(_day_of(mail))
    if _day_of(mail) in work.days or (
        other is not None and other.key != mail.key and other.state != MailState.PLANNED
    ):
        return _HAD_ONE
    return ""


def _may_be_claimed(row: Row[Any], now: datetime) -> bool:
    if row.state == MailState.DEFERRED:
        return bool(row.again <= now)
    return row.state in {MailState.PLANNED, MailState.CANCELLED}


def _day_of(mail: Mail) -> tuple[str, str, date]:
    return (mail.slot, mail.client, mail.day)


def _leaves_on(mail: Mail, known: _Known, work: _Work) -> tuple[str, str, date]:
    """As `_day_of`; but one that was put off counts for the day on which it leaves."""
    return (mail.slot, mail.client, work.day if mail.key in known.letters else mail.day)


def _had_one(mail: Mail, leaves: tuple[str, str, date], known: _Known, work: _Work) -> bool:
    """Whether another mail, perhaps of an earlier day, was handed over to the client today."""
    if not mail.items or not mail.client or leaves[2] != work.day:
        return False
    return known.mailed.get(mail.client, mail.key) != mail.key


def _barred(mail: Mail, known: _Known, work: _Work) -> dict[str, str]:
    """The follow-ups that may not leave in this mail, with the reason."""
    barred = {}
    for item in mail.items:
        row = known.items.get(item.key)
        if item.key in work.names:
            barred[item.key] = "it is in another mail of this run"
        elif row is not None and row.state != MailState.PLANNED:
            barred[item.key] = f"it is {row.state} already"
        elif mail.client and (other := _renamed_from(item, mail, known, work)):
            barred[item.key] = f"the same message already went to this address for {other}"
            work.barred.append((item, barred[item.key]))
    return barred


def _renamed_from(item: FollowUp, mail: Mail, known: _Known, work: _Work) -> str:
    """The client, no longer in the workbook, for whom this was already recorded; else blank.

    Two clients who share an address are both in the workbook, and each gets their own.
    """
    for key, client, _ in known.guards.get(guard_of(item, mail.to), ()):
        if key != item.key and (client == item.client or client not in work.clients):
            return client
    return ""


def _take_guards(mail: Mail, known: _Known, work: _Work) -> None:
    for item in mail.items:
        if not mail.client:
            work.guards[item.key] = (None, 0)
            continue
        guard = guard_of(item, mail.to)
        holders = known.guards[guard]
        mine = [number for key, _, number in holders if key == item.key]
        number = mine[0] if mine else 1 + max((held for _, _, held in holders), default=-1)
        if not mine:
            holders.append((item.key, item.client, number))
        work.guards[item.key] = (guard, number)


# ---- writing


def _write(connection: Connection, known: _Known, work: _Work) -> None:
    _give_up_earlier(connection, known, work)
    old = [mail for mail in work.taken if mail.key in known.mails]
    new = [mail for mail in work.taken if mail.key not in known.mails]
    anew = [mail for mail in old if mail.key not in known.letters]
    for batch in in_batches(mail.key for mail in anew):
        connection.execute(delete(letters).where(letters.c.key.in_(batch)))
    _many(connection, insert(mails), [_mail_row(mail, work) for mail in new])
    _many(
        connection,
        update(mails).where(mails.c.key == bindparam("of")),
        [{"of": mail.key, **_mail_row(mail, work)} for mail in old],
    )
    _many(
        connection,
        insert(letters),
        [{"key": mail.key, "content": mail_as_text(mail)} for mail in (*new, *anew)],
    )
    _write_items(connection, known, work)


def _give_up_earlier(connection: Connection, known: _Known, work: _Work) -> None:
    """Planned mails of a run that died, whose client or follow-ups are in a mail of this claim."""
    keys = {mail.key for mail in work.taken}
    given_up = {
        row.mail
        for mail in work.taken
        for item in mail.items
        if (row := known.items.get(item.key)) is not None and row.mail and row.mail not in keys
    }
    given_up |= {row.key for day, row in known.days.items() if day in work.days} - keys
    for batch in in_batches(given_up):
        cancel = update(mails).where(mails.c.key.in_(batch))
        connection.execute(cancel.values(state=MailState.CANCELLED, changed=work.now, reply=_ANEW))
        free = update(follow_ups).where(follow_ups.c.mail.in_(batch))
        connection.execute(free.values(mail=None))


def _write_items(connection: Connection, known: _Known, work: _Work) -> None:
    rows = [
        _item_row(item, mail.key, MailState.CLAIMED, work, "")
        for mail in work.taken
        for item in mail.items
    ]
    rows += [_item_row(item, None, MailState.CANCELLED, work, why) for item, why in work.barred]
    _many(connection, insert(follow_ups), [row for row in rows if row["key"] not in known.items])
    _many(
        connection,
        update(follow_ups).where(follow_ups.c.key == bindparam("of")),
        [{"of": row["key"], **row} for row in rows if row["key"] in known.items],
    )


def _mail_row(mail: Mail, work: _Work) -> dict[str, Any]:
    return {
        "key": mail.key,
        "day": mail.day,
        "purpose": mail.slot,
        "client": mail.client,
        "address": _plain(mail.to),
        "state": MailState.CLAIMED,
        "run": work.run,
        "changed": work.now,
        "again": None,
        "reply": "",
    }


def _item_row(
    item: FollowUp, mail: str | None, state: str, work: _Work, why: str
) -> dict[str, Any]:
    row = {
        **item_facts(item),
        "mail": mail,
        "state": state,
        "day": work.day,
        "changed": work.now,
        "why": why,
    }
    if item.key in work.guards:
        row["guard"], row["guard_no"] = work.guards[item.key]
    elif state == MailState.CANCELLED:
        row["guard"], row["guard_no"] = None, 0
    return row


def _many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for many rows; rows of another shape go by themselves."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        shapes[tuple(row)].append(row)
    for alike in shapes.values():
        connection.execute(statement, alike)
