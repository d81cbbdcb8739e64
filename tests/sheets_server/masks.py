"""Field masks: which parts of a reply are wanted, and which parts of a thing an update sets."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.sheets_server.errors import bad

Mask = dict[str, Any]
"""Wanted fields by name, each with the mask of what is in it; {} wants all of it."""

PARTS = re.compile(r"[\w*]+|[(),./]")


def parsed(text: str) -> Mask:
    """The mask of `a,b.c,d(e,f/g)`.

    Raises:
        ApiError: 400, it cannot be read.
    """
    tokens = PARTS.findall(text.replace(" ", ""))
    if "".join(tokens) != text.replace(" ", ""):
        raise bad(f"Request contains an invalid argument: field mask {text}")
    mask, rest = _list(tokens)
    if rest:
        raise bad(f"Invalid field selection {text}")
    return mask


def _list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while tokens:
        tokens = _one(mask, tokens)
        if not tokens or tokens[0] != ",":
            break
        tokens = tokens[1:]
    return mask, tokens


def _one(mask: Mask, tokens: list[str]) -> list[str]:
    """Read one path into the mask; the tokens that are left."""
    known = tokens[0] in mask
    inner: Mask = mask.setdefault(tokens[0], {})
    rest = tokens[1:]
    if rest and rest[0] in "./":
        return _one({} if known and not inner else inner, rest[1:])
    if rest and rest[0] == "(":
        deeper, rest = _list(rest[1:])
        inner.update(deeper)
        if not rest or rest[0] != ")":
            raise bad("Invalid field selection: missing )")
        return rest[1:]
    inner.clear()
    return rest


def selected(value: Any, mask: Mask) -> Any:
    """What a mask wants of a value."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [selected(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: selected(one, mask[name]) for name, one in value.items() if name in mask}


def wants(mask: Mask, *path: str) -> bool:
    """Whether a mask wants anything of a path."""
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def paths(fields: str) -> list[tuple[str, ...]]:
    """The single paths of an update's mask.

    Raises:
        ApiError: 400, the mask is missing.
    """
    if not fields:
        raise bad("At least one field must be listed in 'fields'. (use '*' to indicate all fields)")
    return _paths(parsed(fields), ())


def _paths(mask: Mask, before: tuple[str, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, inner in mask.items():
        found += _paths(inner, (*before, name)) if inner else [(*before, name)]
    return found


def updated(old: dict[str, Any], new: dict[str, Any], fields: str) -> dict[str, Any]:
    """A thing with the fields of a mask taken from `new`; what `new` has not is taken away."""
    if fields == "*":
        return copy.deepcopy(new)
    made = copy.deepcopy(old)
    for path in paths(fields):
        _set(made, path, _at(new, path))
    return made


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return copy.deepcopy(value)


def _set(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        target = target.setdefault(name, {})
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value
