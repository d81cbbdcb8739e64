"""What clients did is kept once, though they are deleted from the sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text

from sheetops.ledger import Ledger
from sheetops.model.history import PastClient, PastStep, written
from tests.ledger.ledger_mails import DAY

STEP = ("Contract", 1.0, "Client", 20000, 20003, None)
ANNA = PastClient("C1", date(2026, 1, 5), "Coaching", None, 900.0, written([STEP]))


def kept(ledger: Ledger) -> list[PastClient]:
    return list(ledger.history(DAY).past)


def test_what_was_seen_comes_back_as_it_was(ledger: Ledger) -> None:
    nobody_knows = replace(ANNA, client="C2", start=None, value=None)
    assert ledger.record_past([ANNA, nobody_knows]) == 2
    assert kept(ledger) == [nobody_knows, ANNA]
    assert kept(ledger)[1].steps == (PastStep(*STEP),)
    assert ledger.history(DAY).client_keys == {"C1", "C2"}


def test_only_what_differs_is_written(ledger: Ledger) -> None:
    ledger.record_past([ANNA])
    assert ledger.record_past([ANNA]) == 0
    finished = replace(ANNA, finish=date(2026, 3, 2))
    assert ledger.record_past([finished]) == 1
    assert kept(ledger) == [finished]
    assert ledger.record_past([]) == 0
    assert kept(ledger) == [finished]  # deleted from the sheet, and still here


def test_a_corrected_start_leaves_one_row_and_a_second_time_two(ledger: Ledger) -> None:
    ledger.record_past([replace(ANNA, finish=date(2026, 3, 2))])
    corrected = replace(ANNA, start=date(2026, 1, 6), finish=date(2026, 3, 2))
    ledger.record_past([corrected])
    assert kept(ledger) == [corrected]
    again = replace(ANNA, start=date(2026, 6, 1))
    ledger.record_past([again])
    assert kept(ledger) == [corrected, again]


def test_a_ledger_of_the_first_version_gains_the_table(ledger: Ledger, place: Path | str) -> None:
    ledger.close()
    url = place if "://" in str(place) else f"sqlite:///{place}"
    engine = create_engine(str(url))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE past"))
        connection.execute(text("UPDATE meta SET value = '1' WHERE name = 'version'"))
    engine.dispose()
    with Ledger.open(place, "wb1") as later:
        assert kept(later) == []
        assert later.record_past([ANNA]) == 1
