"""What the server promises, each as a check that a worse server fails: see `test_worse_servers`."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sheets_server.auth import AUDIENCE, BY_ASSERTION
from tests.sheets_server.book import Spreadsheet
from tests.sheets_server.running import OWNER, ROBOT, Running
from tests.sheets_server.staff import Staff

Json = dict[str, Any]
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"
HEADING = (
    '=ARRAYFORMULA(IF(ROW(A1:A)=1,"Flag",IF(A1:A="",,'
    "IFNA(VLOOKUP(A1:A,'_sheetops Clients'!A:K,3,FALSE),))))"
)


class Caller:
    """A bare client: signs its own assertions, so that it can sign wrong ones."""

    def __init__(self, google: Running) -> None:
        self.google = google
        self.session = requests.Session()
        self.session.proxies = {"https": google.proxy}
        self.session.verify = str(google.ca_file)
        self.session.trust_env = False
        self.token = ""

    def assertion(self, key: rsa.RSAPrivateKey | None = None, **claims: Any) -> requests.Response:
        """Ask for a token by an assertion."""
        now = int(time.time())
        said = {
            "iss": ROBOT,
            "scope": SCOPE,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 3600,
        } | claims
        signed = ".".join(_encoded(json.dumps(one).encode()) for one in ({"alg": "RS256"}, said))
        made = (key or self.google.account.key).sign(
            signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        form = {"grant_type": BY_ASSERTION, "assertion": f"{signed}.{_encoded(made)}"}
        return self.session.post(AUDIENCE, form, timeout=10)

    def ask(
        self, method: str, path: str, body: Json | None = None, **options: str
    ) -> requests.Response:
        """One request to the Sheets API with a good token."""
        self.token = self.token or self.assertion().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{SHEETS}/{path}"
        return self.session.request(
            method, url, json=body, params=options, headers=headers, timeout=10
        )

    def batch(self, book: Spreadsheet, *asked: Json) -> requests.Response:
        """spreadsheets.batchUpdate."""
        return self.ask("POST", f"{book.id}:batchUpdate", {"requests": list(asked)})

    def put(
        self, book: Spreadsheet, where: str, rows: list[list[Any]], option: str = "RAW"
    ) -> requests.Response:
        """values.update."""
        return self.ask(
            "PUT", f"{book.id}/values/{where}", {"values": rows}, valueInputOption=option
        )

    def read(
        self, book: Spreadsheet, where: str, render: str = "UNFORMATTED_VALUE"
    ) -> list[list[Any]]:
        """values.get."""
        reply = self.ask("GET", f"{book.id}/values/{where}", valueRenderOption=render)
        return list(reply.json().get("values", []))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_stays(google: Running) -> None:
    """RAW keeps texts as texts; USER_ENTERED reads them as typed."""
    book, caller = google.create(), Caller(google)
    texts = [["=1+1", "0042", "8085807e4", "8085807e40000000", "2020-01-01", "TRUE", "'x"]]
    caller.put(book, "A1", texts)
    assert caller.read(book, "A1:G1") == texts
    caller.put(book, "A2", texts, "USER_ENTERED")
    typed = [2, 42, 80858070000, "8085807e40000000", 43831, True, "x"]
    assert caller.read(book, "A2:G2") == [typed]


def batches_are_atomic(google: Running) -> None:
    """A batch that fails at its end has changed nothing."""
    book, caller = google.create(tabs={"Clients": [["a"]]}), Caller(google)
    reply = caller.batch(
        book,
        {"updateSheetProperties": {"properties": {"title": "New"}, "fields": "title"}},
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 1}}},
        {"deleteSheet": {"sheetId": 77}},
    )
    assert reply.status_code == 400
    assert (
        reply.json()["error"]["message"] == "Invalid requests[2].deleteSheet: No grid with id: 77"
    )
    assert caller.read(book, "Clients!A1:B2") == [["a"]]


def value_batches_are_atomic(google: Running) -> None:
    """So has a values:batchUpdate."""
    book, caller = google.create(tabs={"Clients": [["a"]]}), Caller(google)
    data = [{"range": "Clients!A1", "values": [["b"]]}, {"range": "Nowhere!A1", "values": [["b"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    reply = caller.ask("POST", f"{book.id}/values:batchUpdate", body)
    assert reply.json()["error"]["message"] == "Unable to parse range: Nowhere!A1"
    assert caller.read(book, "Clients!A1") == [["a"]]


def protection_holds(google: Running) -> None:
    """What the owner protects, the service account cannot write, move, sort or delete."""
    book, caller = google.create(tabs={"Clients": [["b"], ["a"]]}), Caller(google)
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2}
    book.sheets[0].protected.append(
        {"protectedRangeId": 1, "range": area, "editors": {"users": [OWNER]}}
    )
    band = {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    replies = [
        caller.put(book, "Clients!A1", [["c"]]),
        caller.ask("POST", f"{book.id}/values/Clients!A1:clear"),
        caller.batch(book, {"deleteDimension": {"range": band}}),
        caller.batch(book, {"moveDimension": {"source": band, "destinationIndex": 3}}),
        caller.batch(book, {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 0}]}}),
        caller.batch(book, {"updateCells": {"range": area, "fields": "userEnteredValue"}}),
        caller.batch(book, {"deleteProtectedRange": {"protectedRangeId": 1}}),
    ]
    assert [reply.status_code for reply in replies] == [400] * 7
    assert all("protected cell or object" in reply.json()["error"]["message"] for reply in replies)
    assert caller.read(book, "Clients!A1:A2") == [["b"], ["a"]]
    assert caller.put(book, "Clients!A3", [["free"]]).ok


def grid_limits_hold(google: Running) -> None:
    """Nothing is written or read beyond the grid."""
    book, caller = google.create(rows=3, columns=2), Caller(google)
    for reply in (
        caller.put(book, "C1", [["x"]]),
        caller.put(book, "A3", [["x"], ["y"]]),
        caller.ask("GET", f"{book.id}/values/A4"),
    ):
        assert reply.status_code == 400
        assert (
            "exceeds grid limits. Max rows: 3, max columns: 2" in reply.json()["error"]["message"]
        )
    inside = caller.put(book, "A1:A2", [["x"], ["y"], ["z"]])
    assert "tried writing to row [3]" in inside.json()["error"]["message"]
    assert caller.read(book, "A1:B3") == []


def tokens_are_checked(google: Running) -> None:
    """A token that was not given out, or is worth nothing any more, opens nothing."""
    book, caller = google.create(), Caller(google)
    caller.token = "ya29.made-up"  # noqa: S105 # it is to be refused
    assert caller.ask("GET", book.id).status_code == 401
    caller.token = ""
    assert caller.ask("GET", book.id).ok
    google.service.auth.expire()
    assert caller.ask("GET", book.id).json()["error"]["status"] == "UNAUTHENTICATED"


def signatures_are_checked(google: Running) -> None:
    """An assertion that another key signed gives no token."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    reply = Caller(google).assertion(other)
    assert reply.status_code == 400
    assert reply.json()["error"] == "invalid_grant"


