"""What a cell holds now: plain text out of shared and inline strings, numbers, flags and errors."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from operator import sub
from typing import Final

from sheetops.errors import WorkbookUnreadable
from sheetops.stores.excel.ooxml.cells import serial, unescape_text
from sheetops.stores.excel.ooxml.markup import attributes, tags, text_of

_ITEM: Final = re.compile(
    rb"<(?:[\w.\-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.\-]+:)?si\s*>)", re.S
)
_FIRST: Final = re.compile(rb"<(?:[\w.\-]+:)?si(?=[\s/>])")
_TEXT: Final = re.compile(rb"<(?:[\w.\-]+:)?t(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.\-]+:)?t\s*>)", re.S)
_PHONETIC: Final = re.compile(rb"<((?:[\w.\-]+:)?rPh)[\s>].*?</\1\s*>", re.S)
_VALUE: Final = re.compile(rb"<(?:[\w.\-]+:)?v(?:\s[^>]*)?>(.*?)</(?:[\w.\-]+:)?v\s*>", re.S)

_STRETCH: Final = 1 << 11
_BLOCK: Final = 1 << 20

Held = tuple[str, object]
NOTHING: Final[Held] = ("", None)


def rich_text(xml: bytes) -> str:
    """The plain text of an `si` or `is`: all its `t`, but for phonetic hints."""
    if b"rPh" in xml:
        xml = _PHONETIC.sub(b"", xml)
    if b"<!" in xml:
        return unescape_text(_text_by_tags(xml))
    return unescape_text("".join(text_of(found or b"") for found in _TEXT.findall(xml)))


def _text_by_tags(xml: bytes) -> str:
    xml = b"<x>" + re.sub(rb"(</?)[\w.\-]+:", rb"\1", xml) + b"</x>"
    pieces, start = [], 0
    for tag in tags(xml):
        if tag.name == "t" and tag.kind == "open":
            start = tag.end
        elif tag.name == "t" and tag.kind == "close":
            pieces.append(text_of(xml[start : tag.start]))
    return "".join(pieces)


class SharedStrings:
    """The workbook's shared strings, loaded (as UTF-8) and decoded only when asked for.

    `size` is that of their part in bytes, as far as it is known.
    """

    def __init__(self, load: Callable[[], bytes] | None, size: int = 0) -> None:
        self._load = load
        self.size = size
        self._known: dict[int, str] = {}

    @cached_property
    def _xml(self) -> bytes:
        return self._load() if self._load is not None else b""

    @cached_property
    def _opening(self) -> bytes:
        """How items begin; "" if comments or CDATA may hold the same, so that tags must be seen."""
        first = None if _has_markup(self._xml) else _FIRST.search(self._xml)
        return first[0] if first else b""

    @cached_property
    def _starts(self) -> array[int]:
        """Where items begin, or, with an opening, how many do before each stretch of the part:
        noting all of 300,000 items takes as long as unpacking the tab."""
        xml, opening = self._xml, self._opening
        if not opening:
            return array("Q", _starts_by_tags(xml) if xml else ())
        counts, count = array("Q"), 0
        for at in range(0, len(xml), _STRETCH):
            counts.append(count)
            count += xml.count(opening, at, at + _STRETCH + len(opening) - 1)
        return counts

    @cached_property
    def _count(self) -> int:
        return self._xml.count(self._opening) if self._opening else len(self._starts)

    def _start(self, index: int) -> int:
        """Where an item begins, -1 if it is not there."""
        if not 0 <= index < self._count:
            return -1
        if not self._opening:
            return self._starts[index]
        stretch = bisect_right(self._starts, index) - 1
        place = stretch * _STRETCH - 1
        for _ in range(index - self._starts[stretch] + 1):
            place = self._xml.find(self._opening, place + 1)
        return place

    def __getitem__(self, index: int) -> str:
        text = self._known.get(index)
        if text is None:
            start = self._start(index)
            item = _ITEM.match(self._xml, start) if start >= 0 else None
            if item is None:
                raise WorkbookUnreadable(
                    f"The workbook is damaged: it refers to a text ({index}) that is not there.",
                    "Open it in Excel, let it repair the file and save it.",
                )
            text = self._known[index] = rich_text(item[1] or b"")
        return text

    def __len__(self) -> int:
        return self._count

    def forget(self) -> None:
        """Let go of the part's memory; it is loaded anew if asked for again."""
        self._known.clear()
        for name in ("_xml", "_opening", "_starts", "_count", "longest"):
            self.__dict__.pop(name, None)

    @cached_property
    def longest(self) -> int:
        """The bytes of the longest text, its markup included; never too few."""
        xml = self._xml
        if not self._opening:
            return max(map(sub, [*self._starts[1:], len(xml)], self._starts), default=0)
        longest = open_since = 0
        for at in range(0, len(xml), _BLOCK):
            first, *others = map(len, xml[at : at + _BLOCK].split(self._opening))
            longest = max(longest, open_since + first, *others)
            open_since = others[-1] if others else open_since + first
        return longest + len(self._opening)

    def length(self, index: int) -> int:
        """The bytes of a text, its markup included; 0 for one that is not there."""
        start, end = self._start(index), self._start(index + 1)
        return (end if end >= 0 else len(self._xml)) - start if start >= 0 else 0


def _has_markup(xml: bytes) -> bool:
    return b"!" in xml and b"<!" in xml  # one byte is sought ten times faster


def _starts_by_tags(xml: bytes) -> Iterator[int]:
    for tag in tags(xml, "sharedStrings"):
        if tag.name == "si" and tag.depth == 1 and tag.kind != "close":
            yield tag.start


def held(raw: bytes, inner: bytes, shared: SharedStrings) -> Held:
    """What a cell holds: ("n", number), ("s", text), ("b", flag), ("e", code), ("d", text).

    `raw` are its attributes, `inner` the markup between its tags. An empty text counts as nothing.
    """
    kind = attributes(raw).get("t", "n")
    if kind == "inlineStr":
        text = rich_text(inner)
        return ("s", text) if text else NOTHING
    match = _VALUE.search(inner)
    if match is None:
        return NOTHING
    text = text_of(match[1])
    if kind == "s":
        text = shared[int(text)]
        return ("s", text) if text else NOTHING
    if kind == "str":
        return ("s", unescape_text(text)) if text else NOTHING
    return _plain(kind, text.strip())


def _plain(kind: str, text: str) -> Held:
    if not text:
        return NOTHING
    if kind == "b":
        return "b", text in ("1", "true")
    if kind == "n":
        try:
            return "n", float(text)
        except ValueError:
            return "?", text
    return kind, text


def meant(value: object, *, uses_1904: bool) -> Held:
    """What a cell holds after `value` was written into it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, str):
        return "s", value
    if isinstance(value, bool):
        return "b", value
    if isinstance(value, date):
        return "n", serial(value, uses_1904=uses_1904)
    if isinstance(value, int | float):
        return "n", float(value)
    return "?", value
