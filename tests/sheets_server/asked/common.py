"""What the kinds of request share: who asks about what, and ranges that fit a sheet."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.sheets_server import protection
from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.errors import bad
from tests.sheets_server.ranges import Area, from_json, named


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a batch: the spreadsheet, who asks, and what the request says."""

    book: Spreadsheet
    who: str
    body: Json

    def sheet(self) -> Sheet:
        """The sheet that `sheetId` names."""
        return self.book.sheet(self.body.get("sheetId", 0))

    def area(self, name: str = "range") -> tuple[Sheet, Area]:
        """The sheet and the cells that a GridRange of the request names.

        Raises:
            ApiError: 400, there is no such sheet, or the range lies beyond it.
        """
        if name not in self.body:
            raise bad(f"Missing required field: {name}")
        return fitting(self.book, self.body[name])

    def editable(self, name: str = "range") -> tuple[Sheet, Area]:
        """The same, where this person may edit all of it."""
        sheet, area = self.area(name)
        protection.check(self.book, self.who, area)
        return sheet, area


Handler = Callable[[Asked], Json]


def fitting(book: Spreadsheet, given: Json) -> tuple[Sheet, Area]:
    """The sheet and cells of a GridRange, with its ends.

    Raises:
        ApiError: 400, there is no such sheet, or the range lies beyond it.
    """
    area = from_json(given)
    sheet = book.sheet(area.sheet)
    cut = area.within(sheet.rows, sheet.columns)
    too_far = (area.bottom or 0) > sheet.rows or (area.right or 0) > sheet.columns
    if too_far or cut.rows < 1 or cut.columns < 1:
        full = Area(
            area.sheet, area.top, area.left, area.bottom or sheet.rows, area.right or sheet.columns
        )
        raise bad(
            f"Range ({_safely(sheet, full)}) exceeds grid limits. "
            f"Max rows: {sheet.rows}, max columns: {sheet.columns}"
        )
    return sheet, cut


def _safely(sheet: Sheet, area: Area) -> str:
    if area.rows < 1 or area.columns < 1:
        return sheet.title
    return named(sheet.title, area)


def fresh_id(taken: Iterable[int]) -> int:
    """A number that no other has."""
    used = set(taken)
    while True:
        number = random.randrange(1, 2**31 - 1)  # noqa: S311 # no secret
        if number not in used:
            return number
