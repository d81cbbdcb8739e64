"""Our own columns in an adopted sheet: only with consent, and only to the right of everything."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from sheetops.adopt.language.headings import plain
from sheetops.adopt.proposal import Proposal
from sheetops.workbook.mapping import Mapping, sheet_of
from sheetops.workbook.raw import address

HEADINGS: Map[str, tuple[str, ...]] = {
    "Clients": ("Flag", "Why", "Waiting on", "Current step", "Days waiting", "Checked at"),
    "Steps": ("Flag", "Why", "Days waiting", "Due by"),
}
"""The tool columns that an adopted table is offered, by role."""


@dataclass(frozen=True)
class Added:
    """Headings to write, by tab and address, and the mapping that knows them."""

    cells: Map[str, Map[str, str]]
    mapping: Mapping


def to_add(proposal: Proposal) -> Added:
    """The headings of our columns beyond the last used column of each tab.

    A heading that staff already have there is theirs: ours then says whose it is, in letters that
    tell the two apart however they are compared.
    """
    mapping = proposal.mapping
    cells: dict[str, dict[str, str]] = {}
    columns = {key: dict(entries) for key, entries in mapping.columns.items()}
    for key, role in mapping.tabs.items():
        if role not in HEADINGS or key not in proposal.tables:
            continue
        region = proposal.tables[key]
        sheet = sheet_of(key) if key not in proposal.book.tabs else key
        taken = {plain(heading) for heading in region.headings}
        added = cells.setdefault(sheet, {})
        at = max(region.grid.last_column, _widest(region.grid.raw.merges)) + len(added)
        for ours in HEADINGS[role]:
            if ours in columns[key]:
                continue
            at += 1
            theirs = f"{ours} by sheetops" if plain(ours) in taken else ours
            added[address(region.row, at)] = theirs
            columns[key][ours] = (theirs,)
    return Added(
        {tab: entries for tab, entries in cells.items() if entries},
        replace(mapping, columns=columns),
    )


def _widest(merges: tuple[tuple[int, int, int, int], ...]) -> int:
    return max((right for _, _, _, right in merges), default=0)
