"""Whole columns at once: many rows in a run that all have the same columns to write.

Walking 100,000 rows one by one takes several seconds; one regular expression over the run finds
all targets, as long as each of them is there and holds a plain value. The result is checked by
another expression, which takes the columns out of both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sheetops.raw import Value
from sheetops.stores.excel.cells import Formula
from sheetops.stores.excel.compare import wrong
from sheetops.stores.excel.strings import NOTHING, Held, SharedStrings, held
from sheetops.stores.excel.writer import Writer, letters_of

_GROUPS: Final = 6  # the text before a cell; its head, style, type, rest and value
_MANY: Final = 5_000


class Columns:
    """Writes the same columns in runs of rows. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self._writer = writer
        self._shared: SharedStrings = writer.target.shared
        self.columns = columns
        self._p = p = re.escape(prefix)
        self._head = b"<" + prefix + b'c r="%b%d"'
        letters = b"|".join(letters_of(column) for column in columns)
        head = b"<" + p + b'c r="(?:' + letters + rb')[0-9]+"'
        value = b"(/>|><" + p + b"v>([^<&]*)</" + p + b"v></" + p + b"c>)"
        self._plain = re.compile(b"(" + head + rb')( s="[0-9]+")?( t="[a-z]+")?' + value)
        anything = rb"(?:[^>]*[^/>])?(?:/>|>.*?</" + p + b"c>)"
        self._any = re.compile(b"(" + head + anything + b")", re.DOTALL)
        self._number = re.compile(rb'(?: s="[0-9]+")?><' + p + rb"v>([-+0-9.eE]+)</.*")
        self._held: dict[tuple[bytes | None, bytes | None], Held] = {}
        self._tails: dict[bytes, Held] = {}

    def run(
        self, xml: bytes, rows: Sequence[int], values: Sequence[Value | Formula]
    ) -> bytes | None:
        """The run with its new values (row by row); None if a cell is missing or not plain."""
        pieces: list[bytes] = self._plain.split(xml)
        heads = pieces[1::_GROUPS]
        letters = [letters_of(column) for column in self.columns]
        if heads != [self._head % (column, row) for row in rows for column in letters]:
            return None
        count = len(self._writer.done)
        between = pieces[::_GROUPS]
        cells = self._cells(rows, values, pieces)
        if len(self._writer.done) == count:
            return xml
        woven = [b""] * (2 * len(cells) + 1)
        woven[::2], woven[1::2] = between, cells
        result = b"".join(woven)
        self._check(result, between, heads, values)
        return result

    def _cells(
        self, rows: Sequence[int], values: Sequence[Value | Formula], pieces: list[bytes]
    ) -> list[bytes]:
        """The run's cells, those that hold their value already as they are."""
        places = [(row, column) for row in rows for column in self.columns]
        changed, held_before = self._writer.changed_cell, self._held.get
        cells = []
        for place, value, head, style, kind, rest, text in zip(
            places,
            values,
            pieces[1::_GROUPS],
            pieces[2::_GROUPS],
            pieces[3::_GROUPS],
            pieces[4::_GROUPS],
            pieces[5::_GROUPS],
            strict=True,
        ):
            old = held_before((kind, text)) or self._held_now(kind, text)
            new = changed(place, value, old, style, head)
            cells.append(
                b"%b%b%b%b" % (head, style or b"", kind or b"", rest) if new is None else new
            )
        return cells

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
        new: bytes,
        between: Sequence[bytes],
        heads: Sequence[bytes],
        values: Sequence[Value | Formula],
    ) -> None:
        """Taken apart another way, all but the columns is as it was; they hold what was meant."""
        pieces = self._any.split(new)
        tab = self._writer.target.tab
        if pieces[::2] != between:
            raise wrong(tab)
        known = self._tails.get
        meant = self._writer.meant
        for cell, head, value in zip(pieces[1::2], heads, values, strict=True):
            tail = cell[len(head) :]
            found = known(tail) or self._learn(tail)
            if not cell.startswith(head) or found != meant(value):
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
