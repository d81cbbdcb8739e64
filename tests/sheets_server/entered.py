"""What a person's typing becomes: USER_ENTERED, by the spreadsheet's locale."""

from __future__ import annotations

import math
import re
from datetime import date

from tests.sheets_server.book import Cell, Json
from tests.sheets_server.parse import number
from tests.sheets_server.tokens import decimal_comma
from tests.sheets_server.words import serial

Typed = tuple[str | float | bool | None, Json | None]
"""A value, and the number format that typing it gives to the cell (None: as it was)."""

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")
BY_SIGN = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?: (\d{1,2}:\d{2}(?::\d{2})?))?")
BY_NAME = re.compile(r"(?:(\d{1,2}) ([a-zA-Z]{3,9})|([a-zA-Z]{3,9}) (\d{1,2})),? (\d{4})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])[Mm])?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CENTURY = 30
"""Two-digit years below it are of this century, as Sheets reads them."""


def typed(text: str, cell: Cell, locale: str) -> Cell:
    """The cell after somebody typed that text into it."""
    if cell.look and cell.look.get("numberFormat", {}).get("type") == "TEXT":
        return cell.with_value(text or None)
    if text.startswith("'"):
        return cell.with_value(text[1:])
    if text.startswith("=") and len(text) > 1:
        return cell.with_value(None, text)
    value, shape = meaning(text, locale)
    made = cell.with_value(value)
    if shape and not (cell.look or {}).get("numberFormat"):
        made = Cell(value, "", {**(cell.look or {}), "numberFormat": shape}, cell.note, cell.rule)
    return made


def meaning(text: str, locale: str) -> Typed:
    """The value that typed text stands for, and the number format that comes with it."""
    stripped = text.strip()
    if not stripped:
        return text or None, None
    if stripped.upper() in ("TRUE", "FALSE"):
        return stripped.upper() == "TRUE", None
    for reader in (_number, _day, _time):
        found = reader(stripped, locale)
        if found:
            return found
    return text, None


def _number(text: str, locale: str) -> Typed | None:
    comma = decimal_comma(locale)
    point, group = (r",", r"[.\u00a0\u202f ]") if comma else (r"\.", ",")
    pattern = (
        rf"(?P<minus>[-+]?)\s?(?P<money>[$€£])?(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+|\d*)"
        rf"(?P<rest>{point}\d*)?(?P<power>[eE][-+]?\d+)?\s?(?P<after>%|€)?"
    )
    match = re.fullmatch(pattern, text)
    if not match or not re.search(r"\d", (match["whole"] or "") + (match["rest"] or "")):
        return None
    digits = re.sub(group, "", match["whole"]) or "0"
    decimals = (match["rest"] or "").replace(",", ".")
    text = f"{digits}{decimals}{match['power'] or ''}"
    if not math.isfinite(float(text)):
        return None
    value = number(text)
    grouped = digits != (match["whole"] or "0")
    value = -value if match["minus"] == "-" else value
    if match["after"] == "%":
        value = number(repr(round(value / 100, 15)))
    return value, _shape(match, grouped, len(decimals) > 1)


def _shape(match: re.Match[str], grouped: bool, decimals: bool) -> Json | None:
    money = match["money"] or (match["after"] if match["after"] == "€" else "")
    if match["after"] == "%":
        return {"type": "PERCENT", "pattern": "0.00%" if decimals else "0%"}
    if money:
        return {"type": "CURRENCY", "pattern": f'"{money}"#,##0' + (".00" if decimals else "")}
    if match["power"]:
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if grouped:
        return {"type": "NUMBER", "pattern": "#,##0" + (".00" if decimals else "")}
    return None


def _day(text: str, locale: str) -> Typed | None:
    found = _iso(text) or _by_sign(text, locale) or _by_name(text)
    if found is None:
        return None
    year, month, day, clock, pattern = found
    try:
        value: float = serial(date(year, month, day))
    except ValueError:
        return None
    if not clock:
        return value, {"type": "DATE", "pattern": pattern}
    time = _time(clock, locale)
    if time is None or not isinstance(time[0], int | float):
        return None
    shape = "h:mm:ss" if clock.count(":") == 2 else "h:mm"
    return value + time[0], {"type": "DATE_TIME", "pattern": f"{pattern} {shape}"}


Day = tuple[int, int, int, str | None, str]


def _iso(text: str) -> Day | None:
    match = ISO.fullmatch(text)
    if not match:
        return None
    return int(match[1]), int(match[2]), int(match[3]), match[4], "yyyy-mm-dd"


def _by_sign(text: str, locale: str) -> Day | None:
    match = BY_SIGN.fullmatch(text)
    if not match:
        return None
    sign, american = match[2], locale.endswith("_US")
    first, second = int(match[1]), int(match[3])
    month, day = (first, second) if american else (second, first)
    year = int(match[4])
    if len(match[4]) == 2:
        year += 2000 if year < CENTURY else 1900
    pattern = sign.join(("m", "d", "yyyy") if american else ("dd", "mm", "yyyy"))
    return year, month, day, match[5], pattern


def _by_name(text: str) -> Day | None:
    match = BY_NAME.fullmatch(text)
    if not match:
        return None
    word = (match[2] or match[3])[:3].lower()
    if word not in MONTHS:
        return None
    pattern = "d mmm yyyy" if match[1] else "mmm d, yyyy"
    return int(match[5]), MONTHS.index(word) + 1, int(match[1] or match[4]), None, pattern


def _time(text: str, _locale: str) -> Typed | None:
    match = CLOCK.fullmatch(text)
    if not match:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    pattern = "h:mm" + (":ss" if match[3] else "") + (" am/pm" if match[4] else "")
    return (hour * 3600 + minute * 60 + second) / 86400, {"type": "TIME", "pattern": pattern}


def raw(value: str | float | bool | None) -> str | float | bool | None:
    """A RAW value as a cell keeps it: the empty text leaves the cell blank."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return None if value == "" else value
