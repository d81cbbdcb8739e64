"""Small workbooks made by hand, so that every odd way of writing one can be tested."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"><alignment wrapText="1"/></xf>'
    "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
Parts = Mapping[str, str | bytes]


def sheet(rows: str, *, before: str = "", after: str = "", space: str = MAIN) -> str:
    """A tab's XML around its rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{space}" '
        f'xmlns:r="{RELATIONS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def table(
    ref: str, columns: list[str], *, totals: int = 0, extra: Mapping[str, str] | None = None
) -> str:
    """A table part; `extra` is markup inside a column, by its name."""
    inside = extra or {}
    names = "".join(
        f'<tableColumn id="{i}" name="{n}">{inside.get(n, "")}</tableColumn>'
        for i, n in enumerate(columns, 1)
    )
    total = f' totalsRowCount="{totals}"' if totals else ""
    return (
        f'<table xmlns="{MAIN}" id="1" name="Table1" displayName="Table1" ref="{ref}"{total}>'
        f'<autoFilter ref="{ref}"/><tableColumns count="{len(columns)}">{names}</tableColumns>'
        "</table>"
    )


def build(  # noqa: PLR0913 - a test builder: every argument is one oddity
    path: Path,
    tabs: Mapping[str, str | bytes],
    *,
    shared: str = "",
    styles: str = STYLES,
    workbook: str = "",
    tables: Parts | None = None,
    extra: Parts | None = None,
    relations: str = RELATIONS,
    space: str = MAIN,
) -> Path:
    """Write a workbook of these tabs. `tables` go to the first tab, `extra` are further parts."""
    parts: dict[str, str | bytes] = {}
    overrides, links, sheets = [], [], []
    for number, (name, xml) in enumerate(tabs.items(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
        overrides.append((f"/xl/worksheets/sheet{number}.xml", f"{_SHEET}.worksheet+xml"))
        links.append((f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml"))
        sheets.append(f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>')
    if styles:
        parts["xl/styles.xml"] = styles
        overrides.append(("/xl/styles.xml", f"{_SHEET}.styles+xml"))
        links.append(("rIdS", "styles", "styles.xml"))
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{shared}</sst>'
        overrides.append(("/xl/sharedStrings.xml", f"{_SHEET}.sharedStrings+xml"))
        links.append(("rIdT", "sharedStrings", "sharedStrings.xml"))
    if tables:
        for number, (name, xml) in enumerate(tables.items(), 1):
            parts[f"xl/tables/{name}"] = xml
            overrides.append((f"/xl/tables/{name}", f"{_SHEET}.table+xml"))
            links_of_table = [(f"rId{number}", "table", f"../tables/{name}")]
            parts["xl/worksheets/_rels/sheet1.xml.rels"] = _relations(links_of_table, relations)
    parts["xl/workbook.xml"] = workbook or (
        f'<workbook xmlns="{space}" xmlns:r="{relations}">'
        f"<sheets>{''.join(sheets)}</sheets></workbook>"
    )
    overrides.append(("/xl/workbook.xml", f"{_SHEET}.sheet.main+xml"))
    parts["xl/_rels/workbook.xml.rels"] = _relations(links, relations)
    parts["_rels/.rels"] = _relations([("rId1", "officeDocument", "xl/workbook.xml")], relations)
    types = "".join(f'<Override PartName="{p}" ContentType="{t}"/>' for p, t in overrides)
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f"{types}</Types>"
    )
    return zipped(path, {**parts, **(extra or {})})


def zipped(path: Path, parts: Parts) -> Path:
    """Write the parts as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2026, 11, 21, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return path


def _relations(links: list[tuple[str, str, str]], space: str) -> str:
    items = "".join(
        f'<Relationship Id="{i}" Type="{space}/{kind}" Target="{target}"/>'
        for i, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}">{items}</Relationships>'


def part(path: Path, name: str = "xl/worksheets/sheet1.xml") -> str:
    """One part's text."""
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def members_of(path: Path) -> dict[str, bytes]:
    """All parts of a workbook, unpacked."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
