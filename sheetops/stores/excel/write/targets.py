"""The cells that are to be written in one tab, many of them in little memory.

As dicts by row, three columns of 100,000 rows took 34 MB; as one number and one value a cell they
take 5.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, repeat
from operator import floordiv, itemgetter, lt
from typing import Final

from sheetops.stores.excel.ooxml.cells import USUAL_LETTERS, Formula, parse_address
from sheetops.stores.excel.ooxml.limits import MAX_ROW
from sheetops.workbook.raw import Value

COLUMNS: Final = 1 << 15  # more than a tab's columns: a place is row * COLUMNS + column
_BATCH: Final = 4096
_USUAL: Final = re.compile(r"(?:[A-Z]{1,2}[1-9][0-9]{0,6}\n)+")
_LETTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS: Final = b"0123456789"

Cell = Value | Formula


class Targets(Mapping[int, Mapping[int, Cell]]):
    """Values by row and by column, both ascending: `places` (row * COLUMNS + column), `cells`."""

    def __init__(self, places: array[int], cells: Sequence[Cell]) -> None:
        if not all(map(lt, places, islice(places, 1, None))):
            last = dict(zip(places, cells, strict=True))
            places = array("Q", sorted(last))
            cells = [last[place] for place in places]
        self.places = places
        self.cells = cells
        rows = groupby(map(floordiv, places, repeat(COLUMNS)))
        self.rows = array("L", map(itemgetter(0), rows))

    @classmethod
    def at(cls, edits: Mapping[str, Value]) -> Targets:
        """The values by address. Raises WriteRefused for what is no address."""
        places = array("Q")
        addresses = iter(edits)
        while batch := list(islice(addresses, _BATCH)):
            places.extend(_places(batch))
        return cls(places, list(edits.values()))

    @classmethod
    def by_row(cls, rows: Mapping[int, Mapping[int, Cell]]) -> Targets:
        """The values by row and column."""
        found = {r * COLUMNS + c: value for r, cells in rows.items() for c, value in cells.items()}
        return cls(array("Q", found), list(found.values()))

    def also(self, cells: Mapping[tuple[int, int], Cell]) -> Targets:
        """These values, and others by (row, column), which win."""
        places = [*self.places, *(row * COLUMNS + column for row, column in cells)]
        return Targets(array("Q", places), [*self.cells, *cells.values()])

    def between(self, first: int, last: int) -> tuple[Sequence[int], Sequence[Cell]]:
        """The places and the values in the rows from `first` to `last`."""
        low = bisect_left(self.places, first * COLUMNS)
        high = bisect_left(self.places, (last + 1) * COLUMNS, low)
        return self.places[low:high], self.cells[low:high]

    def find(self, row: int, column: int) -> int:
        """Where a cell's value stands in `cells`, -1 if nothing is wanted of it."""
        place = row * COLUMNS + column
        at = bisect_left(self.places, place)
        return at if at < len(self.places) and self.places[at] == place else -1

    def __getitem__(self, row: int) -> Mapping[int, Cell]:
        places, cells = self.between(row, row)
        if not places:
            raise KeyError(row)
        return {place % COLUMNS: cell for place, cell in zip(places, cells, strict=True)}

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _places(addresses: list[str]) -> Iterable[int]:
    """Many addresses at once: one by one, 300,000 of them take as long as packing the tab."""
    text = "\n".join(addresses) + "\n"
    if _USUAL.fullmatch(text) and text.count("\n") == len(addresses):
        raw = text.encode()
        rows = list(map(int, raw.translate(None, _LETTERS).split()))
        letters = raw.translate(None, _DIGITS).decode().split()
        if max(rows) <= MAX_ROW:
            columns = map(USUAL_LETTERS.__getitem__, letters)
            return [row * COLUMNS + column for row, column in zip(rows, columns, strict=True)]
    return [row * COLUMNS + column for row, column in map(parse_address, addresses)]
