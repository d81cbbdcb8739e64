"""Put values into a tab's XML as it streams by: the fast engine.

It takes rows and cells as nearly every writer writes them (`<row r="7"`, `<c r="B7"`, one prefix,
no comments) and raises `Unusual` for anything else, which the general engine takes over. Both are
checked against each other in the tests. Memory stays at a few megabytes, however long the tab is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import lt
from typing import Final

from sheetops.stores.excel.ooxml.cells import Formula, column_number, parse_box
from sheetops.stores.excel.ooxml.limits import MAX_ROW
from sheetops.stores.excel.ooxml.markup import spliced
from sheetops.stores.excel.ooxml.scanner import scan
from sheetops.stores.excel.ooxml.strings import NOTHING, Held, held
from sheetops.stores.excel.write.batch import Batch
from sheetops.stores.excel.write.cell_xml import (
    Target,
    Writer,
    dimension_splices,
    letters_of,
    widened,
)
from sheetops.stores.excel.write.columns import Block
from sheetops.stores.excel.write.diff import Check, wrong
from sheetops.stores.excel.write.targets import COLUMNS
from sheetops.workbook.raw import Value

_PIECE: Final = 1 << 19
_RUN: Final = 16
_SPARSE: Final = 32  # one row in so many: the others are not worth being taken apart
_HEAD_LIMIT: Final = 8 << 20
_ROOT: Final = re.compile(rb"<(?:([\w.\-]+):)?worksheet[\s>]")
_FORMULA: Final = re.compile(rb"<(?:[\w.\-]+:)?f[\s/>]")
_ARRAY: Final = re.compile(rb"<(?:[\w.\-]+:)?f\b[^>]*\bt=[\"'](?:array|dataTable)[\"'][^>]*>")
_REF: Final = re.compile(rb"\bref=[\"']([^\"']*)[\"']")

Cells = Mapping[int, "Value | Formula"]


class Unusual(Exception):
    """Raised when a tab is not written the usual way, before anything was changed."""


@dataclass(slots=True)
class Streamed:
    """What the stream brought: the tab's head (comes before all else), the cells that differ."""

    head: bytes = b""
    cells: int = 0
    formulas: bool = False


