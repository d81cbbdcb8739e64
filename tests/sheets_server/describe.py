"""spreadsheets.get: a spreadsheet as JSON, in Google's order, without what is at its default."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sheets_server import looks, protection
from tests.sheets_server.book import EMPTY, Cell, Fault, Json, Scalar, Sheet, Spreadsheet
from tests.sheets_server.calculate import calculated
from tests.sheets_server.formats import formatted
from tests.sheets_server.lookup import area_of
from tests.sheets_server.masks import Mask, parsed, selected, wants
from tests.sheets_server.ranges import Area, as_json, from_json
from tests.sheets_server.values import plain

ROW_HEIGHT, COLUMN_WIDTH = 21, 100
SHEET_ORDER = (
    *("sheetId", "title", "index", "sheetType", "gridProperties", "hidden", "tabColor"),
    *("rightToLeft", "dataSourceSheetProperties", "tabColorStyle"),
)
GRID_ORDER = (
    *("rowCount", "columnCount", "frozenRowCount", "frozenColumnCount", "hideGridlines"),
    *("rowGroupControlAfter", "columnGroupControlAfter"),
)


def spreadsheet(book: Spreadsheet, who: str, ranges: list[str], fields: str, grid: bool) -> Json:
    """The spreadsheet resource, cut to a mask; with cells where asked for."""
    mask = parsed(fields) if fields else {}
    areas = [area_of(book, text)[1] for text in ranges]
    with_data = wants(mask, "sheets", "data") if fields and fields != "*" else grid
    sheets = []
    for sheet in book.sheets:
        wanted = [area for area in areas if area.sheet == sheet.id]
        if areas and not wanted:
            continue
        one: Json = {"properties": sheet_properties(book, sheet)}
        if with_data:
            one["data"] = [_grid(book, sheet, area, mask) for area in wanted or [sheet.area]]
        sheets.append(one | _overlays(book, who, sheet))
    made: Json = {"spreadsheetId": book.id, "properties": properties(book), "sheets": sheets}
    if book.named:
        made["namedRanges"] = [named_range(one) for one in book.named]
    made["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    if book.metadata:
        made["developerMetadata"] = book.metadata
    return dict(selected(made, mask))


def properties(book: Spreadsheet) -> Json:
    """SpreadsheetProperties."""
    made: Json = {
        "title": book.title,
        "locale": book.locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": book.time_zone,
        "defaultFormat": looks.DEFAULT,
    }
    return made | book.properties | {"spreadsheetTheme": looks.theme()}


def named_range(one: Json) -> Json:
    """A NamedRange, sheet 0 left out."""
    return {**one, "range": as_json(from_json(one["range"]))}


def sheet_properties(book: Spreadsheet, sheet: Sheet) -> Json:
    """SheetProperties."""
    counts = {"rowCount": sheet.rows, "columnCount": sheet.columns}
    grid = {**counts, **{name: v for name, v in sheet.grid_properties.items() if v}}
    made: Json = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": book.sheets.index(sheet) if sheet in book.sheets else 0,
        "sheetType": "GRID",
        "gridProperties": {name: grid[name] for name in GRID_ORDER if name in grid},
    } | {name: value for name, value in sheet.properties.items() if value or "olor" in name}
    return {name: made[name] for name in SHEET_ORDER if name in made}


def protected_range(book: Spreadsheet, who: str, one: Json, fresh: bool = False) -> Json:
    """A ProtectedRange as one person sees it: whether they may edit, and if so who else may.

    `fresh`: the reply to its making, which does not yet name those who may always.
    """
    made = {name: value for name, value in one.items() if value not in ("", False, None, [])}
    made["range"] = as_json(protection.covered(book, one))
    made.pop("editors", None)
    can = protection.may_edit(book, who, one)
    if can:
        made["requestingUserCanEdit"] = True
        editors = one.get("editors", {})
        users = editors.get("users", []) if fresh else protection.editors(book, one)
        kept = {**editors, "users": users}
        made["editors"] = {name: value for name, value in kept.items() if value}
    order = (
        *("protectedRangeId", "range", "namedRangeId", "description", "warningOnly"),
        *("requestingUserCanEdit", "unprotectedRanges", "editors"),
    )
    return {name: made[name] for name in order if name in made}


def _overlays(book: Spreadsheet, who: str, sheet: Sheet) -> Json:
    """What lies over the cells of a sheet."""
    lists = {
        "merges": [as_json(area) for area in sheet.merges],
        "conditionalFormats": [_with_ranges(one) for one in sheet.conditional],
        "filterViews": sheet.filter_views,
        "protectedRanges": [protected_range(book, who, one) for one in sheet.protected],
        "basicFilter": basic_filter(sheet),
        "bandedRanges": sheet.banded,
        "developerMetadata": sheet.metadata,
        "rowGroups": dimension_groups(sheet, "ROWS"),
        "columnGroups": dimension_groups(sheet, "COLUMNS"),
        "tables": sheet.tables,
    }
    return {name: value for name, value in lists.items() if value}


def _with_ranges(rule: Json) -> Json:
    return {**rule, "ranges": [as_json(from_json(one)) for one in rule["ranges"]]}


def basic_filter(sheet: Sheet) -> Json | None:
    """The sheet's basic filter, with all of its ends named."""
    if sheet.basic_filter is None:
        return None
    area = from_json(sheet.basic_filter.get("range", {"sheetId": sheet.id}))
    return {**sheet.basic_filter, "range": as_json(area.within(sheet.rows, sheet.columns))}


