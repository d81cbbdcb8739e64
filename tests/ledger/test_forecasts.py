"""Forecasts are kept as they were made, one of a week and horizon, with what came of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from sheetops.ledger import Ledger
from sheetops.model.history import PastForecast
from tests.ledger.ledger_mails import DAY

MONDAY = date(2026, 3, 2)
FOUR = PastForecast(MONDAY, MONDAY + timedelta(27), 4, 12.5, 9.0)
EIGHT = PastForecast(MONDAY, MONDAY + timedelta(55), 8, 25.25, 12.0)


def kept(ledger: Ledger) -> list[PastForecast]:
    return list(ledger.history(DAY).forecasts)


def test_what_was_said_comes_back_as_it_was(ledger: Ledger) -> None:
    later = PastForecast(MONDAY + timedelta(7), MONDAY + timedelta(34), 4, 11.0, 8.5)
    assert ledger.record_forecasts([later, EIGHT, FOUR]) == 3
    assert kept(ledger) == [FOUR, EIGHT, later]


def test_the_first_of_a_week_stays(ledger: Ledger) -> None:
    ledger.record_forecasts([FOUR])
    friday = PastForecast(MONDAY + timedelta(4), MONDAY + timedelta(31), 4, 99.0, 98.0)
    assert ledger.record_forecasts([friday]) == 0
    assert kept(ledger) == [FOUR]
    both = [replace_made(EIGHT, 2), replace_made(EIGHT, 3)]
    ledger.record_forecasts(both)
    assert kept(ledger) == [FOUR, both[0]]


def replace_made(one: PastForecast, days: int) -> PastForecast:
    return one._replace(made=one.made + timedelta(days))


def test_what_came_of_it_is_added_once(ledger: Ledger) -> None:
    ledger.record_forecasts([FOUR, EIGHT])
    assert ledger.record_forecasts([FOUR._replace(actual=14, actual_open=9)]) == 1
    assert ledger.record_forecasts([FOUR._replace(actual=15)]) == 0
    assert ledger.record_forecasts([FOUR._replace(actual=None)]) == 0
    assert kept(ledger) == [FOUR._replace(actual=14, actual_open=9), EIGHT]
    assert ledger.record_forecasts([]) == 0


def test_a_ledger_of_the_third_version_gains_the_table(ledger: Ledger, place: Path | str) -> None:
    ledger.close()
    url = place if "://" in str(place) else f"sqlite:///{place}"
    engine = create_engine(str(url))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE forecasts"))
        connection.execute(text("UPDATE meta SET value = '3' WHERE name = 'version'"))
    engine.dispose()
    with Ledger.open(place, "wb1") as later:
        assert kept(later) == []
        later.record_forecasts([FOUR])
        assert kept(later) == [FOUR]
