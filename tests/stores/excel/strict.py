"""What would make Excel repair a file and validators miss: a third judge of a write, by lxml alone.

`faults` counts what is wrong with a file, by kind and part; `new_faults` are those that a write
brought. Originals have faults of their own, which do not count.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from lxml import etree

from tests.stores.excel.oracle import members

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True)
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
_LONGEST = 32_767
_TALL = 10_000  # merges of whole columns are not looked at
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
Box = tuple[int, int, int, int]
Fault = tuple[str, str]
"""A part's name and what is wrong in it, without places: they may move."""


def new_faults(before: Path, after: Path) -> list[Fault]:
    """What is wrong with `after` and was not with `before`."""
    old, new = _Book(before), _Book(after)
    changed = {n for n, c in new.content.items() if old.content.get(n) != c}
    shared = any("able" in n or "trings" in n for n in changed)  # tabs depend on these
    same = () if shared else new.content.keys() - changed
    return sorted((Counter(new.faults(same)) - Counter(old.faults(same))).elements())


def faults(path: Path) -> Counter[Fault]:
    """All that is wrong with a workbook, counted."""
    return Counter(_Book(path).faults())


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _place(text: str) -> tuple[int, int] | None:
    match = _ADDRESS.fullmatch(text.upper())
    return (int(match[2]), _number(match[1])) if match else None


def _box(text: str) -> Box | None:
    ends = [_place(end) for end in (text.split(":") * 2)[:2]]
    if ends[0] is None or ends[-1] is None:
        return None
    return (*ends[0], *ends[-1])


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _length(text: str) -> int:
    return len(_ESCAPE.sub("x", text).encode("utf-16-le", "surrogatepass")) // 2


class _Book:
    def __init__(self, path: Path) -> None:
        self.content = {name: data for name, (_, data) in members(path).items()}
        self.names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self.content}
        self.roots: dict[str, etree._Element] = {}

    def faults(self, passed: Collection[str] = ()) -> Iterator[Fault]:
        """All faults, the tabs left out that are `passed` over."""
        for name, data in self.content.items():
            if name.lower().endswith((".xml", ".rels", ".vml")):
                try:
                    self.roots[name] = etree.fromstring(data, _PARSER)
                except etree.XMLSyntaxError:
                    yield name, "not well-formed"
        yield from self._package()
        for name, root in list(self.roots.items()):
            yield from ((name, f"undeclared prefix {p}") for p in _undeclared(root))
            if etree.QName(root).localname == "worksheet" and name not in passed:
                sheet = _Sheet(name, root, self)
                yield from ((name, fault) for fault in sheet.faults())
            elif etree.QName(root).localname == "calcChain":
                yield from ((name, fault) for fault in self._chain(name, root))

    def _package(self) -> Iterator[Fault]:
        """Every part is there only once; every relationship leads somewhere."""
        if len(self.names) != len(self.content):
            yield "", "a part twice"
        yield from self._untyped()
        for name in self.roots:
            if name.lower().endswith(".rels"):
                for target in _targets(name, self.roots[name]):
                    if target.lower() not in self.names:
                        yield name, f"leads to {target}, which is not there"

    def _untyped(self) -> Iterator[Fault]:
        """The parts without a content type."""
        types = self.roots.get(self.names.get("[content_types].xml", ""))
        known = set() if types is None else set(_kinds(types))
        for name in self.names:
            extension = "." + name.rpartition(".")[2]
            is_part = not name.startswith("[content") and not name.endswith("/")
            if known and is_part and not {f"/{name}", extension} & known:
                yield "", f"no content type for {name}"

    def related(self, part: str, kind: str) -> list[str]:
        """The parts of one kind that a part points to."""
        folder, base = posixpath.split(part.replace("\\", "/"))
        rels = self.names.get(posixpath.join(folder, "_rels", base + ".rels").lower().lstrip("/"))
        root = self.roots.get(rels or "")
        if root is None or rels is None:
            return []
        found = [t.lower() for t in _targets(rels, root, kind)]
        return [self.names[target] for target in found if target in self.names]

    @cached_property
    def workbook(self) -> str:
        """The workbook part."""
        return next(iter(self.related("", "officeDocument")), "")

    def _root_of(self, kind: str) -> etree._Element | None:
        parts = self.related(self.workbook, kind)
        return self.roots.get(parts[0]) if parts else None

    @cached_property
    def texts(self) -> list[str]:
        """The shared strings."""
        root = self._root_of("sharedStrings")
        items = [] if root is None else root.iterfind("{*}si")
        return ["".join(t.text or "" for t in _text_tags(item)) for item in items]

    @cached_property
    def styles(self) -> int | None:
        """How many cell styles there are, None without a styles part."""
        root = self._root_of("styles")
        return None if root is None else len(root.findall("{*}cellXfs/{*}xf"))

    def _chain(self, name: str, root: etree._Element) -> Iterator[str]:
        """Every entry is a cell with a formula."""
        book = self.roots.get(self.workbook)
        ids: dict[str, str] = {}
        if book is not None:
            rels = dict(_by_id(self.roots[self.names[_rels_of(self.workbook).lower()]]))
            for sheet in book.iterfind("{*}sheets/{*}sheet"):
                id_ = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
                target = posixpath.join("/", posixpath.dirname(self.workbook), rels.get(id_, ""))
                target = posixpath.normpath(target).lstrip("/").lower()
                ids[str(sheet.get("sheetId"))] = self.names.get(target, "")
        number = ""
        formulas: dict[str, set[tuple[int, int]]] = {}
        for entry in root.iterfind("{*}c"):
            number = str(entry.get("i", number))
            part = ids.get(number, "")
            if part not in formulas and part in self.roots:
                formulas[part] = _Sheet(part, self.roots[part], self).formulas()
            if _place(str(entry.get("r", ""))) not in formulas.get(part, ()):
                yield "calcChain names a cell without a formula"


