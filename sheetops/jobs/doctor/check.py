"""One thing that was looked at."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sheetops.errors import SheetopsError

_INDENT = " " * 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `mend` is one sentence, and blank where `ok`."""

    name: str
    ok: bool
    found: str
    mend: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def from_error(name: str, error: SheetopsError) -> Check:
    """What could not be looked at, and what to do about that."""
    return Check(name, False, error.what, error.mend or "Mend what is said there, then look again.")


def guarded(name: str, look: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """The checks of a look; one that cannot go on says so in a line, and the others go on."""
    try:
        yield from look()
    except SheetopsError as error:
        yield from_error(name, error)
    except OSError as error:
        mend = "Let this account read and write there."
        yield Check(name, False, f"{error.filename or name}: {error.strerror or error}.", mend)


def lines(checks: Iterable[Check]) -> Iterator[str]:
    """One line a check, and its mend below it; broken where a terminal ends."""
    width = shutil.get_terminal_size((0, 0)).columns
    for check in checks:
        yield from _broken(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.found}", width)
        if check.mend:
            yield from _broken(f"{_INDENT}{check.mend}", width)


def _broken(line: str, width: int) -> list[str]:
    if not width:
        return [line]
    return textwrap.wrap(
        line,
        max(width, 40),
        subsequent_indent=_INDENT,
        break_long_words=False,  # a path or a command can then be copied
        break_on_hyphens=False,
    )
