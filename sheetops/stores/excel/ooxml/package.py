"""The zip file that a workbook is: read member by member, written with all but a few as they are.

`zipfile` cannot copy a member without packing it anew, and it forgets gaps, data descriptors and
extra fields. So the file is treated as bytes: a changed member's stretch is replaced, everything
else is copied, and the directory's sizes, checksums and offsets are set right.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO, Final, NamedTuple, cast

from zlib_ng import zlib_ng

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel.ooxml.deflate import New
from sheetops.stores.excel.ooxml.limits import DEFAULT, Limits

_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_EXCELS_DAY: Final = 0x21  # 1 January 1980
_DESCRIPTOR_FLAG: Final = 0x8
_ENCRYPTED_FLAG: Final = 0x1
_UNKNOWN: Final = 0xFFFFFFFF
_SMALL: Final = 1_000_000  # parts this small may have any ratio: they cannot hurt
_CHUNK: Final = 1 << 19
_SLICE: Final = 1 << 17
# the stubs of zlib-ng call its exception class an instance
_BROKEN: Final = (zlib.error, cast("type[Exception]", zlib_ng.error))

_AGAIN: Final = "Open it in Excel, save it as a normal workbook (.xlsx) and try again."
_COPY: Final = "It may be half copied or damaged: fetch it again, or open it in Excel and save it."


class Member(NamedTuple):
    """One member: its stretch of the file is `start:end`, its packed bytes `data:data + packed`."""

    name: str
    start: int
    data: int
    end: int
    packed: int
    size: int
    crc: int
    method: int
    flags: int
    entry: int
    entry_end: int


def damaged(name: str, why: str) -> WorkbookUnreadable:
    """The error for a file that is not whole."""
    return WorkbookUnreadable(f"{name} cannot be read: {why}.", _COPY)


@dataclass(frozen=True, slots=True)
class Package:
    """A zip file in memory. `members` keeps the order of the directory."""

    name: str
    raw: bytes
    members: Mapping[str, Member]
    directory: int
    end: int
    shift: int
    limits: Limits
    checked: set[str] = field(default_factory=set)  # members whose checksum was seen to be right

    def chunks(self, member: str, most: int = _CHUNK) -> Iterator[bytes]:
        """Inflate one member piece by piece. Raises WorkbookUnreadable if it is not as it says."""
        entry = self.members[member]
        packed = memoryview(self.raw)[entry.data : entry.data + entry.packed]
        size = crc = 0
        for piece in _inflate(self.name, entry, packed, most):
            size += len(piece)
            if size > entry.size:
                raise damaged(self.name, f"its part {member} is larger than it says")
            crc = zlib_ng.crc32(piece, crc)
            yield piece
        if size != entry.size or crc != entry.crc:
            raise damaged(self.name, f"the checksum of its part {member} is wrong")
        self.checked.add(member)

    def read(self, member: str) -> bytes:
        """Inflate one member wholly. Raises WorkbookUnreadable if size or checksum differ."""
        pieces = [p for p in self.chunks(member, self.members[member].size + 1) if p]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def write(self, changed: Mapping[str, New], out: BinaryIO) -> None:
        """Write the file with some members changed and every other byte of a member as it is.

        A changed member that the file lacks is new: it comes last.
        """
        position = written = 0
        moved: dict[str, int] = {}
        for member in sorted(self.members.values(), key=lambda m: m.start):
            gap = self.raw[position : member.start]
            out.write(gap)
            written += len(gap)
            moved[member.name] = written
            if member.name in changed:
                pieces = [_local_header(self.raw, member, changed[member.name])]
                pieces += changed[member.name].chunks
            else:
                pieces = [self.raw[member.start : member.end]]
            for piece in pieces:
                out.write(piece)
                written += len(piece)
            position = member.end
        gap = self.raw[position : self.directory]
        out.write(gap)
        written += len(gap)
        added = {name: new for name, new in changed.items() if name not in self.members}
        entries = []
        for name, new in added.items():
            header, entry = _new_headers(name, new, written - self.shift)
            entries.append(entry)
            for piece in (header, *new.chunks):
                out.write(piece)
                written += len(piece)
        self._write_directory(changed, moved, entries, written, out)

    def _write_directory(
        self,
        changed: Mapping[str, New],
        moved: Mapping[str, int],
        added: Sequence[bytes],
        start: int,
        out: BinaryIO,
    ) -> None:
        size = sum(map(len, added))
        for member in self.members.values():
            entry = _entry(self.raw, member, changed.get(member.name))
            entry = _set_offset(entry, moved[member.name] - self.shift)
            out.write(entry)
            size += len(entry)
        out.write(b"".join(added))
        fields = _END.unpack_from(self.raw, self.end)
        count = len(self.members) + len(added)
        out.write(_END.pack(fields[0], 0, 0, count, count, size, start - self.shift, fields[7]))
        out.write(self.raw[self.end + _END.size :])


def open_package(name: str, raw: bytes, limits: Limits = DEFAULT) -> Package:
    """Read a zip file's directory.

    Raises WorkbookUnreadable if it is no zip file, is damaged, is encrypted, has a member twice, or
    is larger than the limits.
    """
    if len(raw) > limits.packed:
        raise WorkbookUnreadable(
            f"{name} has {len(raw):,} bytes, more than the {limits.packed:,} that are allowed.",
            "Move pictures and old rows out of it, or raise the limit in the settings.",
        )
    end = _find_end(name, raw)
    size, offset = _END.unpack_from(raw, end)[5:7]
    directory_end = end
    if _UNKNOWN in (size, offset) or raw[end - 20 : end - 16] == b"PK\x06\x07":
        size, offset, directory_end = _zip64_end(name, raw, end)
    directory = directory_end - size
    shift = directory - offset
    if directory < 0 or shift < 0:
        raise damaged(name, "its directory is broken")
    members = _members(name, raw, directory, directory_end, shift)
    package = Package(name, raw, members, directory, end, shift, limits)
    _check(package)
    return package


def _find_end(name: str, raw: bytes) -> int:
    end = raw.rfind(b"PK\x05\x06", max(0, len(raw) - 65_557))
    if end < 0 or end + _END.size > len(raw):
        raise damaged(name, "it is not a whole zip file, which every .xlsx is")
    return end


def _zip64_end(name: str, raw: bytes, end: int) -> tuple[int, int, int]:
    start = raw.rfind(b"PK\x06\x06", max(0, end - 65_557), end)
    if start < 0 or start + 56 > end:
        raise damaged(name, "its directory is broken")
    size, offset = struct.unpack_from("<2Q", raw, start + 40)
    return size, offset, start


def _members(name: str, raw: bytes, start: int, end: int, shift: int) -> dict[str, Member]:
    members: dict[str, Member] = {}
    while start < end:
        if start + _ENTRY.size > end or raw[start : start + 4] != b"PK\x01\x02":
            raise damaged(name, "its directory is broken")
        member = _member(name, raw, start, shift)
        if member.name in members:
            raise damaged(name, f"it holds its part {member.name} twice")
        members[member.name] = member
        start = member.entry_end
    return members


def _member(name: str, raw: bytes, start: int, shift: int) -> Member:
    fields = _ENTRY.unpack_from(raw, start)
    flags, method = fields[3:5]
    crc, packed, size, name_size, extra_size, comment_size = fields[7:13]
    name_start = start + _ENTRY.size
    extra = raw[name_start + name_size : name_start + name_size + extra_size]
    size, packed, offset = _zip64_sizes(extra, [size, packed, fields[16]])
    local = offset + shift
    if raw[local : local + 4] != b"PK\x03\x04" or local + _LOCAL.size > len(raw):
        raise damaged(name, "a part is not where its directory says")
    lengths = _LOCAL.unpack_from(raw, local)[9:11]
    data = local + _LOCAL.size + sum(lengths)
    encoding = "utf-8" if flags & 0x800 else "cp437"
    return Member(
        name=raw[name_start : name_start + name_size].decode(encoding, "surrogateescape"),
        start=local,
        data=data,
        end=data + packed + _descriptor(raw, data + packed, flags, crc),
        packed=packed,
        size=size,
        crc=crc,
        method=method,
        flags=flags,
        entry=start,
        entry_end=name_start + name_size + extra_size + comment_size,
    )


def _zip64_sizes(extra: bytes, fields: list[int]) -> list[int]:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        position += 4
        if kind == 1:
            values = list(struct.unpack_from(f"<{length // 8}Q", extra[position:]))
            return [values.pop(0) if f == _UNKNOWN and values else f for f in fields]
        position += length
    return fields


def _descriptor(raw: bytes, start: int, flags: int, crc: int) -> int:
    """The length of the data descriptor: its signature is optional, its sizes of 4 or 8 bytes."""
    if not flags & _DESCRIPTOR_FLAG:
        return 0
    signed = 4 if raw[start : start + 4] == b"PK\x07\x08" else 0
    if raw[start + signed : start + signed + 4] != struct.pack("<L", crc):
        return 0
    for length in (12, 20):
        if raw[start + signed + length :][:2] == b"PK":
            return signed + length
    return signed + 12


def _check(package: Package) -> None:
    limits, members = package.limits, list(package.members.values())
    if len(members) > limits.members or sum(m.size for m in members) > limits.expanded:
        raise WorkbookUnreadable(
            f"{package.name} expands to more than the {limits.expanded:,} bytes that are allowed.",
            "Move pictures and old rows out of it, or raise the limit in the settings.",
        )
    for member in members:
        if member.flags & _ENCRYPTED_FLAG:
            raise WorkbookUnreadable(f"{package.name} is encrypted.", _AGAIN)
        if member.size > max(_SMALL, member.packed * limits.ratio):
            raise WorkbookUnreadable(
                f"{package.name} expands suspiciously much in its part {member.name}.",
                "If you trust the file, open it in Excel and save it.",
            )
    ordered = sorted(members, key=lambda m: m.start)
    for one, following in pairwise(ordered):
        if one.data + one.packed > following.start:
            raise damaged(package.name, "its parts overlap")
    if ordered and ordered[-1].data + ordered[-1].packed > package.directory:
        raise damaged(package.name, "its parts overlap")


def _inflate(name: str, member: Member, packed: memoryview, most: int) -> Iterator[bytes]:
    if member.method == _STORED:
        yield bytes(packed)
        return
    if member.method != _DEFLATED:
        raise WorkbookUnreadable(f"{name} is packed in a way that Excel does not use.", _AGAIN)
    engine = zlib_ng.decompressobj(-15)
    position = 0
    rest: bytes | memoryview = b""
    while not engine.eof and (rest or position < len(packed)):
        if not rest:  # in slices: what is not taken yet is copied each time
            rest = packed[position : position + _SLICE]
            position += _SLICE
        try:
            piece = engine.decompress(rest, most)
        except _BROKEN as error:
            raise damaged(name, f"its part {member.name} is damaged") from error
        rest = engine.unconsumed_tail
        yield piece
    yield engine.flush()


def _local_header(raw: bytes, member: Member, new: New) -> bytes:
    fields = list(_LOCAL.unpack_from(raw, member.start))
    name_start = member.start + _LOCAL.size
    name = raw[name_start : name_start + fields[9]]
    extra = _without_zip64(raw[name_start + fields[9] : member.data])
    packed = _packed_size(new)
    fields[2:4] = [fields[2] & ~_DESCRIPTOR_FLAG, _DEFLATED]
    fields[6:11] = [new.crc, packed, new.size, len(name), len(extra)]
    return _LOCAL.pack(*fields) + name + extra


def _new_headers(name: str, new: New, offset: int) -> tuple[bytes, bytes]:
    """The local header and the directory's entry of a new member, dated 1980 as Excel does it."""
    title = name.encode()
    common = (20, 0, _DEFLATED, 0, _EXCELS_DAY, new.crc, _packed_size(new), new.size, len(title), 0)
    local = _LOCAL.pack(b"PK\x03\x04", *common) + title
    entry = _ENTRY.pack(b"PK\x01\x02", 20, *common, 0, 0, 0, 0, offset) + title
    return local, entry


