"""What happens to a computer in an office in a year, drawn beforehand."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property

from sheetops.errors import GoogleError, SheetopsError, WorkbookMissing, WorkbookUnreadable

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 366
ZONES = (
    "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC",
    "America/St_Johns", "Africa/Casablanca", "Pacific/Auckland",
)  # fmt: skip
HOURS = (time(0, 30), time(1, 30), time(2, 30), time(7), time(8, 45), time(12))
WEEKS = (
    (True,) * 5 + (False,) * 2,
    (True,) * 7,  # the nights in which the clocks change are Sundays, nearly everywhere
    (True,) * 4 + (False,) * 2 + (True,),
)
_BROKEN: tuple[SheetopsError, ...] = (
    WorkbookUnreadable("The workbook is damaged.", "Restore a copy."),
    WorkbookMissing("There is no workbook.", "Is the drive there?"),
)
_NO_NETWORK = GoogleError("Google does not answer.", "It is tried again.")


@dataclass(frozen=True)
class Span:
    """A time in which something is so: [begin, end), in true time."""

    begin: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass(frozen=True)
class World:
    """A year's luck. `locked`: somebody has the workbook open; `broken`: it cannot be read, and
    why; `no_network`: neither Google nor the mail server is reached. `deaths` is the chance of a
    process to die at each of its steps, `by_hand` that of a person who runs the day, or undoes it,
    just when a look has seen what is due."""

    awake: tuple[Span, ...]
    offsets: tuple[tuple[Span, timedelta], ...]
    locked: tuple[Span, ...]
    broken: tuple[tuple[Span, SheetopsError], ...]
    no_ledger: tuple[Span, ...]
    no_mail: tuple[Span, ...]
    no_network: tuple[Span, ...]
    deaths: float
    by_hand: float

    def offset(self, moment: datetime) -> timedelta:
        """By how much the computer's clock is wrong."""
        return next((by for span, by in self.offsets if moment in span), timedelta())

    def unread(self, moment: datetime) -> SheetopsError | None:
        """Why the workbook cannot be read."""
        if _in(moment, self.no_network):
            return _NO_NETWORK
        return next((why for span, why in self.broken if moment in span), None)

    def is_locked(self, moment: datetime) -> bool:
        return _in(moment, self.locked)

    def has_ledger(self, moment: datetime) -> bool:
        return not _in(moment, self.no_ledger)

    def has_mail(self, moment: datetime) -> bool:
        return not _in(moment, self.no_mail) and not _in(moment, self.no_network)

    def trouble(self, moment: datetime) -> bool:
        """Whether anything keeps a run from ending well."""
        gone = not self.has_ledger(moment) or self.is_locked(moment)
        return gone or self.unread(moment) is not None

    def next_change(self, moment: datetime) -> datetime:
        """When something of all this begins or ends next."""
        at = bisect_right(self._changes, moment)
        return self._changes[at] if at < len(self._changes) else moment + timedelta(days=1)

    @cached_property
    def _changes(self) -> list[datetime]:
        spans = [*self.locked, *self.no_ledger, *self.no_mail, *self.no_network]
        spans += [span for span, _ in (*self.offsets, *self.broken)]
        return sorted({moment for span in spans for moment in (span.begin, span.end)})


def _in(moment: datetime, spans: tuple[Span, ...]) -> bool:
    return any(moment in span for span in spans)


def drawn(dice: random.Random, days: int) -> World:
    """A year of an office: nights, weekends and holidays asleep, and its share of bad luck."""

    def spans(count: int, hours: tuple[float, float]) -> tuple[Span, ...]:
        begins = (FIRST + timedelta(minutes=dice.randrange(days * 1440)) for _ in range(count))
        return tuple(
            Span(begin, begin + timedelta(hours=dice.uniform(*hours))) for begin in sorted(begins)
        )

    sizes = [timedelta(hours=h) for h in (-30, -24, -3, -1, 1, 3, 24, 30, 24 * 9, 24 * 4000)]
    return World(
        awake=tuple(_awake(dice, days)),
        offsets=tuple((span, dice.choice(sizes)) for span in spans(dice.randrange(4), (0.2, 30))),
        locked=spans(dice.randrange(12), (0.1, 8)),
        broken=tuple((span, dice.choice(_BROKEN)) for span in spans(dice.randrange(4), (0.2, 40))),
        no_ledger=spans(dice.randrange(3), (0.2, 20)),
        no_mail=spans(dice.randrange(5), (0.5, 60)),
        no_network=spans(dice.randrange(4), (0.1, 30)),
        deaths=dice.choice((0, 0, 0.02, 0.1)),
        by_hand=dice.choice((0, 0, 0.01, 0.1)),
    )


def _awake(dice: random.Random, days: int) -> Iterator[Span]:
    """Somebody switches it on in the morning, lets it sleep, or never switches it off."""
    habit = dice.choice(("always", "office", "laptop"))
    moment = FIRST
    while moment < FIRST + timedelta(days):
        if habit == "always":
            length, pause = dice.uniform(24, 24 * 20), dice.uniform(0.1, 6)
        elif habit == "office":
            length, pause = dice.uniform(7, 11), dice.uniform(13, 17)
        else:
            length, pause = dice.uniform(0.3, 5), dice.uniform(0.2, 20)
        if dice.random() < 0.02:  # a holiday now and then
            pause += 24 * dice.uniform(1, 16)
        end = moment + timedelta(hours=length)
        yield Span(moment, end)
        moment = end + timedelta(hours=pause)
