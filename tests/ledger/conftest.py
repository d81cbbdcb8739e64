"""Ledgers that are closed afterwards: on SQLite, or on the PostgreSQL that a variable names.

`SHEETOPS_TEST_POSTGRES=postgresql+psycopg://… pytest tests/ledger/test_sending.py` empties that
database before each test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sheetops.ledger import Ledger


@pytest.fixture
def place(tmp_path: Path) -> Path | str:
    url = os.environ.get("SHEETOPS_TEST_POSTGRES", "")
    if not url:
        return tmp_path / "ledger" / "business.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def ledger(place: Path | str) -> Iterator[Ledger]:
    with Ledger.open(place, "wb1") as opened:
        yield opened
