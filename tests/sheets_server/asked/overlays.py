"""Requests about what lies over cells: merges, filters, names, protection, rules, tables."""

from __future__ import annotations

import copy
from typing import Any

from tests.sheets_server import describe, protection
from tests.sheets_server.asked.common import Asked, Handler, fitting, fresh_id
from tests.sheets_server.book import Json, Sheet
from tests.sheets_server.errors import PROTECTED, bad
from tests.sheets_server.masks import updated
from tests.sheets_server.ranges import Area, as_json, from_json


def merge_cells(asked: Asked) -> Json:
    """mergeCells: only the first cell of each merge keeps its content."""
    sheet, area = asked.editable()
    sheet.merges = [old for old in sheet.merges if not _inside(old, area)]
    if any(old.meets(area) for old in sheet.merges):
        raise bad("You must select all cells in a merged range to merge or unmerge them.")
    made = _parts(area, asked.body.get("mergeType", "MERGE_ALL"))
    for one in made:
        _keep_first(sheet, one)
    sheet.merges += [one for one in made if one.rows * one.columns > 1]
    return {}


def _parts(area: Area, kind: str) -> list[Area]:
    rows = range(area.top, area.top + area.rows)
    columns = range(area.left, area.left + area.columns)
    if kind == "MERGE_COLUMNS":
        return [Area(area.sheet, area.top, one, area.bottom, one + 1) for one in columns]
    if kind == "MERGE_ROWS":
        return [Area(area.sheet, one, area.left, one + 1, area.right) for one in rows]
    return [area]


def _inside(inner: Area, outer: Area) -> bool:
    rows = outer.top <= inner.top and (inner.bottom or 0) <= (outer.bottom or 0)
    return rows and outer.left <= inner.left and (inner.right or 0) <= (outer.right or 0)


def _keep_first(sheet: Sheet, area: Area) -> None:
    places = [
        (row, column)
        for row in range(area.top, area.top + area.rows)
        for column in range(area.left, area.left + area.columns)
    ]
    filled = [place for place in places if sheet.cell(*place).filled]
    first = sheet.cell(*places[0])
    if filled and not first.filled:
        kept = sheet.cell(*filled[0])
        sheet.put(*places[0], first.with_value(kept.value, kept.formula))
    for place in places[1:]:
        sheet.put(*place, sheet.cell(*place).with_value(None))


def unmerge_cells(asked: Asked) -> Json:
    """unmergeCells."""
    sheet, area = asked.editable()
    meeting = [old for old in sheet.merges if old.meets(area)]
    if any(not _inside(old, area) for old in meeting):
        raise bad("You must select all cells in a merged range to merge or unmerge them.")
    sheet.merges = [old for old in sheet.merges if not old.meets(area)]
    return {}


def set_basic_filter(asked: Asked) -> Json:
    """setBasicFilter."""
    given = copy.deepcopy(asked.body.get("filter", {}))
    sheet, area = fitting(asked.book, given.get("range", {}))
    sheet.basic_filter = {**given, "range": as_json(area)}
    return {}


def clear_basic_filter(asked: Asked) -> Json:
    """clearBasicFilter."""
    asked.sheet().basic_filter = None
    return {}


def _kept(given: Json) -> Json:
    """A thing as the API keeps it, nulls and blanks left out, its range without sheet 0."""
    made = {name: value for name, value in copy.deepcopy(given).items() if value is not None}
    if "range" in made:
        made["range"] = as_json(from_json(made["range"]))
    return made


def add_protected(asked: Asked) -> Json:
    """addProtectedRange; who makes it may edit it."""
    book, given = asked.book, _kept(asked.body.get("protectedRange", {}))
    area = protection.covered(book, given)
    sheet = book.sheet(area.sheet)
    if "range" in given and not _is_whole(area):
        fitting(book, given["range"])
    taken = [one["protectedRangeId"] for other in book.sheets for one in other.protected]
    made = {**given, "protectedRangeId": given.get("protectedRangeId") or fresh_id(taken)}
    reply = describe.protected_range(book, book.owner, made, fresh=True)
    kept = made.setdefault("editors", {})
    kept["users"] = sorted({*kept.get("users", []), asked.who})
    sheet.protected.append(made)
    return {"addProtectedRange": {"protectedRange": reply}}


def _is_whole(area: Area) -> bool:
    return (area.top, area.left, area.bottom, area.right) == (0, 0, None, None)


def update_protected(asked: Asked) -> Json:
    """updateProtectedRange."""
    given = _kept(asked.body.get("protectedRange", {}))
    sheet, old = _protected(asked, given.get("protectedRangeId", 0))
    new = updated(old, given, asked.body.get("fields", ""))
    new["protectedRangeId"] = old["protectedRangeId"]
    sheet.protected[sheet.protected.index(old)] = new
    return {}


def delete_protected(asked: Asked) -> Json:
    """deleteProtectedRange."""
    sheet, old = _protected(asked, asked.body.get("protectedRangeId", 0))
    sheet.protected.remove(old)
    return {}


def _protected(asked: Asked, number: int) -> tuple[Sheet, Json]:
    for sheet in asked.book.sheets:
        for one in sheet.protected:
            if one["protectedRangeId"] == number:
                if not protection.may_edit(asked.book, asked.who, one):
                    raise bad(PROTECTED)
                return sheet, one
    raise bad(f"No protected range with ID: {number}")


