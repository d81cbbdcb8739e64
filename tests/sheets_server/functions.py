"""The functions that formulas may call, over values; `evaluate` gives them their arguments."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_server.arrays import (
    Array,
    Problem,
    Value,
    as_number,
    as_text,
    as_truth,
    first_of,
    rows_of,
)
from tests.sheets_server.book import Fault, Scalar

NOT_AVAILABLE = Fault("N_A", "Did not find value.")


def compare(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1, as Sheets orders values: numbers, then text without case, then truth.

    Raises:
        Problem: one of them is an error.
    """
    for value in (left, right):
        if isinstance(value, Fault):
            raise Problem(value.kind, value.message)
    first, second = rank(_filled_in(left, right)), rank(_filled_in(right, left))
    return (first > second) - (first < second)


def _filled_in(value: Scalar, other: Scalar) -> Scalar:
    """A blank beside a text is the empty text, beside a number 0, beside a truth FALSE."""
    if value is not None:
        return value
    return "" if isinstance(other, str) else False if isinstance(other, bool) else 0


def rank(value: Scalar) -> tuple[int, Any]:
    """A key by which values sort: numbers, text, truth, errors, blanks last."""
    if type(value) is str:
        return 1, value.casefold()
    match value:
        case bool():
            return 2, value
        case int() | float():
            return 0, value
        case None:
            return 4, 0
    assert isinstance(value, Fault)
    return 3, value.kind


def _divide(left: float, right: float) -> float:
    if right == 0:
        raise Problem("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
    return left / right


def _power(left: float, right: float) -> float:
    return float(left**right)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "^": _power,
}
COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def operate(sign: str, left: Scalar, right: Scalar) -> Scalar:
    """An operator between two values.

    Raises:
        Problem: it cannot be done.
    """
    if sign == "&":
        return as_text(left) + as_text(right)
    if sign == "=" and type(right) is str and (left is None or type(left) is str):
        return (left or "").casefold() == right.casefold()
    if sign in COMPARISONS:
        return COMPARISONS[sign](compare(left, right))
    return whole(ARITHMETIC[sign](as_number(left), as_number(right)))


