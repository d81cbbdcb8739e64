"""Two schedulers, or a scheduler and a person, on the same day: it has one run all the same."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from sheetops.errors import AnotherRun
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.jobs.scheduler.due import Job
from sheetops.jobs.scheduler.tick import Done, look
from sheetops.jobs.scheduler.worker import WorkbookOffice
from sheetops.ledger import Ledger, Run
from tests.jobs.small import FRIDAY, Business

SETTINGS = {"Owner's address": "olga@example.org", "Weekly report on": "Friday 7:00"}
MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LOOKERS = 3


def requested(business: Business) -> Request:
    return Request(business.settings, clock=lambda: MOMENT)


def looked(business: Business) -> tuple[Done, ...]:
    request = requested(business)
    return look(WorkbookOffice(request), request.clock)


def results(business: Business, job: Job) -> list[str]:
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        return sorted(one.result for one in ledger.runs(50) if one.job == job)


class Slow(WorkbookOffice):
    """A look in the midst of which, once it knows what is due, something else happens.

    It is of another computer with the same ledger: looks of one computer wait for each other.
    """

    def alone(self) -> AbstractContextManager[bool]:
        return nullcontext(enter_result=True)

    def __init__(self, business: Business, meanwhile: Sequence[str]) -> None:
        super().__init__(requested(business))
        self.business = business
        self.meanwhile = meanwhile

    def runs(self) -> Sequence[Run]:
        known = super().runs()
        for what in self.meanwhile:
            if what == "look":
                looked(self.business)
            else:
                daily.daily(requested(self.business))
        return known


def test_a_look_that_lost_the_race_does_nothing(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS)
    office = Slow(business, ["look"])
    done = look(office, office.request.clock)
    assert [(one.job, one.result) for one in done] == [
        ("daily", "done by another run"), ("capacity", "done by another run"),
    ]  # fmt: skip
    assert results(business, "daily") == ["done", "not needed"]
    assert results(business, "capacity") == ["done", "not needed"]
    assert [row["Job"] for row in business.rows("Runs")] == ["daily", "capacity"]
    assert not office.memory.incidents.found


def test_a_look_of_this_computer_waits_for_the_one_under_way(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS)
    with WorkbookOffice(requested(business)).alone() as alone:
        assert alone
        assert looked(business) == ()
        assert not business.mails()
    assert [one.job for one in looked(business)] == ["daily", "capacity"]


def test_a_person_may_come_first(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS | {"Weekly report on": "never"})
    office = Slow(business, ["person"])
    (done,) = look(office, office.request.clock)
    assert done.result == "done by another run"
    assert results(business, "daily") == ["done", "not needed"]


def test_a_person_may_run_the_day_as_often_as_they_like(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS)
    looked(business)
    daily.daily(requested(business))
    assert results(business, "daily") == ["done", "done"]


def test_a_week_full_of_looks_does_not_hide_its_report(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS)
    looked(business)
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        for _ in range(70):
            ledger.end_run(ledger.begin_run("look", FRIDAY, MOMENT), "done", {}, at=MOMENT)
    assert looked(business) == ()


def _look(business: Business, barrier: Barrier, ended: SimpleQueue[str]) -> None:
    request = requested(business)
    office = WorkbookOffice(request)
    office.timetable()  # so that all of them know at the same moment what is due
    due = office.runs()
    barrier.wait(60)
    assert not due
    jobs: list[Job] = ["daily", "capacity"]
    while jobs:
        try:
            ended.put(office.do(jobs[0], FRIDAY))
        except AnotherRun:
            time.sleep(0.02)
        else:
            jobs.pop(0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks are forked, to be quick")
def test_processes_that_look_at_the_same_moment(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=SETTINGS)
    fork = multiprocessing.get_context("fork")
    barrier, ended = fork.Barrier(LOOKERS), fork.SimpleQueue()
    lookers = [fork.Process(target=_look, args=(business, barrier, ended)) for _ in range(LOOKERS)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join(60)
    said = Counter(ended.get() for _ in range(2 * LOOKERS))
    assert said == {"done": 2, "done by another run": 2 * (LOOKERS - 1)}
    assert results(business, "daily").count("done") == 1
    assert results(business, "capacity").count("done") == 1
