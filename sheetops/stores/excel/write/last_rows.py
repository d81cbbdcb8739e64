"""The end of a long tab, as a tab of its own: enough to see where new rows go.

Scanning 100,000 rows tag by tag takes half a minute; the place for new rows is decided by the last
two rows that hold a value, and by what stands below them.
"""

from __future__ import annotations

import re
from typing import Final

from sheetops.stores.excel.ooxml.cells import Box
from sheetops.stores.excel.ooxml.scanner import scan
from sheetops.stores.excel.ooxml.strings import SharedStrings
from sheetops.stores.excel.write.table import used_cells

_ROOT: Final = re.compile(rb"<(?:([\w.\-]+):)?worksheet[\s>]")
_NUMBERED: Final = re.compile(rb'<(?:[\w.\-]+:)?row r="([0-9]+)"')
_ENOUGH: Final = 2


def last_rows(xml: bytes, box: Box, shared: SharedStrings) -> bytes:
    """The tab without the rows above the last two that hold a constant inside the box.

    The tab as it is, if it is short, or if its rows are not written the usual way.
    """
    root = _ROOT.search(xml[:100_000])
    if root is None or b"<!" in xml:
        return xml
    prefix = root[1] + b":" if root[1] else b""
    tag, opening = b"<" + prefix + b"row ", b"<" + prefix + b"sheetData>"
    first, end = xml.find(tag), xml.find(b"</" + prefix + b"sheetData>")
    if first < 0 or end < first or opening not in xml[:first]:
        return xml
    frame = xml[:first], xml[end:]
    place, found = end, 0
    while found < _ENOUGH:
        start = xml.rfind(tag, first, place)
        if start <= first:
            return xml
        row = xml[start:place]
        number = _NUMBERED.match(row)
        if number is None:
            return xml
        if int(number[1]) < box[0]:
            break
        found += int(number[1]) <= box[2] and _holds(row, frame, box, shared)
        place = start
    return frame[0] + xml[place:end] + frame[1]


def _holds(row: bytes, frame: tuple[bytes, bytes], box: Box, shared: SharedStrings) -> bool:
    if b"v>" not in row and b"t>" not in row:
        return False
    whole = frame[0] + row + frame[1]
    return any(
        box[1] <= column <= box[3]
        for found in scan(whole, "", strict=False).rows.values()  # the whole is scanned strictly
        for column in used_cells(whole, found, shared).constants
    )
