"""The computer: its Python and packages, its folders and disk, its time zone."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement
from tzlocal import get_localzone_name

from sheetops.jobs.doctor.check import Check
from sheetops.ledger.location import synced_by
from sheetops.settings import Settings, data_folder
from sheetops.workbook.business import Business

_NEEDED = (3, 11)
_ROOM = 200_000_000
"""Bytes that must be free: a copy of a large workbook and of its ledger before each run."""


def of_computer() -> Iterator[Check]:
    """Python, and every package that sheetops needs."""
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info[:2] < _NEEDED:
        yield Check("Python", False, found, "Install Python 3.11 or newer, and sheetops into it.")
    else:
        yield Check("Python", True, found)
    yield _packages()


def _packages() -> Check:
    try:
        needed = [Requirement(one) for one in metadata.requires("sheetops") or ()]
    except metadata.PackageNotFoundError:
        mend = "Install it: pip install . in its folder."
        return Check("Packages", False, "sheetops itself is not installed", mend)
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    wrong = [f"{one.name} ({why})" for one in needed if (why := _wrong_with(one))]
    if wrong:
        names = " ".join(f'"{one.name}{one.specifier}"' for one in needed if _wrong_with(one))
        mend = f"Run: {sys.executable} -m pip install {names}"
        return Check("Packages", False, ", ".join(wrong), mend)
    return Check("Packages", True, f"sheetops {metadata.version('sheetops')} and all it needs")


def _wrong_with(needed: Requirement) -> str:
    try:
        found = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return "missing"
    return "" if needed.specifier.contains(found, prereleases=True) else f"is {found}"


def of_folders(settings: Settings) -> Iterator[Check]:
    """Where the ledger, the copies and the looks' memory are kept: writable, and room enough."""
    kept = settings.memory_at.parent
    copies = settings.copies_at(settings.fallback_id)
    for name, folder in (("Data folder", kept), ("Copies", copies)):
        if name == "Data folder" or not settings.workbook.google:
            yield _writable(name, folder)
    free = shutil.disk_usage(_there(kept)).free
    if free < _ROOM:
        mend = "Make room: a run keeps a copy of workbook and ledger."
        yield Check("Disk", False, f"only {free / 1e6:.0f} MB are free at {kept}", mend)
    else:
        yield Check("Disk", True, f"{free / 1e9:.1f} GB free")


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())


def _writable(name: str, folder: Path) -> Check:
    there = _there(folder)
    if not there.is_dir() or not os.access(there, os.W_OK):
        mend = f"Let this account write {there}."
        return Check(name, False, f"{folder} cannot be written", mend)
    if name == "Data folder" and (program := synced_by(folder / "x")):
        mend = "Name a folder on this computer's own disk as path under [ledger]."
        return Check(name, False, f"{folder or data_folder()} lies in {program}", mend)
    return Check(name, True, str(folder))


def of_zone(business: Business | None) -> Iterator[Check]:
    """The computer's time zone, and the business's: jobs go by the business's."""
    here = _here()
    if not here:
        mend = "Set the time zone in the computer's settings."
        yield Check("Time zone", False, "the computer's is not known", mend)
    elif business is None:
        yield Check("Time zone", True, f"{here} (computer)")
    else:
        theirs = business.calendar.zone.key
        also = "" if theirs == here else f", the computer is set to {here}"
        yield Check("Time zone", True, f"{theirs} (Settings){also}")


def _here() -> str:
    try:
        return ZoneInfo(get_localzone_name() or "").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
