"""The clock that looks: every few minutes a process of its own, for as long as the computer is on.

Each look is a process, so that one that dies, hangs or leaks takes nothing with it. `schedule`
keeps the rhythm; it trusts the computer's clock, so after a clock that was set back it would wait
for hours: then the rhythm begins anew.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

import schedule

_LONGEST = 3 * 3600.0
"""Seconds after which a look is taken to hang."""
_GRACE = 60.0
_NAP = 30.0
"""Seconds between two glances at the clock, which may have been set."""


@dataclass
class Rhythm:
    """When to look next."""

    minutes: int
    look: Callable[[], object]
    jobs: schedule.Scheduler = field(default_factory=schedule.Scheduler)

    def begin(self) -> None:
        """Look at once, and from now on every few minutes."""
        self.jobs.clear()
        self.jobs.every(self.minutes).minutes.do(self.look)
        self.look()

    def step(self) -> float:
        """Look if it is time to; the seconds that may pass before the next step."""
        wait = self.jobs.idle_seconds
        if wait is None or wait > self.minutes * 60:  # the clock was set back
            self.begin()
        else:
            self.jobs.run_pending()
        return min(max(self.jobs.idle_seconds or 0.0, 0.0), _NAP)


class Server:
    """Looks until it is told to end; the step in hand is then brought to its end."""

    def __init__(self, command: Sequence[str], minutes: int) -> None:
        self.command = command
        self.minutes = minutes
        self.ending = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Look until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        rhythm = Rhythm(self.minutes, self.look)
        rhythm.begin()
        while not self.ending.is_set():
            self.ending.wait(rhythm.step())

    def look(self) -> int:
        """One look, in a process of its own; its exit status."""
        if self.ending.is_set():
            return 0
        with subprocess.Popen(self.command, start_new_session=True) as child:  # noqa: S603 # our own
            self._child = child
            try:
                return child.wait(_LONGEST)
            except subprocess.TimeoutExpired:
                return self._stop(child)
            finally:
                self._child = None

    def _stop(self, child: subprocess.Popen[bytes]) -> int:
        child.terminate()
        try:
            return child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ending.set()
        if self._child is not None:
            self._child.terminate()


def command_of(arguments: Sequence[str]) -> tuple[str, ...]:
    """The command of one look with these options, run by the same Python."""
    return (sys.executable, "-m", "sheetops", "look", *arguments)
