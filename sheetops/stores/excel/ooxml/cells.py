"""Single cells: addresses, and values as they stand in XML.

Text goes in as an inline string; Excel moves it to its shared strings at the next save, so values
are compared, never XML. Text is always text: what begins with `=`, `+`, `-` or `@` is no formula.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.limits import MAX_COLUMN, MAX_ROW, MAX_TEXT
from sheetops.workbook.raw import Value, address, column_letters

_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_UNSAFE: Final = re.compile("_x[0-9A-Fa-f]{4}_|[\0-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DAY: Final = timedelta(days=1)
LEAP_BUG: Final = 60  # in the 1900 system day 60 is 29 February 1900, which never was
EPOCH_1900: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no time zone
EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - cells know no time zone

_EXACT: Final = 1e15  # whole numbers up to here are written without an exponent

Box = tuple[int, int, int, int]


class Content(NamedTuple):
    """A cell's new content: its `t` attribute and the markup inside."""

    kind: str
    inner: str


class Formula(NamedTuple):
    """A calculated column's formula for a new row, as the table part holds it."""

    text: str
    array: bool = False


@cache
def column_number(letters: str) -> int:
    """A → 1, AA → 27. Letters in either case."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


USUAL_LETTERS: Final = {column_letters(number): number for number in range(1, 703)}


def parse_address(text: str) -> tuple[int, int]:
    """B7 → (7, 2). Raises WriteRefused if it is not the address of one cell."""
    letters = text.rstrip("0123456789")
    digits = text[len(letters) :]
    if letters in USUAL_LETTERS and digits and digits[0] != "0" and int(digits) <= MAX_ROW:
        return int(digits), USUAL_LETTERS[letters]  # the short way: there may be 300,000 of them
    match = _ADDRESS.fullmatch(text)
    if match is None or int(match[2]) > MAX_ROW or column_number(match[1]) > MAX_COLUMN:
        raise WriteRefused(f'"{text}" is not the address of a cell.', "Use one like B7.")
    return int(match[2]), column_number(match[1])


def parse_box(reference: str) -> Box | None:
    """A1:B7 → (1, 1, 7, 2); a single cell is a box of one; None if it is neither."""
    ends = reference.replace("$", "").split(":")
    try:
        first, last = parse_address(ends[0]), parse_address(ends[-1])
    except WriteRefused:
        return None
    rows, columns = sorted((first[0], last[0])), sorted((first[1], last[1]))
    return rows[0], columns[0], rows[1], columns[1]


def box_text(box: Box) -> str:
    """(1, 1, 7, 2) → A1:B7, and a box of one cell → A1."""
    first, last = address(box[0], box[1]), address(box[2], box[3])
    return first if first == last else f"{first}:{last}"


def inside(box: Box, row: int, column: int) -> bool:
    """Whether the cell lies in the box."""
    return box[0] <= row <= box[2] and box[1] <= column <= box[3]


def escape_text(text: str) -> str:
    """Text as it stands in `<t>`: XML's own escapes, and `_xHHHH_` for what XML cannot hold."""
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_escaped, text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    return f"_x005F{found}" if len(found) > 1 else f"_x{ord(found):04X}_"


def unescape_text(text: str) -> str:
    """The text that `<t>` shows: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def serial(value: date, *, uses_1904: bool) -> float:
    """Days since the workbook's first day. Raises WriteRefused for a day that Excel cannot show."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if moment.tzinfo is not None:
        raise WriteRefused(f"{value} has a time zone, which a cell cannot hold.", "Make it local.")
    days: float = (moment - (EPOCH_1904 if uses_1904 else EPOCH_1900)) / _DAY
    if not uses_1904 and days < LEAP_BUG + 1:
        days -= 1
    if days < (0 if uses_1904 else 1):
        raise WriteRefused(
            f"{value} lies before the first day that Excel knows.", "Write it as text."
        )
    return days


def content_of(value: Value, *, uses_1904: bool, prefix: str = "") -> Content:
    """How a value stands in a cell; None and "" stand for an empty one.

    `prefix` is the one that the tab's own tags have ("x:" or "").

    Raises WriteRefused for what a cell cannot hold.
    """
    if value is None or value == "":
        return Content("", "")
    if isinstance(value, str):
        return _text(value, prefix)
    if isinstance(value, bool):
        return Content("b", f"<{prefix}v>{int(value)}</{prefix}v>")
    if isinstance(value, date):
        return Content("", _number(serial(value, uses_1904=uses_1904), prefix))
    if isinstance(value, int | float):
        return Content("", _number(float(value), prefix))
    raise WriteRefused(
        f"{value!r} cannot be written into a cell.", "Write text, a number or a date."
    )


def _text(value: str, prefix: str) -> Content:
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise WriteRefused(
            f"A text of {len(value):,} characters is longer than the {MAX_TEXT:,} of a cell.",
            "Shorten it.",
        )
    if _SURROGATE.search(value):
        raise WriteRefused("A text holds half a character, which no file can.", "Type it again.")
    p = prefix
    text = f'<{p}is><{p}t xml:space="preserve">{escape_text(value)}</{p}t></{p}is>'
    return Content("inlineStr", text)


def _number(value: float, prefix: str) -> str:
    if not math.isfinite(value):
        raise WriteRefused(
            f"{value} is not a number that a cell can hold.", "Leave the cell empty."
        )
    whole = value.is_integer() and abs(value) < _EXACT
    return f"<{prefix}v>{int(value) if whole else value!r}</{prefix}v>"
