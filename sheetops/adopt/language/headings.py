"""What headings are called in sheets that nobody made for us: every known name, and how well it
says one of ours. All are folded as `plain` folds them: lower case, no accents, brackets or signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sheetops.adopt.language.synonyms import LINES
from sheetops.workbook.contract import BY_NAME

SURE, LIKELY, MAYBE = 1.0, 0.85, 0.6
"""How well a heading says what it holds."""
LAST_NAME = "Last name"
ROLE_IN_TEAM = "Role"
STATUS_OF_STEP = "Status of the step"
HELPERS = frozenset({LAST_NAME, ROLE_IN_TEAM, STATUS_OF_STEP})
"""Headings that the contract lacks, but that tell what a table or another column is."""


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """A heading as it is compared: no case, accents, brackets with hints, or signs."""
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text) if re.search(r"\w\s*[(\[]", text) else text
    text = text.replace("ß", "ss").replace("ł", "l").replace("ø", "o")
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w%]+|_", " ", letters).split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name of one of our headings, and how well it says it."""

    text: str
    heading: str
    weight: float


def _names(line: str, heading: str) -> Iterator[Name]:
    weight = SURE
    for part in re.split(r"([~?])", line):
        if part in {"~", "?"}:
            weight = LIKELY if part == "~" else MAYBE
            continue
        for text in part.split("|"):
            if text.strip():
                yield Name(plain(text), heading, weight)


def _role(role: str) -> tuple[Name, ...]:
    """The names of a role's headings: those of the contract first, which are sure."""
    ours = [
        Name(plain(text), column.heading, SURE if text == column.heading else LIKELY)
        for column in BY_NAME[role].staff_columns
        for text in (column.heading, *column.aliases)
    ]
    theirs = [n for heading, line in LINES.get(role, {}).items() for n in _names(line, heading)]
    best: dict[tuple[str, str], Name] = {}
    for name in (*theirs, *ours):
        place = (name.text, name.heading)
        # what is said here of a name comes before what the contract's aliases say
        best.setdefault(place, name)
    return tuple(best.values())


NAMES: dict[str, tuple[Name, ...]] = {role: _role(role) for role in BY_NAME}
"""Every known name of every heading, by role."""
QUALIFIERS = frozenset(
    [
        "client",
        "customer",
        "kunden",
        "kunde",
        "project",
        "projekt",
        "primary",
        "main",
        "contact",
        "the",
        "our",
        "current",
        "cliente",
        "del",
        "de",
        "du",
        "des",
        "der",
        "die",
        "client's",
        "customers",
        "student",
        "mandanten",
        "klient",
        "klienta",
        "klientki",
        "klant",
        "clients",
        "clientes",
        "clienti",
        "kundens",
        "kund",
        "patient",
        "patients",
        "paciente",
        "applicant",
        "borrower",
    ]
)
"""Words that say whose a heading is, and not what it is."""
SPEAKING = frozenset(
    {
        name.text
        for names in NAMES.values()
        for name in names
        if name.weight >= LIKELY and len(name.text) > 1
    }
)
"""Every name that makes a cell look like a heading."""
