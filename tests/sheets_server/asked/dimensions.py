"""Requests about rows and columns as such: put in, taken out, moved, sized, hidden, grouped."""

from __future__ import annotations

from tests.sheets_server import describe, moving, protection
from tests.sheets_server.asked.common import Asked, Handler
from tests.sheets_server.book import Json, Sheet
from tests.sheets_server.calculate import calculated
from tests.sheets_server.errors import PROTECTED, bad
from tests.sheets_server.masks import updated
from tests.sheets_server.ranges import Area

WORD = {"ROWS": "row", "COLUMNS": "column"}
LETTER_WIDTH = 7


def _count(sheet: Sheet, dimension: str) -> int:
    return sheet.rows if dimension == "ROWS" else sheet.columns


def _band(sheet: Sheet, dimension: str, start: int, end: int) -> Area:
    if dimension == "ROWS":
        return Area(sheet.id, start, 0, end, None)
    return Area(sheet.id, 0, start, None, end)


def _span(asked: Asked, name: str = "range") -> tuple[Sheet, str, int, int]:
    """Sheet, dimension, start and end of a DimensionRange."""
    given = asked.body.get(name, {})
    sheet = asked.book.sheet(given.get("sheetId", 0))
    dimension = given.get("dimension")
    if dimension not in WORD:
        raise bad("No dimension specified.")
    start = given.get("startIndex", 0)
    return sheet, dimension, start, given.get("endIndex", _count(sheet, dimension))


def insert_dimension(asked: Asked) -> Json:
    """insertDimension; within a protected range only for those who may edit it."""
    sheet, dimension, start, end = _span(asked)
    count = _count(sheet, dimension)
    if start >= count and not (asked.body.get("inheritFromBefore") and start == count):
        raise bad(
            f"range.startIndex[{start}] must be less than the grid size ({count}) "
            "if inheritFromBefore is false."
        )
    if asked.body.get("inheritFromBefore") and not start:
        raise bad("inheritFromBefore cannot be true if inserting at index 0.")
    _check_between(asked, sheet, dimension, start)
    other = sheet.columns if dimension == "ROWS" else sheet.rows
    asked.book.room_for((end - start) * other)
    moving.insert(asked.book, sheet, dimension, start, end - start)
    return {}


def _check_between(asked: Asked, sheet: Sheet, dimension: str, start: int) -> None:
    """A row may go in before or after what is protected, but not inside it."""
    for one in sheet.protected:
        if protection.may_edit(asked.book, asked.who, one):
            continue
        area = protection.covered(asked.book, one)
        sides = [_band(sheet, dimension, at, at + 1) for at in (start - 1, start) if at >= 0]
        inside = len(sides) == 2 and all(area.meets(side) for side in sides)
        if inside or protection.is_whole(asked.book, one):
            raise bad(PROTECTED)


def delete_dimension(asked: Asked) -> Json:
    """deleteDimension."""
    sheet, dimension, start, end = _span(asked)
    count, word = _count(sheet, dimension), WORD[dimension]
    if start >= count or end > count:
        raise bad(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index "
            f"{max(start, end - 1)} but there are only {count} {word}s."
        )
    if end - start >= count:
        raise bad(f"You can't delete all the {word}s on the sheet.")
    protection.check(asked.book, asked.who, _band(sheet, dimension, start, end))
    moving.delete(asked.book, sheet, dimension, start, end)
    return {}


def move_dimension(asked: Asked) -> Json:
    """moveDimension."""
    sheet, dimension, start, end = _span(asked, "source")
    to = asked.body.get("destinationIndex", 0)
    if to > _count(sheet, dimension) or end > _count(sheet, dimension):
        raise bad(f"Cannot move to index {to}: beyond the grid.")
    if start < to < end:
        raise bad("Cannot move a range to within itself.")
    protection.check(asked.book, asked.who, _band(sheet, dimension, start, end))
    moving.move(asked.book, sheet, dimension, range(start, end), to)
    return {}


def append_dimension(asked: Asked) -> Json:
    """appendDimension."""
    sheet, length = asked.sheet(), asked.body.get("length", 0)
    if length < 1:
        raise bad("length must be greater than 0")
    if asked.body.get("dimension") == "COLUMNS":
        asked.book.room_for(length * sheet.rows)
        sheet.columns += length
    else:
        asked.book.room_for(length * sheet.columns)
        sheet.rows += length
    return {}


def update_dimension_properties(asked: Asked) -> Json:
    """updateDimensionProperties: sizes, and rows or columns hidden by hand."""
    sheet, dimension, start, end = _span(asked)
    sizes = sheet.sizes[dimension]
    given, fields = asked.body.get("properties", {}), asked.body.get("fields", "")
    for number in range(start, min(end, _count(sheet, dimension))):
        made = updated(sizes.get(number, {}), given, fields)
        sizes[number] = {name: value for name, value in made.items() if value}
        if not sizes[number]:
            del sizes[number]
    return {}


def auto_resize(asked: Asked) -> Json:
    """autoResizeDimensions: columns as wide as their longest text."""
    sheet, dimension, start, end = _span(asked, "dimensions")
    if dimension == "ROWS":
        return {}
    whole = calculated(asked.book)
    for column in range(start, min(end, sheet.columns)):
        texts = [str(whole.value(sheet, row, column) or "") for row in range(len(sheet.grid))]
        longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
        if longest:
            old = sheet.sizes["COLUMNS"].get(column, {})
            sheet.sizes["COLUMNS"][column] = {**old, "pixelSize": longest * LETTER_WIDTH + 6}
    return {}


def add_group(asked: Asked) -> Json:
    """addDimensionGroup: one level deeper where a group is already."""
    sheet, dimension, start, end = _span(asked)
    groups = sheet.groups[dimension]
    depth = max(
        (g["depth"] for g in groups if g["startIndex"] <= start and end <= g["endIndex"]), default=0
    )
    groups.append({"startIndex": start, "endIndex": end, "depth": depth + 1})
    name = "rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"
    sheet.grid_properties[name] = True
    groups.sort(key=lambda group: (group["depth"], group["startIndex"]))
    return {"addDimensionGroup": {"dimensionGroups": describe.dimension_groups(sheet, dimension)}}


def delete_group(asked: Asked) -> Json:
    """deleteDimensionGroup: the deepest group there goes."""
    sheet, dimension, start, end = _span(asked)
    groups = sheet.groups[dimension]
    there = [g for g in groups if g["startIndex"] < end and start < g["endIndex"]]
    if not there:
        raise bad(f"No group found in the range [{start}, {end}).")
    groups.remove(max(there, key=lambda group: int(group["depth"])))
    left = describe.dimension_groups(sheet, dimension)
    return {"deleteDimensionGroup": {"dimensionGroups": left} if left else {}}


def update_group(asked: Asked) -> Json:
    """updateDimensionGroup: opened or collapsed."""
    given = asked.body.get("dimensionGroup", {})
    sheet, dimension, start, end = _span(Asked(asked.book, asked.who, given))
    for group in sheet.groups[dimension]:
        if (group["startIndex"], group["endIndex"]) == (start, end):
            group["collapsed"] = bool(given.get("collapsed"))
            return {}
    raise bad(f"No group found in the range [{start}, {end}).")


HANDLERS: dict[str, Handler] = {
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "appendDimension": append_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize,
    "addDimensionGroup": add_group,
    "deleteDimensionGroup": delete_group,
    "updateDimensionGroup": update_group,
}
