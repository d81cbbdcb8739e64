"""What a member of staff does to a spreadsheet by hand, at any moment."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sheets_server import batch, values
from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.calculate import calculated
from tests.sheets_server.entered import meaning
from tests.sheets_server.lookup import area_of
from tests.sheets_server.ranges import as_json

ANNA = "anna@example.com"


@dataclass
class Staff:
    """Somebody with whom the spreadsheet is shared; rows and columns count from 1, as seen.

    Each method raises ApiError where the sheet would not let them, such as in a protected range.
    """

    book: Spreadsheet
    email: str = ANNA

    def __post_init__(self) -> None:
        if not self.book.role(self.email):
            self.book.people[self.email] = "writer"

    def sheet(self, tab: str) -> Sheet:
        """The tab of that title."""
        found = self.book.titled(tab)
        assert found is not None, f"no tab {tab}"
        return found

    def _do(self, kind: str, body: Json) -> Json:
        reply: Json = batch.update(self.book, self.email, {"requests": [{kind: body}]})
        return reply

    def _band(self, tab: str, dimension: str, first: int, count: int) -> Json:
        start = first - 1
        sides = {"startIndex": start, "endIndex": start + count}
        return {"sheetId": self.sheet(tab).id, "dimension": dimension} | sides

    def reads(self, where: str) -> list[list[str]]:
        """The texts that a range shows, such as `Clients!A1:C9`."""
        return list(values.get(self.book, where, {}).get("values", []))

    def types(self, where: str, text: str) -> None:
        """Type into one cell; what Sheets makes of it is its affair."""
        body = {"values": [[text]]}
        batch.atomically(
            self.book,
            lambda: values.update(
                self.book, self.email, where, body, {"valueInputOption": "USER_ENTERED"}
            ),
        )

    def clears(self, where: str) -> None:
        """Press Delete on a range."""
        values.clear(self.book, self.email, where)

    def sorts(self, tab: str, column: int, *, down: bool = False, headings: int = 1) -> None:
        """Sort all rows but the headings by a column, as far as anything stands."""
        sheet = self.sheet(tab)
        end = max(len(sheet.grid), headings + 1)
        sides = {"startRowIndex": headings, "endRowIndex": end}
        order = {"dimensionIndex": column - 1, "sortOrder": "DESCENDING" if down else "ASCENDING"}
        self._do("sortRange", {"range": {"sheetId": sheet.id} | sides, "sortSpecs": [order]})

    def inserts_rows(self, tab: str, before: int, count: int = 1) -> None:
        """Blank rows before a row."""
        self._do("insertDimension", {"range": self._band(tab, "ROWS", before, count)})

    def deletes_rows(self, tab: str, first: int, count: int = 1) -> None:
        """Delete rows."""
        self._do("deleteDimension", {"range": self._band(tab, "ROWS", first, count)})

    def moves_rows(self, tab: str, first: int, before: int, count: int = 1) -> None:
        """Drag rows before another row."""
        source = self._band(tab, "ROWS", first, count)
        self._do("moveDimension", {"source": source, "destinationIndex": before - 1})

    def inserts_columns(self, tab: str, before: int, count: int = 1) -> None:
        """Blank columns before a column."""
        self._do("insertDimension", {"range": self._band(tab, "COLUMNS", before, count)})

    def deletes_columns(self, tab: str, first: int, count: int = 1) -> None:
        """Delete columns."""
        self._do("deleteDimension", {"range": self._band(tab, "COLUMNS", first, count)})

    def moves_columns(self, tab: str, first: int, before: int, count: int = 1) -> None:
        """Drag columns before another column."""
        source = self._band(tab, "COLUMNS", first, count)
        self._do("moveDimension", {"source": source, "destinationIndex": before - 1})

    def renames(self, tab: str, title: str) -> None:
        """Another title for a tab."""
        properties = {"sheetId": self.sheet(tab).id, "title": title}
        self._do("updateSheetProperties", {"properties": properties, "fields": "title"})

    def moves_tab(self, tab: str, index: int) -> None:
        """Drag a tab to another place, counted from 0."""
        properties = {"sheetId": self.sheet(tab).id, "index": index}
        self._do("updateSheetProperties", {"properties": properties, "fields": "index"})

    def deletes_tab(self, tab: str) -> None:
        """Delete a tab."""
        self._do("deleteSheet", {"sheetId": self.sheet(tab).id})

    def copies_tab(self, tab: str) -> None:
        """Duplicate a tab."""
        self._do("duplicateSheet", {"sourceSheetId": self.sheet(tab).id})

    def filters(self, tab: str, column: int, hidden: list[str]) -> None:
        """A filter over all rows that hides some texts of a column."""
        sheet = self.sheet(tab)
        criteria = {str(column - 1): {"hiddenValues": hidden}}
        self._do(
            "setBasicFilter",
            {"filter": {"range": as_json(sheet.area), "criteria": criteria}},
        )

    def hides_rows(self, tab: str, first: int, count: int = 1) -> None:
        """Hide rows by hand."""
        body = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        self._do(
            "updateDimensionProperties", {"range": self._band(tab, "ROWS", first, count)} | body
        )

    def pastes(self, where: str, rows: list[list[str]]) -> None:
        """Paste a block of texts from a corner on; the sheet grows where it must."""
        sheet, area = area_of(self.book, where)
        sheet.rows = max(sheet.rows, area.top + len(rows))
        sheet.columns = max(sheet.columns, area.left + max(map(len, rows)))
        body = {"values": rows}
        values.update(self.book, self.email, where, body, {"valueInputOption": "USER_ENTERED"})

    def finds(self, tab: str, column: int, text: str) -> int | None:
        """The first row in which a column shows a text (or the number that it means)."""
        sheet, whole = self.sheet(tab), calculated(self.book)
        wanted = (text, meaning(text, self.book.locale)[0])
        shown = (whole.value(sheet, row, column - 1) for row in range(len(sheet.grid)))
        return next((row + 1 for row, value in enumerate(shown) if value in wanted), None)
