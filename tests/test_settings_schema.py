"""The JSON schema of `sheetops.toml` knows every file that we make, and no other key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

from sheetops import settings
from sheetops.adopt.config_file import keep
from sheetops.jobs import setup
from sheetops.workbook.mapping import Mapping, StepColumns
from tests.command_line import Command

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
SHEET = "https://docs.google.com/spreadsheets/d/1234567890abcdefghij"


@pytest.fixture
def check() -> Callable[[str], Any]:
    """Raises JsonSchemaException if a file of this text breaks the committed schema."""
    validate = fastjsonschema.compile(json.loads(settings.SCHEMA.read_text("utf-8")))
    return lambda text: validate(tomllib.loads(text))


def test_the_committed_schema_is_that_of_the_settings_now() -> None:
    committed = json.loads(settings.SCHEMA.read_text("utf-8"))
    assert committed == settings.schema(), "run `python -m sheetops.settings`"


def test_it_knows_the_settings_in_readme(check: Callable[[str], Any]) -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    check(block[1])
    check(re.sub(r"^# (\w+ = )", r"\1", block[1].replace('transport = "folder"', ""), flags=re.M))


def test_it_knows_what_init_and_the_demo_write(
    tmp_path: Path, sheetops: Command, check: Callable[[str], Any]
) -> None:
    setup.init(tmp_path / "clients.xlsx", small=True)
    assert sheetops("demo", tmp_path / "demo", "--today", "2026-11-24").status == 0
    for folder in (tmp_path, tmp_path / "demo"):
        check((folder / settings.FILE_NAME).read_text("utf-8"))


@pytest.mark.parametrize("workbook", [Path("tracker.xlsx"), SHEET])
def test_it_knows_what_adopt_keeps(
    tmp_path: Path, workbook: Path | str, check: Callable[[str], Any]
) -> None:
    mapping = Mapping(
        {"Kunden": "Clients", "Alt": ""},
        {"Kunden": {"Name": ("Vorname", "Nachname"), "Email": ("E-Mail",)}},
        {"Kunden": {"Vertrag": StepColumns("Vertrag", "fertig?", waiting_on="Client")}},
        {"Status": {"aktiv": "Active"}},
        "Beratung",
        "day first",
    )
    path = tmp_path / settings.FILE_NAME
    keep(path, workbook, mapping)
    check(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        '[mail]\ntransport = "folder"',
        '[workbook]\npath = "clients.xlsx"\npassword = "x"',
        '[workbook]\npath = "clients.xlsx"\n[mails]\nhost = "x"',
        '[workbook]\npath = "clients.xlsx"\n[mail]\nport = 65536',
        '[workbook]\npath = "clients.xlsx"\n[mail]\nsecurity = "ssl"',
    ],
)
def test_it_knows_no_other_key_or_value(text: str, check: Callable[[str], Any]) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(text)
