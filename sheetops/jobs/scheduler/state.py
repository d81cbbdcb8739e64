"""What a look leaves for the next one, in a small file beside the ledger.

It is not in the ledger, because the ledger may be what cannot be reached; and it says who the owner
is, because the workbook may be what cannot be read. Without the file nothing is done twice: the
ledger decides that.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sheetops.jobs.scheduler.incidents import Incidents


@dataclass(frozen=True)
class Known:
    """The business, as far as the owner can be told by it, and the workbook as last seen."""

    workbook_id: str = ""
    name: str = ""
    owner: str = ""
    sender: str = ""
    sending: str = "preview"
    sending_computer: str = ""
    seen: str = ""


@dataclass
class Memory:
    """The file, read when it is first asked for."""

    path: Path
    _data: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def known(self) -> Known:
        return Known(**self._read().get("known", {}))

    def know(self, known: Known) -> None:
        """Keep it, if the file can be written; it is only a help."""
        if known != self.known:
            self._write({**self._read(), "known": asdict(known)})

    def saw(self, seen: str) -> None:
        """Keep how the workbook looked."""
        self.know(replace(self.known, seen=seen))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other look is under way with this file; others wait for the next one. Two that
        remember at once would tell the owner twice."""
        lock = FileLock(f"{self.path}.lock", timeout=0)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            yield False
            return
        except OSError:  # a folder that cannot be written: nothing is remembered there anyway
            yield True
            return
        try:
            yield True
        finally:
            lock.release()

    @property
    def last_look(self) -> datetime | None:
        """When a look was last begun, in UTC."""
        try:
            return datetime.fromisoformat(str(self._read().get("looked", "")))
        except ValueError:
            return None

    def looked(self, at: datetime) -> None:
        """Keep when; it is only a help."""
        self._write({**self._read(), "looked": at.astimezone(UTC).isoformat(timespec="seconds")})

    @property
    def incidents(self) -> Incidents:
        return Incidents.from_text(str(self._read().get("troubles", "")))

    def keep(self, incidents: Incidents) -> bool:
        """Keep them; whether the file could be written."""
        return self._write({**self._read(), "troubles": incidents.as_text()})

    def _read(self) -> dict[str, Any]:
        if self._data is None:
            try:
                self._data = dict(json.loads(self.path.read_text(encoding="utf-8")))
            except (OSError, JSONDecodeError, UnicodeDecodeError, TypeError, ValueError):
                self._data = {}  # not there yet, or spoilt: it is made anew
        return self._data

    def _write(self, data: dict[str, Any]) -> bool:
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
            new.replace(self.path)
        except OSError:
            return False
        finally:
            new.unlink(missing_ok=True)
        self._data = data
        return True
