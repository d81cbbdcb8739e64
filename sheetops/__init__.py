"""sheetops: a shared workbook stays the one source of truth for clients and their steps."""

__version__ = "0.1.0"
