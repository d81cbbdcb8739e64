"""What the values of a table tell where no heading does.

A column is taken for one of ours only where it is the one that can be; of several, a person is
asked. The shares and counts that this rests on stand here, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetops.adopt.detect.tables import Region
from sheetops.adopt.detect.types import Values
from sheetops.adopt.language import status_words
from sheetops.adopt.language.headings import plain
from sheetops.adopt.language.vocabulary import hint
from sheetops.workbook.raw import Value

FILLED = 0.95
"""What every row must have may be missing in one of twenty: somebody has just been added."""
DIFFERENT = 0.9
"""Two clients in twenty may have one name."""
PER_CLIENT = 0.9
"""A step stands once with each client, but for one in ten that was done again."""
MOST_MARKS = 0.6
"""Columns with more marks than this are steps or ticks, and name nothing."""
STATUSES = 0.8
"""Of the statuses of clients, one word in five may be the business's own."""
FEW_WORDS = 6
"""A status is one of so many words: more of them are a text."""
FEW_OFFERS = 8
"""A small business sells so many things; more texts are not a choice."""
SHARED = 0.6
"""Of five clients, at least two have the same offer."""
NAMED = 0.9
"""So many cells look like a name, written with capitals and in few words."""
ENOUGH_ROWS = 4
"""From fewer rows, nothing is told."""
_NAME = re.compile(r"[^\W\d_][\w.'’&-]*(?:[ ,.&+/-]+[\w.'’&()-]+){0,5}")


@dataclass(frozen=True)
class Told:
    """A column that can only be what is looked for, or those that may be."""

    sure: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()


def _told(names: Sequence[str]) -> Told:
    return Told(tuple(names)) if len(names) == 1 else Told((), tuple(names))


@dataclass(frozen=True)
class Table:
    """A table with what its columns hold, and the columns that are spoken for."""

    region: Region
    values: Mapping[str, Values]
    used: Collection[str] = field(default_factory=frozenset)

    def free(self) -> Iterable[tuple[str, Values]]:
        """The columns that hold anything and are not spoken for."""
        for name, values in self.values.items():
            if name not in self.used and values.count:
                yield name, values

    def client(self) -> Told:
        """Columns that name the clients: every row has a name, and each another."""
        names = [name for name, v in self.free() if self._may_name_clients(name, v)]
        return _told(names) if names else Told((), tuple(self._differing()))

    def _differing(self) -> Iterator[str]:
        """Columns of texts that differ, whatever they look like: good enough to be asked about."""
        for name, values in self.free():
            differs = min(values.text, values.filled) >= FILLED and values.unique >= DIFFERENT
            other = values.emails + values.phones + values.dates + values.codes
            if differs and not other and values.count >= ENOUGH_ROWS:
                yield name

    def _may_name_clients(self, name: str, values: Values) -> bool:
        if _names_no_client(name) or values.count < ENOUGH_ROWS:
            return False
        differs = min(values.text, values.filled) >= FILLED and values.unique >= DIFFERENT
        other = values.emails + values.phones + values.long + values.dates + values.numbers
        return differs and other == 0 and _look_like_names(self.region.values(name))

    def status(self) -> Told:
        """Columns that say where a client stands, in words that no step is marked with."""
        return _told([name for name, v in self.free() if self._may_be_status(name, v)])

    def _may_be_status(self, name: str, values: Values) -> bool:
        if values.count < ENOUGH_ROWS or values.statuses < STATUSES or values.text < FILLED:
            return False
        words = {str(value) for value in self.region.values(name) if value is not None}
        of_clients = [
            w for w in words if status_words.status_of(w) and not status_words.is_understood(w)
        ]
        return 1 < len(words) <= FEW_WORDS and bool(of_clients)

    def offer(self) -> Told:
        """Columns of a few texts that several clients share: good enough to be asked about."""
        return Told((), tuple(name for name, v in self.free() if self._may_be_offer(name, v)))

    def _may_be_offer(self, name: str, values: Values) -> bool:
        shared = 1 < values.distinct <= FEW_OFFERS and values.unique <= SHARED
        other = values.emails + values.phones + values.dates + values.codes + values.long
        is_text = min(values.text, values.filled) >= FILLED and other == 0
        marked = max(values.marks, values.statuses) > 0
        return shared and is_text and not marked and not _names_no_offer(name)

    def step(self, client: str) -> Told:
        """Columns of texts that differ for every client, and that several clients have."""
        names = [name for name, values in self.free() if self._may_be_step(name, values, client)]
        return Told(tuple(names)) if len(names) == 1 else Told()

    def _may_be_step(self, name: str, values: Values, client: str) -> bool:
        if min(values.text, values.filled) < FILLED or values.marks >= MOST_MARKS:
            return False
        return values.unique < PER_CLIENT and self._pairs(client, name) >= PER_CLIENT

    def client_of(self, step: str) -> Told:
        """Columns of names that stand once with every step, and with several steps."""
        names = [
            name
            for name, values in self.free()
            if name != step
            and values.text >= FILLED
            and values.marks < MOST_MARKS
            and values.unique < PER_CLIENT
            and not _names_no_client(name)
            and values.emails + values.long + values.dates == 0
            and _look_like_names(self.region.values(name))
            and self._pairs(name, step) >= PER_CLIENT
        ]
        return _told(names)

    def email(self) -> Told:
        """Columns of addresses that differ; ours would stand there again and again."""
        return _told([n for n, v in self.free() if v.emails >= FILLED and v.unique >= DIFFERENT])

    def dated_and_marked(self, names: Sequence[str]) -> tuple[str, str] | None:
        """Of two columns that say whether a step is done, the day and the mark."""
        days = [name for name in names if self.values[name].dates >= MOST_MARKS]
        marked = [name for name in names if name not in days and self._is_marked(name)]
        return (days[0], marked[0]) if len(days) == len(marked) == 1 else None

    def _is_marked(self, name: str) -> bool:
        return self.values[name].marks >= MOST_MARKS

    def done(self) -> Told:
        """Columns of words of which some say done and some open."""
        return _told([name for name, v in self.free() if self._may_be_done(name, v)])

    def _may_be_done(self, name: str, values: Values) -> bool:
        if values.marks < FILLED or values.text < FILLED or values.filled < PER_CLIENT:
            return False
        said = {status_words.mark_of(value) for value in self.region.values(name)}
        return status_words.DONE in said and status_words.OPEN in said

    def _pairs(self, first: str, second: str) -> float:
        """How many of the rows are another pair of the two columns' cells."""
        rows = list(zip(self.region.values(first), self.region.values(second), strict=True))
        pairs = {(plain(str(a)), plain(str(b))) for a, b in rows}
        return len(pairs) / len(rows) if rows else 0.0


def _look_like_names(cells: Sequence[Value]) -> bool:
    texts = [str(value).strip() for value in cells if value is not None]
    good = sum(text[:1].isupper() and _NAME.fullmatch(text) is not None for text in texts)
    good -= sum(any(sign.isdigit() for sign in text) for text in texts)
    return good >= NAMED * len(texts)


def _names_no_client(name: str) -> bool:
    return hint("no_client").search(plain(name)) is not None


def _names_no_offer(name: str) -> bool:
    return _names_no_client(name) or hint("no_offer").search(plain(name)) is not None
