"""How a tab looks and what may be typed in it: formats, notes, dropdowns, colours, protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetops.stores.google.sheets import quoted
from sheetops.template import styles
from sheetops.template.conditional_formats import (
    CHOICE_COLOURS,
    RED,
)
from sheetops.workbook.contract import Column, Kind, Tab
from sheetops.workbook.raw import column_letters

Json = dict[str, Any]
_PIXELS = 7.0  # a character
_FORMATS = {
    Kind.DATE: ("DATE", "dd mmm yyyy"),
    Kind.DONE: ("DATE", "dd mmm yyyy"),
    Kind.MOMENT: ("DATE_TIME", "dd mmm yyyy hh:mm"),
    Kind.WHOLE: ("NUMBER", "0"),
    Kind.ID: ("TEXT", "@"),
}
_TEXT = {
    ("Settings", "Value"),
    ("Segments", "Value"),
    ("Questions", "Must be"),
    ("Answers", "Answer"),
}
"""What would turn into a date or a number as it is typed (1/2, 10%), and shall stay as typed."""


def _colour(code: str) -> Json:
    parts = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return dict(zip(("red", "green", "blue"), (round(part, 4) for part in parts), strict=True))


def tab_colour(tab: Tab) -> Json:
    """The colour of a tab's own strip."""
    return _colour(styles.TAB_COLOURS[tab.group])


def heading(column: Column, value: Json) -> Json:
    """A heading cell with its note; `value` is its text or its formula."""
    note = f"Grey: written by sheetops. Leave it as it is.\n\n{column.what}"
    return {
        "userEnteredValue": value,
        "note": note if column.is_tool else column.what,
        "userEnteredFormat": {
            "backgroundColor": _colour(styles.TOOL_HEAD if column.is_tool else styles.TEAL),
            "textFormat": {"bold": True, "foregroundColor": _colour("FFFFFF")},
            "wrapStrategy": "WRAP",
            "verticalAlignment": "MIDDLE",
        },
    }


def area(sheet: int, row: int, column: int) -> Json:
    """The cells below a heading, to the end. Row and column count from 1."""
    sides = {"startColumnIndex": column - 1, "endColumnIndex": column}
    return {"sheetId": sheet, "startRowIndex": row, **sides}


Lists = Mapping[tuple[str, str], str]
"""The range behind each dropdown of names, by the tab and heading that it lists."""


def column_requests(
    tab: Tab, column: Column, place: tuple[int, int, int], lists: Lists
) -> Iterator[Json]:
    """All that a column needs below its heading, which stands at `place`: tab id, row, column."""
    sheet, row, at = place
    below = area(*place)
    dress: Json = {}
    if (tab.name, column.heading) in _TEXT:
        dress["numberFormat"] = {"type": "TEXT", "pattern": "@"}
    elif column.kind in _FORMATS:
        kind, pattern = _FORMATS[column.kind]
        dress["numberFormat"] = {"type": kind, "pattern": pattern}
    if column.is_tool:
        dress["backgroundColor"] = _colour(styles.TOOL_FILL)
    if dress:
        fields = ",".join(f"userEnteredFormat.{name}" for name in sorted(dress))
        yield {
            "repeatCell": {"range": below, "cell": {"userEnteredFormat": dress}, "fields": fields}
        }
    rule = None if column.is_tool else _rule(column, lists)
    if rule is not None:
        yield {"setDataValidation": {"range": below, "rule": rule}}
    for word, (fill, ink) in CHOICE_COLOURS.get((tab.name, column.heading), {}).items():
        yield _coloured(below, _condition("TEXT_EQ", word), fill, ink)
    if (tab.name, column.heading) == ("Runs", "Next by"):
        yield _coloured(below, _condition("CUSTOM_FORMULA", _late(row, at)), *RED)
    sides = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at - 1, "endIndex": at}
    width = {"pixelSize": round(column.width * _PIXELS + 12)}
    yield {
        "updateDimensionProperties": {"range": sides, "properties": width, "fields": "pixelSize"}
    }


def _late(row: int, at: int) -> str:
    """True in the last line if its day has gone by. Products and no AND: the separator of arguments
    depends on the sheet's locale."""
    column = column_letters(at)
    this, whole = f"${column}{row + 1}", f"${column}${row + 1}:${column}"
    return f"=({this}=MAX({whole}))*({this}>0)*(TODAY()>{this})"


def _coloured(below: Json, condition: Json, fill: str, ink: str) -> Json:
    dress = {"backgroundColor": _colour(fill), "textFormat": {"foregroundColor": _colour(ink)}}
    rule = {"condition": condition, "format": dress}
    return {
        "addConditionalFormatRule": {"rule": {"ranges": [below], "booleanRule": rule}, "index": 0}
    }


def _condition(kind: str, *given: str) -> Json:
    return {"type": kind, "values": [{"userEnteredValue": value} for value in given]}


_GENTLE = {Kind.DATE: "DATE_IS_VALID", Kind.EMAIL: "TEXT_IS_EMAIL"}


def _rule(column: Column, lists: Lists) -> Json | None:
    """What may be typed, with a gentle warning; only a choice from a list is strict."""
    if column.kind in _GENTLE:
        return {"condition": {"type": _GENTLE[column.kind]}, "strict": False}
    if column.kind is Kind.CHOICE:
        return _dropdown(_condition("ONE_OF_LIST", *column.choices), strict=True)
    if column.kind is Kind.YES_NO:
        return _dropdown(_condition("ONE_OF_LIST", "yes", "no"), strict=False)
    if column.kind in {Kind.WHOLE, Kind.NUMBER}:
        least = _condition("NUMBER_GREATER_THAN_EQ", f"{column.least or 0:g}")
        return {"condition": least, "strict": False}
    named = lists.get(column.refers_to) if column.refers_to else None
    return _dropdown(_condition("ONE_OF_RANGE", named), strict=False) if named else None


def _dropdown(condition: Json, *, strict: bool) -> Json:
    return {"condition": condition, "strict": strict, "showCustomUi": True}


def list_range(title: str, column: int, row: int) -> str:
    """The cells below a heading as a dropdown names them."""
    letters = column_letters(column)
    return f"={quoted(title)}!${letters}${row + 1}:${letters}"


def protected(sheet: int, editors: Sequence[str]) -> Json:
    """Protect a whole tab against everybody but us and the sheet's owner."""
    guard: Json = {
        "range": {"sheetId": sheet},
        "description": "Written by sheetops.",
        "warningOnly": False,
    }
    if editors:
        guard["editors"] = {"users": list(editors)}
    return {"addProtectedRange": {"protectedRange": guard}}
