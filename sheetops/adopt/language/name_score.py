"""How well a heading's words say each of ours: whole, without words that say nothing, in part, by
a word in it, or with a slip of the keyboard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from sheetops.adopt.language.headings import (
    HELPERS,
    LAST_NAME,
    MAYBE,
    SURE,
    names,
    plain,
    unqualified,
)
from sheetops.adopt.language.patterns import said_by_a_word
from sheetops.adopt.language.vocabulary import hint_words
from sheetops.workbook.contract import BY_NAME, Kind

ENOUGH = 0.78
"""A match of less is only a candidate: it lies between names that are likely and those that may
be, and below one word that says what a heading holds."""
_WHOSE, _PART, _SLIPPED = 0.95, 0.93, 0.95
"""What is left of a match without "of the client", of one part of a heading, and with a slip: each
comes after the same name said whole, and all are still enough."""
_ALIKE = 88
"""Percent of letters; with less, "Vertragsart" would be "Vertragsstart"."""
_SHORTEST = 5
"""Letters; of a shorter word, one more makes another word."""
_PARTS = re.compile(r"\s*(?:/|&|\+|,|;|\n|\b(?:und|and|et|oder|or|y|e|en|i)\b)\s*")


@lru_cache(maxsize=1 << 14)
def weights(role: str, text: str) -> Mapping[str, float]:
    """How well a heading's text says each of the role's headings, from 0 to 1."""
    said = plain(text)
    if not said:
        return {}
    if "%" in said or "percent" in said:  # how far something is, not whether it is done
        return by_name(role, "% complete") if "complete" in said else {}
    parts = [part for part in _PARTS.split(text) if plain(part)]
    if role == "Clients" and _is_whole_name(parts):
        return {"Client": SURE}
    weighed = dict(by_name(role, said))
    short = by_name(role, unqualified(said))
    strengthen(weighed, {ours: w for ours, w in short.items() if ours not in weighed}, _WHOSE)
    strengthen(weighed, _of_days(role, said), _PART)
    if len(parts) > 1:
        strengthen(weighed, by_name(role, plain(parts[0])), _PART)
    whole = plain(re.sub(r"[()\[\]]", " ", text))
    if max(weighed.values(), default=0.0) < ENOUGH or whole != said:
        strengthen(weighed, said_by_a_word(role, whole))  # "Finish (actual)" is no plan
    return weighed or _by_likeness(role, said)


def _of_days(role: str, said: str) -> dict[str, float]:
    """Our headings of days that are said without the words that only say that a day stands there:
    "erl. am"."""
    words = said.split()
    of_days = hint_words("of_a_day")
    while len(words) > 1 and words[-1] in of_days:
        words.pop()
    while len(words) > 1 and words[0] in of_days:
        words.pop(0)
    return {o: weight for o, weight in by_name(role, " ".join(words)).items() if _is_day(role, o)}


def _is_day(role: str, ours: str) -> bool:
    return ours not in HELPERS and BY_NAME[role][ours].kind in {Kind.DATE, Kind.DONE}


def _is_whole_name(parts: Sequence[str]) -> bool:
    """Whether a heading names both parts of a person's name: "Prénom et nom"."""
    said = [unqualified(plain(part)) for part in parts]
    first = [at for at, name in enumerate(said) if "First name" in by_name("Clients", name)]
    last = [at for at, name in enumerate(said) if _says_last_name(name)]
    return bool(first) and any(at not in first for at in last)


def _says_last_name(said: str) -> bool:
    return LAST_NAME in by_name("Clients", said) or said in hint_words("name")


def strengthen(weighed: dict[str, float], more: Mapping[str, float], share: float = 1.0) -> None:
    """Put more headings to those that are found, each as well said as the best of both."""
    for heading, weight in more.items():
        weighed[heading] = max(weighed.get(heading, 0.0), weight * share)


def by_name(role: str, said: str) -> Mapping[str, float]:
    """How well each of the role's headings is said by its names; `said` is folded."""
    return names(role).get(said, {})


def _by_likeness(role: str, said: str) -> Mapping[str, float]:
    """By slips of the keyboard and by the order of words."""
    weighed: dict[str, float] = {}
    if len(said) < _SHORTEST:
        return weighed
    known = _long_names(role)
    alike: dict[str, float] = {}
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        for name, percent, _ in process.extract(
            said, tuple(known), scorer=scorer, score_cutoff=_ALIKE, limit=None
        ):
            alike[name] = max(alike.get(name, 0.0), percent)
    for name, percent in alike.items():
        if _slips(said, name):
            shares = {
                ours: weight * _SLIPPED * percent / 100 for ours, weight in known[name].items()
            }
            strengthen(weighed, shares)
    return weighed


@cache
def _long_names(role: str) -> Mapping[str, Mapping[str, float]]:
    """The names in which a slip can be told from another word, and the headings that they say."""
    likely = {
        name: {ours: weight for ours, weight in headings.items() if weight > MAYBE}
        for name, headings in names(role).items()
        if len(name) >= _SHORTEST
    }
    return {name: headings for name, headings in likely.items() if headings}


def _slips(said: str, name: str) -> bool:
    """Whether the words differ by letters of long words only: "closed won" is not "closed on"."""
    words, others = said.split(), name.split()
    if len(words) != len(others):
        return "".join(words) == "".join(others)
    pairs = [(a, b) for a, b in zip(sorted(words), sorted(others), strict=True) if a != b]
    return all(min(len(a), len(b)) >= _SHORTEST and a[0] == b[0] for a, b in pairs)
