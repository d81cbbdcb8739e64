"""Comparing what a cell holds with what a condition asks for, by the kind of the column.

A blank satisfies nothing but `blank`: what nobody has said is not the opposite of what was asked.
What cannot be compared is neither a yes nor a no.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from sheetops.workbook.arrays import Bools, Objects
from sheetops.workbook.contract import Column, Kind
from sheetops.workbook.headers import folded
from sheetops.workbook.values import NO, YES, one_date, parse, shown

Test = Callable[[Any, Any], Any]

_YES = frozenset(YES - {"1", "done", "x"})
_NO = frozenset(NO - {"", "0"})
_ENDS = " .!…\"'“”’"
_ORDER: dict[str, Test] = {
    "is": lambda one, wanted: one == wanted,
    "is not": lambda one, wanted: one != wanted,
    "before": lambda one, wanted: one < wanted,
    "after": lambda one, wanted: one > wanted,
    "at least": lambda one, wanted: one >= wanted,
    "at most": lambda one, wanted: one <= wanted,
}
_BY_DAY = ("is", "is not", "before", "after", "at least", "at most")
_BY_NUMBER = ("is", "is not", "at least", "at most")
_BY_WORDS = ("is", "is not", "contains")
UNDERSTOOD: dict[Kind, tuple[str, ...]] = {
    Kind.DATE: _BY_DAY,
    Kind.WHOLE: _BY_NUMBER,
    Kind.NUMBER: _BY_NUMBER,
    Kind.YES_NO: ("is", "is not"),
}
"""The operators by kind, beside blank and not blank; words have is, is not and contains."""


class CannotCompare(ValueError):
    """Raised when a value is none that its column can be compared with; says what to do."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


def understood(column: Column) -> tuple[str, ...]:
    """The operators that a column can be compared by."""
    return (*UNDERSTOOD.get(column.kind, _BY_WORDS), "blank", "not blank")


def holds(column: Column, values: Objects, operator: str, wanted: str) -> Bools:
    """For which of a column's values a condition holds. Raises CannotCompare for its operator or
    its value."""
    known = understood(column)
    if operator not in known:
        found = f'"{operator}" cannot be asked of {column.heading}, which holds {_kind(column)}.'
        raise CannotCompare(found, f"Choose one of: {', '.join(known)}.")
    if operator in {"blank", "not blank"}:
        blank = is_blank(values)
        return blank if operator == "blank" else ~blank
    reading = _reading(column)
    parsed, faults = parse(reading, [wanted])
    if faults:
        raise CannotCompare(faults[0].found, faults[0].mend)
    if reading.kind is Kind.TEXT:
        return _words_hold(values, operator, str(parsed[0]))
    test: Bools = _ORDER[operator](values, parsed[0])
    return test & ~(is_blank(values) & (reading.kind is not Kind.YES_NO))


def _kind(column: Column) -> str:
    return {Kind.WHOLE: "numbers", Kind.NUMBER: "numbers", Kind.DATE: "days"}.get(
        column.kind, "yes or no" if column.kind is Kind.YES_NO else "words"
    )


def _reading(column: Column) -> Column:
    """How the value of a condition is read: as a cell of the column would be, but for its bounds.

    Words are compared as words, be they a name, an address or an ID.
    """
    exact = column.kind in UNDERSTOOD or column.kind is Kind.CHOICE
    kind = Kind.NUMBER if column.kind is Kind.WHOLE else column.kind
    kind = Kind.TEXT if kind is Kind.CHOICE or not exact else kind
    return Column(column.heading, kind, column.what)


def is_blank(values: Objects) -> Bools:
    """Which values are blank; of yes and no, no is."""
    blank: Bools
    if values.dtype.kind == "b":
        blank = ~values
    elif values.dtype.kind in "Mf":
        blank = np.isnan(values) if values.dtype.kind == "f" else np.isnat(values)
    else:
        blank = np.array([one is None or one == "" for one in values.tolist()], dtype=bool)
    return blank


def _words_hold(values: Objects, operator: str, wanted: str) -> Bools:
    test = {"is": alike, "is not": lambda one, other: not alike(one, other), "contains": _contains}
    texts = [str(one) for one in values.tolist()]
    known = {text: bool(text) and test[operator](text, wanted) for text in set(texts)}
    return np.array([known[text] for text in texts], dtype=bool)


def _contains(text: str, wanted: str) -> bool:
    return folded(wanted) in folded(text)


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same: case, spaces and a closing sign ignored, yes as y or ja."""
    first, second = _plain(one), _plain(other)
    pair = {first, second}
    return first == second or pair <= _YES or pair <= _NO or _same_number(first, second)


def _plain(text: str) -> str:
    return folded(text).strip(_ENDS)


_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def number_of(text: str) -> float | None:
    """A text that is a number and nothing else, such as `1,200` or `40%`; None for all others."""
    plain = text.replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text
    plain = plain.strip().removesuffix("%").strip()
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _same_number(one: str, other: str) -> bool:
    first, second = number_of(one), number_of(other)
    return first is not None and first == second and one.endswith("%") == other.endswith("%")


def answer_holds(text: str, operator: str, wanted: str) -> bool:
    """Whether a condition holds for what a client said: by number or day where the operator needs
    one, as the wanted value is. Raises CannotCompare if the answer is none."""
    if operator == "contains":
        return _contains(text, wanted)
    if operator in {"is", "is not"}:
        return alike(text, wanted) == (operator == "is")
    read = (
        _number if operator in {"at least", "at most"} and number_of(wanted) is not None else _day
    )
    return bool(_ORDER[operator](read(text), read(wanted)))


def check_wanted(operator: str, wanted: str) -> None:
    """Raises CannotCompare if answers cannot be compared with what is wanted."""
    if operator in {"before", "after"}:
        _day(wanted)
    elif operator in {"at least", "at most"} and number_of(wanted) is None:
        _day(wanted, "neither a number nor a date")


def _number(text: str) -> float:
    number = number_of(text)
    if number is None:
        raise CannotCompare(f'"{shown(text)}" is not a number.', "Type one like 12.")
    return number


def _day(text: str, instead: str = "not a date") -> Any:
    try:
        return one_date(text)
    except ValueError as error:
        raise CannotCompare(
            f'"{shown(text)}" is {instead}, or may be two.', "Type one like 24 Nov 2026."
        ) from error
