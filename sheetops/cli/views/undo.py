"""An undo: its facts, which are the JSON, and their lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sheetops.cli.views.as_json import SCREEN_ONLY, pick
from sheetops.cli.views.columns import many, wrap
from sheetops.cli.views.day import TAB_ORDER
from sheetops.cli.views.day_text import row_lines
from sheetops.jobs.undo import Undone
from sheetops.plan.undo import Left
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.raw import Value
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole


@dataclass(frozen=True)
class Cell:
    """A cell that is put back: what stands there now, and what it becomes."""

    tab: str
    key: str
    heading: str
    now: str
    back: str
    cell: str = field(metadata=SCREEN_ONLY)
    row: int = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True, slots=True)
class Row(NewRow):
    """A row that is taken back, or brought back."""

    values: Mapping[str, Value] = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class UndoView:
    """An undo of the run `undoes`. `run` is its own name, None for a preview."""

    undoes: str
    run: str | None
    cells: tuple[Cell, ...]
    rows_taken_back: tuple[Row, ...]
    rows_brought_back: tuple[Row, ...]
    left: tuple[Left, ...]
    mails_not_taken_back: int
    job: str = field(metadata=SCREEN_ONLY)
    day: date = field(metadata=SCREEN_ONLY)
    is_ended: bool = field(metadata=SCREEN_ONLY)
    copy: str = field(metadata=SCREEN_ONLY)


def of(done: Undone) -> UndoView:
    """What an undo would do, or did."""
    undo, run = done.undo, done.of
    return UndoView(
        undoes=run.run,
        run=done.name or None,
        cells=tuple(_cell(done, change) for change in undo.cells),
        rows_taken_back=_rows(undo.gone),
        rows_brought_back=_rows(undo.rows),
        left=undo.left,
        mails_not_taken_back=done.mails,
        job=run.job,
        day=run.day,
        is_ended=run.ended is not None,
        copy=done.receipt.backup,
    )


def _cell(done: Undone, change: CellChange) -> Cell:
    table = done.book.tables[change.tab]
    return pick(
        Cell,
        change,
        now=shown_whole(change.old) or "(blank)",
        back=shown_whole(change.new) or "(blank)",
        cell=table.cell_of(change.key, change.heading),
        row=table.layout.rows[change.key],
    )


def _rows(rows: Iterable[NewRow]) -> tuple[Row, ...]:
    return tuple(pick(Row, row) for row in rows)


def lines(view: UndoView) -> Iterator[str]:
    """Every cell that is put back, every row that is taken back, what is left and why; in a few
    lines once it is done."""
    if view.run:
        yield from _done(view)
        return
    yield f"Undo of the run {view.undoes} ({view.job} of {day_text(view.day)})"
    yield ""
    yield from _cells(view.cells)
    yield from row_lines("rows to take back", view.rows_taken_back)
    yield from row_lines("rows to bring back", view.rows_brought_back)
    yield from _left(view.left)
    yield from _notes(view)
    brought = len(view.rows_brought_back)
    parts = [
        f"{many(len(view.cells), 'cell')} to put back",
        f"{many(len(view.rows_taken_back), 'row')} to take back",
        *([f"{many(brought, 'row')} to bring back"] if brought else []),
        f"{many(len(view.left), 'thing')} left",
    ]
    yield f"{', '.join(parts)}."


def _done(view: UndoView) -> Iterator[str]:
    cells, gone, brought = view.cells, view.rows_taken_back, view.rows_brought_back
    yield f"Run {view.run} undid {view.undoes}."
    if cells or gone or brought:
        yield f"Put back: {many(len(cells), 'cell')}. Taken back: {many(len(gone), 'row')}."
        if brought:
            yield f"Brought back: {many(len(brought), 'row')}."
    else:
        yield "There was nothing to put back: the workbook was not touched."
    yield ""
    yield from _left(view.left)
    yield from _notes(view)
    if view.copy:
        yield f"A copy from before lies at {view.copy}"


def _cells(cells: Iterable[Cell]) -> Iterator[str]:
    ordered = sorted(cells, key=lambda cell: TAB_ORDER[cell.tab])
    for tab, in_tab in groupby(ordered, key=lambda cell: cell.tab):
        yield f"{tab}: cells to put back"
        for (key, row), in_row in groupby(in_tab, key=lambda cell: (cell.key, cell.row)):
            yield f"  {_row_name(key)} (row {row})"
            for cell in in_row:
                yield f"    {cell.cell} {cell.heading}: {cell.now} → {cell.back}"
        yield ""


def _left(left: Iterable[Left]) -> Iterator[str]:
    ordered = sorted(left, key=lambda one: (TAB_ORDER[one.tab], one.why))
    for (tab, why), group in groupby(ordered, key=lambda one: (one.tab, one.why)):
        alike = list(group)
        names = list(dict.fromkeys(_row_name(one.key) for one in alike if one.key))
        headings = sorted({one.heading for one in alike} - {""})
        yield f"Left in {tab}: {why}"
        if names:
            what = f"{', '.join(headings)} of " if headings else ""
            yield from wrap(f"{what}{_some(names)}", "    ")
    if ordered:
        yield ""


def _some(names: list[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _row_name(key: str) -> str:
    return f"row {key.removeprefix(NO_KEY)}" if key.startswith(NO_KEY) else key


def _notes(view: UndoView) -> Iterator[str]:
    mails = view.mails_not_taken_back
    if mails or not view.is_ended:
        yield f"{many(mails, 'mail')} left in that run, as far as it is known."
        yield "Mail cannot be taken back. The ledger knows of it, and sends none of it again."
    yield "The charts of the Dashboard follow the cells. The next run decides anew what to write."
