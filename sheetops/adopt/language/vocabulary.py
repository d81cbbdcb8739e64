"""The lists of words in `data`: each file is read once, when its words are first needed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

_ANY, _SOME = r"\w*", r"\w+"
_COMMA = re.compile(r",\s|,?\n")


@cache
def table(name: str) -> dict[str, Any]:
    """The table of a file in `data`; raises FileNotFoundError or TOMLDecodeError."""
    file = resources.files(__package__) / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def words(text: str) -> tuple[str, ...]:
    """The words between the commas and line ends of an entry, each once."""
    return tuple(dict.fromkeys(part.strip() for part in _COMMA.split(text) if part.strip()))


def alternatives(text: str) -> str:
    """A regular expression for any word of an entry, in which * and + stand for letters."""
    listed = "|".join(words(text))
    return listed.replace("+", _SOME).replace("*", _ANY)


@cache
def hint_words(name: str) -> frozenset[str]:
    """An entry of `hints.toml` as whole words."""
    return frozenset(words(table("hints")[name]))


@cache
def hint(name: str, frame: str = r"\b(?:{})\b") -> re.Pattern[str]:
    """An entry of `hints.toml` as a regular expression, put into a frame."""
    return re.compile(frame.format(alternatives(table("hints")[name])))
