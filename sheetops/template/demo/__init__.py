"""A made-up business to try sheetops on: sixty clients, three offers, a dozen staff mistakes."""

from sheetops.template.demo.mistakes import MISTAKES, Mistake
from sheetops.template.demo.workbook import business, settings

__all__ = ["MISTAKES", "Mistake", "business", "settings"]
