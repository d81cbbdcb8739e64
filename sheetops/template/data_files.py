"""Reading the files of words and rows that the template and the demo are made of."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from sheetops.workbook.contract import BY_NAME, SETTING_BY_NAME


@cache
def load(name: str) -> dict[str, Any]:
    """A data file by its path below this folder, without its ending, as TOML has it.

    Raises FileNotFoundError if there is none, ValueError, which names the place, if it is not TOML
    or if a table that is named like a tab has a heading or setting that the contract does not know.
    """
    text = resources.files("sheetops.template").joinpath(f"{name}.toml").read_text("utf-8")
    return parsed(text, f"{name}.toml")


def parsed(text: str, file: str) -> dict[str, Any]:
    """The content of a data file; `file` is its name in errors, which are those of `load`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file} cannot be read: {error}.") from error
    for name in tables.get("Settings", {}):
        if name not in SETTING_BY_NAME:
            raise ValueError(f"{file}: {name!r} is not a setting.")
    for tab in tables.keys() & BY_NAME.keys() - {"Settings"}:
        for number, row in enumerate(tables[tab], start=1):
            for heading in row.keys() - BY_NAME[tab].by_heading.keys():
                raise ValueError(f"{file}: row {number} of {tab}: no column is named {heading!r}.")
    return tables
