"""Reading in a process of its own, with limits on memory and time.

A workbook that somebody sent may make a reader take all memory or abort its process, which nothing
can catch from within. A small one cannot (its area and its expanded size are checked before), and
is read here; a large one that is not known yet is read by a child, and only the child dies.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from sheetops.errors import SheetopsError, WorkbookUnreadable
from sheetops.stores.excel.ooxml.limits import Limits
from sheetops.stores.excel.ooxml.parts import plainly
from sheetops.stores.excel.read.sheets import Reader
from sheetops.stores.excel.write.editor import load
from sheetops.workbook.raw import RawTab

_CODE: Final = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def read_in_child(
    name: str, raw: bytes, tabs: Sequence[str], limits: Limits
) -> Mapping[str, RawTab]:
    """Read tabs of a workbook's bytes in a child process.

    Raises WorkbookUnreadable if it needs more memory or time than the limits allow.
    """
    code = _CODE.format(path=sys.path, module=__name__)
    task = pickle.dumps((name, raw, list(tabs), limits))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with our own code
            [sys.executable, "-c", code],
            input=task,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(name, f"more than {limits.seconds} seconds") from error
    if done.returncode != 0 or not done.stdout:
        raise _too_much(name, f"more than {limits.memory // 1_000_000:,} MB of memory")
    found, words = pickle.loads(done.stdout)  # noqa: S301 - from our own child
    if words is not None:
        raise WorkbookUnreadable(*words)
    return dict(found)


def _too_much(name: str, what: str) -> WorkbookUnreadable:
    return WorkbookUnreadable(
        f"{name} cannot be read: that would take {what}.",
        "Delete what lies far away from the data, or move old rows out of it.",
    )


def main() -> None:
    """The child: a task comes in, the tabs or an error's words go out."""
    name, raw, tabs, limits = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    _limit(limits)
    found, error = None, None
    try:
        with plainly(name):
            found = Reader(load(name, raw, limits)).tabs(tabs)
    except SheetopsError as trouble:
        error = trouble.what, trouble.mend
    pickle.dump((found, error), sys.stdout.buffer)


def _limit(limits: Limits) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
