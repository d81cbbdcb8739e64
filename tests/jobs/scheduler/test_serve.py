"""The clock that looks: its rhythm, and its end in the middle of a look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import schedule

from sheetops.jobs.scheduler.serve import Rhythm, Server, command_of


class Clock:
    """The clock that `schedule` reads, set by the test."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 7)  # noqa: DTZ001 # as schedule has it

    def now(self, _zone: object = None) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    fake = SimpleNamespace(
        datetime=clock, timedelta=timedelta, date=datetime, time=datetime.min.time()
    )
    monkeypatch.setattr(schedule, "datetime", fake)
    return clock


def test_it_looks_at_once_and_then_every_few_minutes(clock: Clock) -> None:
    looks: list[datetime] = []
    rhythm = Rhythm(5, lambda: looks.append(clock.moment))
    rhythm.begin()
    for _ in range(20):
        clock.moment += timedelta(minutes=1)
        assert 0 <= rhythm.step() <= 30
    assert [one.minute for one in looks] == [0, 5, 10, 15, 20]


def test_after_sleep_it_looks_once(clock: Clock) -> None:
    looks: list[datetime] = []
    rhythm = Rhythm(5, lambda: looks.append(clock.moment))
    rhythm.begin()
    clock.moment += timedelta(hours=9)
    rhythm.step()
    rhythm.step()
    assert len(looks) == 2


def test_a_clock_that_was_set_back_is_not_waited_for(clock: Clock) -> None:
    looks: list[datetime] = []
    rhythm = Rhythm(5, lambda: looks.append(clock.moment))
    rhythm.begin()
    clock.moment -= timedelta(days=1)
    rhythm.step()
    assert len(looks) == 2
    clock.moment += timedelta(minutes=5)
    rhythm.step()
    assert len(looks) == 3


def test_a_look_that_dies_takes_nothing_with_it() -> None:
    server = Server([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], 5)
    assert server.look() == -signal.SIGKILL
    assert server.look() == -signal.SIGKILL


def test_a_look_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheetops.jobs.scheduler.serve._LONGEST", 0.3)
    monkeypatch.setattr("sheetops.jobs.scheduler.serve._GRACE", 0.3)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    began = time.monotonic()
    assert Server([sys.executable, "-c", stubborn], 5).look() == -signal.SIGKILL
    assert time.monotonic() - began < 20


def test_sigterm_ends_it_after_the_step_in_hand(tmp_path: Path) -> None:
    done = tmp_path / "done"
    step = (
        "import signal, sys, time, pathlib\n"
        "told = []\n"
        "signal.signal(15, lambda *_: told.append(1))\n"
        f"pathlib.Path({str(tmp_path / 'began')!r}).touch()\n"
        "while not told: time.sleep(0.01)\n"
        "time.sleep(0.3)\n"
        f"pathlib.Path({str(done)!r}).touch()\n"
    )
    script = (
        "import sys\nfrom sheetops.jobs.scheduler.serve import Server\n"
        f"Server([sys.executable, '-c', {step!r}], 5).run()\n"
    )
    serving = subprocess.Popen([sys.executable, "-c", script])  # noqa: S603 # our own interpreter
    until = time.monotonic() + 30
    while not (tmp_path / "began").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(serving.pid, signal.SIGTERM)
    assert serving.wait(20) == 0
    assert done.exists()


def test_the_command_is_this_python_s() -> None:
    assert command_of(["--quiet"]) == (sys.executable, "-m", "sheetops", "look", "--quiet")
