"""Undo: put back what a run wrote into the workbook, as far as nobody has changed it since."""

from sheetops.undoing.deciding import Left, Now, Undo, decide
from sheetops.undoing.running import Undone, preview, undo

__all__ = ["Left", "Now", "Undo", "Undone", "decide", "preview", "undo"]
