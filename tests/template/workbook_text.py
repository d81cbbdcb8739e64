"""A workbook as readable lines, so that a difference between two of them reads as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

CHART_WORDS = re.compile(r"<(?:c:)?f>([^<]*)<|<a:t>([^<]*)<")
"""Where a chart's figures stand, and its title."""


def lines(path: Path) -> list[str]:
    """All that people meet in it, one thing a line: `Tab!A1 | format | fill | value | note`."""
    workbook = load_workbook(path)
    found = [f"tabs | {workbook.sheetnames}"]
    found += [
        f"name | {name} | {workbook.defined_names[name].attr_text}"
        for name in sorted(workbook.defined_names)
    ]
    for page in workbook.worksheets:
        found += [f"{page.title}!{line}" for line in _page(page)]
    with ZipFile(path) as package:
        for part in sorted(package.namelist()):
            if part.startswith("xl/charts/"):
                words = CHART_WORDS.findall(package.read(part).decode())
                found.append(f"{part} | {words}")
    return found


def _page(page: Worksheet) -> Iterator[str]:
    colour = page.sheet_properties.tabColor
    yield f"set-up | {page.freeze_panes} | {page.auto_filter.ref} | {colour.rgb if colour else ''}"
    yield f"print | {page.print_area} | {page.print_title_rows} | {page.page_setup.orientation}"
    yield f"merged | {sorted(str(area) for area in page.merged_cells.ranges)}"
    for letter in sorted(page.column_dimensions):
        column = page.column_dimensions[letter]
        yield f"{letter} | {column.width} | {column.number_format} | {column.fill.start_color.rgb}"
    for row in page.iter_rows():
        yield from (_cell(cell) for cell in row if cell.value is not None)
    for check in page.data_validations.dataValidation:
        alarm = f"{check.errorStyle} | {check.error}" if check.showErrorMessage else "no alarm"
        yield f"{check.sqref} | {check.type} | {check.formula1} | {check.formula2} | {alarm}"
    for area in page.conditional_formatting:
        for rule in area.rules:
            fill = rule.dxf.fill.bgColor.rgb if rule.dxf.fill else None
            yield f"{area.sqref} | colour | {rule.formula} | {fill} | {rule.dxf.font.color.rgb}"


def _cell(cell: Cell | MergedCell) -> str:
    note = cell.comment.text if cell.comment else ""
    fill = cell.fill.start_color.rgb
    return f"{cell.coordinate} | {cell.number_format} | {fill} | {cell.value!r} | {note!r}"
