"""The committed workbook is what the generator makes, and the generator makes it the same anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from sheetops.stores.excel.read.read import read
from sheetops.template import build
from sheetops.template.__main__ import TEMPLATE
from sheetops.workbook.book import read as book_of
from sheetops.workbook.contract import TABS
from tests.template.workbook_text import lines


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """The workbooks as they are made here, by `small`."""
    folder = tmp_path_factory.mktemp("built")
    paths = {small: folder / f"{small}.xlsx" for small in (False, True)}
    for small, path in paths.items():
        build(path, small=small)
    return paths


def test_the_committed_template_is_what_the_generator_makes_now(built: dict[bool, Path]) -> None:
    now, committed = lines(built[False]), lines(TEMPLATE)
    differing = [line for line in now if line not in set(committed)]
    assert not differing, "run `python -m sheetops.template`"
    assert now == committed


@pytest.mark.parametrize("small", [False, True])
def test_the_same_content_gives_the_same_bytes_in_another_process(
    built: dict[bool, Path], tmp_path: Path, small: bool
) -> None:
    there = [sys.executable, "-m", "sheetops.template", str(tmp_path / "there.xlsx")]
    there += ["--small"] if small else []
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run(there, check=True, env=elsewhere)  # noqa: S603 - our own command
    assert built[small].read_bytes() == (tmp_path / "there.xlsx").read_bytes()


@pytest.mark.parametrize("small", [False, True])
def test_our_own_reader_finds_nothing_to_mend(built: dict[bool, Path], small: bool) -> None:
    book = book_of(read(built[small]))
    assert book.problems == ()
    assert list(book.frame("Clients")["Client"]) == ["Ann Example", "Ben Example", "Cara Example"]


def test_no_date_of_today_is_in_the_file(built: dict[bool, Path]) -> None:
    with ZipFile(built[False]) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(2026, 1, 1)}
        assert package.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2


def test_calamine_reads_every_tab_of_the_committed_template() -> None:
    with CalamineWorkbook.from_path(TEMPLATE) as workbook:
        assert workbook.sheet_names == ["Start here", "Dashboard", *(tab.name for tab in TABS)]
        clients = workbook.get_sheet_by_name("Clients").to_python()
    assert [row[1] for row in clients[1:]] == ["Ann Example", "Ben Example", "Cara Example"]
