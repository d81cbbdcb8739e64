"""Whole columns at once: many rows that all have the same neighbouring cells to write.

Walking 100,000 rows one by one takes several seconds; one regular expression over them finds all
targets, as long as each of them is there and holds a plain value. The result is checked by another
expression, which takes the columns out again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

from sheetops.stores.excel.write.cell_xml import Writer, letters_of
from sheetops.stores.excel.write.column_xml import Tails
from sheetops.stores.excel.write.diff import wrong
from sheetops.stores.excel.write.targets import Cell

_OLD: Final = rb"""( s="[0-9]+")?((?: t="[A-Za-z]+")?(?:/>|>(?:<{p}v>[^<]*</{p}v>"""
_OLD_TEXT: Final = rb"""|<{p}is><{p}t(?: xml:space="preserve")?>[^<]*</{p}t></{p}is>)?</{p}c>))"""
NEW: Final = rb"""("[^>]*(?:/>|>(?:<{p}(?:v|is><{p}t)[^>]*>[^<]*</{p}(?:v|t></{p}is)>)?</{p}c>))"""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows as they stand, one after another: their numbers, also as digits, and what is to
    stand in them, column by column."""

    xml: bytes
    numbers: Sequence[int]
    digits: list[bytes]
    cells: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows with their new values, and in which of them each column differs now."""

    xml: bytes
    changed: Sequence[tuple[int, Sequence[int]]] = ()


class Columns:
    """Writes columns that stand side by side. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self._writer = writer
        self.columns = columns
        self._tails = Tails(writer, prefix)
        p = re.escape(prefix)
        start = b"<" + prefix + b'c r="'
        self._heads = [start + letters_of(column) for column in columns]
        self.head = self._heads[0]
        old = (_OLD + _OLD_TEXT).replace(b"{p}", p)
        new = NEW.replace(b"{p}", p)
        number, others = [rb"([0-9]+)"], [rb"\1"] * (len(columns) - 1)
        heads = [re.escape(h) + n for h, n in zip(self._heads, number + others, strict=True)]
        self._plain = re.compile(b"".join(head + b'"' + old for head in heads))
        self._any = re.compile(b"".join(head + new for head in heads))

    def run(self, block: Block) -> Rows | None:
        """The rows with their new values; None if a cell is missing or not plain.

        Raises Unfit.
        """
        width = len(self.columns)
        step = 2 + 2 * width
        pieces: list[bytes] = self._plain.split(block.xml)
        if pieces[1::step] != block.digits:
            return None
        between = pieces[::step]
        woven = [b""] * ((1 + 3 * width) * len(block.digits) + 1)
        woven[:: 1 + 3 * width] = between
        changed: list[tuple[int, list[int]]] = []
        for at, (head, values) in enumerate(zip(self._heads, block.cells, strict=True)):
            styles, rests = pieces[2 + 2 * at :: step], pieces[3 + 2 * at :: step]
            tails = self._tails.over(values, styles, rests)
            rows = list(compress(block.numbers, tails))
            changed.append((self.columns[at], rows))
            if len(rows) < len(tails):
                olds = zip(styles, rests, strict=True)
                tails = [
                    new or b'"%b%b' % (style or b"", rest)
                    for new, (style, rest) in zip(tails, olds, strict=True)
                ]
            first = 1 + 3 * at
            woven[first :: 1 + 3 * width] = [head] * len(tails)
            woven[first + 1 :: 1 + 3 * width] = block.digits
            woven[first + 2 :: 1 + 3 * width] = tails
        if not any(rows for _, rows in changed):
            return Rows(block.xml)
        del pieces
        new = b"".join(woven)
        del woven
        self._check(new, between, block)
        return Rows(new, changed)

    def _check(self, new: bytes, between: list[bytes], block: Block) -> None:
        """Taken apart another way, all but the columns is as it was; they hold what was meant."""
        step = 2 + len(self.columns)
        pieces: list[bytes] = self._any.split(new)
        if pieces[::step] != between or pieces[1::step] != block.digits:
            raise wrong(self._writer.target.tab)
        for at, values in enumerate(block.cells):
            if not self._tails.hold(pieces[2 + at :: step], values):
                raise wrong(self._writer.target.tab)
