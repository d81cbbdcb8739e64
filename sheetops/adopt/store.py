"""A store whose workbook is seen through a mapping."""

from __future__ import annotations

from sheetops.adopt.adapter import seen
from sheetops.adopt.google import WholeSheet
from sheetops.stores.excel import ExcelStore
from sheetops.workbook.changes import Changes, Receipt, Store
from sheetops.workbook.mapping import Mapping
from sheetops.workbook.raw import RawBook


class MappedStore:
    """Any store, read through a mapping. What is written goes to real cells, and so as it is."""

    def __init__(self, store: Store, mapping: Mapping) -> None:
        self.store = store
        self.mapping = mapping

    def read(self) -> RawBook:
        """The workbook as the contract's; raises what the store raises."""
        return seen(self.store.read(), self.mapping)

    def check(self, fingerprint: str) -> None:
        """See `Store.check`."""
        self.store.check(fingerprint)

    def write(self, changes: Changes) -> Receipt:
        """See `Store.write`."""
        return self.store.write(changes)


def mapped(store: Store, mapping: Mapping) -> Store:
    """The store, seen through the mapping if there is one.

    Of a Google Sheet, every tab is read then, as when it was adopted: staff's tabs have titles of
    their own.
    """
    if not mapping:
        return store
    return MappedStore(store if isinstance(store, ExcelStore) else _whole(store), mapping)


def _whole(store: Store) -> Store:
    from sheetops.stores.google import GoogleStore  # noqa: PLC0415 # heavy: for those who use it

    return WholeSheet(store) if isinstance(store, GoogleStore) else store
