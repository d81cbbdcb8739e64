"""A workbook as typed tables and their problems: the contract, and all that is read by it."""
