"""Versions in conflict that a synced folder makes, and copies that only look like one."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import pytest

from sheetops.errors import WorkbookInUse
from sheetops.stores.excel import ExcelStore, edit
from sheetops.workbook import book, headers
from sheetops.workbook.changes import CellChange, Changes
from tests.jobs.small import Business

CERTAIN = [
    "clients (Ann's conflicted copy 2026-11-21).xlsx",
    "clients (Anns in Konflikt stehende Kopie 2026-11-21).xlsx",
    "clients (Copie en conflit de Ann 2026-11-21).xlsx",
    "clients (conflicted copy 2026-11-21 080000).xlsx",
    "clients (SFConflict ann@example.com 2026-11-21-08-00-00).xlsx",
    "clients.sync-conflict-20261121-080000-ABCDEFG.xlsx",
    "clients_conflict-20261121-080000.xlsx",
    "clients [Conflict].xlsx",
]
LIKE_A_COPY = ["clients (1).xlsx", "clients 2.xlsx", "clients-DESKTOP-7AB12.xlsx"]


@pytest.fixture
def business(tmp_path: Path) -> Business:
    folder = tmp_path / "office"
    folder.mkdir()
    return Business(folder)


def store(business: Business) -> ExcelStore:
    copies = business.folder / "copies"
    return ExcelStore(business.path, copies, wanted=headers.is_ours)


def write(business: Business, value: str) -> None:
    door = store(business)
    found = book.read(door.read())
    change = CellChange("Clients", "C1", "Flag", None, value)
    door.check(found.fingerprint)
    door.write(Changes((change,), (), found.layout, found.fingerprint))


def second(business: Business, name: str, *, hours: float = 1, differs: bool = True) -> Path:
    """Another version beside the workbook, saved so many hours from now."""
    path = business.path.with_name(name)
    path.write_bytes(business.path.read_bytes())
    if differs:
        edit(path, {"Clients": {"B2": "By another"}})
    then = time.time() + 3600 * hours
    os.utime(path, (then, then))
    return path


@pytest.mark.parametrize("name", [*CERTAIN, *LIKE_A_COPY, f"clients-{platform.node()}.xlsx"])
def test_a_version_that_somebody_saved_since_stops_the_run(business: Business, name: str) -> None:
    write(business, "first")
    before = business.path.read_bytes()
    other = second(business, name)
    with pytest.raises(WorkbookInUse) as refused:
        write(business, "second")
    assert other.name in str(refused.value)
    assert "bring the two together" in str(refused.value)
    assert business.path.read_bytes() == before
    other.unlink()
    write(business, "second")


@pytest.mark.parametrize("name", CERTAIN)
def test_a_version_that_says_so_itself_stops_the_run_even_if_it_is_not_there_yet(
    business: Business, name: str
) -> None:
    business.path.with_name(name).write_bytes(b"")
    with pytest.raises(WorkbookInUse):
        write(business, "second")


@pytest.mark.parametrize("name", LIKE_A_COPY)
@pytest.mark.parametrize(("hours", "differs"), [(1.0, False), (-1.0, True)])
def test_a_copy_that_a_person_made_is_told_and_stops_nobody(
    business: Business, name: str, hours: float, differs: bool
) -> None:
    write(business, "first")
    other = second(business, name, hours=hours, differs=differs)
    write(business, "second")
    (trouble,) = store(business).read().troubles
    assert other.name in trouble.found
    assert trouble.mend


@pytest.mark.parametrize("name", ["clients-2025.xlsx", "clients - Copy.xlsx", "clients old.xlsx"])
def test_other_files_are_nobodys_business(business: Business, name: str) -> None:
    second(business, name)
    write(business, "second")
    assert not store(business).read().troubles


def test_another_workbook_of_such_a_name_is_nobodys_business(business: Business) -> None:
    other = second(business, "clients (1).xlsx")

    settings = book.read(store(business).read()).tables["Settings"]
    edit(other, {"Settings": {settings.cell_of("Workbook id", "Value"): "another"}})
    write(business, "second")
    assert not store(business).read().troubles
