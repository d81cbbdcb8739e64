"""Cells as the contract reads them: their words put into ours, by the mapping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map

from sheetops.adopt.detect.tables import Region
from sheetops.adopt.detect.types import EMAIL
from sheetops.adopt.language import dates, status_words
from sheetops.adopt.language.vocabulary import hint_words
from sheetops.workbook import values
from sheetops.workbook.contract import BY_NAME, Column, Kind
from sheetops.workbook.mapping import Order
from sheetops.workbook.raw import Value

_GOOD = 0.8
"""A column that the job could do without is left out where less of its cells can be read."""
Words = Map[str, Map[str, str]]


def translated(column: Column, value: Value, words: Words, order: Order) -> Value:
    """A cell as the contract reads it; what is not understood stays as it is, for a person."""
    if value is None:
        return None
    return _READERS.get(column.kind, _as_it_is)(column, value, words, order)


def _as_it_is(_column: Column, value: Value, _words: Words, _order: Order) -> Value:
    return value


def _as_date(_column: Column, value: Value, _words: Words, order: Order) -> Value:
    if isinstance(value, str) and status_words.key(value) in hint_words("no_day"):
        return None
    return dates.read(value, order)


def _as_email(_column: Column, value: Value, _words: Words, _order: Order) -> Value:
    """The one address in a cell that may hold a phone number, too."""
    addresses = EMAIL.findall(value) if isinstance(value, str) else []
    return addresses[0] if len(addresses) == 1 else value


def _as_choice(column: Column, value: Value, words: Words, _order: Order) -> Value:
    if column.heading == "Status" and isinstance(value, str):
        return status_words.status_of(value, words.get("Status")) or value
    if column.heading == "Waiting on" and isinstance(value, str):
        return status_words.party_of(value) or value
    return value


_READERS: dict[Kind, Callable[[Column, Value, Words, Order], Value]] = {
    Kind.DATE: _as_date,
    Kind.EMAIL: _as_email,
    Kind.CHOICE: _as_choice,
}


def vetted(region: Region, role: str, ours: str, names: Sequence[str], order: Order) -> str:
    """Why a column that is not needed had better be left out; blank if it can be read."""
    column = BY_NAME[role].by_heading.get(ours)
    if column is None or column.required or len(names) > 1:
        return ""
    cells = [translated(column, v, {}, order) for v in region.values(names[0])]
    filled = [value for value in cells if value is not None]
    if column.heading == "Client ID":
        blank_or_twice = len(filled) < len(cells) or len(set(map(str, filled))) < len(filled)
        return "some of its cells are blank or the same." if blank_or_twice else ""
    faults = len(values.parse(column, filled)[1])
    if faults <= (1 - _GOOD) * len(filled):
        return ""
    return f"{faults} of its {len(filled)} cells are no {column.kind}."
