"""The made-up business survives being laid out in a workbook, and reads back as it was told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sheetops.stores.excel.read.read import read
from sheetops.template import build
from sheetops.template.demo import MISTAKES, Mistake, business, settings
from sheetops.workbook import book
from sheetops.workbook.book import Book
from sheetops.workbook.raw import RawTab, Value

TODAY = date(2026, 11, 24)
NOT_IN_ONE_CELL = {"Finished before it began", "No address, and a reminder is due"}
"""Mistakes that show only when a system looks at the whole client, or at the day."""


def laid_out(folder: Path, mistakes: tuple[Mistake, ...] = MISTAKES) -> Path:
    path = folder / "demo.xlsx"
    build(path, rows=business(TODAY, mistakes), settings=settings(TODAY))
    return path


def told(tab: RawTab) -> list[dict[str, Value]]:
    headings, *rows = tab.rows
    return [dict(zip(map(str, headings), row, strict=False)) for row in rows]


def book_of(path: Path) -> Book:
    return book.read(read(path))


@pytest.fixture(scope="module")
def with_mistakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("demo"))


def test_every_cell_reads_back_as_given(with_mistakes: Path) -> None:
    tabs = read(with_mistakes).tabs
    for name, rows in business(TODAY).items():
        found = told(tabs[name])[: len(rows)]
        assert len(found) == len(rows)
        for given, got in zip(rows, found, strict=True):
            assert {heading: got.get(heading) for heading in given} == given, name


def test_a_name_that_begins_like_a_formula_stays_a_name(with_mistakes: Path) -> None:
    clients = read(with_mistakes).tabs["Clients"]
    assert "=Equals Architects" in {row["Client"] for row in told(clients)}
    assert not clients.formulas


def test_without_the_mistakes_the_workbook_has_no_problem(tmp_path: Path) -> None:
    assert [str(problem) for problem in book_of(laid_out(tmp_path, ())).problems] == []


def test_the_settings_are_those_of_the_business(with_mistakes: Path) -> None:
    chosen = book_of(with_mistakes).business
    assert chosen.name == "Ledger & Lantern"
    assert chosen.sending == "send"
    assert not chosen.calendar.is_working(date(2026, 12, 25))


def test_each_mistake_in_a_cell_is_a_problem_of_that_cell_and_nothing_else_is(
    with_mistakes: Path,
) -> None:
    read_book = book_of(with_mistakes)
    planted = {m.what: where(read_book, m) for m in MISTAKES}
    seen = {problem.where for problem in read_book.problems if problem.tab in {"Clients", "Steps"}}
    in_cells = {
        at
        for what, at in planted.items()
        if what not in NOT_IN_ONE_CELL and not at.startswith("Messages")
    }
    assert in_cells <= seen
    other_double = {"Clients!A6"}
    assert seen - other_double <= set(planted.values())


def where(read_book: Book, mistake: Mistake) -> str:
    """Address of a mistake's cell, by its place in the rows as they should have been."""
    clean = business(TODAY, ())[mistake.tab]
    (at,) = [
        at
        for at, row in enumerate(clean)
        if all(row[heading] == value for heading, value in mistake.row.items())
    ]
    return f"{mistake.tab}!{read_book.tables[mistake.tab].cell(at + 2, mistake.heading)}"
