"""What clients have told us: the latest answer of each client to each question.

Of several answers to one question the latest counts, and of one day the lower row, because staff
add at the end. Where nobody can say which came last, or what a cell holds, the answer is unclear:
it is not relied upon, and the question is not asked again either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.workbook.arrays import Bools, Days, Objects, Places
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.references import nearest, resolve_clients
from sheetops.workbook.table import Table

NONE = -1
"""Stands for the answer that there is not."""
UNCLEAR = -2
"""Stands for an answer of which nobody can say what it is."""
_TWO = -2  # the place of a client whose name may be two, as references has it


@dataclass(frozen=True)
class Answers:
    """What is known of whom; clients and questions by their places in `Clients` and `Questions`.

    `said` (clients by questions) are places in `texts`, or NONE or UNCLEAR; `row` the sheet rows
    of those answers, 0 for none. `applies` (the same shape) says which questions are for a client's
    offer; one that is in doubt applies to nobody. `is_on` is False where a tab is missing: nobody
    can then say what is known. `last` is the day of each client's last answer; `unsure` marks
    clients of whom that cannot be said.
    """

    is_on: bool
    questions: Objects
    sure: Bools
    said: Places
    row: Places
    texts: Objects
    applies: Bools
    last: Days
    unsure: Bools
    problems: tuple[Problem, ...]

    @property
    def known(self) -> Bools:
        """Which of the questions that apply to a client are answered (clients by questions)."""
        known: Bools = self.applies & (self.said >= 0)
        return known

    @property
    def open(self) -> Bools:
        """Which of the questions that apply to a client are worth asking: no answer at all."""
        unasked: Bools = self.applies & (self.said == NONE)
        return unasked

    def text(self, client: int, question: int) -> str:
        """The latest answer; blank for none, or where it is unclear."""
        said = int(self.said[client, question])
        return str(self.texts[said]) if said >= 0 else ""


@once_a_snapshot
def answers(snapshot: Snapshot) -> Answers:
    """The answers of the sheet, and what in the tab needs a person."""
    book = snapshot.book
    questions = book.frame("Questions")
    shape = (len(snapshot.clients.key), len(questions))
    table = book.tables["Answers"]
    sure = _sure(book.tables["Questions"], questions)
    rows = _rows(snapshot, table, questions)
    said, row = _latest(rows, shape)
    _leave_open(snapshot, rows, said)
    last, unsure = _last_days(rows, shape[0])
    return Answers(
        is_on=book.has("Questions") and book.has("Answers"),
        questions=questions["Question"].to_numpy(),
        sure=sure,
        said=said,
        row=row,
        texts=rows.texts,
        applies=_applies(snapshot, questions, sure),
        last=last,
        unsure=unsure,
        problems=tuple(_problems(table, rows)),
    )


@dataclass(frozen=True)
class _Rows:
    """The rows of `Answers`: places of client, question and text, NaT for a day that is not known.

    `vague` marks those whose day, and `unread` those whose answer, nobody can read. `typed` are
    client and question as they were typed.
    """

    row: Places
    client: Places
    question: Places
    text: Places
    day: Days
    vague: Bools
    unread: Bools
    ahead: Bools
    texts: Objects
    typed: tuple[Objects, Objects]


def _rows(snapshot: Snapshot, table: Table, questions: pd.DataFrame) -> _Rows:
    on = table if snapshot.book.has("Answers") else _none_of(table)
    frame = resolve_clients(on, snapshot.book.tables["Clients"]).frame
    day = frame["Date"].to_numpy().astype("datetime64[D]")
    ahead = day > np.datetime64(snapshot.today, "D")
    codes, texts = pd.factorize(frame["Answer"].to_numpy())
    row = frame["row"].to_numpy().astype("int64")
    return _Rows(
        row=row,
        client=frame["client_at"].to_numpy().astype("int64"),
        question=_question_places(frame["Question"].to_numpy(), questions),
        text=np.where(frame["Answer"].to_numpy() == "", NONE, codes).astype("int64"),
        day=np.where(ahead, np.datetime64("NaT"), day).astype("datetime64[D]"),
        vague=_unread(table, row, "Date") | ahead,
        unread=_unread(table, row, "Answer"),
        ahead=ahead,
        texts=np.asarray(texts, dtype=object),
        typed=(frame["Client"].to_numpy(), frame["Question"].to_numpy()),
    )


def _none_of(table: Table) -> Table:
    return Table(table.tab, table.frame.iloc[:0], table.layout, ())


def _unread(table: Table, rows: Places, heading: str) -> Bools:
    bad = [row for row, name in table.unreadable if name == heading]
    return np.isin(rows, bad)


def _question_places(typed: Objects, questions: pd.DataFrame) -> Places:
    """Place of each question, -1 where it is not in `Questions` or stands there twice."""
    codes, uniques = pd.factorize(typed)
    places: dict[str, int] = {}
    for at, question in enumerate(questions["Question"]):
        places[folded(question)] = at if folded(question) not in places else NONE
    of = np.array([places.get(folded(str(one)), NONE) for one in uniques] or [NONE], dtype="int64")
    return of[codes]


def _sure(table: Table, questions: pd.DataFrame) -> Bools:
    """Questions of which nothing is in doubt."""
    rows = questions["row"].to_numpy()
    sure: Bools = (questions["doubt"].to_numpy() == "") & (questions["Question"].to_numpy() != "")
    for heading in ("For", "Must be", "Offer"):
        sure &= ~_unread(table, rows, heading)
    return sure


def _applies(snapshot: Snapshot, questions: pd.DataFrame, sure: Bools) -> Bools:
    """Which questions are for which clients: those of their offer, and those for all."""
    codes, offers = pd.factorize(np.array([folded(str(o)) for o in snapshot.clients.offer], object))
    wanted = [folded(offer) for offer in questions["Offer"]]
    fits = np.array([[not want or want == offer for want in wanted] for offer in offers], bool)
    by_client: Bools = fits.reshape(len(offers), len(wanted))[codes]
    return by_client & sure


def _latest(rows: _Rows, shape: tuple[int, int]) -> tuple[Places, Places]:
    """The latest answer of each client to each question, and the sheet row it stands in."""
    said = np.full(shape, NONE, dtype="int64")
    row = np.zeros(shape, dtype="int64")
    use = np.flatnonzero(
        (rows.client >= 0) & (rows.question >= 0) & ((rows.text >= 0) | rows.unread)
    )
    if not len(use):
        return said, row
    cell = rows.client[use] * shape[1] + rows.question[use]
    day = np.where(np.isnat(rows.day[use]), -1, rows.day[use].astype("int64"))
    order = np.lexsort((use, day, cell))
    cell, use = cell[order], use[order]
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    ends = np.r_[starts[1:], len(cell)] - 1
    text = rows.text[use]
    differ = np.minimum.reduceat(text, starts) != np.maximum.reduceat(text, starts)
    undated = np.logical_or.reduceat(np.isnat(rows.day[use]), starts)
    unread = np.logical_or.reduceat(rows.unread[use], starts)
    said.reshape(-1)[cell[ends]] = np.where(unread | (differ & undated), UNCLEAR, text[ends])
    row.reshape(-1)[cell[ends]] = rows.row[use][ends]
    return said, row


def _leave_open(snapshot: Snapshot, rows: _Rows, said: Places) -> None:
    """Marks as unclear what an answer that names nobody, or no question, may be about."""
    for client, question in _strays(snapshot, rows):
        said[client, question] = UNCLEAR


def _strays(snapshot: Snapshot, rows: _Rows) -> Iterator[tuple[Any, Any]]:
    clients = snapshot.clients
    names = [folded(str(name)) for name in clients.name]
    lost = (rows.client < 0) & (rows.typed[0] != "") & (rows.question >= 0)
    for at in np.flatnonzero(lost).tolist():
        name = str(rows.typed[0][at])
        meant = folded(name if rows.client[at] == _TWO else nearest(name, clients.name))
        yield (
            [place for place, one in enumerate(names) if meant and one == meant],
            rows.question[at],
        )
    asked = snapshot.book.frame("Questions")["Question"]
    for at in np.flatnonzero((rows.client >= 0) & (rows.question < 0)).tolist():
        meant = folded(nearest(str(rows.typed[1][at]), asked))
        places = [q for q, one in enumerate(asked) if meant and folded(one) == meant]
        yield int(rows.client[at]), places


def _last_days(rows: _Rows, count: int) -> tuple[Days, Bools]:
    """Day of each client's last answer, NaT for none; and of whom nobody can say it."""
    last = np.full(count, np.datetime64("NaT", "D"))
    theirs = (rows.client >= 0) & ~np.isnat(rows.day)
    np.fmax.at(last, rows.client[theirs], rows.day[theirs])
    unsure = np.zeros(count, dtype=bool)
    unsure[rows.client[(rows.client >= 0) & rows.vague]] = True
    return last, unsure


def _problems(table: Table, rows: _Rows) -> Iterator[Problem]:
    for at in np.flatnonzero(rows.client == _TWO).tolist():
        found = f'"{rows.typed[0][at]}" may be two clients.'
        cell = table.cell(int(rows.row[at]), "Client")
        yield Problem("Answers", cell, found, "Type the Client ID instead.")
    for at in np.flatnonzero(rows.ahead).tolist():
        cell = table.cell(int(rows.row[at]), "Date")
        yield Problem("Answers", cell, "The day lies in the future.", "Type the day they said it.")
