"""Merge fields: `{{Heading}}` and `{{Heading|fallback}}` in the words of a message.

There is no template language: a field is a heading and, if wanted, what to say where the cell is
blank. Merging is one pass over the words as staff wrote them, so what a cell holds is never merged
again: a client whose name holds `{{Email}}` is greeted by exactly that name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_FIELD = re.compile(r"\{\{(?P<heading>[^{}|]*)(?:\|(?P<fallback>[^{}]*))?\}\}")
_STRAY = re.compile(r"\{\{[^\n]{0,40}|[^\n]{0,40}?\}\}")


@dataclass(frozen=True, slots=True)
class Merged:
    """Words with their fields filled in, and what stands in the way of sending them.

    `unknown` are the fields that are no heading, as written, and pieces of half-written fields
    (`{{First name}`): a problem of the message. `blank` are the headings whose cell is empty and
    that have no fallback: they hold this one follow-up. Each is named once, in order of appearance.
    """

    text: str
    unknown: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands in the way."""
        return not (self.unknown or self.blank)


def merge(text: str, fields: Mapping[str, str]) -> Merged:
    """Fill in the fields of `text` from `fields`, which are cell texts by heading.

    Case and spaces around a heading are ignored. An unknown field stays as written, even if it has
    a fallback, because a misspelt heading would else hide behind it for ever. `{{Heading|}}` says
    that a blank is welcome.
    """
    known: dict[str, str] = {}
    for heading, value in fields.items():
        known.setdefault(_plain(heading), value)
    unknown: list[str] = []
    blank: list[str] = []
    pieces: list[str] = []
    end = 0
    for found in _FIELD.finditer(text):
        pieces.append(_literal(text[end : found.start()], unknown))
        pieces.append(_value(found, known, unknown, blank))
        end = found.end()
    pieces.append(_literal(text[end:], unknown))
    return Merged("".join(pieces), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(blank)))


def fields_in(text: str) -> tuple[str, ...]:
    """Headings that the fields of `text` name, as written but trimmed, each once, in order."""
    names: dict[str, str] = {}
    for found in _FIELD.finditer(text):
        names.setdefault(_plain(found["heading"]), found["heading"].strip())
    return tuple(names.values())


def _value(
    found: re.Match[str], known: Mapping[str, str], unknown: list[str], blank: list[str]
) -> str:
    name = found["heading"].strip()
    value = known.get(_plain(name))
    if value is None:
        unknown.append(name)
        return found[0]
    if value.strip():
        return value
    if found["fallback"] is None:
        blank.append(name)
        return ""
    return found["fallback"].strip()


def _literal(piece: str, unknown: list[str]) -> str:
    """Words between fields, as they are; double braces left over in them are half a field."""
    if "{{" in piece or "}}" in piece:
        unknown.extend(stray.strip() for stray in _STRAY.findall(piece))
    return piece


@lru_cache(maxsize=1024)
def _plain(heading: str) -> str:
    return " ".join(heading.split()).casefold()
