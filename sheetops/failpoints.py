"""Places at which a run can be made to die, for `python -m tests.crash`; nothing in normal runs.

`SHEETOPS_DIE_AT="smtp: the dot is out"` lets the process end there at once, as if the power had
gone: nothing is flushed, no lock is freed, no handler runs. `SHEETOPS_DIE_AT="ledger: committed#7"`
lets it end when it comes there for the seventh time. The variable is read once, when this module
is imported; without it `reach` does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

VARIABLE = "SHEETOPS_DIE_AT"
STATUS = 137
"""The exit status of a process that died here: that of one that was killed."""


def dying_at(point: str, times: int = 1) -> Callable[[str], None]:
    """A `reach` that ends the process when `point` is reached for so many times."""
    left = times

    def reach_or_die(reached: str) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if not left:
                die()

    return reach_or_die


def die() -> NoReturn:
    """End the process without another word."""
    os._exit(STATUS)


def _goes_on(_point: str) -> None:
    """Nothing happens, which is all that ever happens in normal runs."""


def _as_asked(text: str) -> Callable[[str], None]:
    point, _, times = text.partition("#")
    return dying_at(point, int(times or 1)) if point else _goes_on


reach: Callable[[str], None] = _as_asked(os.environ.get(VARIABLE, ""))
"""Say that a point is reached. Called as `failpoints.reach`, so that a test may put its own."""
