"""The parts of a workbook and how they hang together.

Parts are not where one would think (no `sheet1.xml`, no `xl/workbook.xml`, backslashes): only the
relationships say what is what. Transitional and strict files use different addresses for the same
things, so the last word of a relationship's type decides.
"""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel.ooxml.markup import Tag, tags, to_utf8
from sheetops.stores.excel.ooxml.package import Package, damaged

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS: Final = "Open it in Excel and save it as a workbook (.xlsx)."
_BINARY_MAIN: Final = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of a part: `kind` is the last word of its type, `target` a part's name."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A tab by its name and its part; `is_grid` is False for chart and dialog sheets."""

    name: str
    part: str
    is_grid: bool


@contextmanager
def plainly(name: str) -> Iterator[None]:
    """Turn what malformed parts make of our code (a style that is no number, a tag without its
    attribute) into WorkbookUnreadable: the file is at fault, and a person is told so."""
    try:
        yield
    except (ValueError, LookupError, ArithmeticError, struct.error) as error:
        raise damaged(name, f"a part holds what it must not ({error})") from error


class Parts:
    """The parts of one package, found through its relationships.

    Raises WorkbookUnreadable if the package holds no workbook that Excel would open.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._relations: dict[str, list[Relation]] = {}
        self._names = {_normal(name): name for name in package.members}
        if len(self._names) < len(package.members):
            raise damaged(package.name, "it holds a part twice")
        main = [r for r in self.relations("") if r.kind == "officeDocument"]
        if not main or self.member(main[0].target) is None:
            raise WorkbookUnreadable(f"{package.name} is not an Excel workbook.", _SAVE_AS)
        self.workbook = main[0].target
        self._check_kind()

    def member(self, part: str) -> str | None:
        """The zip member that holds a part, or None."""
        return self._names.get(_normal(part))

    def read(self, part: str) -> bytes:
        """The part's bytes. Raises WorkbookUnreadable if it is not there or damaged."""
        member = self.member(part)
        if member is None:
            raise damaged(self.package.name, f"its part {part} is missing")
        return self.package.read(member)

    def tags(self, part: str) -> Iterator[Tag]:
        """The tags of a (small) part."""
        return tags(to_utf8(self.read(part), part)[0], part)

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part ("" for the package's own), targets outside left out."""
        if part not in self._relations:
            self._relations[part] = self._read_relations(part)
        return self._relations[part]

    def _read_relations(self, part: str) -> list[Relation]:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        if self.member(rels) is None:
            return []
        found = []
        for tag in self.tags(rels):
            values = tag.attributes if tag.name == "Relationship" and tag.kind != "close" else {}
            if values and values.get("TargetMode") != "External":
                kind = values.get("Type", "").rstrip("/").rpartition("/")[2]
                target = unquote(values.get("Target", "").replace("\\", "/"))
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.append(Relation(values.get("Id", ""), kind, target))
        return found

    def related(self, kind: str, part: str | None = None) -> list[str]:
        """The parts of one kind that a part (the workbook by default) points to, if they exist."""
        relations = self.relations(self.workbook if part is None else part)
        return [r.target for r in relations if r.kind == kind and self.member(r.target)]

    @cached_property
    def workbook_tags(self) -> list[Tag]:
        """The tags of the workbook part."""
        return [tag for tag in self.tags(self.workbook) if tag.kind != "close"]

    @cached_property
    def sheets(self) -> dict[str, SheetPart]:
        """All tabs in their order, by name."""
        relations = {r.id: r for r in self.relations(self.workbook)}
        found = {}
        for tag in self.workbook_tags:
            if tag.name == "sheet" and tag.depth == 2:  # noqa: PLR2004 - workbook/sheets/sheet
                values = tag.attributes
                ids = [v for k, v in values.items() if k.endswith(":id")]
                relation = relations.get(ids[0] if ids else "")
                if relation is not None and self.member(relation.target):
                    name = values.get("name", "")
                    found[name] = SheetPart(name, relation.target, relation.kind == "worksheet")
        if not found:
            raise damaged(self.package.name, "it has no tabs")
        return found

    @cached_property
    def uses_1904(self) -> bool:
        """Whether days are counted from 1904 (old Mac workbooks) and not from 1900."""
        flags = [t.attributes.get("date1904") for t in self.workbook_tags if t.name == "workbookPr"]
        return bool(flags) and flags[0] in ("1", "true")

    def refuse_signed(self) -> None:
        """Raises WriteRefused if the workbook is signed: any change would break the signature."""
        if any(r.kind == "origin" for r in self.relations("")):
            raise WriteRefused(
                f"{self.package.name} carries a digital signature, which any change would break.",
                "Remove the signature in Excel, or use a copy without one.",
            )

    def _check_kind(self) -> None:
        wanted = _normal(self.workbook)
        types = {}
        for tag in self.tags("[Content_Types].xml"):
            if tag.name == "Override" and tag.kind != "close":
                values = tag.attributes
                types[_normal(values.get("PartName", ""))] = values.get("ContentType", "")
        kind = types.get(wanted, "")
        if kind == _BINARY_MAIN or self.workbook.endswith(".bin"):
            raise WorkbookUnreadable(
                f"{self.package.name} is a binary workbook (.xlsb), which cannot be used.", _SAVE_AS
            )
        root = self.workbook_tags[0].name if self.workbook_tags else ""
        if root != "workbook":
            raise WorkbookUnreadable(f"{self.package.name} is not an Excel workbook.", _SAVE_AS)


def _normal(part: str) -> str:
    """Part names are compared without case; some writers put backslashes."""
    return part.replace("\\", "/").lstrip("/").lower()


def refuse_other_formats(name: str, raw: bytes) -> None:
    """Raises WorkbookUnreadable, with the mend, for a file that is not a zip file at all."""
    if raw.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise WorkbookUnreadable(
                f"{name} is protected by a password.",
                "Remove the password in Excel (File, Info, Protect Workbook) and save it.",
            )
        raise WorkbookUnreadable(f"{name} is an old Excel file (.xls).", _SAVE_AS)
    if not raw:
        raise WorkbookUnreadable(f"{name} is empty (0 bytes).", "Fetch it again, or use a copy.")
    if b"application/vnd.oasis.opendocument" in raw[:200]:
        raise WorkbookUnreadable(f"{name} is an OpenDocument file (.ods).", _SAVE_AS)
    if not raw.startswith(b"PK") and b"PK\x05\x06" not in raw[-66_000:]:
        raise _not_zip(name, raw)


def _not_zip(name: str, raw: bytes) -> WorkbookUnreadable:
    head = raw[:1000].lstrip().lower()
    if raw.startswith(b"PK\x03\x04"):
        return damaged(name, "it ends too early")
    if head.startswith((b"<!doctype html", b"<html")):
        return WorkbookUnreadable(
            f"{name} is a web page, not a workbook.", "Download the file itself."
        )
    if b"\0" not in raw[:1000]:
        return WorkbookUnreadable(f"{name} is a text file (.csv?), not a workbook.", _SAVE_AS)
    return WorkbookUnreadable(f"{name} is not an Excel workbook.", _SAVE_AS)
