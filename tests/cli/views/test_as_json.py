"""Any view as plain data: what people alone are shown stays out, and every value has a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from sheetops.cli.views.as_json import MERGED, SCREEN_ONLY, pick, plain
from sheetops.workbook.raw import NO_VALUE, CellError


@dataclass(frozen=True)
class _Part:
    day: date
    place: Path


@dataclass(frozen=True)
class _View:
    name: str
    part: _Part = field(metadata=MERGED)
    values: tuple[object, ...]
    secret: str = field(metadata=SCREEN_ONLY)


def test_a_view_is_plain_data_in_the_order_of_its_fields() -> None:
    values = (1, 1.5, True, None, CellError("#N/A"), NO_VALUE, time(9, 30), {"a": (2,)})
    view = _View("n", _Part(date(2026, 11, 24), Path("a/b")), values, "not shown")
    assert list(plain(view).items()) == [
        ("name", "n"),
        ("day", "2026-11-24"),
        ("place", str(Path("a/b"))),
        ("values", [1, 1.5, True, None, "#N/A", NO_VALUE.value, "09:30:00", {"a": [2]}]),
    ]


def test_a_view_takes_the_fields_of_the_same_names() -> None:
    part = _Part(date(2026, 11, 24), Path("a"))
    assert pick(_Part, part, place=Path("b")) == _Part(date(2026, 11, 24), Path("b"))
