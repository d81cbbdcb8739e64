# ruff: noqa: E501 - tables of words: one line a row reads best
"""The first tab: in plain words, what to do in five minutes and what to expect after that."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import styles
from sheetops.template.conditional_formats import FLAG_COLOURS
from sheetops.template.sheet import Layout, set_up_print
from sheetops.workbook.contract import Group

NAME = "Start here"

_WIDTHS = {"A": 3, "B": 19, "C": 84, "D": 20, "E": 3}
_TEXT_WIDTH = _WIDTHS["B"] + _WIDTHS["C"] + _WIDTHS["D"]
_LINE = 14.0

_INTRO = (
    "This workbook is the one list of your clients and their steps. Read it and change it like any "
    "spreadsheet. Once a day sheetops reads it too, says who is stalled and why, and prepares the "
    "day's follow-ups."
)
_INTRO_SMALL = (
    "This workbook is the one list of your clients and their steps. Read it and change it like any "
    "spreadsheet. Once a day sheetops reads it too, and says who is stalled and why."
)
_FIRST_STEPS = (
    ("Offers", "Write down what you sell, one row each. The rows that you see are examples."),
    ("Offer steps", "Write the steps of an offer: who has to act, and how many working days it may take."),
    ("Team", "Put in the people who look after clients, with their addresses."),
    ("Clients", "Add one real client: name, offer, status Active, start date. At its next run sheetops lays out their steps."),
    ("Steps", "When a step is done, type the day under Done, or just x."),
    ("Settings", "Look at Sending. It says preview: nothing leaves until you change it."),
)  # fmt: skip
_TABS = {
    "Dashboard": "The state of things in figures and pictures. Nothing to type.",
    "Clients": "Who they are and where they stand. Flag and Why, at the right, say what needs you today.",
    "Steps": "What has to happen for each client, and what is done.",
    "Follow-ups": "The mails of the day. Choose Send, Hold, Skip or Done by hand; change the words if you like.",
    "Notes": "What clients told you, in their own words.",
    "Offers": "What you sell.",
    "Offer steps": "The steps of each offer. A new client's steps come from here.",
    "Messages": "The words of your reminders and thank-yous, and when each may go out.",
    "Questions": "What you would like to know of your clients.",
    "Answers": "What they answered.",
    "Segments": "Groups of clients, by plain conditions.",
    "Team": "Who works here, and how many hours.",
    "Time off": "Who is away, and when.",
    "Settings": "Sending, addresses, working days. Each row says what it does.",
    "Capacity": "The figures of the last capacity report.",
    "Runs": "One row for every run. It turns red if a working day goes by without one.",
}
_FLAGS = {
    "Data problem": "Something in the row cannot be read, so nothing is claimed about it. Why says which cell.",
    "Stalled": "A step has been open for longer than it may.",
    "On course to miss": "As things go, the promised day will be missed.",
    "Inactive": "No sign of life for longer than the offer allows.",
    "Due soon": "A step is due within the next few working days.",
    "Paused": "No flags and no mail until the day that you gave.",
    "On track": "All is well.",
}
_DOES = (
    "It writes the grey columns, adds rows to Steps, Follow-ups and Runs, and fills in a blank Client ID.",
    "Every flag carries its reason in words. Where there is doubt the cell stays blank, and a problem says why.",
    "Mail goes out in the name of the person who does the work, and replies go to them.",
)
_NEVER = (
    "It never changes a cell that you have filled in, and never loses or moves anything else in this workbook.",
    "It never mails a client who is Refunded or Do not serve, whom you paused, or who is ticked Do not mail.",
    "It never sends a personal word by itself. It reminds one of you to get in touch, with the notes beside it.",
)
_DOES_SMALL = (
    "It writes the grey columns, adds rows to Steps, and fills in a blank Client ID.",
    _DOES[1],
    "A tab that is missing switches its system off. Three tabs are enough to start.",
)


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
        self.row = 2

    def title(self) -> None:
        self.page.cell(self.row, 2, "Start here").font = styles.font(
            styles.TEAL, bold=True, size=22
        )
        self.page.row_dimensions[self.row].height = 32
        self.row += 1
        self._wide(_INTRO if "Follow-ups" in self.layout else _INTRO_SMALL, size=11)

    def first_steps(self) -> None:
        self._section("In five minutes")
        steps = [(tab, text) for tab, text in _FIRST_STEPS if tab in self.layout]
        for number, (tab, text) in enumerate(steps, start=1):
            self._line(tab, text, number=number)
        self._wide(
            "Then delete the three example clients and their rows in Steps"
            + (", Notes and Answers." if "Notes" in self.layout else "."),
        )

    def colours(self) -> None:
        self._section("What the colours mean")
        for word, colour, text in (
            ("Needed", styles.TEAL, "A column that sheetops needs. The cells are yours."),
            ("Yours", styles.TEAL_SOFT, "A column that is yours and may stay empty, or be deleted."),
            ("Grey", styles.TOOL_HEAD, "A grey column at the right is written by sheetops. Rest the pointer on a heading to read what it means."),
        ):  # fmt: skip
            self._swatch(word, text, colour, styles.PAPER)
        for flag, (fill, ink) in FLAG_COLOURS.items():
            self._swatch(flag, _FLAGS[flag], fill, ink)

    def promises(self) -> None:
        full = "Follow-ups" in self.layout
        self._section("What sheetops does")
        for text in _DOES if full else _DOES_SMALL:
            self._bullet(text)
        self._section("What it never does")
        for text in _NEVER if full else _NEVER[:1]:
            self._bullet(text)

    def tabs(self) -> None:
        self._section("The tabs")
        if "Settings" in self.layout:
            self._line("Dashboard", _TABS["Dashboard"], aside="formulas")
        for name, sheet in self.layout.items():
            tool_only = sheet.tab.group is Group.TOOL
            by_day = "every day" if sheet.tab.group is Group.EVERYDAY else "set up once"
            self._line(name, _TABS[name], aside="written by sheetops" if tool_only else by_day)

    def _section(self, text: str) -> None:
        self.page.row_dimensions[self.row].height = 12
        self.row += 1
        for column in (2, 3, 4):
            cell = self.page.cell(self.row, column)
            cell.border = Border(bottom=Side("medium", color=styles.TEAL))
        head = self.page.cell(self.row, 2, text)
        head.font = styles.font(styles.TEAL, bold=True, size=13)
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
