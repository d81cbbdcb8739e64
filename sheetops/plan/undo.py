"""What an undo may put back: a pure function of what a run wrote and of what stands there now.

Context: staff go on working after a run, sort, insert, rename and type. Decision: every cell is
found by key and heading, and is put back only if it still holds what the run wrote; a row that the
run added is taken back only if nothing else stands in it, and a client's steps all together or not
at all. Consequence: no cell that anybody else has changed is ever touched, and what is left is said
with the reason.

What tells of mail that has left stays, and so does a Client ID: both keep a mail from being sent a
second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose
from typing import NamedTuple

from sheetops.model.history import History, Written
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.headers import tabs_of
from sheetops.workbook.raw import NO_VALUE, CellError, RawBook, RawTab, Value
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import same

Place = tuple[str, str, str]
"""Tab, key and heading."""

_LOG = "Runs"
_REPORT = "Capacity"
_NOT_GONE_YET = {"planned", "claimed"}
_ID_STAYS = "A Client ID is never given twice, and the ledger knows the client by it."
_MAIL_STAYS = "It tells what became of a follow-up, which cannot be taken back."
_REPORT_STAYS = "It shows the last report whole; the next report writes it anew."
_ASKED_STAYS = "What was asked for in Settings has been done."
_CHANGED = "It was changed since."
_ROW_CHANGED = "Something in its row was changed since."
_ROW_GONE = "Its row is gone, or is called otherwise now."
_STEPS_STAY = "This client's steps have been worked on since, so all of them stay."


class Left(NamedTuple):
    """A cell, or a row (then the heading is blank), that is left as it is, and why."""

    tab: str
    key: str
    heading: str
    why: str


@dataclass(frozen=True)
class Undo:
    """What an undo does: cells to put back, rows to take back (`gone`, cleared by `clears`), rows
    to bring back, and what it leaves. `clients` are those whose laid out steps are taken back."""

    cells: tuple[CellChange, ...] = ()
    clears: tuple[CellChange, ...] = ()
    gone: tuple[NewRow, ...] = ()
    rows: tuple[NewRow, ...] = ()
    left: tuple[Left, ...] = ()
    clients: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.cells or self.gone or self.rows)


@dataclass(frozen=True)
class Now:
    """What stands there now: the workbook as read and as parsed, what the ledger remembers, by
    place the later run that wrote there, and the clients who had no steps before the run (`new`).

    `may_clear` says whether cells of the staff's may be cleared.
    """

    raw: RawBook
    book: Book
    history: History
    later: Mapping[Place, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    may_clear: bool = True

    @cached_property
    def tabs(self) -> dict[str, RawTab]:
        """The contract's tabs as they were read."""
        return tabs_of(self.raw)[0]

    def row_of(self, tab: str, key: str) -> int:
        """The sheet row of a key; 0 if there is none."""
        return self.book.layout[tab].rows.get(key, 0) if tab in self.book.present else 0

    def value(self, tab: str, key: str, heading: str) -> Value:
        """What a cell holds; both must be there."""
        raw, layout = self.tabs[tab], self.book.layout[tab]
        row = _cells(raw, layout.rows[key])
        at = layout.columns[heading] - raw.first_column
        return row[at] if 0 <= at < len(row) else None

    def has_formula(self, tab: str, key: str, heading: str) -> bool:
        """Whether a formula stands in a cell."""
        layout = self.book.layout[tab]
        return (layout.rows[key], layout.columns[heading]) in self.tabs[tab].formulas


def _cells(raw: RawTab, row: int) -> list[Value]:
    at = row - raw.first_row
    return list(raw.rows[at]) if 0 <= at < len(raw.rows) else []


