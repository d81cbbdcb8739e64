"""Bring your own sheet: reading a tracker that nobody made for us, as it is.

`proposal` looks at a workbook and says which tab is what and which heading is which; `asking` puts
a person's answers to it, `keeping` writes the mapping into `sheetops.toml`; from then on `store`
shows every reader the workbook through it.
"""
