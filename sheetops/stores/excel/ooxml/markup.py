"""XML as it stands: tags with their places in the bytes, so that they can be edited where they are.

Parsing into a tree and writing it back renames prefixes, which `mc:Ignorable` names literally, and
drops what the tree's maker did not know. This scanner keeps offsets and changes nothing. It knows
namespaces, comments, CDATA and processing instructions; it refuses a DOCTYPE, so there are no
entities beyond the five of XML and the numbered ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from xml.parsers import expat

from sheetops.errors import WorkbookUnreadable

_TOKEN: Final = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[(?P<cdata>.*?)\]\]>|\?.*?\?>|(?P<doctype>!DOCTYPE)"
    rb"|(?P<close>/?)(?:(?P<prefix>[^\s/>!?:]+):)?(?P<name>[^\s/>!?:]+)"
    rb"(?P<attributes>(?:[^>\"'/]|\"[^\"]*\"|'[^']*'|/(?!>))*)(?P<empty>/?)>)",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BOMS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)[\"']")
_PARSED: Final = 8 << 20

Splice = tuple[int, int, bytes]


class Tag(NamedTuple):
    """One tag: `kind` is open, close or empty; the element's depth counts from 0 at the root."""

    kind: str
    uri: str
    name: str
    prefix: bytes
    raw: bytes
    start: int
    end: int
    depth: int

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name as written (with prefix), entities decoded."""
        return attributes(self.raw)


def attributes(raw: bytes) -> dict[str, str]:
    """Attributes of a tag by name as written (with prefix), entities decoded."""
    return {
        match[1].decode(): unescape((match[2] if match[3] is None else match[3]).decode())
        for match in _ATTRIBUTE.finditer(raw)
    }


def unescape(text: str) -> str:
    """Decode XML's own five entities and numbered ones."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= sys.maxunicode else "�"


def tags(xml: bytes, part: str = "") -> Iterator[Tag]:
    """All tags in order. Raises WorkbookUnreadable on a DOCTYPE or tags that do not nest."""
    scopes: list[dict[bytes, str]] = [{b"": "", b"xml": "http://www.w3.org/XML/1998/namespace"}]
    names: list[bytes] = []
    for match in _TOKEN.finditer(xml):
        if match["name"] is None:
            _refuse_doctype(match["doctype"], part)
            continue
        prefix = match["prefix"] or b""
        qualified = prefix + b":" + match["name"]
        if match["close"]:
            if not names or names.pop() != qualified:
                raise WorkbookUnreadable(f"The part {part} is damaged: its tags do not nest.")
            uri = scopes.pop().get(prefix, "")
            kind = "close"
        else:
            scope = _scope(scopes[-1], match["attributes"])
            uri = scope.get(prefix, "")
            kind = "empty" if match["empty"] else "open"
            if kind == "open":
                names.append(qualified)
                scopes.append(scope)
        depth = len(names) - (kind == "open")
        name = match["name"].decode("utf-8", "replace")
        yield Tag(kind, uri, name, prefix, match["attributes"], *match.span(), depth)
    if names:
        raise WorkbookUnreadable(f"The part {part} is damaged: it ends too early.")


def _refuse_doctype(found: bytes | None, part: str) -> None:
    if found:
        raise WorkbookUnreadable(
            f"The part {part} declares a DOCTYPE, which no spreadsheet program writes.",
            "If you trust the file, open it in Excel and save it.",
        )


def _scope(outer: dict[bytes, str], raw: bytes) -> dict[bytes, str]:
    if b"xmlns" not in raw:
        return outer
    scope = dict(outer)
    for key, value in attributes(raw).items():
        if key == "xmlns":
            scope[b""] = value
        elif key.startswith("xmlns:"):
            scope[key[6:].encode()] = value
    return scope


def text_of(xml: bytes) -> str:
    """The text inside markup: CDATA as it is, entities decoded, tags and comments left out."""
    pieces, position = [], 0
    for match in _TOKEN.finditer(xml):
        pieces.append(unescape(_lines(xml[position : match.start()])))
        if match["cdata"] is not None:
            pieces.append(_lines(match["cdata"]))
        position = match.end()
    pieces.append(unescape(_lines(xml[position:])))
    return "".join(pieces)


def _lines(text: bytes) -> str:
    """Raw text with the line ends that every XML reader sees."""
    return text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def set_attribute(raw: bytes, name: str, value: str) -> bytes:
    """A tag's attributes with one set, the others as they stand. `value` needs no escaping."""
    for match in _ATTRIBUTE.finditer(raw):
        if match[1].decode() == name:
            start, end = match.span(2) if match[3] is None else match.span(3)
            return raw[:start] + value.encode() + raw[end:]
    body = raw.rstrip()
    return body + f' {name}="{value}"'.encode() + raw[len(body) :]


def spliced(xml: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with stretches replaced. Stretches are (start, end, new) and do not overlap."""
    pieces, position = [], 0
    for start, end, new in sorted(splices, key=lambda s: s[:2]):
        pieces += [xml[position:start], new]
        position = end
    pieces.append(xml[position:])
    return b"".join(pieces)


def encoding_of(xml: bytes) -> str:
    """The encoding of an XML part: utf-8 unless its first bytes say otherwise."""
    for mark, encoding in _BOMS.items():
        if xml.startswith(mark):
            return encoding
    if xml[:4] in (b"<\0?\0", b"\0<\0?"):
        return "utf-16-le" if xml[0] else "utf-16-be"
    declared = _DECLARED.match(xml[:200])
    return declared[1].decode().lower() if declared else "utf-8"


def to_utf8(xml: bytes, part: str) -> tuple[bytes, str]:
    """The part as UTF-8 and the encoding to put it back into. Raises WorkbookUnreadable."""
    encoding = encoding_of(xml)
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        return xml, ""
    try:
        return xml.decode(encoding).encode(), encoding
    except (UnicodeError, LookupError) as error:
        raise WorkbookUnreadable(
            f"The part {part} is damaged: its text is not {encoding}."
        ) from error


def from_utf8(xml: bytes, encoding: str) -> bytes:
    """The part in its own encoding again; "" means UTF-8."""
    return xml.decode().encode(encoding) if encoding else xml


def well_formed(xml: bytes, part: str) -> None:
    """Raises WorkbookUnreadable if an XML parser would not take the part.

    Parts beyond 8 MB are left to the engines' own checks: expat takes 15 ms a megabyte.
    """
    if len(xml) > _PARSED:
        return
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as error:
        raise WorkbookUnreadable(
            f"The part {part} is damaged: {error}.",
            "Open the workbook in Excel, let it repair the file and save it.",
        ) from error
