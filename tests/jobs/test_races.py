"""Several runs at the same moment: of one computer, or of two with a ledger each; one sender."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from sheetops import failpoints
from sheetops.errors import AnotherRun, SheetopsError, WriteRefused
from sheetops.jobs import daily
from sheetops.jobs.context import Clock, Request
from sheetops.ledger import Ledger
from sheetops.settings import LedgerSettings, MailSettings, Settings
from sheetops.stores import lock
from tests.jobs.small import Business

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked, to be quick")


def settings_of(business: Business, computer: str) -> Settings:
    """As a computer of that name has them: its own outbox and ledger, and the shared workbook."""
    return business.settings.model_copy(
        update={
            "mail": MailSettings(outbox=business.folder / computer / "outbox", computer=computer),
            "ledger": LedgerSettings(path=business.folder / computer / "ledger" / "x.ledger"),
        }
    )


def ticking(business: Business) -> Clock:
    """Eight o'clock, and it goes on: by it a run tells what ended after it looked."""
    moment, began = business.request().clock(), time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - began)


def _start(request: Request, barrier: Barrier, ended: SimpleQueue[str]) -> None:
    barrier.wait(60)
    try:
        done = daily.daily(request)
        ended.put(f"sent {len(done.sending.accepted)}")
    except SheetopsError as error:
        ended.put(type(error).__name__)


def race(business: Business, computers: list[str]) -> list[str]:
    """How the runs of these computers ended, all begun at the same moment."""
    fork = multiprocessing.get_context("fork")
    barrier, ended = fork.Barrier(len(computers)), fork.SimpleQueue()
    today, clock = business.request().today, ticking(business)
    runners = [
        fork.Process(
            target=_start,
            args=(Request(settings_of(business, name), today, clock=clock), barrier, ended),
        )
        for name in computers
    ]
    for runner in runners:
        runner.start()
    found = [ended.get() for _ in runners]
    for runner in runners:
        runner.join(60)
    return found


def outboxes(business: Business) -> dict[str, int]:
    """Mails by computer, of those that sent any."""
    return dict(Counter(path.parts[-3] for path in business.folder.glob("*/outbox/*.eml")))


def test_of_twenty_starters_at_once_one_wins(tmp_path: Path) -> None:
    business = Business(tmp_path)
    found = race(business, ["OFFICE"] * 20)
    assert found.count("sent 4") == 1
    assert set(found) <= {"sent 4", "sent 0", "AnotherRun"}
    assert outboxes(business) == {"OFFICE": 4}


def test_a_run_that_was_overtaken_reads_the_workbook_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = Business(tmp_path)
    request = Request(business.settings, business.request().today, clock=ticking(business))
    opened, overtaken = Ledger.open, []

    def overtake(place: Path | str, workbook_id: str) -> Ledger:
        monkeypatch.setattr(Ledger, "open", opened)
        overtaken.append(daily.daily(request))
        return opened(place, workbook_id)

    monkeypatch.setattr(Ledger, "open", overtake)
    late = daily.daily(request)
    assert [len(one.sending.accepted) for one in (*overtaken, late)] == [4, 0]
    assert late.receipt.rows == 0


@pytest.mark.parametrize("attempt", range(4))
def test_of_two_computers_with_a_ledger_each_one_sends(tmp_path: Path, attempt: int) -> None:
    business = Business(tmp_path)
    for _ in range(2):
        race(business, ["OFFICE", "LAPTOP"][:: 1 if attempt % 2 else -1])
    assert list(outboxes(business).values()) == [4]
    computers = {row["Computer"] for row in business.rows("Runs") if row["Ledger"]}
    assert computers == set(outboxes(business))


# ---- the mark beside the workbook


def held(path: Path, ledger: str = "1234") -> None:
    """A run of a ledger that holds the workbook, and is done with it at once."""
    with lock.workbook_lock(path, ledger, "OFFICE", datetime(2026, 11, 20, 8, tzinfo=UTC)):
        pass


def die_in_it(path: Path, point: str, *, links: bool = True) -> None:
    """A run in a process of its own that dies at a point while it takes the mark."""

    def no_links(*_names: object) -> None:
        raise PermissionError("this drive knows no links")

    child = os.fork()
    if not child:
        failpoints.reach = failpoints.dying_at(point)
        if not links:
            os.link = no_links  # type: ignore[assignment] # gone with this process
        held(path, "dead")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == failpoints.STATUS


def test_a_run_that_dies_before_its_mark_has_its_name_keeps_nobody_away(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    die_in_it(path, "mark: written")
    assert [one.name for one in tmp_path.iterdir()] == [".clients.xlsx.sheetops-run.dead"]
    held(path)
    held(path, "dead")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_dies_with_its_mark_keeps_others_away_until_it_has_run_again(
    tmp_path: Path,
) -> None:
    path = tmp_path / "clients.xlsx"
    die_in_it(path, "mark: taken")
    with pytest.raises(AnotherRun, match="OFFICE is working with this workbook since"):
        held(path)
    held(path, "dead")
    held(path)
    assert list(tmp_path.iterdir()) == []


def test_on_a_drive_without_links_an_empty_mark_heals_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clients.xlsx"
    mark = tmp_path / ".clients.xlsx.sheetops-run"
    die_in_it(path, "mark: still empty", links=False)
    assert mark.read_bytes() == b""
    monkeypatch.setattr(lock, "_PATIENCE", 0.2)
    held(path)
    assert not mark.exists()


def test_an_empty_mark_whose_run_lives_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    mark = tmp_path / ".clients.xlsx.sheetops-run"
    mark.touch()
    child = os.fork()
    if not child:
        time.sleep(0.3)
        mark.write_text("other\nLAPTOP\n")
        os._exit(0)
    with pytest.raises(AnotherRun, match="LAPTOP"):
        held(path)
    os.waitpid(child, 0)
    assert mark.read_text() == "other\nLAPTOP\n"


def test_a_mark_that_is_filled_at_the_last_moment_is_given_back(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.write_text("other\n")
    assert not lock._is_away(mark, tmp_path / "away")
    assert mark.read_text() == "other\n"
    assert not lock._is_away(tmp_path / "none", tmp_path / "away")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="cannot be written"):
        held(tmp_path / "none" / "clients.xlsx")
