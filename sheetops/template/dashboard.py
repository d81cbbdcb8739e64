"""The Dashboard tab: live formulas over the other tabs, and charts of them.

Context: the daily run changes cells that these formulas count without calculating anything itself.
Excel calculates such a workbook anew when it is opened; LibreOffice shows the results that were
saved last, unless a formula rests on today's date. Decision: every formula here stands within
`IF(TODAY(),…)`, and is saved with its result, worked out from the rows that are written.
Consequence: the figures are right in both programs, and in a previewer that calculates nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import charts, styles
from sheetops.template.charts import Table
from sheetops.template.conditional_formats import FLAG_COLOURS, RED, is_late
from sheetops.template.sheet import Layout, set_up_print
from sheetops.workbook.contract import (
    CAN_TAKE_ON,
    FLAGS,
    LOAD,
    LOAD_AHEAD,
    PARTIES,
    STATUSES,
    TEAM_AS_ONE,
)
from sheetops.workbook.raw import Value
from sheetops.workbook.references import BEGINNING

NAME = "Dashboard"

Rows = Sequence[Mapping[str, Value]]
Result = str | float

_AFTER = "Live figures over the other tabs. There is nothing to type here."
_BEFORE = f"{_AFTER} Flags and follow-ups appear after the first run of sheetops."
_WEEKS = 8
_FEWEST = 5
_WIDTHS = (3, 17, 8, 3, 14, 8, 3, 12, 8, 3, 14, 8, 8, 3, 8, 8, 3)
_CARDS = ("B5:C6", "D5:F6", "G5:I6", "J5:L6", "M5:P6")
_BACK_CARDS = ("B40:E41", "F40:J41", "K40:P41")
_AHEAD_ROW = 58
_FIGURES_ROW = 94
_UPPER, _LOWER, _LAST, _AHEAD, _ROOM = (7, 22), (23, 38), (41, 55), (59, 74), (75, 90)
"""First and last row of the charts, counted from 0."""
_LEFT, _RIGHT, _WHOLE = ((1, 0), (7, 680_000)), ((7, 760_000), (16, 0)), ((1, 0), (16, 0))
"""First and last column of the charts, counted from 0, and how far into it."""


class Board:
    """The page, and the results of the formulas that were put on it so far."""

    def __init__(self, page: Worksheet, layout: Layout, content: Mapping[str, Rows]) -> None:
        self.page = page
        self.layout = layout
        self.content = content
        self.results: dict[str, Result] = {}

    def put(self, cell: str, formula: str, result: Result | None) -> None:
        """Put `formula` in `cell`; a `result` of None (it depends on the day) is not saved."""
        self.page[cell] = f"=IF(TODAY(),{formula})"
        self.page[cell].font = styles.font(size=9)
        if result is not None:
            self.results[cell] = result

    def column(self, tab: str, heading: str) -> str:
        return self.layout[tab].whole(heading)

    def counting(self, tab: str, wanted: Mapping[str, str]) -> str:
        """The formula for `number_of` the same."""
        pairs = ",".join(
            f'{self.column(tab, heading)},"{word}"' for heading, word in wanted.items()
        )
        return f"COUNTIFS({pairs})"

    def number_of(self, tab: str, wanted: Mapping[str, str]) -> int:
        """How many rows of `tab` hold, under every heading of `wanted`, its word."""
        rows = self.content[tab]
        return sum(all(_same(row.get(h), word) for h, word in wanted.items()) for row in rows)


def _same(value: Value, word: str) -> bool:
    return isinstance(value, str) and value.lower() == word.lower()


def add(workbook: Workbook, layout: Layout, content: Mapping[str, Rows]) -> dict[str, Result]:
    """Add the tab as the last one; returns the results of its formulas, {cell: result}."""
    page: Worksheet = workbook.create_sheet(NAME)
    page.sheet_properties.tabColor = styles.OWN_TAB_COLOUR
    page.sheet_view.showGridLines = False
    for number, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    board = Board(page, layout, content)
    _title(board)
    _cards(board)
    _part_title(page, _FIGURES_ROW - 2, "The figures behind the pictures")
    for table in (_flags, _statuses, _waiting, _people, _sent):
        table(board, _FIGURES_ROW)
    hours = _FIGURES_ROW + len(PARTIES) + 2
    _given_back(board, hours)
    ahead = max(hours + _WEEKS, _FIGURES_ROW + _slots(board, "Team")) + 2
    _capacity(board, ahead)
    last = ahead + max(_WEEKS, _slots(board, "Team"), _slots(board, "Offers"))
    page.print_area = f"A1:Q{last + 1}"
    set_up_print(page, landscape=False)
    page.row_breaks.append(Break(id=_AHEAD_ROW - 2))
    return board.results


def _title(board: Board) -> None:
    page = board.page
    page["B2"] = "Dashboard"
    page["B2"].font = styles.title_font(22)
    page.row_dimensions[2].height = 32
    last = f"MAX({board.column('Runs', 'At')})"
    board.put("B3", f'IF({last}=0,"{_BEFORE}","{_AFTER}")', None if _has_run(board) else _BEFORE)
    page["B3"].font = styles.font(styles.INK_SOFT)
    page.row_dimensions[4].height = 8


def _part_title(page: Worksheet, row: int, text: str) -> None:
    page[f"B{row}"] = text
    page[f"B{row}"].font = styles.title_font()


def _has_run(board: Board) -> bool:
    return any(row.get("At") for row in board.content["Runs"])


def _cards(board: Board) -> None:
    """Five figures across the top."""
    hand, stalled, miss, approval, last_run = _CARDS
    in_hand = "+".join(board.counting("Clients", {"Status": status}) for status in BEGINNING)
    number = sum(board.number_of("Clients", {"Status": status}) for status in BEGINNING)
    _card(board, hand, "Clients in hand", in_hand, number)
    for box, flag in ((stalled, "Stalled"), (miss, "On course to miss")):
        cell = _count_card(board, box, flag, "Clients", {"Flag": flag})
        _turn(board.page, cell, f"{cell}>0", FLAG_COLOURS[flag])
    outcome = {"Outcome": "Waiting for approval"}
    cell = _count_card(board, approval, "Follow-ups to approve", "Follow-ups", outcome)
    _turn(board.page, cell, f"{cell}>0", FLAG_COLOURS["Due soon"])
    last = f"MAX({board.column('Runs', 'At')})"
    formula = f'IF({last}=0,"not yet",{last})'
    cell = _card(board, last_run, "Last run", formula, None if _has_run(board) else "not yet")
    board.page[cell].number_format = styles.DATE_FORMAT
    _turn(board.page, cell, is_late(f"MAX({board.column('Runs', 'Next by')})"), RED)


def _turn(page: Worksheet, cell: str, formula: str, colour: tuple[str, str]) -> None:
    style = DifferentialStyle(font=Font(color=colour[1]), fill=styles.solid(colour[0]))
    page.conditional_formatting.add(cell, Rule(type="expression", formula=[formula], dxf=style))


def _count_card(board: Board, box: str, label: str, tab: str, wanted: Mapping[str, str]) -> str:
    return _card(board, box, label, board.counting(tab, wanted), board.number_of(tab, wanted))


def _card(board: Board, box: str, label: str, formula: str, result: Result | None) -> str:
    """A pale box over two rows of cells (`B5:C6`); returns the cell of its figure."""
    page = board.page
    first, top, last, bottom = CellRange(box).bounds
    for row, height in ((top, 20), (bottom, 32)):
        page.row_dimensions[row].height = height
        for number in range(first, last + 1):
            cell = page.cell(row, number)
            cell.fill = styles.solid(styles.TEAL_PALE)
            if number == last != column_index_from_string("P"):
                cell.border = Border(right=Side("thick", color=styles.PAPER))
        page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    above, below = (f"{get_column_letter(first)}{row}" for row in (top, bottom))
    page[above] = label
    page[above].font = styles.font(styles.INK_SOFT, size=9)
    page[above].alignment = Alignment(horizontal="center", vertical="bottom")
    board.put(below, formula, result)
    page[below].font = styles.font(styles.TEAL, bold=True, size=16)
    page[below].alignment = Alignment(horizontal="center", vertical="center")
    return below


def _head(board: Board, row: int, cells: Mapping[str, str]) -> None:
    """A table's headings, {column: text}: the first names the rows, the others hold figures."""
    for number, (letter, text) in enumerate(cells.items()):
        cell = board.page[f"{letter}{row}"]
        cell.value = text
        cell.font = styles.font(styles.PAPER, bold=True, size=9)
        cell.fill = styles.solid(styles.TEAL_SOFT)
        cell.alignment = Alignment(horizontal="right" if number else "left", vertical="center")
    board.page.row_dimensions[row].height = 17


