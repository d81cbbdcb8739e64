"""Make room above a table's totals row: the row moves down, as if rows were inserted above it.

What moves is the totals row's cells inside the table, with their styles and saved values, the row's
height, hyperlinks and rules that lie on nothing else, and the formulas' entries in the calculation
chain. A reference in a totals formula that spans the column grows with it. Wherever nobody can say
for sure that all means the same afterwards (somebody refers to the totals row by its address, it
has a comment, it is merged), the write is refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import escape

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.cells import Box, box_text, inside, parse_box
from sheetops.stores.excel.ooxml.formulas import Reference, references, rewritten, with_rows
from sheetops.stores.excel.ooxml.markup import (
    Splice,
    Tag,
    attributes,
    from_utf8,
    set_attribute,
    spliced,
    tags,
    text_of,
    to_utf8,
    unescape,
)
from sheetops.stores.excel.ooxml.parts import Parts, SheetPart
from sheetops.stores.excel.ooxml.scanner import Cell, Grid, Row, scan
from sheetops.stores.excel.write.cell_xml import widened
from sheetops.stores.excel.write.diff import wrong
from sheetops.stores.excel.write.table import Table
from sheetops.workbook.raw import address

_FORMULAS: Final = re.compile(
    rb"<(?:[\w.\-]+:)?(?:f|formula[12]?|sqref)((?:\s[^>]*)?)(?<!/)>([^<]*)</", re.DOTALL
)
_SOURCE: Final = re.compile(rb"<(?:[\w.\-]+:)?worksheetSource\s([^>]*)>")
_LOCATION: Final = re.compile(rb'\slocation="([^"]*)"')
_CONTROL: Final = re.compile(rb'(?i)fmla\w+(?:\s*=\s*"|>)([^"<]*)')
_DATA_TABLE: Final = re.compile(rb'<(?:[\w.\-]+:)?f(\s[^>]*\bt="dataTable"[^>]*)>')
_BY_PLACE: Final = re.compile(r"(?i)\b(?:INDIRECT|OFFSET|ROWS?|CELL|ADDRESS)\(")
_GROWING: Final = ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange")
_MEND: Final = (
    "Insert empty rows above the totals row in Excel, or turn the totals row off while rows are "
    "added."
)


@dataclass(frozen=True, slots=True)
class Move:
    """A table's totals row that goes from sheet row `row` to `to`."""

    sheet: SheetPart
    table: Table
    row: int
    to: int

    @classmethod
    def of(cls, sheet: SheetPart, table: Table, to: int) -> Move:
        """The move of the last row of a table."""
        return cls(sheet, table, table.box[2], to)

    @property
    def zone(self) -> Box:
        """Where cells change: from the old totals row down to the new one."""
        return self.row, self.table.box[1], self.to, self.table.box[3]

    def moved(self, box: Box) -> Box | None:
        """Where an area lies afterwards, as after inserting rows; None if nobody can say.

        An area that takes in the last row of data and ends there is left to the caller.
        """
        top, left, bottom, right = box
        if bottom < self.row or not _meet(box, self.zone):
            return box
        if left < self.zone[1] or right > self.zone[3] or top > self.row:
            return box if top < self.row and bottom >= self.to else None
        if bottom == self.row:
            return (self.to if top == self.row else top), left, self.to, right
        return box if top < self.row and bottom >= self.to else None

    def after(self, table: Table) -> Table:
        """The table as it is afterwards: the one that grows reaches further down."""
        if table.part != self.table.part:
            return table
        return replace(table, box=(*table.box[:2], self.to, table.box[3]))

    def refuse_edits(self, cells: Mapping[int, Collection[int]]) -> None:
        """Raises WriteRefused if a cell that is to be edited lies where cells move."""
        for row in cells:
            for column in cells[row]:
                if inside(self.zone, row, column):
                    raise self.refusal(f"{address(row, column)} is to be written as well")

    def refusal(self, why: str) -> WriteRefused:
        """The error for a totals row that cannot move."""
        return WriteRefused(
            f'The table "{self.table.name}" on "{self.sheet.name}" has no free row above its '
            f"totals row, which cannot be moved down: {why}.",
            _MEND,
        )


