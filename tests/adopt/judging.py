"""How well a proposal understands a tracker: what is missing, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import range_boundaries

from sheetops.adopt.proposal import Proposal, propose
from sheetops.stores.excel import ExcelStore
from sheetops.workbook.raw import RawBook, RawTab
from tests.adopt.trackers import TODAY, Tracker


@dataclass(frozen=True)
class Verdict:
    """What a proposal lacks of what the job needs, and what it has wrong; in words."""

    missing: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def found_all(self) -> bool:
        return not self.missing


def proposed(tracker: Tracker, folder: Path) -> Proposal:
    return propose(ExcelStore(tracker.save(folder)).read(), TODAY)


def drawn(tracker: Tracker) -> Proposal:
    """What is proposed of a tracker's cells as a store gives them; without a file, quicker."""
    tabs = {
        title: RawTab(
            title, [list(row) for row in sheet.rows], merges=tuple(map(_area, sheet.merges))
        )
        for title, sheet in tracker.sheets.items()
    }
    return propose(RawBook(f"{tracker.name}.xlsx", tabs), TODAY)


def _area(corners: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(side or 0) for side in range_boundaries(corners))
    return top, left, bottom, right


def judge(tracker: Tracker, proposal: Proposal) -> Verdict:
    """Compare a proposal with what a person says of the tracker."""
    said = proposal.mapping
    found = proposal.as_dict()["columns"]
    assert isinstance(found, dict)
    missing = [
        f"tab {tab} is {role}" for tab, role in tracker.tabs.items() if said.tabs.get(tab) != role
    ]
    wrong = [
        f"tab {tab} is no {role}"
        for tab, role in said.tabs.items()
        if role and tracker.tabs.get(tab, "") != role
    ]
    for tab, columns in tracker.columns.items():
        have = found.get(tab, {})
        missing += [
            f"{tab}: {ours} is {theirs}"
            for ours, theirs in columns.items()
            if have.get(ours) != theirs
        ]
    for tab, columns in found.items():
        truth = {**tracker.columns.get(tab, {}), **tracker.also.get(tab, {})}
        wrong += [
            f"{tab}: {ours} is not {theirs}"
            for ours, theirs in columns.items()
            if truth.get(ours) != theirs
        ]
    steps = tuple(step for one in said.steps.values() for step in one)
    missing += [f"step {step}" for step in tracker.steps if step not in steps]
    wrong += [f"{step} is no step" for step in steps if step not in tracker.steps]
    if proposal.shape != tracker.shape:
        wrong.append(f"it is {tracker.shape}")
    clients = [key for key, role in said.tabs.items() if role == "Clients"]
    if tracker.clients and clients and len(proposal.tables[clients[0]].rows) != tracker.clients:
        wrong.append(
            f"{len(proposal.tables[clients[0]].rows)} clients are read, not {tracker.clients}"
        )
    return Verdict(tuple(missing), tuple(wrong))
