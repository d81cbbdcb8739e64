"""Words laid out on a screen: what a name takes up is counted in cells, not in letters.

Context: `한별` fills four cells of a terminal and `Ó` one, however it is composed, and a name may
hold what a terminal would obey. Decision: all tables and wrapped lines for the screen are made
here, from cleaned text. Consequence: columns stand under one another in every script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

WIDTH = 80
"""Cells in a line."""
_GAP = "  "
_LEAST = 12  # a name that is cut shorter says nothing
_JOINERS = "\u200c\u200d"  # scripts and emoji need them


def many(count: int, thing: str) -> str:
    """A count in words: `1 mail`, `2 mails`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def section(title: str, told: Iterable[str]) -> Iterator[str]:
    """A heading and its sentences; nothing where there is none to tell."""
    sentences = [sentence for sentence in told if sentence]
    if sentences:
        yield from (title, "")
        for sentence in sentences:
            yield from wrap(sentence, "  ", "    ")
        yield ""


def clean(text: str) -> str:
    """Text on one line, without characters that a terminal would obey."""
    kept = (one for one in text if one.isspace() or one in _JOINERS or _is_shown(one))
    return " ".join("".join(kept).split())


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}


def pad(text: str, width: int) -> str:
    """Text that takes exactly `width` cells: filled with spaces, or cut with `…`."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)


def wrap(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> Iterator[str]:
    """Text in lines of at most `width` cells; `first` and `rest` stand before them.

    `rest` is as many spaces as `first` takes if it is not given. A word that is longer than a line
    is broken.
    """
    rest = " " * cell_len(first) if rest is None else rest
    line, before = "", first
    for word in _words(clean(text), width - max(cell_len(first), cell_len(rest))):
        longer = f"{line} {word}" if line else word
        if line and cell_len(before) + cell_len(longer) > width:
            yield before + line
            line, before = word, rest
        else:
            line = longer
    yield (before + line).rstrip()


def _words(text: str, longest: int) -> Iterator[str]:
    for word in text.split():
        yield from chop_cells(word, longest) if cell_len(word) > longest else (word,)


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    most: Sequence[int] = (),
    numbers: frozenset[int] = frozenset(),
    give: int = -1,
) -> Iterator[str]:
    """Rows under their headings, two spaces between columns; `numbers` are those set right, which
    one space keeps apart.

    `most` bounds the width of the first columns; 0 bounds nothing. The column at `give`, if any,
    is cut where lines would be longer than WIDTH, one cell before them left free.
    """
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [
        _width((heading, *(row[at] for row in cleaned)), most[at] if at < len(most) else 0)
        for at, heading in enumerate(headings)
    ]
    if give >= 0:
        over = sum(widths) + len(_GAP) * (len(widths) - 1) - (WIDTH - 1)
        widths[give] = max(min(widths[give], _LEAST), widths[give] - max(over, 0))
    for row in (list(headings), *cleaned):
        line = ""
        for at, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            gap = " " if {at - 1, at} <= numbers else _GAP
            line += (gap if at else "") + (_right if at in numbers else pad)(cell, wide)
        yield line.rstrip()


def _width(cells: Iterable[str], most: int) -> int:
    widest = max(map(cell_len, cells))
    return min(widest, most) if most else widest


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text
