"""www.googleapis.com/drive: files made, found, copied, exported, shared and deleted."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.sheets_server.book import Json, Sheet, Spreadsheet
from tests.sheets_server.drive_v2 import resource as v2_resource
from tests.sheets_server.errors import DriveError
from tests.sheets_server.exporting import KINDS
from tests.sheets_server.masks import parsed, selected
from tests.sheets_server.values import write

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
IMPORTED_ZONE = "America/Los_Angeles"
"""Of a spreadsheet made from an uploaded file, whatever zone it had before."""
USUAL = "kind,id,name,mimeType"
ROLES = ("owner", "organizer", "fileOrganizer", "writer", "commenter", "reader")


class Files:
    """All spreadsheets there are, by id."""

    def __init__(self) -> None:
        self.books: dict[str, Spreadsheet] = {}

    def add(self, title: str, owner: str, sheets: list[Sheet] | None = None) -> Spreadsheet:
        """A new spreadsheet; with one blank sheet where none are given."""
        number = "1" + secrets.token_urlsafe(40)[:43]
        book = Spreadsheet(number, title, owner, sheets or [Sheet(0, "Sheet1")])
        self.books[number] = book
        return book

    def seen(self, number: str, who: str) -> Spreadsheet:
        """A file that somebody may see.

        Raises:
            DriveError: 404, there is none, or it is not shared with them.
        """
        book = self.books.get(number)
        if book is None or not book.role(who):
            raise DriveError(404, f"File not found: {number}.", "notFound", "fileId")
        return book

    def owned(self, number: str, who: str) -> Spreadsheet:
        """A file that somebody may change as a file.

        Raises:
            DriveError: 404, not to be seen; 403, not theirs to change.
        """
        book = self.seen(number, who)
        if not book.may_write(who):
            words = "The user does not have sufficient permissions for this file."
            raise DriveError(403, words, "insufficientFilePermissions")
        return book

    def create(self, who: str, body: Json, fields: str = "") -> Json:
        """files.create: a blank spreadsheet."""
        book = self.add(body.get("name", "Untitled"), who)
        book.parent = (body.get("parents") or ["root"])[0]
        return _file(book, fields)

    def get(self, who: str, number: str, fields: str) -> Json:
        """files.get."""
        return _file(self.seen(number, who), fields)

    def listed(self, who: str, query: str, fields: str) -> Json:
        """files.list: the newest change first."""
        test = _query(query)
        books = [book for book in self.books.values() if book.role(who) and test(book)]
        books.sort(key=lambda book: book.modified, reverse=True)
        every: Json = {
            "kind": "drive#fileList",
            "incompleteSearch": False,
            "files": [_whole(book) for book in books],
        }
        usual = f"kind,incompleteSearch,files({USUAL})"
        return dict(selected(every, parsed(fields or usual)))

    def copy(self, who: str, number: str, body: Json, fields: str = "") -> Json:
        """files.copy: everything but whom it is shared with."""
        source = self.seen(number, who)
        kept = source.kept()
        book = self.add(body.get("name") or f"Copy of {source.title}", who, kept.sheets)
        book.locale, book.time_zone = source.locale, source.time_zone
        book.named, book.properties = kept.named, kept.properties
        book.parent = (body.get("parents") or ["root"])[0]
        return _file(book, fields)

    def update(self, who: str, number: str, body: Json, options: Json) -> Json:
        """files.update: another name, another folder."""
        book = self.owned(number, who)
        book.title = body.get("name", book.title)
        book.parent = options.get("addParents", book.parent)
        book.touched()
        return _file(book, options.get("fields", ""))

    def delete(self, who: str, number: str) -> None:
        """files.delete, by its owner alone."""
        book = self.seen(number, who)
        if book.owner != who:
            words = "The user does not have sufficient permissions for this file."
            raise DriveError(403, words, "insufficientFilePermissions")
        del self.books[number]

    def export(self, who: str, number: str, kind: str) -> bytes:
        """files.export: what `exporting` can make; no PDF, no OpenDocument.

        Raises:
            DriveError: 404, not to be seen; 400, another kind.
        """
        book = self.seen(number, who)
        if kind not in KINDS:
            words = f"The requested conversion is not supported: {kind}"
            raise DriveError(400, words, "badRequest", "convertTo")
        return KINDS[kind](book)

    def upload(self, who: str, number: str, body: bytes) -> Json:
        """files.update of Drive v2 with a CSV text: the sheets go, one with the text comes."""
        book = self.owned(number, who)
        rows = [list(row) for row in csv.reader(io.StringIO(body.decode()))]
        height, width = len(rows), max((len(row) for row in rows), default=0)
        sheet = Sheet(secrets.randbelow(2**31), book.title, max(1000, height), max(26, width))
        book.sheets = [sheet]
        write(book, sheet.area, rows, "USER_ENTERED")
        book.time_zone = IMPORTED_ZONE
        book.touched()
        return v2_resource(book)

    def permissions(self, who: str, number: str, fields: str) -> Json:
        """permissions.list."""
        book = self.seen(number, who)
        every = {"kind": "drive#permissionList", "permissions": list(_permissions(book))}
        usual = "kind,permissions(kind,id,type,role)"
        return dict(selected(every, parsed(fields or usual)))

    def share(self, who: str, number: str, body: Json, fields: str = "") -> Json:
        """permissions.create."""
        book, role, kind = self.owned(number, who), body.get("role", ""), body.get("type", "")
        if role not in ROLES or kind not in ("user", "group", "domain", "anyone"):
            raise DriveError(
                400, "The permission type field is required.", "required", "permission.type"
            )
        if kind == "anyone":
            book.anyone = role
            made = _permission("anyoneWithLink", "anyone", role)
        else:
            email = body.get("emailAddress") or body.get("domain") or ""
            if not email:
                raise DriveError(
                    400, "The specified emailAddress is invalid.", "invalid", "emailAddress"
                )
            if role == "owner":
                book.people[book.owner], book.owner = "writer", email
            book.people[email] = role
            made = _permission(permission_id(email), kind, role, email)
        return dict(selected(made, parsed(fields or "kind,id,type,role")))

    def promote(self, who: str, number: str, permission: str, body: Json) -> Json:
        """permissions.update: another role; an offer of ownership changes nothing until taken."""
        book, role = self.owned(number, who), body.get("role", "")
        if role not in ROLES:
            raise DriveError(400, "The permission role field is required.", "required", "role")
        for email in [email for email in book.people if permission_id(email) == permission]:
            if role == "owner":
                book.people[book.owner], book.owner = "writer", email
            book.people[email] = role
            made = _permission(permission, "user", role, email)
            return dict(selected(made, parsed("kind,id,type,role")))
        raise DriveError(404, f"Permission not found: {permission}.", "notFound", "permissionId")

    def unshare(self, who: str, number: str, permission: str) -> None:
        """permissions.delete."""
        book = self.owned(number, who)
        if permission == "anyoneWithLink":
            book.anyone = ""
            return
        for email in [email for email in book.people if permission_id(email) == permission]:
            del book.people[email]
            return
        raise DriveError(404, f"Permission not found: {permission}.", "notFound", "permissionId")


def _file(book: Spreadsheet, fields: str) -> Json:
    return dict(selected(_whole(book), parsed(fields or USUAL)))


def _whole(book: Spreadsheet) -> Json:
    return {
        "kind": "drive#file",
        "id": book.id,
        "name": book.title,
        "mimeType": SPREADSHEET,
        "parents": [book.parent],
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{book.id}/edit?usp=drivesdk",
        "createdTime": stamp(book.created),
        "modifiedTime": stamp(book.modified),
        "permissions": list(_permissions(book)),
    }


def stamp(moment: datetime) -> str:
    """A moment as Drive writes it, to the millisecond."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def permission_id(email: str) -> str:
    """The id of the permission of an address: always the same twenty digits."""
    number = int.from_bytes(email.encode()[-8:].rjust(8, b"\0"))
    return f"{number % 10**20:020}"


