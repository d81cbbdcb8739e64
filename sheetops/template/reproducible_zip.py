"""Saving a workbook so that the same content always gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template.sheet import LAST_ROW
from sheetops.template.styles import TEXT_FORMAT

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The date that every generated workbook bears, inside and out, whenever it is made."""

_ZIP_TIME = (2026, 1, 1, 0, 0, 0)
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_APPLICATION = re.compile(rb"<Application>[^<]*</Application>")
_FORMULA_CELL = re.compile(
    rb'<c(?P<attributes> r="(?P<cell>[A-Z]+[0-9]+)"(?: s="[0-9]+")?)>'
    rb"(?P<formula><f>[^<]*</f>)<v ?/?>(?:</v>)?</c>"
)
_READABLE_BY_OWNER_AND_OTHERS = 0o644 << 16


def save(workbook: Workbook, path: Path, values: Mapping[str, Mapping[str, str | float]]) -> None:
    """Write `workbook` to `path` with fixed dates; raises OSError if that cannot be written.

    `values` is {sheet name: {cell: result}}: the saved results of formulas, which openpyxl leaves
    out, so that a previewer that cannot calculate has something to show. Cells that are not in it
    stay without one and are calculated when the workbook is opened.
    """
    raw = BytesIO()
    workbook.save(raw)
    with ZipFile(raw) as source, BytesIO() as made:
        with ZipFile(made, "w", ZIP_DEFLATED) as target:
            for name in source.namelist():
                data = source.read(name)
                if name == "docProps/core.xml":
                    stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                    data = _DATES.sub(rb"\g<1>" + stamp, data)
                elif name == "docProps/app.xml":
                    # LibreOffice trusts saved results of files that say they come from Excel, even
                    # after a cell that they rest on was changed; of others it calculates them anew.
                    data = _APPLICATION.sub(b"<Application>sheetops</Application>", data)
                elif page := _page_of(workbook, name):
                    data = _with_results(data, values.get(page.title, {}))
                    data = _without_alarms(data, page)
                target.writestr(_entry(name), data)
        path.write_bytes(made.getvalue())


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _ZIP_TIME)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = _READABLE_BY_OWNER_AND_OTHERS
    entry.create_system = 3  # the same on every operating system
    return entry


def _page_of(workbook: Workbook, part: str) -> Worksheet | None:
    found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part)
    return workbook.worksheets[int(found[1]) - 1] if found else None


def _without_alarms(data: bytes, page: Worksheet) -> bytes:
    """Tell Excel that a number kept as text (an ID like 007, a setting) is no mistake here."""
    columns = [
        letter
        for letter, dimension in sorted(page.column_dimensions.items())
        if dimension.number_format == TEXT_FORMAT
    ]
    if not columns:
        return data
    cells = " ".join(f"{letter}1:{letter}{LAST_ROW}" for letter in columns)
    alarm = f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
    # The format of the file wants it right before the drawings.
    return re.sub(rb"(?=<drawing |<legacyDrawing )", alarm.encode(), data, count=1)


def _with_results(data: bytes, results: Mapping[str, str | float]) -> bytes:
    def put(found: re.Match[bytes]) -> bytes:
        result = results.get(found["cell"].decode())
        if result is None:
            return found[0]
        kind = b' t="str"' if isinstance(result, str) else b""
        shown = escape(str(result)).encode()
        return b"<c%b%b>%b<v>%b</v></c>" % (found["attributes"], kind, found["formula"], shown)

    return _FORMULA_CELL.sub(put, data) if results else data
