"""Request bodies and options read as strictly as Google does, with its words for what is wrong."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.discovery import Json, document, methods
from tests.sheets_server.errors import bad, bad_fields

LIST = "type.googleapis.com/google.protobuf.ListValue"
UNKNOWN_OPTION = (
    'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
    "Field '{name}' could not be found in request message."
)
PACKAGE = "type.googleapis.com/google.apps.sheets.v4"


def checked(name: str, body: Json, where: str = "") -> Json:
    """The body of a request without its nulls, which stand for what is missing.

    Raises:
        ApiError: 400, names that the API has not, or values of the wrong kind: all of them.
    """
    reader = _Reader()
    read = reader.message(name, body, where)
    if reader.wrong:
        raise bad_fields(reader.wrong)
    return read


class _Reader:
    """Reads one body; `wrong` collects field and words of what does not fit."""

    def __init__(self) -> None:
        self.wrong: list[tuple[str, str]] = []

    def not_a(self, kind: str, value: Any, where: str) -> None:
        shown = f'"{value}"' if isinstance(value, str) else _plain(value)
        self.wrong.append((where, f"Invalid value at '{where}' ({kind}), {shown}"))

    def message(self, name: str, value: Any, where: str) -> Json:
        if not isinstance(value, dict):
            self.not_a(f"{PACKAGE}.{name}", value, where)
            return {}
        known = document()["schemas"][name].get("properties", {})
        made: Json = {}
        for key, one in value.items():
            if key not in known:
                at = f" at '{where}'" if where else ""
                words = f'Unknown name "{key}"{at}: Cannot find field.'
                self.wrong.append((where, f"Invalid JSON payload received. {words}"))
            elif one is not None:
                made[key] = self.value(known[key], one, _under(where, key))
        return made

    def value(self, schema: Json, value: Any, where: str) -> Any:
        if "$ref" in schema:
            return self.message(schema["$ref"], value, where)
        match schema.get("type"):
            case "array":
                return self.array(schema["items"], value, where)
            case "string":
                self.text(schema, value, where)
            case "integer" | "number":
                return self.number(schema, value, where)
            case "boolean":
                if not isinstance(value, bool):
                    self.not_a("TYPE_BOOL", value, where)
        return value

    def array(self, items: Json, value: Any, where: str) -> list[Any]:
        if items.get("items", {}).get("type") == "any":
            return self.rows(value, where)
        values = value if isinstance(value, list) else [value]
        return [self.value(items, one, f"{where}[{at}]") for at, one in enumerate(values)]

    def rows(self, value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            self.not_a(LIST, value, where)
            return []
        for down, row in enumerate(value):
            if not isinstance(row, list):
                self.not_a(LIST, row, f"{where}[{down}]")
            else:
                _check_row(row, f"{where}[{down}]")
        return value

    def text(self, schema: Json, value: Any, where: str) -> None:
        if not isinstance(value, str):
            self.not_a("TYPE_STRING", value, where)
        elif "enum" in schema and value not in schema["enum"]:
            self.not_a(f"{PACKAGE}.enum", value, where)

    def number(self, schema: Json, value: Any, where: str) -> Any:
        whole = schema["type"] == "integer"
        number = _as_number(value)
        if number is None or (whole and not float(number).is_integer()):
            self.not_a("TYPE_INT32" if whole else "TYPE_DOUBLE", value, where)
            return 0
        return int(number) if whole else number


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _under(where: str, key: str) -> str:
    snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), key)
    return f"{where}.{snake}" if where else snake


def _check_row(row: list[Any], where: str) -> None:
    for across, value in enumerate(row):
        if isinstance(value, list | dict):
            kind = "list_value" if isinstance(value, list) else "struct_value"
            raise bad(f"Invalid {where}[{across}]: {kind} {{\n}}\n")


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None


def check_options(method: str, options: dict[str, list[str]]) -> None:
    """Refuse an option that the method has not, or a value that an option cannot have.

    Raises:
        ApiError: 400.
    """
    general = document()["parameters"]
    known = methods()[method].get("parameters", {})
    for name, values in options.items():
        if name not in known and name not in general:
            raise bad_fields([("", UNKNOWN_OPTION.format(name=name))])
        allowed = known.get(name, {}).get("enum")
        wrong = [value for value in values if allowed and value not in allowed]
        if wrong:
            snake = _under("", name)
            kind = f"{PACKAGE}.{name[0].upper()}{name[1:]}"
            raise bad_fields([(snake, f"Invalid value at '{snake}' ({kind}), \"{wrong[0]}\"")])
