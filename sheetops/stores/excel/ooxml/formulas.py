"""References inside formulas: just enough to see whether a formula speaks of a given area.

Structured references (`Table1[Due]`) and names mean the same wherever a row stands; only A1-style
references have to be looked at when a row moves. Text in quotes is no reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from sheetops.stores.excel.ooxml.cells import Box, column_number
from sheetops.stores.excel.ooxml.limits import MAX_COLUMN, MAX_ROW

_TOKEN: Final = re.compile(
    r"""(?P<skip>"(?:[^"]|"")*"                                  # text
        |\[(?:[^\[\]]|\[[^\[\]]*\])*\](?:[\w.]+![\w.$:]*)?)      # structured, or another file's
    |(?P<sheet>'(?:[^']|'')+'!|(?<![\w.$!])[^\W\d][\w.]*(?::[\w.]+)?!)?
     (?<![\w.$])(?P<ref>
        \$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>[1-9][0-9]{0,6})
            (?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>[1-9][0-9]{0,6}))?
        |\$?(?P<w1>[A-Z]{1,3}):\$?(?P<w2>[A-Z]{1,3})
        |\$?(?P<h1>[1-9][0-9]{0,6}):\$?(?P<h2>[1-9][0-9]{0,6})
     )(?![\w.(!\[])""",
    re.VERBOSE | re.IGNORECASE,
)


class Reference(NamedTuple):
    """One reference: the sheet it names (blank: the formula's own) and its area; `open` if a `:`
    joins it to something that is no plain reference, so that nobody can say how far it reaches."""

    sheet: str
    box: Box
    text: str
    start: int
    end: int
    open: bool

    @property
    def whole_columns(self) -> bool:
        """Whether it takes in every row, and so means the same whatever moves up or down."""
        return self.box[0] == 1 and self.box[2] == MAX_ROW


def references(formula: str) -> Iterator[Reference]:
    """The A1-style references of a formula, other workbooks' left out."""
    for match in _TOKEN.finditer(formula):
        name = (match["sheet"] or "")[:-1].strip("'").replace("''", "'")
        if match["ref"] is None or "[" in name:
            continue
        before, after = formula[: match.start()][-1:], formula[match.end() :][:1]
        joined = before in tuple(":!") or after == ":" or ":" in name
        yield Reference(name, _box(match), match["ref"], match.start("ref"), match.end(), joined)


def _box(match: re.Match[str]) -> Box:
    if match["w1"]:
        columns, rows = (match["w1"], match["w2"]), (1, MAX_ROW)
    elif match["h1"]:
        columns, rows = ("A", ""), (int(match["h1"]), int(match["h2"]))
    else:
        columns = match["c1"], match["c2"] or match["c1"]
        rows = int(match["r1"]), int(match["r2"] or match["r1"])
    first, last = (column_number(letters) or MAX_COLUMN for letters in columns)
    return min(rows), min(first, last), max(rows), max(first, last)


def rewritten(formula: str, change: Callable[[Reference], str]) -> str:
    """The formula with each reference as `change` gives it back."""
    pieces, position = [], 0
    for found in references(formula):
        pieces += [formula[position : found.start], change(found)]
        position = found.end
    return "".join([*pieces, formula[position:]])


def with_rows(reference: str, new: Callable[[int], int]) -> str:
    """The text of a reference with other rows; `$` stays where it is."""
    return re.sub(r"[0-9]+", lambda match: str(new(int(match[0]))), reference)