def clocks_are_checked(google: Running) -> None:
    """An assertion of another time, or for another audience, gives no token."""
    caller, now = Caller(google), int(time.time())
    assert caller.assertion().ok
    old = caller.assertion(iat=now - 7200, exp=now - 3600)
    assert "reasonable timeframe" in old.json()["error_description"]
    assert not caller.assertion(aud="https://example.com/token").ok


def scopes_are_checked(google: Running) -> None:
    """A token to read does not write."""
    book, caller = google.create(), Caller(google)
    caller.token = caller.assertion(scope=f"{SCOPE}.readonly").json()["access_token"]
    assert caller.ask("GET", book.id).ok
    reply = caller.put(book, "A1", [["x"]])
    assert reply.status_code == 403
    assert reply.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def sharing_is_checked(google: Running) -> None:
    """What is not shared cannot be read, what is shared to be read cannot be written."""
    book, caller = google.create(shared=False), Caller(google)
    assert (
        caller.ask("GET", book.id).json()["error"]["message"]
        == "The caller does not have permission"
    )
    book.people[ROBOT] = "reader"
    assert caller.ask("GET", book.id).ok
    assert caller.put(book, "A1", [["x"]]).status_code == 403


def trailing_blanks_are_left_out(google: Running) -> None:
    """Replies end each row, and all rows, with the last cell that shows something."""
    book, caller = (
        google.create(tabs={"Clients": [["a", "", "c", ""], [], ["", "b"], [""]]}),
        Caller(google),
    )
    assert caller.read(book, "Clients!A1:Z9") == [["a", "", "c"], [], ["", "b"]]


def headings_join_inside(google: Running) -> None:
    """A heading formula shows each status beside its client; typing into its column breaks it."""
    statuses = [["Client", "", "Flag"], ["c1", "", "fine"], ["c2", "", "late"]]
    tabs = {"Clients": [["Client", HEADING], ["c1"], ["c2"], ["c9"]], "_sheetops Clients": statuses}
    book = google.create(tabs=tabs)
    staff, caller = Staff(book), Caller(google)
    assert caller.read(book, "Clients!A1:B9") == [
        ["Client", "Flag"],
        ["c1", "fine"],
        ["c2", "late"],
        ["c9"],
    ]
    staff.sorts("Clients", 1, down=True)
    assert caller.read(book, "Clients!A2:B9") == [["c9"], ["c2", "late"], ["c1", "fine"]]
    staff.types("Clients!B7", "my note")
    assert caller.read(book, "Clients!B1:B9")[0] == ["#REF!"]
    cells = caller.ask("GET", book.id, ranges="Clients!B1", includeGridData="true").json()
    error = cells["sheets"][0]["data"][0]["rowData"][0]["values"][0]["effectiveValue"]["errorValue"]
    words = "Array result was not expanded because it would overwrite data in B7."
    assert error == {"type": "REF", "message": words}
    staff.clears("Clients!B7")
    assert caller.read(book, "Clients!B1:B4") == [["Flag"], [], ["late"], ["fine"]]


PROMISES: tuple[Callable[[Running], None], ...] = (
    raw_stays,
    batches_are_atomic,
    value_batches_are_atomic,
    protection_holds,
    grid_limits_hold,
    tokens_are_checked,
    signatures_are_checked,
    clocks_are_checked,
    scopes_are_checked,
    sharing_is_checked,
    trailing_blanks_are_left_out,
    headings_join_inside,
)
