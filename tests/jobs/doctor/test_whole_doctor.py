"""`sheetops doctor` says in a line each what is wrong, and never stumbles over it."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from sheetops.errors import WorkbookInUse
from sheetops.jobs import doctor
from sheetops.jobs.context import Request
from sheetops.jobs.doctor import Check, environment
from sheetops.jobs.scheduler.incidents import Incidents
from sheetops.jobs.scheduler.state import Memory
from sheetops.jobs.scheduler.tick import look
from sheetops.jobs.scheduler.worker import WorkbookOffice
from sheetops.ledger import Ledger
from sheetops.settings import LedgerSettings, Settings
from tests.command_line import Command
from tests.jobs.small import Business

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = {"Owner's address": "olga@example.org", "Weekly report on": "Friday 16:00"}


@pytest.fixture
def business(tmp_path: Path) -> Business:
    return Business(tmp_path, settings=OWNER)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")


def checked(settings: Settings, now: datetime = NOON) -> dict[str, Check]:
    found = list(doctor.examine(settings, clock=lambda: now))
    for check in found:
        assert check.ok == (not check.mend), check
        assert check.found
    return {check.name: check for check in reversed(found)}


def wrong(checks: Mapping[str, Check]) -> dict[str, str]:
    return {name: f"{one.found} {one.mend}" for name, one in checks.items() if not one.ok}


def looked(business: Business, now: datetime = NOON) -> None:
    request = Request(business.settings, clock=lambda: now)
    look(WorkbookOffice(request), request.clock)


def all_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_a_new_set_up_is_in_order_and_nothing_is_made(business: Business) -> None:
    before = all_files(business.folder)
    checks = checked(business.settings)
    assert wrong(checks) == {}
    assert list(reversed(checks)) == [
        "Data folder", "Copies", "Disk", "Workbook's rights", "Workbook in use", "Workbook", "Tabs",
        "Headings", "Keys", "Cells", "Sender address", "Owner's address", "Postal address",
        "Sending", "Time zone", "Ledger", "Clock", "Schedule", "Last look", "Last good run",
        "Trouble", "Heartbeat", "Outbox",
    ]  # fmt: skip
    assert checks["Schedule"].found == "the day's run at 07:00, UTC; the report on Fri at 16:00"
    assert "none yet" in checks["Ledger"].found
    assert all_files(business.folder) == before


def test_after_a_look_it_says_when_that_was(business: Business) -> None:
    looked(business)
    checks = checked(business.settings, NOON + timedelta(minutes=7))
    assert wrong(checks) == {}
    assert checks["Last look"].found == "7 minutes ago"
    assert "20 Nov 2026 (done)" in checks["Last good run"].found
    assert checks["Mails in doubt"].found == "none"
    assert checks["Ledger's lock"].found == "free"
    assert checks["Sending computer"].found.startswith("this one")


def test_a_working_day_without_a_run_is_seen(business: Business) -> None:
    looked(business)
    assert wrong(checked(business.settings, NOON + timedelta(days=3))) == {}  # Monday
    found = wrong(checked(business.settings, NOON + timedelta(days=4)))
    assert found.keys() == {"Last good run"}
    assert "sheetops schedule show" in found["Last good run"]


def test_troubles_of_the_last_looks_are_told(business: Business) -> None:
    looked(business)
    error = WorkbookInUse("Anna has it open.", "Close it.")
    Memory(business.settings.memory_at).keep(Incidents({}).with_error(error, NOON))
    found = wrong(checked(business.settings))
    assert found == {"Trouble": "Anna has it open. (since 20 Nov 2026) Close it."}


def test_a_run_from_the_future_is_a_wrong_clock(business: Business) -> None:
    looked(business, NOON + timedelta(days=3))
    found = wrong(checked(business.settings))
    assert "clock is wrong" in found["Clock"]


def test_a_run_under_way_is_told(business: Business) -> None:
    looked(business)
    ledger = business.settings.ledger_at("small")
    with FileLock(f"{ledger}.lock"):
        assert "a run is under way" in wrong(checked(business.settings))["Ledger's lock"]


def test_another_computer_sends(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=OWNER | {"Sending computer": "front-desk"})
    looked(business)
    checks = checked(business.settings)
    assert wrong(checks) == {}
    assert "front-desk; this is" in checks["Sending computer"].found


def test_a_ledger_of_somebody_else_s_is_no_sender(business: Business) -> None:
    looked(business)
    shutil.rmtree(business.folder / "ledger")
    with Ledger.open(business.settings.ledger_at("small"), "small"):
        found = wrong(checked(business.settings))
    assert "sheetops outbox adopt" in found["Sending computer"]


def test_mails_in_doubt_are_counted(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    looked(business)
    monkeypatch.setattr(Ledger, "entries", lambda *_: [1, 2])
    assert "sheetops outbox resolve" in wrong(checked(business.settings))["Mails in doubt"]


# ---- set-ups that are broken


def _no_workbook(business: Business) -> None:
    business.path.unlink()


def _folder_for_workbook(business: Business) -> None:
    business.path.unlink()
    business.path.mkdir()


def _spoilt_workbook(business: Business) -> None:
    business.path.write_text("no workbook", encoding="utf-8")


def _open_in_excel(business: Business) -> None:
    business.path.with_name("~$clients.xlsx").write_bytes(b"\x04Anna" + bytes(160))


def _conflict(business: Business) -> None:
    copy = business.path.with_name("clients (Anna's conflicted copy 2026-11-20).xlsx")
    copy.write_bytes(business.path.read_bytes() + b" ")


def _marked(business: Business) -> None:
    business.path.with_name(".clients.xlsx.sheetops-run").write_text("another\nfront-desk\n09:00\n")


def _empty_mark(business: Business) -> None:
    business.path.with_name(".clients.xlsx.sheetops-run").touch()


def _no_clients_tab(business: Business) -> None:
    business.edit("Clients", lambda sheet, _columns: setattr(sheet, "title", "Somebody"))


def _misspelt_heading(business: Business) -> None:
    def change(sheet: object, columns: dict[str, int]) -> None:
        sheet.cell(1, columns["Offer"]).value = "Offr"  # type: ignore[attr-defined] # openpyxl's

    business.edit("Clients", change)


def _same_key_twice(business: Business) -> None:
    business.type_in("Clients", 3, "Client ID", "C1")


def _ledger(business: Business) -> Path:
    path = business.settings.ledger.path
    assert path is not None
    path.parent.mkdir(exist_ok=True)
    return path


def _spoilt_ledger(business: Business) -> None:
    _ledger(business).write_text("no ledger " * 1000, encoding="utf-8")


def _folder_for_ledger(business: Business) -> None:
    _ledger(business).mkdir()


def _ledger_of_another(business: Business) -> None:
    Ledger.open(_ledger(business), "another").close()


BROKEN: Mapping[Callable[[Business], None], str] = {
    _no_workbook: "Workbook",
    _folder_for_workbook: "Workbook",
    _spoilt_workbook: "Workbook",
    _open_in_excel: "Workbook in use",
    _conflict: "Workbook in use",
    _marked: "Workbook's mark",
    _empty_mark: "Workbook's mark",
    _no_clients_tab: "Tabs",
    _misspelt_heading: "Headings",
    _same_key_twice: "Keys",
    _spoilt_ledger: "Ledger",
    _folder_for_ledger: "Ledger",
    _ledger_of_another: "Ledger",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__.strip("_"))
def test_what_is_broken_is_a_line_and_the_rest_is_looked_at(
    business: Business, broken: Callable[[Business], None]
) -> None:
    broken(business)
    checks = checked(business.settings)
    assert BROKEN[broken] in wrong(checks)
    assert checks["Outbox"].ok
    assert {"Ledger", "Last look", "Heartbeat", "Time zone"} <= checks.keys()


@pytest.mark.parametrize("folder", ["Dropbox", "OneDrive - Small"])
def test_a_ledger_in_a_synced_folder(business: Business, folder: str) -> None:
    ledger = LedgerSettings(path=business.folder / folder / "x.ledger")
    checks = checked(business.settings.model_copy(update={"ledger": ledger}))
    assert {"Ledger", "Data folder"} <= wrong(checks).keys()


def test_a_database_that_does_not_answer(business: Business) -> None:
    url = "postgresql+psycopg://anna:sesame@127.0.0.1:9/sheetops"
    checks = checked(business.settings.model_copy(update={"ledger": LedgerSettings(url=url)}))
    assert "Ledger" in wrong(checks)
    assert "sesame" not in str(checks)


def test_a_file_where_a_folder_should_be(business: Business) -> None:
    (business.folder / "copies").write_text("no folder", encoding="utf-8")
    assert "cannot be written" in wrong(checked(business.settings))["Copies"]


def test_a_disk_that_is_nearly_full(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000_000))
    assert "5 MB" in wrong(checked(business.settings))["Disk"]


def test_a_computer_without_a_time_zone(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "get_localzone_name", lambda: "Nowhere/Atall")
    assert "Time zone" in wrong(checked(business.settings))


# ---- Python and its packages


def test_packages_that_are_missing_or_old(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["schedule>=99", "no-such-package>=1", "pandas>=1", 'pytest>=99; extra == "test"']
    monkeypatch.setattr(metadata, "requires", lambda _: needed)
    _, packages = environment.of_computer()
    assert "no-such-package (missing)" in packages.found
    assert "schedule (is 1." in packages.found
    assert "pandas" not in packages.found
    assert "pytest" not in packages.found
    assert '-m pip install "schedule>=99" "no-such-package>=1"' in packages.mend


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    first, _ = environment.of_computer()
    assert "Install Python 3.11" in first.mend


# ---- as a command


@pytest.fixture
def at(business: Business, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(business.folder)
    (business.folder / "sheetops.toml").write_text(
        '[workbook]\npath = "clients.xlsx"\n[ledger]\npath = "ledger/small.ledger"\n',
        encoding="utf-8",
    )
    return business.folder


def test_all_is_in_order(at: Path, sheetops: Command) -> None:
    ended = sheetops("doctor")
    assert ended.status == 0
    assert "BAD" not in ended.out
    assert ended.out.startswith("ok   Python: 3.")
    assert f"ok   Settings file: {at / 'sheetops.toml'}" in ended.out
    assert ended.err == "All is in order.\n"


def test_without_settings_it_says_so(
    tmp_path: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = sheetops("doctor")
    assert ended.status == 1
    assert "BAD  Settings file: There is no sheetops.toml" in ended.out
    assert ended.err == "1 to mend.\n"
    told = json.loads(sheetops("doctor", "--json").out)
    assert [one["name"] for one in told] == ["Python", "Packages", "Settings file"]


@pytest.mark.parametrize("text", ["[workbook\n", "[workbook]\npaht = 1\n", "\xff"])
def test_settings_that_cannot_be_read(
    at: Path,
    sheetops: Command,
    text: str,
) -> None:
    (at / "sheetops.toml").write_text(text, encoding="latin-1")
    ended = sheetops("doctor")
    assert ended.status == 1
    assert "BAD  Settings file: " in ended.out


def test_settings_that_may_not_be_read(
    at: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = Path.read_text

    def refused(path: Path, **how: str) -> str:
        if path.name == "sheetops.toml":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, **how)

    monkeypatch.setattr(Path, "read_text", refused)
    ended = sheetops("doctor", "--config", at / "sheetops.toml")
    assert ended.status == 1
    assert "cannot be read: Permission denied" in ended.out


def test_lines_end_where_the_terminal_does(
    at: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (at / "sheetops.toml").unlink()
    long = [line for line in sheetops("doctor").out.splitlines() if len(line) > 80]
    assert all(len(line.split()) <= 2 for line in long)  # a path is not broken
