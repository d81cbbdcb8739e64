"""Copies of the workbook: which of them stay, and how one comes back."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sheetops.errors import WorkbookInUse, WorkbookUnreadable
from sheetops.stores.excel import Options, edit
from sheetops.stores.excel.file.backups import Copy, copies_of, too_old
from sheetops.stores.excel.file.restore import restore
from sheetops.stores.excel.read.read import read
from tests.stores.excel.build import build, sheet

NOW = datetime(2026, 11, 24, 8).astimezone()


def copies(*moments: datetime) -> list[Copy]:
    return [Copy(Path(f"{one:%Y-%m-%d %H%M%S}"), one) for one in sorted(moments, reverse=True)]


def kept(found: list[Copy], keep: int = 20) -> list[datetime]:
    gone = set(too_old(found, NOW.date(), keep))
    return [one.moment for one in found if one not in gone]


def test_the_newest_stay_however_close_they_are() -> None:
    found = copies(*(NOW - timedelta(minutes=n) for n in range(30)))
    assert kept(found) == [NOW - timedelta(minutes=n) for n in range(20)]


def test_of_older_ones_the_last_of_each_day_stays_for_a_month() -> None:
    days = [NOW - timedelta(days=n, hours=h) for n in range(1, 60) for h in (0, 3)]
    found = kept(copies(NOW, *days), keep=1)
    within = [one for one in found if one > NOW - timedelta(days=31)]
    assert within[1:] == [NOW - timedelta(days=n) for n in range(1, 31)]


def test_then_one_of_each_week_for_a_year() -> None:
    found = kept(copies(*(NOW - timedelta(days=n) for n in range(900))), keep=1)
    old = [one for one in found if one < NOW - timedelta(days=40)]
    assert all(before - after == timedelta(7) for before, after in pairwise(old))
    assert timedelta(355) < NOW - old[-1] <= timedelta(366)
    assert len(found) < 85


def test_thinning_again_takes_no_more_away() -> None:
    found = copies(*(NOW - timedelta(hours=7 * n) for n in range(2000)))
    once = kept(found)
    assert kept(copies(*once)) == once


def test_other_files_in_the_folder_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "Clients 2026-11-24.xlsx").write_bytes(b"")
    (tmp_path / "Other 2026-11-24 080000.000000.xlsx").write_bytes(b"")
    (tmp_path / "Clients 2026-99-99 080000.000000.xlsx").write_bytes(b"")
    assert copies_of(tmp_path / "Clients.xlsx", tmp_path) == []


# ---- putting one back


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = build(tmp_path / "office.xlsx", {"T": sheet("")})
    for number in range(2):
        edit(path, {"T": {"A1": number}}, options=Options(tmp_path / "copies"))
    return path


def newest(book: Path) -> Path:
    return copies_of(book, book.parent / "copies")[0].path


def test_a_copy_comes_back_and_what_stood_there_is_kept(book: Path) -> None:
    was, then = book.read_bytes(), newest(book)
    raw = then.read_bytes()
    book.chmod(0o640)
    backup = restore(book, then, book.parent / "copies")
    assert book.read_bytes() == raw
    assert read(book).tabs["T"].rows == [[0.0]]
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert backup is not None
    assert backup.read_bytes() == was
    assert restore(book, then, book.parent / "copies") is None  # the very same


def test_a_workbook_that_is_gone_comes_back(book: Path) -> None:
    then = newest(book)
    book.unlink()
    assert restore(book, then, book.parent / "copies") is None
    assert read(book).tabs["T"].rows == [[0.0]]


def test_a_broken_workbook_is_replaced_and_kept(book: Path) -> None:
    book.write_bytes(b"broken")
    backup = restore(book, newest(book), book.parent / "copies")
    assert backup is not None
    assert backup.read_bytes() == b"broken"
    assert read(book).tabs["T"].rows == [[0.0]]


def test_an_open_workbook_is_left(book: Path) -> None:
    before = book.read_bytes()
    (book.parent / "~$office.xlsx").write_bytes(b"\3Ann")
    with pytest.raises(WorkbookInUse, match="open in Excel"):
        restore(book, newest(book), book.parent / "copies")
    assert book.read_bytes() == before


@pytest.mark.parametrize("how", ["cut", "bit"])
def test_a_damaged_copy_is_not_put_back(book: Path, how: str) -> None:
    before, then = book.read_bytes(), newest(book)
    raw = bytearray(then.read_bytes())
    if how == "cut":
        del raw[len(raw) // 2 :]
    else:
        raw[60] ^= 0xFF
    then.write_bytes(bytes(raw))
    with pytest.raises(WorkbookUnreadable):
        restore(book, then, book.parent / "copies")
    assert book.read_bytes() == before
