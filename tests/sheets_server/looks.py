"""Colours and formats as Google gives them back: zeros left out, each colour in its two ways."""

from __future__ import annotations

import math
import struct
from typing import Any

from tests.sheets_server.book import Cell, Json, Scalar

WHITE: Json = {"red": 1, "green": 1, "blue": 1}
DEFAULT: Json = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}
THEME = {
    "TEXT": (0, 0, 0),
    "BACKGROUND": (255, 255, 255),
    "ACCENT1": (66, 133, 244),
    "ACCENT2": (234, 67, 53),
    "ACCENT3": (251, 188, 4),
    "ACCENT4": (52, 168, 83),
    "ACCENT5": (255, 109, 1),
    "ACCENT6": (70, 189, 198),
    "LINK": (17, 85, 204),
}
ORDER = (
    *("numberFormat", "backgroundColor", "borders", "padding", "horizontalAlignment"),
    *("verticalAlignment", "wrapStrategy", "textDirection", "textFormat", "hyperlinkDisplayType"),
    *("textRotation", "backgroundColorStyle"),
)


def single(value: float) -> float:
    """A number as a 32-bit float has it, written as short as may be."""
    exact = struct.unpack("f", struct.pack("f", value))[0]
    for digits in range(1, 10):
        short = float(f"{exact:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", exact):
            return int(short) if short.is_integer() else short
    return float(exact)


def colour(given: Json) -> Json:
    """A colour without its zeros."""
    parts = {
        name: _step(given[name]) for name in ("red", "green", "blue", "alpha") if given.get(name)
    }
    return {name: value for name, value in parts.items() if value}


def _step(value: float) -> float:
    """A part of a colour as the sheet keeps it: in 255 steps."""
    return single(math.floor(value * 255 + 1e-6) / 255)


def _theme(red: int, green: int, blue: int) -> Json:
    return colour({"red": red / 255, "green": green / 255, "blue": blue / 255})


def theme() -> Json:
    """The colours of a new spreadsheet."""
    colours = [
        {"colorType": name, "color": {"rgbColor": _theme(*rgb)}} for name, rgb in THEME.items()
    ]
    return {"primaryFontFamily": "Arial", "themeColors": colours}


def both_ways(holder: Json, name: str) -> Json:
    """A thing with a colour `name` and its `nameStyle`, each made from the other.

    A style that names no colour takes the colour away.
    """
    style_name = f"{name}Style"
    made = dict(holder)
    if style_name in made:
        style = dict(made[style_name])
        if not style:
            del made[style_name]
            made.pop(name, None)
            return made
        if "rgbColor" in style:
            style["rgbColor"] = colour(style["rgbColor"])
        rgb = style.get("rgbColor") or _of_theme(style.get("themeColor", ""))
        made[name], made[style_name] = rgb, style
    elif name in made:
        made[name] = colour(made[name])
        made[style_name] = {"rgbColor": made[name]}
    return made


def _of_theme(name: str) -> Json:
    return _theme(*THEME[name]) if name in THEME else {}


def cell_format(given: Json) -> Json:
    """A CellFormat as Google keeps it."""
    made = both_ways(given, "backgroundColor")
    if "textFormat" in made:
        made["textFormat"] = both_ways(made["textFormat"], "foregroundColor")
    shape = made.get("numberFormat")
    if shape is not None and shape.get("type") in (None, "NUMBER_FORMAT_TYPE_UNSPECIFIED"):
        made.pop("numberFormat")
    return {name: made[name] for name in ORDER if name in made}


def effective(cell: Cell, value: Scalar) -> Json:
    """The format that a cell has in the end: the default with its own over it."""
    base: Json = {**DEFAULT, "hyperlinkDisplayType": "PLAIN_TEXT"}
    base["textFormat"] = {**DEFAULT["textFormat"], "fontFamily": "Arial"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        base["horizontalAlignment"] = "RIGHT"
    made = _over(base, cell.look or {})
    return {name: made[name] for name in ORDER if name in made}


def _over(base: Json, top: Json) -> Json:
    made: dict[str, Any] = dict(base)
    for name, value in top.items():
        old = made.get(name)
        deeper = (
            isinstance(value, dict)
            and isinstance(old, dict)
            and not name.startswith(("back", "fore"))
        )
        made[name] = _over(old, value) if deeper and isinstance(old, dict) else value
    return made
