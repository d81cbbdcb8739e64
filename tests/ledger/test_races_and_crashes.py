"""Several processes at once, and runs that die anywhere: still never twice, never lost."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.errors import AnotherRun, LedgerError
from sheetops.ledger import Ledger
from sheetops.ledger.database import RunLock
from sheetops.model.mail import Mail
from tests.examples import examples
from tests.ledger.ledger_mails import DAY, NOW, item, mail

FORK = multiprocessing.get_context("fork")  # they share what was imported, and start at once
MAILS = [mail(f"C{n}") for n in range(40)]


def _race(place: Path | str, barrier: Barrier, answers: Queue[object], locked: bool) -> None:
    if not locked:
        setattr(RunLock, "take", lambda _self: None)  # noqa: B010 - mypy forbids assigning it
    try:
        barrier.wait(60)
        with Ledger.open(place, "wb1") as ledger:
            run = ledger.begin_run("daily", DAY, NOW)
            taken = ledger.claim(run, MAILS, NOW).mails
            answers.put([one.key for one in taken])
            barrier.wait(60)
    except AnotherRun:
        answers.put("another run")
        barrier.wait(60)
    except LedgerError as error:
        answers.put(str(error))
        barrier.wait(60)


def raced(place: Path | str, starters: int, *, locked: bool) -> list[object]:
    """What so many processes got, all starting at once on a ledger that is not there yet."""
    barrier = FORK.Barrier(starters)
    answers: Queue[object] = FORK.Queue()
    args = (place, barrier, answers, locked)
    processes = [FORK.Process(target=_race, args=args) for _ in range(starters)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
        process.close()
    answers.close()
    answers.join_thread()
    return found


def test_of_several_starters_at_once_one_wins(place: Path | str) -> None:
    found = raced(place, 4, locked=True)
    assert found.count("another run") == 3
    assert [one.key for one in MAILS] in found


def test_even_without_the_lock_each_mail_is_claimed_once(place: Path | str) -> None:
    found = raced(place, 3, locked=False)
    assert all(isinstance(one, list) for one in found)
    taken = Counter(key for one in found if isinstance(one, list) for key in one)
    assert taken == dict.fromkeys((one.key for one in MAILS), 1)


# ---- dying anywhere


class Killed(Exception):
    """Stands for the process being gone."""


class Outbox:
    """A transport that remembers every message that reached anyone; it may be asked, or not."""

    def __init__(self, *, can_tell: bool) -> None:
        self.can_tell = can_tell
        self.reached: Counter[str] = Counter()

    def was_accepted(self, key: str) -> bool | None:
        return key in self.reached if self.can_tell else None


def one_run(place: Path, outbox: Outbox, day: int, point: Callable[[], None]) -> None:
    """A day's run as it should be written, with a chance to die between any two steps."""
    today, now = DAY + timedelta(day), NOW + timedelta(day)
    with Ledger.open(place, "wb1") as ledger:
        run = ledger.begin_run("daily", today, now)
        point()
        ledger.recover(outbox, now)
        point()
        known = ledger.history(today).sent
        due = [one for one in FOLLOW_UPS if one.key not in known or not known[one.key].is_settled]
        by_client = {one.client: [x for x in due if x.client == one.client] for one in due}
        proposed = [mail(client, *items, day=today) for client, items in by_client.items()]
        for claimed in ledger.claim(run, proposed, now).mails:
            point()
            ledger.handing(claimed.key, now)
            point()
            outbox.reached.update(reaching(claimed))
            point()
            ledger.accepted(claimed.key, now)
        point()
        ledger.end_run(run, "done", {}, at=now)


FOLLOW_UPS = [item(f"C{n}", step) for n in range(3) for step in ("Form", "Call")]


def reaching(one: Mail) -> list[str]:
    return [one.key, *(part.key for part in one.items)]


@examples(0.3)
@given(deaths=st.lists(st.integers(0, 14), max_size=5), can_tell=st.booleans())
def test_a_run_may_die_anywhere(deaths: list[int], can_tell: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "x.db"
        outbox = Outbox(can_tell=can_tell)
        for day, steps in enumerate([*deaths, 10**6]):
            left = iter(range(steps))

            def point(left: object = left) -> None:
                if next(left, None) is None:  # type: ignore[call-overload]  # an iterator
                    raise Killed

            try:
                one_run(place, outbox, day, point)
            except Killed:
                continue
        with Ledger.open(place, "wb1") as ledger:
            found = {key: known.state for key, known in ledger.outcomes().items()}
    doubts = {key for key, state in found.items() if state == "in doubt"}
    reached = {one.key: outbox.reached[one.key] for one in FOLLOW_UPS}
    assert max(reached.values()) <= 1, "never twice"
    assert {key for key, times in reached.items() if not times} <= doubts, "never lost"
    assert not (can_tell and doubts), "a folder leaves no doubt"
    assert set(found.values()) <= {"accepted", "in doubt"}


# ---- speed


@pytest.mark.long
def test_a_thousand_mails_are_claimed_and_a_hundred_thousand_remembered_fast(place: Path) -> None:
    with Ledger.open(place, "wb1") as ledger:
        run = ledger.begin_run("daily", DAY, NOW)
        began = time.perf_counter()
        for day in range(100):
            today = DAY + timedelta(day)
            clients = [f"C{n}" for n in range(1000)]
            many = [mail(one, item(one, f"Step {day}"), day=today) for one in clients]
            assert len(ledger.claim(run, many, NOW).mails) == 1000
        claiming = (time.perf_counter() - began) / 100
        began = time.perf_counter()
        assert len(ledger.history(DAY).sent) == 100_000
        reading = time.perf_counter() - began
    assert claiming < 2
    assert reading < 2
