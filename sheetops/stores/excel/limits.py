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

    `cells` is the area of a tab's used rectangle, `seconds` and `memory` (bytes) bound the reading
    of a file that is not known yet, which happens in a process of its own.
    """

    packed: int = 20 * MB
    expanded: int = 200 * MB
    ratio: int = 100
    members: int = 10_000
    cells: int = 20_000_000
    seconds: int = 60
    memory: int = 2_000 * MB


DEFAULT: Final = Limits()
