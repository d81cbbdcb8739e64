"""How the workbook looks: colours, number formats and cell styles, each column's from its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.dimensions import ColumnDimension

from sheetops.workbook.contract import Column, Group, Kind, Tab

FONT = (
    "Arial"  # the same width in Excel, LibreOffice and Google Sheets, so nothing is cut off in one
)
SIZE = 10

INK = "1F2933"
INK_SOFT = "6B7680"
PAPER = "FFFFFF"
LINE = "D5DADF"
TEAL = "0F4C5C"
TEAL_SOFT = "3B7A8C"
TEAL_PALE = "E6F0F2"
TOOL_HEAD = "7A828A"
TOOL_FILL = "F0F1F3"

TAB_COLOURS = {Group.EVERYDAY: TEAL, Group.SET_UP_ONCE: "D8A24A", Group.TOOL: "9AA1A8"}
OWN_TAB_COLOUR = "4F9D69"

DATE_FORMAT = "dd mmm yyyy"
MOMENT_FORMAT = "dd mmm yyyy hh:mm"
MONEY_FORMAT = "#,##0.00"
TEXT_FORMAT = "@"

_BY_KIND = {
    Kind.DATE: DATE_FORMAT,
    Kind.DONE: DATE_FORMAT,
    Kind.MOMENT: MOMENT_FORMAT,
    Kind.WHOLE: "0",
    Kind.ID: TEXT_FORMAT,
}
# Text that a spreadsheet program would turn into a date or a number as it is typed (1/2, 10%) is
# kept as typed by the text format; the rest are figures that need more than their kind says.
_BY_COLUMN = {
    ("Clients", "Value"): MONEY_FORMAT,
    ("Clients", "Known %"): "0",
    ("Clients", "Consistency %"): "0",
    ("Offers", "Price"): MONEY_FORMAT,
    ("Offers", "Consistency %"): "0",
    ("Offer steps", "Typical wait"): "0.0",
    ("Offer steps", "9 in 10 within"): "0.0",
    ("Questions", "Must be"): TEXT_FORMAT,
    ("Questions", "Answered %"): "0",
    ("Answers", "Answer"): TEXT_FORMAT,
    ("Segments", "Value"): TEXT_FORMAT,
    ("Settings", "Value"): TEXT_FORMAT,
    ("Capacity", "Value"): "#,##0.0",
}
_CENTRED = {Kind.DATE, Kind.DONE, Kind.MOMENT, Kind.YES_NO, Kind.WHOLE}
_RIGHT = {Kind.NUMBER}
_LETTERS_TO_A_DIGIT = 1.3
"""Widths are counted in digits, and the letters of a sentence are narrower on the whole."""
_ONE_LINE = {"Steps", "Capacity", "Runs"}
"""Tabs with many short rows, which are skimmed: nothing wraps there."""
_WRAP_FROM = 18
"""Text columns at least so wide (in characters) wrap; narrower ones hold a word or two."""


@dataclass(frozen=True)
class Style:
    """One ready-made style; the same objects are shared by a column and all of its cells."""

    font: Font
    fill: PatternFill
    alignment: Alignment
    border: Border
    number_format: str = "General"

    def give(self, target: Cell | MergedCell | ColumnDimension) -> None:
        target.font = self.font
        target.fill = self.fill
        target.alignment = self.alignment
        target.border = self.border
        target.number_format = self.number_format


def solid(colour: str) -> PatternFill:
    """A plain fill of `colour` (RRGGBB)."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def font(
    colour: str = INK, *, bold: bool = False, size: float = SIZE, italic: bool = False
) -> Font:
    """The house's font in `colour` (RRGGBB)."""
    return Font(name=FONT, size=size, bold=bold, italic=italic, color=colour)


def title_font(size: float = 13) -> Font:
    """The font of a title; 13 points for a part of a page."""
    return font(TEAL, bold=True, size=size)


_EDGE = Side("thin", color=LINE)
GRID = Border(bottom=_EDGE, right=_EDGE)


def number_format(tab: Tab, column: Column) -> str:
    """The number format of a column's cells, in the form that workbook files use."""
    return _BY_COLUMN.get((tab.name, column.heading), _BY_KIND.get(column.kind, "General"))


def cell_style(tab: Tab, column: Column) -> Style:
    """How the cells under a heading look, also those that sheetops or staff will add."""
    across = "center" if column.kind in _CENTRED else "right" if column.kind in _RIGHT else "left"
    return Style(
        font=font(INK_SOFT if column.is_tool else INK),
        fill=solid(TOOL_FILL) if column.is_tool else PatternFill(),
        alignment=Alignment(
            horizontal=across,
            vertical="top",
            wrap_text=wraps(tab, column),
            indent=0 if across == "center" else 1,
        ),
        border=GRID,
        number_format=number_format(tab, column),
    )


def wraps(tab: Tab, column: Column) -> bool:
    """Whether long text of this column goes on in a second line."""
    return (
        tab.name not in _ONE_LINE
        and column.kind in {Kind.TEXT, Kind.ID, Kind.NAME}
        and column.width >= _WRAP_FROM
    )


def heading_style(column: Column) -> Style:
    """Needed columns are darkest, other staff columns lighter, tool columns grey."""
    colour = TOOL_HEAD if column.is_tool else TEAL if column.required else TEAL_SOFT
    return Style(
        font=font(PAPER, bold=True),
        fill=solid(colour),
        alignment=Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1),
        border=Border(right=Side("thin", color=PAPER)),
    )


def lines_needed(text: str, width: float) -> int:
    """How many lines `text` takes in a column of `width` digits, newlines included."""
    across = max(1, int(width * _LETTERS_TO_A_DIGIT))
    return sum(max(1, -(-len(line) // across)) for line in text.split("\n"))


def heading_height(columns: Iterable[Column]) -> float:
    """Height in points that shows every heading whole, and the filter button below it."""
    most = max(_heading_lines(column.heading, int((column.width - 2) * 1.15)) for column in columns)
    return 13.0 * most + 16


def _heading_lines(heading: str, width: int) -> int:
    lines, used = 1, 0
    for word in heading.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
    return lines
