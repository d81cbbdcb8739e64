"""Killed at any point of a write, there is the old file or the new one, never another."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from sheetops.stores.excel import Options, edit
from sheetops.workbook.raw import Value
from tests.stores.excel.build import build, sheet

CELLS: dict[str, dict[str, Value]] = {"T": {"A1": "new", "B7": 2.5}}
ROOM = "sheetops/stores/excel/"
CHANGING = (
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,fchmod,fchown,fsetxattr,unlink,"
)
CHANGING += "unlinkat,ftruncate,close"
CODE = """
import sys
from pathlib import Path
from sheetops.stores.excel import Options, edit
print("ready", flush=True)
edit(sys.argv[1], {"T": {"A1": "new", "B7": 2.5}}, options=Options(Path(sys.argv[2])))
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    folder.mkdir()
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    return build(folder / "Clients.xlsx", {"T": sheet(rows)})


def outcomes(book: Path) -> tuple[bytes, bytes]:
    """The old and the new bytes."""
    new = book.parent.parent / "new.xlsx"
    edit(book, CELLS, out=new)
    return book.read_bytes(), new.read_bytes()


def killed_at_line(book: Path, number: int) -> bool:
    """Edit in a forked process that kills itself at the n-th line it runs in this room."""
    child = os.fork()
    if child == 0:
        left = number

        def trace(frame: FrameType, event: str, _: object) -> object:
            nonlocal left
            if ROOM not in frame.f_code.co_filename:
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)  # type: ignore[arg-type] # a tracer that traces itself
        try:
            edit(book, CELLS, options=Options(book.parent.parent / "copies"))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def lines(step: int) -> Iterator[int]:
    """Numbers of lines: few at first (imports, reading), all of the last ones."""
    number = 1
    while True:
        yield number
        number += step


@pytest.mark.parametrize("step", [499, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_line_leaves_the_old_or_the_new_file(book: Path, step: int) -> None:
    old, new = outcomes(book)
    seen = {old: 0, new: 0}
    for number in lines(step):
        book.write_bytes(old)
        died = killed_at_line(book, number)
        now = book.read_bytes()
        assert now in seen, f"killed at line {number}"
        seen[now] += died
        for left in book.parent.iterdir():
            assert left == book or left.name.startswith(".Clients.xlsx.sheetops-")
            if left != book:
                left.unlink()
        if not died:
            assert now == new
            break
    assert seen[old] > 3


@pytest.mark.long
def test_killed_at_every_system_call_that_changes_something(book: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    old, new = outcomes(book)
    seen = {old: 0, new: 0}
    for number in range(1, 400):
        book.write_bytes(old)
        inject = f"inject={CHANGING}:signal=SIGKILL:when={number}"
        command = [strace, "-f", "-qq", "-o", "/dev/null", "-e", inject]
        command += [sys.executable, "-B", "-c", CODE, str(book), str(book.parent.parent / "copies")]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program
        now = book.read_bytes()
        assert now in seen, f"killed at call {number}"
        seen[now] += 1
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert seen[old] > 10
    assert seen[new] > 0
