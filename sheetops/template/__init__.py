"""The workbook that a business starts from, generated from the contract."""

from sheetops.template.build import build

__all__ = ["build"]
