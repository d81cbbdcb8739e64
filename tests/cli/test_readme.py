"""What README says is what the program does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sheetops import settings
from tests.command_line import Command

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def help_text() -> str:
    """The help as README shows it: 80 columns, no colour."""
    done = subprocess.run(  # our own module
        [sys.executable, "-m", "sheetops", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1", "PATH": ""},
    )
    return done.stdout.strip()


def test_the_help_in_readme_is_the_help() -> None:
    match = re.search(r"<!-- help -->\n```text\n(.*?)```\n<!-- /help -->", README, re.DOTALL)
    assert match is not None
    assert match[1].strip() == help_text()


def test_the_commands_of_readme_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sheetops: Command,
) -> None:
    block = re.search(r"```sh\n(sheetops init.*?)```", README, re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    for line in block[1].strip().splitlines():
        command = shlex.split(line, comments=True)[1:]
        ended = sheetops(*command, "--today", "2026-11-24")
        assert ended.status in {0, 3}, f"{line}\n{ended.err}"


def test_the_settings_of_readme_are_understood(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    path = tmp_path / "sheetops.toml"
    path.write_text(block[1], encoding="utf-8")
    assert set(tomllib.loads(block[1])) == {"workbook", "mail", "ledger"}
    assert settings.load(path).workbook.path == tmp_path / "clients.xlsx"


def test_the_two_commands_are_there_for_ci() -> None:
    for mark in ("demo", "tests"):
        assert re.search(rf"<!-- {mark} -->\n```sh\npython3 -m venv \.venv && .+\n```", README)
