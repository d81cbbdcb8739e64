"""Segments: which clients a segment holds today, by plain conditions on columns and answers.

Rows with the same name must all hold. A client of whom one condition cannot be told is not in the
segment, and a segment with a row that cannot be used holds nobody, and says so: a message to the
wrong people is worse than none. A field may be any column of Clients that staff fill in, one of
those that sheetops works out without knowing the segments, or a question. A column that sheetops
writes is compared as it is today, not as the sheet showed it yesterday.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients import completeness, fit
from sheetops.systems.clients.answers import NONE, answers
from sheetops.systems.clients.conditions import CannotCompare, answer_holds, check_wanted, holds
from sheetops.systems.path import flags, layout
from sheetops.workbook.arrays import Bools, Objects, Places
from sheetops.workbook.contract import BY_NAME, FLAGS, Column, Kind
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.references import nearest
from sheetops.workbook.values import shown

_MOST_NAMES = 8
_MOST = 3  # answers that are named one by one; with more, the segment asks the wrong thing


class _Unusable(ValueError):
    """Raised by the reader of one row: the heading that is wrong; never leaves this module."""

    def __init__(self, heading: str, found: str, mend: str) -> None:
        super().__init__(found)
        self.heading = heading
        self.found = found
        self.mend = mend


_WORKED_OUT: Mapping[str, Callable[[Snapshot], Findings]] = {
    "Stage": layout.stand,
    "Waiting on": layout.stand,
    "Current step": layout.stand,
    "Days waiting": layout.stand,
    "Flag": flags.flags,
    "Fit": fit.scores,
    "Known %": completeness.coverage,
}
"""The columns of sheetops that a segment may use, and the system that works each out."""


@dataclass(frozen=True)
class Segments:
    """`members` by folded name, one place a client; None for a segment that cannot be used."""

    members: Mapping[str, Bools | None]
    problems: tuple[Problem, ...]

    def of(self, name: str) -> Bools | None:
        """Who is in a segment; None if that cannot be said, or if there is none of that name."""
        return self.members.get(folded(name))


@once_a_snapshot
def segments(snapshot: Snapshot) -> Segments:
    """The segments of the sheet; none where the tab is missing."""
    table = snapshot.book.tables["Segments"]
    reader = _Reader(snapshot)
    members: dict[str, Bools | None] = {}
    everyone = np.ones(len(snapshot.clients.key), dtype=bool)
    for row in snapshot.book.frame("Segments").to_dict("records"):
        name = folded(str(row["Segment"]))
        found = reader.condition({str(heading): value for heading, value in row.items()})
        before = members.get(name, everyone)
        members[name] = before & found if before is not None and found is not None else None
    members.pop("", None)
    blank = [
        Problem("Segments", table.cell(int(row), "Segment"), "Segment is blank.", "Name it.")
        for row, name in snapshot.book.frame("Segments")[["row", "Segment"]].itertuples(index=False)
        if not name
    ]
    return Segments(members, (*blank, *reader.problems))


class _Reader:
    """Reads the conditions one by one and keeps what is wrong with them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.table = snapshot.book.tables["Segments"]
        self.problems: list[Problem] = []
        clients = BY_NAME["Clients"]
        self.columns = {
            folded(name): column
            for column in reversed(clients.columns)
            for name in (*column.aliases, column.heading)
        }
        self.columns |= {folded(column.heading): column for column in clients}
        asked = snapshot.book.frame("Questions")["Question"]
        self.questions = {folded(question): at for at, question in enumerate(asked)}

    def condition(self, row: Mapping[str, Any]) -> Bools | None:
        """For whom a row holds; None where that cannot be said."""
        unread = {heading for at, heading in self.table.unreadable if at == row["row"]}
        if row["doubt"] or unread:
            return None  # the cell is a problem already
        try:
            return self._read(row)
        except CannotCompare as error:
            self._fault(row, _Unusable("Value", error.found, error.mend))
        except _Unusable as error:
            self._fault(row, error)
        return None

    def _fault(self, row: Mapping[str, Any], error: _Unusable) -> None:
        cell = self.table.cell(int(row["row"]), error.heading)
        self.problems.append(Problem("Segments", cell, error.found, error.mend))

    def _read(self, row: Mapping[str, Any]) -> Bools:
        field, operator, wanted = str(row["Field"]), str(row["Is"]), str(row["Value"])
        for heading in ("Field", "Is", "Value"):
            if not row[heading] and (heading != "Value" or not operator.endswith("blank")):
                raise _Unusable(heading, f"{heading} is blank.", "Fill it in.")
        if folded(field) in self.columns:
            return self._of_column(self.columns[folded(field)], operator, wanted)
        if folded(field) in self.questions:
            return self._of_question(self.questions[folded(field)], operator, wanted)
        near = nearest(field, [*(column.heading for column in BY_NAME["Clients"]), *self._asked()])
        found = f'"{shown(field)}" is neither a heading of Clients nor a question.'
        mend = f'Did you mean "{near}"?' if near else "Copy it from the tab."
        raise _Unusable("Field", found, mend)

    def _asked(self) -> list[str]:
        return [str(one) for one in self.snapshot.book.frame("Questions")["Question"]]

    def _of_column(self, column: Column, operator: str, wanted: str) -> Bools:
        if operator in {"is", "is not"}:
            self._known_value(column, wanted)
        values, unread = self._values(column)
        return holds(column, values, operator, wanted) & ~unread

    def _known_value(self, column: Column, wanted: str) -> None:
        """Raises CannotCompare for a choice or a name that does not exist: "is not" would hold for
        everybody."""
        known: list[str] = list(column.choices)
        if column.heading == "Flag":
            known = list(FLAGS)
        if column.refers_to is not None:
            tab, heading = column.refers_to
            known = [str(one) for one in self.snapshot.book.frame(tab)[heading]]
        if column.refers_to == ("Offers", "Offer"):
            known += [str(one) for one in self.snapshot.book.frame("Offer steps")["Offer"]]
        if known and folded(wanted) not in {folded(one) for one in known}:
            near = nearest(wanted, known)
            listed = f"Choose one of: {', '.join(dict.fromkeys(known[:_MOST_NAMES]))}."
            mend = f'Did you mean "{near}"?' if near else listed
            raise CannotCompare(f'"{shown(wanted)}" is no {column.heading} that there is.', mend)

    def _values(self, column: Column) -> tuple[Objects, Bools]:
        """The values of a column of Clients, and whose cannot be read."""
        table, frame = self.snapshot.book.tables["Clients"], self.snapshot.book.frame("Clients")
        nobody = np.zeros(len(frame), dtype=bool)
        if column.is_tool:
            return _typed(column, self._worked_out(column)), nobody
        if column.heading not in table.layout.columns:
            found = f"Clients has no column {column.heading}."
            raise _Unusable("Field", found, "Add the column, or take another field.")
        rows = [row for row, heading in table.unreadable if heading == column.heading]
        return frame[column.heading].to_numpy(), np.isin(frame["row"].to_numpy(), rows)

    def _worked_out(self, column: Column) -> Objects:
        work = _WORKED_OUT.get(column.heading)
        found = work(self.snapshot).status.get("Clients") if work is not None else None
        if found is None:
            what = f"{column.heading} is not known when the segments are."
            raise _Unusable("Field", what, f"Of the grey columns take: {', '.join(_WORKED_OUT)}.")
        return found[column.heading].to_numpy()

    def _of_question(self, question: int, operator: str, wanted: str) -> Bools:
        known = answers(self.snapshot)
        if not known.is_on:
            mend = "Add the tab Answers, or take another field."
            raise _Unusable("Field", "There are no Answers to look at.", mend)
        if not known.sure[question]:
            raise _Unusable("Field", "This question is in doubt.", "Mend it in Questions.")
        said = known.said[:, question]
        if operator in {"blank", "not blank"}:
            return (said == NONE) if operator == "blank" else (said >= 0)
        check_wanted(operator, wanted)
        found = np.zeros(len(said), dtype=bool)
        unlike = 0
        for text in np.unique(said[said >= 0]).tolist():
            try:
                found |= (said == text) & answer_holds(str(known.texts[text]), operator, wanted)
            except CannotCompare as error:
                unlike += 1
                if unlike <= _MOST:
                    self._unlike(known.row[said == text, question], error)
        return found

    def _unlike(self, rows: Places, error: CannotCompare) -> None:
        """An answer that a segment cannot compare: those who gave it are left out."""
        cell = self.snapshot.book.tables["Answers"].cell(int(rows[0]), "Answer")
        found = f"{error.found} A segment compares it, so the client is left out."
        self.problems.append(Problem("Answers", cell, found, error.mend))


def _typed(column: Column, values: Objects) -> Objects:
    if column.kind in {Kind.NUMBER, Kind.WHOLE}:
        return np.array([np.nan if one is None else one for one in values], dtype="float64")
    return values


def counts(snapshot: Snapshot) -> Findings:
    """`Clients now`: how many clients each segment holds; blank where that cannot be said."""
    frame = snapshot.book.frame("Segments")
    if not snapshot.book.has("Segments"):
        return Findings()
    found = segments(snapshot)
    sure = snapshot.clients.is_certain
    count = partial(_count, found, sure)
    column = [count(str(name)) for name in frame["Segment"]]
    status = pd.DataFrame({"Clients now": column}, index=frame.index, dtype=object)
    return Findings(status={"Segments": status}, problems=found.problems)


def _count(found: Segments, sure: Bools, name: str) -> float | None:
    members = found.of(name)
    return None if members is None else float(np.count_nonzero(members & sure))
