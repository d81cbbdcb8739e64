"""Whole columns at once: many rows that all have the same columns to write.

Walking 100,000 rows one by one takes several seconds; one regular expression over them finds all
targets, as long as each of them is there and holds a plain value. The result is checked by another
expression, which takes the columns out of both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import Final

from sheetops.raw import Value
from sheetops.stores.excel.cells import Formula
from sheetops.stores.excel.compare import without_spans, wrong
from sheetops.stores.excel.strings import NOTHING, Held, SharedStrings, held
from sheetops.stores.excel.writer import Writer, letters_of

_GROUPS: Final = 6  # the text before a cell; its head, style, type, rest and value
_MANY: Final = 5_000
_SAME: Final = b"same"

Old = tuple["bytes | None", "bytes | None", bytes, bytes]


class Columns:
    """Writes the same columns in rows. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self._writer = writer
        self._shared: SharedStrings = writer.target.shared
        self.columns = columns
        self._p = p = re.escape(prefix)
        self._start = b"<" + prefix + b'c r="'
        letters = b"|".join(letters_of(column) for column in columns)
        head = b"<" + p + b'c r="(?:' + letters + rb')[0-9]+"'
        value = b"(/>|><" + p + b"v>([^<&]*)</" + p + b"v></" + p + b"c>)"
        self._plain = re.compile(b"(" + head + rb')( s="[0-9]+")?( t="[a-z]+")?' + value)
        anything = rb"(?:[^>]*[^/>])?(?:/>|>.*?</" + p + b"c>)"
        self._any = re.compile(b"(" + head + b")(" + anything + b")", re.DOTALL)
        self._number = re.compile(rb'(?: s="[0-9]+")?><' + p + rb"v>([-+0-9.eE]+)</.*")
        self._v = b"><" + prefix + b"v>%b</" + prefix + b"v></" + prefix + b"c>"
        self._held: dict[tuple[bytes | None, bytes | None], Held] = {}
        self._new: dict[tuple[object, ...], bytes] = {}
        self._tails: dict[bytes, Held] = {}

    def run(
        self, xml: bytes, rows: Sequence[int], values: Sequence[Value | Formula]
    ) -> bytes | None:
        """Rows with their new values (row by row); None if a cell is missing or not plain."""
        pieces: list[bytes] = self._plain.split(xml)
        heads = pieces[1::_GROUPS]
        if heads != self._heads(rows):
            return None
        count = len(self._writer.done)
        between = pieces[::_GROUPS]
        cells = self._cells(rows, values, pieces)
        if len(self._writer.done) == count:
            return xml
        woven = [b""] * (3 * len(cells) + 1)
        woven[::3], woven[1::3], woven[2::3] = between, heads, cells
        result = b"".join(woven)
        self._check(self._any.split(result), between, heads, values)
        return result

    def check(
        self, new: bytes, old: bytes, rows: Sequence[int], values: Sequence[Value | Formula]
    ) -> None:
        """Without their columns, new rows are the old ones but for spans; they hold the values."""
        pieces: list[bytes] = self._any.split(new)
        left = b"".join(pieces[::3])
        if left != old and without_spans(left) != without_spans(old):
            raise wrong(self._writer.target.tab)
        self._check(pieces, pieces[::3], self._heads(rows), values)

    def _heads(self, rows: Sequence[int]) -> list[bytes]:
        width = len(self.columns)
        heads = [b""] * (len(rows) * width)
        for at, column in enumerate(self.columns):
            head = self._start + letters_of(column) + b'%d"'
            heads[at::width] = [head % row for row in rows]
        return heads

    def _cells(
        self, rows: Sequence[int], values: Sequence[Value | Formula], pieces: list[bytes]
    ) -> list[bytes]:
        """What follows the cells' heads, as it is for those that hold their value already."""
        width = len(self.columns)
        step = _GROUPS * width
        cells = [b""] * len(values)
        for at, column in enumerate(self.columns):
            first = _GROUPS * at
            styles, kinds, rests, texts = (pieces[first + n :: step] for n in range(2, _GROUPS))
            olds = list(zip(styles, kinds, rests, texts, strict=False))
            cells[at::width] = self._column(column, rows, values[at::width], olds)
        return cells

    def _column(
        self,
        column: int,
        rows: Sequence[int],
        values: Sequence[Value | Formula],
        olds: Sequence[Old],
    ) -> list[bytes]:
        known, cells, done = self._new.get, [], []
        for row, value, old in zip(rows, values, olds, strict=True):
            if value.__class__ is float and old[1] is None:
                new = self._number_over(row, column, value, old)
            else:
                new = known((value.__class__, value, old)) or self._learn_new(
                    (row, column), value, old
                )
            if new is _SAME:
                style, kind, rest, _ = old
                cells.append(b"%b%b%b" % (style or b"", kind or b"", rest))
            else:
                cells.append(new)
                done.append(row)
        self._writer.note(column, done)
        return cells

    def _number_over(self, row: int, column: int, value: object, old: Old) -> bytes:
        """The short way for a number where a number or nothing stands."""
        style, _, _, text = old
        number: float = value  # type: ignore[assignment] # its class was looked at
        try:
            if text and float(text) == number:
                return _SAME
        except ValueError:
            pass
        if not isfinite(number):
            return self._learn_new((row, column), number, old)
        digits = repr(number).encode()
        if digits.endswith(b".0"):
            digits = digits[:-2]
        return (style or b"") + self._v % digits

    def _learn_new(self, place: tuple[int, int], value: Value | Formula, old: Old) -> bytes:
        style, kind, _, text = old
        before = self._held.get((kind, text)) or self._held_now(kind, text)
        new = self._writer.tail_over(place, value, before, style)
        found = _SAME if new is None else new
        if len(self._new) < _MANY:
            self._new[value.__class__, value, old] = found
        return found

    def _held_now(self, kind: bytes | None, text: bytes | None) -> Held:
        """What a plain cell holds; remembered for texts, which repeat."""
        if kind is None and text:
            try:
                return "n", float(text)
            except ValueError:
                return "?", text
        if not text:
            found = NOTHING
        elif kind == b' t="s"':
            shared = self._shared[int(text)]
            found = ("s", shared) if shared else NOTHING
        else:
            found = held(kind or b"", b"<v>" + text + b"</v>", self._shared)
        if len(self._held) < _MANY:
            self._held[kind, text] = found
        return found

    def _check(
        self,
        pieces: Sequence[bytes],
        between: Sequence[bytes],
        heads: Sequence[bytes],
        values: Sequence[Value | Formula],
    ) -> None:
        """Taken apart another way, all but the columns is as it was; they hold what was meant."""
        tab = self._writer.target.tab
        if pieces[::3] != between or pieces[1::3] != heads:
            raise wrong(tab)
        known, meant = self._tails.get, self._writer.meant
        for tail, _, value in set(zip(pieces[2::3], map(type, values), values, strict=True)):
            if (known(tail) or self._learn(tail)) != meant(value):
                raise wrong(tab)

    def _learn(self, tail: bytes) -> Held:
        number = self._number.fullmatch(tail)
        if number is not None:
            return "n", float(number[1])
        raw, _, inner = tail.partition(b">")
        found = held(raw, inner, self._shared)
        if len(self._tails) < _MANY:
            self._tails[tail] = found
        return found
