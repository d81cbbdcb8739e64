"""Input that may be hostile, and files that are no .xlsx: one plain sentence and a mend."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sheetops.errors import SheetopsError, WorkbookUnreadable
from sheetops.stores.excel import Limits, edit
from sheetops.stores.excel.ooxml.limits import MB
from sheetops.stores.excel.read.read import read
from tests.stores.excel.build import build, part, sheet, zipped
from tests.stores.excel.oracle import members

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (OLE, r"old Excel file \(\.xls\)"),
        (b"", r"empty \(0 bytes\)"),
        (b"Client,Email\nAnn,a@example.org\n", "text file"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page"),
        (b"PK\x03\x04" + bytes(300), "ends too early|not a whole zip file"),
        (bytes(range(256)) * 9, "not an Excel workbook"),
    ],
)
def test_other_files_get_one_plain_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "Clients.xlsx"
    path.write_bytes(content)
    for act in (lambda: read(path), lambda: edit(path, {"T": {"A1": 1}})):
        with pytest.raises(WorkbookUnreadable, match=says) as caught:
            act()
        assert "Clients.xlsx" in caught.value.what
        assert caught.value.mend
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_ods_xlsb_and_docx_are_told_apart(tmp_path: Path) -> None:
    ods = tmp_path / "a.ods"
    with zipfile.ZipFile(ods, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(WorkbookUnreadable, match="OpenDocument"):
        read(ods)
    plain = {n: c for n, (_, c) in members(build(tmp_path / "p.xlsx", {"T": sheet("")})).items()}
    binary = plain | {"[Content_Types].xml": plain["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    )}  # fmt: skip
    with pytest.raises(WorkbookUnreadable, match="xlsb"):
        read(zipped(tmp_path / "b.xlsb", binary))
    word = plain | {"xl/workbook.xml": b"<document/>"}
    with pytest.raises(WorkbookUnreadable, match="not an Excel workbook"):
        read(zipped(tmp_path / "c.xlsx", word))


def test_every_truncation_of_a_file_is_refused_in_words(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    raw = path.read_bytes()
    half = tmp_path / "half.xlsx"
    for length in range(1, len(raw) - 1, 37):
        half.write_bytes(raw[:length])
        with pytest.raises(WorkbookUnreadable):
            read(half)


def test_any_flipped_byte_is_refused_or_harmless(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    raw = path.read_bytes()
    broken = tmp_path / "broken.xlsx"
    for place in range(0, len(raw), 23):
        changed = bytearray(raw)
        changed[place] ^= 0xFF
        broken.write_bytes(changed)
        try:
            edit(broken, {"T": {"A1": 2}}, out=tmp_path / "out.xlsx")
            assert read(tmp_path / "out.xlsx").tabs["T"].rows == [[2.0]]
        except SheetopsError as error:
            assert str(error)  # noqa: PT017 - either way is right, a crash is not


def test_a_doctype_is_refused_in_any_part(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    xml = sheet("").replace("<worksheet", bomb + "<worksheet")
    path = build(tmp_path / "a.xlsx", {"T": xml})
    with pytest.raises(WorkbookUnreadable, match="DOCTYPE"):
        read(path)
    with pytest.raises(WorkbookUnreadable, match="DOCTYPE"):
        edit(path, {"T": {"A1": 1}})


def test_a_zip_bomb_is_refused_before_it_is_expanded(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(" " * 40 * MB)})
    with pytest.raises(WorkbookUnreadable, match="suspiciously much"):
        read(path)


@pytest.mark.parametrize(
    ("limits", "says"),
    [(Limits(packed=500), "more than the 500"), (Limits(expanded=900), "expands to more")],
)
def test_sizes_are_limited(tmp_path: Path, limits: Limits, says: str) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet("")})
    with pytest.raises(WorkbookUnreadable, match=says):
        read(path, limits=limits)


def test_a_part_that_is_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(" " * 5000)})
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/worksheets/sheet1.xml"))
    raw[entry + 24 : entry + 28] = struct.pack("<L", 100)
    path.write_bytes(raw)
    with pytest.raises(WorkbookUnreadable, match=r"larger than it says|checksum"):
        read(path)


def test_members_that_are_twice_there_or_overlap_are_refused(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet("")})
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(path, "a") as package,
    ):
        package.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(WorkbookUnreadable, match="twice"):
        read(path)
    path = build(tmp_path / "b.xlsx", {"T": sheet("")}, extra={"XL/Workbook.xml": "<workbook/>"})
    with pytest.raises(WorkbookUnreadable, match="twice"):
        read(path)


def test_a_large_unknown_file_is_read_by_a_child_and_a_known_one_here(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet('<row r="1"><c r="A1"><v>1</v></c></row>')})
    here = read(path)
    child = read(path, limits=Limits(trusted=0))
    assert child == here
    assert read(path, limits=Limits(trusted=0), known=here.fingerprint) == here


def test_a_child_that_takes_too_long_or_too_much_dies_alone(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 60_000))
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    with pytest.raises(WorkbookUnreadable, match="more than 0 seconds"):
        read(path, limits=Limits(trusted=0, seconds=0))
    with pytest.raises(WorkbookUnreadable, match="more than 40 MB of memory"):
        read(path, limits=Limits(trusted=0, memory=40 * MB))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A99999999"><v>1</v></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="XFDA1"><v>1</v></c></row>',
        '<row r="99999999999"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="x"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>77</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" t="n"><v>x</v></c></row>',
    ],
)
def test_addresses_and_numbers_that_lie_neither_abort_nor_crash(tmp_path: Path, rows: str) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    for act in (
        lambda: read(path),
        lambda: edit(path, {"T": {"A1": 2.0}}, out=tmp_path / "b.xlsx"),
    ):
        with contextlib.suppress(SheetopsError):
            act()


def test_text_from_clients_stays_text_for_every_reader(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet("")})
    texts = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"]
    edit(path, {"T": {f"A{n}": text for n, text in enumerate(texts, 1)}})
    assert "<f" not in part(path)
    column = openpyxl.load_workbook(path)["T"]["A"]
    assert {cell.data_type for cell in column} == {"s"} or all(
        cell.data_type != "f" for cell in column
    )


def test_importing_the_room_needs_no_writer_library() -> None:
    code = "import sheetops.stores.excel, sys; print('openpyxl' in sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter with the code above
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