def whole(value: float) -> float:
    """A number, as int where it is a whole one."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    return value


def each(values: tuple[Value, ...]) -> Iterator[Scalar]:
    """All single values, row by row."""
    for value in values:
        for row in rows_of(value):
            yield from row


def numbers(values: tuple[Value, ...]) -> list[float]:
    """All numbers; text and truth in cells do not count.

    Raises:
        Problem: one is an error.
    """
    found: list[float] = []
    for value in each(values):
        if isinstance(value, Fault):
            raise Problem(value.kind, value.message)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append(value)
    return found


def _average(*values: Value) -> Scalar:
    found = numbers(values)
    if not found:
        raise Problem("DIVIDE_BY_ZERO", "Evaluation of function AVERAGE caused a divide by zero.")
    return whole(sum(found) / len(found))


def _counta(*values: Value) -> Scalar:
    return sum(value is not None for value in each(values))


def _criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    """The test that COUNTIF and its kin make of each cell."""
    match = (
        re.fullmatch(r"(<>|<=|>=|=|<|>)(.*)", wanted, re.DOTALL)
        if isinstance(wanted, str)
        else None
    )
    sign, text = (match[1], match[2]) if match else ("=", wanted)
    goal: Scalar = _typed(text) if isinstance(text, str) else text
    if isinstance(goal, str) and re.search(r"[*?]", goal) and sign in ("=", "<>"):
        pattern = wildcard(goal)
        return lambda v: (isinstance(v, str) and bool(pattern.fullmatch(v))) == (sign == "=")
    return lambda v: _meets(v, sign, goal)


def _meets(value: Scalar, sign: str, goal: Scalar) -> bool:
    if isinstance(value, Fault) or (value is None and goal not in (None, "")):
        return sign == "<>"
    same_kind = isinstance(value, str) == isinstance(goal, str) or value is None
    return COMPARISONS[sign](compare(value, goal)) if same_kind else sign == "<>"


def _typed(text: str) -> Scalar:
    try:
        return whole(float(text))
    except ValueError:
        return text


def wildcard(text: str) -> re.Pattern[str]:
    """A pattern of `*`, `?` and `~`, without case."""
    made = re.sub(
        r"~([*?~])|([*?])|([^*?~]+|~)",
        lambda m: (
            re.escape(m[1]) if m[1] else {"*": ".*", "?": "."}.get(m[2] or "", re.escape(m[0]))
        ),
        text,
    )
    return re.compile(made, re.IGNORECASE | re.DOTALL)


def _countif(cells: Value, wanted: Value) -> Scalar:
    test = _criterion(first_of(wanted))
    return sum(test(value) for value in each((cells,)))


def _sumif(cells: Value, wanted: Value, summed: Value = None) -> Scalar:
    test = _criterion(first_of(wanted))
    amounts = list(each((cells if summed is None else summed,)))
    kept = [a for v, a in zip(each((cells,)), amounts, strict=False) if test(v)]
    return whole(sum(numbers(tuple(kept))))


def _unique(cells: Value) -> Value:
    seen: dict[tuple[Any, ...], list[Scalar]] = {}
    for row in rows_of(cells):
        seen.setdefault(tuple((type(value), value) for value in row), row)
    return Array(list(seen.values()))


def _filter(cells: Value, *conditions: Value) -> Value:
    tests = [[as_truth(row[0]) for row in rows_of(condition)] for condition in conditions]
    kept = [row for number, row in enumerate(rows_of(cells)) if all(t[number] for t in tests)]
    if not kept:
        raise Problem("N_A", "No matches are found in FILTER evaluation.")
    return Array(kept)


def _sort(cells: Value, column: Value = 1, upwards: Value = True) -> Value:
    number = int(as_number(first_of(column))) - 1
    down = not as_truth(first_of(upwards))
    return Array(sorted(rows_of(cells), key=lambda row: rank(row[number]), reverse=down))


def _textjoin(between: Value, skip: Value, *values: Value) -> Scalar:
    skipped = as_truth(first_of(skip))
    texts = [as_text(value) for value in each(values)]
    return as_text(first_of(between)).join(text for text in texts if text or not skipped)


def _index(cells: Value, row: Value = 0, column: Value = 0) -> Value:
    rows = rows_of(cells)
    down, across = int(as_number(first_of(row))), int(as_number(first_of(column)))
    if down > len(rows) or across > len(rows[0]):
        raise Problem("NUM", "Index out of range.")
    picked = [rows[down - 1]] if down else rows
    return Array([[line[across - 1]] if across else line for line in picked])


def _match(wanted: Value, cells: Value, kind: Value = 1) -> Scalar:
    goal = first_of(wanted)
    values = list(each((cells,)))
    if as_number(first_of(kind)) == 0:
        for number, value in enumerate(values):
            if value is not None and not isinstance(value, Fault) and compare(value, goal) == 0:
                return number + 1
        return NOT_AVAILABLE
    below = [n for n, v in enumerate(values) if v is not None and compare(v, goal) <= 0]
    return below[-1] + 1 if below else NOT_AVAILABLE


WHOLE: dict[str, Callable[..., Value]] = {
    "SUM": lambda *values: whole(sum(numbers(values))),
    "AVERAGE": _average,
    "COUNT": lambda *values: len(numbers(values)),
    "COUNTA": _counta,
    "COUNTBLANK": lambda *values: sum(value in (None, "") for value in each(values)),
    "MAX": lambda *values: max(numbers(values), default=0),
    "MIN": lambda *values: min(numbers(values), default=0),
    "PRODUCT": lambda *values: whole(math.prod(numbers(values))),
    "COUNTIF": _countif,
    "SUMIF": _sumif,
    "UNIQUE": _unique,
    "FILTER": _filter,
    "SORT": _sort,
    "TEXTJOIN": _textjoin,
    "JOIN": lambda between, *values: _textjoin(between, False, *values),
    "INDEX": _index,
    "MATCH": _match,
    "AND": lambda *values: all(as_truth(value) for value in each(values)),
    "OR": lambda *values: any(as_truth(value) for value in each(values)),
    "TRANSPOSE": lambda cells: Array([list(row) for row in zip(*rows_of(cells), strict=True)]),
}
"""Functions that take whole arrays as they are, and give one value or an array."""
