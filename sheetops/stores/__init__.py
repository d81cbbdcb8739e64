"""Where a workbook lives: one room per kind of store."""
