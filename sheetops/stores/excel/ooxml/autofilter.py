"""Which columns of a tab have a filter that is at work: the tab's own filter, and its tables'."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sheetops.stores.excel.ooxml.cells import Box, parse_box
from sheetops.stores.excel.ooxml.markup import Tag, tags, to_utf8
from sheetops.stores.excel.ooxml.parts import Parts

_ROOT: Final = re.compile(rb"<(?:[\w.\-]+:)?worksheet(?:\s[^>]*)?>")
_ENDS: Final = (b"sheetData>", b"sheetData/>", b"sheetData />")
_AFTER: Final = re.compile(rb"<(?:[\w.\-]+:)?autoFilter[\s>]")
_FILTER, _COLUMN, _CRITERIA = 1, 2, 3  # depths in a tab and in a table part alike


def filtered_columns(parts: Parts, part: str, xml: bytes) -> frozenset[int]:
    """The sheet columns (from 1) on which an active filter of this tab stands."""
    found = _active(_own(to_utf8(xml, part)[0], part))
    for table in parts.related("table", part):
        found |= _active(parts.tags(table))
    return frozenset(found)


def _own(xml: bytes, part: str) -> Iterable[Tag]:
    """The tags behind a tab's cells, as if it had none: a long tab is not scanned for a filter."""
    end = next((end for mark in _ENDS if (end := xml.rfind(mark)) >= 0), -1)
    root = _ROOT.search(xml[:100_000])
    if end < 0 or root is None or not _AFTER.search(xml, end):
        return ()
    return tags(root[0] + xml[xml.index(b">", end) + 1 :], part)


def _active(found: Iterable[Tag]) -> set[int]:
    """A column is filtered if its `filterColumn` says by what; one without only hides a button."""
    columns: set[int] = set()
    box: Box | None = None
    offset = 0
    for tag in found:
        if tag.depth == _FILTER and tag.kind != "close":
            box = parse_box(tag.attributes.get("ref", "")) if tag.name == "autoFilter" else None
        elif box is None or tag.kind == "close":
            continue
        elif tag.depth == _COLUMN and tag.name == "filterColumn":
            offset = int(tag.attributes.get("colId", "0"))
        elif tag.depth == _CRITERIA and tag.name != "extLst":
            columns.add(box[1] + offset)
    return columns
