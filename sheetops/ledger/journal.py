"""What runs wrote into the workbook, cell by cell, old and new: what an undo needs to know.

Context: a run may write a quarter of a million cells, and all that matters later is the whole of
one run. Decision: each write of a run is one compressed text, kept from just before the workbook is
written; the last 20 runs that wrote are kept, as many as whole copies of a workbook. Consequence: a
year of runs takes no more room than a month, and nothing here is ever searched.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from sheetops.ledger.schema import METADATA
from sheetops.model.history import OfferPath, Written
from sheetops.workbook.changes import CellChange, Changes, NewRow
from sheetops.workbook.raw import NO_VALUE, CellError, NoValue, Value
from sheetops.workbook.values import same

KEPT = 20
"""Runs whose writing is kept."""
_SHEET, _PATHS = "sheet", "paths"

PathChanges = Mapping[tuple[str, str], tuple[OfferPath | None, OfferPath | None]]
"""By client and offer, the path that was remembered, and the one that is now; None for none."""

writings = Table(
    "writings",
    METADATA,
    Column("run", ForeignKey("runs.run"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)


def create(connection: Connection) -> None:
    """From version 4 to 5: the table itself."""
    writings.create(connection, checkfirst=True)


def record(connection: Connection, run: str, changes: Changes) -> int:
    """Keep one write of a run; returns its number. The oldest runs beyond those kept go."""
    columns = {tab: layout.columns.keys() for tab, layout in changes.layout.items()}
    rows = [
        [row.tab, row.key, {h: v for h, v in row.values.items() if h in columns.get(row.tab, ())}]
        for row in changes.rows
    ]
    gone = [[row.tab, row.key, dict(row.values)] for row in changes.gone]
    number = _put(connection, run, _SHEET, {"cells": changes.cells, "rows": rows, "gone": gone})
    for old in runs_kept(connection)[KEPT:]:
        connection.execute(delete(writings).where(writings.c.run == old))
    return number


def forget(connection: Connection, run: str, number: int) -> None:
    """Forget one write of a run."""
    connection.execute(delete(writings).where(writings.c.run == run, writings.c.number == number))


def runs_kept(connection: Connection) -> list[str]:
    """The runs that wrote into the workbook, the newest first."""
    query = select(writings.c.run).where(writings.c.kind == _SHEET).distinct()
    return list(connection.scalars(query.order_by(writings.c.run.desc())))


def of_run(connection: Connection, run: str) -> Written:
    """All writes of a run as one."""
    cells: dict[tuple[str, str, str], CellChange] = {}
    rows: dict[tuple[str, str], NewRow] = {}
    gone: dict[tuple[str, str], NewRow] = {}
    for content in _contents(connection, run, _SHEET):
        for tab, key, heading, old, new in content["cells"]:
            first = cells.get((tab, key, heading))
            cells[tab, key, heading] = CellChange(
                tab, key, heading, first.old if first else _value(old), _value(new)
            )
        rows |= {(row.tab, row.key): row for row in map(_row, content["rows"])}
        gone |= {(row.tab, row.key): row for row in map(_row, content["gone"])}
    differ = (one for one in cells.values() if not same(one.old, one.new))
    return Written(run, tuple(differ), tuple(rows.values()), tuple(gone.values()))


def record_paths(connection: Connection, run: str, changes: PathChanges) -> None:
    """Keep which paths a run remembers anew."""
    if changes:
        _put(connection, run, _PATHS, [[*name, *both] for name, both in changes.items()])


def path_changes(connection: Connection, run: str) -> PathChanges:
    """What a run changed of the paths that are remembered."""
    found: dict[tuple[str, str], tuple[OfferPath | None, OfferPath | None]] = {}
    for content in _contents(connection, run, _PATHS):
        for client, offer, old, new in content:
            first = found.get((client, offer))
            found[client, offer] = (first[0] if first else _path(old), _path(new))
    return found


# ---- as text


def _put(connection: Connection, run: str, kind: str, content: Any) -> int:
    last = connection.scalar(select(func.max(writings.c.number)).where(writings.c.run == run))
    number = (last or 0) + 1
    text = json.dumps(content, default=_plain, ensure_ascii=False, separators=(",", ":"))
    row = {"run": run, "number": number, "kind": kind, "content": zlib.compress(text.encode(), 1)}
    connection.execute(insert(writings).values(row))
    return number


def _contents(connection: Connection, run: str, kind: str) -> Iterator[Any]:
    query = select(writings.c.content).where(writings.c.run == run, writings.c.kind == kind)
    for content in connection.scalars(query.order_by(writings.c.number)).all():
        yield json.loads(zlib.decompress(content))


def _plain(value: Any) -> Any:
    """What JSON does not know: the kind of the value, and its text."""
    if isinstance(value, CellError):
        return {"error": value.code}
    if isinstance(value, NoValue):
        return {"no value": ""}
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    for kind in (datetime, date, time):  # a Timestamp of pandas is a datetime, and that a date
        if isinstance(value, kind):
            return {kind.__name__: value.isoformat()}
    return value.item()  # a number of numpy's


def _value(found: Any) -> Value:
    if not isinstance(found, dict):
        value: Value = found
        return value
    ((kind, text),) = found.items()
    return _MAKERS[kind](text)


_MAKERS: Mapping[str, Callable[[Any], Value]] = {
    "error": CellError,
    "no value": lambda _: NO_VALUE,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def _row(found: Any) -> NewRow:
    tab, key, values = found
    return NewRow(tab, key, {heading: _value(value) for heading, value in values.items()})


def _path(found: Any) -> OfferPath | None:
    return None if found is None else tuple((str(step), float(order)) for step, order in found)
