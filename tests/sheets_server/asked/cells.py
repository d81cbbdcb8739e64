"""Requests that write cells: updates, copies, sorts, find and replace."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from tests.sheets_server import looks, moving, protection
from tests.sheets_server.asked.common import Asked, Handler, fitting
from tests.sheets_server.book import EMPTY, Cell, Json, Sheet
from tests.sheets_server.calculate import Calculation, calculated
from tests.sheets_server.entered import raw, typed
from tests.sheets_server.errors import bad
from tests.sheets_server.functions import rank
from tests.sheets_server.masks import paths, updated
from tests.sheets_server.ranges import Area
from tests.sheets_server.tokens import Reference
from tests.sheets_server.values import plain

KNOWN = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation")


def with_fields(cell: Cell, data: Json, fields: str) -> Cell:
    """A cell with the fields of a mask taken from CellData."""
    if fields == "*":
        fields = ",".join(KNOWN)
    for path in paths(fields):
        cell = _with_field(cell, data, path)
    return cell


def _with_field(cell: Cell, data: Json, path: tuple[str, ...]) -> Cell:
    match path[0]:
        case "userEnteredValue":
            return _with_value(cell, data.get("userEnteredValue", {}))
        case "note":
            return cell._replace(note=data.get("note", ""))
        case "dataValidation":
            return cell._replace(rule=data.get("dataValidation") or None)
        case "userEnteredFormat":
            return _with_look(cell, data, ".".join(path))
    return cell


def _with_value(cell: Cell, given: Json) -> Cell:
    if "formulaValue" in given:
        formula = given["formulaValue"]
        if not formula.startswith("="):
            raise bad("Formula must start with '='")
        return cell.with_value(None, formula)
    for name in ("stringValue", "numberValue", "boolValue"):
        if name in given:
            return cell.with_value(raw(given[name]))
    return cell.with_value(None)


def _with_look(cell: Cell, data: Json, path: str) -> Cell:
    fields = path
    for name in ("backgroundColor", "foregroundColor"):
        if f"{name}" in path:
            base = path.replace(f"{name}Style", name)
            fields = f"{base},{base.replace(name, name + 'Style')}"
    given = {"userEnteredFormat": looks.cell_format(data.get("userEnteredFormat", {}))}
    old = {"userEnteredFormat": cell.look or {}}
    new = updated(old, given, fields).get("userEnteredFormat")
    return cell._replace(look=looks.cell_format(new) if new else None)


def update_cells(asked: Asked) -> Json:
    """updateCells: from a corner on, or a range, whose rest loses the fields."""
    rows, fields = asked.body.get("rows", []), asked.body.get("fields", "")
    if "start" in asked.body:
        start = asked.body["start"]
        height, width = len(rows), max((len(row.get("values", [])) for row in rows), default=0)
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        given = {
            "sheetId": start.get("sheetId", 0),
            "startRowIndex": top,
            "endRowIndex": top + max(height, 1),
            "startColumnIndex": left,
            "endColumnIndex": left + max(width, 1),
        }
        sheet, area = fitting(asked.book, given)
        protection.check(asked.book, asked.who, area)
        _write(sheet, area, rows, fields, whole=False)
    else:
        sheet, area = asked.editable()
        _check_size(area, rows)
        _write(sheet, area, rows, fields, whole=True)
    return {}


def _check_size(area: Area, rows: list[Json]) -> None:
    if len(rows) > area.rows:
        raise bad(
            f"Attempting to write row: {area.bottom}, beyond the last requested row of: "
            f"{(area.bottom or 0) - 1}"
        )
    if any(len(row.get("values", [])) > area.columns for row in rows):
        raise bad(
            f"Attempting to write column: {area.right}, beyond the last requested column of: "
            f"{(area.right or 0) - 1}"
        )


def _write(sheet: Sheet, area: Area, rows: list[Json], fields: str, whole: bool) -> None:
    for down in range(area.rows):
        values = rows[down].get("values", []) if down < len(rows) else []
        for across in range(area.columns):
            if not whole and across >= len(values):
                continue
            data = values[across] if across < len(values) else {}
            row, column = area.top + down, area.left + across
            sheet.put(row, column, with_fields(sheet.cell(row, column), data or {}, fields))


def repeat_cell(asked: Asked) -> Json:
    """repeatCell: one CellData for every cell of a range."""
    sheet, area = asked.editable()
    data, fields = asked.body.get("cell", {}), asked.body.get("fields", "")
    of_blank = with_fields(EMPTY, data, fields)  # most are
    for row in range(area.top, area.top + area.rows):
        for column in range(area.left, area.left + area.columns):
            old = sheet.cell(row, column)
            made = of_blank if old is EMPTY else with_fields(old, data, fields)
            sheet.put(
                row, column, _relative(asked, sheet, made, row - area.top, column - area.left)
            )
    return {}


def _relative(asked: Asked, sheet: Sheet, cell: Cell, down: int, across: int) -> Cell:
    """A cell whose formula was written for another place."""
    if not cell.formula or not (down or across):
        return cell
    return moving.changed(asked.book, sheet, cell, lambda ref, _own: _shifted(ref, down, across))


def _shifted(ref: Reference, down: int, across: int) -> Reference | None:
    area, fixed = ref.area, ref.fixed
    whole_rows, whole_columns = not ref.from_row, area.right is None
    top = area.top if fixed[0] or whole_rows else area.top + down
    left = area.left if fixed[1] or whole_columns else area.left + across
    bottom = area.bottom if area.bottom is None or fixed[2] else area.bottom + down
    right = area.right if area.right is None or fixed[3] else area.right + across
    if top < 0 or left < 0:
        return None
    return replace(ref, area=Area(area.sheet, top, left, bottom, right))


def append_cells(asked: Asked) -> Json:
    """appendCells: below the last row of the sheet that holds anything."""
    sheet, rows = asked.sheet(), asked.body.get("rows", [])
    start = next((n + 1 for n in reversed(range(len(sheet.grid))) if _holds(sheet, n)), 0)
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if not rows or not width:
        return {}
    area = Area(sheet.id, start, 0, start + len(rows), width)
    protection.check(asked.book, asked.who, area)
    sheet.rows, sheet.columns = max(sheet.rows, start + len(rows)), max(sheet.columns, width)
    _write(sheet, area, rows, asked.body.get("fields", ""), whole=False)
    return {}


def _holds(sheet: Sheet, row: int) -> bool:
    return any(cell.filled for cell in sheet.grid[row].values())


def set_data_validation(asked: Asked) -> Json:
    """setDataValidation: a rule for every cell of a range, or none."""
    sheet, area = asked.editable()
    rule = asked.body.get("rule") or None
    for row in range(area.top, area.top + area.rows):
        for column in range(area.left, area.left + area.columns):
            sheet.put(row, column, sheet.cell(row, column)._replace(rule=rule))
    return {}


def sort_range(asked: Asked) -> Json:
    """sortRange: what the cells show decides; blank cells come last either way."""
    sheet, area = asked.editable()
    specs = asked.body.get("sortSpecs", [])
    if any(one.get("dimensionIndex", 0) not in range(area.left, area.right or 0) for one in specs):
        raise bad("Sort column is not in the range.")
    whole = calculated(asked.book)
    rows = list(range(area.top, area.top + area.rows))
    for one in reversed(specs):
        rows = _sorted(whole, sheet, rows, one)
    lines = {row: _line(sheet, row, area) for row in rows}
    for new, old in zip(range(area.top, area.top + area.rows), rows, strict=True):
        for column, cell in lines[old].items():
            sheet.put(new, column, _relative(asked, sheet, cell, new - old, 0))
    return {}


def _sorted(whole: Calculation, sheet: Sheet, rows: list[int], spec: Json) -> list[int]:
    column = spec.get("dimensionIndex", 0)
    keys = {row: rank(whole.value(sheet, row, column)) for row in rows}
    blank = rank(None)
    filled = [row for row in rows if keys[row] != blank]
    downwards = spec.get("sortOrder") == "DESCENDING"
    filled.sort(key=keys.__getitem__, reverse=downwards)
    return filled + [row for row in rows if keys[row] == blank]


def _line(sheet: Sheet, row: int, area: Area) -> dict[int, Cell]:
    return {column: sheet.cell(row, column) for column in range(area.left, area.right or 0)}


def copy_paste(asked: Asked) -> Json:
    """copyPaste: a block, repeated where the destination is larger."""
    sheet, source = asked.area("source")
    turned = asked.body.get("pasteOrientation") == "TRANSPOSE"
    height, width = (source.columns, source.rows) if turned else (source.rows, source.columns)
    target = _target(asked, height, width)
    protection.check(asked.book, asked.who, target)
    kind = asked.body.get("pasteType", "PASTE_NORMAL")
    whole = calculated(asked.book)
    block = [
        _shown_line(whole, sheet, row, source) for row in range(source.top, source.bottom or 0)
    ]
    onto = asked.book.sheet(target.sheet)
    for down in range(target.rows):
        for across in range(target.columns):
            at = (across % width, down % height) if turned else (down % height, across % width)
            cell, shows = block[at[0]][at[1]]
            row, column = target.top + down, target.left + across
            steps = row - source.top - at[0], column - source.left - at[1]
            moved = _relative(asked, sheet, cell, *steps)
            onto.put(row, column, _pasted(onto.cell(row, column), moved, shows, kind))
    return {}


def _shown_line(whole: Calculation, sheet: Sheet, row: int, area: Area) -> list[tuple[Cell, Any]]:
    columns = range(area.left, area.right or 0)
    return [(sheet.cell(row, column), plain(whole.value(sheet, row, column))) for column in columns]


def _target(asked: Asked, height: int, width: int) -> Area:
    given = asked.body.get("destination", {})
    top, left = given.get("startRowIndex", 0), given.get("startColumnIndex", 0)
    rows = max(given.get("endRowIndex", top + height) - top, height)
    columns = max(given.get("endColumnIndex", left + width) - left, width)
    full = Area(
        given.get("sheetId", 0),
        top,
        left,
        top + rows // height * height,
        left + columns // width * width,
    )
    sheet = asked.book.sheet(full.sheet)
    sheet.rows = max(sheet.rows, full.bottom or 0)
    sheet.columns = max(sheet.columns, full.right or 0)
    return full


def _pasted(old: Cell, new: Cell, shows: Any, kind: str) -> Cell:
    match kind:
        case "PASTE_VALUES":
            return old.with_value(shows)
        case "PASTE_FORMULA":
            return old.with_value(new.value, new.formula)
        case "PASTE_FORMAT":
            return old._replace(look=new.look)
        case "PASTE_DATA_VALIDATION":
            return old._replace(rule=new.rule)
    return new


def cut_paste(asked: Asked) -> Json:
    """cutPaste: a block moves, and leaves blank cells."""
    source_sheet, source = asked.editable("source")
    to = asked.body.get("destination", {})
    target_sheet = asked.book.sheet(to.get("sheetId", 0))
    top, left = to.get("rowIndex", 0), to.get("columnIndex", 0)
    target = Area(target_sheet.id, top, left, top + source.rows, left + source.columns)
    protection.check(asked.book, asked.who, target)
    block = [
        _line(source_sheet, row, source) for row in range(source.top, source.top + source.rows)
    ]
    for down in range(source.rows):
        for column in block[down]:
            source_sheet.put(source.top + down, column, EMPTY)
    for down, line in enumerate(block):
        for column, cell in line.items():
            target_sheet.put(top + down, left + column - source.left, cell)
    return {}


def find_replace(asked: Asked) -> Json:
    """findReplace: in a range, a sheet or everywhere."""
    body, counts = (
        asked.body,
        dict.fromkeys(("values", "formulas", "rows", "sheets", "occurrences"), 0),
    )
    pattern = _pattern(body)
    for sheet, area in _places(asked):
        changed_rows = set()
        for row, column, cell in list(sheet.filled()):
            inside = Area(sheet.id, row, column, row + 1, column + 1)
            if not area.meets(inside):
                continue
            new, found = _replaced(asked, cell, pattern)
            if found:
                protection.check(asked.book, asked.who, inside)
                sheet.put(row, column, new)
                changed_rows.add(row)
                counts["occurrences"] += found
                counts["formulas" if cell.formula else "values"] += 1
        counts["rows"] += len(changed_rows)
        counts["sheets"] += bool(changed_rows)
    named = {f"{name}Changed": count for name, count in counts.items() if count}
    return {"findReplace": named}


def _places(asked: Asked) -> list[tuple[Sheet, Area]]:
    if "range" in asked.body:
        return [asked.area()]
    if asked.body.get("allSheets"):
        return [(sheet, sheet.area) for sheet in asked.book.sheets]
    return [(asked.sheet(), asked.sheet().area)]


def _pattern(body: Json) -> re.Pattern[str]:
    text = body.get("find", "")
    if not text:
        raise bad("find must not be empty")
    source = text if body.get("searchByRegex") else re.escape(text)
    if body.get("matchEntireCell"):
        source = rf"\A(?:{source})\Z"
    return re.compile(source, 0 if body.get("matchCase") else re.IGNORECASE)


def _replaced(asked: Asked, cell: Cell, pattern: re.Pattern[str]) -> tuple[Cell, int]:
    if cell.formula and not asked.body.get("includeFormulas"):
        return cell, 0
    text = cell.formula or (str(cell.value) if cell.value is not None else "")
    replacement = asked.body.get("replacement", "")
    if not asked.body.get("searchByRegex"):
        replacement = replacement.replace("\\", "\\\\")
    new, found = pattern.subn(replacement, text)
    return (typed(new, cell, asked.book.locale) if found else cell), found


HANDLERS: dict[str, Handler] = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "setDataValidation": set_data_validation,
    "sortRange": sort_range,
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "findReplace": find_replace,
}
