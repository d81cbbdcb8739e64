"""Flags: which steps and clients are stalled, due soon, paused or on track, and why, in words.

A step is stalled when the day it is due by has passed: the day that staff typed, or the one on
which the working days of its offer step run out. Thresholds that are learned from what really
happened belong here too: they give `due` where nothing is declared.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sheetops.cells import day_text
from sheetops.findings import Findings
from sheetops.morning import Morning

Objects = npt.NDArray[Any]
_PARTY = {"Client": "the client", "Team": "the team", "Third party": "a third party"}


def flags(morning: Morning) -> Findings:
    """`Flag` and `Why` of every step and client; blank where nothing may be said."""
    step_flags, step_whys = _step_flags(morning)
    client_flags, client_whys = _client_flags(morning, step_flags, step_whys)
    return Findings(
        status={
            "Steps": _frame(morning.steps.key, step_flags, step_whys),
            "Clients": _frame(morning.clients.key, client_flags, client_whys),
        }
    )


def _frame(keys: Objects, shown: Objects, whys: Objects) -> pd.DataFrame:
    index = pd.Index(keys, dtype=object)
    return pd.DataFrame({"Flag": shown, "Why": whys}, index=index, dtype=object)


def _step_flags(morning: Morning) -> tuple[Objects, Objects]:
    steps, clients = morning.steps, morning.clients
    count = len(steps.key)
    flag, why = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    known = steps.client_at >= 0
    served = np.zeros(count, dtype=bool)
    served[known] = clients.is_served[steps.client_at[known]]
    sure = np.zeros(count, dtype=bool)
    sure[known] = clients.doubt[steps.client_at[known]] == ""
    paused = np.zeros(count, dtype=bool)
    paused[known] = clients.is_paused[steps.client_at[known]]
    judged = steps.is_current & served & sure
    late = judged & (steps.left < 0)
    soon = judged & (steps.left >= 0) & (steps.left <= morning.business.due_soon_days)
    flag[judged] = "On track"
    flag[soon] = "Due soon"
    flag[late] = "Stalled"
    flag[judged & paused] = "Paused"
    words = _Words(morning)
    for at in np.flatnonzero(judged).tolist():
        why[at] = words.of_step(at, flag[at])
    bad = steps.doubt != ""
    flag[bad], why[bad] = "Data problem", steps.doubt[bad]
    for at in np.flatnonzero(steps.is_open & served & ~sure & ~bad).tolist():
        why[at] = f"Left alone until this is mended: {clients.doubt[steps.client_at[at]]}"
    return flag, why


class _Words:
    """Says in words why a step has its flag. Columns are turned into lists once, for speed."""

    def __init__(self, morning: Morning) -> None:
        steps = morning.steps
        frame = morning.book.frame("Steps")
        self.name = steps.name.tolist()
        self.age = np.nan_to_num(steps.age).astype(int).tolist()
        self.left = np.nan_to_num(steps.left).astype(int).tolist()
        self.due = steps.due.tolist()
        self.allowed = steps.allowed.tolist()
        self.party = [_PARTY.get(party, "") for party in steps.waiting_on.tolist()]
        self.is_typed = (~np.isnat(frame["Due"].to_numpy())).tolist()
        self.client_at: list[int] = steps.client_at.tolist()
        self.pauses: list[str] = _pauses(morning)

    def of_step(self, at: int, flag: str) -> str:
        if flag == "Paused":
            return self.pauses[self.client_at[at]]
        if flag == "Due soon":
            return f'"{self.name[at]}" is due {self._due_in(at)}{self._waits(at)}.'
        since = days(self.age[at]) if self.age[at] else "since today"
        waiting = f'Waiting {since}{self._on(at)} for "{self.name[at]}"'
        if flag == "Stalled":
            return f"{waiting}; {self._limit(at)}."
        due = self.due[at]
        return f"{waiting}; due by {day_text(due)}." if due else f"{waiting}; no due date is set."

    def _on(self, at: int) -> str:
        return f" on {self.party[at]}" if self.party[at] else ""

    def _waits(self, at: int) -> str:
        return f"; it waits on {self.party[at]}" if self.party[at] else ""

    def _due_in(self, at: int) -> str:
        left = self.left[at]
        when = "today" if left == 0 else f"in {days(left)}"
        return f"{when}, on {day_text(self.due[at])}"

    def _limit(self, at: int) -> str:
        if self.is_typed[at]:
            return f"it was due on {day_text(self.due[at])}"
        allowed = int(self.allowed[at])
        return f"{allowed} {'is' if allowed == 1 else 'are'} allowed"


def days(count: int) -> str:
    """A number of working days in words."""
    return f"{count} working day" if count == 1 else f"{count} working days"


def _pauses(morning: Morning) -> list[str]:
    frame = morning.book.frame("Clients")
    untils = frame["Pause until"].to_numpy().astype("datetime64[D]").tolist()
    texts = []
    for until, reason in zip(untils, frame["Pause reason"], strict=True):
        because = f": {reason.rstrip('.')}" if reason else ""
        if until is not None and until > morning.today:
            texts.append(f"Paused until {day_text(until)}{because}.")
        elif until is not None:
            texts.append(
                f"Status is Paused, though {day_text(until)} has come{because}. "
                "Set Status to Active, or give a new day."
            )
        else:
            texts.append(f"Paused{because}.")
    return texts


def _client_flags(morning: Morning, flags: Objects, whys: Objects) -> tuple[Objects, Objects]:
    clients, steps = morning.clients, morning.steps
    count = len(clients.key)
    flag, why = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    bad = clients.doubt != ""
    flag[bad], why[bad] = "Data problem", clients.doubt[bad]
    stalled = Counter(steps.client_at[flags == "Stalled"].tolist())
    pauses = _pauses(morning)
    for at in np.flatnonzero(clients.is_served & ~bad).tolist():
        leading = int(clients.leading[at])
        if clients.is_paused[at]:
            flag[at], why[at] = "Paused", pauses[at]
        elif leading >= 0:
            flag[at], why[at] = flags[leading], whys[leading] + _more(stalled[at] - 1)
        else:
            flag[at], why[at] = _without_step(morning, at)
    return flag, why


def _more(others: int) -> str:
    if others < 1:
        return ""
    return f" {others} more {'step is' if others == 1 else 'steps are'} stalled."


def _without_step(morning: Morning, at: int) -> tuple[str, str]:
    """Flag of a served client none of whose steps has begun."""
    frame, clients = morning.book.frame("Clients"), morning.clients
    start = frame["Start date"].to_numpy().astype("datetime64[D]")[at].item()
    if not clients.offer[at]:
        return "Data problem", "There is no Offer: choose one, and the steps are laid out."
    if start is None:
        return "Data problem", "There is no Start date: type one, and the steps are laid out."
    if start > morning.today:
        return "On track", f"Starts on {day_text(start)}."
    if not clients.has_steps[at]:
        return "Data problem", f'There are no steps for "{clients.offer[at]}": add them to Steps.'
    mine = morning.steps.is_open & (morning.steps.client_at == at)
    if mine.any():
        return "On track", "The next step has not begun yet."
    return "On track", "All steps are done. If nothing is left to do, set Status to Finished."
