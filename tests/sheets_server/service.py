"""From a request to its reply: which of Google's methods is meant, and whether it may be done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.sheets_server import auth, batch, describe, reading, values
from tests.sheets_server.asked.common import Asked, fresh_id
from tests.sheets_server.asked.sheets import add_sheet, twin_of
from tests.sheets_server.auth import Auth, Refused
from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.discovery import method_of
from tests.sheets_server.drive import Files
from tests.sheets_server.errors import NO_ACCESS, ApiError, api_disabled, bad, not_found

SHEETS, TOKENS, DRIVE = "sheets.googleapis.com", "oauth2.googleapis.com", "www.googleapis.com"
HOSTS = (SHEETS, TOKENS, DRIVE)
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """A request as it came: `url` is whole."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def options(self) -> dict[str, list[str]]:
        """What stands after the `?`."""
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)

    def option(self, name: str, usual: str = "") -> str:
        """One option, the last where it is given twice."""
        return self.options.get(name, [usual])[-1]

    @property
    def single_options(self) -> dict[str, str]:
        """All options, the last of each."""
        return {name: given[-1] for name, given in self.options.items()}

    def json(self) -> Json:
        """The body as JSON; {} where there is none.

        Raises:
            ApiError: 400, it is no JSON object.
        """
        if not self.body:
            return {}
        try:
            read = json.loads(self.body)
        except ValueError:
            raise bad("Invalid JSON payload received. Parse error.") from None
        if not isinstance(read, dict):
            raise bad(
                'Invalid JSON payload received. Unknown name "": Root element must be a message.'
            )
        return read


@dataclass
class Reply:
    """What goes back."""

    status: int
    body: bytes = b""
    kind: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)


def as_reply(body: Any, status: int = 200) -> Reply:
    """JSON as Google writes it: two blanks deep, a line end after it."""
    return Reply(status, (pretty(body) + "\n").encode())


def pretty(value: Any, line: str = "\n") -> str:
    """What `json.dumps(indent=2)` gives, several times as fast for many cells."""
    inner = line + "  "
    if isinstance(value, dict) and value:
        pairs = (f"{inner}{_compact(name)}: {pretty(one, inner)}" for name, one in value.items())
        return "{" + ",".join(pairs) + line + "}"
    if isinstance(value, list) and value:
        if any(isinstance(one, dict | list) for one in value):
            return "[" + ",".join(inner + pretty(one, inner) for one in value) + line + "]"
        flat = json.dumps(value, ensure_ascii=False, separators=("," + inner, ": "))
        return f"[{inner}{flat[1:-1]}{line}]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


Method = Callable[["Service", str, Request, tuple[str, ...]], Reply]
ROUTES: list[tuple[str, str, re.Pattern[str], Method]] = []


def route(method: str, host: str, path: str) -> Callable[[Method], Method]:
    """Let a function answer requests of that method and path, `{}` standing for a part of it."""
    pattern = re.compile(re.escape(path).replace(r"\{\}", "([^/]+)").replace(r"\{\*\}", "(.+)"))

    def add(function: Method) -> Method:
        ROUTES.append((method, host, pattern, function))
        return function

    return add


@dataclass
class Service:
    """All of Google that is here. `disabled` says that the project has not switched the API on."""

    files: Files = field(default_factory=Files)
    auth: Auth = field(default_factory=Auth)
    project: str = "sheets-of-our-own"
    disabled: bool = False

    def answer(self, request: Request) -> Reply:
        """The reply to a request, errors too."""
        parts = urlsplit(request.url)
        try:
            if parts.netloc == TOKENS:
                return as_reply(self.auth.grant(request.body))
            return self._routed(parts.netloc, parts.path, request)
        except Refused as refused:
            return as_reply(refused.body(), 400)
        except ApiError as error:
            return as_reply(error.body(), error.code)

    def _routed(self, host: str, path: str, request: Request) -> Reply:
        for method, wanted_host, pattern, function in ROUTES:
            match = pattern.fullmatch(path)
            if match and (method, wanted_host) == (request.method, host):
                who = self.auth.who(
                    request.headers.get("authorization", ""), self._scopes(host, method)
                )
                if host == SHEETS:
                    self._check(request, path)
                return function(self, who, request, tuple(unquote(part) for part in match.groups()))
        raise ApiError(404, f"The test server has no {request.method} {host}{path}")

    def _check(self, request: Request, path: str) -> None:
        if self.disabled:
            raise api_disabled(self.project)
        method = method_of(request.method, path)
        if method:
            reading.check_options(method, request.options)

    @staticmethod
    def _scopes(host: str, method: str) -> set[str]:
        if host == DRIVE:
            return auth.FILES
        return auth.READING if method == "GET" else auth.WRITING

    def book(self, number: str, who: str, writing: bool = False) -> Spreadsheet:
        """A spreadsheet that somebody may read, or write.

        Raises:
            ApiError: 404, there is none; 403, not theirs; 400, it is an .xlsx.
        """
        book = self.files.books.get(number)
        if book is None:
            raise not_found()
        if not book.role(who) or (writing and not book.may_write(who)):
            raise ApiError(403, NO_ACCESS)
        if book.office:
            words = "This operation is not supported for this document"
            raise ApiError(400, words, "FAILED_PRECONDITION")
        return book