def _rels_of(part: str) -> str:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", base + ".rels")


def _kinds(types: etree._Element) -> Iterator[str]:
    for item in types:
        if isinstance(item.tag, str):
            yield str(item.get("PartName", "")).lower() or "." + str(item.get("Extension")).lower()


def _by_id(rels: etree._Element) -> Iterator[tuple[str, str]]:
    for item in rels.iterfind("{*}Relationship"):
        yield str(item.get("Id")), str(item.get("Target", "")).replace("\\", "/")


def _targets(name: str, root: etree._Element, kind: str = "") -> Iterator[str]:
    folder = posixpath.dirname(posixpath.dirname(name.replace("\\", "/").lstrip("/")))
    for item in root.iterfind("{*}Relationship"):
        target = str(item.get("Target", "")).replace("\\", "/")
        if item.get("TargetMode") == "External" or target.startswith("#"):
            continue
        if str(item.get("Type", "")).endswith("/" + kind) or not kind:
            yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _undeclared(root: etree._Element) -> Iterator[str]:
    """The prefixes that mc:Ignorable names though nothing declares them."""
    for element in root.iter(etree.Element):
        for prefix in str(element.get(_IGNORABLE, "")).split():
            if prefix not in element.nsmap:
                yield prefix


def _text_tags(item: etree._Element) -> Iterable[etree._Element]:
    return (t for t in item.iter("{*}t") if "rPh" not in str(getattr(t.getparent(), "tag", "")))


class _Sheet:
    def __init__(self, name: str, root: etree._Element, book: _Book) -> None:
        self.name = name
        self.root = root
        self.book = book
        self.space = "{" + str(etree.QName(root).namespace) + "}"
        self.cells: dict[tuple[int, int], etree._Element] = {}

    def faults(self) -> Iterator[str]:
        yield from self._rows()
        yield from self._dimension()
        yield from self._shared_formulas()
        yield from self._merges()
        yield from self._tables()

    def formulas(self) -> set[tuple[int, int]]:
        """The places of the cells with a formula."""
        list(self._rows())
        return {p for p, cell in self.cells.items() if cell.find(f"{self.space}f") is not None}

    def _rows(self) -> Iterator[str]:
        number = 0
        for row in self.root.iterfind(f"{self.space}sheetData/{self.space}row"):
            given = row.get("r")
            now = int(given) if given else number + 1
            if now <= number or now > 1_048_576:
                yield "rows not ascending"
            number = now
            yield from self._row(row, number)

    def _row(self, row: etree._Element, number: int) -> Iterator[str]:
        spans = [(int(a), int(b)) for a, b in re.findall(r"(\d+):(\d+)", row.get("spans", ""))]
        last = 0
        for cell in row.iterfind(f"{self.space}c"):
            place = _place(str(cell.get("r", ""))) or (number, last + 1)
            if place[0] != number:
                yield "a cell outside its row"
            if place[1] <= last or place[1] > 16_384:
                yield "cells not ascending"
            if spans and not any(a <= place[1] <= b for a, b in spans):
                yield "a cell outside its row's spans"
            last = place[1]
            self.cells[number, last] = cell
            yield from self._cell(cell)

    def _cell(self, cell: etree._Element) -> Iterator[str]:
        if self.book.styles is not None and int(cell.get("s", "0")) >= max(1, self.book.styles):
            yield "a style that is not there"
        children = [etree.QName(c).localname for c in cell if isinstance(c.tag, str)]
        if children != sorted(set(children), key=["f", "v", "is", "extLst"].index):
            yield "a cell's children out of order"
        kind, value = cell.get("t", "n"), cell.findtext(f"{self.space}v")
        if kind == "inlineStr" and value is not None:
            yield "a value in a cell of inline text"
        if kind == "inlineStr" and _length(self.text(cell)) > _LONGEST:
            yield "a text too long"
        if value is not None and not self._is_valid(kind, value):
            yield f"a value that is none ({kind})"

    def _is_valid(self, kind: str, value: str) -> bool:
        if kind == "s":
            return value.strip().isdigit() and int(value) < len(self.book.texts)
        if kind == "b":
            return value.strip() in ("0", "1", "true", "false")
        if kind == "n":
            return not value.strip() or bool(
                re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", value.strip())
            )
        return kind in ("str", "inlineStr", "e", "d")

    def text(self, cell: etree._Element | None) -> str:
        """What a cell of text shows."""
        if cell is None:
            return ""
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in _text_tags(cell))
        value = cell.findtext(f"{self.space}v") or ""
        if cell.get("t") == "s" and value.isdigit() and int(value) < len(self.book.texts):
            return self.book.texts[int(value)]
        return value

    def _dimension(self) -> Iterator[str]:
        found = self.root.find(f"{self.space}dimension")
        box = _box(str(found.get("ref", ""))) if found is not None else None
        if box is None:
            return
        outside = [p for p in self.cells if not _meet(box, (*p, *p))]
        if outside:
            yield "cells outside the dimension"

    def _shared_formulas(self) -> Iterator[str]:
        masters: dict[str, Box | None] = {}
        for cell in self.cells.values():
            for formula in cell.iterfind(f"{self.space}f"):
                if formula.get("t") == "shared" and formula.get("ref"):
                    masters[str(formula.get("si"))] = _box(str(formula.get("ref")))
        for place, cell in self.cells.items():
            formula = cell.find(f"{self.space}f")
            if formula is not None and formula.get("t") == "shared":
                box = masters.get(str(formula.get("si")))
                if box is None:
                    yield "a shared formula without its master"
                elif not _meet(box, (*place, *place)):
                    yield "a shared formula outside its master's area"

    def _merges(self) -> Iterator[str]:
        found = [
            _box(str(m.get("ref", ""))) for m in self.root.iterfind("{*}mergeCells/{*}mergeCell")
        ]
        rows: dict[int, list[tuple[int, int]]] = {}
        for box in [box for box in found if box is not None and box[2] - box[0] < _TALL]:
            for row in range(box[0], box[2] + 1):
                rows.setdefault(row, []).append((box[1], box[3]))
        if any(one[1] >= other[0] for r in rows.values() for one, other in pairwise(sorted(r))):
            yield "merges overlap"

    def _tables(self) -> Iterator[str]:
        boxes: list[Box] = []
        for part in self.book.related(self.name, "table"):
            root = self.book.roots.get(part)
            box = _box(str(root.get("ref", ""))) if root is not None else None
            if root is None or box is None:
                yield "a table without an area"
                continue
            boxes.append(box)
            yield from _Table(root, box, self).faults()
        merges = [
            _box(str(m.get("ref", ""))) for m in self.root.iterfind("{*}mergeCells/{*}mergeCell")
        ]
        for one, other in pairwise(sorted(boxes)):
            if _meet(one, other):
                yield "tables overlap"
        for merge in merges:
            if merge is not None and any(_meet(merge, box) for box in boxes):
                yield "a merge in a table"


