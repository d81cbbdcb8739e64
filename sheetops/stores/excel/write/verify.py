"""Look at the finished file before it replaces anything."""

from __future__ import annotations

from sheetops.errors import WriteRefused
from sheetops.stores.excel.ooxml.limits import Limits
from sheetops.stores.excel.ooxml.package import open_package
from sheetops.stores.excel.write.editor import Edited


def verify(edited: Edited, raw: bytes, limits: Limits) -> None:
    """Raises WriteRefused if the new file is not the old one with just the edits."""
    old = edited.package
    new = open_package(old.name, raw, limits)
    if list(new.members) != list(dict.fromkeys([*old.members, *edited.changed])):
        raise _wrong(old.name, "its parts")
    for name, now in new.members.items():
        member = old.members.get(name, now)
        if name in edited.changed:
            for _ in new.chunks(name):
                pass  # its size and checksum are those of the XML that the engine checked
        elif old.raw[member.start : member.end] != raw[now.start : now.end]:
            raise _wrong(old.name, name)


def _wrong(name: str, part: str) -> WriteRefused:
    return WriteRefused(
        f"The new version of {name} did not pass its check ({part}); the old one stays.",
        "Please report this.",
    )
