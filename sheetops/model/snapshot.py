"""What is known this morning: where each client and each step stands, before anyone judges it.

Context: every system needs to know which steps are open, since when, and on whom they wait.
Decision: that is worked out once, over whole columns, and handed to all systems with the book, the
history and today's date; what several systems make of it is kept with it. Consequence: systems are
short, agree with one another, and a system that is switched off takes nothing with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, wraps
from typing import Any, TypeVar

import numpy as np

from sheetops.model.clients import ClientsNow, clients_now
from sheetops.model.history import History
from sheetops.model.steps import StepsNow, steps_now
from sheetops.workbook.arrays import Bools
from sheetops.workbook.book import Book
from sheetops.workbook.business import Business
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """The book, what is remembered, today's date, and where everything stands."""

    book: Book
    history: History
    today: date
    steps: StepsNow
    clients: ClientsNow
    ticks: Mapping[str, date]
    """Day on which each tick without a date was first seen, today's among them."""
    problems: tuple[Problem, ...] = ()
    """What can only be seen to be wrong from today."""
    _results: dict[Callable[..., Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What `once_a_snapshot` has worked out, by the function that did."""

    @property
    def business(self) -> Business:
        return self.book.business

    def result_of(self, make: Callable[[Snapshot], T]) -> T:
        """What `make` works out of this snapshot: worked out once, by whoever asks first."""
        if make not in self._results:
            self._results[make] = make(self)
        result: T = self._results[make]
        return result

    def of_client(self, mask: Bools) -> Bools:
        """What holds of each step's client; it does not for a step without one."""
        known = self.steps.client_at >= 0
        of_client = np.zeros(len(known), dtype=bool)
        of_client[known] = mask[self.steps.client_at[known]]
        return of_client

    @cached_property
    def step_places(self) -> dict[str, int]:
        """Place in `StepsNow` of each step by its key."""
        return {str(key): at for at, key in enumerate(self.steps.key.tolist())}

    @cached_property
    def listed(self) -> frozenset[str]:
        """Keys of the follow-ups that the tab `Follow-ups` lists, be it twice."""
        return frozenset(self.book.frame("Follow-ups")["Follow-up ID"])

    @cached_property
    def people(self) -> dict[str, str]:
        """Address of each person of the team, by folded name; blank where there is none."""
        frame = self.book.frame("Team")
        return {folded(n): e for n, e in zip(frame["Name"], frame["Email"], strict=True) if n}


def once_a_snapshot(make: Callable[[Snapshot], T]) -> Callable[[Snapshot], T]:
    """Works a thing out once for each snapshot, and keeps it there."""

    @wraps(make)
    def kept(snapshot: Snapshot) -> T:
        return snapshot.result_of(make)

    return kept


def take_snapshot(book: Book, history: History, today: date) -> Snapshot:
    """Work out where everything stands on the morning of `today`."""
    steps, ticks, problems = steps_now(book, history, today)
    clients = clients_now(book, history, steps, today)
    return Snapshot(book, history, today, steps, clients, ticks, problems)
