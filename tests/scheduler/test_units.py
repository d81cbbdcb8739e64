"""What is printed for each scheduler can be read by it."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sheetops.errors import ConfigError
from sheetops.scheduler import units

SETUP = units.Setup(
    Path("/opt/my tools/bin/python"),
    Path("/home/a b/50% off/sheetops.toml"),
    Path("/var/log/a b.log"),
)
COMMAND = ["/opt/my tools/bin/python", "-m", "sheetops", "look", "--config",
           "/home/a b/50% off/sheetops.toml"]  # fmt: skip


def test_cron_runs_the_command_every_few_minutes() -> None:
    line = units.of("cron", SETUP).splitlines()[-1]
    assert line.startswith("*/5 * * * * ")
    words = line.split(" ", 5)[5].replace("\\%", "%")  # as cron hands it to the shell
    assert shlex.split(words) == [*COMMAND, ">>", "/var/log/a b.log", "2>&1"]


def test_launchd_reads_its_list() -> None:
    found = plistlib.loads(units.of("launchd", SETUP).encode())
    assert found["ProgramArguments"] == COMMAND
    assert found["StartInterval"] == 300


def test_the_windows_task_is_xml_with_the_command() -> None:
    text = units.of("windows", SETUP).split("\n", 1)[1]
    task = ElementTree.fromstring(text)  # noqa: S314 # our own
    where = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext(".//t:Command", "", where) == COMMAND[0]
    assert f'"{COMMAND[-1]}"' in task.findtext(".//t:Arguments", "", where)
    assert task.findtext(".//t:StartWhenAvailable", "", where) == "true"


def test_the_workflow_asks_for_one_look_at_a_time() -> None:
    text = units.of("actions", SETUP)
    assert "sheetops look --config sheetops.toml" in text
    assert "concurrency: sheetops" in text
    assert "${{ secrets." in text


@pytest.mark.debian
def test_systemd_takes_service_and_timer(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze, of the package systemd")
    service, timer = units.of("systemd", SETUP).split("# Save as")[1:]
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    (tmp_path / "sheetops.service").write_text(
        "#" + service.replace("/opt/my tools/bin/python", str(python))
    )
    (tmp_path / "sheetops.timer").write_text("#" + timer)
    for name in ("sheetops.service", "sheetops.timer"):
        done = subprocess.run(  # noqa: S603 # systemd's own
            [analyze, "--user", "verify", tmp_path / name],
            capture_output=True, check=False, env={"XDG_RUNTIME_DIR": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()


def test_systemd_quotes_what_it_would_read_otherwise() -> None:
    (line,) = [one for one in units.of("systemd", SETUP).splitlines() if "ExecStart" in one]
    assert '"/opt/my tools/bin/python" -m sheetops look' in line
    assert '"/home/a b/50%% off/sheetops.toml"' in line


def test_another_scheduler_is_refused_with_the_names() -> None:
    with pytest.raises(ConfigError, match="cron, systemd, launchd, windows, actions"):
        units.of("fcron", SETUP)
