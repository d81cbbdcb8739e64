"""Reading a workbook's cells, their errors and their formulas."""
