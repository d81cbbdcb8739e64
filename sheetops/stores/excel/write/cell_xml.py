"""New cells as XML, and which cells may not be written: what both engines share."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import isfinite
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.cells import Box, Content, Formula, box_text, content_of, parse_box
from sheetops.stores.excel.ooxml.markup import Splice, attributes, set_attribute
from sheetops.stores.excel.ooxml.scanner import Grid
from sheetops.stores.excel.ooxml.strings import Held, SharedStrings, meant
from sheetops.stores.excel.ooxml.styles import Styles
from sheetops.stores.excel.write.targets import COLUMNS, Targets
from sheetops.workbook.raw import Value, address, column_letters

_MANY: Final = 5_000  # values kept as they will stand: statuses repeat, numbers do not
_SPAN: Final = re.compile(r"(\d+):(\d+)")


@dataclass(slots=True)
class Target:
    """What a tab's cells are to hold, and what is needed to write them.

    `headings` and `pivots` are boxes that may not be written into.
    `above` gives the style of a new cell whose own, row's and column's styles say nothing.
    """

    tab: str
    cells: Targets
    styles: Styles
    shared: SharedStrings
    uses_1904: bool = False
    headings: Sequence[Box] = ()
    pivots: Sequence[Box] = ()
    above: Mapping[tuple[int, int], int] = field(default_factory=dict)


class _Known(NamedTuple):
    """A value as it will stand: `tail` is the cell's XML after its address and style."""

    held: Held
    tail: bytes
    is_date: bool


class Writer:
    """Makes cells for one tab and notes those that differ now: `done`, each as one number."""

    def __init__(self, target: Target, grid: Grid) -> None:
        self.target = target
        self.grid = grid
        self.done = array("Q")  # 300,000 tuples would take 20 MB
        self.prefix = grid.prefix
        self._head = f'<{grid.prefix}c r="'.encode()
        self._known: dict[tuple[type, object], _Known] = {}

    def places(self) -> Iterator[tuple[int, int]]:
        """The row and column of each cell that differs now."""
        return (divmod(place, COLUMNS) for place in self.done)

    def meant(self, value: Value | Formula) -> Held:
        """What a cell holds after `value` was written into it."""
        if value.__class__ is float:
            return "n", value
        known = self._known.get((value.__class__, value))
        return known.held if known else meant(value, uses_1904=self.target.uses_1904)

    def changed(
        self, place: tuple[int, int], value: Value | Formula, old: Held, style: bytes | None
    ) -> bytes | None:
        """The cell with its new value and its own style; None if it holds the value already."""
        new = self.tail_over(place, value, old, b' s="%b"' % style if style else None)
        if new is None:
            return None
        self.note(place[1], (place[0],))
        return b'%b%b%d"%b' % (self._head, letters_of(place[1]), place[0], new)

    def tail_over(
        self, place: tuple[int, int], value: Value | Formula, old: Held, shown: bytes | None
    ) -> bytes | None:
        """What follows a cell's address, None if it holds the value; `shown` is its ` s="1"`."""
        known = self._looked_up(place, value)
        if known.is_date or value.__class__ is Formula:
            style = shown[4:-1] if shown else b"0"
            if known.is_date and old == known.held and self.target.styles.is_date(int(style)):
                return None
            return self.tail(place, value, shown[4:-1] if shown else b"")
        return None if old == known.held else (shown or b"") + known.tail

    def tail(self, place: tuple[int, int], value: Value | Formula, style: bytes) -> bytes:
        """What follows the address of a cell of a style ("" for none) that holds the value."""
        known = self._looked_up(place, value)
        if isinstance(value, date):
            style = b"%d" % self.target.styles.for_date(int(style or b"0"), value)
        return b' s="%b"%b' % (style, known.tail) if style else known.tail

    def note(self, column: int, rows: Iterable[int]) -> None:
        """Note that a column's cells in these rows differ now."""
        self.done.extend([row * COLUMNS + column for row in rows])

    def new_cell(self, place: tuple[int, int], value: Value | Formula, row: bytes) -> bytes:
        """A cell that was not there, "" for an empty one. `row` are the row's attributes."""
        if value is None or value == "":
            return b""
        style = self.style_of_new(place, row)
        tail = self.tail(place, value, b"%d" % style if style else b"")
        self.note(place[1], (place[0],))
        return b'%b%b%d"%b' % (self._head, letters_of(place[1]), place[0], tail)

    def new_row(self, number: int, cells: Mapping[int, Value | Formula]) -> bytes:
        """A row that was not there, "" if all its cells are empty."""
        body = b"".join(self.new_cell((number, c), cells[c], b"") for c in sorted(cells))
        if not body:
            return b""
        name = self.prefix.encode() + b"row"
        return b'<%b r="%d">%b</%b>' % (name, number, body, name)

    def _looked_up(self, place: tuple[int, int], value: Value | Formula) -> _Known:
        key = value.__class__, value
        if isinstance(value, Formula) and value.array:
            return self._learn(place, key)
        return self._known.get(key) or self._number(value) or self._learn(place, key)

    def _number(self, value: Value | Formula) -> _Known | None:
        """The short way for numbers, which whole columns are full of and which seldom repeat."""
        if not isinstance(value, float) or not isfinite(value):
            return None
        text = repr(value)
        text = text[:-2] if text.endswith(".0") else text
        p = self.prefix
        return _Known(("n", value), f"><{p}v>{text}</{p}v></{p}c>".encode(), is_date=False)

    def _learn(self, place: tuple[int, int], key: tuple[type, object]) -> _Known:
        value: Value | Formula = key[1]  # type: ignore[assignment] # keys are made from values only
        content = self._content(place, value)
        kind = f' t="{content.kind}"' if content.kind else ""
        tail = f"{kind}>{content.inner}</{self.prefix}c>" if content.inner else f"{kind}/>"
        held = meant(value, uses_1904=self.target.uses_1904)
        known = _Known(held, tail.encode(), isinstance(value, date))
        if len(self._known) < _MANY:
            self._known[key] = known
        return known

    def _content(self, place: tuple[int, int], value: Value | Formula) -> Content:
        if isinstance(value, Formula):
            kind = f' t="array" ref="{address(*place)}"' if value.array else ""
            return Content("", f"<{self.prefix}f{kind}>{escape(value.text)}</{self.prefix}f>")
        try:
            return content_of(value, uses_1904=self.target.uses_1904, prefix=self.prefix)
        except WriteRefused as error:
            where = f"{self.target.tab}!{address(*place)}"
            raise WriteRefused(f"{where}: {error.what}", error.mend) from error

    def style_of_new(self, place: tuple[int, int], row: bytes) -> int | None:
        """The style that a new cell takes: the row's, the column's, or that of the cell above."""
        if b"customFormat" in row:
            values = attributes(row)
            if values.get("customFormat") in ("1", "true") and "s" in values:
                return int(values["s"])
        for first, last, style in self.grid.columns:
            if first <= place[1] <= last and style:
                return style
        return self.target.above.get(place)

    def refusal(self, place: tuple[int, int], why: str) -> WriteRefused:
        """The error for a cell that cannot be written."""
        return WriteRefused(
            f"{self.target.tab}!{address(*place)} {why}, and was not written.",
            "Give the column that sheetops writes plain, unmerged cells of its own.",
        )

    def refuse_unsafe(self, merges: Sequence[Box], arrays: Sequence[Box]) -> None:
        """Raises WriteRefused if a cell that was written belongs to something bigger."""
        rows: dict[int, list[int]] = {}
        if not merges and not arrays and not self.target.headings and not self.target.pivots:
            return
        for row, column in self.places():
            rows.setdefault(row, []).append(column)
        numbers = sorted(rows)
        forbidden = (
            (merges, "is part of the merged cells"),
            (arrays, "is part of the formula of"),
            (self.target.headings, "is part of a table's heading or totals row"),
            (self.target.pivots, "is part of the pivot table"),
        )
        for boxes, why in forbidden:
            for box in boxes:
                low, high = bisect_left(numbers, box[0]), bisect_right(numbers, box[2])
                for row in numbers[low:high]:
                    for column in rows[row]:
                        anchor = boxes is merges and (row, column) == box[:2]
                        if box[1] <= column <= box[3] and not anchor:
                            raise self.refusal((row, column), f"{why} {box_text(box)}")


