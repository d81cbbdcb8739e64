"""What follows the addresses of a whole column's cells, made and checked for many cells at once.

Values such as statuses repeat, and so do the cells that they replace: each pair is worked out once.
Numbers seldom repeat; they are written and compared in bulk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import isfinite
from operator import eq
from typing import Final, TypeVar

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.cells import Formula
from sheetops.stores.excel.ooxml.strings import held
from sheetops.stores.excel.write.cell_xml import Writer
from sheetops.stores.excel.write.targets import Cell
from sheetops.workbook.raw import Value

_MANY: Final = 5_000
_EXACT: Final = 1e15  # numbers below stand alike, whether they came as int or as float
_BLANK: Final = b"nan"  # equal to no number
_NOWHERE: Final = (1, 1)

Style = bytes | None
T = TypeVar("T")


class Unfit(Exception):
    """Raised for a value that no cell can hold; which cell it was meant for is not known here."""


class Known(dict["tuple[object, ...]", T]):
    """What was worked out once, as long as it is not too much to keep."""

    def __init__(self, learn: Callable[..., T]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, key: tuple[object, ...]) -> T:
        if len(self) >= _MANY:
            self.clear()
        try:
            found = self[key] = self._learn(*key)
        except WriteRefused as error:
            raise Unfit from error
        return found


class Tails:
    """Tails begin with the quote after an address. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, prefix: bytes) -> None:
        self._writer = writer
        self._front = b"><" + prefix + b"v>"
        self._back = b"</" + prefix + b"v></" + prefix + b"c>"
        shown = rb'"(?: s="[0-9]+")?' + re.escape(self._front) + rb"([^<\n]*)"
        self._shown = re.compile(shown + re.escape(self._back) + b"\n")
        self._over = Known(self._learn_over)
        self._new = Known(self._learn_new)

    def over(
        self, values: Sequence[Cell], styles: Sequence[Style], rests: Sequence[bytes]
    ) -> list[bytes]:
        """Tails for cells that are there; "" for those that hold their value already.

        `styles` are as they stand (` s="1"`), `rests` what follows them. Raises Unfit.
        """
        numbers = _numbers(values)
        olds = None if numbers is None else self._numbers_in(rests)
        if numbers is None or olds is None:
            keys = zip(map(type, values), values, styles, rests, strict=True)
            return list(map(self._over.__getitem__, keys))
        news = self._of_numbers(numbers, styles)
        same = list(map(eq, olds, numbers))
        if True in same:
            return [b"" if known else new for known, new in zip(same, news, strict=True)]
        return news

    def new(self, values: Sequence[Cell], styles: Sequence[Style]) -> list[bytes]:
        """Tails for cells that were not there; "" for those that stay blank. Raises as `over`."""
        numbers = _numbers(values)
        if numbers is not None:
            return self._of_numbers(numbers, styles)
        keys = zip(map(type, values), values, styles, strict=True)
        return list(map(self._new.__getitem__, keys))

    def hold(self, tails: Sequence[bytes], values: Sequence[Cell]) -> bool:
        """Whether tails, read again, hold what was meant."""
        numbers = _numbers(values)
        if numbers is not None:
            shown = self._shown.findall(b"\n".join([*tails, b""]))
            if len(shown) == len(tails) and list(map(float, shown)) == numbers:
                return True
        meant, shared = self._writer.meant, self._writer.target.shared
        for _, value, tail in set(zip(map(type, values), values, tails, strict=True)):
            raw, _, inner = tail[1:].partition(b">")
            if held(raw, inner, shared) != meant(value):
                return False
        return True

    def _numbers_in(self, rests: Sequence[bytes]) -> list[float] | None:
        """The numbers in cells, not-a-number for blank ones; None if there is a text."""
        start, end = len(self._front), -len(self._back)
        try:
            return [float(rest[start:end] or _BLANK) for rest in rests]
        except ValueError:
            return None

    def _of_numbers(self, numbers: Sequence[float], styles: Sequence[Style]) -> list[bytes]:
        text = "\n".join([*map(repr, numbers), ""]).replace(".0\n", "\n").encode()
        first, alone = styles[0], styles.count(styles[0]) == len(styles)
        front = (b'"' + (first or b"") if alone else b"") + self._front
        between = self._back + b"\n" + front
        tails = (front + text[:-1].replace(b"\n", between) + self._back).split(b"\n")
        if alone:
            return tails
        return [b'"%b%b' % (s or b"", tail) for s, tail in zip(styles, tails, strict=True)]

    def _learn_over(self, _kind: type, value: Value, style: Style, rest: bytes) -> bytes:
        raw, _, inner = rest.partition(b">")
        old = held(raw, inner, self._writer.target.shared)
        new = self._writer.tail_over(_NOWHERE, value, old, style)
        return b"" if new is None else b'"' + new

    def _learn_new(self, _kind: type, value: Value, style: Style) -> bytes:
        if value is None or value == "":
            return b""
        return b'"' + self._writer.tail(_NOWHERE, value, style[4:-1] if style else b"")


def _numbers(values: Sequence[Cell]) -> list[float] | None:
    """The values as floats, if all are numbers that stand in a cell as Python shows them."""
    kinds = set(map(type, values))
    if not kinds or not kinds <= {int, float}:
        return None
    numbers = list(map(float, values))  # type: ignore[arg-type] # all are int or float
    if int in kinds and max(map(abs, numbers)) >= _EXACT:
        return None
    return numbers if all(map(isfinite, numbers)) else None


def has_formula(values: Sequence[Cell]) -> bool:
    """Whether there is a formula among them: some depend on the cell that they stand in."""
    return Formula in set(map(type, values))
