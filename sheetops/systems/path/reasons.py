"""Why a step or client has its flag, in one or two sentences with the numbers behind it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from sheetops.model.snapshot import Snapshot
from sheetops.systems.path.consequences import pauses
from sheetops.systems.path.durations import learned
from sheetops.systems.path.survival import ALL
from sheetops.workbook.arrays import Places
from sheetops.workbook.values import day_text

_PARTY = {"Client": "the client", "Team": "the team", "Third party": "a third party"}
TOO_FEW = "Too few are done yet to know what is usual."


class Words:
    """Says in words why steps at some places have their flags. Columns are turned into lists once,
    for speed."""

    def __init__(self, snapshot: Snapshot, places: Places) -> None:
        steps = snapshot.steps
        frame = snapshot.book.frame("Steps")
        self.name: list[str] = steps.name[places].tolist()
        self.age = np.nan_to_num(steps.age[places]).astype(int).tolist()
        self.left = np.nan_to_num(steps.left[places]).astype(int).tolist()
        self.due = steps.due[places].tolist()
        self.allowed = steps.allowed[places].tolist()
        self.party = [_PARTY.get(party, "") for party in steps.waiting_on[places].tolist()]
        self.is_typed = (~np.isnat(frame["Due"].to_numpy()[places])).tolist()
        self.client_at: list[int] = steps.client_at[places].tolist()
        self.pauses: list[str] = pauses_of(snapshot)
        usual = usual_words(snapshot)
        self.usual: list[str] = [usual[at] for at in steps.offer_step_at[places].tolist()]
        self.chance = chances_of(snapshot, places)

    def said(self, flags: list[str]) -> list[str]:
        """The reason for each flag."""
        return [self.of_step(at, flag) for at, flag in enumerate(flags)]

    def of_step(self, at: int, flag: str) -> str:
        if flag == "Paused":
            return self.pauses[self.client_at[at]]
        if flag == "Due soon":
            return f'"{self.name[at]}" is due {self._due_in(at)}{self._waits(at)}.'
        since = days(self.age[at]) if self.age[at] else "since today"
        waiting = f'Waiting {since}{self._on(at)} for "{self.name[at]}"'
        if flag == "Stalled":
            return f"{waiting}{self._limit(at)}. {self._numbers(at)}"
        due = self.due[at]
        if due:
            return f"{waiting}; due by {day_text(due)}."
        return f"{waiting}; no due date is set. {self.usual[at] or TOO_FEW}"

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
            return f"; it was due on {day_text(self.due[at])}"
        if np.isnan(self.allowed[at]):
            return ""
        allowed = int(self.allowed[at])
        return f"; {allowed} {'is' if allowed == 1 else 'are'} allowed"

    def _numbers(self, at: int) -> str:
        if not self.usual[at]:
            return TOO_FEW
        chance = self.chance[at]
        if chance != chance:  # noqa: PLR0124 # NaN is not itself
            return self.usual[at]
        usual = self.usual[at].rstrip(".")
        return f"{usual}; {percent(chance)} chance it is still open in a week."


def usual_words(snapshot: Snapshot) -> list[str]:
    """By place in `Offer steps`, what nine in ten take, as a sentence; blank where nobody knows.
    The last is for extra steps."""
    found = learned(snapshot)
    own = np.append(found.is_known, False)
    usual = found.usual(np.append(np.arange(len(own) - 1), ALL))
    return [_usual(*one) for one in zip(usual.tolist(), own.tolist(), strict=True)]


def _usual(number: float, is_own: bool) -> str:
    if number != number:  # noqa: PLR0124 # NaN is not itself
        return ""
    most = "less than a day" if number == 0 else f"{int(number)} or less"
    if is_own:
        return f"9 in 10 clients take {most}."
    return f"Few have done it yet; of all steps, 9 in 10 take {most}."


def chances_of(snapshot: Snapshot, places: Places) -> list[float]:
    """The chance that the steps at these places are still open in a week; NaN: unknown."""
    steps = snapshot.steps
    week = sum(snapshot.business.calendar.weekmask)
    found = learned(snapshot).still_open(steps.offer_step_at[places], steps.age[places], week)
    chances: list[float] = found.tolist()
    return chances


def percent(share: float) -> str:
    """A chance in words: never quite 0 or 100, because nothing is."""
    return f"{min(max(round(100 * share), 1), 99)} %"


def share_of(part: float) -> str:
    """A share that was counted, in words."""
    return f"{round(100 * part)} %"


def days(count: int) -> str:
    """A number of working days in words."""
    return f"{count} working day" if count == 1 else f"{count} working days"


def pauses_of(snapshot: Snapshot) -> list[str]:
    """By client, why they are paused; also said of clients who are not."""
    frame = snapshot.book.frame("Clients")
    by_consequence = pauses(snapshot)
    untils = frame["Pause until"].to_numpy().astype("datetime64[D]").tolist()
    texts = []
    rows = zip(untils, frame["Pause reason"], frame["Status"], strict=True)
    for at, (until, reason, status) in enumerate(rows):
        because = f": {reason.rstrip('.')}" if reason else ""
        if until is not None and until > snapshot.today:
            texts.append(f"Paused until {day_text(until)}{because}.")
        elif at in by_consequence and status != "Paused":
            texts.append(by_consequence[at][0])
        elif until is not None:
            texts.append(
                f"Status is Paused, though {day_text(until)} has come{because}. "
                "Set Status to Active, or give a new day."
            )
        else:
            texts.append(f"Paused{because}.")
    return texts


class Promise(NamedTuple):
    """The promised day, the working days until it (below 0: since it), and whether a consequence
    has moved it there."""

    day: date
    left: int
    is_moved: bool = False

    @property
    def words(self) -> str:
        return f"Promise{' moved to' if self.is_moved else 'd by'} {day_text(self.day)}"


def course(promise: Promise, step: str, age: int, chance: float) -> str:
    """Why a client is on course to miss the promised day."""
    if promise.left < 0:
        return f"{promise.words}, {days(-promise.left)} ago, and not finished."
    when = "today" if promise.left == 0 else f"in {days(promise.left)}"
    so_far = f'who had waited {days(age)} for "{step}"' if age else f'who began "{step}"'
    return (
        f"{promise.words}, {when}. Of the clients {so_far}, {percent(chance)} needed longer to "
        "finish."
    )
