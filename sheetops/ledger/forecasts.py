"""Forecasts as they were made, and what came of them: the record that the report's band rests on.

One row holds what was said in one week about so many weeks ahead. The first of a week stays, so
that a report which is asked for twice does not count twice; what came of it is added once known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Column, Connection, Date, Float, Integer, Table, insert, select, update

from sheetops.ledger.schema import METADATA
from sheetops.model.history import PastForecast

forecasts = Table(
    "forecasts",
    METADATA,
    Column("monday", Date, primary_key=True),
    Column("weeks", Integer, primary_key=True),
    Column("made", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("point", Float, nullable=False),
    Column("of_open", Float, nullable=False),
    Column("actual", Integer),
    Column("actual_open", Integer),
)


def create(connection: Connection) -> None:
    """From version 3 to 4: the table itself."""
    forecasts.create(connection, checkfirst=True)


def all_of(connection: Connection) -> tuple[PastForecast, ...]:
    """All that is kept, the oldest first."""
    table = forecasts.c
    columns = [table[name] for name in PastForecast._fields]
    rows = connection.execute(select(*columns).order_by(table.monday, table.weeks))
    return tuple(PastForecast(*row) for row in rows)


def record(connection: Connection, seen: Iterable[PastForecast]) -> int:
    """Keep forecasts, and what came of those that are kept; returns how many rows changed.

    The first forecast of a week stays as it was made, and the first known outcome with it.
    """
    kept = {(_monday(one.made), one.weeks): one for one in all_of(connection)}
    wanted = {(_monday(one.made), one.weeks): one for one in reversed(list(seen))}
    rows = [{"monday": key[0], **one._asdict()} for key, one in wanted.items() if key not in kept]
    if rows:
        connection.execute(insert(forecasts), rows)
    told = {
        key: {"actual": one.actual, "actual_open": one.actual_open}
        for key, one in wanted.items()
        if key in kept and kept[key].actual is None and one.actual is not None
    }
    for (monday, weeks), came in told.items():
        same = (forecasts.c.monday == monday) & (forecasts.c.weeks == weeks)
        connection.execute(update(forecasts).where(same).values(came))
    return len(rows) + len(told)


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())
