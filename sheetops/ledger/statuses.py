"""What stood under Status of each client without steps, and since when: the only movement that a
plain list shows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Date, String, Table, delete, insert, select

from sheetops.ledger.schema import METADATA
from sheetops.model.history import SeenStatus

statuses = Table(
    "statuses",
    METADATA,
    Column("client", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("since", Date, nullable=False),
)


def create(connection: Connection) -> None:
    """From version 5 to 6: the table itself."""
    statuses.create(connection, checkfirst=True)


def all_of(connection: Connection) -> dict[str, SeenStatus]:
    """By client key, what was last seen."""
    rows = connection.execute(select(statuses))
    return {row.client: SeenStatus(row.status, row.since) for row in rows}


def record(connection: Connection, seen: Mapping[str, SeenStatus]) -> int:
    """Keep what is seen now; returns how many clients differ from what was kept. Of those who are
    not seen any more, what was kept stays."""
    kept = all_of(connection)
    fresh = {client: status for client, status in seen.items() if kept.get(client) != status}
    for client in fresh.keys() & kept.keys():
        connection.execute(delete(statuses).where(statuses.c.client == client))
    if fresh:
        rows = [
            {"client": client, "status": status.status, "since": status.since}
            for client, status in fresh.items()
        ]
        connection.execute(insert(statuses), rows)
    return len(fresh)
