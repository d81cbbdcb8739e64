"""The check of the fast engine's work, made another way: by taking the targets out of both sides.

What is left must be the same bytes, but for the `spans` of rows and rows that had no cells; what
was taken out of the new side must hold what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.strings import Held

_SPANS: Final = re.compile(rb' spans="[^"]*"')
_EMPTY_ROW: Final = re.compile(rb"(<[\w.\-:]*row\b[^>]*)/>")


class Check:
    """Compares old and new rows of one tab.

    `held` reads a cell from its XML; `expected` says what a cell at an address must hold, or None
    where nothing was asked for.
    """

    def __init__(
        self,
        tab: str,
        prefix: bytes,
        held: Callable[[bytes], Held],
        expected: Callable[[bytes], Held | None],
    ) -> None:
        self._tab = tab
        self._tag = b"<" + prefix + b'c r="'
        self._closing = b"</" + prefix + b"c>"
        self._new_row = re.compile(rb"<" + prefix + rb'row r="[0-9]+"></' + prefix + rb"row>")
        self._row_end = b"></" + prefix + b"row>"
        self._held = held
        self._expected = expected
        self._seen: dict[bytes, Held] = {}

    def rows(self, old: bytes, new: bytes) -> None:
        """Raises WriteRefused if new rows are not the old ones with just the targets changed."""
        before, after = old.split(self._tag), new.split(self._tag)
        if len(before) == len(after):
            pairs = [(a, b) for a, b in zip(before[1:], after[1:], strict=True) if a != b]
            before = before[:1] + [a for a, _ in pairs]
            after = after[:1] + [b for _, b in pairs]
        left = before[0] + b"".join([self._rest(piece, None) for piece in before[1:]])
        right = after[0] + b"".join([self._rest(piece, self._held) for piece in after[1:]])
        if left != right and self._plain(left) != self._plain(right):
            raise wrong(self._tab)

    def _rest(self, piece: bytes, held: Callable[[bytes], Held] | None) -> bytes:
        """The piece without its cell, if that is a target."""
        address, quote, after = piece.partition(b'"')
        expected = self._expected(address) if quote else None
        if expected is None:
            return piece
        tag_end = after.index(b">")
        end = tag_end + 1
        if after[tag_end - 1 : tag_end] != b"/":
            end = after.index(self._closing, end) + len(self._closing)
        if held is not None:
            cell = after[:end]
            if cell not in self._seen:
                self._seen[cell] = held(cell)
            if self._seen[cell] != expected:
                raise wrong(self._tab)
        return after[end:]

    def _plain(self, rows: bytes) -> bytes:
        rows = _EMPTY_ROW.sub(rb"\1" + self._row_end, _SPANS.sub(b"", rows))
        return self._new_row.sub(b"", rows)


def without_spans(rows: bytes) -> bytes:
    """The rows without their `spans`, which widen."""
    return _SPANS.sub(b"", rows)


def wrong(tab: str) -> WriteRefused:
    """The error for new XML that is not what was meant. It has never been seen outside tests."""
    return WriteRefused(
        f'The new version of the tab "{tab}" did not pass its check; the old one stays.',
        "Please report this.",
    )
