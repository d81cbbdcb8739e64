"""A Google Sheet that nobody made for us: every tab as it is, only looked at.

Context: the Google store reads the contract's tabs and writes by formulas that it has put there
itself; an adopted sheet has neither. Decision: all cells are asked for in one request, with what
each is shown as, since only that tells a date from a number; nothing is ever written. Consequence:
`adopt`, `check`, `explain` and the report know the sheet as it is, and its statuses stand in what
they print, not in the sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sheetops.errors import WriteRefused
from sheetops.workbook.changes import Changes, Receipt
from sheetops.workbook.raw import CellError, RawBook, RawTab, Value

if TYPE_CHECKING:
    from sheetops.stores.google import GoogleStore

FIELDS = (
    "properties(title),sheets(properties(sheetId,title,sheetType,gridProperties),merges,"
    "data(startRow,startColumn,rowData(values(effectiveValue,"
    "effectiveFormat(numberFormat(type))))))"
)
_DAYS = frozenset({"DATE", "DATE_TIME"})
_ERRORS = {
    "N_A": "#N/A", "REF": "#REF!", "VALUE": "#VALUE!", "NAME": "#NAME?", "NUM": "#NUM!",
    "DIVIDE_BY_ZERO": "#DIV/0!", "NULL_VALUE": "#NULL!",
}  # fmt: skip
Json = Mapping[str, Any]


class WholeSheet:
    """A store of all tabs of a Google Sheet, ours left out. It refuses to write."""

    def __init__(self, store: GoogleStore) -> None:
        self.store = store

    def read(self) -> RawBook:
        """Every tab: one request. Raises GoogleError."""
        sheet: Json = self.store.client.spreadsheets_get(
            self.store.spreadsheet, params={"includeGridData": "true", "fields": FIELDS}
        )
        return _book(sheet)

    def check(self, fingerprint: str) -> None:
        """See `Store.check`: what is only read is never in the way of what staff do."""

    def write(self, changes: Changes) -> Receipt:
        """Take note of nothing; raises WriteRefused if there is anything to write."""
        if changes:
            raise WriteRefused(
                "Nothing can be written into a Google Sheet that was adopted.",
                "Take our columns out of the mapping in sheetops.toml.",
            )
        return Receipt(fingerprint=changes.fingerprint)


def _book(answer: Json) -> RawBook:
    from sheetops.stores.google.sheets import is_own  # noqa: PLC0415 # heavy: for those who use it

    tabs = {}
    for sheet in answer.get("sheets", ()):
        title = str(sheet.get("properties", {}).get("title", ""))
        if "gridProperties" in sheet.get("properties", {}) and not is_own(title):
            tabs[title] = _tab(title, sheet)
    said = repr([(tab.name, tab.rows, tab.merges) for tab in tabs.values()])
    token = hashlib.sha256(said.encode()).hexdigest()
    name = str(answer.get("properties", {}).get("title", ""))
    return RawBook(name, tabs, token, fills_ids=False)


def _tab(title: str, sheet: Json) -> RawTab:
    """A tab from its first row on; without `startRow`, the cells begin at the top."""
    data = (sheet.get("data") or [{}])[0]
    rows = [[_value(cell) for cell in row.get("values", ())] for row in data.get("rowData", ())]
    merges = tuple(_merge(area, sheet) for area in sheet.get("merges", ()))
    first = (data.get("startRow", 0) + 1, data.get("startColumn", 0) + 1)
    return RawTab(title, _cut(rows), first_row=first[0], first_column=first[1], merges=merges)


def _cut(rows: Sequence[list[Value]]) -> list[list[Value]]:
    """The rows without the blank ones below the last that holds anything."""
    end = len(rows)
    while end and all(value is None for value in rows[end - 1]):
        end -= 1
    return list(rows[:end])


def _merge(area: Json, sheet: Json) -> tuple[int, int, int, int]:
    size = sheet["properties"]["gridProperties"]
    return (
        area.get("startRowIndex", 0) + 1,
        area.get("startColumnIndex", 0) + 1,
        area.get("endRowIndex", size.get("rowCount", 1)),
        area.get("endColumnIndex", size.get("columnCount", 1)),
    )


def _value(cell: Json) -> Value:
    """What a cell holds; a number that is shown as a day is that day."""
    from sheetops.stores.google.values import as_day  # noqa: PLC0415 # heavy: as above

    value = cell.get("effectiveValue", {})
    if "errorValue" in value:
        return CellError(_ERRORS.get(str(value["errorValue"].get("type")), "#ERROR!"))
    if "numberValue" in value:
        shown = cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type")
        number: Value = value["numberValue"]
        return as_day(number) if shown in _DAYS else number
    text: Value = value.get("stringValue", value.get("boolValue"))
    return None if text == "" else text