def add_named(asked: Asked) -> Json:
    """addNamedRange."""
    book, given = asked.book, asked.body.get("namedRange", {})
    fitting(book, given.get("range", {}))
    name = given.get("name", "")
    if any(one["name"].lower() == name.lower() for one in book.named):
        raise bad(f"A named range with name: {name} already exists.")
    number = str(
        fresh_id(int(one["namedRangeId"]) for one in book.named if one["namedRangeId"].isdigit())
    )
    made = {
        "namedRangeId": given.get("namedRangeId") or number,
        "name": name,
        "range": as_json(from_json(given["range"]), given["range"]),
    }
    book.named.append(made)
    return {"addNamedRange": {"namedRange": made}}


def update_named(asked: Asked) -> Json:
    """updateNamedRange."""
    given = _kept(asked.body.get("namedRange", {}))
    old = _by_id(asked.book.named, "namedRangeId", given.get("namedRangeId"), "named range")
    old.update(updated(old, given, asked.body.get("fields", "")))
    return {}


def delete_named(asked: Asked) -> Json:
    """deleteNamedRange."""
    named = asked.book.named
    named.remove(_by_id(named, "namedRangeId", asked.body.get("namedRangeId"), "named range"))
    return {}


def _by_id(things: list[Json], name: str, number: Any, word: str) -> Json:
    for one in things:
        if one[name] == number:
            return one
    raise bad(f"No {word} with id: {number}")


def _rule_sheet(asked: Asked, rule: Json | None) -> Sheet:
    ranges = (rule or {}).get("ranges", [])
    number = ranges[0].get("sheetId", 0) if ranges else asked.body.get("sheetId", 0)
    return asked.book.sheet(number)


def add_rule(asked: Asked) -> Json:
    """addConditionalFormatRule."""
    rule = copy.deepcopy(asked.body.get("rule", {}))
    sheet = _rule_sheet(asked, rule)
    if not rule.get("ranges"):
        raise bad("A conditional format rule must have at least one range.")
    for one in rule["ranges"]:
        fitting(asked.book, one)
    sheet.conditional.insert(asked.body.get("index", 0), rule)
    return {}


def update_rule(asked: Asked) -> Json:
    """updateConditionalFormatRule: another rule in its place, or the same one elsewhere."""
    sheet = _rule_sheet(asked, asked.body.get("rule"))
    index = _rule_index(sheet, asked.body.get("index", 0))
    old = sheet.conditional.pop(index)
    reply: Json = {"oldRule": old} if "rule" in asked.body else {"oldIndex": index}
    new_index = index if "rule" in asked.body else asked.body.get("newIndex", 0)
    sheet.conditional.insert(new_index, copy.deepcopy(asked.body.get("rule", old)))
    reply |= {"newRule": sheet.conditional[new_index], "newIndex": new_index}
    return {"updateConditionalFormatRule": {name: value for name, value in reply.items() if value}}


def delete_rule(asked: Asked) -> Json:
    """deleteConditionalFormatRule."""
    sheet = asked.sheet()
    rule = sheet.conditional.pop(_rule_index(sheet, asked.body.get("index", 0)))
    return {"deleteConditionalFormatRule": {"rule": rule}}


def _rule_index(sheet: Sheet, index: int) -> int:
    if index >= len(sheet.conditional):
        raise bad(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return index


def _adder(kind: str, id_name: str, holder: str, name: str) -> Handler:
    """A handler that adds a thing with a range and an id to its sheet."""

    def add(asked: Asked) -> Json:
        given = _kept(asked.body.get(name, {}))
        sheet, area = fitting(asked.book, given.get("range", {}))
        things: list[Json] = getattr(sheet, holder)
        if any(from_json(one["range"]).meets(area) for one in things if holder != "filter_views"):
            raise bad(f"You cannot add a {name} to a range that already has one.")
        taken = [int(one[id_name]) for one in things if str(one[id_name]).isdigit()]
        number: Any = given.get(id_name) or fresh_id(taken)
        made = {**given, id_name: str(number) if id_name == "tableId" else number}
        things.append(made)
        return {kind: {name: made}}

    return add


def _updater(id_name: str, holder: str, name: str) -> Handler:
    def update(asked: Asked) -> Json:
        given = _kept(asked.body.get(name, {}))
        old = _anywhere(asked, holder, id_name, given.get(id_name))[1]
        old.update(updated(old, given, asked.body.get("fields", "")))
        return {}

    return update


def _deleter(id_name: str, holder: str, asked_name: str) -> Handler:
    def delete(asked: Asked) -> Json:
        things, old = _anywhere(asked, holder, id_name, asked.body.get(asked_name))
        things.remove(old)
        return {}

    return delete


def _anywhere(asked: Asked, holder: str, id_name: str, number: Any) -> tuple[list[Json], Json]:
    for sheet in asked.book.sheets:
        things: list[Json] = getattr(sheet, holder)
        for one in things:
            if one[id_name] == number:
                return things, one
    raise bad(f"No {holder} with id: {number}")


HANDLERS: dict[str, Handler] = {
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addProtectedRange": add_protected,
    "updateProtectedRange": update_protected,
    "deleteProtectedRange": delete_protected,
    "addNamedRange": add_named,
    "updateNamedRange": update_named,
    "deleteNamedRange": delete_named,
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule,
    "addBanding": _adder("addBanding", "bandedRangeId", "banded", "bandedRange"),
    "updateBanding": _updater("bandedRangeId", "banded", "bandedRange"),
    "deleteBanding": _deleter("bandedRangeId", "banded", "bandedRangeId"),
    "addTable": _adder("addTable", "tableId", "tables", "table"),
    "updateTable": _updater("tableId", "tables", "table"),
    "deleteTable": _deleter("tableId", "tables", "tableId"),
    "addFilterView": _adder("addFilterView", "filterViewId", "filter_views", "filter"),
    "updateFilterView": _updater("filterViewId", "filter_views", "filter"),
    "deleteFilterView": _deleter("filterViewId", "filter_views", "filterId"),
}
