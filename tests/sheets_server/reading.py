"""Request bodies and options read as strictly as Google does, with its words for what does not fit."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.discovery import Json, document, methods
from tests.sheets_server.errors import ApiError, bad, bad_field

LIST = "type.googleapis.com/google.protobuf.ListValue"
PACKAGE = "type.googleapis.com/google.apps.sheets.v4"
ROWS = {"type": "array", "items": {"type": "any"}}


class _Wrong(Exception):
    def __init__(self, where: str, kind: str, value: Any) -> None:
        shown = f'"{value}"' if isinstance(value, str) else _plain(value)
        super().__init__(f"Invalid value at '{where}' ({kind}), {shown}")
        self.where = where


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked(name: str, body: Json, where: str = "") -> Json:
    """The body of a request without its nulls, which stand for what is missing.

    Raises:
        ApiError: 400, a name that the API has not, or a value of the wrong kind.
    """
    try:
        return dict(_read({"$ref": name}, body, where))
    except _Wrong as wrong:
        raise bad_field(str(wrong), wrong.where) from None


def _read(schema: Json, value: Any, where: str) -> Any:
    if "$ref" in schema:
        return _message(schema["$ref"], value, where)
    match schema.get("type"):
        case "array":
            return _array(schema, value, where)
        case "string":
            return _string(schema, value, where)
        case "integer" | "number":
            return _number(schema, value, where)
        case "boolean":
            if not isinstance(value, bool):
                raise _Wrong(where, "TYPE_BOOL", value)
    return value


def _message(name: str, value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise _Wrong(where, f"{PACKAGE}.{name}", value)
    known = document()["schemas"][name].get("properties", {})
    made: Json = {}
    for key, one in value.items():
        if key not in known:
            at = f" at '{where}'" if where else ""
            words = f'Invalid JSON payload received. Unknown name "{key}"{at}: Cannot find field.'
            raise bad_field(words, where)
        if one is not None:
            made[key] = _read(known[key], one, _under(where, key))
    return made


def _under(where: str, key: str) -> str:
    snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), key)
    return f"{where}.{snake}" if where else snake


def _array(schema: Json, value: Any, where: str) -> list[Any]:
    items = schema["items"]
    rows = items == ROWS or items.get("items", {}).get("type") == "any"
    if not isinstance(value, list):
        if rows:
            raise _Wrong(where, LIST, value)
        value = [value]
    if rows:
        _check_rows(value, where)
        return list(value)
    return [_read(items, one, f"{where}[{at}]") for at, one in enumerate(value)]


def _check_rows(rows: list[Any], where: str) -> None:
    for down, row in enumerate(rows):
        if not isinstance(row, list):
            raise _Wrong(f"{where}[{down}]", LIST, row)
        for across, value in enumerate(row):
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise bad(f"Invalid {where}[{down}][{across}]: {kind} {{\n}}\n")


def _string(schema: Json, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _Wrong(where, "TYPE_STRING", value)
    if "enum" in schema and value not in schema["enum"]:
        raise _Wrong(where, f"{PACKAGE}.enum", value)
    return value


def _number(schema: Json, value: Any, where: str) -> float:
    whole = schema["type"] == "integer"
    kind = "TYPE_INT32" if whole else "TYPE_DOUBLE"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _Wrong(where, kind, value)
    try:
        number = float(value)
    except ValueError:
        raise _Wrong(where, kind, value) from None
    if whole and not number.is_integer():
        raise _Wrong(where, kind, value)
    return int(number) if whole else value if not isinstance(value, str) else number


def check_options(method: str, options: dict[str, list[str]]) -> None:
    """Refuse an option that the method has not, or a value that an option cannot have.

    Raises:
        ApiError: 400.
    """
    known = methods()[method].get("parameters", {}) | document()["parameters"]
    for name, values in options.items():
        if name not in known:
            raise _unknown(name)
        allowed = known[name].get("enum")
        wrong = [value for value in values if allowed and value not in allowed]
        if wrong and name not in document()["parameters"]:
            snake = _under("", name)
            kind = f"{PACKAGE}.{name[0].upper()}{name[1:]}"
            raise bad_field(f"Invalid value at '{snake}' ({kind}), \"{wrong[0]}\"", snake)


def _unknown(name: str) -> ApiError:
    return bad_field(
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message.",
        "",
    )
