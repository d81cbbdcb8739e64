"""Dropdowns and gentle checks, each from the kind of its column.

Lists of names (offers, clients, people, steps, questions) are defined names whose formula grows
with the tab that they come from, so that a new offer appears in every dropdown by itself.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template.sheet import Layout, Sheet
from sheetops.workbook.contract import SETTING_LIST, Column, Kind

_LONGEST_LIST = 20_000
"""Rows of a tab that its dropdown looks through."""

_EMAIL = (
    'AND(LEN({0})-LEN(SUBSTITUTE({0},"@",""))=1,ISNUMBER(FIND(".",{0},FIND("@",{0})+2)),'
    'ISERROR(FIND(" ",TRIM({0}))))'
)
_DONE = 'OR(ISNUMBER({0}),ISLOGICAL({0}),{0}="x",{0}="yes")'
_FIRST_DAY = "36526"  # 1 January 2000: an earlier date is a slip of the keyboard


def list_name(tab: str, heading: str) -> str:
    """The defined name of the list under a heading: `Offer_steps_Step`."""
    return f"{tab}_{heading}".replace(" ", "_")


def name_lists(workbook: Workbook, layout: Layout) -> None:
    """Define the list behind every dropdown of names, for the tabs that are there."""
    wanted = {c.refers_to for sheet in layout.values() for c in sheet.columns if c.refers_to}
    for tab, heading in sorted(wanted):
        if tab in layout:
            name = list_name(tab, heading)
            workbook.defined_names[name] = DefinedName(
                name, attr_text=_growing(layout[tab], heading)
            )


def _growing(sheet: Sheet, heading: str) -> str:
    """From the first row to the last that is filled, gaps or not; the first cell if none is."""
    letter = sheet.letter(heading)
    first = f"'{sheet.tab.name}'!${letter}$2"
    area = f"{first}:${letter}${_LONGEST_LIST}"
    return f'{first}:INDEX({area},MAX(1,SUMPRODUCT(MAX(({area}<>"")*ROW({area})))-1))'


def add_checks(page: Worksheet, sheet: Sheet, layout: Layout) -> None:
    """Give every column of a sheet that staff write its dropdown or check."""
    if sheet.tab.name == "Settings":
        return _add_setting_checks(page, sheet)
    for column in sheet.columns:
        check = None if column.is_tool else _check(sheet, column, layout)
        if check is not None:
            check.add(sheet.below(column.heading))
            page.add_data_validation(check)
    return None


def _check(sheet: Sheet, column: Column, layout: Layout) -> DataValidation | None:
    first = f"{sheet.letter(column.heading)}2"
    if column.kind is Kind.NAME:
        return _name(column, first, layout)
    if column.kind in {Kind.WHOLE, Kind.NUMBER}:
        return _figure(column.kind, column.least, column.most)
    return _check_of_kind(column.kind, column.choices, first)


def _check_of_kind(kind: Kind, choices: tuple[str, ...], cell: str) -> DataValidation | None:
    match kind:
        case Kind.CHOICE:
            return _choice(choices)
        case Kind.YES_NO:
            return _yes_no()
        case Kind.DATE:
            return _date()
        case Kind.DONE:
            rule = _DONE.format(cell)
            return _warning("Is it done?", "Type the day it was done, or just x.", formula1=rule)
        case Kind.EMAIL:
            text = "One address, like ann@example.com."
            return _warning("Is this an address?", text, formula1=_EMAIL.format(cell))
        case _:
            return None


def _date() -> DataValidation:
    return _warning(
        "Is this a date?",
        "Type a date like 24 Nov 2026.",
        type="date",
        operator="greaterThanOrEqual",
        formula1=_FIRST_DAY,
    )


def _choice(choices: tuple[str, ...]) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=f'"{",".join(choices)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop",
        errorTitle="Please choose from the list",
        error="It can be one of: " + ", ".join(choices) + ".",
    )


def _yes_no() -> DataValidation:
    # No alarm: x, TRUE and a checkbox are a yes as well.
    return DataValidation(
        type="list", formula1='"yes,no"', allow_blank=True, showErrorMessage=False
    )


def _name(column: Column, first: str, layout: Layout) -> DataValidation | None:
    tab, heading = column.refers_to or ("", "")
    if tab not in layout:
        return _name_without_list(column, first, layout)
    check = DataValidation(
        type="list",
        formula1=list_name(tab, heading),
        allow_blank=True,
        # A step may be one that only this client has, and a client may go by their Client ID.
        showErrorMessage=tab in {"Offers", "Team", "Questions"},
    )
    _word(
        check,
        f"Not in {tab} yet",
        f"Nothing in {tab} has this name. Add it there, or mend it here.",
    )
    return check


def _name_without_list(column: Column, first: str, layout: Layout) -> DataValidation | None:
    """Without an Offers tab the offers are those that have steps: a list would repeat each."""
    steps = layout.get("Offer steps")
    if steps is None or column.refers_to != ("Offers", "Offer") or column in steps.columns:
        return None
    return _warning(
        "No steps yet",
        "No offer of this name has steps in Offer steps. Add them there, or mend it here.",
        formula1=f"COUNTIF({steps.whole('Offer')},{first})>0",
    )


def _figure(kind: Kind, least: float | None, most: float | None) -> DataValidation:
    whole = kind is Kind.WHOLE
    low = 0 if least is None else least
    text = "Type a whole number" if whole else "Type a number"
    bounds = f" from {low:g} to {most:g}." if most is not None else f", {low:g} or more."
    return _warning(
        "Is this a number?",
        text + bounds,
        type="whole" if whole else "decimal",
        operator="between" if most is not None else "greaterThanOrEqual",
        formula1=f"{low:g}",
        formula2=f"{most:g}" if most is not None else None,
    )


def _warning(title: str, text: str, **rule: str | None) -> DataValidation:
    check = DataValidation(
        **{"type": "custom", **rule},  # type: ignore[arg-type]
        allow_blank=True,
        showErrorMessage=True,
    )
    _word(check, title, text)
    return check


def _word(check: DataValidation, title: str, text: str) -> None:
    check.errorStyle = "warning"
    check.errorTitle = title
    check.error = text


def _add_setting_checks(page: Worksheet, sheet: Sheet) -> None:
    letter = sheet.letter("Value")
    for row, setting in enumerate(SETTING_LIST, start=2):
        cell = f"{letter}{row}"
        # Numbers among the settings are text here, so that 60% and 24/12/2026 stay as typed.
        check = _check_of_kind(setting.kind, setting.choices, cell)
        if check is not None:
            check.add(cell)
            page.add_data_validation(check)