def make_room(parts: Parts, move: Move, xml: bytes, end: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The tab (UTF-8) with its totals row moved down, and other parts that change with it.

    `end` is the tab without its first rows, as `last_rows` gives it: all that matters lies there.

    Raises WriteRefused where something would be harmed.
    """
    grid = scan(end, move.sheet.name)
    left_out, first = len(xml) - len(end), grid.starts[0][1] if grid.starts else 0
    cells = _inside(move, grid.rows.get(move.row))
    bare = spliced(xml, [(cell.start + left_out, cell.end + left_out, b"") for cell in cells])
    _refuse_references(parts, move, bare)
    _refuse_comments(parts, move)
    splices = [*_cells(move, end, grid), *_rules(move, end)]
    _check(move, end, grid, spliced(end, splices))
    placed = [(a + left_out, b + left_out, n) if a >= first else (a, b, n) for a, b, n in splices]
    changed = {move.table.part: _table(parts, move)}
    for part in parts.related("calcChain"):
        changed[part] = _chain(parts, move, part)
    return spliced(xml, placed), changed


def _inside(move: Move, row: Row | None) -> list[Cell]:
    """The cells of a row that lie in the table."""
    cells = row.cells if row else []
    return [cell for cell in cells if move.zone[1] <= cell.column <= move.zone[3]]


def _meet(one: Box, other: Box) -> bool:
    rows = one[0] <= other[2] and one[2] >= other[0]
    return rows and one[1] <= other[3] and one[3] >= other[1]


# the cells


def _cells(move: Move, xml: bytes, grid: Grid) -> Iterator[Splice]:
    """Take the totals row's cells out, and put them in again further down."""
    row, there = grid.rows.get(move.row), grid.rows.get(move.to)
    if row is None:
        return
    _refuse_unusual(move, grid)
    name = grid.prefix.encode() + b"row"
    mine = _inside(move, row)
    beside = b"".join(xml[c.start : c.end] for c in row.cells if c not in mine)
    new = {cell.column: _cell(move, grid, xml, cell) for cell in mine}
    left = b"<" + name + row.raw + b">" + beside + b"</" + name + b">" if beside else b""
    yield row.start, row.end, left
    kept = {c.column: xml[c.start : c.end] for c in there.cells} if there else {}
    kept = {at: cell for at, cell in kept.items() if not move.zone[1] <= at <= move.zone[3]}
    new |= kept
    raw = set_attribute(there.raw if there and kept else row.raw, "r", str(move.to))
    raw = widened(raw, list(new))
    cells = b"".join(new[column] for column in sorted(new))
    whole = b"<" + name + raw + b">" + cells + b"</" + name + b">"
    if there is not None:
        yield there.start, there.end, whole
    else:
        place = next((at for number, at in grid.starts if number > move.to), grid.data_end)
        yield place, place, whole
    yield from _dimension(move, grid)


def _refuse_unusual(move: Move, grid: Grid) -> None:
    for number, row in grid.rows.items():
        if number < move.row:
            continue
        if not row.numbered or not all(cell.numbered for cell in row.cells):
            raise move.refusal("its rows and cells have no numbers")
    boxes = [(box, "merged cells") for box in grid.merges]
    boxes += [(box, "an array formula") for box in grid.arrays]
    for box, what in boxes:
        if _meet(box, move.zone):
            raise move.refusal(f"{box_text(box)} has {what}")


def _cell(move: Move, grid: Grid, xml: bytes, cell: Cell) -> bytes:
    """The cell as it stands on its new row."""
    name = grid.prefix.encode() + b"c"
    head = b"<" + name + set_attribute(cell.raw, "r", address(move.to, cell.column))
    if cell.inner < 0:
        return head + b"/>"
    inner = xml[cell.inner : cell.end]
    if cell.formula:
        inner = _with_formula(move, grid, inner, cell)
    return head + b">" + inner


def _with_formula(move: Move, grid: Grid, inner: bytes, cell: Cell) -> bytes:
    p = re.escape(grid.prefix.encode())
    found = re.search(b"<" + p + rb"f(\s[^>]*)?>(.*?)</" + p + b"f>", inner, re.DOTALL)
    if found is None or attributes(found[1] or b"").get("t", "normal") != "normal":
        raise move.refusal(f"the formula of {address(move.row, cell.column)} is shared with others")
    old = text_of(found[2])
    new = _formula(move, old)
    if new == old:
        return inner
    return inner[: found.start(2)] + escape(new).encode() + inner[found.end(2) :]


def _formula(move: Move, formula: str) -> str:
    """A totals formula on its new row: what spans the column grows, what lies beside it follows."""
    if _BY_PLACE.search(formula):
        raise move.refusal(f"its formula {formula} goes by where rows stand")

    def change(found: Reference) -> str:
        if found.whole_columns or found.sheet.casefold() not in ("", move.sheet.name.casefold()):
            if found.open:
                raise move.refusal(f"its formula {formula} has a reference of no fixed size")
            return found.text
        box = _grown(move, found)
        if box is None or found.open:
            raise move.refusal(f"nobody can say what its formula {formula} should add up then")
        shift = {found.box[0]: box[0], found.box[2]: box[2]}
        return with_rows(found.text, lambda row: shift.get(row, row))

    return rewritten(formula, change)


def _grown(move: Move, found: Reference) -> Box | None:
    """A totals formula's area afterwards: one that spans the column's data grows with it."""
    top, left, bottom, right = found.box
    first = move.table.box[0] + move.table.headings
    within = move.zone[1] <= left and right <= move.zone[3]
    if bottom != move.row - 1 or not within:
        return move.moved(found.box)
    return (top, left, move.to - 1, right) if top <= first else None


def _dimension(move: Move, grid: Grid) -> Iterator[Splice]:
    tag = grid.dimension
    box = parse_box(tag.attributes.get("ref", "")) if tag else None
    if tag is not None and box is not None and box[2] < move.to:
        raw = set_attribute(tag.raw, "ref", box_text((*box[:2], move.to, box[3])))
        yield _with_raw(tag, raw)


def _with_raw(tag: Tag, raw: bytes) -> Splice:
    name = (tag.prefix + b":" if tag.prefix else b"") + tag.name.encode()
    return tag.start, tag.end, b"<" + name + raw + (b"/>" if tag.kind == "empty" else b">")


# what lies on cells


def _rules(move: Move, xml: bytes) -> Iterator[Splice]:
    """Move the areas of hyperlinks and rules. A rule with formulas counts from its first cell, so
    that it may grow but not move."""
    section, behind = "", False
    for tag in tags(xml, move.sheet.part):
        if tag.depth == 1:
            section, behind = tag.name, behind or tag.name == "sheetData"
        if not behind or section in ("sheetData", "mergeCells") or tag.kind == "close":
            continue
        values = tag.attributes
        for key in ("ref", "sqref", "r"):
            if key in values:
                new = _areas(move, tag, values[key])
                if new != values[key]:
                    yield _with_raw(tag, set_attribute(tag.raw, key, new))


def _areas(move: Move, tag: Tag, text: str) -> str:
    boxes = [(one, parse_box(one)) for one in text.split()]
    return " ".join(one if box is None else _area(move, tag, one, box) for one, box in boxes)


def _area(move: Move, tag: Tag, text: str, box: Box) -> str:
    new = move.moved(box)
    if new == box:
        return text
    may_move = tag.name == "hyperlink"
    may_grow = tag.name in _GROWING and new is not None and new[0] == box[0]
    if new is None or not (may_move or may_grow):
        raise move.refusal(f"a {tag.name} lies on {text}")
    return box_text(new)


def _refuse_comments(parts: Parts, move: Move) -> None:
    for kind in ("comments", "threadedComment"):
        for part in parts.related(kind, move.sheet.part):
            for tag in parts.tags(part):
                box = parse_box(tag.attributes.get("ref", "")) if tag.kind != "close" else None
                if box is not None and _meet(box, move.zone):
                    raise move.refusal(f"{box_text(box)} has a comment")


# who refers to the row


def _refuse_references(parts: Parts, move: Move, xml: bytes) -> None:
    """Raises WriteRefused if anything in the workbook refers to the totals row by its address."""
    own = parts.member(move.sheet.part)
    tabs = {parts.member(sheet.part): sheet.name for sheet in parts.sheets.values()}
    for member in parts.package.members:
        if member == own:
            _refuse_in_tab(move, xml, "", move.sheet.name)
        elif member in tabs:
            _refuse_in_tab(move, _text(parts, member), None, tabs[member])
        elif _may_refer(member):
            _refuse_elsewhere(parts, move, member)


def _may_refer(member: str) -> bool:
    if not member.lower().endswith((".xml", ".vml")) or member.startswith("docProps"):
        return False
    name = member.replace("\\", "/").rpartition("/")[2].lower()
    return not name.startswith(("sharedstrings", "styles", "theme", "calcchain", "comment"))


def _text(parts: Parts, member: str) -> bytes:
    return to_utf8(parts.package.read(member), member)[0]


def _refuse_in_tab(move: Move, xml: bytes, own: str | None, tab: str) -> None:
    if b"<![CDATA[" in xml:
        raise move.refusal(f'"{tab}" is written in an unusual way')
    for match in _FORMULAS.finditer(xml):
        _refuse_if_named(move, match[2], own, f'a formula on "{tab}"', _shared(match[1]))
    for match in _LOCATION.finditer(xml):
        _refuse_if_named(move, match[1], own, f'a link on "{tab}"')
    for match in _DATA_TABLE.finditer(xml) if own is not None else ():
        for name in ("r1", "r2"):  # always of the same tab
            cell = attributes(match[1]).get(name, "")
            box = parse_box(cell)
            if box is not None and move.moved(box) != box:
                raise move.refusal(f'a data table on "{tab}" reads {cell}')


def _shared(raw: bytes) -> tuple[int, int]:
    """How far a shared formula's references reach beyond those of its master."""
    box = parse_box(attributes(raw).get("ref", "")) if b"ref=" in raw else None
    return (box[2] - box[0], box[3] - box[1]) if box else (0, 0)


def _refuse_elsewhere(parts: Parts, move: Move, member: str) -> None:
    xml = _text(parts, member)
    what = f"the part {member}"
    for match in _SOURCE.finditer(xml):
        values = attributes(match[1])
        if values.get("sheet", "").casefold() == move.sheet.name.casefold():
            _refuse_if_named(move, values.get("ref", "").encode(), "", what)
    for match in _CONTROL.finditer(xml):
        _refuse_if_named(move, match[1], "", what)
    for piece in re.split(rb"[<>]", xml):
        if b"!" in piece:
            _refuse_if_named(move, piece, None, what)


def _refuse_if_named(
    move: Move, text: bytes, own: str | None, where: str, reach: tuple[int, int] = (0, 0)
) -> None:
    """Raises WriteRefused. `own` is "" where a reference that names no sheet means the table's."""
    names = {move.sheet.name.casefold()} | ({own} if own is not None else set())
    for found in references(unescape(text.decode("utf-8", "replace"))):
        if found.whole_columns or (found.sheet.casefold() not in names and ":" not in found.sheet):
            continue
        top, left, bottom, right = found.box
        box = top - reach[0], left - reach[1], bottom + reach[0], right + reach[1]
        if move.moved(box) != box:
            raise move.refusal(f"{where} refers to {found.text}")


# the other parts


def _table(parts: Parts, move: Move) -> bytes:
    """The table part, its own copies of the totals formulas set right."""
    grown = move.table.grown(move.to)
    splices: list[Splice] = []
    opened: Tag | None = None
    for tag in tags(grown, move.table.part):
        if tag.name == "totalsRowFormula" and tag.kind == "open":
            opened = tag
        elif tag.name == "totalsRowFormula" and tag.kind == "close" and opened:
            old = text_of(grown[opened.end : tag.start])
            new = _formula(move, old)
            if new != old:
                splices.append((opened.end, tag.start, escape(new).encode()))
        elif tag.name == "calculatedColumnFormula" and tag.kind == "open":
            _refuse_if_named(move, grown[tag.end :].partition(b"<")[0], "", "a column's formula")
    return from_utf8(spliced(grown, splices), _encoding(parts, move.table.part))


def _chain(parts: Parts, move: Move, part: str) -> bytes:
    """The calculation chain: an entry for a cell without a formula makes Excel repair the file."""
    xml, encoding = to_utf8(parts.read(part), part)
    number = _sheet_id(parts, move.sheet)
    splices: list[Splice] = []
    sheet = ""
    for tag in tags(xml, part):
        values: Mapping[str, str] = tag.attributes if tag.name == "c" else {}
        sheet = values.get("i", sheet)
        box = parse_box(values.get("r", ""))
        if box and sheet == number and box[0] == move.row and _meet(box, move.zone):
            raw = set_attribute(tag.raw, "r", address(move.to, box[1]))
            splices.append(_with_raw(tag, raw))
    return from_utf8(spliced(xml, splices), encoding)


def _sheet_id(parts: Parts, sheet: SheetPart) -> str:
    found = [t.attributes for t in parts.workbook_tags if t.name == "sheet"]
    return next((v.get("sheetId", "") for v in found if v.get("name") == sheet.name), "")


def _encoding(parts: Parts, part: str) -> str:
    return to_utf8(parts.read(part), part)[1]


# the check


def _check(move: Move, old: bytes, grid: Grid, new: bytes) -> None:
    """Scan the new end of the tab: every cell is where it was, but for the totals row's."""
    after = scan(new, move.sheet.name)
    if _kept(move, old, grid) != _kept(move, new, after) or grid.merges != after.merges:
        raise wrong(move.sheet.name)
    before, moved = _styles(move, grid.rows.get(move.row)), _styles(move, after.rows.get(move.to))
    if before != moved or _styles(move, after.rows.get(move.row)):
        raise wrong(move.sheet.name)


def _kept(move: Move, xml: bytes, grid: Grid) -> dict[tuple[int, int], bytes]:
    zone, rows = move.zone, (move.row, move.to)
    return {
        (number, cell.column): xml[cell.start : cell.end]
        for number, row in grid.rows.items()
        for cell in row.cells
        if number not in rows or not zone[1] <= cell.column <= zone[3]
    }


def _styles(move: Move, row: Row | None) -> list[tuple[int, str, bool]]:
    return [
        (cell.column, attributes(cell.raw).get("s", ""), cell.formula)
        for cell in _inside(move, row)
    ]
