"""What tabs are called, and columns of dates or marks that are no steps."""

from __future__ import annotations

from functools import cache

from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.vocabulary import table, words
from sheetops.workbook.contract import BY_NAME


@cache
def titles(role: str) -> tuple[str, ...]:
    """What tabs of a role are called, folded."""
    tab = BY_NAME[role]
    listed = words(table("tabs")["titles"].get(role, ""))
    return tuple(dict.fromkeys(map(plain, (tab.name, *tab.aliases, *listed))))


@cache
def not_steps() -> frozenset[str]:
    """Headings of dates or marks that are no step of the work, folded."""
    return frozenset(map(plain, words(table("tabs")["not_steps"])))
