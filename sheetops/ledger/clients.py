"""What clients did, kept so that deleting finished clients from the sheet loses no history.

One row holds one time that a client was served: who, from when to when, what it was worth, and the
steps that were done as one text. It is written when it differs from what is kept, and not before,
so a day on which nothing was done adds nothing. No name and no address is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Float,
    String,
    Table,
    Text,
    and_,
    insert,
    or_,
    select,
)
from sqlalchemy import delete as deleting

from sheetops.ledger.schema import METADATA
from sheetops.model.history import PastClient

NO_START = date(1, 1, 1)
"""Stands for a start that is not known: a key cannot be blank."""

past = Table(
    "past",
    METADATA,
    Column("client", String, primary_key=True),
    Column("start", Date, primary_key=True),
    Column("offer", String, nullable=False),
    Column("finish", Date),
    Column("value", Float),
    Column("steps", Text, nullable=False),
)


def create(connection: Connection) -> None:
    """From version 1 to 2: the table itself."""
    past.create(connection, checkfirst=True)


def all_of(connection: Connection) -> tuple[PastClient, ...]:
    """All that is kept, the earliest start first."""
    columns = past.c
    query = select(
        columns.client, columns.start, columns.offer, columns.finish, columns.value, columns.steps
    ).order_by(columns.start, columns.client)
    return tuple(
        PastClient(client, None if start == NO_START else start, *rest)
        for client, start, *rest in connection.execute(query)
    )


def record(connection: Connection, seen: Iterable[PastClient]) -> int:
    """Keep what was seen of clients; returns how many rows differed from what was kept.

    A client whose start was corrected has one row still; one who came back after an earlier finish
    gains a row, and the earlier one stays.
    """
    kept = {(one.client, one.start): one for one in all_of(connection)}
    fresh = [one for one in seen if kept.get((one.client, one.start)) != one]
    known = {client for client, _ in kept}
    for one in (one for one in fresh if one.client in known):
        connection.execute(deleting(past).where(_replaced_by(one)))
    if fresh:
        connection.execute(insert(past), _rows(fresh))
    return len(fresh)


def _replaced_by(one: PastClient) -> Any:
    start = one.start or NO_START
    corrected = or_(past.c.finish.is_(None), past.c.finish >= start)
    return and_(past.c.client == one.client, or_(past.c.start == start, corrected))


def _rows(clients: Sequence[PastClient]) -> list[dict[str, Any]]:
    return [
        {
            "client": one.client,
            "start": one.start or NO_START,
            "offer": one.offer,
            "finish": one.finish,
            "value": one.value,
            "steps": one.written,
        }
        for one in clients
    ]
