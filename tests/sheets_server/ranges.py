"""Cells by their names: A1 notation in and out, and areas of a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
CELL_LIKE = re.compile(r"(?i)[a-z]{1,3}\d+|r\d*c\d*|true|false")
ENDS = re.compile(r"(?i)\$?([a-z]{1,3})?\$?(\d+)?")
R1C1 = re.compile(r"(?i)r(\d+)c(\d+)")
QUOTED = re.compile(r"'((?:[^']|'')*)'(?:!(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Area:
    """Rows `top` to `bottom` and columns `left` to `right` of a sheet, from 0, half open.

    `bottom` and `right` may be None: as far as the sheet goes.
    """

    sheet: int
    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None

    def within(self, rows: int, columns: int) -> Area:
        """The same area, cut to a grid of that many rows and columns."""
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return Area(self.sheet, self.top, self.left, bottom, right)

    def meets(self, other: Area) -> bool:
        """Whether the two have a cell in common."""
        return (
            self.sheet == other.sheet
            and _overlap(self.top, self.bottom, other.top, other.bottom)
            and _overlap(self.left, self.right, other.left, other.right)
        )

    @property
    def rows(self) -> int:
        """How many rows; only of an area with an end."""
        assert self.bottom is not None
        return self.bottom - self.top

    @property
    def columns(self) -> int:
        """How many columns; only of an area with an end."""
        assert self.right is not None
        return self.right - self.left


def _overlap(start: int, end: int | None, other: int, other_end: int | None) -> bool:
    return (end is None or other < end) and (other_end is None or start < other_end)


def letters(column: int) -> str:
    """A for 0, AA for 26."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """A1 for (0, 0)."""
    return f"{letters(column)}{row + 1}"


def title_in_range(title: str) -> str:
    """A sheet's title as Google writes it before the `!`, in quotes where it needs them."""
    if PLAIN_TITLE.fullmatch(title) and not CELL_LIKE.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def named(title: str, area: Area) -> str:
    """An area with its ends, as Google names it: Sheet1!A1:B2, and Sheet1!A1 for one cell."""
    assert area.bottom is not None
    assert area.right is not None
    first = cell_name(area.top, area.left)
    last = cell_name(area.bottom - 1, area.right - 1)
    return f"{title_in_range(title)}!{first}" + (f":{last}" if first != last else "")


def split(text: str) -> tuple[str | None, str | None]:
    """The sheet's title and the cells of a range, either of which may be missing."""
    quoted = QUOTED.fullmatch(text)
    if quoted:
        return quoted[1].replace("''", "'"), quoted[2]
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    return None, text


def cells_of(text: str, sheet: int) -> Area | None:
    """The area that `A1`, `A1:B2`, `A:C`, `2:5`, `A3:B` or `R1C1:R2C3` names, if any."""
    first, _, last = text.partition(":")
    if ":" in text and not last:
        return None
    ends = [_end(first), _end(last or first)]
    if ends[0] is None or ends[1] is None:
        return None
    if not last and None in ends[0]:
        return None
    return _ordered(sheet, ends[0], ends[1])


End = tuple[int | None, int | None]


def _end(text: str) -> End | None:
    by_number = R1C1.fullmatch(text)
    if by_number:
        return int(by_number[1]) - 1, int(by_number[2]) - 1
    match = ENDS.fullmatch(text)
    if not match or not (match[1] or match[2]) or match[2] == "0":
        return None
    row = int(match[2]) - 1 if match[2] else None
    return row, column_of(match[1]) if match[1] else None


def _ordered(sheet: int, first: End, last: End) -> Area | None:
    rows, columns = _span(first[0], last[0]), _span(first[1], last[1])
    if rows is None or columns is None:
        return None
    return Area(sheet, rows[0], columns[0], rows[1], columns[1])


def _span(first: int | None, last: int | None) -> tuple[int, int | None] | None:
    """Half-open span of two ends; one missing end means as far as the sheet goes."""
    if first is None and last is None:
        return 0, None
    if first is None or last is None:
        return (first if first is not None else last) or 0, None
    return min(first, last), max(first, last) + 1


def from_json(area: dict[str, Any]) -> Area:
    """The area of a GridRange of the API."""
    return Area(
        area.get("sheetId", 0),
        area.get("startRowIndex", 0),
        area.get("startColumnIndex", 0),
        area.get("endRowIndex"),
        area.get("endColumnIndex"),
    )


def as_json(area: Area, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """A GridRange as the API gives it back: sheet 0 is left out, an open side too."""
    sides: dict[str, int | None] = {
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }
    if area.bottom is None and not area.top:
        del sides["startRowIndex"]
    if area.right is None and not area.left:
        del sides["startColumnIndex"]
    named_sides = sides if given is None else {k: v for k, v in sides.items() if k in given}
    sheet = {"sheetId": area.sheet} if area.sheet else {}
    return sheet | {k: v for k, v in named_sides.items() if v is not None}
