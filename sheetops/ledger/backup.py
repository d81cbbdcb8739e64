"""Copies of the ledger: whole, safe on the disk before they get their name, and not too many."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from sheetops import failpoints
from sheetops.errors import LedgerError
from sheetops.ledger import database


def copy_ledger(engine: Engine, folder: Path, at: datetime, keep: int) -> Path | None:
    """Copy a SQLite ledger into `folder`, and keep the newest `keep` copies; see Ledger.backup."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return None
    stem = Path(file).stem
    target = folder / f"{stem}-{at.astimezone(UTC):%Y%m%d-%H%M%S}.db"
    partial = target.with_suffix(f".{os.getpid()}.part")  # two runs may end in one second
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with database.plain_errors(), database.alone(engine) as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(partial),))
        failpoints.reach("ledger copy: written")
        with partial.open("rb+") as written:
            os.fsync(written.fileno())  # VACUUM INTO does not
        failpoints.reach("ledger copy: synced")
        partial.replace(target)
        failpoints.reach("ledger copy: named")
        for old in sorted(folder.glob(f"{stem}-????????-??????.db"))[: -max(keep, 1)]:
            old.unlink()
    except OSError as error:
        raise LedgerError(
            f"The ledger could not be copied to {folder} ({error.strerror}).",
            "Let this account write that folder, or choose another.",
        ) from error
    return target
