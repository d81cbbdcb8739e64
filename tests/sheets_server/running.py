"""The server, up and running for a test: made with spreadsheets, watched, disturbed and asked."""

from __future__ import annotations

import functools
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest import mock
from urllib.parse import urlsplit

import trustme
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sheets_server import discovery, service_files, service_filters
from tests.sheets_server.auth import Account, Person
from tests.sheets_server.book import Sheet, Spreadsheet
from tests.sheets_server.entered import raw
from tests.sheets_server.faults import Fault, Script
from tests.sheets_server.proxy import HANG_AT_MOST, Proxy
from tests.sheets_server.service import HOSTS, SHEETS, Reply, Request, Service
from tests.sheets_server.values import write

ROBOT = "sheetops@sheets-of-our-own.iam.gserviceaccount.com"
OWNER = "owner@example.com"
Rows = Sequence[Sequence[Any]]
Hook = Callable[[Request], None]
assert service_files.FILES  # the import is what adds the routes of Drive
assert service_filters.LOOKUP  # and those by data filter


@functools.cache
def _authority() -> trustme.CA:
    """The throw-away authority of this process: making keys takes longer than most tests."""
    return trustme.CA()


@functools.cache
def _key(email: str) -> rsa.RSAPrivateKey:
    """The key of a service account in this process."""
    return Account(email).key


@dataclass(frozen=True)
class Logged:
    """A request that came, and its reply; None for one that got none."""

    request: Request
    reply: Reply | None

    @property
    def method(self) -> str:
        """GET, POST, PUT, PATCH or DELETE."""
        return self.request.method

    @property
    def url(self) -> str:
        """The whole address."""
        return self.request.url

    @property
    def size(self) -> int:
        """Bytes of the request's body."""
        return len(self.request.body)

    @property
    def to_sheets(self) -> bool:
        """Whether it counts against the quota of the Sheets API."""
        return urlsplit(self.url).netloc == SHEETS


