"""Many rows at once that all have the same columns to write.

Rows that have all of these cells go through one regular expression (`dense`); rows that lack all of
them get them in one step (`missing`). What is neither is left to the engine that walks cell by
cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetops.stores.excel.write.cell_xml import Writer, letters_of
from sheetops.stores.excel.write.column_xml import Unfit, has_formula
from sheetops.stores.excel.write.columns import Block, Columns
from sheetops.stores.excel.write.new_cells import Missing


class Batch:
    """Writes the same columns into blocks of rows. `prefix` is the tab's own, with its colon."""

    def __init__(self, writer: Writer, columns: Sequence[int], prefix: bytes) -> None:
        self.columns = columns
        self._writer = writer
        self._heads = [b"<" + prefix + b'c r="' + letters_of(column) for column in columns]
        self._close = b"</" + prefix + b"row>"
        self._runs: list[tuple[int, int, Columns, Missing]] = []
        first = 0
        for end in range(1, len(columns) + 1):
            if end == len(columns) or columns[end] != columns[end - 1] + 1:
                run = columns[first:end]
                ways = Columns(writer, run, prefix), Missing(writer, run, prefix)
                self._runs.append((first, end, *ways))
                first = end

    def has(self, row: bytes, number: bytes) -> tuple[bool, ...]:
        """Which of the cells are in the row."""
        return tuple([head + number + b'"' in row for head in self._heads])

    def run(self, block: Block) -> bytes | None:
        """The rows with their new values; None if they have to be taken apart further."""
        if any(map(has_formula, block.cells)):
            return None
        changed: list[tuple[int, Sequence[int]]] = []
        xml = block.xml
        first_row = xml[: xml.find(self._close)]
        for first, end, dense, missing in self._runs:
            way = dense if self._heads[first] + block.digits[0] + b'"' in first_row else missing
            try:
                rows = way.run(replace(block, xml=xml, cells=block.cells[first:end]))
            except Unfit:
                return None  # the engine that walks says which cell it is
            if rows is None:
                return None
            xml = rows.xml
            changed += rows.changed
        for column, numbers in changed:
            self._writer.note(column, numbers)
        return xml
