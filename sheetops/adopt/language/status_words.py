"""What the words in cells mean: a client's status, and whether a step is done.

Only words that mean one thing are here. "Sent" does not: of a contract that may also be "Signed" it
says that the client has the next move, of a welcome mail that it is done. Such words are settled by
the other words of their column, when a sheet is adopted, and kept with the mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.vocabulary import table, words
from sheetops.workbook.raw import Value

DONE, OPEN, NOT_NEEDED, CLIENT, TEAM = "done", "open", "not needed", "Client", "Team"
"""What a mark may mean; the last two: open, and it waits on them."""
MEANINGS = (DONE, OPEN, NOT_NEEDED, CLIENT, TEAM)

_UNDONE = re.compile(r"(?:not|not yet|nicht|noch nicht|non|no|nao|niet|nie|ej|ikke|ne) ")
_SHORTEST = 5
"""Letters; a shorter word that changes its end is another word."""
_TICKS = frozenset("✓✔☑✅🗸√")
_CROSSES = frozenset("✗✘❌☒✖\N{MULTIPLICATION SIGN}")
_BOXES = frozenset("☐□◻⬜")


@cache
def _by_word(section: str) -> dict[str, str]:
    """The meaning of each word of a section: of a word with two, the later one."""
    listed = table("words")[section]
    return {plain(word): meaning for meaning, line in listed.items() for word in words(line)}


@cache
def sent() -> frozenset[str]:
    """Words that mean done only where their column has nothing stronger."""
    return frozenset(map(plain, words(table("words")["sent"]["words"])))


@cache
def _stronger() -> frozenset[str]:
    return frozenset(map(plain, words(table("words")["sent"]["stronger"])))


@cache
def _done() -> frozenset[str]:
    """Words that mean done, or that they were sent."""
    return sent() | frozenset(map(plain, words(table("words")["marks"][DONE])))


def party_of(text: str) -> str:
    """Whom a word says that a step waits on, blank if nobody knows."""
    return _by_word("parties").get(key(text), "")


def mark_of(value: Value, known: Mapping[str, str] | None = None) -> str:
    """What a mark means (one of `MEANINGS`), blank for none or for what is not understood.

    `known` are those that were settled for this sheet, by `plain`.
    """
    if isinstance(value, bool):
        return DONE if value else OPEN
    if isinstance(value, date):
        return DONE
    if isinstance(value, int | float):
        return DONE if value == 1 else OPEN if 0 <= value < 1 else ""  # a share of the work
    if isinstance(value, str):
        return _of_text(value, known or {})
    return ""


def _of_text(text: str, known: Mapping[str, str]) -> str:
    said = key(text)
    if said in known:
        return known[said]
    marks = _by_word("marks")
    meaning = marks.get(said) or marks.get(_masculine(said))
    if meaning is None and (undone := _UNDONE.match(said)):
        meaning = OPEN if key(said[undone.end() :]) in _done() else None
    return meaning or _of_sign(text)


def _masculine(said: str) -> str:
    """A word of a Romance language as it stands in the lists: "firmata" and "signées" are said of
    contracts and invoices, "firmato" and "signé" of anything."""
    if len(said) < _SHORTEST:
        return said  # "Ana" is no "ano"
    if said.endswith(("ees", "es", "os", "as")):
        said = said[:-1]
    if said.endswith("ee"):
        return said[:-1]
    return f"{said[:-1]}o" if said.endswith("a") else said


def _of_sign(text: str) -> str:
    """By a sign that the text is, or begins with ("✅ Done")."""
    sign = text.strip().replace("\ufe0f", "")
    if sign[:1] in _TICKS or sign in {"x", "X"}:
        return DONE
    if sign[:1] in _CROSSES or sign[:1] in _BOXES:
        return OPEN
    return ""


def key(text: str) -> str:
    """A word as it is looked up; a sign stands for itself."""
    return plain(text) or text.strip()


def is_understood(value: Value) -> bool:
    """Whether a cell could be the mark of a step."""
    if isinstance(value, str) and key(value) in sent():
        return True
    return bool(mark_of(value))


def settled(column: Iterable[Value]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """What the words of one column mean, and those that a person must settle, with what they may
    mean."""
    texts = {key(v): v for v in column if isinstance(v, str) and v.strip()}
    known: dict[str, str] = {}
    asked: dict[str, tuple[str, ...]] = {}
    stronger = bool(_stronger() & texts.keys())
    ticks = any(set(text) & _TICKS for text in texts.values())
    for word, text in texts.items():
        if word in sent():
            known[word] = CLIENT if stronger else DONE
        elif word == "x" and ticks:  # where ✓ is yes, x may be no
            asked[word] = (DONE, OPEN)
        elif meaning := mark_of(text):
            known[word] = meaning
        else:
            asked[word] = MEANINGS
    return known, asked


def status_of(text: str, known: Mapping[str, str] | None = None) -> str:
    """The client's status that a word means, blank if nobody knows."""
    said = re.sub(r"^\d+ ", "", key(text))  # "3 - Active"
    return (
        (known or {}).get(said)
        or (known or {}).get(key(text))
        or _by_word("statuses").get(said, "")
    )
