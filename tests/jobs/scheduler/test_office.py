"""Looks at a workbook, with its ledger and outbox, at moments that the test chooses.

The workbook lives in memory; the first test has it in Excel.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from sheetops.errors import LedgerError, WorkbookMissing
from sheetops.jobs.context import Request
from sheetops.jobs.scheduler.incidents import Incidents
from sheetops.jobs.scheduler.tick import Done, look
from sheetops.jobs.scheduler.worker import WorkbookOffice
from sheetops.ledger import Ledger, Run
from tests.jobs.scheduler.in_memory import MemoryBusiness
from tests.jobs.small import FRIDAY, Business

OWNER = {"Owner's address": "olga@example.org", "Weekly report on": "never"}
MONDAY = date(2026, 11, 23)


@dataclass
class Watched:
    """A business, and looks at it."""

    business: Business

    def look(self, day: date, hour: int, minute: int = 0) -> tuple[Done, ...]:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
        request = replace(self.business.request(), today=None, clock=lambda: moment)
        return look(WorkbookOffice(request), request.clock)

    def jobs(self, day: date, hour: int, minute: int = 0) -> list[str]:
        return [one.job for one in self.look(day, hour, minute) if one.error is None]

    def runs(self) -> list[Run]:
        with Ledger.open(self.business.settings.ledger_at("small"), "small") as ledger:
            return ledger.runs(50)

    def subjects(self, to: str = "olga@example.org") -> list[str]:
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.business.outbox.glob("*.eml"), key=lambda p: p.stat().st_mtime)
        ]
        return [str(mail["Subject"]) for mail in found if to in str(mail["To"])]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(MemoryBusiness(tmp_path, settings=OWNER))


def test_the_day_runs_once_from_its_hour_on(tmp_path: Path) -> None:
    watched = Watched(Business(tmp_path, settings=OWNER))
    assert watched.jobs(FRIDAY, 6, 55) == []
    assert watched.jobs(FRIDAY, 7) == ["daily"]
    mails = watched.business.mails()
    assert len(mails) > 0
    assert watched.jobs(FRIDAY, 7, 5) == []
    assert watched.jobs(FRIDAY, 23, 55) == []
    assert watched.business.mails() == mails


def test_a_computer_that_slept_runs_once_when_it_wakes(watched: Watched) -> None:
    assert watched.jobs(FRIDAY, 7) == ["daily"]
    assert watched.jobs(MONDAY, 16) == ["daily"]
    assert [run.day for run in watched.runs() if run.job == "daily"] == [MONDAY, FRIDAY]


def test_a_run_by_hand_is_the_day_s_run(watched: Watched) -> None:
    watched.business.daily(FRIDAY)
    assert watched.jobs(FRIDAY, 9) == []


def test_a_decision_of_staff_is_carried_out_the_same_day(tmp_path: Path) -> None:
    watched = Watched(MemoryBusiness(tmp_path, settings=OWNER | {"Sending": "ask"}))
    watched.jobs(FRIDAY, 7)
    before = watched.business.mails()
    assert watched.jobs(FRIDAY, 7, 5) == []
    watched.business.type_in("Follow-ups", 2, "Decision", "Send")
    assert watched.jobs(FRIDAY, 7, 10) == ["look"]
    assert [row["Job"] for row in watched.business.rows("Runs")] == ["daily", "look"]
    assert len(watched.business.mails()) == len(before) + 1
    assert watched.jobs(FRIDAY, 7, 15) == []


def test_an_unchanged_sheet_is_not_planned_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.jobs(FRIDAY, 7)
    watched.jobs(FRIDAY, 7, 5)

    def never(_request: Request) -> None:
        raise AssertionError

    monkeypatch.setattr("sheetops.jobs.daily.preview", never)
    assert watched.jobs(FRIDAY, 7, 10) == []


def test_the_weekly_report_leaves_once_a_week_and_when_it_is_ticked(tmp_path: Path) -> None:
    settings = OWNER | {"Weekly report on": "Friday 8:00"}
    watched = Watched(MemoryBusiness(tmp_path, settings=settings))

    def reports() -> int:
        return sum("apacity" in subject for subject in watched.subjects())

    assert watched.jobs(FRIDAY, 7) == ["daily"]
    assert watched.jobs(FRIDAY, 8) == ["capacity"]
    assert watched.jobs(FRIDAY, 9) == []
    assert reports() == 1
    names = [row["Setting"] for row in watched.business.rows("Settings")]
    watched.business.type_in("Settings", names.index("Report now") + 2, "Value", "yes")
    assert watched.jobs(FRIDAY, 10) == ["capacity"]
    assert watched.jobs(FRIDAY, 11) == []
    assert reports() == 2


def away(path: Path) -> Callable[[], None]:
    """Move a file away; what is returned brings it back."""
    hidden = path.with_name("hidden")
    path.rename(hidden)

    def back() -> None:
        hidden.rename(path)

    return back


def test_the_owner_hears_once_that_the_workbook_is_gone_and_once_that_it_is_back(
    watched: Watched,
) -> None:
    watched.jobs(FRIDAY, 7)
    back = away(watched.business.path)
    for hour in (7, 8, 9):
        (done,) = watched.look(MONDAY, hour)
        assert isinstance(done.error, WorkbookMissing)
    assert watched.subjects().count("sheetops could not do its work") == 1
    back()
    assert watched.jobs(MONDAY, 10) == ["daily"]
    assert watched.subjects().count("sheetops works again") == 1
    assert watched.jobs(MONDAY, 11) == []
    assert watched.subjects().count("sheetops works again") == 1


def test_good_news_need_not_wait_for_the_next_job(watched: Watched) -> None:
    watched.jobs(FRIDAY, 7)
    back = away(watched.business.path)
    watched.look(FRIDAY, 8)
    back()
    assert watched.jobs(FRIDAY, 9) == []
    assert watched.subjects()[-1] == "sheetops works again"


def test_good_news_follows_the_bad_news_of_a_look_that_died(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.jobs(FRIDAY, 7)
    back = away(watched.business.path)
    keep = WorkbookOffice.keep

    def dying(self: WorkbookOffice, incidents: Incidents) -> bool:
        if any(one.told for one in incidents.found.values()):
            raise KeyboardInterrupt
        return keep(self, incidents)

    with monkeypatch.context() as patch:
        patch.setattr(WorkbookOffice, "keep", dying)
        with pytest.raises(KeyboardInterrupt):
            watched.look(MONDAY, 7)
    back()
    assert watched.jobs(MONDAY, 8) == ["daily"]
    assert [one for one in watched.subjects() if "sheetops" in one] == [
        "sheetops could not do its work", "sheetops works again",
    ]  # fmt: skip


def test_with_the_ledger_gone_the_owner_is_told_past_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.jobs(FRIDAY, 7)
    before = len(watched.subjects())

    def gone(*_arguments: object) -> None:
        raise LedgerError("The ledger cannot be opened.", "Look at its disk.")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "open", gone)
        for hour in (7, 8, 9):
            (done,) = watched.look(MONDAY, hour)
            assert isinstance(done.error, LedgerError)
    assert watched.subjects()[before:] == ["sheetops could not do its work"]


def test_in_preview_nobody_is_mailed(tmp_path: Path) -> None:
    watched = Watched(MemoryBusiness(tmp_path, settings=OWNER | {"Sending": "preview"}))
    watched.jobs(FRIDAY, 7)
    away(watched.business.path)
    watched.look(MONDAY, 7)
    assert watched.business.mails() == []


def test_another_computer_s_business_is_told_there(tmp_path: Path) -> None:
    watched = Watched(MemoryBusiness(tmp_path, settings=OWNER | {"Sending computer": "another"}))
    watched.jobs(FRIDAY, 7)
    away(watched.business.path)
    watched.look(MONDAY, 7)
    assert watched.business.mails() == []


def test_a_try_that_failed_is_in_the_ledger_and_waits(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: Request) -> None:
        raise WorkbookMissing("Gone in the meantime.", "Bring it back.")

    with monkeypatch.context() as patch:
        patch.setattr("sheetops.jobs.daily.daily", broken)
        assert len(watched.look(FRIDAY, 7)) == 1
        assert watched.look(FRIDAY, 7, 4) == ()
    (run,) = watched.runs()[:1] if watched.runs()[0].job == "daily" else watched.runs()[1:2]
    assert (run.job, run.result) == ("daily", "failed")
    assert watched.jobs(FRIDAY, 7, 6) == ["daily"]


def test_a_spoilt_memory_is_made_anew(watched: Watched) -> None:
    watched.jobs(FRIDAY, 7)
    memory = watched.business.settings.memory_at
    memory.write_text("{", encoding="utf-8")
    assert watched.jobs(FRIDAY, 8) == []
    assert json.loads(memory.read_text(encoding="utf-8"))["known"]["owner"] == "olga@example.org"


@pytest.mark.parametrize(
    ("typed", "hour"), [("09:30", time(9, 30)), ("9", time(9)), ("no hour", time(7))]
)
def test_the_hour_stands_in_settings(tmp_path: Path, typed: str, hour: time) -> None:
    watched = Watched(
        MemoryBusiness(tmp_path, settings={"Daily job at": typed, "Weekly report on": "never"})
    )
    moment = datetime.combine(FRIDAY, hour, tzinfo=UTC)
    early = moment - timedelta(minutes=1)
    assert watched.jobs(FRIDAY, early.hour, early.minute) == []
    assert watched.jobs(FRIDAY, moment.hour, moment.minute) == ["daily"]


def test_a_sign_of_life_that_fails_stops_nothing(watched: Watched) -> None:
    schedule = watched.business.settings.schedule.model_copy(
        update={"heartbeat": "http://127.0.0.1:9"}
    )
    settings = watched.business.settings.model_copy(update={"schedule": schedule})
    moment = datetime(2026, 11, 20, 7, tzinfo=UTC)
    request = replace(
        watched.business.request(), settings=settings, today=None, clock=lambda: moment
    )
    office = WorkbookOffice(request)
    (done,) = look(office, request.clock)
    assert done.error is None
    assert len(office.signs) == 2
