"""Colours that come and go by themselves: flags, decisions, outcomes, what is overdue."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import styles
from sheetops.template.sheet import Sheet
from sheetops.workbook.choices import Flag
from sheetops.workbook.identity import BARRED
from sheetops.workbook.references import BEGINNING

Colour = tuple[str, str]
"""Fill and ink (RRGGBB); every pair is read easily in print and by the colour-blind."""

RED: Colour = ("F9D2CE", "9B1C12")
PINK: Colour = ("F6CFE3", "8A1459")
ORANGE: Colour = ("FCDDBF", "8A4506")
AMBER: Colour = ("FFE3A3", "6E4A00")
YELLOW: Colour = ("FFF0B3", "6F5300")
GREEN: Colour = ("D3EBD7", "1C6331")
BLUE: Colour = ("D6E6F5", "1B4F80")
PURPLE: Colour = ("E6DAF3", "552A85")
BROWN: Colour = ("EADFD2", "694A28")
GREY: Colour = ("DDE1E5", "4C5660")
_FADED = "8A939B"
"""The ink of rows that are done with."""

FLAG_COLOURS: dict[str, Colour] = {
    Flag.DATA_PROBLEM: PURPLE,
    Flag.UNHAPPY: PINK,
    Flag.STALLED: RED,
    Flag.ON_COURSE_TO_MISS: ORANGE,
    Flag.LATE: AMBER,
    Flag.INACTIVE: BROWN,
    Flag.NOT_READY: BLUE,
    Flag.DUE_SOON: YELLOW,
    Flag.PAUSED: GREY,
    Flag.ON_TRACK: GREEN,
}
DECISION_COLOURS: dict[str, Colour] = {
    "Send": GREEN,
    "Hold": YELLOW,
    "Skip": GREY,
    "Done by hand": BLUE,
}
OUTCOME_COLOURS: dict[str, Colour] = {
    "Waiting for approval": YELLOW,
    "To do by hand": ORANGE,
    "Planned": BLUE,
    "Sent": GREEN,
    "Rehearsed": GREEN,
    "Deferred": BROWN,
    "Refused": RED,
    "In doubt": PURPLE,
    "Held": YELLOW,
    "Skipped": GREY,
    "Done by hand": BLUE,
    "No longer due": GREY,
}
_SENDING_COLOURS = {"send": GREEN, "preview": BLUE, "rehearse to me": BLUE, "ask": YELLOW}
CHOICE_COLOURS = {
    ("Clients", "Flag"): FLAG_COLOURS,
    ("Steps", "Flag"): FLAG_COLOURS,
    ("Follow-ups", "Decision"): DECISION_COLOURS,
    ("Follow-ups", "Outcome"): OUTCOME_COLOURS,
}


def add_colours(page: Worksheet, sheet: Sheet) -> None:
    """Add to one sheet the colours that its columns call for."""
    for (tab, heading), colours in CHOICE_COLOURS.items():
        if tab == sheet.tab.name:
            for word, colour in colours.items():
                formula = f'${sheet.letter(heading)}2="{word}"'
                _rule(page, sheet.below(heading), formula, *colour)
    add = {"Clients": _clients, "Steps": _steps, "Settings": _settings, "Runs": _runs}
    if sheet.tab.name in add:
        add[sheet.tab.name](page, sheet)


def _rule(page: Worksheet, area: str, formula: str, fill: str | None, ink: str) -> None:
    style = DifferentialStyle(font=Font(color=ink), fill=styles.solid(fill) if fill else None)
    page.conditional_formatting.add(area, Rule(type="expression", formula=[formula], dxf=style))


def _clients(page: Worksheet, sheet: Sheet) -> None:
    status = f"${sheet.letter('Status')}2"
    whole_row = sheet.below("Client ID", sheet.columns[-1].heading)
    _rule(page, whole_row, _one_of(status, ("Finished", *BARRED)), None, _FADED)
    if sheet.has("Promised by"):
        _late(page, sheet, "Promised by", _one_of(status, BEGINNING))


def _one_of(cell: str, words: Sequence[str]) -> str:
    return "OR({})".format(",".join(f'{cell}="{word}"' for word in words))


def _steps(page: Worksheet, sheet: Sheet) -> None:
    done = f"${sheet.letter('Done')}2"
    _rule(page, sheet.below("Client", "Notes"), f'AND({done}<>"",{done}<>FALSE)', None, _FADED)
    for heading in ("Due", "Due by"):
        _late(page, sheet, heading, f'{done}=""')


def _late(page: Worksheet, sheet: Sheet, heading: str, where: str) -> None:
    cell = f"${sheet.letter(heading)}2"
    _rule(page, sheet.below(heading), f"AND(ISNUMBER({cell}),{cell}<TODAY(),{where})", *RED)


def _settings(page: Worksheet, sheet: Sheet) -> None:
    value, name = (f"${sheet.letter(heading)}2" for heading in ("Value", "Setting"))
    for mode, colour in _SENDING_COLOURS.items():
        _rule(page, sheet.below("Value"), f'AND({name}="Sending",{value}="{mode}")', *colour)
    problem = f"${sheet.letter('Problem')}2"
    _rule(page, sheet.below("Problem"), f'{problem}<>""', *PURPLE)


def _runs(page: Worksheet, sheet: Sheet) -> None:
    """The newest run turns red when a whole working day has gone by without another."""
    by, whole = f"${sheet.letter('Next by')}2", sheet.whole("Next by")
    _rule(page, sheet.below("At", "Next by"), f"AND({by}=MAX({whole}),{is_late(by)})", *RED)
    result = f"${sheet.letter('Result')}2"
    _rule(page, sheet.below("Result"), f'ISNUMBER(SEARCH("problem",{result}))', *PURPLE)


def is_late(next_by: str) -> str:
    """A formula that is true if the day by which a run was to come is over. The day was written by
    a run, which knows the business's working days and holidays; Excel's WORKDAY does not."""
    return f"AND({next_by}>0,TODAY()>{next_by})"
