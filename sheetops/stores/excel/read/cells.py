"""One tab's cells, two ways: calamine's values set right from the XML, or all from the XML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from operator import lt
from typing import Final

from sheetops.errors import WorkbookUnreadable
from sheetops.stores.excel.ooxml.cells import Box, column_number, parse_box
from sheetops.stores.excel.ooxml.limits import Limits
from sheetops.stores.excel.ooxml.markup import attributes, encoding_of, unescape
from sheetops.stores.excel.ooxml.number_formats import shown_value
from sheetops.stores.excel.ooxml.scanner import Cell, Grid, scan
from sheetops.stores.excel.ooxml.strings import NOTHING, SharedStrings, held
from sheetops.stores.excel.ooxml.styles import Styles
from sheetops.workbook.raw import NO_VALUE, CellError, RawTab, Value, column_letters

_ROOT: Final = re.compile(rb"<(?:([\w.\-]+):)?worksheet[\s>]")
_NUMBER: Final = re.compile(rb"<(?:[\w.\-]+:)?v>([^<]*)</")
_UTF8: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_ENDS: Final = (b" ", b">", b"/")
_FIRST: Final = 100_000  # bytes that show which columns a tab has
_SPARSE: Final = 5_000_000  # places; a tall tab with many blank cells is not unusual

_TEXTS: Final = 200_000_000  # bytes

Place = tuple[int, int]


class Strange(Exception):
    """Raised when a tab is not written the usual way; the general engine reads it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a tab."""

    name: str
    shared: SharedStrings
    styles: Styles
    uses_1904: bool
    limits: Limits


def read_usual(
    xml: bytes, reading: Reading, values: Callable[[], Sequence[Sequence[object]]]
) -> RawTab:
    """Read a tab whose rows and cells all have numbers; `values` gives calamine's rows from A1 on.

    Raises Strange if the tab is unusual in any way.
    """
    if encoding_of(xml) not in _UTF8:
        raise Strange
    usual = _Usual(xml)
    area = usual.last_row * usual.last_column()
    if area > _SPARSE + 4 * usual.cells:
        raise Strange  # calamine takes memory for every place of the area, used or not
    if usual.text_size(reading.shared) > _TEXTS:
        raise Strange  # and for every shared text as often as it is used
    formulas = usual.formulas()
    errors, negative = usual.errors(), usual.negative_numbers()
    merges, hidden = usual.merges(), usual.hidden()
    last_row = usual.last_row
    del usual, xml  # calamine takes as much again
    rows: list[list[Value]] = [
        [None if value == "" else value for value in row] if "" in row else row  # type: ignore[misc] # calamine's values are ours
        for row in values()
    ]
    if len(rows) > last_row:
        raise Strange
    for place, value in [*formulas.items(), *errors.items()]:
        if value is not None:
            _put(rows, place, value)
    _put_negative(rows, negative)
    return RawTab(reading.name, rows, 1, 1, frozenset(formulas), merges, hidden)


def _put_negative(rows: list[list[Value]], numbers: Mapping[Place, float]) -> None:
    for (row, column), number in numbers.items():
        if isinstance(rows[row - 1][column - 1], time | timedelta):
            _put(rows, (row, column), number)


class _Usual:
    """The regular expressions over a usual tab's XML."""

    def __init__(self, xml: bytes) -> None:
        root = _ROOT.search(xml[:100_000])
        if root is None or b"<!" in xml or b"_xFFF" in xml:
            raise Strange
        self.p = re.escape(root[1] + b":") if root[1] else b""
        prefix = root[1] + b":" if root[1] else b""
        self.xml = xml
        cell, row = b"<" + prefix + b"c", b"<" + prefix + b"row"
        self.cells = xml.count(cell + b' r="')
        if not _are_all(self.cells, xml, cell):
            raise Strange
        self.rows = list(map(int, re.findall(b"<" + self.p + rb'row r="([0-9]+)"', xml)))
        ascending = all(map(lt, self.rows, islice(self.rows, 1, None)))
        if not ascending or not _are_all(len(self.rows), xml, row):
            raise Strange
        self.last_row = self.rows[-1] if self.rows else 0
        self.tag = b"<" + self.p + rb'c r="([A-Z]{1,3})([0-9]+)"'
        self.end = b"</" + self.p + b"c>"

    def last_column(self) -> int:
        """The last column in use. An address that lies is strange: calamine makes room for it."""
        start = b"<" + self.p + b'c r="'
        digits = b"[0-9]{1,%d}" % len(str(self.last_row))
        if re.search(start + b"(?![A-Z]" + digits + b'")', self.xml) is None:
            return self._last_letter(start)
        if re.search(start + b"(?![A-Z]{1,3}" + digits + b'")', self.xml):
            raise Strange
        wide = set(re.findall(start + rb"([A-Z]{2,3})[0-9]", self.xml))
        return max((column_number(letters.decode()) for letters in wide), default=1)

    def _last_letter(self, start: bytes) -> int:
        """The last column of a tab that ends by Z: the first rows tell nearly always."""
        last = max(re.findall(start + b"([A-Z])", self.xml[:_FIRST]), default=b"A")
        while last < b"Z":
            further = re.search(start + b"([%c-Z])" % (last[0] + 1), self.xml)
            if further is None:
                break
            last = further[1]
        return column_number(last.decode())

    def text_size(self, shared: SharedStrings) -> int:
        """The bytes of all shared texts, counted as often as they are used; at most, if few."""
        count = self.xml.count(b't="s"')
        if count * shared.size <= _TEXTS or count * shared.longest <= _TEXTS:
            return 0
        used = re.findall(b't="s"[^>]*><' + self.p + b"v>([0-9]+)<", self.xml)
        return sum(times * shared.length(int(at)) for at, times in Counter(used).items())

    def formulas(self) -> dict[Place, Value]:
        """The places with a formula; NO_VALUE where its value was not saved, else None."""
        f = b"<" + self.p + b"f"
        count = len(re.findall(f + rb"[\s/>]", self.xml)) if self._has(b"f") else 0
        if not count:
            return {}
        pattern = self.tag + rb"([^>]*)>(" + f + rb"[\s/>].*?)" + self.end
        places: dict[Place, Value] = {}
        for letters, number, raw, inner in re.findall(pattern, self.xml, re.DOTALL):
            value = _NUMBER.search(inner)
            blank = (value is None or not value[1]) and b't="str"' not in raw
            places[int(number), column_number(letters.decode())] = NO_VALUE if blank else None
        if len(places) != count:
            raise Strange
        return places

    def errors(self) -> dict[Place, Value]:
        """The error values, which calamine shows as nothing."""
        if b't="e"' not in self.xml:
            return {}
        pattern = self.tag + rb'([^>]*\bt="e"(?:[^>]*[^/>])?)>(.*?)' + self.end
        errors: dict[Place, Value] = {}
        for letters, number, _, inner in re.findall(pattern, self.xml, re.DOTALL):
            value = _NUMBER.search(inner)
            text = unescape(value[1].decode()) if value else ""
            place = int(number), column_number(letters.decode())
            errors[place] = CellError(text) if text else NO_VALUE
        return errors

    def negative_numbers(self) -> dict[Place, float]:
        """calamine shows a day before the first one as a time of day; it is just a number."""
        if b"v>-" not in self.xml:
            return {}
        pattern = (
            self.tag
            + rb"[^>]*>(?:<"
            + self.p
            + rb"f[^<]*<[^<]*)?<"
            + self.p
            + rb"v>(-[0-9.eE+\-]+)<"
        )
        return {
            (int(number), column_number(letters.decode())): float(text)
            for letters, number, text in re.findall(pattern, self.xml)
        }

    def hidden(self) -> frozenset[int]:
        if b"hidden=" not in self.xml:
            return frozenset()
        pattern = b"<" + self.p + rb'row r="([0-9]+)"[^>]*\bhidden="(?:1|true)"'
        return frozenset(map(int, re.findall(pattern, self.xml)))

    def merges(self) -> tuple[Box, ...]:
        pattern = b"<" + self.p + rb'mergeCell\s[^>]*?\bref="([^"]*)"'
        tail = self.xml[self.xml.rfind(b"sheetData") :]
        boxes = [parse_box(ref.decode()) for ref in re.findall(pattern, tail)]
        return tuple(box for box in boxes if box is not None)

    def _has(self, name: bytes) -> bool:
        return b"<" + name in self.xml or b":" + name in self.xml


