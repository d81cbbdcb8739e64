"""sheetops: a shared workbook stays the one source of truth for clients and their steps.

For programs: `preview(Request(settings.load(path)))` is the plan of a day, `daily` applies it, and
`edit` writes a few cells into an Excel workbook. Each is imported when it is first asked for, so
that a command which needs none of them starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Request", "daily", "edit", "preview"]

_HOMES = {
    "Request": "sheetops.jobs.context",
    "daily": "sheetops.jobs.daily",
    "edit": "sheetops.stores.excel",
    "preview": "sheetops.jobs.daily",
}

if TYPE_CHECKING:
    from sheetops.jobs.context import Request
    from sheetops.jobs.daily import daily, preview
    from sheetops.stores.excel import edit
else:  # a type checker that saw this would let every name pass

    def __getattr__(name: str) -> object:
        """One of `__all__`; AttributeError for any other name."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
