"""Keeping the mapping in `sheetops.toml`, beside whatever stands there already."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping as Map
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from sheetops.errors import ConfigError
from sheetops.workbook.mapping import ONE_OFFER, Mapping, StepColumns

_WORDS = {
    "tabs": "Which tab is what. A blank one is not read.",
    "columns": "Our headings, and theirs in each tab. Several of theirs are joined.",
    "steps": "Columns that are steps, whom each waits on (Client, Team or Third party), and the "
    "working days that it may take: days = 5",
    "words": "What words in cells mean.",
    "adopted": "What the sheet does not say itself.",
}


def keep(path: Path, workbook: Path | str, mapping: Mapping) -> None:
    """Write the mapping into the settings file, which is made if it is not there. `workbook` is a
    file, or the address of a Google Sheet.

    What else stands in it, comments too, stays. Raises ConfigError if the file cannot be read or
    written, or belongs to another workbook.
    """
    document = _document(path, workbook)
    sections = _sections(mapping)
    for name, comment in _WORDS.items():
        document.pop(name, None)
        if sections[name]:
            document.add(name, _table(sections[name], comment))
    _write(path, tomlkit.dumps(document))


def _document(path: Path, workbook: Path | str) -> tomlkit.TOMLDocument:
    if not path.exists():
        place = ("path", workbook.name) if isinstance(workbook, Path) else ("google", workbook)
        return tomlkit.parse(_NEW.format(kind=place[0], place=place[1], id=secrets.token_hex(6)))
    try:
        document = tomlkit.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Mend that line.") from error
    named = document.get("workbook", {})
    named = str(named.get("path") or named.get("google") or "")
    if not _is_same(path, named, workbook):
        raise ConfigError(
            f"{path} is the settings file of {named or 'another workbook'}.",
            "Name another with --config, such as --config adopted.toml.",
        )
    return document


def _is_same(path: Path, named: str, workbook: Path | str) -> bool:
    """Whether the settings file names this workbook: a sheet by its id, whatever follows it."""
    if isinstance(workbook, Path):
        return (path.parent / named).resolve() == workbook.resolve()
    return bool(named) and _id_of(named) == _id_of(workbook)


def _id_of(address: str) -> str:
    match = re.search(r"/d/([\w-]+)", address)
    return match[1] if match else address


_NEW = """\
# Where things are on this computer, and how the workbook is read.

[workbook]
{kind} = "{place}"
id = "{id}"

[mail]
# "folder" writes each mail as a file into the outbox, and sends nothing.
transport = "folder"
outbox = "outbox"
"""


def _sections(mapping: Mapping) -> dict[str, Any]:
    columns = {
        key: {ours: names[0] if len(names) == 1 else list(names) for ours, names in entries.items()}
        for key, entries in mapping.columns.items()
    }
    steps = {
        key: {step: _step(step, place) for step, place in entries.items()}
        for key, entries in mapping.steps.items()
    }
    adopted: dict[str, str] = {}
    if mapping.offer != ONE_OFFER:
        adopted["offer"] = mapping.offer
    if mapping.dates:
        adopted["dates"] = mapping.dates
    words = {heading: dict(entries) for heading, entries in mapping.words.items() if entries}
    return {
        "tabs": dict(mapping.tabs), "columns": columns, "steps": steps, "words": words,
        "adopted": adopted,
    }  # fmt: skip


def _step(step: str, place: StepColumns) -> dict[str, str | int]:
    values = asdict(place)
    if place.done == step:
        del values["done"]
    return {
        name: value
        for name, value in values.items()
        if value not in {"", None} or name == "waiting_on"
    }


def _table(entries: Map[str, Any], comment: str = "", depth: int = 1) -> Table:
    """A table of TOML and those in it; the third stand on one line."""
    table = tomlkit.table()
    if comment:
        table.add(tomlkit.comment(comment))
    for name, value in entries.items():
        if not isinstance(value, dict):
            table.add(name, value)
        elif depth > 1:
            inline = tomlkit.inline_table()
            inline.update(value)
            table.add(name, inline)
        else:
            table.add(name, _table(value, depth=depth + 1))
    return table


def _write(path: Path, text: str) -> None:
    """Replace the file in one step: half a settings file would stop every run."""
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        beside.write_text(text, "utf-8")
        os.replace(beside, path)  # noqa: PTH105 # in one step, over an old file
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error
