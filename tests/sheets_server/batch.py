"""spreadsheets.batchUpdate: all of its requests in order, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tests.sheets_server import describe
from tests.sheets_server.asked import blocks, cells, dimensions, metadata, overlays, sheets
from tests.sheets_server.asked.common import Asked, Handler
from tests.sheets_server.book import Json, Spreadsheet
from tests.sheets_server.errors import ApiError, bad

T = TypeVar("T")
HANDLERS: dict[str, Handler] = {
    **sheets.HANDLERS,
    **dimensions.HANDLERS,
    **cells.HANDLERS,
    **overlays.HANDLERS,
    **blocks.HANDLERS,
    **metadata.HANDLERS,
}


def update(book: Spreadsheet, who: str, body: Json) -> Json:
    """Do all requests of a batch.

    Raises:
        ApiError: 400, one of them cannot be done; nothing was changed then.
    """
    requests = body.get("requests") or []
    if not requests:
        raise bad("Must specify at least one request.")
    replies = atomically(
        book, lambda: [_one(book, who, at, one) for at, one in enumerate(requests)]
    )
    reply: Json = {"spreadsheetId": book.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        ranges = body.get("responseRanges", [])
        grid = bool(body.get("responseIncludeGridData"))
        reply["updatedSpreadsheet"] = describe.spreadsheet(book, who, ranges, "", grid)
    return reply


def atomically(book: Spreadsheet, change: Callable[[], T]) -> T:
    """Make a change; where it fails, the spreadsheet is as it was."""
    kept = book.kept()
    try:
        return change()
    except ApiError:
        book.back_to(kept)
        raise


def _one(book: Spreadsheet, who: str, at: int, request: Json) -> Json:
    kind = next((name for name, value in request.items() if value is not None), "")
    handler = HANDLERS.get(kind)
    if handler is None:
        raise ApiError(501, f"The test server has no {kind or 'such request'}.", "UNIMPLEMENTED")
    try:
        reply = handler(Asked(book, who, request[kind]))
    except ApiError as error:
        raise ApiError(error.code, f"Invalid requests[{at}].{kind}: {error.message}") from error
    book.touched()
    return reply
