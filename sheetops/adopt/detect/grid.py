"""A tab as people see it: its cells with merged areas filled, and the headings of a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sheetops.adopt.language.headings import plain
from sheetops.workbook.raw import RawTab, Value
from sheetops.workbook.values import shown_whole

BETWEEN = " › "
_LONGEST_HEADING = 60
MARK = 2  # a group's name spans at least so many columns


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its column, its own text, and that of the group above it (blank: none)."""

    column: int
    text: str
    group: str = ""

    @property
    def full(self) -> str:
        return f"{self.group}{BETWEEN}{self.text}" if self.group else self.text


class Grid:
    """The cells of a tab by sheet row and column, counted from 1."""

    def __init__(self, raw: RawTab) -> None:
        self.raw = raw
        self.first_row = raw.first_row
        self.last_row = raw.first_row + len(raw.rows) - 1
        self.last_column = raw.first_column + max(map(len, raw.rows), default=0) - 1

    def value(self, row: int, column: int) -> Value:
        """What a cell itself holds; None where it is blank."""
        at, place = row - self.raw.first_row, column - self.raw.first_column
        if not 0 <= at < len(self.raw.rows) or place < 0:
            return None
        cells = self.raw.rows[at]
        value = cells[place] if place < len(cells) else None
        return None if isinstance(value, str) and not value.strip() else value

    def shown(self, row: int, column: int) -> Value:
        """What a cell shows: that of its merged area."""
        return self.value(*self._corner.get((row, column), (row, column)))

    def filled(self, row: int) -> list[int]:
        """The columns of a row that hold anything."""
        cells = (
            self.raw.rows[row - self.first_row] if self.first_row <= row <= self.last_row else ()
        )
        first = self.raw.first_column
        return [
            first + at
            for at, value in enumerate(cells)
            if value is not None and (not isinstance(value, str) or value.strip())
        ]

    @cached_property
    def _corner(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The cell that holds what each merged cell shows."""
        corners = {}
        for top, left, bottom, right in self.raw.merges:
            for row in range(top, min(bottom, self.last_row) + 1):
                for column in range(left, min(right, self.last_column) + 1):
                    corners[row, column] = (top, left)
        return corners

    def is_wide(self, row: int, column: int) -> bool:
        """Whether a cell is merged over several columns."""
        return any(
            top <= row <= bottom and left <= column <= right and right > left
            for top, left, bottom, right in self.raw.merges
        )

    def headings(self, row: int, depth: int = 1) -> list[Heading]:
        """The headings of a row; with depth 2, the row above names groups of them.

        A heading that is merged with the cell above it is that cell's text.
        """
        leaves = {}
        for column in range(self.raw.first_column, self.last_column + 1):
            value = self.shown(row, column)
            corner = self._corner.get((row, column), (row, column))
            if value is None or corner[1] != column or (corner[0] < row and depth == 1):
                continue
            text = _text(value)
            if text:
                leaves[column] = (text, corner[0] < row)
        groups = self._groups(row - 1, leaves) if depth > 1 else {}
        headings = []
        for column, (text, is_tall) in leaves.items():
            group = "" if is_tall else groups.get(column, "")
            headings.append(Heading(column, text, "" if plain(group) == plain(text) else group))
        if depth > 1:  # a group without anything below it is a heading itself
            alone = [
                Heading(column, _text(self.value(row - 1, column)))
                for column in self.filled(row - 1)
                if column not in leaves and not self.is_wide(row - 1, column)
            ]
            headings = [heading for heading in (*headings, *alone) if heading.text]
        return sorted(headings, key=lambda heading: heading.column)

    def _groups(self, row: int, leaves: Mapping[int, tuple[str, bool]]) -> dict[int, str]:
        """By column, the name of the group above it: of a merged area, or of the text that stands
        there or to the left, up to the next."""
        groups: dict[int, str] = {}
        name, merged = "", False
        for column in sorted({*leaves, *self.filled(row)}):
            here = self.shown(row, column)
            corner = self._corner.get((row, column))
            if corner is not None:
                name, merged = (_text(here), True) if corner[0] == row else ("", False)
            elif here is not None:
                name, merged = _text(here), False
            elif merged:
                name, merged = "", False
            if name and column in leaves:
                groups[column] = name
        return groups

    def has_groups(self, row: int) -> bool:
        """Whether the row above may name groups of this row's headings."""
        above, here = self.filled(row - 1), self.filled(row)
        if not above or not here:
            return False
        wide = sum(self.is_wide(row - 1, column) for column in above)
        tall = any(top == row - 1 and bottom == row for top, _, bottom, _ in self.raw.merges)
        texts = [self.value(row - 1, column) for column in above]
        if not all(isinstance(text, str) and _text(text) for text in texts):
            return False
        spread = len(above) >= MARK and len(above) < len(here) and above[-1] <= here[-1]
        named = len({_text(text) for text in texts}) >= MARK
        return tall or wide >= MARK or (spread and named) or (wide == 1 and above[0] > here[0])


def _text(value: Value) -> str:
    """The text of a heading; blank for what can hardly be one."""
    if value is None or isinstance(value, bool | date | datetime | time | timedelta):
        return ""
    text = shown_whole(value)
    return text if len(text) <= _LONGEST_HEADING and plain(text) else ""


def by_name(headings: list[Heading]) -> dict[str, Heading]:
    """The headings by the shortest name that is theirs alone: their text, else with the group.

    Of several that even so are called the same, the later ones are numbered.
    """
    texts = Counter(plain(heading.text) for heading in headings)
    named: dict[str, Heading] = {}
    for heading in headings:
        name = heading.text if texts[plain(heading.text)] == 1 else heading.full
        number, unique = 1, name
        while unique in named:
            number += 1
            unique = f"{name} {BETWEEN.strip()}{number}"
        named[unique] = heading
    return named
