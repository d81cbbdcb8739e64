"""A store that lets the ledger remember what is written, so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from sheetops import failpoints
from sheetops.errors import WorkbookChanged, WorkbookInUse, WriteRefused
from sheetops.ledger import Ledger
from sheetops.workbook.changes import Changes, Receipt, Store
from sheetops.workbook.raw import RawBook


@dataclass(frozen=True)
class Recorded:
    """Any store, whose every write the ledger keeps under the run that is under way."""

    store: Store
    ledger: Ledger

    def read(self) -> RawBook:
        """See `Store.read`."""
        return self.store.read()

    def check(self, fingerprint: str) -> None:
        """See `Store.check`."""
        self.store.check(fingerprint)

    def write(self, changes: Changes) -> Receipt:
        """See `Store.write`. It is kept before it is written: a run that dies can be undone too."""
        if not changes:
            return self.store.write(changes)
        number = self.ledger.record_writing(changes)
        failpoints.reach("writing: recorded")
        try:
            return self.store.write(changes)
        except (WorkbookChanged, WorkbookInUse, WriteRefused):  # then nothing was written
            self.ledger.forget_writing(number)
            raise
