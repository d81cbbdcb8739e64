"""An undo as lines of text for a terminal, and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sheetops.cli.views.columns import wrap
from sheetops.cli.views.text import many
from sheetops.jobs.undo import Undone
from sheetops.plan.undo import Left
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import TABS
from sheetops.workbook.raw import Value
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole

_ORDER = {tab.name: at for at, tab in enumerate(TABS)}


def lines(done: Undone) -> Iterator[str]:
    """Every cell that is put back, every row that is taken back, what is left and why."""
    of, undo = done.of, done.undo
    yield f"Undo of the run {of.run} ({of.job} of {day_text(of.day)})"
    yield ""
    yield from _cells(done, undo.cells)
    yield from _rows("rows to take back", undo.gone)
    yield from _rows("rows to bring back", undo.rows)
    yield from _left(undo.left)
    yield from _notes(done)
    yield totals(done)


def totals(done: Undone) -> str:
    """The undo in one line."""
    undo = done.undo
    parts = [
        many(len(undo.cells), "cell") + " to put back",
        many(len(undo.gone), "row") + " to take back",
        *([many(len(undo.rows), "row") + " to bring back"] if undo.rows else []),
        many(len(undo.left), "thing") + " left",
    ]
    return f"{', '.join(parts)}."


def applied(done: Undone) -> Iterator[str]:
    """What an undo did, in a few lines."""
    undo = done.undo
    yield f"Run {done.name} undid {done.of.run}."
    if undo:
        cells, rows = many(len(undo.cells), "cell"), many(len(undo.gone), "row")
        yield f"Put back: {cells}. Taken back: {rows}."
        if undo.rows:
            yield f"Brought back: {many(len(undo.rows), 'row')}."
    else:
        yield "There was nothing to put back: the workbook was not touched."
    yield ""
    yield from _left(undo.left)
    yield from _notes(done)
    if done.receipt.backup:
        yield f"A copy from before lies at {done.receipt.backup}"


def _cells(done: Undone, cells: Iterable[CellChange]) -> Iterator[str]:
    ordered = sorted(cells, key=lambda one: _ORDER[one.tab])
    for tab, in_tab in groupby(ordered, key=lambda one: one.tab):
        yield f"{tab}: cells to put back"
        table = done.book.tables[tab]
        for key, in_row in groupby(in_tab, key=lambda one: one.key):
            yield f"  {_named(key)} (row {table.layout.rows[key]})"
            for one in in_row:
                where = table.cell_of(key, one.heading)
                yield f"    {where} {one.heading}: {_value(one.old)} → {_value(one.new)}"
        yield ""


def _rows(title: str, rows: Iterable[NewRow]) -> Iterator[str]:
    for tab, in_tab in groupby(rows, key=lambda one: one.tab):
        yield f"{tab}: {title}"
        for row in in_tab:
            values = (f"{heading}: {shown_whole(value)}" for heading, value in row.values.items())
            yield f"  {'; '.join(values)}"
        yield ""


def _left(left: Iterable[Left]) -> Iterator[str]:
    ordered = sorted(left, key=lambda one: (_ORDER[one.tab], one.why))
    for (tab, why), those in groupby(ordered, key=lambda one: (one.tab, one.why)):
        named = Counter(_named(one.key) for one in those if one.key)
        headings = sorted({one.heading for one in left if (one.tab, one.why) == (tab, why)} - {""})
        yield f"Left in {tab}: {why}"
        if named:
            what = f"{', '.join(headings)} of " if headings else ""
            yield from wrap(f"{what}{_some(list(named))}", "    ")
    if ordered:
        yield ""


def _some(names: list[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _named(key: str) -> str:
    return f"row {key.removeprefix(NO_KEY)}" if key.startswith(NO_KEY) else key


def _notes(done: Undone) -> Iterator[str]:
    if done.mails or done.of.ended is None:
        yield f"{many(done.mails, 'mail')} left in that run, as far as it is known."
        yield "Mail cannot be taken back. The ledger knows of it, and sends none of it again."
    yield "The charts of the Dashboard follow the cells. The next run decides anew what to write."


def _value(value: Value) -> str:
    return shown_whole(value) or "(blank)"


def as_data(done: Undone) -> dict[str, Any]:
    """The undo for `--json`."""
    undo = done.undo
    return {
        "undoes": done.of.run,
        "run": done.name or None,
        "cells": [
            {"tab": one.tab, "key": one.key, "heading": one.heading,
             "now": _value(one.old), "back": _value(one.new)}
            for one in undo.cells
        ],
        "rows_taken_back": [{"tab": one.tab, "key": one.key} for one in undo.gone],
        "rows_brought_back": [{"tab": one.tab, "key": one.key} for one in undo.rows],
        "left": [one._asdict() for one in undo.left],
        "mails_not_taken_back": done.mails,
    }  # fmt: skip
