"""Since when a client's Status has stood as it does, of those who have no steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text

from sheetops.ledger import Ledger
from sheetops.model.history import SeenStatus
from tests.ledger.ledger_mails import DAY

NEW = SeenStatus("Proposal sent", date(2026, 11, 2))
LATER = SeenStatus("Negotiation", date(2026, 11, 20))


def test_what_was_seen_comes_back_and_only_what_differs_is_written(ledger: Ledger) -> None:
    assert ledger.record_statuses({"C1": NEW, "C2": NEW}) == 2
    assert ledger.record_statuses({"C1": LATER, "C2": NEW}) == 1
    assert ledger.record_statuses({"C2": NEW}) == 0
    assert ledger.history(DAY).statuses == {"C1": LATER, "C2": NEW}


def test_a_ledger_of_the_fifth_version_gains_the_table(ledger: Ledger, place: Path | str) -> None:
    ledger.close()
    url = place if "://" in str(place) else f"sqlite:///{place}"
    engine = create_engine(str(url))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE statuses"))
        connection.execute(text("UPDATE meta SET value = '5' WHERE name = 'version'"))
    engine.dispose()
    with Ledger.open(place, "wb1") as later:
        assert later.record_statuses({"C1": NEW}) == 1
