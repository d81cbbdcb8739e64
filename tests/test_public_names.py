"""What a program may import from `sheetops` itself works, and costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

import sheetops
from sheetops import settings
from sheetops.jobs import setup


def test_every_public_name_is_there_and_no_other() -> None:
    assert sheetops.__all__ == ["Request", "daily", "edit", "preview"]
    for name in sheetops.__all__:
        assert getattr(sheetops, name).__name__ == name
    assert not hasattr(sheetops, "weekly")


def test_a_program_edits_a_workbook_and_sees_and_applies_its_day(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    setup.init(path, small=True)
    sheetops.edit(path, {"Clients": {"A2": "C001", "B2": "Ada"}})
    assert load_workbook(path)["Clients"]["B2"].value == "Ada"
    request = sheetops.Request(settings.load(workbook=path), date(2026, 11, 24))
    assert not sheetops.preview(request).mails
    assert sheetops.daily(request).run


def test_importing_the_package_imports_nothing_heavy() -> None:
    done = subprocess.run(  # our own module
        [sys.executable, "-c", "import sheetops, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"pandas", "openpyxl", "sqlalchemy", "pydantic", "sheetops.jobs", "sheetops.stores"}
    assert not heavy & set(done.stdout.split())
