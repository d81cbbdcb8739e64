"""What a file may cost to open. A workbook from outside may be hostile and must not exhaust us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MB: Final = 1_000_000

MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384
MAX_TEXT: Final = 32_767


@dataclass(frozen=True, slots=True)
class Limits:
    """`packed` and `expanded` are bytes of the file and of all its parts; `ratio` is of one part.

    `cells` is the area of a tab's used rectangle. A file that expands to more than `trusted` bytes
    and is not known yet is read in a process of its own, within `seconds` and `memory` (bytes).
    """

    packed: int = 20 * MB
    expanded: int = 200 * MB
    ratio: int = 100
    members: int = 10_000
    cells: int = 20_000_000
    trusted: int = 10 * MB
    seconds: int = 60
    memory: int = 2_000 * MB


DEFAULT: Final = Limits()
