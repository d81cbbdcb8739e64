"""One tab of the contract as a sheet: headings, notes, column styles, rows and print set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import styles
from sheetops.workbook.contract import Column, Tab
from sheetops.workbook.raw import CellError, NoValue, Value

Row = Mapping[str, Value]

LAST_ROW = 1_048_576
_HEAD_ROW = 1
# What stays in view while scrolling: the headings, and the columns that say whose row it is.
_FROZEN = {"Clients": "Client", "Steps": "Step", "Answers": "Client", "Notes": "Client"}
_UNFROZEN_COLUMNS = {"Follow-ups", "Capacity"}
_FOLDED = {"Clients": ("Finished on", "Notes")}
"""Columns that can be folded away with one click, so that Flag and Why come beside Status."""
_ROW_HEIGHTS = {"Clients": 29.0, "Follow-ups": 68.0}
"""Tabs whose rows all have one height (points): two lines of Why; the first lines of a mail.

sheetops changes these texts without touching the row, so a height fitted to yesterday's text would
cut off today's.
"""
_LINE = 12.75
_CHARACTERS_ON_A_PAGE = 190


@dataclass(frozen=True)
class Sheet:
    """One tab as it is laid out: which of its columns, and where each stands (A, B, …)."""

    tab: Tab
    columns: tuple[Column, ...]

    @property
    def last_letter(self) -> str:
        return get_column_letter(len(self.columns))

    def has(self, heading: str) -> bool:
        return any(column.heading == heading for column in self.columns)

    def letter(self, heading: str) -> str:
        """The column letter of `heading`; raises KeyError if it is not laid out."""
        for number, column in enumerate(self.columns, start=1):
            if column.heading == heading:
                return get_column_letter(number)
        raise KeyError(heading)

    def below(self, heading: str, last_heading: str | None = None) -> str:
        """The cells under `heading` (up to `last_heading`), down to the end: `G2:G1048576`."""
        return f"{self.letter(heading)}2:{self.letter(last_heading or heading)}{LAST_ROW}"

    def whole(self, heading: str) -> str:
        """The whole column for a formula in another sheet: `'Offer steps'!$A:$A`."""
        letter = self.letter(heading)
        return f"'{self.tab.name}'!${letter}:${letter}"


Layout = Mapping[str, Sheet]
"""The sheets of the workbook by tab name; a tab that is left out is not there."""


def lay_out(workbook: Workbook, sheet: Sheet, rows: Sequence[Row]) -> Worksheet:
    """Add the sheet with its headings and `rows` ({heading: value}); returns it for more.

    Raises ValueError if a row has a heading that the sheet does not.
    """
    page: Worksheet = workbook.create_sheet(sheet.tab.name)
    page.sheet_properties.tabColor = styles.TAB_COLOURS[sheet.tab.group]
    _head(page, sheet)
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        _write_row(page, sheet, number, row)
        if sheet.tab.name not in _ROW_HEIGHTS:
            _fit(page, sheet, number, row)
    _arrange(page, sheet)
    _set_up_print(page, sheet)
    return page


def _head(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        cell = page.cell(_HEAD_ROW, number, column.heading)
        styles.heading_style(column).give(cell)
        cell.comment = note(column)
        # The column's own style is what rows added later look like, whoever adds them.
        dimension = page.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        styles.cell_style(sheet.tab, column).give(dimension)
    page.row_dimensions[_HEAD_ROW].height = styles.heading_height(sheet.columns)


def note(column: Column) -> Comment:
    """The note on a heading: what the column means, and who may write it."""
    text = column.what
    if column.is_tool:
        text = f"Grey: written by sheetops. Leave it as it is.\n\n{text}"
    elif column.required:
        text = f"{text}\n\nsheetops needs this column."
    comment = Comment(text, "sheetops", width=230)
    comment.height = 24 + 17 * styles.lines_needed(text, 32)
    return comment


def _write_row(page: Worksheet, sheet: Sheet, number: int, row: Row) -> None:
    if unknown := row.keys() - {column.heading for column in sheet.columns}:
        raise ValueError(f"{sheet.tab.name} has no column {sorted(unknown)[0]!r}.")
    for place, column in enumerate(sheet.columns, start=1):
        value = row.get(column.heading)
        if value is None:
            continue
        cell = page.cell(number, place)
        _style_as(cell, page.column_dimensions[get_column_letter(place)])
        put(cell, value)


def _style_as(cell: Any, column: Any) -> None:
    """Give a cell its column's style at once; part by part takes seven times as long."""
    cell._style = copy(column._style)  # noqa: SLF001 - as openpyxl's own documentation does


