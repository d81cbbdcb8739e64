"""A spreadsheet as files that Drive makes of it: text of its first sheet, or all as an .xlsx."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from openpyxl import Workbook

from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.calculate import calculated, shown
from tests.sheets_server.formats import formatted
from tests.sheets_server.values import plain


def _separated(sign: str) -> Callable[[Spreadsheet], bytes]:
    """The first sheet as people see it, its cells parted by a sign."""

    def made(book: Spreadsheet) -> bytes:
        sheet = book.sheets[0]
        rows = [
            [
                formatted(value, sheet.cell(down, across).look, book.locale)
                for across, value in enumerate(row)
            ]
            for down, row in enumerate(shown(calculated(book), sheet.area))
        ]
        width = max((at + 1 for row in rows for at, text in enumerate(row) if text), default=0)
        while rows and not any(rows[-1]):
            rows.pop()
        out = io.StringIO()
        csv.writer(out, delimiter=sign).writerows(row[:width] for row in rows)
        return out.getvalue().removesuffix("\r\n").encode()

    return made


def _xlsx(book: Spreadsheet) -> bytes:
    """Every sheet with its formulas, values and number formats; looks are left out."""
    made = Workbook(write_only=False)
    made.remove(made.worksheets[0])
    for sheet in book.sheets:
        page = made.create_sheet(sheet.title)
        for row, column, cell in sheet.filled():
            value = cell.formula or plain(cell.value)
            put = page.cell(row + 1, column + 1, value)
            pattern = (cell.look or {}).get("numberFormat", {}).get("pattern")
            if pattern:
                put.number_format = pattern
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


KINDS: dict[str, Callable[[Spreadsheet], bytes]] = {
    "text/csv": _separated(","),
    "text/tab-separated-values": _separated("\t"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _xlsx,
}
"""How each kind of file is made, by its MIME type."""
