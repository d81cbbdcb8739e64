"""The Google Sheet as a store: read in two requests, write in one, and one more to add rows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sheetops.errors import GoogleError, WorkbookChanged, WriteRefused
from sheetops.stores.google import read as reading
from sheetops.stores.google import sheets, values, verify_append
from sheetops.stores.google import write as writing
from sheetops.stores.google.client import Asked, Client, Patience
from sheetops.stores.google.credentials import SignedIn
from sheetops.stores.google.errors import Context, RangeGone
from sheetops.stores.google.read import PREPARE, Reading
from sheetops.stores.google.sheets import STATE, quoted
from sheetops.stores.google.values import Cell
from sheetops.stores.google.write import Writing
from sheetops.workbook.changes import Changes, Receipt
from sheetops.workbook.raw import RawBook, column_letters

_TRIES = 3  # staff may rename a tab between two requests; more often than this they are at it
_LOOK_BACK = 200
"""Rows above the added ones that are read back with them: staff may have deleted some meanwhile."""
_MORE_COLUMNS = 3
"""Columns that staff may have put in meanwhile, and are read back too."""
TOKEN_CELL, LOOK_CELL = "B3", "B4"  # a place
Clock = Callable[[], datetime]


class GoogleStore:
    """A Google Sheet. Reads it whole, and writes what belongs to the last reading of this store.

    What staff do meanwhile does no harm: statuses are joined to their rows by name inside Sheets.
    """

    def __init__(
        self,
        spreadsheet: str,
        signed_in: SignedIn,
        clock: Clock,
        timeout: float = 60.0,
        patience: Patience | None = None,
    ) -> None:
        context = Context(signed_in.account, spreadsheet)
        self.client = Client(signed_in.credentials, context, timeout, patience)
        self._clock = clock
        self._reading: Reading | None = None
        self._token = ""

    @property
    def asked(self) -> Asked:
        """What was asked of Google so far."""
        return self.client.asked

    @property
    def spreadsheet(self) -> str:
        """The spreadsheet's id."""
        return self.client.context.spreadsheet

    def read(self) -> RawBook:
        """Read every tab that the contract knows: two requests. Raises GoogleError."""
        found = self.look()
        self._reading, self._token = found, found.book.fingerprint
        return found.book

    def look(self) -> Reading:
        """Read without remembering it. A tab that staff rename meanwhile is looked for again."""
        for _ in range(_TRIES - 1):
            with suppress(RangeGone):
                return reading.read(self.client, sheets.open_sheet(self.client))
        return reading.read(self.client, sheets.open_sheet(self.client))

    def check(self, fingerprint: str) -> None:
        """See that nothing was written since it was read; see `Store.check`. Asks nobody.

        What staff do meanwhile is no obstacle here: no row can be mistaken for another.
        """
        self._current(fingerprint)

    def _current(self, fingerprint: str) -> Reading:
        if self._reading is None or fingerprint != self._token:
            what = "The Google Sheet has been written since it was read."
            raise WorkbookChanged(what, "Run it again.")
        return self._reading

    def write(self, changes: Changes) -> Receipt:
        """Write changes that were made from the last reading; see `Store.write`.

        A call with none only says when it was looked at last. Raises GoogleError as well: then a
        part may be written, and the next run writes the rest.
        """
        read = self._current(changes.fingerprint)
        if not read.is_prepared:
            if changes:
                raise WriteRefused("This Google Sheet is not prepared yet.", PREPARE)
            return Receipt(fingerprint=changes.fingerprint)
        if not changes:
            self._put(Writing(), read, [self._state(LOOK_CELL, self._now())])
            return Receipt(fingerprint=changes.fingerprint)
        decided = writing.decide(changes, read)
        token = secrets.token_hex(8)
        state = [self._state(TOKEN_CELL, token), self._state(LOOK_CELL, self._now())]
        self._reading, self._token = None, token  # whatever comes of it, it is another sheet now
        self._send(decided, read, state)
        count = len(changes.cells), len(changes.rows)
        return Receipt(*count, fingerprint=token, notes=tuple(decided.notes))

    def _now(self) -> Cell:
        return self._clock().isoformat(timespec="seconds")

    @staticmethod
    def _state(cell: str, value: Cell) -> dict[str, Any]:
        return {"range": f"{quoted(STATE)}!{cell}", "values": [[value]]}

    def _send(self, decided: Writing, read: Reading, state: list[dict[str, Any]]) -> None:
        """Rows are added first; if that fails, the statuses are written all the same."""
        grown = writing.growth(decided, read.opened)
        failed: GoogleError | None = None
        try:
            self._append(decided, read, grown)
        except GoogleError as error:
            if grown:
                raise
            failed, state = error, state[:0]
        self._put(decided, read, state)
        if failed is not None:
            raise failed

    def _append(self, decided: Writing, read: Reading, grown: list[dict[str, Any]]) -> None:
        """Make our tabs longer and add rows to staff's: one request, unless it is too large."""
        requests, size = list(grown), 0
        for _tab, request, rows in writing.appends(decided, read):
            weight = sum(len(str(value)) + 60 for row in rows for value in row.values())
            if requests and size + weight > writing.LIMIT:
                self._batch(requests)
                requests, size = [], 0
            requests.append(request)
            size += weight
        if requests:
            self._batch(requests)
        if decided.added:
            self._read_back(decided, read)

    def _batch(self, requests: list[dict[str, Any]]) -> None:
        self.client.batch_update(self.spreadsheet, {"requests": requests})

    def _put(self, decided: Writing, read: Reading, state: Iterable[dict[str, Any]]) -> None:
        """Put cells into our tabs. One of them that was renamed meanwhile is found by its id."""
        titles = {number: page.title for number, page in read.opened.pages.items()}
        try:
            self._put_in(decided, titles, state)
        except RangeGone:
            now = sheets.open_sheet(self.client)
            titles |= {number: page.title for number, page in now.pages.items()}
            self._put_in(decided, titles, state)

    def _put_in(
        self, decided: Writing, titles: Mapping[int, str], state: Iterable[dict[str, Any]]
    ) -> None:
        ranges = [*writing.value_ranges(decided, titles), *state]
        for batch in writing.batches(ranges):
            body = {"valueInputOption": "RAW", "data": batch}
            self.client.values_batch_update(self.spreadsheet, body)

    def _read_back(self, decided: Writing, read: Reading) -> None:
        """See that the added rows stand under the right headings: staff may have moved columns.

        Raises GoogleError if one does not; it is marked first, so that no run takes what it holds
        for what the headings say. A row that is not found may have been sorted away.
        """
        wanted = []
        for tab in decided.added:
            seen = read.tabs[tab]
            title, head = quoted(seen.page.title), seen.headings.row
            first = max(head + 1, seen.last_row + 1 - _LOOK_BACK)
            last = column_letters(seen.page.columns + _MORE_COLUMNS)
            wanted += [f"{title}!{head}:{head}", f"{title}!A{first}:{last}"]
        try:
            found = self.client.values_batch_get(
                self.spreadsheet,
                wanted,
                {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"},
            )
        except GoogleError:
            return  # the rows are there; the next run reads them anyway
        replies = [
            [values.row_of(row) for row in one.get("values", ())] for one in found["valueRanges"]
        ]
        for at, (tab, rows) in enumerate(decided.added.items()):
            seen = read.tabs[tab]
            astray = verify_append.misplaced(seen, rows, replies[2 * at], replies[2 * at + 1])
            for row in astray:
                writing.mark(decided, seen, read.opened, row)
            if astray:
                raise GoogleError(
                    f"Columns of {seen.page.title} were moved while {len(astray)} rows were added, "
                    "so these stand under wrong headings.",
                    f"Delete those rows at the end of {seen.page.title}; the next run adds them "
                    "again.",
                )
