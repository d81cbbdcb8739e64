"""The folder transport: each mail becomes one `KEY.eml`, to be opened in any mail program.

A file is complete or it is not there: it is written to a temporary name, synced, and renamed. So
after a crash the folder itself answers whether a mail had left.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sheetops import failpoints
from sheetops.errors import MailError
from sheetops.mail import Envelope, Handed, Outcome

_SAFE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class FolderTransport:
    """Writes envelopes into `path`, which is made when the first one leaves."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def begin(self, envelope: Envelope) -> None:
        """There is nothing to say to a folder."""

    def hand_over(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed:
        """Write `KEY.eml`; one that is already there is left as it is, and counts as accepted.

        A folder that cannot be written defers and stops; then no `KEY.eml` is there. Raises
        MailError if the key cannot name a file.
        """
        target = self._file(envelope.key)
        temporary = target.with_suffix(".part")
        before_body()
        if target.exists():
            return Handed(Outcome.ACCEPTED, "already in the folder")
        try:
            failpoints.reach("folder: handing recorded")
            self.path.mkdir(parents=True, exist_ok=True)
            _write_durably(temporary, envelope.content)
            temporary.replace(target)
            failpoints.reach("folder: renamed")
        except OSError as error:
            _remove_quietly(temporary)
            return Handed(Outcome.DEFERRED, _cannot(self.path, error), stop=True)
        try:
            _sync_folder(self.path)
            failpoints.reach("folder: folder synced")
        except OSError as error:
            return Handed(Outcome.IN_DOUBT, _cannot(self.path, error), stop=True)
        return Handed(Outcome.ACCEPTED, target.name)

    def must_wait(self) -> bool:
        """Never."""
        return False

    def was_accepted(self, key: str) -> bool:
        """Whether `KEY.eml` is in the folder. Never None: a folder can always tell."""
        return self._file(key).exists()

    def _file(self, key: str) -> Path:
        if not _SAFE_KEY.fullmatch(key):
            raise MailError(f"{key!r} cannot name a file in the outbox folder.")
        return self.path / f"{key}.eml"


def _cannot(path: Path, error: OSError) -> str:
    return f"the outbox folder {path} cannot be written: {error.strerror}"


def _remove_quietly(path: Path) -> None:
    with suppress(OSError):  # a left-over .part harms nobody and is overwritten next time
        path.unlink(missing_ok=True)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        failpoints.reach("folder: temporary file written")
        os.fsync(file.fileno())
    failpoints.reach("folder: temporary file synced")


def _sync_folder(path: Path) -> None:
    """Make the rename itself survive a power cut; Windows cannot open folders, and needs not."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
