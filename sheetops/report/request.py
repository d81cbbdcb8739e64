"""What the owner asked for: a report now, and what would change if.

A tick in `Report now` asks; what came of it is written beside it, in `Answer`. Where the workbook
is a file, the tick is taken away; where it is shared live, no cell of the staff's is touched, and a
tick counts as answered as long as the answer stands beside it. Once staff take the tick away, the
answer is put as that of the last time, so that the next tick asks anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheetops.errors import ConfigError
from sheetops.report.figures import WhatIf
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange
from sheetops.workbook.headers import folded
from sheetops.workbook.raw import Value
from sheetops.workbook.values import day_text, one_date, same

REPORT, AWAY, MORE = "Report now", "What if away", "What if more clients"
_MADE = "Report made"
_BEFORE = "Last time: report made"
_AWAY = re.compile(
    r"(?P<who>.+?)\s*:\s*(?P<first>[^:]+?)\s*(?:\.\.|\s(?:to|until)\s)\s*(?P<last>.+)"
)
_MORE = re.compile(r"(?P<number>\d{1,3})\s*(?::|\s|more\s)\s*(?P<offer>.+)")
_SEVERAL = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Away:
    """Suppose that somebody is away, both days counted."""

    person: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class More:
    """Suppose that so many more clients of an offer start."""

    number: int
    offer: str


def away_of(text: str) -> Away:
    """Read `Tom: 14/12/2026 to 25/12/2026` or `Tom:2026-12-14..2026-12-25`.

    Raises ConfigError if it is not understood.
    """
    found = _AWAY.fullmatch(text.strip())
    if found is None:
        raise ConfigError(
            f'"{text}" is not understood.', "Type it like Tom: 14/12/2026 to 25/12/2026."
        )
    try:
        return Away(found["who"], one_date(found["first"]), one_date(found["last"]))
    except ValueError as error:
        raise ConfigError(
            f'"{text}" holds a day that is not understood.', "Type days like 24/12/2026."
        ) from error


def more_of(text: str) -> More:
    """Read `3 Clarity coaching` or `3:Clarity coaching`.

    Raises ConfigError if it is not understood.
    """
    found = _MORE.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f'"{text}" is not understood.', "Type it like 3 Clarity coaching.")
    return More(int(found["number"]), found["offer"])


def several(text: str) -> list[str]:
    """The what-ifs of one cell, parted by semicolons or lines."""
    return [part.strip() for part in _SEVERAL.split(text) if part.strip()]


def is_asked(book: Book, *, clears: bool) -> bool:
    """Whether something is to be done about the tick: a report is asked for and not answered yet,
    or an answered tick was taken away by staff; `clears` as in the module's words."""
    if not book.business.report_now:
        return not clears and is_taken_back(book)
    return clears or not _answer_of(book, REPORT).startswith(_MADE)


def is_taken_back(book: Book) -> bool:
    """Whether staff took away a tick whose answer still stands beside it as if it were there."""
    return not book.business.report_now and _answer_of(book, REPORT).startswith(_MADE)


def taken_back(book: Book) -> Iterator[CellChange]:
    """The answer to a tick that was taken away, put as that of the last time."""
    words = f"{_BEFORE}{_answer_of(book, REPORT).removeprefix(_MADE)}"
    yield from _change(book, _key_of(book, REPORT), "Answer", words)


def occasion(book: Book) -> str:
    """What names this tick: what stood beside it before; blank where nothing can stand there."""
    if "Answer" not in book.tables["Settings"].layout.columns:
        return ""
    return f"tick {_answer_of(book, REPORT)}"


def made_at(moment: datetime, sent: str) -> str:
    """What stands beside the tick once the report is made. `sent` completes the words."""
    return f"{_MADE} {day_text(moment)} {moment:%H:%M}, {sent}."


def answers(
    book: Book, said: str, what_ifs: Iterable[WhatIf], faults: Mapping[str, str], *, clears: bool
) -> Iterator[CellChange]:
    """Cells of `Settings`: `said` beside the tick, which is taken away if the tool may, and beside
    each what-if what would change, or by `faults` why it is not known."""
    told = {REPORT: said if book.business.report_now else "", **_told(book, what_ifs), **faults}
    for name, words in told.items():
        key = _key_of(book, name)
        if not key or (name == REPORT and not words):
            continue
        yield from _change(book, key, "Answer", words or None)
        if name == REPORT and clears:
            yield from _change(book, key, "Value", None)


def _told(book: Book, what_ifs: Iterable[WhatIf]) -> dict[str, str]:
    """What would change, by the setting that asks for it."""
    told = {AWAY: "", MORE: ""}
    for one in what_ifs:
        name = AWAY if " away " in one.question else MORE
        words = " ".join(one.said) or "Nothing changes that is worth saying."
        told[name] = f"{told[name]} {words}".strip()
    asked = {AWAY: book.business.what_if_away, MORE: book.business.what_if_more}
    return {name: words if asked[name] else "" for name, words in told.items()}


def _key_of(book: Book, name: str) -> str:
    keys = book.tables["Settings"].frame.index.tolist()
    return next((str(key) for key in keys if folded(str(key)) == folded(name)), "")


def _answer_of(book: Book, name: str) -> str:
    frame, key = book.tables["Settings"].frame, _key_of(book, name)
    return str(frame.at[key, "Answer"] or "") if key else ""


def _change(book: Book, key: str, heading: str, new: Value) -> Iterator[CellChange]:
    table = book.tables["Settings"]
    if heading in table.layout.columns:
        had: dict[Any, Value] = table.frame.loc[key].to_dict()
        old = had[heading]
        if not same(old, new):
            yield CellChange("Settings", key, heading, old, new)
