"""Google's description of the Sheets API, from google-api-python-client, as JSON Schema."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import fastjsonschema

Json = dict[str, Any]


@functools.cache
def document() -> Json:
    """The discovery document."""
    file = resources.files("googleapiclient") / "discovery_cache" / "documents" / "sheets.v4.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


@functools.cache
def methods() -> dict[str, Json]:
    """Every method by its id, such as sheets.spreadsheets.values.get."""
    found: dict[str, Json] = {}
    todo = [document()]
    while todo:
        one = todo.pop()
        for method in one.get("methods", {}).values():
            found[method["id"]] = method
        todo += one.get("resources", {}).values()
    return found


def _strict(given: Json) -> Json:
    """One schema of the document as JSON Schema that allows no other names."""
    if "$ref" in given:
        return {"$ref": f"#/definitions/{given['$ref']}"}
    match given.get("type"):
        case "object":
            return _object(given)
        case "array":
            items = _strict(given["items"])
            return {"type": "array", "items": items} if items else {"type": "array"}
        case "any":
            return {}
        case "integer":
            return {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
        case kind:
            made: Json = {"type": kind}
            return made | ({"enum": given["enum"]} if "enum" in given else {})


def _object(given: Json) -> Json:
    if "properties" in given:
        properties = {name: _strict(one) for name, one in given["properties"].items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}
    return {
        "type": "object",
        "additionalProperties": _strict(given.get("additionalProperties", {})),
    }


@functools.cache
def _schemas() -> Json:
    return {name: _strict(one) for name, one in document()["schemas"].items()}


@functools.cache
def _validator(name: str) -> Callable[[Any], Any]:
    return _compiled({"definitions": _schemas(), "$ref": f"#/definitions/{name}"})


def _compiled(schema: Json) -> Callable[[Any], Any]:
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    made: Callable[[Any], Any] = fastjsonschema.compile({**draft, **schema}, use_default=False)
    return made


ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "status"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer", "minimum": 400, "maximum": 599},
                "message": {"type": "string", "minLength": 1},
                "status": {"type": "string", "pattern": "^[A-Z_]+$"},
                "details": {"type": "array", "items": {"type": "object", "required": ["@type"]}},
            },
        }
    },
}


def faults(name: str, body: Any) -> list[str]:
    """The first fault of a body by one of the document's schemas, with its place; [] for none."""
    return _faults(_validator(name), body)


def error_faults(body: Any) -> list[str]:
    """What is wrong with the body of a reply that is no success."""
    return _faults(_error_validator(), body)


@functools.cache
def _error_validator() -> Callable[[Any], Any]:
    return _compiled(ERROR)


def _faults(validator: Callable[[Any], Any], body: Any) -> list[str]:
    try:
        validator(body)
    except fastjsonschema.JsonSchemaValueException as error:
        return [str(error)[:500]]
    return []


def method_of(verb: str, path: str) -> str | None:
    """The id of the method that a request means; `path` begins with /v4/."""
    base = "/v4/spreadsheets"
    rest = path.removeprefix(base)
    if rest == path:
        return None
    if rest == "":
        return "sheets.spreadsheets.create" if verb == "POST" else None
    _, _, after = rest[1:].partition("/")
    if not after:
        return METHODS.get((verb, rest[1:].partition(":")[2]))
    return METHODS.get((verb, _kind(after)))


def _kind(after: str) -> str:
    head, _, tail = after.partition("/")
    word = tail.rpartition(":")[2] if ":" in tail else ""
    if not tail:
        return head
    return f"{head}/:{word}" if word in ("append", "clear", "copyTo") else f"{head}/"


METHODS = {
    ("GET", ""): "sheets.spreadsheets.get",
    ("POST", "batchUpdate"): "sheets.spreadsheets.batchUpdate",
    ("GET", "values/"): "sheets.spreadsheets.values.get",
    ("PUT", "values/"): "sheets.spreadsheets.values.update",
    ("POST", "values/:append"): "sheets.spreadsheets.values.append",
    ("POST", "values/:clear"): "sheets.spreadsheets.values.clear",
    ("GET", "values:batchGet"): "sheets.spreadsheets.values.batchGet",
    ("POST", "values:batchUpdate"): "sheets.spreadsheets.values.batchUpdate",
    ("POST", "values:batchClear"): "sheets.spreadsheets.values.batchClear",
    ("POST", "getByDataFilter"): "sheets.spreadsheets.getByDataFilter",
    ("POST", "values:batchGetByDataFilter"): "sheets.spreadsheets.values.batchGetByDataFilter",
    ("POST", "values:batchUpdateByDataFilter"): (
        "sheets.spreadsheets.values.batchUpdateByDataFilter"
    ),
    ("POST", "values:batchClearByDataFilter"): "sheets.spreadsheets.values.batchClearByDataFilter",
    ("GET", "developerMetadata/"): "sheets.spreadsheets.developerMetadata.get",
    ("POST", "developerMetadata:search"): "sheets.spreadsheets.developerMetadata.search",
    ("POST", "sheets/:copyTo"): "sheets.spreadsheets.sheets.copyTo",
}
"""Method id by verb and what follows the spreadsheet's id."""