def _entry(raw: bytes, member: Member, new: New | None) -> bytes:
    entry = raw[member.entry : member.entry_end]
    if new is None:
        return entry
    fields = list(_ENTRY.unpack_from(entry))
    name_end = _ENTRY.size + fields[10]
    extra_end = name_end + fields[11]
    extra = _without_zip64(entry[name_end:extra_end])
    fields[3:5] = [fields[3] & ~_DESCRIPTOR_FLAG, _DEFLATED]
    fields[7:10] = [new.crc, _packed_size(new), new.size]
    fields[11], fields[16] = len(extra), 0
    return _ENTRY.pack(*fields) + entry[_ENTRY.size : name_end] + extra + entry[extra_end:]


def _packed_size(new: New) -> int:
    size = sum(map(len, new.chunks))
    if max(size, new.size) >= _UNKNOWN:
        raise WriteRefused(
            "The workbook would become larger than 4 GB.", "Move old rows out of it."
        )
    return size


def _without_zip64(extra: bytes) -> bytes:
    kept, position = b"", 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind != 1:
            kept += extra[position : position + 4 + length]
        position += 4 + length
    return kept + extra[position:]


def _set_offset(entry: bytes, offset: int) -> bytes:
    """Put the offset into the entry, where the entry keeps it (a large one in an extra field)."""
    fields = list(_ENTRY.unpack_from(entry))
    if fields[16] != _UNKNOWN:
        fields[16] = offset
        return _ENTRY.pack(*fields) + entry[_ENTRY.size :]
    size_fields = [f for f in (fields[9], fields[8]) if f == _UNKNOWN]
    start = _ENTRY.size + fields[10]
    extra = entry[start : start + fields[11]]
    position = extra.find(b"\x01\x00") + 4 + 8 * len(size_fields)
    extra = extra[:position] + struct.pack("<Q", offset) + extra[position + 8 :]
    return entry[:start] + extra + entry[start + fields[11] :]
