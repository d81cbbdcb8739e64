"""What runs wrote into the workbook is kept as it was, for as long as it may be undone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from sheetops.errors import LedgerError
from sheetops.ledger import Ledger, journal
from sheetops.model.history import OfferPath, Written
from sheetops.workbook.changes import CellChange, Changes, NewRow, TabLayout
from sheetops.workbook.raw import NO_VALUE, CellError, Value
from tests.ledger.ledger_mails import DAY, NOW

LAYOUT = {"Clients": TabLayout("Clients", 1, {"Flag": 2, "Why": 3}, {"C1": 2})}
PATH: OfferPath = (("kick-off", 1.0), ("report", 2.5))


def change(old: Value, new: Value, key: str = "C1", heading: str = "Flag") -> CellChange:
    return CellChange("Clients", key, heading, old, new)


def changes(*cells: CellChange, rows: tuple[NewRow, ...] = ()) -> Changes:
    return Changes(cells, rows, LAYOUT, "as read")


def a_run(ledger: Ledger, *writes: Changes, days: int = 0) -> str:
    run = ledger.begin_run("daily", DAY, NOW + timedelta(days))
    for one in writes:
        ledger.record_writing(one)
    ledger.end_run(run, "done", {}, at=NOW + timedelta(days))
    return run


@pytest.mark.parametrize(
    "value",
    [
        "Stalled", "007", "=1+1", "{}", "two\nlines 🌻", 3, 2.5, 0.1 + 0.2, True, DAY,
        datetime.combine(DAY, time(7, 5)), time(7, 5), timedelta(hours=30), NO_VALUE,
        CellError("#REF!"),
    ],
)  # fmt: skip
def test_every_kind_of_value_comes_back_as_it_was(ledger: Ledger, value: Value) -> None:
    run = a_run(ledger, changes(change(value, None), change(None, value, heading="Why")))
    back = ledger.written_by(run)
    assert back.cells == (change(value, None), change(None, value, heading="Why"))
    assert [type(one.old) for one in back.cells] == [type(value), type(None)]


def test_what_pandas_and_numpy_make_of_values_is_kept_as_plain_ones(ledger: Ledger) -> None:
    made: list[Any] = [pd.Timestamp(2026, 11, 20), np.float64(2.5), np.int64(3), np.bool_(True)]
    cells = [change(None, one, key=f"C{at}") for at, one in enumerate(made)]
    back = ledger.written_by(a_run(ledger, changes(*cells)))
    assert [one.new for one in back.cells] == made
    assert [type(one.new) for one in back.cells] == [datetime, float, int, bool]


def test_several_writes_of_a_run_are_one(ledger: Ledger) -> None:
    first = changes(change(None, "On track"), change("a", "b", "C2"))
    second = changes(change("On track", "Stalled"), change("b", "a", "C2"))
    run = a_run(ledger, first, second)
    assert ledger.written_by(run).cells == (change(None, "Stalled"),)


def test_added_rows_are_kept_with_what_was_really_written(ledger: Ledger) -> None:
    row = NewRow("Clients", "C9", {"Flag": "On track", "No such heading": 1})
    run = a_run(ledger, changes(rows=(row,)))
    assert ledger.written_by(run).rows == (NewRow("Clients", "C9", {"Flag": "On track"}),)


def test_what_was_not_written_after_all_is_forgotten(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    number = ledger.record_writing(changes(change(None, "Stalled")))
    ledger.forget_writing(number)
    assert ledger.written_by(run) == Written(run)
    assert ledger.runs_that_wrote() == []


def test_nothing_is_written_outside_of_a_run(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="No run has begun"):
        ledger.record_writing(changes(change(None, "Stalled")))


def test_the_last_twenty_runs_that_wrote_are_kept(ledger: Ledger) -> None:
    runs = [a_run(ledger, changes(change(None, n)), days=n) for n in range(journal.KEPT + 3)]
    quiet = a_run(ledger, days=99)
    assert ledger.runs_that_wrote() == runs[:2:-1]
    assert not ledger.written_by(runs[2])
    assert not ledger.written_by(quiet)
    assert ledger.written_by(runs[3])


def test_what_was_written_is_forgotten_with_the_words_of_mails(ledger: Ledger) -> None:
    run = a_run(ledger, changes(change(None, "Stalled")))
    ledger.forget_words(DAY)
    assert ledger.written_by(run)
    ledger.forget_words(DAY + timedelta(1))
    assert not ledger.written_by(run)


def test_what_a_run_laid_out_is_forgotten_for_those_whose_steps_it_takes_back(
    ledger: Ledger,
) -> None:
    before = ledger.begin_run("daily", DAY, NOW)
    ledger.record_laid_out(before, [("C1", "coaching")])
    ledger.record_paths({("C1", "coaching"): PATH[:1]})
    ledger.end_run(before, "done", {}, at=NOW)
    run = ledger.begin_run("daily", DAY, NOW + timedelta(hours=1))
    ledger.record_laid_out(run, [("C2", "coaching"), ("C3", "coaching"), ("C1", "coaching")])
    ledger.record_paths({("C1", "coaching"): PATH, ("C2", "coaching"): PATH})
    ledger.end_run(run, "done", {}, at=NOW + timedelta(hours=1))

    undo = ledger.begin_run("undo", DAY, NOW + timedelta(hours=2))
    ledger.forget_laid_out(run, ["C1", "C2"])
    known = ledger.history(DAY)
    assert known.laid_out == {("C1", "coaching"), ("C3", "coaching")}
    assert known.paths == {("C1", "coaching"): PATH[:1]}
    ledger.forget_laid_out(undo, ["C1", "C2"])
    assert ledger.history(DAY).paths == {("C1", "coaching"): PATH, ("C2", "coaching"): PATH}


def test_a_path_that_changed_since_stays(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    ledger.record_paths({("C1", "coaching"): PATH})
    ledger.end_run(run, "done", {}, at=NOW)
    ledger.record_paths({("C1", "coaching"): PATH[:1]})
    ledger.forget_laid_out(run, ["C1"])
    assert ledger.history(DAY).paths == {("C1", "coaching"): PATH[:1]}


def test_a_workbook_of_an_earlier_moment_is_laid_out_again_from_there(ledger: Ledger) -> None:
    for at, client in enumerate(["C1", "C2", "C3"]):
        run = ledger.begin_run("daily", DAY, NOW + timedelta(days=at))
        ledger.record_laid_out(run, [(client, "coaching")])
        ledger.record_paths({(client, "coaching"): PATH})
        ledger.end_run(run, "done", {}, at=NOW + timedelta(days=at, hours=1))
    ledger.is_of(NOW + timedelta(days=1, minutes=5))  # while the second was at work
    assert ledger.history(DAY).laid_out == {("C1", "coaching")}
    assert ledger.history(DAY).paths == {("C1", "coaching"): PATH}


def test_a_ledger_of_the_fourth_version_gains_the_table(ledger: Ledger, place: Path | str) -> None:
    ledger.close()
    url = place if "://" in str(place) else f"sqlite:///{place}"
    engine = create_engine(str(url))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE writings"))
        connection.execute(text("UPDATE meta SET value = '4' WHERE name = 'version'"))
    engine.dispose()
    with Ledger.open(place, "wb1") as later:
        run = a_run(later, changes(change(None, "Stalled")))
        assert later.written_by(run).cells == (change(None, "Stalled"),)
