"""Which steps wait for the disk, and that no other step is any less durable for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from sheetops import failpoints
from sheetops.errors import LedgerError
from sheetops.ledger import Ledger, database
from tests.ledger.ledger_mails import DAY, LATER, NOW, claimed, mail, states

NORMAL, FULL = 1, 2
"""SQLite's `synchronous` where the last writes may wait for the next commit, and where not."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """In a file: only there a commit may wait."""
    with Ledger.open(tmp_path / "x.db", "wb1") as opened:
        yield opened


@pytest.fixture
def commits(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How durable each commit of the kept connection is."""
    found: list[int] = []

    def look(point: str) -> None:
        connection = ledger._kept._connection
        if point == "ledger: before the commit" and connection is not None:
            found.append(connection.cursor().execute("PRAGMA synchronous").fetchone()[0])

    monkeypatch.setattr(failpoints, "reach", look)
    return found


def of_others(ledger: Ledger) -> int:
    """How durable the commits of every other step are."""
    with database.writing(ledger._engine) as connection:
        return int(connection.execute(text("PRAGMA synchronous")).scalar_one())


def test_handing_waits_for_the_disk_and_accepted_goes_with_the_next_step(
    ledger: Ledger, commits: list[int]
) -> None:
    claimed(ledger, mail("C1"), mail("C2"))
    for one in (mail("C1"), mail("C2")):
        ledger.handing(one.key, NOW)
        assert not ledger._kept.unsettled
        ledger.accepted(one.key, LATER)
        assert ledger._kept.unsettled
    assert commits == [FULL, NORMAL, FULL, NORMAL]
    assert of_others(ledger) == FULL
    kept = ledger._kept._connection.dbapi_connection
    ledger._kept.close()  # and now others may get it
    assert kept.execute("PRAGMA synchronous").fetchone() == (FULL,)


def test_what_was_accepted_outlives_the_process_before_it_is_settled(
    ledger: Ledger, tmp_path: Path
) -> None:
    claimed(ledger, mail("C1"))
    ledger.handing(mail("C1").key, NOW)
    ledger.accepted(mail("C1").key, LATER)
    with Ledger.open(tmp_path / "x.db", "wb1") as other:  # as after a death: nothing was closed
        assert set(states(other).values()) == {"accepted"}


def test_settling_writes_once_and_only_where_something_waits(ledger: Ledger) -> None:
    claimed(ledger, mail("C1"))
    ledger.handing(mail("C1").key, NOW)
    ledger.settle(NOW)
    assert "settled" not in notes(ledger)
    ledger.accepted(mail("C1").key, LATER)
    ledger.settle(LATER)
    assert notes(ledger)["settled"] == LATER.isoformat()
    ledger.settle(NOW)
    assert notes(ledger)["settled"] == LATER.isoformat()


def notes(ledger: Ledger) -> dict[str, str]:
    with database.reading(ledger._engine) as connection:
        return database._notes(connection)


def test_a_step_that_fails_leaves_nothing_and_the_next_one_can_be_made(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed(ledger, mail("C1"))

    def full(point: str) -> None:
        if point == "ledger: before the commit":
            raise SQLAlchemyError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(failpoints, "reach", full)
        with pytest.raises(LedgerError, match="full"):
            ledger.handing(mail("C1").key, NOW)
    assert set(states(ledger).values()) == {"claimed"}
    ledger.handing(mail("C1").key, NOW)
    assert set(states(ledger).values()) == {"handing"}


def test_another_run_cannot_hand_over_what_this_one_claimed(ledger: Ledger, tmp_path: Path) -> None:
    claimed(ledger, mail("C1"))
    ledger.close()
    with Ledger.open(tmp_path / "x.db", "wb1") as other:
        other.begin_run("daily", DAY, LATER)
        with pytest.raises(LedgerError, match="claimed by another run"):
            other.handing(mail("C1").key, LATER)
        assert set(states(other).values()) == {"claimed"}
