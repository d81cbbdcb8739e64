"""Values side by side: how a formula works on many cells at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat

from tests.sheets_server.book import Fault, Scalar

Rows = list[list[Scalar]]


@dataclass(frozen=True, slots=True)
class Array:
    """Rows of values, all as long as the first."""

    rows: Rows

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.rows), len(self.rows[0]) if self.rows else 0


Value = Scalar | Array


class Problem(Exception):
    """A formula that ends in an error."""

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(kind, message)


def rows_of(value: Value) -> Rows:
    """A value as rows, one by one for a single one."""
    return value.rows if isinstance(value, Array) else [[value]]


def first_of(value: Value) -> Scalar:
    """The value at the top left."""
    if not isinstance(value, Array):
        return value
    return value.rows[0][0] if value.rows and value.rows[0] else None


def spread(function: Callable[..., Scalar], *values: Value) -> Value:
    """The function of each place of the values, single ones and single rows or columns repeated."""
    arrays = [value for value in values if isinstance(value, Array)]
    if not arrays:
        return function(*values)
    height = max(array.shape[0] for array in arrays)
    width = max(array.shape[1] for array in arrays)
    if width == 1 and all(array.shape == (height, 1) for array in arrays):
        return _down(function, values, height)
    stretched = [_columns(value, height, width) for value in values]
    columns = [
        [function(*cells) for cells in zip(*(value[number] for value in stretched), strict=True)]
        for number in range(width)
    ]
    return Array([list(row) for row in zip(*columns, strict=True)])


def _down(function: Callable[..., Scalar], values: tuple[Value, ...], height: int) -> Array:
    """The function down single columns of one height: most of what a heading formula does."""
    columns = [
        [row[0] for row in value.rows] if isinstance(value, Array) else repeat(value, height)
        for value in values
    ]
    return Array([[function(*cells)] for cells in zip(*columns, strict=True)])


def _columns(value: Value, height: int, width: int) -> Rows:
    """A value as so many columns of so many rows; what is missing is #N/A."""
    if not isinstance(value, Array):
        return [[value] * height] * width
    rows, across = value.shape
    columns = [list(column) for column in zip(*value.rows, strict=True)]
    missing: Scalar = Fault("N_A")
    if rows == 1:
        columns = [column * height for column in columns]
    elif rows < height:
        columns = [column + [missing] * (height - rows) for column in columns]
    if across == 1:
        return columns * width
    return columns + [[missing] * height] * (width - across)


def as_number(value: Scalar) -> float:
    """A value as a number, as Sheets takes it: blank is 0, TRUE 1, text a number if it reads so.

    Raises:
        Problem: it is none.
    """
    if isinstance(value, Fault):
        raise Problem(value.kind, value.message)
    if value is None:
        return 0
    if isinstance(value, str):
        return _read_number(value)
    return value


def _read_number(text: str) -> float:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        raise Problem("VALUE", f"'{text}' is a text and cannot be coerced to a number.") from None
    return int(number) if number.is_integer() else number


def as_text(value: Scalar) -> str:
    """A value as text, as `&` takes it.

    Raises:
        Problem: it is an error.
    """
    if isinstance(value, Fault):
        raise Problem(value.kind, value.message)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    return plain_number(value)


def as_truth(value: Scalar) -> bool:
    """A value as a condition.

    Raises:
        Problem: it is none.
    """
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        raise Problem("VALUE", f"'{value}' is a text and cannot be coerced to a boolean.")
    return bool(as_number(value))


def plain_number(value: float) -> str:
    """A number without a format: ten digits, or all of a whole number."""
    if isinstance(value, int) or float(value).is_integer():
        whole = int(value)
        return str(whole) if abs(whole) < 10**15 else _scientific(value)
    if abs(value) < 1e-9:
        return _scientific(value)
    digits = 10 if abs(value) < 1e10 else 15
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{value:.15f}".rstrip("0").rstrip(".")


def _scientific(value: float) -> str:
    mantissa, _, power = f"{value:.5E}".partition("E")
    return f"{mantissa.rstrip('0').rstrip('.')}E{power}"


def guarded(function: Callable[..., Scalar]) -> Callable[..., Scalar]:
    """The function with its problem as its value."""

    def safe(*values: Scalar) -> Scalar:
        try:
            return function(*values)
        except Problem as problem:
            return problem.fault

    return safe
