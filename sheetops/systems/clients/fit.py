"""Right Fit: which prerequisites a lead has, which are missing, and which are not as they must be.

A prerequisite is a question with For = fit and a `Must be`. Nobody is refused: a lead who lacks one
is flagged with its name, a start date given before it is known is a problem at its cell, and of a
client who was started all the same the `Why` says so while the work goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sheetops.model.findings import Findings
from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.clients.answers import UNCLEAR, Answers, answers
from sheetops.systems.clients.conditions import alike, number_of
from sheetops.workbook.arrays import Bools
from sheetops.workbook.problem import Problem
from sheetops.workbook.values import day_text, shown

FLAG = "Data problem"
"""The flag of a lead who lacks a prerequisite: the sheet cannot say yet that they can be served."""

_BOUND = re.compile(r"at (least|most)\s+(\S.*)", re.IGNORECASE)
_OR = re.compile(r"\s*;\s*|\s+or\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Fit:
    """Prerequisites by client (rows) and question (columns, by place in `Questions`).

    `asked` are those that apply to the client's offer, `met` those whose answer is as it must be.
    A question in doubt stands in `doubtful`: no lead's fit is whole while there is one.
    """

    asked: Bools
    met: Bools
    doubtful: Bools
    problems: tuple[Problem, ...]

    @property
    def lacks(self) -> Bools:
        """Clients who lack a prerequisite."""
        lacking: Bools = np.asarray((self.asked & ~self.met).any(axis=1))
        return lacking


@once_a_snapshot
def fit(snapshot: Snapshot) -> Fit:
    """How every client, whatever their status, stands against the prerequisites."""
    known = answers(snapshot)
    frame = snapshot.book.frame("Questions")
    table = snapshot.book.tables["Questions"]
    unread = {row for row, heading in table.unreadable if heading in {"For", "Must be", "Offer"}}
    may_be = (frame["For"] == "fit").to_numpy() | np.isin(frame["row"].to_numpy(), list(unread))
    asked = np.zeros_like(known.applies)
    met = np.zeros_like(known.applies)
    problems: list[Problem] = []
    for at in np.flatnonzero(may_be & known.sure).tolist() if known.is_on else ():
        must = str(frame["Must be"].iloc[at])
        if not must:
            continue
        asked[:, at] = known.applies[:, at]
        fits = tests_of(must)
        if fits is None:
            row = int(frame["row"].iloc[at])
            problems.append(_not_understood(table.cell(row, "Must be"), must))
            continue
        met[:, at] = asked[:, at] & _meets(known, at, fits)
    doubtful = may_be & ~known.sure & known.is_on
    return Fit(asked, met, doubtful, tuple(problems))


def _meets(known: Answers, question: int, fits: Callable[[str], bool]) -> Bools:
    """Whose answer is as it must be; each text is looked at once."""
    said = known.said[:, question]
    good = [text for text in np.unique(said[said >= 0]).tolist() if fits(str(known.texts[text]))]
    return np.isin(said, good)


def _not_understood(cell: str, must: str) -> Problem:
    mend = 'Type the answer, several with "or" between them, or a bound such as at least 2.'
    return Problem("Questions", cell, f'"{shown(must)}" is not understood.', mend)


def tests_of(must: str) -> Callable[[str], bool] | None:
    """Says of an answer whether it is as `Must be` asks; None if that is not understood.

    One value, or several with `;` or `or` between them, each a text, a yes, a number, or a bound
    such as `at least 2`.
    """
    tests = [_test(part) for part in _OR.split(must.strip()) if part.strip()]
    if not tests or None in tests:
        return None
    known = [test for test in tests if test is not None]
    return lambda answer: any(test(answer) for test in known)


def _test(part: str) -> Callable[[str], bool] | None:
    bound = _BOUND.fullmatch(part.strip())
    if bound is None:
        return lambda answer: alike(answer, part)
    limit = number_of(bound[2].strip())
    if limit is None:
        return None
    sign = 1 if bound[1].lower() == "least" else -1

    def within(answer: str) -> bool:
        number = number_of(answer.strip())
        return number is not None and sign * number >= sign * limit

    return within


def scores(snapshot: Snapshot) -> Findings:
    """`Fit` of every lead: how many prerequisites are met, and which are not."""
    found, clients = fit(snapshot), snapshot.clients
    if not answers(snapshot).is_on:
        return Findings()
    column = np.full(len(clients.key), None, dtype=object)
    for at in np.flatnonzero(_leads(snapshot)).tolist():
        column[at] = _score(snapshot, found, at)
    index = pd.Index(clients.key, dtype=object)
    status = pd.DataFrame({"Fit": column}, index=index, dtype=object)
    problems = (*found.problems, *_started_too_soon(snapshot, found))
    return Findings(status={"Clients": status}, problems=problems)


def _leads(snapshot: Snapshot) -> Bools:
    clients = snapshot.clients
    return clients.is_lead & clients.is_certain


def _score(snapshot: Snapshot, found: Fit, at: int) -> str | None:
    count = int(found.asked[at].sum())
    doubt = _in_doubt(snapshot, found)
    if not count and not doubt:
        return None
    lacking = _lacking(snapshot, found, at)
    score = f"{int(found.met[at].sum())} of {count}" if count else ""
    return "; ".join(part for part in (score, *lacking, doubt) if part)


def _in_doubt(snapshot: Snapshot, found: Fit) -> str:
    """Says that a prerequisite cannot be read; blank if all can."""
    if not found.doubtful.any():
        return ""
    row = int(snapshot.book.frame("Questions")["row"].to_numpy()[found.doubtful][0])
    cell = snapshot.book.tables["Questions"].cell(row, "Question")
    return f"Questions!{cell} is in doubt"


def _lacking(snapshot: Snapshot, found: Fit, at: int) -> list[str]:
    """What a client lacks: the questions without an answer, then those answered otherwise."""
    known = answers(snapshot)
    must = snapshot.book.frame("Questions")["Must be"].to_numpy()
    missing, wrong = [], []
    for question in np.flatnonzero(found.asked[at] & ~found.met[at]).tolist():
        name = f'"{known.questions[question]}"'
        if known.said[at, question] >= 0:
            said = shown(known.text(at, question))
            wrong.append(f'{name} (must be {must[question]}, they said "{said}")')
        else:
            unclear = known.said[at, question] == UNCLEAR
            missing.append(f"{name} (the answer is unclear)" if unclear else name)
    parts = [f"missing: {', '.join(missing)}"] if missing else []
    return parts + ([f"not as it must be: {', '.join(wrong)}"] if wrong else [])


def _started_too_soon(snapshot: Snapshot, found: Fit) -> Iterator[Problem]:
    """A start date beside a lead who lacks a prerequisite."""
    table, frame = snapshot.book.tables["Clients"], snapshot.book.frame("Clients")
    start = frame["Start date"].to_numpy().astype("datetime64[D]")
    rows = frame["row"].to_numpy()
    for at in np.flatnonzero(_leads(snapshot) & found.lacks & ~np.isnat(start)).tolist():
        what = "; ".join(_lacking(snapshot, found, at))
        yield Problem(
            "Clients",
            table.cell(int(rows[at]), "Start date"),
            f"A start on {day_text(start[at].item())} stands here, but a prerequisite is not met: "
            f"{what}.",
            "Ask, and add what they say to Answers; or clear the date.",
        )


def unready(snapshot: Snapshot) -> frozenset[int]:
    """Places of the leads who lack a prerequisite, and of whom there is nothing else to mend."""
    return frozenset(np.flatnonzero(_leads(snapshot) & fit(snapshot).lacks).tolist())


def lacking(snapshot: Snapshot) -> dict[int, str]:
    """What to say of each lead and each client in hand who lacks a prerequisite, by place."""
    found, clients = fit(snapshot), snapshot.clients
    sure = found.lacks & clients.is_certain
    said: dict[int, str] = {}
    for at in np.flatnonzero(sure & clients.is_lead).tolist():
        said[at] = f"Not ready to start; {'; '.join(_lacking(snapshot, found, at))}."
    for at in np.flatnonzero(sure & clients.is_served).tolist():
        said[at] = f"Started without a prerequisite; {'; '.join(_lacking(snapshot, found, at))}."
    return said