def decide(written: Written, now: Now) -> Undo:
    """What of a run's writing can be put back now, and what is left and why."""
    taken, left = _rows(written.rows, now)
    added = {(row.tab, row.key) for row in (*written.rows, *written.gone)}
    cells: list[CellChange] = []
    by_row: dict[tuple[str, str], list[CellChange]] = defaultdict(list)
    for change in written.cells:
        if (change.tab, change.key) not in added and change.tab != _LOG:
            by_row[change.tab, change.key].append(change)
    for (_, key), changes in by_row.items():
        found = [(change, _why_not(change, now)) for change in changes]
        if key.startswith(NO_KEY) and any(why for _, why in found):
            found = [(change, why or _ROW_CHANGED) for change, why in found]
        cells += [_back(change, now) for change, why in found if not why]
        left += [Left(*change[:3], why) for change, why in found if why and _matters(change, now)]
    back = [row for row in written.gone if not now.row_of(row.tab, row.key)]
    return Undo(
        cells=tuple(cells),
        clears=tuple(_clearing(taken, now)),
        gone=tuple(taken),
        rows=tuple(back),
        left=tuple(dict.fromkeys(left)),
        clients=frozenset(_clients_of(taken, now)),
    )


# ---- cells


def _why_not(change: CellChange, now: Now) -> str:
    """Why a cell stays as it is; blank if it can be put back."""
    return (
        _meant_to_stay(change, now.history)
        or _not_found(change, now)
        or _changed(change, now)
        or _unwritable(change, now)
    )


def _meant_to_stay(change: CellChange, history: History) -> str:
    tab, key, heading = change[:3]
    if tab == _REPORT:
        return _REPORT_STAYS
    if (tab, heading) == ("Clients", "Client ID"):
        return _ID_STAYS
    if tab == "Settings" and heading in {"Value", "Answer"}:
        return _ASKED_STAYS
    sent = history.sent.get(key) if tab == "Follow-ups" else None
    return _MAIL_STAYS if sent is not None and sent.state not in _NOT_GONE_YET else ""


def _not_found(change: CellChange, now: Now) -> str:
    if change.tab not in now.book.present:
        return "The tab is gone."
    if change.heading not in now.book.layout[change.tab].columns:
        return "Its column is gone."
    return "" if now.row_of(change.tab, change.key) else _ROW_GONE


def _changed(change: CellChange, now: Now) -> str:
    place = change[:3]
    if _is(now.value(*place), change.new):
        return ""
    later = now.later.get(place)
    return f"A later run wrote there: undo {later} first." if later else _CHANGED


def _unwritable(change: CellChange, now: Now) -> str:
    if now.has_formula(*change[:3]):
        return "A formula stands there now."
    if isinstance(change.old, CellError) or change.old is NO_VALUE:
        return "What stood there before was an error, and is not written again."
    if not now.may_clear and not BY_NAME[change.tab][change.heading].is_tool:
        return "It is a cell of the staff's."
    return ""


def _matters(change: CellChange, now: Now) -> bool:
    """Whether it is worth saying that a cell is left: not if it holds what it held before."""
    if _not_found(change, now):
        return change.tab != _REPORT
    return change.tab == _REPORT or not _is(now.value(*change[:3]), change.old)


def _back(change: CellChange, now: Now) -> CellChange:
    """The change that takes a change back."""
    before = None if change.old == "" else change.old
    return CellChange(*change[:3], now.value(*change[:3]), before)


def _is(now: Value, wrote: Value) -> bool:
    """Whether a cell still holds what was written: spreadsheet programs save line ends and the last
    digit of a number in their own way."""
    if isinstance(now, str) and isinstance(wrote, str):
        return now.replace("\r\n", "\n") == wrote.replace("\r\n", "\n")
    if isinstance(now, float) and isinstance(wrote, int | float) and not isinstance(wrote, bool):
        return isclose(now, wrote, rel_tol=1e-12)
    return same(now, wrote)


# ---- rows that the run added