class _Table:
    def __init__(self, root: etree._Element, box: Box, sheet: _Sheet) -> None:
        self.root = root
        self.box = box
        self.sheet = sheet
        self.headings = int(root.get("headerRowCount", "1"))
        self.totals = int(root.get("totalsRowCount", "0"))

    def faults(self) -> Iterator[str]:
        columns = self.root.findall("{*}tableColumns/{*}tableColumn")
        names = [str(column.get("name")) for column in columns]
        if len(names) != self.box[3] - self.box[1] + 1:
            yield "a table's columns are not as many as its area is wide"
        if str(len(names)) != self.root.find("{*}tableColumns").get("count", str(len(names))):
            yield "a table's columns are not as many as it says"
        if len({name.casefold() for name in names}) != len(names):
            yield "two columns of a table have one name"
        if self.box[2] - self.box[0] + 1 < self.headings + self.totals + 1:
            yield "a table without a row of data"
        yield from self._filter()
        yield from self._headings(names) if self.headings else ()
        yield from self._totals(columns) if self.totals else ()

    def _filter(self) -> Iterator[str]:
        found = self.root.find("{*}autoFilter")
        box = _box(str(found.get("ref", ""))) if found is not None else None
        if box is not None and box != (*self.box[:2], self.box[2] - self.totals, self.box[3]):
            yield "a table's filter is not over its data"

    def _headings(self, names: list[str]) -> Iterator[str]:
        for column, name in enumerate(names, self.box[1]):
            cell = self.sheet.cells.get((self.box[0], column))
            if _same_name(self.sheet.text(cell)) != _same_name(name):
                yield "a heading is not the name of its column"
            if cell is not None and cell.get("t") not in ("s", "str", "inlineStr"):
                yield "a heading that is no text"

    def _totals(self, columns: list[etree._Element]) -> Iterator[str]:
        for at, column in enumerate(columns, self.box[1]):
            cell = self.sheet.cells.get((self.box[2], at))
            label = column.get("totalsRowLabel")
            if label and self.sheet.text(cell) != label:
                yield "a totals row's label is not in its cell"
            function = column.get("totalsRowFunction", "none")
            formula = None if cell is None else cell.find(f"{self.sheet.space}f")
            if function != "none" and formula is None:
                yield "a totals row's formula is not in its cell"


def _same_name(text: str) -> str:
    """Column names hold line ends as `_x000a_`, cells as they are."""
    text = re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").casefold()
