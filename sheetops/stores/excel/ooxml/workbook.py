"""The workbook part: the flag that makes Excel compute everything anew when it opens the file."""

from __future__ import annotations

from typing import Final

from sheetops.stores.excel.ooxml.markup import Tag, set_attribute, spliced, tags

# calcPr comes after these, in the order that the format demands.
_BEFORE: Final = {
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
}


def with_full_calculation(xml: bytes, part: str) -> bytes:
    """The workbook part with `calcPr@fullCalcOnLoad` set, everything else as it stands."""
    place, prefix = 0, b""
    for tag in tags(xml, part):
        if tag.depth == 0:
            prefix = tag.prefix + b":" if tag.prefix else b""
        elif tag.depth == 1 and tag.name == "calcPr" and tag.kind != "close":
            return _flagged(xml, tag)
        elif tag.depth == 1 and tag.name in _BEFORE and tag.kind != "open":
            place = tag.end
    return spliced(xml, [(place, place, b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')])


def _flagged(xml: bytes, tag: Tag) -> bytes:
    if tag.attributes.get("fullCalcOnLoad") in ("1", "true"):
        return xml
    name = (tag.prefix + b":" if tag.prefix else b"") + b"calcPr"
    end = b"/>" if tag.kind == "empty" else b">"
    raw = set_attribute(tag.raw, "fullCalcOnLoad", "1")
    return spliced(xml, [(tag.start, tag.end, b"<" + name + raw + end)])
