"""Reading the files of words and rows that the template and the demo are made of."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """A data file by its path below this folder, without its ending, as TOML has it.

    Raises FileNotFoundError if there is none, tomllib.TOMLDecodeError where it is mistyped.
    """
    text = resources.files("sheetops.template").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
