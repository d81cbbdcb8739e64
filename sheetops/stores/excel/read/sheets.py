"""The tabs of one open workbook, each read the fastest way that reads it right."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from sheetops.stores.excel.file.replace import take
from sheetops.stores.excel.ooxml.autofilter import filtered_columns
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits
from sheetops.stores.excel.ooxml.markup import to_utf8
from sheetops.stores.excel.ooxml.parts import Parts
from sheetops.stores.excel.ooxml.strings import SharedStrings
from sheetops.stores.excel.ooxml.styles import Styles
from sheetops.stores.excel.read.cells import Reading, Strange, read_slowly, read_usual
from sheetops.stores.excel.write.editor import load
from sheetops.workbook.raw import RawTab


class Reader:
    """Reads the tabs of one open workbook."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.limits = parts.package.limits
        strings, styles = parts.related("sharedStrings"), parts.related("styles")
        load = (lambda: self._utf8(strings[0])) if strings else None
        member = parts.member(strings[0]) if strings else None
        size = parts.package.members[member].size if member else 0
        self.shared = SharedStrings(load, size)
        self.styles = Styles(self._utf8(styles[0]) if styles else None)
        self.book: CalamineWorkbook | None = None
        self.failed = False

    def tabs(self, names: list[str]) -> dict[str, RawTab]:
        """The tabs of these names, each the fastest way that reads it right."""
        return {name: self._tab(name) for name in names}

    @classmethod
    def of(cls, path: Path, limits: Limits = DEFAULT) -> Reader:
        """A reader of the workbook at the path."""
        return cls(load(path.name, take(path, limits).raw, limits))

    def tabs_slowly(self) -> dict[str, RawTab]:
        """All tabs by the general engine, to check the other way against."""
        sheets = [sheet for sheet in self.parts.sheets.values() if sheet.is_grid]
        return {s.name: read_slowly(self._utf8(s.part), self._reading(s.name)) for s in sheets}

    def _reading(self, name: str) -> Reading:
        return Reading(name, self.shared, self.styles, self.parts.uses_1904, self.limits)

    def _tab(self, name: str) -> RawTab:
        part = self.parts.sheets[name].part
        xml = [self.parts.read(part)]
        filtered = filtered_columns(self.parts, part, xml[0])
        return replace(self._cells(name, part, xml), filtered_columns=filtered)

    def _cells(self, name: str, part: str, xml: list[bytes]) -> RawTab:
        """The tab's cells; its XML is taken out of the list, so that its memory is free again."""
        reading = self._reading(name)
        if not self.failed:
            try:
                return read_usual(xml.pop(), reading, self._values(name))
            except Strange:
                pass
        return read_slowly(self._utf8(part), reading)

    def _values(self, name: str) -> Callable[[], Sequence[Sequence[object]]]:
        def values() -> Sequence[Sequence[object]]:
            try:
                if self.book is None:
                    raw = io.BytesIO(self.parts.package.raw)
                    self.book = CalamineWorkbook.from_filelike(raw)
                return self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            except CalamineError as error:  # what it cannot read, the general engine may
                self.failed = True
                raise Strange from error
            except BaseException as error:
                # a panic of calamine's Rust derives from BaseException and cannot be imported
                if type(error).__name__ != "PanicException":
                    raise
                self.failed = True
                raise Strange from error

        return values

    def _utf8(self, part: str) -> bytes:
        return to_utf8(self.parts.read(part), part)[0]
