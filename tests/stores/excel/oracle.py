"""Two independent judges of a write: lxml over the package's parts, and calamine over its values.

Neither shares code with `sheetops.stores.excel`. Both answer with a list of what is wrong.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path

from lxml import etree
from python_calamine import CalamineWorkbook

Cells = Mapping[str, object]
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_LARGEST = 20_000_000
_MUCH = 100 * _LARGEST
_LETTERS = re.compile(rb"\br=[\"']([A-Z]{1,3})[0-9]")
_ROWS = re.compile(rb"row\s(?:[^>]*?\s)?r=[\"']([0-9]{1,7})")
_PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True)


@dataclass
class Verdict:
    """What a judge found: harm in words, and the parts that changed."""

    harm: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def judge(before: Path, after: Path, written: Mapping[str, Cells]) -> Verdict:
    """Compare two files; `written` is {tab: {address: value}}, the only cells that may differ."""
    verdict = Verdict()
    judge_parts(before, after, written, verdict)
    judge_values(before, after, written, verdict)
    return verdict


def members(path: Path) -> dict[str, tuple[zipfile.ZipInfo, bytes]]:
    """All members with their unpacked bytes."""
    with zipfile.ZipFile(path) as package:
        return {info.filename: (info, package.read(info)) for info in package.infolist()}


def judge_parts(before: Path, after: Path, written: Mapping[str, Cells], verdict: Verdict) -> None:
    """Every part is the same bytes, or one of the few that may change, in the one way it may."""
    old, new = members(before), members(after)
    if list(old) != list(new):
        verdict.harm.append("the members are not the same, or not in the same order")
        return
    sheets = {part: tab for tab, part in sheet_parts(old).items()}
    for name, (info, content) in old.items():
        other, changed = new[name]
        same_frame = (info.date_time, info.comment, info.external_attr) == (
            other.date_time,
            other.comment,
            other.external_attr,
        )
        if not same_frame:
            verdict.harm.append(f"{name}: its time, comment or attributes changed")
        if content == changed:
            continue
        verdict.parts.append(name)
        verdict.harm += _judge_part(name, content, changed, written.get(sheets.get(name, ""), {}))


def _judge_part(name: str, old: bytes, new: bytes, targets: Cells) -> list[str]:
    try:
        before, after = etree.fromstring(old, _PARSER), etree.fromstring(new, _PARSER)
    except etree.XMLSyntaxError as error:
        return [f"{name}: not well-formed ({error})"]
    if _root_tag(old) != _root_tag(new):
        return [f"{name}: its root's tag (prefixes, mc:Ignorable) changed"]
    kind = etree.QName(before).localname
    strip = {
        "worksheet": lambda root: _strip_sheet(root, targets),
        "workbook": _strip_workbook,
        "styleSheet": lambda root: _strip_styles(root, before),
        "table": _strip_table,
    }.get(kind)
    if strip is None:
        return [f"{name}: a {kind} should not have changed"]
    known = set(_disorder(before)) if kind == "worksheet" else set()
    order = [x for x in _disorder(after) if x not in known] if kind == "worksheet" else []
    strip(before)
    strip(after)
    if etree.tostring(before, method="c14n") != etree.tostring(after, method="c14n"):
        return [*order, f"{name}: more changed than the cells asked for"]
    return order


def _root_tag(xml: bytes) -> bytes:
    text = xml.decode("utf-16") if xml[:2] in (b"\xff\xfe", b"\xfe\xff") else xml.decode("latin-1")
    match = re.search(r"<[A-Za-z][^>]*>", text)
    return match[0].encode() if match else b""


def _cells(root: etree._Element) -> Iterable[tuple[etree._Element, int, int, etree._Element]]:
    """Each cell with its row and column, counted where they lack their numbers."""
    space = "{" + str(etree.QName(root).namespace) + "}"
    number = 0
    for row in root.iterfind(f"{space}sheetData/{space}row"):
        number = int(row.get("r", number + 1))
        column = 0
        for cell in row.iterfind(f"{space}c"):
            match = _ADDRESS.fullmatch(cell.get("r", "").upper())
            column = _number(match[1]) if match else column + 1
            yield row, number, column, cell


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _strip_sheet(root: etree._Element, targets: Cells) -> None:
    places = set()
    for address in targets:
        match = _ADDRESS.fullmatch(address)
        assert match
        places.add((int(match[2]), _number(match[1])))
    space = "{" + str(etree.QName(root).namespace) + "}"
    for row, number, column, cell in list(_cells(root)):
        if (number, column) in places:
            row.remove(cell)
        else:
            cell.set("r", f"{number}/{column}")
    _strip_rows(root, space)
    for dimension in root.iterfind(f"{space}dimension"):
        dimension.attrib.pop("ref", None)
    data = root.find(f"{space}sheetData")
    if data is not None and not len(data):
        data.text = None


def _strip_rows(root: etree._Element, space: str) -> None:
    number = 0
    for row in list(root.iterfind(f"{space}sheetData/{space}row")):
        number = int(row.get("r", number + 1))
        row.attrib.pop("spans", None)
        row.set("r", str(number))
        if not len(row):
            row.text = None
            if set(row.attrib) <= {"r"}:
                parent = row.getparent()
                assert parent is not None
                parent.remove(row)


def _strip_workbook(root: etree._Element) -> None:
    space = "{" + str(etree.QName(root).namespace) + "}"
    for found in list(root.iterfind(f"{space}calcPr")):
        found.attrib.pop("fullCalcOnLoad", None)
        if not found.attrib:
            root.remove(found)


def _strip_styles(root: etree._Element, old: etree._Element) -> None:
    space = "{" + str(etree.QName(root).namespace) + "}"
    formats, known = root.find(f"{space}cellXfs"), old.find(f"{space}cellXfs")
    assert formats is not None
    assert known is not None
    count = len(known.findall(f"{space}xf"))
    for added in formats.findall(f"{space}xf")[count:]:
        formats.remove(added)
    formats.attrib.pop("count", None)


def _strip_table(root: etree._Element) -> None:
    for found in (root, *root.iterfind("{*}autoFilter")):
        found.attrib.pop("ref", None)


def _disorder(root: etree._Element) -> list[str]:
    """What the validators miss: order, spans, dimension, references, lengths."""
    found: list[str] = []
    last: tuple[int, int] = (0, 0)
    for row, number, column, cell in _cells(root):
        if (number, column) <= last:
            found.append(f"cell {number}/{column} is out of order")
        last = number, column
        spans = re.findall(r"(\d+):(\d+)", row.get("spans", ""))
        if spans and not any(int(a) <= column <= int(b) for a, b in spans):
            found.append(f"cell {number}/{column} lies outside its row's spans")
        if cell.get("t") == "inlineStr" and len("".join(cell.itertext())) > 40_000:
            found.append(f"cell {number}/{column} holds too much text")
    return found


def sheet_parts(content: Mapping[str, tuple[zipfile.ZipInfo, bytes]]) -> dict[str, str]:
    """{tab: member} by the relationships."""
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in content}

    def part(name: str) -> bytes:
        return content[names[name.lower()]][1] if name.lower() in names else b"<x/>"

    def relations(name: str) -> dict[str, tuple[str, str]]:
        folder, base = posixpath.split(name)
        root = etree.fromstring(part(posixpath.join(folder, "_rels", base + ".rels")), _PARSER)
        found = {}
        for item in root:
            if isinstance(item.tag, str):
                target = str(item.get("Target", "")).replace("\\", "/")
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[str(item.get("Id"))] = (str(item.get("Type", "")), target)
        return found

    found = [t for kind, t in relations("").values() if kind.endswith("/officeDocument")]
    if not found:
        return {}
    main = found[0]
    sheets = relations(main)
    root = etree.fromstring(part(main), _PARSER)
    tabs = {}
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        id_ = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        if id_ in sheets and sheets[id_][1].lower() in names:
            tabs[str(sheet.get("name"))] = names[sheets[id_][1].lower()]
    return tabs


def values(path: Path, by_hand: Collection[str] = ()) -> dict[str, dict[tuple[int, int], object]]:
    """{tab: {(row, column): value}} as calamine reads them, empty cells left out.

    The tabs `by_hand` are read by lxml, as they stand: calamine takes memory for every place of a
    tab's area, and aborts the whole process where a cell stands far away.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    found: dict[str, dict[tuple[int, int], object]] = {}
    for name in book.sheet_names:
        if name in by_hand:
            found[name] = _standing(path, name)
            continue
        sheet = book.get_sheet_by_name(name)
        start = sheet.start or (0, 0)
        found[name] = {
            (start[0] + i + 1, start[1] + j + 1): value
            for i, row in enumerate(sheet.to_python(skip_empty_area=True))
            for j, value in enumerate(row)
            if value != ""
        }
    return found


