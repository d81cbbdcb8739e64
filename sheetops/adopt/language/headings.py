"""What headings are called in sheets that nobody made for us: every known name, and how well it
says one of ours. All are folded as `plain` folds them: lower case, no accents, brackets or signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from sheetops.adopt.language.vocabulary import hint_words, table, words
from sheetops.workbook.contract import BY_NAME

SURE, LIKELY, MAYBE = 1.0, 0.85, 0.6
"""How well a heading says what it holds."""
_WEIGHTS = {"sure": SURE, "likely": LIKELY, "maybe": MAYBE}
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


@cache
def names(role: str) -> Mapping[str, Mapping[str, float]]:
    """The known names of a role's headings: by folded name, how well it says which of ours.

    What `headings.toml` says of a name comes before what the contract's aliases say.
    """
    found: dict[str, dict[str, float]] = {}
    for heading in table("headings").get(role, {}):
        for name, weight in _listed(role, heading):
            found.setdefault(plain(name), {}).setdefault(heading, weight)
    for column in BY_NAME[role].staff_columns:
        for name in (column.heading, *column.aliases):
            weight = SURE if name == column.heading else LIKELY
            found.setdefault(plain(name), {}).setdefault(column.heading, weight)
    return found


def _listed(role: str, heading: str) -> Iterator[tuple[str, float]]:
    """The names of an entry of `headings.toml`, those of the entry that it is like first."""
    entry = table("headings")[role][heading]
    if "like" in entry:
        yield from _listed(*entry["like"].split("."))
    for field, weight in _WEIGHTS.items():
        for name in words(entry.get(field, "")):
            yield name, weight


def unqualified(said: str) -> str:
    """A folded heading without the words that say whose it is, and not what it is."""
    return " ".join(word for word in said.split() if word not in hint_words("qualifier"))


@cache
def speaking() -> frozenset[str]:
    """Every name that makes a cell look like a heading."""
    return frozenset(
        name
        for role in BY_NAME
        for name, weights in names(role).items()
        if max(weights.values()) >= LIKELY and len(name) > 1
    )
