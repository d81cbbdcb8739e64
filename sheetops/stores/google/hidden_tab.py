"""A hidden tab of ours: one row a name, one column a status, written by nobody but sheetops.

Column A holds the name by which the formulas look, `Row` tells rows apart that share a name (they
have no name here, so that no formula finds them), `Days` says which cells are dates although their
column holds text, and which texts belong under which heading where columns were moved while a row
was added. A row is never given to another name, so a run that read it can write it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zlib import crc32

from sheetops.stores.google import values
from sheetops.stores.google.lookup_formulas import MARK, shown_columns
from sheetops.stores.google.sheets import Page
from sheetops.workbook.contract import Tab
from sheetops.workbook.raw import Value

NAME, ROW, DAYS = "Name", "Row", "Days"
FIRST = 2
"""The first row below the headings."""

_MOVED = "~"
"""Begins what `Days` says of a cell that may stand under a wrong heading."""

Ident = tuple[str, str]
"""Which row of ours: by name, or, where several rows share it, by which of them."""
NOBODY: Ident = ("", "")


def head(tab: Tab) -> list[str]:
    """The headings of our tab for a staff's tab."""
    return [NAME, ROW, DAYS, *(column.heading for column in shown_columns(tab))]


def idents(names: Sequence[str]) -> list[Ident]:
    """Which row of ours belongs to each of the staff's rows, by its name."""
    folded = [name.casefold() for name in names]
    counts, seen = Counter(folded), Counter[str]()
    found: list[Ident] = []
    for name, low in zip(names, folded, strict=True):
        if not name or counts[low] == 1:
            found.append((name, ""))
            continue
        seen[low] += 1
        found.append(("", f"{name}{MARK}{seen[low]}"))
    return found


def shared_name(ident: Ident) -> str:
    """The name that a row shares with others; blank if it has its own."""
    return ident[1].rpartition(MARK)[0]


def _low(ident: Ident) -> Ident:
    return ident[0].casefold(), ident[1].casefold()


@dataclass
class OwnTab:
    """Our tab as it was read, and where each row of it is. Rows and columns count from 1."""

    tab: Tab
    page: Page
    rows: list[list[Value]]
    columns: dict[str, int] = field(init=False)
    places: dict[Ident, int] = field(init=False)
    doubled: list[int] = field(init=False)

    def __post_init__(self) -> None:
        top = self.rows[0] if self.rows else []
        self.columns = {str(text): at for at, text in enumerate(top, 1) if isinstance(text, str)}
        self.places, self.doubled = {}, []
        for at, row in enumerate(self.rows[1:], FIRST):
            ident = _low((str(row[0] or "") if row else "", str(row[1] or "") if row[1:] else ""))
            if ident == NOBODY:
                continue
            if ident in self.places:
                self.doubled.append(at)
            self.places.setdefault(ident, at)

    @property
    def is_whole(self) -> bool:
        """Whether its headings are those that the store needs."""
        return {NAME, ROW, DAYS} <= self.columns.keys()

    @property
    def next_row(self) -> int:
        """The first row that was never used."""
        return max(len(self.rows) + 1, FIRST)

    def place(self, ident: Ident) -> int:
        """The row of an ident; 0 if it has none yet."""
        return self.places.get(_low(ident), 0)

    def plain(self, at: int, heading: str) -> Value:
        """The cell of a heading in a row, as it was read."""
        row, column = self.rows[at - 1], self.columns.get(heading, 0)
        return row[column - 1] if 0 < column <= len(row) else None

    def column(self, heading: str, wanted: Sequence[Ident]) -> list[Value]:
        """The statuses of a heading for each ident, dates as dates."""
        days = values.holds_days(self.tab[heading])
        found: list[Value] = []
        for ident in wanted:
            at = self.places.get(_low(ident), 0) if ident != NOBODY else 0
            value = self.plain(at, heading) if at else None
            if value is not None and (days or heading in self.odd_days(at)):
                value = values.as_day(value)
            found.append(value)
        return found

    def odd_days(self, at: int) -> set[str]:
        """Headings of text under which a row holds a date all the same."""
        text = self.plain(at, DAYS)
        return set(text.split("|")) if isinstance(text, str) else set()

    def moved(self) -> dict[int, dict[str, str]]:
        """What was to stand under which heading of rows that may have got it wrong, by `sign`."""
        found: dict[int, dict[str, str]] = {}
        for at in self.places.values():
            if _MOVED in str(self.plain(at, DAYS) or ""):
                pairs = (one.rpartition("=") for one in self.odd_days(at))
                found[at] = {
                    heading.removeprefix(_MOVED): text
                    for heading, _, text in pairs
                    if heading.startswith(_MOVED)
                }
        return found

    def stale(self, current: Iterable[Ident]) -> list[int]:
        """Rows that still say something, of names that the staff's tab has no more."""
        known = {self.places.get(_low(ident), 0) for ident in current}
        gone = [at for at in self.places.values() if at not in known]
        return [at for at in (*gone, *self.doubled) if self._says_something(at)]

    def _says_something(self, at: int) -> bool:
        return any(value is not None for value in self.rows[at - 1][2:])


def sign(value: Value) -> str:
    """A short sign by which the text of a cell is known again."""
    return f"{crc32(str(value).encode()):08x}"


def marks(cells: Mapping[str, Value]) -> set[str]:
    """What `Days` says of a row whose cells may stand under wrong headings."""
    return {f"{_MOVED}{heading}={sign(value)}" for heading, value in cells.items()}


def odd_days(tab: Tab, cells: Mapping[str, Value]) -> str:
    """What `Days` says of a row with these statuses."""
    odd = [
        heading
        for heading, value in cells.items()
        if isinstance(value, date | datetime) and not values.holds_days(tab[heading])
    ]
    return "|".join(odd)
