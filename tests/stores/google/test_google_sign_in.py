"""Every failure of signing in and of sharing gives its one sentence with the mend."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.auth import _helpers
from google.auth.exceptions import RefreshError

from sheetops.errors import GoogleError
from sheetops.jobs.doctor import Check, lines
from sheetops.jobs.doctor.workbook import of_google
from sheetops.settings import GoogleSettings, Settings, WorkbookSettings, load
from sheetops.stores.google import GoogleStore, credentials, errors
from sheetops.workbook.changes import Changes
from tests.command_line import Command
from tests.sheets_server.faults import Fault
from tests.sheets_server.running import ROBOT, Running
from tests.sheets_server.staff import Staff
from tests.stores.google import making

TABS: making.Tabs = {
    "Clients": [
        ["Client ID", "Client", "Flag", "Offer", "Status", "Start date"],
        ["C1", "Anna", None, "Coaching", "Active", 46336],
        ["C2", "Bert", None, "Coaching", "Active", 46336],
    ],
    "Offer steps": [
        ["Offer", "Order", "Step", "Waiting on"],
        ["Coaching", 1, "Form", "Client"],
    ],
    "Steps": [["Client", "Step", "Done", "Flag"], ["Anna", "Form"]],
}
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def refused(found: Callable[[], object]) -> str:
    """The sentence and its mend."""
    with pytest.raises(GoogleError) as caught:
        found()
    assert caught.value.what.endswith(".")
    assert caught.value.mend
    return str(caught.value)


def test_a_key_file_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    told = refused(lambda: credentials.sign_in("service account", path))
    assert told.startswith(f"There is no key file {path}. In Google Cloud, make a service account")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{not json", "is not JSON"),
        ("[]", "holds no key"),
        ('{"installed": {}}', "is an OAuth client's file, not a service account's key"),
        ('{"type": "authorized_user"}', "is a person's sign-in, not a service account's key"),
        ('{"type": "service_account"}', "is not a whole key"),
    ],
)
def test_a_key_file_of_another_kind(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)
    assert words in refused(lambda: credentials.sign_in("service account", path))


def test_application_default_credentials_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    told = refused(lambda: credentials.sign_in("application default"))
    assert "no application default credentials" in told


def test_application_default_credentials_and_a_person_sign_in(
    google: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, _ = making.make(google, TABS, rows=8)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(google.credentials))
    default = credentials.sign_in("application default")
    assert GoogleStore(book.id, default, lambda: NOW).read().name == "Clients"
    path = tmp_path / "authorized_user.json"
    google.add_person("anna@example.com", path, frozenset({credentials.SCOPE}))
    book.people["anna@example.com"] = "writer"
    person = credentials.sign_in("oauth user", path)
    assert GoogleStore(book.id, person, lambda: NOW).read().name == "Clients"


def test_only_spreadsheets_are_asked_for(google: Running) -> None:
    made = credentials.sign_in("service account", google.credentials).credentials
    assert vars(made)["_scopes"] == ["https://www.googleapis.com/auth/spreadsheets"]


def test_a_sheet_that_is_not_shared(google: Running) -> None:
    book, store = making.make(google, TABS, rows=8)
    del book.people[ROBOT]
    assert f"add {ROBOT} as editor" in refused(store.read)
    book.people[ROBOT] = "reader"
    told = refused(lambda: _use(store))
    assert f"or only to look at. Click Share in it, and add {ROBOT} as editor." in told


def test_an_api_that_is_switched_off(google: Running) -> None:
    _, store = making.make(google, TABS, rows=8)
    google.service.disabled = True
    try:
        assert "Enable it at https://console.cloud.google.com/" in refused(store.read)
    finally:
        google.service.disabled = False


def test_a_wrong_id(google: Running) -> None:
    signed_in = credentials.sign_in("service account", google.credentials)
    store = GoogleStore("x" * 44, signed_in, lambda: NOW)
    assert "Copy its address from the browser again" in refused(store.read)


def test_an_excel_file_opened_in_drive(google: Running) -> None:
    book, store = making.make(google, TABS, rows=8)
    book.office = True
    assert "choose File → Save as Google Sheets" in refused(store.read)


def test_a_scope_that_is_too_small(google: Running, tmp_path: Path) -> None:
    book, _ = making.make(google, TABS, rows=8)
    path = tmp_path / "authorized_user.json"
    google.add_person("ben@example.com", path, frozenset({credentials.SCOPE + ".readonly"}))
    book.people["ben@example.com"] = "writer"
    store = GoogleStore(book.id, credentials.sign_in("oauth user", path), lambda: NOW)
    told = refused(lambda: _use(store))
    assert "scope" in told or "may not ask for access" in told


def _use(store: GoogleStore) -> None:
    store.write(Changes((), (), {}, store.read().fingerprint))


def test_an_account_that_is_gone(google: Running, tmp_path: Path) -> None:
    book, _ = making.make(google, TABS, rows=8)
    path = tmp_path / "gone.json"
    google.add_account("gone@project.iam.gserviceaccount.com", path)
    del google.service.auth.accounts["gone@project.iam.gserviceaccount.com"]
    store = GoogleStore(book.id, credentials.sign_in("service account", path), lambda: NOW)
    assert "revoked or has expired" in refused(store.read)


def test_a_key_that_was_replaced() -> None:
    error = RefreshError("invalid_grant: Invalid JWT Signature.")  # type: ignore[no-untyped-call]
    told = errors.of_network(error, errors.Context("robot@example.com"))
    assert told.what == "The key of robot@example.com is not valid any more."
    assert told.mend.startswith("Make a new key for it")


def test_a_clock_that_is_wrong(google: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    book, _ = making.make(google, TABS, rows=8)
    late = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=3)
    monkeypatch.setattr(_helpers, "utcnow", lambda: late)
    signed_in = credentials.sign_in("service account", google.credentials)
    store = GoogleStore(book.id, signed_in, lambda: NOW)
    assert "The clock of this computer is wrong" in refused(store.read)


def test_a_quota_that_is_used_up(google: Running) -> None:
    _, store = making.make(google, TABS, rows=8)
    google.fail(Fault("status", 429, times=99))
    assert "limit of requests a minute" in refused(store.read)


# ---- doctor and the command line


def checked(google: Running, address: str) -> dict[str, Check]:
    settings = Settings(
        workbook=WorkbookSettings(google=address),
        google=GoogleSettings(key_file=google.credentials),
    )
    return {one.name: one for one in of_google(settings, datetime.now(UTC))}


def test_doctor_goes_through_everything(google: Running) -> None:
    book, _ = making.make(google, TABS, rows=8)
    found = checked(google, book.id)
    assert all(one.ok for one in found.values()), list(lines(found.values()))
    assert list(found) == [
        *("Key file", "Google sign-in", "Clock", "Google Sheet", "Locale and time zone", "Sharing"),
        *("Tabs", "Headings", "Keys", "Heading formulas", "Protection"),
    ]
    assert ROBOT in found["Google Sheet"].found


def test_doctor_sees_what_staff_have_broken(google: Running) -> None:
    book, store = making.make(google, TABS, rows=8)
    staff = Staff(book)
    staff.types("Clients!C1", "Flag")
    staff.types("Clients!A3", "C1")
    google.credentials.chmod(0o644)
    try:
        found = checked(google, book.id)
    finally:
        google.credentials.chmod(0o600)
    bad = {name for name, one in found.items() if not one.ok}
    assert bad == {"Key file", "Keys", "Heading formulas"}
    assert "Clients!C1" in found["Heading formulas"].found
    assert "Clients!A2, Clients!A3" in found["Keys"].found
    assert store.read()


def test_what_blocks_a_formula_is_named(google: Running) -> None:
    book, store = making.make(google, TABS, rows=8)
    Staff(book).types("Clients!C3", "hello")
    troubles = store.read().troubles
    assert [(one.tab, one.cell) for one in troubles] == [("Clients", "C3")]
    assert troubles[0].mend == "Clear that cell."


def test_a_sheet_is_prepared_and_run_by_the_command_line(
    google: Running,
    sheetops: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    google.strict = True
    book = google.create("New", {"Sheet1": []})
    key = Path.home() / ".config" / "gspread" / "service_account.json"
    key.parent.mkdir(parents=True)
    key.write_text(google.credentials.read_text())
    monkeypatch.chdir(tmp_path)
    address = f"https://docs.google.com/spreadsheets/d/{book.id}/edit#gid=0"
    made = sheetops("init", "--google", address, "--small", "--verbose")
    assert made.status == 0, made.err
    assert re.search(r"Asked Google \d times: [\d,]+ bytes sent", made.err)
    assert load().workbook.google == address
    for command in (["check"], ["daily"], ["daily", "--apply", "--verbose"]):
        ended = sheetops(*command)
        assert ended.status == 0, (command, ended.out, ended.err)
    assert "Asked Google 3 times" in ended.err
    again = sheetops("check", "--workbook", address, "--json")
    assert json.loads(again.out)["problems"] == []