class Stream:
    """One pass over a tab. `run` gives the new XML piece by piece, but for its head."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.by_row = target.cells
        self.numbers = target.cells.rows
        self.done = Streamed()
        self.last_row = 0
        self.ways: dict[tuple[int, ...], Batch] = {}
        self.arrays: list[str] = []

    def run(self, chunks: Iterator[bytes], put: Callable[[bytes], None]) -> Streamed:
        """Read the tab's chunks and `put` the new ones.

        Raises Unusual, or WriteRefused for a cell that cannot be written without harm.
        """
        head, rest = self._head(chunks)
        buffer = rest
        closing = b"</" + self.p + b"sheetData>"
        row_tag = self.row_tag
        end = buffer.find(closing)
        for chunk in chunks:
            if end >= 0:
                buffer += chunk
                continue
            if len(buffer) >= _PIECE:
                cut = buffer.rfind(row_tag)
                if cut > 0:
                    put(self._body(buffer[:cut]))
                    buffer = buffer[cut:]
            known = max(0, len(buffer) - len(closing))
            buffer += chunk
            end = buffer.find(closing, known)
        if end < 0:
            raise Unusual
        put(self._body(buffer[:end], last=True))
        put(buffer[end:])
        self._finish(head, buffer[end:])
        return self.done

    def _head(self, chunks: Iterator[bytes]) -> tuple[bytes, bytes]:
        buffer = b""
        for chunk in chunks:
            buffer += chunk
            root = _ROOT.search(buffer)
            prefix = (root[1] + b":" if root and root[1] else b"") if root else b""
            tag = b"<" + prefix + b"sheetData>"
            place = buffer.find(tag)
            if place >= 0:
                break
            if len(buffer) > _HEAD_LIMIT:
                raise Unusual
        else:
            raise Unusual
        cut = place + len(tag)
        head = buffer[:cut]
        if not _is_plain_utf8(head) or b"<!" in head:
            raise Unusual
        self.p = prefix
        self.row_tag = b"<" + prefix + b"row "
        self.skeleton = b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
        self.grid = scan(head + self.skeleton, self.target.tab)
        self.writer = Writer(self.target, self.grid)
        self.check = Check(self.target.tab, prefix, self._held_in, self._expected)
        self.cell_start = re.compile(rb"<" + prefix + rb'c r="([A-Z]{1,3})([0-9]+)"')
        p = re.escape(prefix)
        self.row_number = re.compile(rb"<" + p + rb'row r="([0-9]+)"')
        self.row_start = re.compile(rb"<" + p + rb'row r="([0-9]+)"([^>]*)>')
        self.canonical = re.compile(
            rb"<" + p + rb'c r="[A-Z]+[0-9]+"(?: s="([0-9]+)")?(?: t="([a-z]+)")?'
            rb"(?:/>|><" + p + rb"v>([^<&]*)</" + p + rb"v></" + p + rb"c>)"
        )
        return head, buffer[cut:]

    def _body(self, xml: bytes, *, last: bool = False) -> bytes:
        """The new XML of whole rows."""
        if _has(xml, b"!", b"<!") or _has(xml, b"?", b"<?") or _has(xml, b"x", b"xmlns"):
            raise Unusual
        digits = self.row_number.findall(xml)
        if len(digits) != xml.count(b"<" + self.p + b"row"):
            raise Unusual
        numbers = list(map(int, digits))
        self._refuse_disorder(numbers)
        self._note_formulas(xml)
        first, end = self.last_row, numbers[-1] if numbers else self.last_row
        self.last_row = end
        low = bisect_right(self.numbers, first)
        high = len(self.numbers) if last else bisect_right(self.numbers, end)
        if low == high:
            return xml
        return self._rows(xml, digits, list(self.numbers[low:high]))

    def _refuse_disorder(self, numbers: list[int]) -> None:
        ascending = all(map(lt, numbers, islice(numbers, 1, None)))
        if not numbers:
            return
        if numbers[0] <= self.last_row or not ascending or numbers[-1] > MAX_ROW:
            raise Unusual  # the general engine says which row it is

    def _note_formulas(self, xml: bytes) -> None:
        if not _has(xml, b"f", b"<" + self.p + b"f"):
            return
        self.done.formulas = self.done.formulas or _FORMULA.search(xml) is not None
        if b"array" in xml or b"dataTable" in xml:
            self.arrays += [
                ref.decode() for tag in _ARRAY.findall(xml) for ref in _REF.findall(tag)
            ]

    def _rows(self, xml: bytes, digits: list[bytes], wanted: list[int]) -> bytes:
        numbers = list(map(int, digits))
        if len(wanted) < _RUN or len(wanted) * _SPARSE < len(numbers) or b"\0" in xml:
            return self._walk(xml, numbers, wanted)
        return self._stretch(xml, numbers, digits, wanted) or self._apart(xml, numbers, wanted)

    def _stretch(
        self, xml: bytes, numbers: list[int], digits: list[bytes], wanted: list[int]
    ) -> bytes | None:
        """Write rows that follow each other and have the same columns to write; None if not."""
        first = bisect_left(numbers, wanted[0])
        end = first + len(wanted)
        if numbers[first:end] != wanted:
            return None
        places, cells = self.by_row.between(wanted[0], wanted[-1])
        width = len(places) // len(wanted)
        columns = tuple([place % COLUMNS for place in places[:width]])
        for at, column in enumerate(columns):
            if list(places[at::width]) != [row * COLUMNS + column for row in wanted]:
                return None
        start = xml.index(self.row_tag + b'r="%b"' % digits[first]) if first else 0
        after = len(xml)
        if end < len(numbers):
            after = xml.index(self.row_tag + b'r="%b"' % digits[end], start)
        start = xml.index(self.row_tag, start)
        values = [cells[at::width] for at in range(width)]
        block = Block(xml[start:after], wanted, digits[first:end], values)
        new = self._batch(columns).run(block)
        return None if new is None else b"".join((xml[:start], new, xml[after:]))

    def _apart(self, xml: bytes, numbers: list[int], wanted: list[int]) -> bytes:
        """Write any rows, those together that have the same columns to write."""
        rows = xml.split(self.row_tag)
        places = dict(zip(numbers, range(1, len(rows)), strict=True))
        alike: dict[tuple[int, ...], list[int]] = {}
        for number in wanted:
            if number in places:
                alike.setdefault(tuple(self.by_row[number]), []).append(number)
        for columns, found in alike.items():
            batch = self._batch(columns)
            groups: dict[tuple[bool, ...], list[int]] = {}
            for number in found:
                groups.setdefault(batch.has(rows[places[number]], b"%d" % number), []).append(
                    number
                )
            for group in groups.values():
                self._together(rows, batch, [(places[number], number) for number in group])
        for number in wanted:
            if number not in places:
                new = self.writer.new_row(number, self.by_row[number])
                self.check.rows(b"", new)
                rows[bisect_left(numbers, number)] += new
        return self.row_tag.join(rows)

    def _batch(self, columns: tuple[int, ...]) -> Batch:
        found = self.ways.get(columns)
        if found is None:
            found = self.ways[columns] = Batch(self.writer, columns, self.p)
        return found

    def _together(self, rows: list[bytes], batch: Batch, places: list[tuple[int, int]]) -> None:
        """Write rows at once, or by halves, so that one by one are only those that must be."""
        if len(places) < _RUN:
            for place, number in places:
                rows[place] = self._alone(rows[place], number)
            return
        numbers = [number for _, number in places]
        cells = [list(self.by_row[number].values()) for number in numbers]
        xml = self.row_tag.join([b"", *(rows[place] for place, _ in places)])
        columns = list(map(list, zip(*cells, strict=True)))
        new = batch.run(Block(xml, numbers, [b"%d" % number for number in numbers], columns))
        if new is None:
            half = len(places) // 2
            self._together(rows, batch, places[:half])
            self._together(rows, batch, places[half:])
            return
        for (place, _), row in zip(places, new.split(self.row_tag)[1:], strict=True):
            rows[place] = row

    def _alone(self, row: bytes, number: int) -> bytes:
        old = self.row_tag + row
        new = self._row(old, number)
        self.check.rows(old, new)
        return new[len(self.row_tag) :]

    def _walk(self, xml: bytes, numbers: list[int], wanted: list[int]) -> bytes:
        pieces: list[bytes] = []
        old: list[bytes] = []
        tag = b"<" + self.p + b"row "
        position = index = start = 0
        count = len(numbers)
        for number in wanted:
            index = bisect_left(numbers, number, index)
            if index < count:
                start = xml.index(tag + b'r="%d"' % numbers[index], start)
            else:
                start = len(xml)
            if index == count or numbers[index] != number:
                new, after = self.writer.new_row(number, self.by_row[number]), start
            else:
                after = xml.find(tag, start + 1)
                after = after if after >= 0 else len(xml)
                new = self._row(xml[start:after], number)
            pieces += (xml[position:start], new)
            old.append(xml[start:after])
            position = after
        pieces.append(xml[position:])
        self._check(xml, pieces, old)
        return b"".join(pieces)

    def _check(self, xml: bytes, pieces: list[bytes], old: list[bytes]) -> None:
        """What lies between the rows is as it was, and the rows are as they were meant."""
        between = pieces[::2]
        whole = [piece for pair in zip(between, old, strict=False) for piece in pair]
        if b"".join([*whole, between[-1]]) != xml:
            raise wrong(self.target.tab)
        self.check.rows(b"".join(old), b"".join(pieces[1::2]))

    def _row(self, row: bytes, number: int) -> bytes:
        cells = self.by_row[number]
        if row[row.index(b">") - 1 : row.index(b">")] == b"/":
            return self._filled_row(row, number, cells)
        ending = b"%d" % number
        head = b"<" + self.p + b'c r="'
        pieces: list[bytes] = []
        position = 0
        missing = {}
        for column in sorted(cells):
            place = row.find(head + letters_of(column) + ending + b'"', position)
            if place < 0:
                missing[column] = cells[column]
                continue
            end, new = self._cell(row, place, number, column)
            if new is not None:
                pieces += (row[position:place], new)
                position = end
        result = b"".join((*pieces, row[position:])) if pieces else row
        return self._insert(result, number, missing) if missing else result

    def _cell(self, row: bytes, place: int, number: int, column: int) -> tuple[int, bytes | None]:
        """The end of a cell and its new XML, None if it already holds the value."""
        value = self.by_row[number][column]
        match = self.canonical.match(row, place)
        if match is not None:
            style, kind, text = match.groups()
            old = self._held(kind, text)
            return match.end(), self.writer.changed((number, column), value, old, style)
        tag_end = row.index(b">", place) + 1
        raw = row[place + len(self.p) + 2 : tag_end - 1]
        if raw.count(b'"') % 2 or b"'" in raw:
            raise Unusual
        if raw.endswith(b"/"):
            end, inner, raw = tag_end, b"", raw[:-1]
        else:
            closing = b"</" + self.p + b"c>"
            end = row.find(closing, tag_end) + len(closing)
            if end < tag_end:
                raise Unusual
            inner = row[tag_end : end - len(closing)]
        if _FORMULA.search(inner) and not isinstance(value, Formula):
            raise self.writer.refusal((number, column), "holds a formula")
        found = re.search(rb'\ss="([0-9]+)"', raw)
        old = held(raw, inner, self.target.shared)
        style = found[1] if found else None
        return end, self.writer.changed((number, column), value, old, style)

    def _held(self, kind: bytes | None, text: bytes | None) -> Held:
        if not text:
            return NOTHING
        if kind == b"s":
            shared = self.target.shared[int(text)]
            return ("s", shared) if shared else NOTHING
        raw = b' t="' + (kind or b"n") + b'"'
        return held(raw, b"<v>" + text + b"</v>", self.target.shared)

    def _held_in(self, cell: bytes) -> Held:
        raw, _, inner = cell.partition(b">")
        return held(raw, inner, self.target.shared)

    def _expected(self, address: bytes) -> Held | None:
        """What a cell must hold now; None if nothing was asked for it."""
        letters = address.rstrip(b"0123456789")
        row, column = int(address[len(letters) :]), column_number(letters.decode())
        at = self.by_row.find(row, column)
        if at < 0:
            return None
        value = self.by_row.cells[at]
        return NOTHING if isinstance(value, Formula) else self.writer.meant(value)

    def _insert(self, row: bytes, number: int, missing: Cells) -> bytes:
        """Put cells that the row lacks into their places."""
        found = list(self.cell_start.finditer(row))
        columns = [column_number(m[1].decode()) for m in found]
        tag = b"<" + self.p + b"c"
        if row.count(tag + b" ") + row.count(tag + b">") + row.count(tag + b"/") != len(found):
            raise Unusual
        if columns != sorted(set(columns)) or any(int(m[2]) != number for m in found):
            raise Unusual
        start = self.row_start.match(row)
        close = row.rfind(b"</" + self.p + b"row>")
        if start is None or close < 0:
            raise Unusual
        pieces: list[bytes] = []
        position = start.end()
        added = []
        for column in sorted(missing):
            new = self.writer.new_cell((number, column), missing[column], start[2])
            if new:
                index = bisect_left(columns, column)
                place = found[index].start() if index < len(found) else close
                pieces += (row[position:place], new)
                position = place
                added.append(column)
        if not added:
            return row
        head = row[: start.start(2)] + widened(start[2], added) + b">"
        return b"".join((head, *pieces, row[position:]))

    def _filled_row(self, row: bytes, number: int, cells: Cells) -> bytes:
        """A row without cells, with its first ones."""
        start = self.row_start.match(row)
        if start is None:
            raise Unusual
        raw = start[2][:-1]
        added = {c: self.writer.new_cell((number, c), cells[c], raw) for c in sorted(cells)}
        body = b"".join(added.values())
        if not body:
            return row
        head = b"<" + self.p + b'row r="%d"' % number
        raw = widened(raw, [column for column, new in added.items() if new])
        closing = b"</" + self.p + b"row>"
        return head + raw + b">" + body + closing + row[start.end() :]

    def _finish(self, head: bytes, tail: bytes) -> None:
        """Check what stands after the rows (merges), and widen the dimension."""
        if b"<!" in tail or b"<" + self.p + b"row " in tail:
            raise Unusual
        grid = scan(head + tail, self.target.tab)
        arrays = [box for box in map(parse_box, self.arrays) if box]
        self.writer.refuse_unsafe(grid.merges, arrays)
        self.done.cells = len(self.writer.done)
        self.done.head = spliced(head, dimension_splices(grid, self.writer))


def _has(xml: bytes, rare: bytes, text: bytes) -> bool:
    """Whether the text is there. One rare byte of it is sought first, which is ten times faster."""
    return rare in xml and text in xml


def _is_plain_utf8(head: bytes) -> bool:
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=[\"']([\w\-]+)[\"']", head)
    return b"\0" not in head[:200] and (
        declared is None or declared[1].lower() in (b"utf-8", b"utf8")
    )
