"""Write a few cells into a workbook and leave everything else in it byte for byte as it is.

Loading and saving with any library loses something in every third workbook (saved formula values,
shapes, sparklines, comments); so the parts are edited where they stand, and every zip member that
need not change is copied packed as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheetops.errors import WriteRefused
from sheetops.raw import Value
from sheetops.stores.excel.cells import Formula, address_of, parse_address, parse_box
from sheetops.stores.excel.grid import scan
from sheetops.stores.excel.limits import DEFAULT, Limits
from sheetops.stores.excel.markup import from_utf8, to_utf8
from sheetops.stores.excel.package import New, Package, open_package, pack
from sheetops.stores.excel.parts import Parts, SheetPart, refuse_other_formats
from sheetops.stores.excel.splice import Target, splice_cells
from sheetops.stores.excel.strings import SharedStrings
from sheetops.stores.excel.styles import Styles
from sheetops.stores.excel.table import Placed, Tab, Table, place_rows, read_table
from sheetops.stores.excel.workbook import with_full_calculation

_FORMULA: Final = re.compile(rb"<(?:[\w.\-]+:)?f[\s/>]")

Edits = Mapping[str, Mapping[str, Value]]
Appended = Mapping[str, Sequence[Mapping[str, Value]]]


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit did. `cells` are the addresses that differ now, by tab (those of new rows too);
    `rows` the numbers of new rows; `fingerprint` the sha256 of the file as it is now; `backup` the
    path of the dated copy; `parts` the parts that changed."""

    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    fingerprint: str = ""
    changed: bool = False
    parts: tuple[str, ...] = ()
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A workbook's new members (none if nothing differs) and what was done to it."""

    package: Package
    changed: Mapping[str, New]
    report: EditReport


def load(name: str, raw: bytes, limits: Limits = DEFAULT) -> Parts:
    """Open a workbook's bytes. Raises WorkbookUnreadable in plain words for anything else."""
    refuse_other_formats(name, raw)
    return Parts(open_package(name, raw, limits))


def edit_parts(parts: Parts, edits: Edits, append: Appended | None = None) -> Edited:
    """Work out the new members. Nothing is written; see `edit` for values and errors."""
    parts.refuse_signed()
    return _Editor(parts).run(edits, append or {})


class _Editor:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.package = parts.package
        self.new: dict[str, bytes] = {}
        strings = parts.related("sharedStrings")
        styles = parts.related("styles")
        self.shared = SharedStrings(self._utf8(strings[0]) if strings else None)
        self.styles_part = styles[0] if styles else ""
        self.styles = Styles(self._utf8(styles[0]) if styles else None, self.styles_part)
        self.cells: dict[str, list[str]] = {}
        self.rows: dict[str, list[int]] = {}

    def run(self, edits: Edits, append: Appended) -> Edited:
        self._verify_checksums()
        for tab in dict.fromkeys([*edits, *append]):
            self._edit_tab(tab, edits.get(tab, {}), append.get(tab, ()))
        if self.new:
            self._finish()
        changed = {self._member(part): pack([xml]) for part, xml in self.new.items()}
        report = EditReport(self.cells, self.rows, "", bool(changed), tuple(self.new))
        return Edited(self.package, changed, report)

    def _verify_checksums(self) -> None:
        for member in self.package.members:
            for _ in self.package.chunks(member):
                pass

    def _edit_tab(
        self, tab: str, edits: Mapping[str, Value], append: Sequence[Mapping[str, Value]]
    ) -> None:
        sheet = self._sheet(tab)
        xml, encoding = to_utf8(self.parts.read(sheet.part), sheet.part)
        tables = self._tables(sheet)
        cells: dict[tuple[int, int], Value | Formula] = {
            parse_address(address): value for address, value in edits.items()
        }
        placed = Placed({}, {}, (), ())
        if append:
            placed = place_rows(
                Tab(sheet.name, xml, scan(xml, sheet.name), tables, self.shared), append
            )
            cells.update(placed.cells)
        target = Target(
            sheet.name,
            cells,
            self.styles,
            self.shared,
            self.parts.uses_1904,
            headings=[box for table in tables for box in table.fixed_rows],
            pivots=self._pivots(sheet),
            above=placed.above,
        )
        written = splice_cells(xml, target)
        for table, last in placed.grown:
            self.new[table.part] = from_utf8(table.grown(last), self._encoding(table.part))
        if written.cells:
            self.new[sheet.part] = from_utf8(written.xml, encoding)
            self.cells[sheet.name] = [address_of(*cell) for cell in written.cells]
            self.rows[sheet.name] = list(placed.rows)

    def _finish(self) -> None:
        styles = self.styles.xml()
        if styles is not None:
            self.new[self.styles_part] = from_utf8(styles, self._encoding(self.styles_part))
        if self._has_formulas():
            xml, encoding = to_utf8(self.parts.read(self.parts.workbook), self.parts.workbook)
            flagged = with_full_calculation(xml, self.parts.workbook)
            if flagged != xml:
                self.new[self.parts.workbook] = from_utf8(flagged, encoding)

    def _has_formulas(self) -> bool:
        if self.parts.related("calcChain"):
            return True
        sheets = [sheet.part for sheet in self.parts.sheets.values() if sheet.is_grid]
        return any(_FORMULA.search(self.new.get(part) or self.parts.read(part)) for part in sheets)

    def _sheet(self, tab: str) -> SheetPart:
        sheets = self.parts.sheets
        found = [s for s in sheets.values() if s.name == tab]
        found = found or [s for s in sheets.values() if s.name.casefold() == tab.casefold()]
        if not found:
            names = ", ".join(sheets)
            raise WriteRefused(
                f'{self.package.name} has no tab named "{tab}".', f"Its tabs are: {names}."
            )
        if not found[0].is_grid:
            raise WriteRefused(f'The tab "{tab}" is no sheet of cells.', "Choose another tab.")
        return found[0]

    def _tables(self, sheet: SheetPart) -> list[Table]:
        found = [read_table(p, self._utf8(p)) for p in self.parts.related("table", sheet.part)]
        return [table for table in found if table is not None]

    def _pivots(self, sheet: SheetPart) -> list[tuple[int, int, int, int]]:
        boxes = []
        for part in self.parts.related("pivotTable", sheet.part):
            for tag in self.parts.tags(part):
                box = parse_box(tag.attributes.get("ref", "")) if tag.name == "location" else None
                if box is not None:
                    boxes.append(box)
        return boxes

    def _utf8(self, part: str) -> bytes:
        return to_utf8(self.parts.read(part), part)[0]

    def _encoding(self, part: str) -> str:
        return to_utf8(self.parts.read(part), part)[1]

    def _member(self, part: str) -> str:
        member = self.parts.member(part)
        if member is None:  # a part that was read a moment ago
            raise AssertionError(part)
        return member
