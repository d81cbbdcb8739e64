"""Whole columns at once: many rows in a run that all have the same columns to write.

Walking 100,000 rows one by one takes several seconds; one regular expression over the run finds
all targets, as long as each of them is there and holds a plain value. The result is checked by
another expression, which takes the columns out of both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sheetops.raw import Value
from sheetops.stores.excel.cells import Formula
from sheetops.stores.excel.compare import wrong
from sheetops.stores.excel.strings import NOTHING, Held, SharedStrings, held
from sheetops.stores.excel.writer import Writer, letters_of

_GROUPS: Final = 5  # the text before a cell; its head, style, type and value
_MANY: Final = 5_000


class Columns:
    """Writes the same columns in runs of rows. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self._writer = writer
        self._shared: SharedStrings = writer.target.shared
        self.columns = columns
        self._p = prefix
        p = re.escape(prefix)
        letters = b"|".join(letters_of(column) for column in columns)
        head = b"(<" + p + b'c r="(?:' + letters + rb')[0-9]+")'
        value = b"(?:/>|><" + p + b"v>([^<&]*)</" + p + b"v></" + p + b"c>)"
        self._plain = re.compile(head + rb'( s="[0-9]+")?( t="[a-z]+")?' + value)
        anything = rb"(?:[^>]*[^/>])?(?:/>|>.*?</" + p + b"c>)"
        self._any = re.compile(head[1:-1] + anything, re.DOTALL)
        self._number = re.compile(rb'(?: s="[0-9]+")?><' + p + rb"v>([-+0-9.eE]+)</.*")
        self._tails: dict[bytes, Held] = {}

    def run(
        self, xml: bytes, rows: Sequence[int], values: Sequence[Value | Formula]
    ) -> bytes | None:
        """The run with its new values (row by row); None if a cell is missing or not plain."""
        pieces: list[bytes] = self._plain.split(xml)
        head = b"<" + self._p + b"c r="
        wanted = [b'%b"%b%d"' % (head, letters_of(c), row) for row in rows for c in self.columns]
        if pieces[1::_GROUPS] != wanted:
            return None
        count = len(self._writer.done)
        places = ((row, column) for row in rows for column in self.columns)
        cells = self._cells(places, values, pieces)
        if len(self._writer.done) == count:
            return xml
        result = b"".join([p for pair in zip(pieces[::_GROUPS], cells, strict=False) for p in pair])
        result += pieces[-1]
        self._check(xml, result, wanted, values)
        return result

    def _cells(
        self,
        places: Iterable[tuple[int, int]],
        values: Sequence[Value | Formula],
        pieces: list[bytes],
    ) -> list[bytes]:
        heads, styles = pieces[1::_GROUPS], pieces[2::_GROUPS]
        kinds, texts = pieces[3::_GROUPS], pieces[4::_GROUPS]
        changed = self._writer.changed
        closing = b"</%bv></%bc>" % (self._p, self._p)
        cells = []
        for place, value, head, style, kind, text in zip(
            places, values, heads, styles, kinds, texts, strict=True
        ):
            old = self._held(kind, text)
            new = changed(place, value, old, style[4:-1] if style else None)
            if new is None:
                tail = b"/>" if text is None else b"><%bv>%b%b" % (self._p, text, closing)
                new = b"%b%b%b%b" % (head, style or b"", kind or b"", tail)
            cells.append(new)
        return cells

    def _held(self, kind: bytes | None, text: bytes | None) -> Held:
        if not text:
            return NOTHING
        if kind == b' t="s"':
            shared = self._shared[int(text)]
            return ("s", shared) if shared else NOTHING
        if kind is None:
            try:
                return "n", float(text)
            except ValueError:
                return "?", text
        return held(kind, b"<v>" + text + b"</v>", self._shared)

    def _check(
        self, old: bytes, new: bytes, heads: Sequence[bytes], values: Sequence[Value | Formula]
    ) -> None:
        """All but the columns is as it was, and the columns hold what was meant."""
        tab = self._writer.target.tab
        if self._any.sub(b"", old) != self._any.sub(b"", new):
            raise wrong(tab)
        cells = self._any.findall(new)
        if len(cells) != len(heads):
            raise wrong(tab)
        for cell, head, value in zip(cells, heads, values, strict=True):
            tail = cell[len(head) :]
            found = self._tails.get(tail) or self._learn(tail)
            if not cell.startswith(head) or found != self._writer.meant(value):
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
