"""Runs in processes of their own, forked from one that has everything imported already.

Starting Python anew for each death would take most of the time; a fork of a warm process has the
same death, because it ends at once and takes its connections, locks and memory with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from sheetops.failpoints import STATUS

_PATIENCE = 180.0
_CAME_TO_GRIEF = 70


class Failed(Exception):
    """Raised when a process ended as it should not have; with its traceback."""


def forked(work: Callable[[], Any]) -> tuple[bool, Any]:
    """Do `work` in a fork of this process: whether it died at its point, else its answer.

    The answer goes through JSON. Raises Failed if the process raised, or took over three minutes.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        os.close(read_end)
        _do(work, write_end)
    os.close(write_end)
    return _answer(child, read_end)


def _do(work: Callable[[], Any], write_end: int) -> None:
    """In the child: never returns."""
    status = _CAME_TO_GRIEF
    gc.disable()  # it would touch, and so copy, all that was there before
    try:
        answer = json.dumps(work())
        status = 0
    except BaseException:  # whatever it is, the parent must hear of it
        answer = traceback.format_exc()
    with os.fdopen(write_end, "w") as file:
        file.write(answer)
    sys.stdout.flush()
    os._exit(status)


def _answer(child: int, read_end: int) -> tuple[bool, Any]:
    watchdog = time.monotonic() + _PATIENCE
    with os.fdopen(read_end) as file:
        said = _read_until(file.fileno(), watchdog, child)
    _, raw = os.waitpid(child, 0)
    status = os.waitstatus_to_exitcode(raw)
    if status == STATUS:
        return True, None
    if status:
        raise Failed(f"status {status}\n{said}")
    return False, json.loads(said)


def _read_until(descriptor: int, watchdog: float, child: int) -> str:
    parts = []
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0, watchdog - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            break
        part = os.read(descriptor, 65536)
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()
