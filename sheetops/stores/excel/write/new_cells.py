"""Cells that many rows lack, put into their places in one step: a first run's blank columns.

Where they go depends on a row's shape (the columns that it has), which few rows have for
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress, repeat
from operator import eq, mul
from typing import Final

from sheetops.stores.excel.ooxml.cells import column_number
from sheetops.stores.excel.write.cell_xml import Writer, letters_of, widened
from sheetops.stores.excel.write.column_xml import Known, Style, Tails
from sheetops.stores.excel.write.columns import NEW, Block, Rows
from sheetops.stores.excel.write.diff import without_spans, wrong

_REST: Final = bytes(set(range(256)) - set(b'ABCDEFGHIJKLMNOPQRSTUVWXYZc"\0'))
_SHAPE: Final = re.compile(rb'(?:c"[A-Z]{1,3}"(?:""){0,3}[^c"]*c?)*')
_LETTERS: Final = re.compile(rb'c"([A-Z]{1,3})"')
_ODD: Final = b"odd"  # rows that cannot be filled in one step
_END: Final = b"end"  # rows whose new cells stand last


class Missing:
    """Fills columns that stand side by side. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self._writer = writer
        self._columns = columns
        self._tails = Tails(writer, prefix)
        p = re.escape(prefix)
        self._start, self._close = b"<" + prefix + b'c r="', b"</" + prefix + b"row>"
        self._row_start = b"<" + prefix + b'row r="'
        self._rows = re.compile(b"<" + p + rb'row r="([0-9]+)"([^>]*)>')
        self._letters = [letters_of(column) for column in columns]
        letters = b"(" + b"|".join(self._letters) + b")([0-9]+)"
        self._cells = re.compile(re.escape(self._start) + letters + NEW.replace(b"{p}", p))
        self._gaps = Known(self._gap)
        self._styles = Known(self._styles_in)
        self._starts = Known(self._wide)

    def run(self, block: Block) -> Rows | None:
        """The rows with their new cells; None if some have them or are of an odd shape.

        Raises Unfit.
        """
        pieces: list[bytes] = self._rows.split(block.xml)
        starts, bodies = pieces[2::3], pieces[3::3]
        if pieces[0] or pieces[1::3] != block.digits or self._writer.target.above:
            return None
        places = self._places(bodies, block.digits)
        if places is None:
            return None
        columns = []
        for at, values in enumerate(block.cells):
            shown = {start: self._styles[(start,)][at] for start in set(starts)}
            columns.append(self._tails.new(values, list(map(shown.__getitem__, starts))))
        filled = [list(map(bool, tails)) for tails in columns]
        wide = list(map(self._starts.__getitem__, zip(starts, *filled, strict=True)))
        step = 6 + 3 * len(columns)
        woven = [b">"] * (step * len(bodies))
        woven[::step] = [self._row_start] * len(bodies)
        woven[1::step], woven[2::step] = block.digits, wide
        woven[4::step] = [body[:place] for body, place in zip(bodies, places, strict=True)]
        for at, (letters, tails) in enumerate(zip(self._letters, columns, strict=True)):
            woven[5 + 3 * at :: step] = map(mul, repeat(self._start + letters), filled[at])
            woven[6 + 3 * at :: step] = map(mul, block.digits, filled[at])
            woven[7 + 3 * at :: step] = tails
        woven[step - 1 :: step] = [b[place:] for b, place in zip(bodies, places, strict=True)]
        new = b"".join(woven)
        self._check(new, block, (starts, bodies), filled)
        noted = zip(self._columns, filled, strict=True)
        return Rows(new, [(column, list(compress(block.numbers, f))) for column, f in noted])

    def _places(self, bodies: list[bytes], digits: list[bytes]) -> list[int] | None:
        """Where in each row's content the new cells go."""
        shapes = b"\0".join(bodies).translate(None, _REST).split(b"\0")
        gaps = list(map(self._gaps.__getitem__, zip(shapes)))
        places = [
            body.rfind(self._close) if gap is _END else body.find(self._start + gap + number + b'"')
            for body, gap, number in zip(bodies, gaps, digits, strict=True)
        ]
        return None if min(places) < 0 else places

    def _gap(self, shape: bytes) -> bytes:
        """The letters of the cell that new ones go before.

        A shape is what is left of a row's cells without digits, small letters and all signs but
        quotes. Text in it may make a row look odd, but never hides a cell.
        """
        if not _SHAPE.fullmatch(shape):
            return _ODD
        there = [column_number(name.decode()) for name in _LETTERS.findall(shape)]
        after = [column for column in there if column >= self._columns[0]]
        if there != sorted(set(there)) or any(c <= self._columns[-1] for c in after):
            return _ODD
        return letters_of(after[0]) if after else _END

    def _styles_in(self, start: bytes) -> list[Style]:
        """The styles of new cells, by the attributes of their row."""
        styles = [self._writer.style_of_new((0, column), start) for column in self._columns]
        return [b' s="%d"' % style if style else None for style in styles]

    def _wide(self, start: bytes, *filled: bool) -> bytes:
        """A row's attributes with wider spans, with the quote that comes before them."""
        return b'"' + widened(start, list(compress(self._columns, filled)))

    def _check(
        self,
        new: bytes,
        block: Block,
        old: tuple[list[bytes], list[bytes]],
        filled: Sequence[list[bool]],
    ) -> None:
        """Without the new cells all is as it was, but for spans; they hold what was meant."""
        pieces: list[bytes] = self._cells.split(new)
        width, count = len(filled), len(block.digits)
        flags = [False] * (width * count)
        letters, digits = [b""] * len(flags), [b""] * len(flags)
        for at, name in enumerate(self._letters):
            letters[at::width], digits[at::width] = [name] * count, block.digits
            flags[at::width] = filled[at]
        rows: list[bytes] = self._rows.split(b"".join(pieces[::4]))
        right = (
            pieces[1::4] == list(compress(letters, flags))
            and pieces[2::4] == list(compress(digits, flags))
            and (rows[1::3], rows[3::3]) == (block.digits, old[1])
            and all(
                without_spans(before) == without_spans(after)
                for before, after in set(zip(old[0], rows[2::3], strict=True))
            )
        )
        for name, values, there in zip(self._letters, block.cells, filled, strict=True):
            tails = list(compress(pieces[3::4], map(eq, pieces[1::4], repeat(name))))
            right = right and self._tails.hold(tails, list(compress(values, there)))
        if not right:
            raise wrong(self._writer.target.tab)