def _are_all(count: int, xml: bytes, tag: bytes) -> bool:
    """Whether so many tags of this name are all; first, with one pass, all that begin like it."""
    return count == xml.count(tag) or count == sum(xml.count(tag + end) for end in _ENDS)


def read_slowly(xml: bytes, reading: Reading) -> RawTab:
    """Read any well-formed tab, cell by cell. `xml` is UTF-8."""
    grid = scan(xml, reading.name, strict=False)
    rows: list[list[Value]] = []
    formulas = set()
    _refuse_far(reading, grid)
    for number, row in grid.rows.items():
        for cell in row.cells:
            if cell.formula:
                formulas.add((number, cell.column))
            value = _value(xml, cell, reading)
            if value is not None:
                _put(rows, (number, cell.column), value)
    hidden = frozenset(
        number
        for number, row in grid.rows.items()
        if b"hidden" in row.raw and attributes(row.raw).get("hidden") in ("1", "true")
    )
    return RawTab(reading.name, rows, 1, 1, frozenset(formulas), tuple(grid.merges), hidden)


def _value(xml: bytes, cell: Cell, reading: Reading) -> Value:
    inner = xml[cell.inner : cell.end] if cell.inner >= 0 else b""
    attrs = attributes(cell.raw)
    kind, value = held(cell.raw, inner, reading.shared)
    if (kind, value) == NOTHING:
        return NO_VALUE if cell.formula and attrs.get("t") != "str" else None
    if kind == "n" and isinstance(value, float):
        shown = reading.styles.shown(int(attrs.get("s", "0")))
        return shown_value(value, shown, uses_1904=reading.uses_1904)
    if kind == "e":
        return CellError(str(value))
    if kind == "d":
        return _day(str(value))
    return value if isinstance(value, bool) else str(value)


def _day(text: str) -> Value:
    """A date that stands as text in ISO 8601, midnight as a date; the text if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = moment.replace(tzinfo=None)
    return moment.date() if moment.time() == time() else moment


def _put(rows: list[list[Value]], place: tuple[int, int], value: Value) -> None:
    row, column = place
    while len(rows) < row:
        rows.append([])
    line = rows[row - 1]
    line.extend([None] * (column - len(line)))
    line[column - 1] = value


def _refuse_far(reading: Reading, grid: Grid) -> None:
    """Raises WorkbookUnreadable if the rows, each as long as its last cell, take too much memory.

    A few cells far away are common (somebody pressed Ctrl+End) and cost little.
    """
    rows = max(grid.rows, default=0)
    lengths = [max((c.column for c in row.cells), default=0) for row in grid.rows.values()]
    if rows + sum(lengths) > reading.limits.cells:
        raise WorkbookUnreadable(
            f'The tab "{reading.name}" reaches down to row {rows:,} and across to column '
            f"{column_letters(max(lengths))}: far more cells than it can mean to have.",
            "Delete the empty rows and columns beyond the data, and save it.",
        )
