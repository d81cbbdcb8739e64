"""Cell styles: whether one shows its number as a date, and a twin of one that does.

A style is added only when a date is written into a cell that would show it as `46349`.
"""

from __future__ import annotations

import posixpath
import re
from datetime import date, datetime
from enum import Enum
from typing import Final

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.markup import (
    Splice,
    Tag,
    from_utf8,
    set_attribute,
    spliced,
    tags,
    to_utf8,
)
from sheetops.stores.excel.ooxml.parts import Parts

_BUILT_IN_DATES: Final = {14, 15, 16, 17, 22, *range(27, 32), *range(34, 37), *range(50, 59)}
_BUILT_IN_TIMES: Final = {18, 19, 20, 21, 45, 47}
_BUILT_IN_DURATION: Final = 46
_DATE, _MOMENT = 14, 22
_NOT_CODE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def shows_date(code: str) -> bool:
    """Whether a number format's code shows a day: it has a year, a day or a month's name."""
    bare = _NOT_CODE.sub("", code.partition(";")[0]).lower()
    if bare.strip() in ("", "general", "@") or "general" in bare:
        return False
    return any(letter in bare for letter in "yd") or "mmm" in bare


class Shown(Enum):
    """What a number looks like in a cell."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time of day"
    DURATION = "duration"


def shown_as(code: str) -> Shown:
    """What a number format's code makes of a number."""
    bare = _NOT_CODE.sub("", code.partition(";")[0]).lower()
    if shows_date(code):
        return Shown.DATE
    if re.search(r"\[(h+|m+|s+)\]", bare):
        return Shown.DURATION
    is_time = "general" not in bare and bare.strip() != "@" and re.search("[hs]", bare)
    return Shown.TIME if is_time else Shown.NUMBER


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BLANK: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
).encode()
"""The least styles part that Excel takes, for a workbook without one."""
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STYLED: Final = re.compile(rb"""\s(?:s|style)=["'](?!0["'])""")


def new_part(parts: Parts, xml: bytes) -> dict[str, bytes]:
    """A new styles part, with the parts that say that it is there.

    Raises WriteRefused if cells already go by styles that are not there: they would get these.
    """
    folder, name = posixpath.split(parts.workbook)
    part, rels = posixpath.join(folder, "styles.xml"), posixpath.join(folder, f"_rels/{name}.rels")
    relations = parts.relations(parts.workbook)
    grids = [sheet.part for sheet in parts.sheets.values() if sheet.is_grid]
    styled = any(_STYLED.search(to_utf8(parts.read(sheet), sheet)[0]) for sheet in grids)
    if styled or parts.member(part) or any(r.kind == "styles" for r in relations):
        raise _no_styles()
    kinds = [t.attributes.get("Type", "") for t in parts.tags(rels) if t.kind != "close"]
    kind = next(k for k in kinds if k.endswith("/worksheet")).removesuffix("worksheet") + "styles"
    known = {relation.id for relation in relations}
    id_ = next(i for n in range(len(kinds) + 1) if (i := f"rIdStyles{n}") not in known)
    main = parts.workbook_tags[0].uri
    return {
        part: xml.replace(_MAIN.encode(), main.encode()),
        rels: _with_child(
            parts, rels, f'Relationship Id="{id_}" Type="{kind}" Target="styles.xml"'
        ),
        "[Content_Types].xml": _with_child(
            parts, "[Content_Types].xml", f'Override PartName="/{part}" ContentType="{_TYPE}"'
        ),
    }


def _with_child(parts: Parts, part: str, element: str) -> bytes:
    """The part with an element more, as the last of its root."""
    xml, encoding = to_utf8(parts.read(part), part)
    end = list(tags(xml, part))[-1]
    prefix = end.prefix.decode() + ":" if end.prefix else ""
    new = spliced(xml, [(end.start, end.start, f"<{prefix}{element}/>".encode())])
    return from_utf8(new, encoding)


def _no_styles() -> WriteRefused:
    return WriteRefused(
        "The workbook has no cell styles, so that a date would show as a bare number.",
        "Open it in Excel once and save it.",
    )