@cache
def letters_of(column: int) -> bytes:
    """The letters of a column, as they stand in the XML."""
    return column_letters(column).encode()


def dimension_splices(grid: Grid, writer: Writer) -> list[Splice]:
    """The change that lets the tab's `dimension` take in the cells that were written."""
    tag = grid.dimension
    box = parse_box(tag.attributes.get("ref", "")) if tag else None
    if tag is None or box is None or not writer.done:
        return []
    columns = {place % COLUMNS for place in writer.done}
    wide = (
        min(box[0], min(writer.done) // COLUMNS),
        min(box[1], *columns),
        max(box[2], max(writer.done) // COLUMNS),
        max(box[3], *columns),
    )
    if wide == box:
        return []
    head = f"<{grid.prefix}{tag.name}".encode() + set_attribute(tag.raw, "ref", box_text(wide))
    return [(tag.start, tag.end, head + (b"/>" if tag.kind == "empty" else b">"))]


def widened(raw: bytes, columns: Sequence[int]) -> bytes:
    """A row's attributes with `spans` around the new columns."""
    if b"spans" not in raw or not columns:
        return raw
    spans = [(int(a), int(b)) for a, b in _SPAN.findall(attributes(raw).get("spans", ""))]
    if not spans or all(any(a <= c <= b for a, b in spans) for c in columns):
        return raw
    first = min(*columns, *(a for a, _ in spans))
    last = max(*columns, *(b for _, b in spans))
    return set_attribute(raw, "spans", f"{first}:{last}")
