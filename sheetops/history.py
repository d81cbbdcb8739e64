"""What is remembered from earlier runs, as the pure part of the house sees it.

The ledger makes it; tests make it by hand. Everything here is about the past: what was sent, which
steps were laid out, when a tick was first seen, how the last run ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Sent:
    """A follow-up that the ledger knows, whatever became of it.

    `state` is one of planned, claimed, handing, accepted, deferred, refused, in doubt, cancelled;
    `day` is the business day on which it last changed.
    """

    key: str
    client: str
    message: str
    step: str
    occasion: date
    state: str
    day: date

    @property
    def went_out(self) -> bool:
        return self.state == "accepted"

    @property
    def is_settled(self) -> bool:
        """Nothing more may happen to it by itself: it left, was refused, or a person must look."""
        return self.state in {"accepted", "refused", "in doubt", "cancelled", "handing"}


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run that was applied, for the guard rails: counts of what it saw and did."""

    day: date
    clients: int
    steps: int
    mails: int


@dataclass(frozen=True)
class History:
    """All that is remembered. `ticks` is the day on which a tick without a date was first seen.

    `laid_out` holds (client key, offer) whose steps were laid out once. `mails_by_day` counts the
    mails accepted on each of the last days.
    """

    sent: Mapping[str, Sent] = field(default_factory=dict)
    laid_out: frozenset[tuple[str, str]] = frozenset()
    ticks: Mapping[str, date] = field(default_factory=dict)
    last_run: LastRun | None = None
    mails_by_day: Mapping[date, int] = field(default_factory=dict)
