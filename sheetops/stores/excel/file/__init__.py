"""A workbook as a file: replaced in one step, copied before, locked by others."""
