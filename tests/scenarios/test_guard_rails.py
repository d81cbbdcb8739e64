"""Guard rails: what stops a run before anything is written or sent, told as days in a business.

Each of these mornings ends with exit status 4 or without mail, the sheet as it was, and the owner
told, once; and each has its way on.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.errors import UnsafeRun
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.settings import WorkbookSettings
from tests.jobs.small import FRIDAY, Business
from tests.scenarios.scenario import OWNER, Scenario
from tests.sheets_server.running import Running
from tests.stores.google.office import Office

_NAMES = ("Al", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Joe", "Kim", "Lea")


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """Twelve clients of one offer, who all wait for their contract; a word after two days."""
    made = Scenario(tmp_path)
    made.sheet("Clients", "Client | Start date\n" + "\n".join(f"{n} | 23/11/2026" for n in _NAMES))
    made.sheet(
        "Offer steps",
        """
        Order | Step     | Working days
        1     | Contract | 5
        2     | Intake   | 5
        3     | Kick-off | 5
        4     | Report   | 5
        5     | Farewell | 5
        """,
    )
    made.sheet("Messages", "Message | When\nNudge | waiting 2 days")
    return made.day("23/11/2026")


def refused(scenario: Scenario, day: str, *words: str) -> str:
    """The run of this day is refused with these words; nothing is written, and no client is sent
    anything; the owner is told."""
    before = {tab: [list(row) for row in rows] for tab, rows in scenario.store.tabs.items()}
    outbox = scenario.folder / "outbox"
    mails = set(outbox.glob("*.eml"))
    with pytest.raises(UnsafeRun) as caught:
        scenario.day(day)
    assert caught.value.exit_status == 4
    for one in words:
        assert one in str(caught.value)
    assert scenario.store.tabs == before
    told = [path.read_text() for path in set(outbox.glob("*.eml")) - mails]
    assert all(f"To: {OWNER}" in one for one in told)
    return str(caught.value)


def test_vanished_clients(scenario: Scenario) -> None:
    rows = scenario.store.tabs["Clients"]
    kept, rows[7:] = rows[7:], []
    refused(scenario, "24/11/2026", "There are 6 clients; at the last run there were 12.")
    rows += kept
    scenario.day("24/11/2026").sheet_shows("Clients", "Lea", "Flag", "On track")


@pytest.mark.parametrize(("tab", "count"), [("Steps", 60), ("Offer steps", 5)])
def test_an_emptied_tab(scenario: Scenario, tab: str, count: int) -> None:
    rows = scenario.store.tabs[tab]
    kept, rows[1:] = rows[1:], []
    refused(scenario, "24/11/2026", f"The tab {tab} is empty; at the last run it had {count} rows.")
    rows += kept
    scenario.day("24/11/2026")


def test_a_tab_that_was_deleted_switches_its_system_off(scenario: Scenario) -> None:
    scenario.without("Messages").day("25/11/2026").nothing_sent()


def test_a_mass_change(scenario: Scenario) -> None:
    for name in _NAMES:
        scenario.staff_type("Clients", name, "Pause until", "30/12/2026")
    refused(scenario, "24/11/2026", "The flags of 12 of 12 clients would change at once")
    scenario.staff_type("Settings", "Sending", "Value", "preview")
    scenario.store.tabs["Settings"].append(["Share of clients that may change", 1.0])
    scenario.day("24/11/2026").sheet_shows("Clients", "Bo", "Flag", "Paused")


def test_more_mails_than_a_day_may_have(scenario: Scenario) -> None:
    scenario.store.tabs["Settings"].append(["Mails per day at most", 5.0])
    said = refused(scenario, "25/11/2026", "mails would leave today; at most 5 may")
    assert "Mails per day at most in Settings" in said


def test_a_clock_that_jumped_back_or_far_ahead(scenario: Scenario) -> None:
    scenario.day("24/11/2026")
    refused(scenario, "10/11/2026", "Today is 10 Nov 2026, but the last run was on 24 Nov 2026.")
    refused(scenario, "24/11/2027", "which is long ago. Is the clock right?")
    scenario.day("25/11/2026")


def test_a_workbook_of_another_ledger_is_flagged_and_sends_nothing(
    scenario: Scenario, tmp_path: Path
) -> None:
    other = Scenario(tmp_path / "elsewhere")
    other.store = scenario.store
    other.day("25/11/2026").nothing_sent()
    other.sheet_shows("Clients", "Bo", "Flag", "On track")
    assert other.last is not None
    assert "Another ledger" in other.last.plan.waits
    assert "sheetops outbox adopt" in other.last.plan.waits
    scenario.day("25/11/2026")
    assert "25/11/2026" in scenario.story("bo@example.com")


def test_the_owner_is_told_once_a_day_of_the_same_trouble(scenario: Scenario) -> None:
    scenario.store.tabs["Clients"][7:] = []
    outbox, before = scenario.folder / "outbox", len(scenario.letters)
    for _ in range(3):
        refused(scenario, "24/11/2026", "There are 6 clients")
    assert len(list(outbox.glob("*.eml"))) == before + 1


# ---- a copy of the workbook


def test_a_copied_workbook_does_nothing_until_a_person_says_that_it_counts(tmp_path: Path) -> None:
    business = Business(tmp_path)
    business.daily()
    mails = business.mails()
    copy = tmp_path / "to try out.xlsx"
    copy.write_bytes(business.path.read_bytes())
    before = copy.read_bytes()
    request = business.request()
    other = request.settings.model_copy(
        update={"workbook": WorkbookSettings(path=copy, copies=tmp_path / "copies")}
    )
    with pytest.raises(UnsafeRun, match="The workbook with this id stands at") as refusal:
        daily.daily(Request(other, FRIDAY, clock=request.clock))
    assert "another Workbook id" in str(refusal.value)
    assert copy.read_bytes() == before
    assert len(business.mails()) <= len(mails) + 1  # the owner is told
    business.daily()  # the workbook itself goes on
    daily.daily(Request(other, FRIDAY, clock=request.clock, force=True))
    with pytest.raises(UnsafeRun):
        business.daily()


def test_a_workbook_that_was_moved_is_followed(tmp_path: Path) -> None:
    business = Business(tmp_path)
    business.daily()
    moved = tmp_path / "clients 2027.xlsx"
    business.path.rename(moved)
    business.path = moved
    business.daily()
    assert business.rows("Runs")


def test_a_sheet_that_was_shared_anew(tmp_path: Path, google: Running) -> None:
    office = Office(tmp_path, google)
    office.daily()
    other = Office(tmp_path, google)  # the same id in its Settings, and the same ledger
    with pytest.raises(UnsafeRun, match="The ledger knows this workbook as the Google Sheet"):
        other.daily()
    office.daily()