class Styles:
    """The cell styles of a workbook, with those that a write adds.

    `xml` is the styles part as UTF-8; None for a workbook without one, when it is only read.
    """

    def __init__(self, xml: bytes | None, part: str = "") -> None:
        self._xml = xml or b""
        self._formats: list[Tag] = []
        self._ends: list[int] = []
        self._table: Tag | None = None
        self._table_end = 0
        self._codes: dict[int, str] = {}
        self._added: dict[tuple[int, int], int] = {}
        self._new: list[bytes] = []
        self._shown: dict[int, Shown] = {}
        if xml is not None:
            self._scan(part)

    def is_date(self, style: int) -> bool:
        """Whether a cell of this style shows its number as a day."""
        return self.shown(style) is Shown.DATE

    def shown(self, style: int) -> Shown:
        """What a number looks like in a cell of this style."""
        if style not in self._shown:
            self._shown[style] = self._look_up(style)
        return self._shown[style]

    def _look_up(self, style: int) -> Shown:
        if style >= len(self._formats):
            return Shown.DATE if style in self._added.values() else Shown.NUMBER
        number = int(self._formats[style].attributes.get("numFmtId", "0"))
        if number in self._codes:
            return shown_as(self._codes[number])
        if number in _BUILT_IN_DATES:
            return Shown.DATE
        if number in _BUILT_IN_TIMES:
            return Shown.TIME
        return Shown.DURATION if number == _BUILT_IN_DURATION else Shown.NUMBER

    def for_date(self, style: int, value: date) -> int:
        """The style itself if it shows a day, else its twin that does (added if need be)."""
        if self.is_date(style):
            return style
        if self._table is None or self._table.kind != "open":
            raise _no_styles()
        number = _MOMENT if isinstance(value, datetime) else _DATE
        if (style, number) not in self._added:
            self._added[style, number] = len(self._formats) + len(self._new)
            self._new.append(self._twin(style, number))
        return self._added[style, number]

    def xml(self) -> bytes | None:
        """The styles part with what was added; None if nothing was."""
        if not self._new or self._table is None:
            return None
        table = self._table
        count = str(len(self._formats) + len(self._new))
        head = b"<" + (table.prefix + b":" if table.prefix else b"") + b"cellXfs"
        head += set_attribute(table.raw, "count", count) + b">"
        splices: list[Splice] = [
            (table.start, table.end, head),
            (self._table_end, self._table_end, b"".join(self._new)),
        ]
        return spliced(self._xml, splices)

    def _twin(self, style: int, number: int) -> bytes:
        if style < len(self._formats):
            tag, end = self._formats[style], self._ends[style]
            body = self._xml[tag.end : end]
            raw = tag.raw
        else:
            tag, body, raw = (
                self._formats[0],
                b"",
                b' numFmtId="0" fontId="0" fillId="0" borderId="0"',
            )
        raw = set_attribute(set_attribute(raw, "numFmtId", str(number)), "applyNumberFormat", "1")
        name = (tag.prefix + b":" if tag.prefix else b"") + b"xf"
        return b"<" + name + raw + (b">" + body if body else b"/>")

    def _scan(self, part: str) -> None:
        within = ""
        for tag in tags(self._xml, part):
            if tag.depth == 1:
                within = tag.name if tag.kind == "open" else ""
                self._note_table(tag)
            elif within == "cellXfs" and tag.name == "xf" and tag.depth == 2:  # noqa: PLR2004 - styleSheet/cellXfs/xf
                self._note_format(tag)
            elif within == "numFmts" and tag.kind != "close":
                values = tag.attributes
                self._codes[int(values.get("numFmtId", "0"))] = values.get("formatCode", "")

    def _note_table(self, tag: Tag) -> None:
        if tag.name != "cellXfs":
            return
        if tag.kind == "close":
            self._table_end = tag.start
        else:
            self._table = tag

    def _note_format(self, tag: Tag) -> None:
        if tag.kind == "close":
            self._ends[-1] = tag.end
        else:
            self._formats.append(tag)
            self._ends.append(tag.end)
