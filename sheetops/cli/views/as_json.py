"""Any view as plain data for `--json`: a dataclass gives an object, field by field.

`SCREEN_ONLY` marks a field that only people are shown; `MERGED` one whose own fields stand in the
object of its view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sheetops.workbook.raw import CellError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

V = TypeVar("V", bound="DataclassInstance")
SCREEN_ONLY: Mapping[str, str] = MappingProxyType({"json": "left out"})
MERGED: Mapping[str, str] = MappingProxyType({"json": "merged"})


def plain(value: Any) -> Any:
    """Plain data: days and moments in ISO form, errors of cells by their code."""
    if isinstance(value, CellError | Enum):
        return value.code if isinstance(value, CellError) else value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if is_dataclass(value):
        return dict(_fields(value))
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        named = getattr(value, "_asdict", None)
        return plain(named()) if named else [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def pick(view: type[V], source: object, **given: Any) -> V:
    """A view whose fields are the source's of the same names, but for those that are given."""
    names = (field.name for field in fields(view))
    return view(**{name: given[name] if name in given else getattr(source, name) for name in names})


def _fields(view: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(view):
        shown = field.metadata.get("json")
        if shown == MERGED["json"]:
            yield from plain(getattr(view, field.name)).items()
        elif shown is None:
            yield field.name, plain(getattr(view, field.name))
