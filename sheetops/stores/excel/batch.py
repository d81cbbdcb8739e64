"""Many rows at once that all have the same columns to write.

Rows that lack all of these cells get them in one step; where they go depends on the row's shape
(the columns that it has), which few rows have for themselves. Rows that have all of them go through
one regular expression (`dense`). What remains is left to the engine that walks cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final

from sheetops.raw import Value
from sheetops.stores.excel.cells import Formula, column_number
from sheetops.stores.excel.dense import Columns
from sheetops.stores.excel.writer import Writer, letters_of, widened

_MANY: Final = 5_000
_ODD: Final = b"odd"  # rows that are walked
_END: Final = b"end"  # rows whose new cells stand last

Cells = Sequence["Value | Formula"]


class Batch:
    """Writes the same columns into rows, given without their `<row `. `prefix` has its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self.columns = columns
        self._writer = writer
        self._dense = Columns(writer, columns, prefix)
        self._cell = b"<" + prefix + b"c"
        self._close = b"</" + prefix + b"row>"
        self._address = re.compile(re.escape(self._cell) + rb' r="([A-Z]{1,3}[0-9]+")')
        self._letters = [letters_of(column) for column in columns]
        self._heads = [self._cell + b' r="' + letters for letters in self._letters]
        self._gaps: dict[bytes, bytes] = {}
        self._starts: dict[bytes, tuple[bytes, list[bytes]]] = {}
        self._tails: dict[tuple[type, object, bytes], bytes] = {}

    def run(
        self, rows: Sequence[bytes], numbers: Sequence[int], cells: Sequence[Cells]
    ) -> Sequence[bytes | None]:
        """The new rows; None for each that has to be walked."""
        if self._heads[0] + b'%d"' % numbers[0] in rows[0]:
            values = list(chain.from_iterable(cells))
            new = self._dense.run(b"\0".join(rows), numbers, values)
            if new is not None:
                return new.split(b"\0")
        return self._filled(rows, numbers, cells)

    def _filled(
        self, rows: Sequence[bytes], numbers: Sequence[int], cells: Sequence[Cells]
    ) -> Sequence[bytes | None]:
        if self._writer.target.above:
            return [None] * len(rows)
        gaps = self._gaps_of(rows, numbers)
        news = [
            None if gap is _ODD else self._row(row, number, values, gap)
            for row, number, values, gap in zip(rows, numbers, cells, gaps, strict=True)
        ]
        done = [at for at, new in enumerate(news) if new is not None]
        written = [numbers[at] for at in done]
        for column in self.columns:
            self._writer.note(column, written)
        self._dense.check(
            b"\0".join([news[at] or b"" for at in done]),
            b"\0".join([rows[at] for at in done]),
            written,
            list(chain.from_iterable([cells[at] for at in done])),
        )
        return news

    def _gaps_of(self, rows: Sequence[bytes], numbers: Sequence[int]) -> list[bytes]:
        """For each row, the letters of the cell that its new ones go before."""
        addresses, known, gaps, count = self._address.findall, self._gaps.get, [], 0
        for row, number in zip(rows, numbers, strict=True):
            found = addresses(row)
            count += len(found)
            shape = b"".join(found).replace(b'%d"' % number, b",")
            gaps.append(known(shape) or self._learn_gap(shape))
        xml = b"\0".join(rows)
        every = xml.count(self._cell)
        if every != count:
            every = sum(xml.count(self._cell + after) for after in (b" ", b">", b"/"))
        return gaps if every == count else [_ODD] * len(rows)

    def _learn_gap(self, shape: bytes) -> bytes:
        letters = shape.split(b",")[:-1]
        gap = _ODD
        if all(map(bytes.isalpha, letters)):
            there = [column_number(name.decode()) for name in letters]
            after = [column for column in there if column >= self.columns[0]]
            if there == sorted(set(there)) and all(c > self.columns[-1] for c in after):
                gap = letters_of(after[0]) if after else _END
        if len(self._gaps) < _MANY:
            self._gaps[shape] = gap
        return gap

    def _row(self, row: bytes, number: int, values: Cells, gap: bytes) -> bytes | None:
        """The row with its new cells; None if a value is no plain one or the row has no end."""
        digits = b"%d" % number
        start = row.index(b">")
        raw = row[len(digits) + 4 : start]
        head, styles = self._starts.get(raw) or self._learn_start(raw)
        if gap is _END:
            place = row.rfind(self._close)
        else:
            place = row.find(self._cell + b' r="' + gap + digits + b'"', start)
        if place < start:
            return None
        known, new = self._tails.get, [b'r="', digits, b'"', head, row[start:place]]
        for at, (cell, style, value) in enumerate(zip(self._heads, styles, values, strict=True)):
            tail = known((value.__class__, value, style))
            tail = tail or self._learn_tail(value, style, (number, self.columns[at]))
            if not tail:
                return None
            new += (cell, digits, tail)
        new.append(row[place:])
        return b"".join(new)

    def _learn_start(self, raw: bytes) -> tuple[bytes, list[bytes]]:
        """A row's attributes with wider spans, and the styles that its new cells take."""
        styles = [self._writer.style_of_new((0, column), raw) or 0 for column in self.columns]
        found = widened(raw, self.columns), [b"%d" % style if style else b"" for style in styles]
        if len(self._starts) < _MANY:
            self._starts[raw] = found
        return found

    def _learn_tail(self, value: Value | Formula, style: bytes, place: tuple[int, int]) -> bytes:
        if value is None or value == "" or isinstance(value, Formula):
            return b""
        tail = b'"' + self._writer.tail(place, value, style)
        if value.__class__ is not float and len(self._tails) < _MANY:
            self._tails[value.__class__, value, style] = tail
        return tail