def _words(
    board: Board, top: int, where: tuple[str, str], heading: str, words: Sequence[str]
) -> Table:
    """A table that counts the clients with each of `words` under `heading`."""
    labels, figures = where
    for row, word in enumerate(words, start=top + 1):
        board.page[f"{labels}{row}"] = word
        board.page[f"{labels}{row}"].font = styles.font(size=9)
        wanted = {heading: word}
        count = board.counting("Clients", wanted)
        board.put(f"{figures}{row}", count, board.number_of("Clients", wanted))
    return Table(labels, figures, top, len(words))


def _flags(board: Board, top: int) -> None:
    _head(board, top, {"B": "Flags today", "C": "Clients"})
    table = _words(board, top, ("B", "C"), "Flag", FLAGS)
    chart = charts.bar_chart(board.page, "Flags today", table, flat=True)
    for number, flag in enumerate(FLAGS):
        charts.colour_point(chart, number, charts.BARS[flag])
    _show(board, chart, _LEFT, _UPPER)


def _statuses(board: Board, top: int) -> None:
    _head(board, top, {"E": "Status", "F": "Clients"})
    table = _words(board, top, ("E", "F"), "Status", STATUSES)
    chart = charts.bar_chart(board.page, "Clients by status", table, flat=True)
    _show(board, chart, _RIGHT, _UPPER)


