"""Runs of the past, and their table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sheetops.cli.views.columns import table, wrap
from sheetops.ledger import Run
from sheetops.workbook.values import day_text

_COUNTS = {
    "stalled": "Stalled",
    "mails": "Mails",
    "cells": "Cells",
    "rows": "Rows",
    "problems": "Problems",
}
_UNDER_WAY = "not finished"
NONE_YET = (
    "No run has been applied yet, so there is nothing to list.",
    "See what today asks for:  sheetops daily",
    "And do it:                sheetops daily --apply",
)


def of(runs: Iterable[Run]) -> list[Run]:
    """Runs as they are shown: with a result, even if it is only that they have not finished."""
    return [replace(run, result=run.result or _unsaid(run)) for run in runs]


def _unsaid(run: Run) -> str:
    return _UNDER_WAY if run.ended is None else "done"


def lines(runs: Sequence[Run]) -> Iterator[str]:
    """One line a run, in the order given, its note below it; a few words if there is none.

    `When` is in the computer's own time zone. `Day` stands there only if a run was for another day
    than the one on which it began.
    """
    if not runs:
        yield from NONE_YET
        return
    with_day = any(run.day != _local(run.began).date() for run in runs)
    headings = ("When", *(("For",) if with_day else ()), "Job", "Result", *_COUNTS.values())
    first = len(headings) - len(_COUNTS)
    rows = (_row(run, with_day=with_day) for run in runs)
    heading, *shown = table(headings, rows, numbers=frozenset(range(first, len(headings))))
    yield heading
    for run, line in zip(runs, shown, strict=True):
        yield line
        if run.note:
            yield from wrap(run.note, "    ")


def _row(run: Run, *, with_day: bool) -> tuple[str, ...]:
    began = _local(run.began)
    when = f"{day_text(began.date())} {began:%H:%M}"
    counts = (str(run.counts[name]) if name in run.counts else "-" for name in _COUNTS)
    day = (day_text(run.day),) if with_day else ()
    return (when, *day, run.job, run.result, *counts)


def _local(moment: datetime) -> datetime:
    """A moment of the ledger on the wall clock of this computer."""
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return known.astimezone()
