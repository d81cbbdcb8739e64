"""What goes wrong between sheet and client by script, and what staff do at the worst moment."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials

from tests.sheets_server import faults
from tests.sheets_server.faults import Fault
from tests.sheets_server.promises import Caller
from tests.sheets_server.running import Running
from tests.sheets_server.service import Reply, Request
from tests.sheets_server.staff import Staff

SCOPES = ["https://www.googleapis.com/auth/spreadsheets"]


def worksheet(google: Running) -> gspread.Worksheet:
    """The first tab of a new spreadsheet, through the real gspread."""
    book = google.create(tabs={"Clients": [["a"]]})
    client = gspread.service_account(str(google.credentials), scopes=SCOPES)
    client.set_timeout(30)
    return client.open_by_key(book.id).get_worksheet(0)


@pytest.mark.parametrize(("after", "left"), [(False, "a"), (True, "b")])
def test_statuses(after: bool, left: str) -> None:
    with Running() as google, google.environment():
        sheet = worksheet(google)
        google.fail(Fault("status", 503, after=after, hits=faults.writes))
        with pytest.raises(gspread.exceptions.APIError, match="currently unavailable"):
            sheet.update([["b"]], "A1")
        assert sheet.acell("A1").value == left
        google.fail(Fault("status", 429, retry_after="7", hits=faults.writes, skip=1))
        sheet.update([["c"]], "A1")
        with pytest.raises(gspread.exceptions.APIError) as caught:
            sheet.update([["d"]], "A1")
        assert caught.value.response.headers["Retry-After"] == "7"
        assert caught.value.error["status"] == "RESOURCE_EXHAUSTED"
        assert sheet.acell("A1").value == "c"


@pytest.mark.parametrize(("after", "left"), [(False, "a"), (True, "b")])
def test_no_reply(after: bool, left: str) -> None:
    with Running() as google, google.environment():
        sheet = worksheet(google)
        google.fail(Fault("hang", after=after, hits=faults.writes))
        sheet.client.set_timeout(1)
        with pytest.raises(requests.exceptions.ReadTimeout):
            sheet.update([["b"]], "A1")
        sheet.client.set_timeout(30)
        assert sheet.acell("A1").value == left
        google.fail(Fault("drop", after=after, hits=faults.writes))
        with pytest.raises(requests.exceptions.ConnectionError):
            sheet.update([["b"]], "A2")
        assert (sheet.acell("A2").value == "b") is after
        assert [one.reply for one in google.sheet_requests if one.reply is None] == [None, None]


def test_an_expired_token_is_asked_for_again() -> None:
    with Running() as google, google.environment():
        sheet = worksheet(google)
        google.fail(Fault("expired"))
        assert sheet.acell("A1").value == "a"
        assert [one.reply.status for one in google.sheet_requests[-2:] if one.reply] == [401, 200]
        google.account.revoked = True
        google.service.auth.expire()
        with pytest.raises(RefreshError, match="invalid_grant"):
            sheet.acell("A1")
        google.account.revoked = False


def test_who_may_not() -> None:
    with Running() as google:
        book, caller = google.create(), Caller(google)
        google.service.disabled = True
        reply = caller.ask("GET", book.id).json()["error"]
        assert (reply["status"], reply["details"][0]["reason"]) == (
            "PERMISSION_DENIED",
            "SERVICE_DISABLED",
        )
        google.service.disabled = False
        book.office = True
        assert caller.ask("GET", book.id).json()["error"]["status"] == "FAILED_PRECONDITION"
        assert caller.ask("GET", "none-of-this-id").json()["error"]["status"] == "NOT_FOUND"
        google.service.auth.clock_ahead = 4000
        assert caller.assertion().json()["error"] == "invalid_grant"


def test_somebody_who_signed_in(tmp_path: Path) -> None:
    with Running() as google, google.environment():
        book = google.create(tabs={"Clients": [["a"]]})
        book.people["ben@example.com"] = "writer"
        token = tmp_path / "authorized_user.json"
        person = google.add_person("ben@example.com", token, frozenset(SCOPES))
        signed_in = Credentials.from_authorized_user_file(str(token))  # type: ignore[no-untyped-call]
        client = gspread.authorize(signed_in)
        assert client.open_by_key(book.id).sheet1.acell("A1").value == "a"
        person.revoked = True
        google.service.auth.expire()
        with pytest.raises(RefreshError, match="expired or revoked"):
            client.open_by_key(book.id)


def test_other_hosts_are_refused() -> None:
    with Running() as google, google.environment():
        with pytest.raises(requests.exceptions.ProxyError):
            requests.get("https://example.com/", timeout=5)
        assert google.refused == ["example.com:443"]
        google.forget_refused()


def test_another_host_fails_the_test() -> None:
    with (
        pytest.raises(AssertionError, match="other hosts"),
        Running() as google,
        google.environment(),
        pytest.raises(requests.exceptions.ProxyError),
    ):
        requests.get("https://example.com/", timeout=5)


def test_staff_are_quicker() -> None:
    """What staff do before a request is there when it is served."""
    with Running() as google:
        book, caller = google.create(tabs={"Clients": [["Client"], ["b"], ["a"]]}), Caller(google)
        staff = Staff(book)
        seen: list[str] = []

        def sort(request: Request) -> None:
            seen.append(request.method)
            staff.sorts("Clients", 1)

        google.before_request(sort)
        assert caller.read(book, "Clients!A1:A9") == [["Client"], ["a"], ["b"]]
        google.no_hooks()
        staff.inserts_rows("Clients", 2)
        staff.moves_columns("Clients", 1, 3)
        staff.renames("Clients", "Kunden")
        staff.filters("Kunden", 2, ["a"])
        assert caller.read(book, "Kunden!A1:B9") == [["", "Client"], [], ["", "a"], ["", "b"]]
        assert seen == ["GET"]
        staff.pastes("Kunden!A999", [["x"], ["y"], ["z"]])
        assert staff.finds("Kunden", 1, "z") == 1001
        staff.deletes_rows("Kunden", 3)
        staff.deletes_columns("Kunden", 1)
        staff.inserts_columns("Kunden", 1)
        staff.copies_tab("Kunden")
        staff.moves_tab("Copy of Kunden", 2)
        staff.hides_rows("Kunden", 4)
        assert staff.reads("Copy of Kunden!A1:B9") == [["", "Client"], [], ["", "b"]]
        staff.deletes_tab("Copy of Kunden")
        assert [sheet.title for sheet in book.sheets] == ["Kunden"]


def test_a_hook_that_fails_fails_the_test(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_request: Request) -> None:
        raise ValueError("staff slipped")

    def hooked() -> None:
        with Running() as google:
            book, caller = google.create(), Caller(google)
            google.before_request(broken)
            with pytest.raises(requests.exceptions.ConnectionError):
                caller.ask("GET", book.id)

    with pytest.raises(AssertionError, match="staff slipped"):
        hooked()
    assert "staff slipped" in capsys.readouterr().err


def test_a_misfit_fails_the_test() -> None:
    """A request that Google's own description does not know ends the `with` in red."""
    with Running() as google:
        book, caller = google.create(), Caller(google)
        reply = caller.ask(
            "PUT", f"{book.id}/values/A1", {"values": ["x", "y"]}, valueInputOption="RAW"
        )
        assert len(reply.json()["error"]["details"][0]["fieldViolations"]) == 2
        unknown = caller.ask("GET", book.id, includeGrid="true").json()["error"]["message"]
        assert "Cannot bind query parameter" in unknown
        named = caller.batch(book, {"addSheet": {"title": "x"}}).json()["error"]["message"]
        assert "Unknown name \"title\" at 'requests[0].add_sheet'" in named
        assert google.misfits() == []
        not_of_this_world = {"requests": [{"addSheet": {"title": "x"}}]}
        answer = Reply(200, b'{"spreadsheetId": "1"}')
        url = "https://sheets.googleapis.com/v4/spreadsheets/1:batchUpdate"
        request = Request("POST", url, {}, json.dumps(not_of_this_world).encode())
        google.remember(request, answer)
        with pytest.raises(AssertionError, match="must not contain"):
            google.__exit__(None, None, None)
        google.misfits().clear()


def test_in_the_foreground(tmp_path: Path) -> None:
    """`python -m tests.sheets_server` serves until it is told to stop."""
    ca, key = tmp_path / "ca.pem", tmp_path / "key.json"
    command = [sys.executable, "-m", "tests.sheets_server", "--port", "0", "--ca", str(ca)]
    command += ["--credentials", str(key), "--private-sheet", "1private"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as server:  # noqa: S603
        assert server.stdout
        proxy = server.stdout.readline().strip()
        environment = {"HTTPS_PROXY": proxy, "REQUESTS_CA_BUNDLE": str(ca), "NO_PROXY": ""}
        with pytest.MonkeyPatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(name, value)
            client = gspread.service_account(str(key))
            made = client.create("From outside")
            made.sheet1.update([["x"]], "A1")
            assert made.sheet1.acell("A1").value == "x"
            with pytest.raises(PermissionError):
                client.open_by_key("1private")
        begun = time.monotonic()
        server.terminate()
        assert server.wait(20) == 0
        assert time.monotonic() - begun < 20