def _waiting(board: Board, top: int) -> None:
    _head(board, top, {"H": "Waiting on", "I": "Clients"})
    _words(board, top, ("H", "I"), "Waiting on", PARTIES)


def _slots(board: Board, tab: str) -> int:
    return max(_FEWEST, len(board.content[tab]))


def _people(board: Board, top: int) -> None:
    """Clients in hand of each person of Team, and how many of those are stalled."""
    _head(board, top, {"K": "Owner", "L": "In hand", "M": "Stalled"})
    team = [str(row.get("Name") or "") for row in board.content["Team"]]
    _names(board, "K", top, ("Team", "Name"))
    for number in range(_slots(board, "Team")):
        row = top + 1 + number
        person = team[number] if number < len(team) else ""
        _served(board, f"L{row}", f"$K{row}", person, {})
        _served(board, f"M{row}", f"$K{row}", person, {"Flag": "Stalled"})
    table = Table("K", "L", top, _slots(board, "Team"))
    chart = charts.bar_chart(board.page, "Clients in hand, by owner", table)
    charts.add_series(chart, board.page, table, "M", charts.BARS["Stalled"])
    charts.show_legend(chart)
    _show(board, chart, _LEFT, _LOWER)


def _names(board: Board, column: str, top: int, source: tuple[str, str]) -> None:
    """Put the names that a tab lists, one a row, under a heading."""
    tab, heading = source
    rows = board.content[tab]
    letter = board.layout[tab].letter(heading)
    for number in range(_slots(board, tab)):
        cell, named = f"{column}{top + 1 + number}", f"{tab}!${letter}${number + 2}"
        name = str(rows[number].get(heading) or "") if number < len(rows) else ""
        board.put(cell, f'IF({named}="","",{named})', name)


def _served(board: Board, cell: str, name: str, person: str, also: Mapping[str, str]) -> None:
    """The clients in hand of the person whose name stands in the cell `name`."""
    owner = board.column("Clients", "Owner")
    served = [{**also, "Status": status} for status in BEGINNING]
    counts = "+".join(
        board.counting("Clients", wanted).replace("(", f"({owner},{name},", 1) for wanted in served
    )
    found = sum(board.number_of("Clients", {**wanted, "Owner": person}) for wanted in served)
    board.put(cell, f'IF({name}="","",{counts})', found if person else "")


_MONDAY = "TODAY()-WEEKDAY(TODAY(),2)+1"


def _weeks(board: Board, column: str, top: int) -> list[int]:
    """Put the Mondays of the last weeks under a heading, this week's last; returns their rows."""
    rows = list(range(top + 1, top + 1 + _WEEKS))
    for back, row in zip(range(7 * (_WEEKS - 1), -1, -7), rows, strict=True):
        _put_day(board, f"{column}{row}", f"{_MONDAY}-{back}", None)
    return rows


def _put_day(board: Board, cell: str, formula: str, result: Result | None) -> None:
    board.put(cell, formula, result)
    board.page[cell].number_format = "dd mmm"
    board.page[cell].alignment = Alignment(horizontal="left")


def _sent(board: Board, top: int) -> None:
    """Follow-ups that were sent in each of the last weeks, Monday by Monday."""
    _head(board, top, {"O": "Week of", "P": "Sent"})
    outcome, at = (board.column("Follow-ups", heading) for heading in ("Outcome", "Sent at"))
    for row in _weeks(board, "O", top):
        week = f'{at},">="&O{row},{at},"<"&(O{row}+7)'
        board.put(f"P{row}", f'COUNTIFS({outcome},"Sent",{week})', None)
    chart = charts.bar_chart(board.page, "Follow-ups sent, by week", Table("O", "P", top, _WEEKS))
    _show(board, chart, _RIGHT, _LOWER)


