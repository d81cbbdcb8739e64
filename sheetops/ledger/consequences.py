"""What the ledger keeps of consequences and of the paths that clients were laid out with.

A consequence is kept under the key of the follow-up whose words announce it, from before that is
handed over; whether it is in force is for the follow-up's own state to say. A path is the steps
that an offer had when a client's were laid out, or when they were last looked at: without it nobody
could tell a step that is new in the offer from one that staff have deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    String,
    Table,
    Text,
    and_,
    insert,
    select,
)
from sqlalchemy import delete as deleting

from sheetops.ledger.schema import METADATA
from sheetops.model.history import Consequence, OfferPath

consequences = Table(
    "consequences",
    METADATA,
    Column("key", String, primary_key=True),
    Column("client", String, nullable=False),
    Column("message", String, nullable=False),
    Column("step", String, nullable=False),
    Column("words", Text, nullable=False),
    Column("pauses", Boolean, nullable=False),
    Column("moves", Boolean, nullable=False),
    Column("tells", Boolean, nullable=False),
    Column("lifted", Date),
    Column("late_from", Date),
    Column("late_until", Date),
)

paths = Table(
    "paths",
    METADATA,
    Column("client", String, primary_key=True),
    Column("offer", String, primary_key=True),
    Column("steps", Text, nullable=False),
)


def create(connection: Connection) -> None:
    """From version 2 to 3: the tables themselves."""
    consequences.create(connection, checkfirst=True)
    paths.create(connection, checkfirst=True)


def all_of(connection: Connection) -> dict[str, Consequence]:
    """Every consequence that was ever declared, by the key of its follow-up."""
    rows = connection.execute(select(consequences).order_by(consequences.c.key))
    return {row.key: Consequence(*row) for row in rows}


def record(connection: Connection, seen: Iterable[Consequence]) -> int:
    """Keep consequences as they are now; returns how many differed. What was lifted stays so."""
    wanted = {one.key: one for one in seen}
    if not wanted:
        return 0
    kept = all_of(connection)
    fresh = [
        one
        for one in wanted.values()
        if one != kept.get(one.key) and (one.key not in kept or kept[one.key].lifted is None)
    ]
    for one in (one for one in fresh if one.key in kept):
        connection.execute(deleting(consequences).where(consequences.c.key == one.key))
    if fresh:
        connection.execute(insert(consequences), [one._asdict() for one in fresh])
    return len(fresh)


def all_paths(connection: Connection) -> dict[tuple[str, str], OfferPath]:
    """By client and offer, the steps that the offer had. Many clients share a few paths."""
    read = cache(_path)
    query = select(paths.c.client, paths.c.offer, paths.c.steps)
    return {(client, offer): read(steps) for client, offer, steps in connection.execute(query)}


def _path(written: str) -> OfferPath:
    return tuple((str(step), float(order)) for step, order in json.loads(written))


def record_paths(
    connection: Connection, seen: Mapping[tuple[str, str], OfferPath]
) -> dict[tuple[str, str], tuple[OfferPath | None, OfferPath]]:
    """Keep paths as they are now; returns those that differed, as they were and as they are."""
    if not seen:
        return {}
    kept = all_paths(connection)
    fresh = {name: (kept.get(name), path) for name, path in seen.items() if kept.get(name) != path}
    for name in fresh.keys() & kept.keys():
        connection.execute(deleting(paths).where(_is(name)))
    _insert(connection, {name: path for name, (_, path) in fresh.items()})
    return fresh


def put_back_paths(
    connection: Connection,
    changes: Mapping[tuple[str, str], tuple[OfferPath | None, OfferPath | None]],
) -> dict[tuple[str, str], tuple[OfferPath | None, OfferPath | None]]:
    """Keep the second path of each pair in place of the first, where that is still the one that is
    kept; None stands for none. Returns those that were changed."""
    kept = all_paths(connection)
    still = {name: both for name, both in changes.items() if kept.get(name) == both[0]}
    for name in still:
        connection.execute(deleting(paths).where(_is(name)))
    _insert(connection, {name: path for name, (_, path) in still.items() if path is not None})
    return still


def _is(name: tuple[str, str]) -> ColumnElement[bool]:
    return and_(paths.c.client == name[0], paths.c.offer == name[1])


def _insert(connection: Connection, fresh: Mapping[tuple[str, str], OfferPath]) -> None:
    rows: list[dict[str, Any]] = [
        {"client": client, "offer": offer, "steps": json.dumps(path, ensure_ascii=False)}
        for (client, offer), path in fresh.items()
    ]
    if rows:
        connection.execute(insert(paths), rows)
