"""Several runs at the same moment: of one computer, or of two with a ledger each; one sender."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from sheetops import run
from sheetops.errors import SheetopsError
from sheetops.settings import LedgerSettings, MailSettings, Settings
from tests.run.small import Business

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs are forked, to be quick")


def settings_of(business: Business, computer: str) -> Settings:
    """As a computer of that name has them: its own outbox and ledger, and the shared workbook."""
    return business.settings.model_copy(
        update={
            "mail": MailSettings(outbox=business.folder / computer / "outbox", computer=computer),
            "ledger": LedgerSettings(path=business.folder / computer / "ledger" / "x.ledger"),
        }
    )


def _start(
    settings: Settings, business: Business, barrier: Barrier, ended: SimpleQueue[str]
) -> None:
    request = run.Request(settings, business.request().today, clock=business.request().clock)
    barrier.wait(60)
    try:
        done = run.daily(request)
        ended.put(f"sent {len(done.sending.accepted)}")
    except SheetopsError as error:
        ended.put(type(error).__name__)


def race(business: Business, computers: list[str]) -> list[str]:
    """How the runs of these computers ended, all begun at the same moment."""
    fork = multiprocessing.get_context("fork")
    barrier, ended = fork.Barrier(len(computers)), fork.SimpleQueue()
    runners = [
        fork.Process(target=_start, args=(settings_of(business, name), business, barrier, ended))
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


@pytest.mark.parametrize("attempt", range(4))
def test_of_two_computers_with_a_ledger_each_one_sends(tmp_path: Path, attempt: int) -> None:
    business = Business(tmp_path)
    for _ in range(2):
        race(business, ["OFFICE", "LAPTOP"][:: 1 if attempt % 2 else -1])
    assert list(outboxes(business).values()) == [4]
    computers = {row["Computer"] for row in business.rows("Runs") if row["Ledger"]}
    assert computers == set(outboxes(business))
