"""One connection a process and sheet.

Context: a run reads the workbook in one place and writes it in another, and what is written belongs
to what was read last. Decision: whoever asks for the store of the same sheet gets the same one.
Consequence: it signs in once, and a run of three requests stays one of three.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sheetops.stores.google.credentials import SignIn, sign_in
from sheetops.stores.google.store import GoogleStore


@lru_cache(maxsize=8)
def connected(
    spreadsheet: str, how: SignIn, key_file: Path | None = None, timeout: float = 60.0
) -> GoogleStore:
    """The store of a Google Sheet. Raises GoogleError if nobody can sign in."""
    return GoogleStore(spreadsheet, sign_in(how, key_file), _now, timeout)


def _now() -> datetime:
    """The moment of the last look, for people who open our hidden tab."""
    return datetime.now(UTC)