BOOK = "/v4/spreadsheets/{}"


@route("POST", SHEETS, "/v4/spreadsheets")
def create(service: Service, who: str, request: Request, _parts: tuple[str, ...]) -> Reply:
    """spreadsheets.create."""
    body = reading.checked("Spreadsheet", request.json())
    given = body.get("properties", {})
    book = service.files.add(given.get("title", "Untitled spreadsheet"), who)
    book.locale = given.get("locale", book.locale)
    book.time_zone = given.get("timeZone", book.time_zone)
    if body.get("sheets"):
        book.sheets = []
        for one in body["sheets"]:
            add_sheet(Asked(book, who, {"properties": one.get("properties", {})}))
    return as_reply(describe.spreadsheet(book, who, [], "", grid=False))


@route("GET", SHEETS, BOOK)
def get(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """spreadsheets.get."""
    book = service.book(parts[0], who)
    grid = request.option("includeGridData").lower() == "true"
    ranges = request.options.get("ranges", [])
    return as_reply(describe.spreadsheet(book, who, ranges, request.option("fields"), grid))


@route("POST", SHEETS, BOOK + ":batchUpdate")
def batch_update(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """spreadsheets.batchUpdate."""
    body = reading.checked("BatchUpdateSpreadsheetRequest", request.json())
    return as_reply(batch.update(service.book(parts[0], who, writing=True), who, body))


@route("GET", SHEETS, BOOK + "/values/{*}")
def values_get(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.get."""
    book = service.book(parts[0], who)
    return as_reply(values.get(book, parts[1], request.single_options))


@route("GET", SHEETS, BOOK + "/values:batchGet")
def values_batch_get(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.batchGet."""
    book = service.book(parts[0], who)
    ranges = request.options.get("ranges", [])
    return as_reply(values.batch_get(book, ranges, request.single_options))


@route("PUT", SHEETS, BOOK + "/values/{*}")
def values_update(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.update."""
    body = reading.checked("ValueRange", request.json(), "data")
    book = service.book(parts[0], who, writing=True)
    _same_range(parts[1], body)
    options = request.single_options
    return as_reply(
        batch.atomically(book, lambda: values.update(book, who, parts[1], body, options))
    )


def _same_range(text: str, body: Json) -> None:
    if body.get("range") not in (None, text):
        raise bad(
            f"Requested writing within range [{text}], but tried writing to range [{body['range']}]"
        )


@route("POST", SHEETS, BOOK + "/values:batchUpdate")
def values_batch_update(
    service: Service, who: str, request: Request, parts: tuple[str, ...]
) -> Reply:
    """values.batchUpdate."""
    body = reading.checked("BatchUpdateValuesRequest", request.json())
    book = service.book(parts[0], who, writing=True)
    return as_reply(batch.atomically(book, lambda: values.batch_update(book, who, body)))


@route("POST", SHEETS, BOOK + "/values/{*}:append")
def values_append(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """values.append."""
    body = reading.checked("ValueRange", request.json(), "data")
    book = service.book(parts[0], who, writing=True)
    options = request.single_options
    return as_reply(
        batch.atomically(book, lambda: values.append(book, who, parts[1], body, options))
    )


@route("POST", SHEETS, BOOK + "/values/{*}:clear")
def values_clear(service: Service, who: str, _request: Request, parts: tuple[str, ...]) -> Reply:
    """values.clear."""
    book = service.book(parts[0], who, writing=True)
    return as_reply({"spreadsheetId": book.id, "clearedRange": values.clear(book, who, parts[1])})


@route("POST", SHEETS, BOOK + "/values:batchClear")
def values_batch_clear(
    service: Service, who: str, request: Request, parts: tuple[str, ...]
) -> Reply:
    """values.batchClear."""
    body = reading.checked("BatchClearValuesRequest", request.json())
    book = service.book(parts[0], who, writing=True)
    ranges = body.get("ranges", [])
    cleared = batch.atomically(book, lambda: [values.clear(book, who, text) for text in ranges])
    return as_reply({"spreadsheetId": book.id, "clearedRanges": cleared})


@route("POST", SHEETS, BOOK + "/sheets/{}:copyTo")
def copy_to(service: Service, who: str, request: Request, parts: tuple[str, ...]) -> Reply:
    """sheets.copyTo."""
    body = reading.checked("CopySheetToAnotherSpreadsheetRequest", request.json())
    source = service.book(parts[0], who).sheet(int(parts[1]))
    target = service.book(body.get("destinationSpreadsheetId", ""), who, writing=True)
    title, number = f"Copy of {source.title}", 1
    while target.titled(title):
        number += 1
        title = f"Copy of {source.title} {number}"
    sheet = twin_of(source, Sheet(fresh_id(sheet.id for sheet in target.sheets), title))
    target.sheets.append(sheet)
    target.touched()
    return as_reply(describe.sheet_properties(target, sheet))
