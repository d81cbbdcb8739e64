"""The workbook as a file that staff use too."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import threading
import time
from pathlib import Path

import pytest

from sheetops.errors import (
    SheetopsError,
    WorkbookChanged,
    WorkbookInUse,
    WorkbookMissing,
    WorkbookUnreadable,
    WriteRefused,
)
from sheetops.stores.excel import Options, edit
from sheetops.stores.excel.file import replace
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write import verify
from tests.stores.excel.build import build, sheet

EDIT = {"T": {"A1": "new"}}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    folder.mkdir()
    return build(folder / "Clients.xlsx", {"T": sheet("")})


def test_mode_owner_and_extended_attributes_stay(book: Path) -> None:
    book.chmod(0o640)
    os.chown(book, os.getuid(), os.getgid())
    try:
        os.setxattr(book, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system keeps no extended attributes")
    edit(book, EDIT)
    assert stat.S_IMODE(book.stat().st_mode) == 0o640
    assert os.getxattr(book, "user.note") == b"kept"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another owner")
def test_another_owner_stays(book: Path) -> None:
    os.chown(book, 4321, 4322)
    edit(book, EDIT)
    assert (book.stat().st_uid, book.stat().st_gid) == (4321, 4322)


def test_a_symlink_stays_a_symlink(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    edit(link, EDIT)
    assert link.is_symlink()
    assert read(book).tabs["T"].rows == [["new"]]
    assert [p.name for p in book.parent.iterdir()] == ["Clients.xlsx"]


def test_a_hard_link_is_refused(book: Path, tmp_path: Path) -> None:
    os.link(book, tmp_path / "second.xlsx")
    with pytest.raises(WriteRefused, match="second name"):
        edit(book, EDIT)


def test_a_read_only_file_is_refused(book: Path) -> None:
    book.chmod(0o444)
    with pytest.raises(WriteRefused, match="read-only"):
        edit(book, EDIT)


@pytest.mark.parametrize("length", [b"\3\0", b""])
def test_excels_owner_file_is_seen_and_names_the_person(book: Path, length: bytes) -> None:
    owner = b"\3" + b"Ann".ljust(54) + length + "Ann".encode("utf-16-le").ljust(110, b"\0")
    (book.parent / "~$Clients.xlsx").write_bytes(owner[:165])
    with pytest.raises(WorkbookInUse, match=r"open in Excel \(Ann\)"):
        edit(book, EDIT)


def test_libreoffices_lock_is_seen_and_its_age_told_and_it_is_left(book: Path) -> None:
    lock = book.parent / ".~lock.Clients.xlsx#"
    lock.write_text(",ann,desk,21.11.2026 08:00,file:///x;")
    os.utime(lock, (time.time() - 7200, time.time() - 7200))
    with pytest.raises(WorkbookInUse, match=r"LibreOffice \(ann, desk\).*120 minutes old"):
        edit(book, EDIT)
    assert lock.exists()


@pytest.mark.parametrize(
    "name",
    [
        "Clients (Ann's conflicted copy 2026-11-21).xlsx",
        "Clients.sync-conflict-20261121-080000.xlsx",
    ],
)
def test_a_conflict_copy_stops_the_write(book: Path, name: str) -> None:
    (book.parent / name).write_bytes(b"")
    with pytest.raises(WorkbookInUse, match="second version"):
        edit(book, EDIT)


def test_a_lock_that_appears_during_the_work_is_seen_before_replacing(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = book.read_bytes()
    checked = verify.verify

    def staff_open_it(*given: object) -> None:
        checked(*given)  # type: ignore[arg-type] # passed on as they came
        (book.parent / "~$Clients.xlsx").write_bytes(b"\3Ann")

    monkeypatch.setattr(replace, "verify", staff_open_it)
    with pytest.raises(WorkbookInUse):
        edit(book, EDIT)
    assert book.read_bytes() == before


@pytest.mark.parametrize("how", ["content", "same content, new file"])
def test_a_save_during_the_work_is_seen_before_replacing(
    book: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    raw = book.read_bytes()
    new = raw + b"" if how != "content" else build(book.parent / "x", {"T": sheet("")}).read_bytes()
    checked = verify.verify

    def staff_save(*given: object) -> None:
        checked(*given)  # type: ignore[arg-type] # passed on as they came
        other = book.parent / "saved"
        other.write_bytes(new if how != "content" else new[:-1] + b"\0")
        other.replace(book)

    monkeypatch.setattr(replace, "verify", staff_save)
    with pytest.raises(WorkbookChanged):
        edit(book, EDIT)
    assert not [p for p in book.parent.iterdir() if p.suffix == ".tmp"]


def test_what_was_read_must_be_what_is_there(book: Path) -> None:
    with pytest.raises(WorkbookChanged):
        edit(book, EDIT, options=Options(expected="0" * 64))
    assert edit(book, EDIT, options=Options(expected=read(book).fingerprint)).changed


def test_a_path_that_is_missing_for_a_moment_is_waited_for(book: Path) -> None:
    raw = book.read_bytes()
    book.unlink()
    timer = threading.Timer(0.1, lambda: book.write_bytes(raw))
    timer.start()
    edit(book, EDIT)
    timer.join()


@pytest.mark.parametrize("gone", ["file", "folder"])
def test_a_missing_workbook_is_told_in_one_sentence(
    tmp_path: Path, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replace, "PATIENCE", 0.0)
    path = tmp_path / "Clients.xlsx" if gone == "file" else tmp_path / "away" / "Clients.xlsx"
    with pytest.raises(WorkbookMissing, match="There is no workbook"):
        read(path)


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(WorkbookUnreadable, match="folder"):
        read(tmp_path)


def test_dated_copies_are_kept_and_the_oldest_go(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    first = book.read_bytes()
    for number in range(4):
        report = edit(book, {"T": {"A1": number}}, options=Options(folder, keep=3))
    copies = sorted(folder.iterdir())
    assert len(copies) == 3
    assert str(copies[-1]) == report.backup
    assert read(copies[-1]).tabs["T"].rows == [[2.0]]
    assert first not in [copy.read_bytes() for copy in copies]


def test_out_leaves_the_workbook_alone_and_is_a_copy_where_nothing_differs(
    book: Path, tmp_path: Path
) -> None:
    before = book.read_bytes()
    edit(book, {"T": {"A1": None}}, out=tmp_path / "same.xlsx")
    assert (tmp_path / "same.xlsx").read_bytes() == before
    edit(book, EDIT, out=tmp_path / "other.xlsx")
    assert book.read_bytes() == before


STEPS = ["open", "write", "fsync", "fchmod", "setxattr", "verify", "replace"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_failure_at_any_step_leaves_the_old_file_whole(
    book: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    before, state = book.read_bytes(), book.stat()

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    places: dict[str, tuple[object, str]] = {
        "open": (tempfile, "mkstemp"),
        "write": (os, "fdopen"),
        "fsync": (os, "fsync"),
        "fchmod": (os, "fchmod"),
        "setxattr": (replace, "_keep_attributes"),
        "verify": (replace, "verify"),
        "replace": (Path, "replace"),
    }
    target, name = places[step]
    monkeypatch.setattr(target, name, fail)
    with pytest.raises(SheetopsError) as caught:
        edit(book, EDIT)
    monkeypatch.undo()
    assert caught.value.mend
    assert book.read_bytes() == before
    assert book.stat().st_ino == state.st_ino
    assert [p.name for p in book.parent.iterdir()] == ["Clients.xlsx"]


def test_temporary_files_of_a_crashed_run_are_swept_later(book: Path) -> None:
    old = book.parent / ".Clients.xlsx.sheetops-abc.tmp"
    young = book.parent / ".Clients.xlsx.sheetops-def.tmp"
    for file in (old, young):
        file.write_bytes(b"half")
    os.utime(old, (time.time() - 86_400, time.time() - 86_400))
    edit(book, EDIT)
    assert not old.exists()
    assert young.exists()
