"""An Excel workbook as a store: read right, written without harming anything else in it."""

from sheetops.stores.excel.edit import Options, edit
from sheetops.stores.excel.editor import EditReport
from sheetops.stores.excel.limits import Limits
from sheetops.stores.excel.read import read
from sheetops.stores.excel.store import ExcelStore

__all__ = ["EditReport", "ExcelStore", "Limits", "Options", "edit", "read"]
