"""The mistakes that staff planted in the demo, as staff everywhere do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sheetops.template.data_files import load
from sheetops.template.demo.dates import value_on
from sheetops.workbook.raw import Value


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistyped cell.

    `tab`, `row` (the values that name the row, by heading) and `heading` say where it is; `typed`
    is what stands there; `what` says in words what happened, `problem` what a reader should see.
    """

    tab: str
    row: Mapping[str, str]
    heading: str
    what: str
    problem: str
    typed: Any = None


MISTAKES = tuple(Mistake(**mistake) for mistake in load("demo/data/mistakes")["mistake"])
"""Every mistake in the demo. Nothing else in it should show a problem."""


def plant(
    tabs: Mapping[str, list[dict[str, Value]]], mistakes: Iterable[Mistake], today: date
) -> None:
    """Type the mistakes into `tabs`, in place. Raises KeyError if a row to spoil is not there."""
    found = [(mistake, _row(tabs[mistake.tab], mistake)) for mistake in mistakes]
    for mistake, row in found:
        row[mistake.heading] = typed(mistake, today)


def typed(mistake: Mistake, today: date) -> Value:
    """What stands in the cell of `mistake` when the demo is laid out on `today`."""
    value = value_on(mistake.typed, today)
    return value.replace("{year}", str(today.year)) if isinstance(value, str) else value


def _row(rows: list[dict[str, Value]], mistake: Mistake) -> dict[str, Value]:
    for row in rows:
        if all(row[heading] == value for heading, value in mistake.row.items()):
            return row
    raise KeyError(f"{mistake.tab} has no row {dict(mistake.row)}")