class FittedRow(RowDimension):
    """A row whose height was fitted to its text, and still grows when that does."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - the name that openpyxl writes
        return False


def _fit(page: Worksheet, sheet: Sheet, number: int, row: Row) -> None:
    """LibreOffice and previewers take the height from the file; Excel fits it by itself."""
    lines = 1
    for column in sheet.columns:
        if styles.wraps(sheet.tab, column) and row.get(column.heading) is not None:
            text = str(row[column.heading])
            lines = max(lines, styles.lines_needed(text, column.width - 2))
    if lines > 1:
        page.row_dimensions[number] = FittedRow(page, index=number, ht=_LINE * lines + 3)


def put(cell: Cell | MergedCell, value: Value) -> None:
    """Put a plain value in a cell: text stays text, even where it looks like a formula."""
    if isinstance(value, NoValue):
        cell.value = "=TODAY()"  # any formula will do: openpyxl saves none of their results
    elif isinstance(value, CellError):
        cell.value = value.code
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _arrange(page: Worksheet, sheet: Sheet) -> None:
    last_frozen = _FROZEN.get(sheet.tab.name, sheet.columns[0].heading)
    frozen = 0 if sheet.tab.name in _UNFROZEN_COLUMNS else _place(sheet, last_frozen)
    page.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    page.auto_filter.ref = f"A1:{sheet.last_letter}{LAST_ROW}"
    page.sheet_view.zoomScale = 100
    if sheet.tab.name in _ROW_HEIGHTS:
        page.sheet_format.defaultRowHeight = _ROW_HEIGHTS[sheet.tab.name]
        page.sheet_format.customHeight = True
    if sheet.tab.name in _FOLDED:
        _make_foldable(page, sheet, *_FOLDED[sheet.tab.name])


def _place(sheet: Sheet, heading: str) -> int:
    return [column.heading for column in sheet.columns].index(heading) + 1


def _make_foldable(page: Worksheet, sheet: Sheet, first: str, last: str) -> None:
    if not (sheet.has(first) and sheet.has(last)):
        return
    page.sheet_format.outlineLevelCol = 1
    for number in range(_place(sheet, first), _place(sheet, last) + 1):
        page.column_dimensions[get_column_letter(number)].outlineLevel = 1


def _set_up_print(page: Worksheet, sheet: Sheet) -> None:
    pages = -(-sum(column.width for column in sheet.columns) // _CHARACTERS_ON_A_PAGE)
    set_up_print(page, pages_wide=pages)
    page.print_title_rows = "1:1"
    if pages > 1:
        page.print_title_cols = f"A:{get_column_letter(_place(sheet, sheet.tab.key[-1]))}"


def set_up_print(page: Worksheet, *, pages_wide: int = 1, landscape: bool = True) -> None:
    """A4, fitted to `pages_wide`, with the tab's name and page numbers at the foot."""
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToWidth = pages_wide
    page.page_setup.fitToHeight = 0
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top, page.page_margins.bottom = 0.5, 0.75
    foot = page.oddFooter or HeaderFooterItem()
    for part, text in ((foot.left, "&A"), (foot.right, "&P of &N")):
        part.text, part.font, part.size = text, styles.FONT, 8
    page.oddFooter = foot
