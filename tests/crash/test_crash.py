"""The crash programme in its short form, and the switch that lets a real process die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheetops import failpoints
from tests.crash.short import MORNING, workbook
from tests.crash.world import World

ROOT = Path(__file__).parents[2]

if sys.platform == "win32":
    pytest.skip("the deaths are forks, which Windows has not", allow_module_level=True)


@pytest.mark.long  # CI runs the command by itself
def test_a_run_may_die_at_every_point_and_every_mutant_is_caught() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    found = json.loads(done.stdout)
    assert found["notes"] == []
    assert found["mutants_missed"] == []
    assert (found["duplicates"], found["losses"]) == (0, 0)
    assert found["doubts"] == found["doubts_shown"] > 0
    assert found["mutants_caught"] == found["mutants"] >= 12
    assert found["points"] >= 60
    assert all(deaths >= 50 for deaths in found["deaths"].values())
    assert len(found["deaths"]) == (2 if found["skipped"] else 4)
    assert done.returncode == 0


def test_the_variable_lets_a_process_die_there_and_nothing_else_does(tmp_path: Path) -> None:
    world = World(tmp_path / "world", workbook())
    world.begin()
    config = tmp_path / "sheetops.toml"
    config.write_text(
        f"[workbook]\npath = '{world.path}'\n[ledger]\npath = '{world.file}'\n"
        f"[mail]\noutbox = '{world.folder / 'outbox'}'\n"
    )
    command = [sys.executable, "-m", "sheetops", "daily", "--apply", "--config", str(config)]
    command += ["--today", MORNING.date().isoformat()]

    def status(point: str) -> int:
        environment = os.environ | {failpoints.VARIABLE: point}
        done = subprocess.run(  # noqa: S603 # our own command
            command, env=environment, capture_output=True, check=False
        )
        return done.returncode

    before = world.path.read_bytes()
    assert status("ledger: committed#2") == failpoints.STATUS
    assert world.path.read_bytes() == before
    assert status("") != failpoints.STATUS
    assert world.path.read_bytes() != before


def test_without_the_variable_a_point_is_a_call_that_does_nothing() -> None:
    assert failpoints.reach is failpoints._goes_on
