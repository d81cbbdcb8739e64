"""Where the workbook of the settings lives: the one place that chooses the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sheetops.adopt.store import mapped
from sheetops.settings import Settings
from sheetops.stores.excel import ExcelStore
from sheetops.stores.excel.ooxml.limits import DEFAULT
from sheetops.workbook import headers
from sheetops.workbook.changes import Store

if TYPE_CHECKING:
    from sheetops.stores.google import GoogleStore


def open_store(settings: Settings, workbook_id: str = "") -> Store:
    """The store of the workbook that the settings name.

    That workbook is known: it is read here and not in a process of its own, which would take twice
    as long. The limits on its size and area hold all the same.
    """
    if settings.workbook.google:
        return mapped(google_store(settings), settings.mapping)
    copies = settings.copies_at(workbook_id or settings.fallback_id)
    known = replace(DEFAULT, trusted=DEFAULT.expanded)
    wanted = settings.mapping.wants if settings.mapping else headers.is_ours
    store = ExcelStore(settings.workbook.path, copies, wanted=wanted, limits=known)
    return mapped(store, settings.mapping)


def google_store(settings: Settings) -> GoogleStore:
    """The Google Sheet that the settings name. Raises GoogleError if nobody can sign in."""
    from sheetops.stores.google.connection import (  # noqa: PLC0415 # heavy: for those who use it
        connected,
    )

    how = settings.google
    return connected(settings.workbook.spreadsheet, how.sign_in, how.key_file, how.timeout)