class Running:
    """A Google of our own, from `with` to its end.

    `port` 0 takes any free one; CA certificate and key file are written to the files named, or to a
    folder that goes at the end. `strict` holds every request and reply against Google's discovery
    document: the end of the `with` fails on what `misfits` tells.
    """

    def __init__(
        self,
        port: int = 0,
        ca_file: Path | None = None,
        credentials: Path | None = None,
        *,
        strict: bool = True,
    ) -> None:
        self.service = Service()
        self.script = Script()
        self.log: list[Logged] = []
        self._wrong: list[str] = []
        self._unchecked: list[tuple[Request, Reply]] = []
        self.strict = strict
        self._hooks: list[Hook] = []
        self._lock = threading.RLock()
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.ca_file = ca_file or self.folder / "ca.pem"
        self.credentials = credentials or self.folder / "service_account.json"
        ca = _authority()
        ca.cert_pem.write_to_path(str(self.ca_file))
        self.account = self.add_account(ROBOT, self.credentials)
        self._proxy = Proxy(ca, HOSTS, self._answer, port)
        self._thread = threading.Thread(target=self._proxy.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._proxy.stop()
        self._thread.join()
        self._folder.cleanup()
        if kind is None:
            assert not self._proxy.errors, f"the server or a hook failed: {self._proxy.errors}"
            wrong = self.misfits()
            assert not wrong, "\n".join(wrong)
            assert not self.refused, f"other hosts were asked for: {self.refused}"

    @property
    def proxy(self) -> str:
        """The proxy's address, for HTTPS_PROXY."""
        return self._proxy.address

    @property
    def refused(self) -> list[str]:
        """Hosts that were asked for and are none of Google's three.

        google-auth asks iamcredentials.googleapis.com in a thread of its own; that is harmless.
        """
        return [host for host in self._proxy.refused if "iamcredentials" not in host]

    @property
    def sheet_requests(self) -> list[Logged]:
        """What the quota counts, in order."""
        return [one for one in self.log if one.to_sheets]

    def misfits(self) -> list[str]:
        """What of all requests and replies so far Google's discovery document forbids.

        Found out late, as reading the document would make the first replies slow.
        """
        while self._unchecked:
            self._wrong += misfits(*self._unchecked.pop(0))
        return self._wrong

    def forget_refused(self) -> None:
        """Do not fail at the end because other hosts were asked for."""
        self._proxy.refused.clear()

    def variables(self) -> dict[str, str]:
        """The environment in which the real gspread and google-auth come here."""
        names = ("HTTPS_PROXY", "https_proxy")
        certificates = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        return (
            dict.fromkeys(names, self.proxy)
            | dict.fromkeys(certificates, str(self.ca_file))
            | {"NO_PROXY": "", "no_proxy": ""}
        )

    @contextmanager
    def environment(self) -> Iterator[None]:
        """Those variables set in this process."""
        with mock.patch.dict(os.environ, self.variables()):
            yield

    def add_account(self, email: str, file: Path) -> Account:
        """Another service account, its key file written (mode 0600)."""
        account = Account(email, _key(email))
        self.service.auth.accounts[email] = account
        file.touch(0o600)
        file.chmod(0o600)
        file.write_text(json.dumps(account.file(self.service.project), indent=2), "utf-8")
        return account

    def add_person(self, email: str, file: Path, scopes: frozenset[str]) -> Person:
        """Somebody who signed in by OAuth; `file` is as gspread keeps their token."""
        person = Person(email, "client.apps.googleusercontent.com", "secret", f"1//{email}", scopes)
        self.service.auth.persons.append(person)
        kept = {
            "type": "authorized_user",
            "client_id": person.client_id,
            "client_secret": person.client_secret,
            "refresh_token": person.refresh_token,
            "token_uri": "https://oauth2.googleapis.com/token",
            "scopes": sorted(scopes),
        }
        file.write_text(json.dumps(kept, indent=2), "utf-8")
        return person

    def create(  # noqa: PLR0913 # what a test may want of a spreadsheet
        self,
        title: str = "Clients",
        tabs: Mapping[str, Rows] | None = None,
        *,
        locale: str = "en_US",
        time_zone: str = "Europe/Berlin",
        shared: bool = True,
        rows: int = 1000,
        columns: int = 26,
    ) -> Spreadsheet:
        """A spreadsheet of the owner's with these tabs; texts that begin with = are formulas.

        `shared`: the service account may edit it.
        """
        sheets = [
            Sheet(number, name, max(rows, len(content)), max(columns, *map(len, content), 0))
            for number, (name, content) in enumerate((tabs or {"Sheet1": []}).items())
        ]
        book = self.service.files.add(title, OWNER, sheets)
        book.locale, book.time_zone = locale, time_zone
        if shared:
            book.people[ROBOT] = "writer"
        for sheet, content in zip(sheets, (tabs or {"Sheet1": []}).values(), strict=True):
            write(book, sheet.area, [[_entered(one) for one in row] for row in content], "RAW")
            _formulas(sheet)
        book.touched()
        return book

    def before_request(self, hook: Hook) -> None:
        """Call `hook` before each request that reaches a spreadsheet, as if staff were quicker."""
        self._hooks.append(hook)

    def no_hooks(self) -> None:
        """Let staff rest."""
        self._hooks.clear()

    def fail(self, *faults: Fault) -> None:
        """Add mishaps to come."""
        self.script.faults += faults

    def _answer(self, request: Request) -> Reply | None:
        fault = self.script.next(request)
        if fault and fault.kind == "expired":
            self.service.auth.expire()
            fault = None
        reply = None if fault and not fault.after else self._done(request)
        if fault:
            reply = fault.reply() if fault.kind == "status" else None
        with self._lock:
            self.log.append(Logged(request, reply))
        if fault and fault.kind == "hang":
            self._proxy.closing.wait(HANG_AT_MOST)
        return reply

    def _done(self, request: Request) -> Reply:
        with self._lock:
            if urlsplit(request.url).netloc == SHEETS:
                for hook in self._hooks:
                    hook(request)
            reply = self.service.answer(request)
            self.remember(request, reply)
            return reply

    def remember(self, request: Request, reply: Reply) -> None:
        """Keep a request and its reply for `misfits`."""
        if self.strict:
            self._unchecked.append((request, reply))


def _entered(value: Any) -> Any:
    return raw(value) if isinstance(value, float) else value


def _formulas(sheet: Sheet) -> None:
    for row, column, cell in list(sheet.filled()):
        if isinstance(cell.value, str) and cell.value.startswith("="):
            sheet.put(row, column, cell.with_value(None, cell.value))


def misfits(request: Request, reply: Reply) -> list[str]:
    """What of a request to the Sheets API, or of its reply, Google's discovery document forbids."""
    parts = urlsplit(request.url)
    method = discovery.method_of(request.method, parts.path) if parts.netloc == SHEETS else None
    if method is None:
        return [f"no such method: {request.method} {parts.path}"] if parts.netloc == SHEETS else []
    shape = discovery.methods()[method]
    found: list[str] = []
    if reply.status < 400:
        if request.body and "request" in shape:
            body = without_nulls(json.loads(request.body))
            found += discovery.faults(shape["request"]["$ref"], body)
        found += discovery.faults(shape["response"]["$ref"], json.loads(reply.body))
    else:
        found += discovery.error_faults(json.loads(reply.body))
    return [f"{request.method} {parts.path}: {one}" for one in found]


def without_nulls(value: Any) -> Any:
    """JSON without its nulls in objects: to Google a null there is a thing left out."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [without_nulls(one) for one in value]
    return value
