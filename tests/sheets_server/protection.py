"""Protected ranges: who may edit what."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.book import Sheet, Spreadsheet
from tests.sheets_server.errors import PROTECTED, bad
from tests.sheets_server.ranges import Area, from_json


def may_edit(book: Spreadsheet, who: str, protected: dict[str, Any]) -> bool:
    """Whether somebody may edit a protected range: its owner, its editors, all if it only warns."""
    if protected.get("warningOnly") or who == book.owner:
        return True
    editors = protected.get("editors", {})
    return who in editors.get("users", []) or bool(editors.get("domainUsersCanEdit"))


def editors(book: Spreadsheet, protected: dict[str, Any]) -> list[str]:
    """Addresses of those who may edit a protected range: the owner always."""
    return sorted({book.owner, *protected.get("editors", {}).get("users", [])})


def check(book: Spreadsheet, who: str, area: Area) -> None:
    """Refuse to change an area that meets a range protected from this person.

    Raises:
        ApiError: 400, it does.
    """
    sheet = book.sheet(area.sheet)
    for protected in sheet.protected:
        if may_edit(book, who, protected):
            continue
        if _guards(book, protected, area):
            raise bad(PROTECTED)


def _guards(book: Spreadsheet, protected: dict[str, Any], area: Area) -> bool:
    guarded = covered(book, protected)
    if not guarded.meets(area):
        return False
    open_to_all = [from_json(one) for one in protected.get("unprotectedRanges", [])]
    return not (is_whole(book, protected) and any(_holds(one, area) for one in open_to_all))


def covered(book: Spreadsheet, protected: dict[str, Any]) -> Area:
    """The area that a protected range covers, by itself or by the name of a range."""
    if "namedRangeId" in protected:
        for one in book.named:
            if one["namedRangeId"] == protected["namedRangeId"]:
                return from_json(one["range"])
    return from_json(protected.get("range", {}))


def _holds(outer: Area, inner: Area) -> bool:
    def within(start: int, end: int | None, other: int, other_end: int | None) -> bool:
        return start <= other and (end is None or (other_end is not None and other_end <= end))

    return within(outer.top, outer.bottom, inner.top, inner.bottom) and within(
        outer.left, outer.right, inner.left, inner.right
    )


def check_sheet(book: Spreadsheet, who: str, sheet: Sheet, *, deleting: bool = False) -> None:
    """Refuse to change a sheet as such (rename, hide) that is protected as a whole from somebody.

    Deleting it is refused even where only some of its cells are.

    Raises:
        ApiError: 400, it is.
    """
    for protected in sheet.protected:
        if not may_edit(book, who, protected) and (deleting or is_whole(book, protected)):
            raise bad(PROTECTED)


def is_whole(book: Spreadsheet, protected: dict[str, Any]) -> bool:
    """Whether it protects all of a sheet."""
    area = covered(book, protected)
    return (area.top, area.left, area.bottom, area.right) == (0, 0, None, None)
