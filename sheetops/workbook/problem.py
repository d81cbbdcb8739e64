"""Something in the workbook that needs a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the workbook that needs a person: where, what was found, what to do.

    `cell` is an address such as `F12`, or blank where a whole tab is meant. `key` is the row's key
    where the row itself is in doubt and therefore left alone. `stands` is the place as people see
    it, where the workbook's tabs are called otherwise.
    """

    tab: str
    cell: str
    found: str
    mend: str
    key: str = ""
    stands: str = ""

    @property
    def where(self) -> str:
        if self.stands:
            return self.stands
        return f"{self.tab}!{self.cell}" if self.cell else self.tab

    def __str__(self) -> str:
        return f"{self.where}: {self.found} {self.mend}"