def _permission(number: str, kind: str, role: str, email: str = "") -> Json:
    made: Json = {"kind": "drive#permission", "id": number, "type": kind}
    if email:
        made |= {"emailAddress": email}
    made |= {"role": role}
    if kind == "anyone":
        return made | {"allowFileDiscovery": False}
    return made | {"displayName": email.partition("@")[0], "deleted": False, "pendingOwner": False}


def _permissions(book: Spreadsheet) -> Iterator[Json]:
    if book.anyone:
        yield _permission("anyoneWithLink", "anyone", book.anyone)
    for email, role in book.people.items():
        if email != book.owner:
            yield _permission(permission_id(email), "user", role, email)
    yield _permission(permission_id(book.owner), "user", "owner", book.owner)


Test = Callable[[Spreadsheet], bool]
TERM = re.compile(r"""\s*(\w+)\s*(=|!=|in|contains)\s*(["'])((?:\\.|(?!\3).)*)\3\s*(?:and|$)?""")
IN_PARENTS = re.compile(r"""\s*(["'])(.*?)\1\s+in\s+parents\s*(?:and|$)?""")


def _query(text: str) -> Test:
    """The test of a `q`: terms joined by `and`.

    Raises:
        DriveError: 400, a term that cannot be read.
    """
    tests: list[Test] = []
    at = 0
    while at < len(text):
        match = TERM.match(text, at) or IN_PARENTS.match(text, at)
        if not match:
            raise DriveError(400, "Invalid Value", "invalid", "q")
        tests.append(_test(match))
        at = match.end()
    return lambda book: all(test(book) for test in tests)


def _test(match: re.Match[str]) -> Test:
    if match.re is IN_PARENTS:
        folder = match[2]
        return lambda book: book.parent == folder
    name, value = match[1], re.sub(r"\\(.)", r"\1", match[4])
    if name == "parents":
        return lambda book: book.parent == value
    if name == "mimeType":
        return lambda _book: (value == SPREADSHEET) == (match[2] == "=")
    if match[2] == "contains":
        return lambda book: value.lower() in book.title.lower()
    return lambda book: book.title == value
