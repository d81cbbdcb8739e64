"""What is printed for each scheduler can be read by it."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from sheetops.errors import ConfigError
from sheetops.jobs.scheduler import services
from sheetops.jobs.scheduler.state import Memory
from sheetops.settings import Settings
from tests.command_line import Command
from tests.jobs.small import Business

SETUP = services.Setup(
    Path("/opt/my tools/bin/python"),
    Path("/home/a b/50% off/sheetops.toml"),
    Path("/var/log/a b.log"),
)
COMMAND = ["/opt/my tools/bin/python", "-m", "sheetops", "look", "--config",
           "/home/a b/50% off/sheetops.toml"]  # fmt: skip


def test_cron_runs_the_command_every_few_minutes() -> None:
    line = services.of("cron", SETUP).splitlines()[-1]
    assert line.startswith("*/5 * * * * ")
    words = line.split(" ", 5)[5].replace("\\%", "%")  # as cron hands it to the shell
    assert shlex.split(words) == [*COMMAND, ">>", "/var/log/a b.log", "2>&1"]


def test_launchd_reads_its_list() -> None:
    found = plistlib.loads(services.of("launchd", SETUP).encode())
    assert found["ProgramArguments"] == COMMAND
    assert found["StartInterval"] == 300


def test_the_windows_task_is_xml_with_the_command() -> None:
    text = services.of("windows", SETUP).split("\n", 1)[1]
    task = ElementTree.fromstring(text)  # noqa: S314 # our own
    where = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext(".//t:Command", "", where) == COMMAND[0]
    assert f'"{COMMAND[-1]}"' in task.findtext(".//t:Arguments", "", where)
    assert task.findtext(".//t:Interval", "", where) == "PT5M"
    assert task.findtext(".//t:StartWhenAvailable", "", where) == "true"


def workflow(setup: services.Setup) -> dict[Any, Any]:
    return dict(yaml.safe_load(services.of("actions", setup)))


def test_the_workflow_asks_for_one_look_at_a_time() -> None:
    found = workflow(SETUP)
    assert found["concurrency"] == "sheetops"
    assert found["permissions"] == {"contents": "read"}
    assert found[True]["schedule"] == [{"cron": "*/30 * * * *"}]  # YAML takes "on" for yes
    look = found["jobs"]["look"]["steps"][-1]
    assert shlex.split(look["run"]) == ["sheetops", "look", "--config", "sheetops.toml"]
    assert look["env"] == {"PGPASSWORD": "${{ secrets.PGPASSWORD }}"}


def settings(**more: dict[str, Any]) -> Settings:
    return Settings.model_validate({"workbook": {"path": "clients.xlsx"}, **more})


def test_the_workflow_says_what_it_cannot_do_yet() -> None:
    setup = services.setup_of(settings(), Path("/a/my sheetops: 1.toml"), Path("/l"))
    said = [line for line in services.of("actions", setup).splitlines() if "Not yet" in line]
    assert len(said) == 2
    look = workflow(setup)["jobs"]["look"]["steps"][-1]
    assert shlex.split(look["run"])[-1] == "my sheetops: 1.toml"


def test_the_workflow_puts_the_key_where_it_is_looked_for() -> None:
    mail = {
        "transport": "smtp",
        "host": "h.test",
        "login": "x",
        "secret_from": "environment:MAILPW",
    }
    found = settings(
        workbook={"google": "https://docs.google.com/spreadsheets/d/12345678901234567890"},
        ledger={"url": "postgresql+psycopg://sheetops@db.test/sheetops"},
        mail=mail | {"secret_from": "environment:MAILPW"},
    )
    setup = services.setup_of(found, Path("/a/sheetops.toml"), Path("/l"))
    assert setup.lacks == ()
    *_, key, look = workflow(setup)["jobs"]["look"]["steps"]
    assert key["env"] == {"KEY": "${{ secrets.GOOGLE_KEY }}"}
    assert look["env"]["MAILPW"] == "${{ secrets.MAILPW }}"


@pytest.mark.skipif(sys.platform == "win32", reason="needs sh")
def test_the_key_is_written_for_its_owner_only(tmp_path: Path) -> None:
    command = workflow(replace(SETUP, key=services._KEY_PLACE))["jobs"]["look"]["steps"][-2]["run"]
    home = {"HOME": str(tmp_path), "KEY": '{"a": "%s\\n"}', "PATH": os.environ["PATH"]}
    subprocess.run(["/bin/sh", "-ec", command], check=True, env=home)  # noqa: S603 # our own
    key = tmp_path / ".config" / "gspread" / "service_account.json"
    assert key.read_text() == home["KEY"]
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="needs sh")
def test_what_cron_hands_to_the_shell_looks(tmp_path: Path) -> None:
    """As cron does it: hardly any environment, another folder, and names with signs in them."""
    folder = tmp_path / "50% off & more"
    folder.mkdir()
    business = Business(folder)
    config = folder / "sheetops.toml"
    config.write_text(
        f'[workbook]\npath = "{business.path.name}"\n[ledger]\npath = "ledger/x.ledger"\n'
    )
    log = folder / "look.log"
    setup = services.setup_of(settings(), config, log)
    line = services.of("cron", setup).splitlines()[-1].split(" ", 5)[5].replace("\\%", "%")
    bare = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LOGNAME": "x"}
    done = subprocess.run(["/bin/sh", "-c", line], check=False, env=bare, cwd="/")  # noqa: S603
    assert done.returncode in {0, 3}, log.read_text()
    assert Memory(folder / "ledger" / "x.look.json").last_look is not None
    assert "Traceback" not in log.read_text()


def test_an_hour_is_the_longest_cron_can_say() -> None:
    assert services.of("cron", replace(SETUP, minutes=60)).splitlines()[-1].startswith("0 * * * * ")


def test_the_command_makes_the_folder_of_the_log(
    tmp_path: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "sheetops.toml").write_text('[workbook]\npath = "clients.xlsx"\n')
    monkeypatch.setattr("sheetops.settings.log_folder", lambda: tmp_path / "new" / "log")
    for kind in services.KINDS:
        ended = sheetops("schedule", "show", kind, "--config", tmp_path / "sheetops.toml")
        assert ended.status == 0
        assert "sheetops.toml" in ended.out
    assert (tmp_path / "new" / "log").is_dir()


@pytest.mark.debian
def test_systemd_takes_service_and_timer(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs systemd-analyze, of the package systemd")
    service, timer = services.of("systemd", SETUP).split("# Save as")[1:]
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
    (line,) = [one for one in services.of("systemd", SETUP).splitlines() if "ExecStart" in one]
    assert '"/opt/my tools/bin/python" -m sheetops look' in line
    assert '"/home/a b/50%% off/sheetops.toml"' in line


def test_another_scheduler_is_refused_with_the_names() -> None:
    with pytest.raises(ConfigError, match="cron, systemd, launchd, windows, actions"):
        services.of("fcron", SETUP)
