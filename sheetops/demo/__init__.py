"""A made-up business to try sheetops on: sixty clients, three offers, a dozen staff mistakes."""

from sheetops.demo.business import business, settings
from sheetops.demo.mistakes import MISTAKES, Mistake

__all__ = ["MISTAKES", "Mistake", "business", "settings"]
