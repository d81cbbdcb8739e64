"""When a message is due: the fixed set of phrases that the column `When` understands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What a message waits for."""

    WAITING = "waiting"
    BEFORE_DUE = "before due"
    AFTER_DUE = "after due"
    AFTER_FINISH = "after finish"
    AFTER_START = "after start"
    DONE_EARLY = "done early"
    INACTIVE = "inactive"
    EVERY = "every"
    ONCE = "once"
    UNCLEAR = "not understood"
    """Of a reminder in the sheet: nobody can say which others must wait for it."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment and its number: working days, or weeks for `every`; 0 where there is none."""

    moment: Moment
    number: int = 0

    def __str__(self) -> str:
        days = "1 day" if self.number == 1 else f"{self.number} days"
        if self.moment is Moment.WAITING:
            return f"waiting {days}"
        if self.moment is Moment.EVERY:
            return f"every {self.number} weeks"
        return f"{days} {self.moment}" if self.moment in _RELATIVE else str(self.moment)


_RELATIVE = {Moment.BEFORE_DUE, Moment.AFTER_DUE, Moment.AFTER_FINISH, Moment.AFTER_START}
UNDERSTOOD = (
    "waiting 2 days",
    "3 days before due",
    "1 day after due",
    "2 days after finish",
    "2 days after start",
    "done early",
    "inactive",
    "every 4 weeks",
    "once",
)
"""One example of each phrase, for the problem that an unknown one is."""
_DAYS = r"(?:working |business )?days?"
_PATTERNS: tuple[tuple[re.Pattern[str], Moment], ...] = (
    (re.compile(rf"waiting (?:for )?(\d{{1,3}}) {_DAYS}"), Moment.WAITING),
    (re.compile(rf"(\d{{1,3}}) {_DAYS} before due"), Moment.BEFORE_DUE),
    (re.compile(rf"(\d{{1,3}}) {_DAYS} after due"), Moment.AFTER_DUE),
    (re.compile(rf"(\d{{1,3}}) {_DAYS} after finish"), Moment.AFTER_FINISH),
    (re.compile(rf"(\d{{1,3}}) {_DAYS} after start"), Moment.AFTER_START),
    (re.compile(r"every (\d{1,2}) weeks?"), Moment.EVERY),
    (re.compile(r"done early()"), Moment.DONE_EARLY),
    (re.compile(r"inactive()"), Moment.INACTIVE),
    (re.compile(r"once()"), Moment.ONCE),
)


def understand(text: str) -> When | None:
    """What a cell of `When` says; None if it is not one of the phrases."""
    phrase = " ".join(text.casefold().split()).rstrip(".")
    for pattern, moment in _PATTERNS:
        if match := pattern.fullmatch(phrase):
            return When(moment, int(match[1] or 0))
    return None
