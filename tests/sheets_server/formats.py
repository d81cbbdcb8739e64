"""How a value reads in its cell: FORMATTED_VALUE, by the number format of the cell."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tests.sheets_server.arrays import plain_number
from tests.sheets_server.book import Fault, Json, Scalar
from tests.sheets_server.tokens import decimal_comma

DAY_TYPES = ("DATE", "TIME", "DATE_TIME")
DEFAULTS = {
    "DATE": "m/d/yyyy",
    "TIME": "h:mm:ss am/pm",
    "DATE_TIME": "m/d/yyyy h:mm:ss",
    "PERCENT": "0.00%",
    "CURRENCY": '"$"#,##0.00',
    "NUMBER": "#,##0.00",
    "SCIENTIFIC": "0.00E+00",
}
PIECES = re.compile(r'"[^"]*"|\\.|am/pm|a/p|y+|m+|d+|h+|s+(?:\.0+)?|.', re.IGNORECASE)
DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?(?:[eE]\+0+)?")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_day(look: Json | None) -> bool:
    """Whether a cell's format shows its number as a date or time."""
    return bool(look) and (look or {}).get("numberFormat", {}).get("type") in DAY_TYPES


def formatted(value: Scalar, look: Json | None, locale: str) -> str:
    """The text that the cell shows; "" for a blank one."""
    match value:
        case None:
            return ""
        case Fault():
            return value.text
        case bool() | str():
            return str(value).upper() if isinstance(value, bool) else value
    return _number(value, look, locale)


def _number(value: float, look: Json | None, locale: str) -> str:
    shape = (look or {}).get("numberFormat", {})
    kind = shape.get("type", "")
    pattern = shape.get("pattern") or DEFAULTS.get(kind, "")
    if kind in DAY_TYPES:
        return moment_text(value, pattern)
    if pattern and kind != "TEXT":
        return _numeric(value, pattern, locale)
    text = plain_number(value)
    return text.replace(".", ",") if decimal_comma(locale) else text


def moment_text(value: float, pattern: str) -> str:
    """A serial number by a pattern of date and time."""
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86400))  # noqa: DTZ001 # no zone
    pieces = PIECES.findall(pattern)
    half = any(piece.lower() in ("am/pm", "a/p") for piece in pieces)
    return "".join(
        _piece(piece, moment, half, _is_minute(pieces, at)) for at, piece in enumerate(pieces)
    )


def _is_minute(pieces: list[str], at: int) -> bool:
    """Whether an m or mm means minutes: after hours, or before seconds."""
    words = [(n, p[0].lower()) for n, p in enumerate(pieces) if p[0].lower() in "ymdhs"]
    place = next((n for n, (number, _) in enumerate(words) if number == at), None)
    if place is None or words[place][1] != "m":
        return False
    before = words[place - 1][1] if place else ""
    after = words[place + 1][1] if place + 1 < len(words) else ""
    return before == "h" or after == "s"


def _piece(piece: str, moment: datetime, half: bool, minute: bool) -> str:
    if piece.startswith('"'):
        return piece[1:-1]
    if piece.startswith("\\"):
        return piece[1:]
    low = piece.lower()
    if low in ("am/pm", "a/p"):
        return moment.strftime("%p")[: 2 if low == "am/pm" else 1]
    if low[0] not in "ymdhs" or len(low) > 4 + low.count("."):
        return piece
    return _part(low, moment, half, minute)


def _part(low: str, moment: datetime, half: bool, minute: bool) -> str:
    width = len(low)
    match low[0]:
        case "y":
            return f"{moment.year:04}" if width > 2 else f"{moment.year % 100:02}"
        case "m" if minute:
            return f"{moment.minute:0{width}}"
        case "m":
            return _named(MONTHS[moment.month - 1], moment.month, width)
        case "d":
            return _named(DAYS[moment.weekday()], moment.day, width)
        case "h":
            hour = (moment.hour % 12 or 12) if half else moment.hour
            return f"{hour:0{width}}"
    return f"{moment.second:0{min(width, 2)}}"


def _named(name: str, number: int, width: int) -> str:
    if width <= 2:
        return f"{number:0{width}}"
    return name[:3] if width == 3 else name


def _numeric(value: float, pattern: str, locale: str) -> str:
    sections = pattern.split(";")
    section, amount = sections[0], value
    if value < 0 and len(sections) > 1:
        section, amount = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    match = DIGITS.search(section)
    if not match:
        return _literal(section.replace("@", plain_number(value)))
    if "%" in section:
        amount = round(amount * 100, 10)
    text = _digits(abs(amount), match[0])
    if decimal_comma(locale):
        text = text.translate(str.maketrans(",.", ".,"))
    sign = "-" if amount < 0 else ""
    return sign + _literal(section[: match.start()]) + text + _literal(section[match.end() :])


def _literal(text: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.', lambda m: m[1] or m[2] or "", text)


def _digits(amount: float, pattern: str) -> str:
    if "e" in pattern.lower():
        places = len(pattern.partition(".")[2].lower().partition("e")[0])
        return f"{amount:.{places}E}"
    whole, _, decimals = pattern.partition(".")
    text = f"{amount:,.{len(decimals)}f}" if "," in whole else f"{amount:.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    if "0" not in whole and text.startswith("0"):
        return text[1:]
    front, dot, back = text.partition(".")
    return front.rjust(whole.count("0"), "0") + dot + back
