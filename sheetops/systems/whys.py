"""Why a step or client has its flag, in one or two sentences with the numbers behind it."""

from __future__ import annotations

from datetime import date

import numpy as np

from sheetops.cells import day_text
from sheetops.morning import Morning
from sheetops.systems.learned import learned

_PARTY = {"Client": "the client", "Team": "the team", "Third party": "a third party"}
TOO_FEW = "Too few are done yet to know what is usual."


class Words:
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
        self.pauses: list[str] = pauses_of(morning)
        self.usual = usual_words(morning)
        self.chance = chances_of(morning)

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
        chance = f"; {self.chance[at]}" if self.chance[at] else ""
        return f"{self.usual[at].rstrip('.')}{chance}."


def usual_words(morning: Morning) -> list[str]:
    """By step, what nine in ten take, as a sentence; blank where nobody knows."""
    found, places = learned(morning), morning.steps.offer_step_at
    own = np.append(found.is_known, False)[places]
    usual = found.usual(places)
    said: dict[tuple[float, bool], str] = {}
    words = []
    for number, is_own in zip(usual.tolist(), own.tolist(), strict=True):
        key = (number, is_own) if number == number else (-1.0, False)  # noqa: PLR0124 # NaN is not itself
        if key not in said:
            said[key] = _usual(*key)
        words.append(said[key])
    return words


def _usual(number: float, is_own: bool) -> str:
    if number < 0:
        return ""
    most = "less than a day" if number == 0 else f"{int(number)} or less"
    if is_own:
        return f"9 in 10 clients take {most}."
    return f"Few have done it yet; of all steps, 9 in 10 take {most}."


def chances_of(morning: Morning) -> list[str]:
    """By step that is open, the chance that it still is in a week; blank where nobody knows."""
    steps = morning.steps
    words = [""] * len(steps.key)
    at = np.flatnonzero(steps.is_current)
    week = sum(morning.business.calendar.weekmask)
    chances = learned(morning).still_open(steps.offer_step_at[at], steps.age[at], week)
    for place, chance in zip(at.tolist(), chances.tolist(), strict=True):
        if chance == chance:  # noqa: PLR0124 # NaN is not itself
            words[place] = f"{percent(chance)} chance it is still open in a week"
    return words


def percent(share: float) -> str:
    """A chance in words: never quite 0 or 100, because nothing is."""
    return f"{min(max(round(100 * share), 1), 99)} %"


def share_of(part: float) -> str:
    """A share that was counted, in words."""
    return f"{round(100 * part)} %"


def days(count: int) -> str:
    """A number of working days in words."""
    return f"{count} working day" if count == 1 else f"{count} working days"


def pauses_of(morning: Morning) -> list[str]:
    """By client, why they are paused; also said of clients who are not."""
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


def course(promised: date, left: int, step: str, age: int, chance: float) -> str:
    """Why a client is on course to miss the promised day."""
    if left < 0:
        return f"Promised by {day_text(promised)}, {days(-left)} ago, and not finished."
    when = "today" if left == 0 else f"in {days(left)}"
    so_far = f'who had waited {days(age)} for "{step}"' if age else f'who began "{step}"'
    return (
        f"Promised by {day_text(promised)}, {when}. Of the clients {so_far}, "
        f"{percent(chance)} needed longer to finish."
    )
