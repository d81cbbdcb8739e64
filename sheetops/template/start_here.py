"""The first tab: in plain words, what to do in five minutes and what to expect after that."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import styles
from sheetops.template.conditional_formats import FLAG_COLOURS
from sheetops.template.data_files import load
from sheetops.template.sheet import Layout, set_up_print
from sheetops.workbook.contract import Group

NAME = "Start here"

_WIDTHS = {"A": 3, "B": 19, "C": 84, "D": 20, "E": 3}
_TEXT_WIDTH = _WIDTHS["B"] + _WIDTHS["C"] + _WIDTHS["D"]
_LINE = 14.0

_HEADING_COLOURS = {
    "Needed": styles.TEAL,
    "Yours": styles.TEAL_SOFT,
    "Grey": styles.TOOL_HEAD,
}
_WORDS = load("data/start_here")


def add(workbook: Workbook, layout: Layout) -> None:
    """Add the tab; it speaks only of tabs that `layout` holds."""
    page: Worksheet = workbook.create_sheet(NAME, 0)
    page.sheet_properties.tabColor = styles.OWN_TAB_COLOUR
    page.sheet_view.showGridLines = False
    for letter, width in _WIDTHS.items():
        page.column_dimensions[letter].width = width
    writer = _Writer(page, layout)
    writer.title()
    writer.first_steps()
    writer.colours()
    writer.promises()
    writer.tabs()
    page.print_area = f"A1:E{writer.row}"
    set_up_print(page, landscape=False)
    page.page_setup.fitToHeight = 1


class _Writer:
    """Writes downwards; `row` is the next free row."""

    def __init__(self, page: Worksheet, layout: Layout) -> None:
        self.page = page
        self.layout = layout
        self.words = _WORDS["full" if "Follow-ups" in layout else "small"]
        self.row = 2

    def title(self) -> None:
        self.page.cell(self.row, 2, "Start here").font = styles.title_font(22)
        self.page.row_dimensions[self.row].height = 32
        self.row += 1
        self._wide(self.words["intro"], size=11)

    def first_steps(self) -> None:
        self._section("In five minutes")
        steps = [(tab, text) for tab, text in _WORDS["first_steps"].items() if tab in self.layout]
        for number, (tab, text) in enumerate(steps, start=1):
            self._line(tab, text, number=number)
        self._wide(
            "Then delete the three example clients and their rows in Steps"
            + (", Notes and Answers." if "Notes" in self.layout else "."),
        )

    def colours(self) -> None:
        self._section("What the colours mean")
        for word, text in _WORDS["headings"].items():
            self._swatch(word, text, _HEADING_COLOURS[word], styles.PAPER)
        for flag, (fill, ink) in FLAG_COLOURS.items():
            self._swatch(flag, _WORDS["flags"][flag], fill, ink)

    def promises(self) -> None:
        self._section("What sheetops does")
        for text in self.words["does"]:
            self._bullet(text)
        self._section("What it never does")
        for text in self.words["never"]:
            self._bullet(text)

    def tabs(self) -> None:
        self._section("The tabs")
        if "Settings" in self.layout:
            self._line("Dashboard", _WORDS["tabs"]["Dashboard"], aside="formulas")
        for name, sheet in self.layout.items():
            tool_only = sheet.tab.group is Group.TOOL
            by_day = "every day" if sheet.tab.group is Group.EVERYDAY else "set up once"
            self._line(
                name, _WORDS["tabs"][name], aside="written by sheetops" if tool_only else by_day
            )

    def _section(self, text: str) -> None:
        self.page.row_dimensions[self.row].height = 12
        self.row += 1
        for column in (2, 3, 4):
            cell = self.page.cell(self.row, column)
            cell.border = Border(bottom=Side("medium", color=styles.TEAL))
        head = self.page.cell(self.row, 2, text)
        head.font = styles.title_font()
        self.page.row_dimensions[self.row].height = 22
        self.row += 1

    def _wide(self, text: str, size: float = styles.SIZE) -> None:
        self.page.merge_cells(start_row=self.row, end_row=self.row, start_column=2, end_column=4)
        cell = self.page.cell(self.row, 2, text)
        cell.font = styles.font(size=size)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        lines = styles.lines_needed(text, _TEXT_WIDTH * styles.SIZE / size)
        self.page.row_dimensions[self.row].height = _LINE * lines * size / styles.SIZE + 6
        self.row += 1

    def _bullet(self, text: str) -> None:
        self._wide(f"•  {text}")

    def _line(self, tab: str, text: str, *, number: int = 0, aside: str = "") -> None:
        name = self.page.cell(self.row, 2, f"{number}.  {tab}" if number else tab)
        name.font = styles.font(styles.TEAL_SOFT, bold=True)
        name.hyperlink = Hyperlink(ref=name.coordinate, location=f"'{tab}'!A1", display=tab)
        self._text(text)
        if aside:
            last = self.page.cell(self.row, 4, aside)
            last.font = styles.font(styles.INK_SOFT, italic=True)
            last.alignment = Alignment(vertical="center")
        self.row += 1

    def _swatch(self, word: str, text: str, fill: str, ink: str) -> None:
        cell = self.page.cell(self.row, 2, word)
        cell.fill = styles.solid(fill)
        cell.font = styles.font(ink, bold=fill in {styles.TEAL, styles.TEAL_SOFT, styles.TOOL_HEAD})
        cell.border = Border(bottom=Side("medium", color=styles.PAPER))
        cell.alignment = Alignment("left", "center", indent=1)
        self._text(text)
        self.row += 1

    def _text(self, text: str) -> None:
        cell = self.page.cell(self.row, 3, text)
        cell.font = styles.font()
        cell.alignment = Alignment("left", "center", wrap_text=True, indent=1)
        self.page.cell(self.row, 2).alignment = Alignment("left", "center", indent=1)
        lines = styles.lines_needed(text, _WIDTHS["C"])
        self.page.row_dimensions[self.row].height = _LINE * lines + 5