def _given_back(board: Board, top: int) -> None:
    """Hours that nobody had to spend, from what was really sent and done: this week, this month and
    this year, and in each of the last weeks."""
    at = board.column("Runs", "At")
    since = {
        "Hours given back this week": _MONDAY,
        "This month": "DATE(YEAR(TODAY()),MONTH(TODAY()),1)",
        "This year": "DATE(YEAR(TODAY()),1,1)",
    }
    nothing = None if _has_run(board) else 0.0  # before the first run, on whatever day
    for box, (label, first) in zip(_BACK_CARDS, since.items(), strict=True):
        formula = _hours(board, f'{at},">="&{first}')
        cell = _card(board, box, label, formula, nothing)
        board.page[cell].number_format = "0.0"
    _head(board, top, {"H": "Week of", "I": "Hours back"})
    for row in _weeks(board, "H", top):
        week = f'{at},">="&H{row},{at},"<"&(H{row}+7)'
        board.put(f"I{row}", _hours(board, week), nothing)
        board.page[f"I{row}"].number_format = "0.0"
    chart = charts.bar_chart(board.page, "Hours given back, by week", Table("H", "I", top, _WEEKS))
    chart.series[0].dLbls.numFmt = "0.0;;"
    _show(board, chart, _WHOLE, _LAST)


def _hours(board: Board, when: str) -> str:
    """The formula for the hours given back by the runs of some days."""
    return f"SUMIFS({board.column('Runs', 'Minutes given back')},{when})/60"


def _capacity(board: Board, top: int) -> None:
    """What the last capacity report says of the weeks to come: load and room for new clients."""
    title = "The weeks to come, as the last capacity report saw them"
    _part_title(board.page, _AHEAD_ROW, title)
    week = board.column("Capacity", "Week of")
    _head(board, top, {"B": "Week of", "C": "Load %"})
    for number in range(_WEEKS):
        cell = f"B{top + 1 + number}"
        first = f'IF(MIN({week})=0,"",MIN({week})+{7 * number})'
        _put_day(board, cell, first, _reported(board, ""))
        shown = f'"{LOAD}"', f'"{TEAM_AS_ONE}"', f",{week},{cell}"
        _of_report(board, f"C{top + 1 + number}", cell, shown)
    weeks = Table("B", "C", top, _WEEKS)
    _show(
        board, charts.bar_chart(board.page, "Load of the team in %, by week", weeks), _LEFT, _AHEAD
    )
    _head(board, top, {"E": "Person", "F": "Load %"})
    _names(board, "E", top, ("Team", "Name"))
    people = Table("E", "F", top, _slots(board, "Team"))
    _of_each(board, people, LOAD_AHEAD)
    chart = charts.bar_chart(board.page, "Load of the next 4 weeks in %, by person", people)
    _show(board, chart, _RIGHT, _AHEAD)
    _head(board, top, {"K": "Offer", "L": "More"})
    _names(board, "K", top, ("Offers", "Offer"))
    offers = Table("K", "L", top, _slots(board, "Offers"))
    _of_each(board, offers, CAN_TAKE_ON)
    chart = charts.bar_chart(
        board.page, "How many more clients each offer can take on", offers, flat=True
    )
    _show(board, chart, _WHOLE, _ROOM)


def _reported(board: Board, nothing: Result) -> Result | None:
    """The result of a formula over an empty tab `Capacity`; with a report in it, not saved."""
    return None if board.content["Capacity"] else nothing


def _of_each(board: Board, table: Table, figure: str) -> None:
    """The figure of the last report for each name of a table."""
    for row in range(table.top + 1, table.top + 1 + table.rows):
        name = f"{table.labels}{row}"
        _of_report(board, f"{table.figures}{row}", name, (f'"{figure}"', name, ""))


def _of_report(board: Board, cell: str, label: str, shown: tuple[str, str, str]) -> None:
    """A figure of the last report beside its label: its name, for whom, and what else must hold."""
    figure, whom, more = shown
    value, name, named = (
        board.column("Capacity", heading) for heading in ("Value", "Figure", "For")
    )
    formula = f'IF({label}="","",SUMIFS({value},{name},{figure},{named},{whom}{more}))'
    nothing = 0.0 if board.results.get(label) else ""
    board.put(cell, formula, _reported(board, nothing))
    board.page[cell].number_format = "0"


_Span = tuple[tuple[int, int], tuple[int, int]]


def _show(board: Board, chart: BarChart, columns: _Span, rows: tuple[int, int]) -> None:
    (first, into_first), (last, into_last) = columns
    charts.place(board.page, chart, (first, rows[0], into_first), (last, rows[1], into_last))
