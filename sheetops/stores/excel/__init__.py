"""An Excel workbook as a store: read right, written without harming anything else in it."""

from sheetops.stores.excel.ooxml.limits import Limits
from sheetops.stores.excel.store import ExcelStore
from sheetops.stores.excel.write.edit import Options, edit
from sheetops.stores.excel.write.editor import EditReport

__all__ = ["EditReport", "ExcelStore", "Limits", "Options", "edit"]
