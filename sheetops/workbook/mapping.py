"""The mapping: which of their tabs and headings mean which of ours. It is kept in `sheetops.toml`.

Headings are kept by what they are called, never by where they stand, so that staff may go on moving
columns and rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Literal

from sheetops.workbook.headers import is_ours

Order = Literal["", "day first", "month first"]
"""How their dates that were typed as text are meant; blank: nobody has said."""

ONE_OFFER = "Our work"
"""The name of the one offer where the sheet names none."""


@dataclass(frozen=True, slots=True)
class StepColumns:
    """A step that has columns of its own: the headings of its marks or dates, whom it waits on
    (blank: nobody has said), and the working days that it may take (None: nobody has said)."""

    done: str
    mark: str = ""
    due: str = ""
    owner: str = ""
    waiting_on: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Mapping:
    """How a workbook that nobody made for us is read.

    `tabs` is the role of each tab, blank for none; the second table of a tab "Kunden" is named
    "Kunden/2". `columns` are, by tab, the headings of theirs that make up each of ours (several are
    joined by a space). `steps` are the columns that are steps, by tab. `words` say what words in
    cells mean, by heading.
    """

    tabs: Map[str, str] = field(default_factory=dict)
    columns: Map[str, Map[str, tuple[str, ...]]] = field(default_factory=dict)
    steps: Map[str, Map[str, StepColumns]] = field(default_factory=dict)
    words: Map[str, Map[str, str]] = field(default_factory=dict)
    offer: str = ONE_OFFER
    dates: Order = ""

    def __bool__(self) -> bool:
        return bool(self.tabs)

    def wants(self, title: str) -> bool:
        """Whether a tab of this title is read."""
        known = {sheet_of(key) for key in self.tabs} | set(self.tabs)
        if title not in known:
            return is_ours(title)
        return any(role and title in {key, sheet_of(key)} for key, role in self.tabs.items())


def key_of(sheet: str, number: int) -> str:
    """The name of the first, second … table of a tab."""
    return sheet if number == 1 else f"{sheet}/{number}"


def sheet_of(key: str) -> str:
    """The tab that a table stands on."""
    match = re.fullmatch(r"(.+)/\d", key)
    return match[1] if match else key