def far_tabs(path: Path) -> set[str]:
    """The tabs whose area or texts are too large for calamine."""
    content = members(path)
    found = set()
    for tab, name in sheet_parts(content).items():
        if _is_near(content[name][1]) and len(content[name][1]) * _longest(content) < _MUCH:
            continue
        try:
            root = etree.fromstring(content[name][1], _PARSER)
        except etree.XMLSyntaxError:
            continue
        places = [(number, column) for _, number, column, _ in _cells(root)]
        rows, columns = zip(*places, strict=True) if places else ((0,), (0,))
        area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
        if area > _LARGEST or len(places) * _longest(content) > _MUCH:
            found.add(tab)
    return found


def _is_near(xml: bytes) -> bool:
    """Whether all addresses of a tab say, at a glance, that its area is small."""
    if xml[1:2] == b"\0" or b"<row>" in xml or b"<c>" in xml:
        return False
    letters = {_number(found.decode()) for found in set(_LETTERS.findall(xml))}
    rows = max(map(int, _ROWS.findall(xml)), default=0)
    return rows * max(letters, default=0) <= _LARGEST


def _longest(content: Mapping[str, tuple[zipfile.ZipInfo, bytes]]) -> int:
    """The bytes of the longest shared text: calamine holds one for every cell that uses it."""
    found = [c for n, (_, c) in content.items() if n.lower().endswith("sharedstrings.xml")]
    return max((len(item) for xml in found for item in xml.split(b"si>")), default=0)


