"""Functions of single values, which ARRAYFORMULA takes through every row."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from tests.sheets_server.arrays import Problem, as_number, as_text, as_truth
from tests.sheets_server.book import Fault, Scalar
from tests.sheets_server.functions import whole

EPOCH = date(1899, 12, 30)


def serial(day: date) -> int:
    """Days since 1899-12-30, as cells hold a date."""
    return (day - EPOCH).days


def day_of(value: Scalar) -> date:
    """The date of a serial number.

    Raises:
        Problem: it is none.
    """
    return EPOCH + timedelta(days=int(as_number(value)))


def _round(value: Scalar, places: Scalar = 0) -> Scalar:
    power = 10 ** as_number(places)
    number = as_number(value) * power
    return whole(math.copysign(math.floor(abs(number) + 0.5), number) / power)


def _mod(value: Scalar, by: Scalar) -> Scalar:
    if as_number(by) == 0:
        raise Problem("DIVIDE_BY_ZERO", "Function MOD parameter 2 cannot be zero.")
    return whole(as_number(value) % as_number(by))


def _left(text: Scalar, count: Scalar = 1) -> Scalar:
    return as_text(text)[: int(as_number(count))]


def _right(text: Scalar, count: Scalar = 1) -> Scalar:
    number = int(as_number(count))
    return as_text(text)[-number:] if number else ""


def _mid(text: Scalar, start: Scalar, count: Scalar) -> Scalar:
    begin = int(as_number(start)) - 1
    return as_text(text)[begin : begin + int(as_number(count))]


def _value(text: Scalar) -> Scalar:
    return as_number(text)


def _date(year: Scalar, month: Scalar, day: Scalar) -> Scalar:
    months = int(as_number(year)) * 12 + int(as_number(month)) - 1
    first = date(months // 12, months % 12 + 1, 1)
    return serial(first) + int(as_number(day)) - 1


def _weekday(day: Scalar, kind: Scalar = 1) -> Scalar:
    number = day_of(day).isoweekday()
    return number % 7 + 1 if as_number(kind) == 1 else number


def _today() -> Scalar:
    return serial(datetime.now(UTC).date())


def _now() -> Scalar:
    now = datetime.now(UTC)
    seconds = now.hour * 3600 + now.minute * 60 + now.second
    return serial(now.date()) + seconds / 86400


EACH: dict[str, Callable[..., Scalar]] = {
    "NOT": lambda value: not as_truth(value),
    "ABS": lambda value: abs(as_number(value)),
    "ROUND": _round,
    "INT": lambda value: math.floor(as_number(value)),
    "MOD": _mod,
    "LEN": lambda text: len(as_text(text)),
    "TRIM": lambda text: " ".join(as_text(text).split()),
    "UPPER": lambda text: as_text(text).upper(),
    "LOWER": lambda text: as_text(text).lower(),
    "PROPER": lambda text: as_text(text).title(),
    "LEFT": _left,
    "RIGHT": _right,
    "MID": _mid,
    "CONCAT": lambda left, right: as_text(left) + as_text(right),
    "SUBSTITUTE": lambda text, old, new: as_text(text).replace(as_text(old), as_text(new)),
    "EXACT": lambda left, right: as_text(left) == as_text(right),
    "VALUE": _value,
    "N": lambda value: as_number(value) if not isinstance(value, str) else 0,
    "T": lambda value: value if isinstance(value, str) else "",
    "TO_TEXT": as_text,
    "CHAR": lambda number: chr(int(as_number(number))),
    "DATE": _date,
    "YEAR": lambda day: day_of(day).year,
    "MONTH": lambda day: day_of(day).month,
    "DAY": lambda day: day_of(day).day,
    "WEEKDAY": _weekday,
    "TODAY": _today,
    "NOW": _now,
    "NA": lambda: Fault("N_A"),
}
"""Functions that see one value at a time; an error among their arguments is their answer."""

ASKING: dict[str, Callable[[Scalar], bool]] = {
    "ISBLANK": lambda value: value is None,
    "ISERROR": lambda value: isinstance(value, Fault),
    "ISNA": lambda value: isinstance(value, Fault) and value.kind == "N_A",
    "ISERR": lambda value: isinstance(value, Fault) and value.kind != "N_A",
    "ISTEXT": lambda value: isinstance(value, str),
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "ISLOGICAL": lambda value: isinstance(value, bool),
}
"""Questions about a value, which an error does not stop."""
