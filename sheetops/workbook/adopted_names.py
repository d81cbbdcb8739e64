"""Where things stand in a workbook whose tabs are called otherwise than the contract's.

Problems and reasons name cells as the contract does (`Steps!F12`). In a workbook that was adopted
that tab may have another title, or be made from the columns of another: people are told the cell
that they can see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from sheetops.workbook.problem import Problem
from sheetops.workbook.raw import RawTab


@dataclass(frozen=True)
class AdoptedNames:
    """By our tab, the title of theirs and, by row, the cell from which a made row comes; and by row
    of their clients, what they call the status.

    False where every tab is called as the contract says.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    statuses: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.titles)

    def in_problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems, each with the place that people can see."""
        if not self:
            return tuple(problems)
        return tuple(replace(one, stands=self._place(one.tab, one.cell)) for one in problems)

    def _place(self, tab: str, cell: str) -> str:
        if tab not in self.titles:
            return ""
        return self._cell(tab, cell) if cell else self.titles[tab]

    def _cell(self, tab: str, cell: str) -> str:
        row = re.sub(r"\D", "", cell)
        origin = self.origins.get(tab, {}).get(int(row), cell) if row else cell
        return f"{self.titles[tab]}!{origin}"

    def in_status(self, status: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """The status values, with the places that people can see in the reasons."""
        return {
            tab: frame.assign(Why=frame["Why"].map(self.in_text))
            if self and "Why" in frame
            else frame
            for tab, frame in status.items()
        }

    def in_text(self, text: object) -> object:
        """A text in which places are named as people see them."""
        if not isinstance(text, str) or "!" not in text:
            return text
        names = "|".join(map(re.escape, sorted(self.titles, key=len, reverse=True)))
        places = re.compile(rf"(?<!\w)({names})!([A-Z]{{1,3}}[0-9]+)")
        return places.sub(lambda found: self._cell(found[1], found[2]), text)


def adopted_names(tabs: Mapping[str, RawTab]) -> AdoptedNames:
    """Where the tabs of a workbook stand, by our names of them."""
    adopted = {name: raw for name, raw in tabs.items() if raw.role}
    titles = {name: raw.name for name, raw in adopted.items()}
    origins = {name: raw.origins for name, raw in adopted.items() if raw.origins}
    return AdoptedNames(
        titles, origins, adopted["Clients"].statuses if "Clients" in adopted else {}
    )