def _standing(path: Path, tab: str) -> dict[tuple[int, int], object]:
    """The texts that stand in a tab's cells: a number, or the number of a shared text."""
    content = members(path)
    root = etree.fromstring(content[sheet_parts(content)[tab]][1], _PARSER)
    texts = {(row, column): "".join(cell.itertext()) for _, row, column, cell in _cells(root)}
    return {place: _as_number(text) for place, text in texts.items() if text}


def _as_number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _if_readable(
    path: Path, by_hand: Collection[str], verdict: Verdict
) -> dict[str, dict[tuple[int, int], object]] | None:
    try:
        return values(path, by_hand)
    except BaseException as error:
        # a panic of calamine's Rust derives from BaseException and cannot be imported
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        verdict.parts.append(f"(calamine cannot read it: {error})")
        return None


def judge_values(before: Path, after: Path, written: Mapping[str, Cells], verdict: Verdict) -> None:
    """All values but the targets' are as they were, and the targets' as they were meant."""
    far = far_tabs(before) | far_tabs(after)
    old = _if_readable(before, far, verdict)
    if old is None:
        return
    new = values(after, far)
    for tab, cells in old.items():
        wanted = {}
        for address, value in written.get(tab, {}).items():
            match = _ADDRESS.fullmatch(address)
            assert match
            wanted[int(match[2]), _number(match[1])] = value
        kept = {place: value for place, value in cells.items() if place not in wanted}
        left = {place: value for place, value in new[tab].items() if place not in wanted}
        if repr(sorted(kept.items())) != repr(sorted(left.items())):
            verdict.harm.append(f"{tab}: values of other cells changed")
        for place, value in wanted.items():
            found = new[tab].get(place)
            if isinstance(value, float) and isinstance(found, date | time | timedelta):
                continue  # a number in a row or column whose style is a date is shown as one
            if found != value and not (value in (None, "") and found is None):
                verdict.harm.append(f"{tab} {place}: {found!r} stands there, not {value!r}")
