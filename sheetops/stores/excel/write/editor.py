"""Write a few cells into a workbook and leave everything else in it byte for byte as it is.

Loading and saving with any library loses something in every third workbook (saved formula values,
shapes, sparklines, comments); so the parts are edited where they stand, and every zip member that
need not change is copied packed as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.cells import Formula, parse_box
from sheetops.stores.excel.ooxml.deflate import New, Packer, pack
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits
from sheetops.stores.excel.ooxml.markup import from_utf8, to_utf8, well_formed
from sheetops.stores.excel.ooxml.package import Package, open_package
from sheetops.stores.excel.ooxml.parts import Parts, SheetPart, refuse_other_formats
from sheetops.stores.excel.ooxml.scanner import scan
from sheetops.stores.excel.ooxml.strings import SharedStrings
from sheetops.stores.excel.ooxml.styles import BLANK, Styles, new_part
from sheetops.stores.excel.ooxml.workbook import with_full_calculation
from sheetops.stores.excel.write.cell_xml import Target
from sheetops.stores.excel.write.last_rows import last_rows
from sheetops.stores.excel.write.splice import splice_cells
from sheetops.stores.excel.write.stream import Stream, Unusual
from sheetops.stores.excel.write.table import Placed, Tab, Table, place_rows, read_table, rows_box
from sheetops.stores.excel.write.targets import Targets
from sheetops.stores.excel.write.totals_row import Move, make_room
from sheetops.workbook.raw import Value

_TAG_LENGTH: Final = 64  # a formula's tag may be cut in two by the end of a piece
_PIECE: Final = 1 << 20
_FORMULA: Final = re.compile(rb"<(?:[\w.\-]+:)?f[\s/>]")

Edits = Mapping[str, Mapping[str, Value]]
Appended = Mapping[str, Sequence[Mapping[str, Value]]]


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit did. `cells` counts the cells that differ now, by tab (those of new rows
    too); `rows` are the numbers of new rows; `fingerprint` the sha256 of the file as it is now;
    `backup` the path of the dated copy; `parts` the parts that changed."""

    cells: Mapping[str, int] = field(default_factory=dict)
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
        self.changed: dict[str, New] = {}
        self.formulas = bool(parts.related("calcChain"))
        strings = parts.related("sharedStrings")
        styles = parts.related("styles")
        self.shared = SharedStrings((lambda: self._utf8(strings[0])) if strings else None)
        self.styles_part = styles[0] if styles else ""
        self.styles = Styles(self._utf8(styles[0]) if styles else BLANK, self.styles_part)
        self.cells: dict[str, int] = {}
        self.rows: dict[str, list[int]] = {}

    def run(self, edits: Edits, append: Appended) -> Edited:
        for tab in dict.fromkeys([*edits, *append]):
            self._edit_tab(tab, edits.get(tab, {}), append.get(tab, ()))
        if self.new or self.changed:
            self._finish()
        self.shared.forget()
        for part, xml in self.new.items():
            well_formed(xml, part)
            self.changed[self._member(part)] = pack(xml)
        report = EditReport(self.cells, self.rows, "", bool(self.changed), tuple(self.changed))
        return Edited(self.package, self.changed, report)

    def _edit_tab(
        self, tab: str, edits: Mapping[str, Value], append: Sequence[Mapping[str, Value]]
    ) -> None:
        sheet = self._sheet(tab)
        tables = self._tables(sheet)
        cells = Targets.at(edits)
        placed, source = Placed({}, {}, (), ()), None
        if append:
            box = rows_box(tables, append)
            whole = self._utf8(sheet.part)
            xml = last_rows(whole, box, self.shared)
            grid = scan(xml, sheet.name)
            placed = place_rows(Tab(sheet.name, xml, grid, tables, self.shared), append)
            if placed.totals:
                move = Move.of(sheet, *placed.totals)
                move.refuse_edits(cells)
                room, others = make_room(self.parts, move, whole, xml)
                source = from_utf8(room, self._encoding(sheet.part))
                self.new.update(others)
                tables = [move.after(table) for table in tables]
            cells = cells.also(placed.cells)
            new = placed.cells.values()
            self.formulas = self.formulas or any(isinstance(value, Formula) for value in new)
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
        count = self._write(sheet, target, source)
        for table, last in placed.grown:
            self.new[table.part] = from_utf8(table.grown(last), self._encoding(table.part))
        if count:
            self.cells[sheet.name] = count
            self.rows[sheet.name] = list(placed.rows)

    def _write(self, sheet: SheetPart, target: Target, source: bytes | None) -> int:
        """Write one tab by the fast engine, or by the general one if the tab is unusual. `source`
        is the tab where it is no longer as the file has it."""
        member = self._member(sheet.part)
        packer = Packer()
        try:
            pieces = self.package.chunks(member) if source is None else _pieces(source)
            stream = Stream(target).run(pieces, packer.add)
            self.formulas = self.formulas or stream.formulas
            new = packer.finish(stream.head)
        except Unusual:
            return self._write_slowly(sheet, target, source)
        finally:
            packer.stop()
        if stream.cells:
            self.changed[member] = new
        return stream.cells

    def _write_slowly(self, sheet: SheetPart, target: Target, source: bytes | None) -> int:
        source = self.parts.read(sheet.part) if source is None else source
        xml, encoding = to_utf8(source, sheet.part)
        written = splice_cells(xml, target)
        self.formulas = self.formulas or written.formulas
        if written.cells:
            self.new[sheet.part] = from_utf8(written.xml, encoding)
        return len(written.cells)

    def _finish(self) -> None:
        """Check all members' checksums, add styles, and have Excel compute its formulas anew."""
        styles = self.styles.xml()
        if styles is not None and not self.styles_part:
            self.new.update(new_part(self.parts, styles))
        elif styles is not None:
            self.new[self.styles_part] = from_utf8(styles, self._encoding(self.styles_part))
        sheets = {self._member(s.part) for s in self.parts.sheets.values() if s.is_grid}
        for member in self.package.members:
            may_have_formulas = member in sheets and member not in self.changed
            if may_have_formulas or member not in self.package.checked:
                self._inspect(member, is_sheet=may_have_formulas)
        if self.formulas:
            part = self.parts.workbook
            xml, encoding = to_utf8(self.parts.read(part), part)
            flagged = with_full_calculation(xml, part)
            if flagged != xml:
                self.new[part] = from_utf8(flagged, encoding)

    def _inspect(self, member: str, *, is_sheet: bool) -> None:
        """Check the member's checksum, and look whether it holds formulas."""
        end = b""
        for chunk in self.package.chunks(member):
            if is_sheet and not self.formulas:
                piece = end + chunk
                if b"<f" in piece or b":f" in piece:
                    self.formulas = _FORMULA.search(piece) is not None
                end = chunk[-_TAG_LENGTH:]

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
        return self.parts.member(part) or part  # a new part's member bears its name


def _pieces(xml: bytes) -> Iterator[bytes]:
    return (xml[at : at + _PIECE] for at in range(0, len(xml), _PIECE))