def dimension_groups(sheet: Sheet, dimension: str) -> list[Json]:
    """The groups of a sheet's rows or columns."""
    made = []
    for group in sheet.groups[dimension]:
        sides = {"startIndex": group["startIndex"], "endIndex": group["endIndex"]}
        named: Json = {"sheetId": sheet.id} if sheet.id else {}
        one: Json = {"range": named | {"dimension": dimension} | sides, "depth": group["depth"]}
        made.append(one | ({"collapsed": True} if group.get("collapsed") else {}))
    return made


def _grid(book: Spreadsheet, sheet: Sheet, area: Area, mask: Mask) -> Json:
    area = area.within(sheet.rows, sheet.columns)
    made: Json = {}
    if area.top:
        made["startRow"] = area.top
    if area.left:
        made["startColumn"] = area.left
    rows = _row_data(book, sheet, area, mask) if wants(mask, "sheets", "data", "rowData") else []
    if rows:
        made["rowData"] = rows
    if wants(mask, "sheets", "data", "rowMetadata"):
        made["rowMetadata"] = _sizes(sheet, "ROWS", area.top, area.bottom or 0)
    if wants(mask, "sheets", "data", "columnMetadata"):
        made["columnMetadata"] = _sizes(sheet, "COLUMNS", area.left, area.right or 0)
    return made


def _sizes(sheet: Sheet, dimension: str, start: int, end: int) -> list[Json]:
    usual = ROW_HEIGHT if dimension == "ROWS" else COLUMN_WIDTH
    known = sheet.sizes[dimension]
    made = [_size(known.get(number, {}), usual) for number in range(start, end)]
    for one in sheet.line_metadata:
        span = one["location"]["dimensionRange"]
        if span["dimension"] == dimension and start <= span["startIndex"] < end:
            made[span["startIndex"] - start].setdefault("developerMetadata", []).append(one)
    return made


def _size(known: Json, usual: int) -> Json:
    made = {name: value for name, value in known.items() if value}
    return {
        **{name: made[name] for name in ("hiddenByFilter", "hiddenByUser") if name in made},
        "pixelSize": made.get("pixelSize", usual),
    }


def _row_data(book: Spreadsheet, sheet: Sheet, area: Area, mask: Mask) -> list[Json]:
    whole = calculated(book)
    assert area.bottom is not None
    assert area.right is not None
    view = _View(book.locale, _cell_mask(mask))
    spilled = whole.spilled[sheet.id]
    end = min(area.bottom, max(len(sheet.grid), max(spilled, default=-1) + 1))
    rows = []
    for row in range(area.top, end):
        places = [(row, column) for column in range(area.left, area.right)]
        shown = [(sheet.cell(*place), whole.value(sheet, *place)) for place in places]
        while shown and shown[-1] == (EMPTY, None):
            shown.pop()
        rows.append({"values": [view.of(*one) for one in shown]} if shown else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _cell_mask(mask: Mask) -> Mask:
    for name in ("sheets", "data", "rowData", "values"):
        mask = mask.get(name, {}) if mask and "*" not in mask else {}
    return mask


@dataclass(frozen=True, slots=True)
class _View:
    """How cells are given: in a locale, and cut to a mask."""

    locale: str
    mask: Mask

    def of(self, cell: Cell, value: Scalar) -> Json:
        """The CellData of a cell that shows a value."""
        if cell == EMPTY and value is None:
            return {}
        made = {
            "userEnteredValue": _entered(cell) if cell.filled else None,
            "effectiveValue": _extended(value) if value is not None else None,
            "formattedValue": formatted(value, cell.look, self.locale) or None,
            "userEnteredFormat": looks.cell_format(cell.look) if cell.look else None,
            "effectiveFormat": looks.effective(cell, value)
            if wants(self.mask, "effectiveFormat")
            else None,
            "note": cell.note or None,
            "dataValidation": cell.rule,
        }
        kept = {name: one for name, one in made.items() if one is not None}
        return dict(selected(kept, self.mask))


def _entered(cell: Cell) -> Json:
    return {"formulaValue": cell.formula} if cell.formula else _extended(cell.value)


def _extended(value: Scalar) -> Json:
    match value:
        case Fault():
            words = {"message": value.message} if value.message else {}
            return {"errorValue": {"type": value.kind} | words}
        case bool():
            return {"boolValue": value}
        case str():
            return {"stringValue": value}
    return {"numberValue": plain(value)}
