"""Headings of which one word says what they hold: "Projektbeginn", "Date file opened".

They are asked only where no name of a heading fits whole; the values below must fit all the same.
"""

from __future__ import annotations

import re
from functools import cache

from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.vocabulary import alternatives, hint, table

LIKELY = 0.82
"""A word says less than a whole name that is likely, and more than enough."""


@cache
def _rules(role: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """For each rule of a tab: our heading, what theirs must be, and what it must not hold."""
    return tuple(
        (
            rule["heading"],
            re.compile(rf".*\b(?:{_regex(rule.get('word'))})\b.*|{_regex(rule.get('whole'))}"),
            re.compile(rf"\b(?:{_regex(rule['but_not'])})\b"),
        )
        for rule in table("patterns").get(role, ())
    )


def _regex(text: str | None) -> str:
    """The words of an entry, with those that it names put in; without an entry, nothing fits."""
    named = table("patterns")["words"]
    listed = alternatives(text) if text else r"(?!)"
    return re.sub(r"{([a-z_]+)}", lambda match: f"(?:{alternatives(named[match[1]])})", listed)


def said_by_a_word(role: str, said: str) -> dict[str, float]:
    """Our headings that a word of theirs says; `said` is folded."""
    return {
        ours: LIKELY
        for ours, fits, other in _rules(role)
        if fits.fullmatch(said) and not other.search(said)
    }


def says_status(text: str) -> bool:
    """Whether a heading says that a status of anything stands below it."""
    return hint("status").search(plain(text)) is not None


def of_the_whole(text: str) -> bool:
    """Whether a heading of a status names the client or all of the work."""
    return hint("of_all").search(plain(text)) is not None