def _rows(rows: Iterable[NewRow], now: Now) -> tuple[list[NewRow], list[Left]]:
    """The rows that can be taken back, as they stand, and those that are left."""
    reasons = {(row.tab, row.key): _why_row_stays(row, now) for row in rows if row.tab != _LOG}
    rows = [row for row in rows if row.tab != _LOG]
    reasons |= _steps_that_stay(rows, reasons, now)
    left = [
        Left(row.tab, row.key, "", why)
        for row in rows
        if (why := reasons[row.tab, row.key]) and row.tab != _REPORT
    ]
    if any(row.tab == _REPORT for row in rows):
        left.append(Left(_REPORT, "", "", _REPORT_STAYS))
    return [row for row in rows if not reasons[row.tab, row.key]], left


def _why_row_stays(row: NewRow, now: Now) -> str:
    if row.tab == _REPORT:
        return _REPORT_STAYS
    if row.tab == "Follow-ups" and row.key in now.history.sent:
        return _MAIL_STAYS
    if not now.row_of(row.tab, row.key):
        return _ROW_GONE
    if not now.may_clear and BY_NAME[row.tab].staff_columns:
        return "No row is taken out of a tab that staff edit at the same moment: delete it there."
    return _why_touched(row, now)


def _why_touched(row: NewRow, now: Now) -> str:
    """Why a row is no longer just what the run wrote; blank if it is."""
    columns = now.book.layout[row.tab].columns
    places = [(row.tab, row.key, heading) for heading in columns]
    unlike = [
        place
        for place in places
        if now.has_formula(*place) or not _is(now.value(*place), row.values.get(place[2]))
    ]
    if not unlike:
        return _ROW_CHANGED if _holds_more(row, now) else ""
    later = now.later.get(unlike[0])
    return f"A later run wrote in it: undo {later} first." if later else _ROW_CHANGED


def _holds_more(row: NewRow, now: Now) -> bool:
    """Whether anything stands in the row under a heading of the staff's own. A formula there was
    filled in by the table that the row belongs to."""
    raw, layout = now.tabs[row.tab], now.book.layout[row.tab]
    number, known = layout.rows[row.key], set(layout.columns.values())
    return any(
        at not in known and value not in {None, ""} and (number, at) not in raw.formulas
        for at, value in enumerate(_cells(raw, number), raw.first_column)
    )


def _steps_that_stay(
    rows: Collection[NewRow], reasons: Mapping[tuple[str, str], str], now: Now
) -> dict[tuple[str, str], str]:
    """Steps of clients of whom not all can be taken back: half a path would never be filled up."""
    mine: dict[str, list[NewRow]] = defaultdict(list)
    for row in rows:
        if row.tab == "Steps":
            mine[str(row.values.get("Client"))].append(row)  # a run writes each in one way
    stay: dict[tuple[str, str], str] = {}
    for those in mine.values():
        why = [reasons[row.tab, row.key] for row in those]
        if any(why) or _has_own_steps(_client_of(those[0], now), those, now):
            stay |= {
                (row.tab, row.key): reason or _STEPS_STAY
                for row, reason in zip(those, why, strict=True)
            }
    return stay


def _client_of(row: NewRow, now: Now) -> str:
    """The key of the client of a step that is there."""
    return str(now.book.tables["Steps"].frame.at[row.key, "client"])


def _has_own_steps(client: str, those: Collection[NewRow], now: Now) -> bool:
    """Whether a client who had no steps before the run has been given others since."""
    frame = now.book.tables["Steps"].frame
    others = set(frame.index[frame["client"] == client]) - {row.key for row in those}
    return client in now.new and bool(others)


def _clients_of(taken: Iterable[NewRow], now: Now) -> Iterator[str]:
    return (_client_of(row, now) for row in taken if row.tab == "Steps")


def _clearing(taken: Iterable[NewRow], now: Now) -> Iterator[CellChange]:
    for row in taken:
        for heading in row.values:
            if heading in now.book.layout[row.tab].columns:
                place = (row.tab, row.key, heading)
                yield CellChange(*place, now.value(*place), None)
