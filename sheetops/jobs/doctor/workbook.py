"""The workbook: there, readable, writable and not open; its tabs, headings and keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase

from sheetops.errors import SheetopsError
from sheetops.jobs.doctor.check import Check, from_error
from sheetops.settings import Settings
from sheetops.stores.excel.file.locks import refuse_in_use
from sheetops.workbook.book import Book
from sheetops.workbook.contract import REQUIRED_TABS
from sheetops.workbook.problem import Problem
from sheetops.workbook.table import NO_KEY

_MORE = "See all with: sheetops check"


def of_google(settings: Settings, now: datetime) -> Iterator[Check]:
    """Key, clock, sign-in, sharing, and all that a prepared sheet has."""
    from sheetops.stores.google import checks  # noqa: PLC0415 # heavy: for those who use it

    how, sheet = settings.google, settings.workbook.spreadsheet
    for one in checks.checks(sheet, how.sign_in, how.key_file, how.timeout, now):
        yield Check(*one)


def of_file(settings: Settings) -> Iterator[Check]:
    """Its rights, and whether somebody has it open. Whether it is there is said by reading it."""
    path = settings.workbook.path.resolve()
    if not path.is_file():
        return
    yield _rights(path)
    try:
        refuse_in_use(path)
    except SheetopsError as error:
        yield from_error("Workbook in use", error)
    else:
        yield Check("Workbook in use", True, "nobody has it open")
    yield from _mark(path)


def _rights(path: Path) -> Check:
    parts = {path: "file", path.parent: "folder, in which a new file takes the old one's place"}
    for one, what in parts.items():
        if not os.access(one, os.W_OK):
            mend = f"Let this account write that {what}."
            return Check("Workbook's rights", False, f"{one} cannot be written", mend)
    return Check("Workbook's rights", True, "this account may read and write it")


def _mark(path: Path) -> Iterator[Check]:
    """The mark by which runs of several computers keep out of each other's way."""
    mark = path.with_name(f".{path.name}.sheetops-run")
    if not mark.is_file():
        return
    held = [*mark.read_text(encoding="utf-8", errors="replace").splitlines(), "", "", ""]
    yield Check(
        "Workbook's mark",
        False,
        f"{held[1] or 'a computer'} is working with the workbook since {held[2] or 'now'}",
        f"Wait until it is done. If that run died, delete {mark.name} beside the workbook.",
    )


def of_book(book: Book) -> Iterator[Check]:
    """Tabs, headings and keys. Whatever else a row may have is no matter of how it is set up."""
    missing = [tab.name for tab in REQUIRED_TABS if tab.name not in book.present]
    if missing:
        mend = "Add them as the template has them: sheetops init, or sheetops adopt."
        yield Check("Tabs", False, f"missing: {', '.join(missing)}", mend)
    else:
        yield Check("Tabs", True, ", ".join(sorted(book.present)))
    headings = [one for one in book.problems if _is_of_headings(one, book)]
    keys = [one for one in book.problems if one.key.startswith(NO_KEY)]
    cells = len(book.problems) - len(headings) - len(keys)
    yield _of_problems("Headings", headings, "all found")
    yield _of_problems("Keys", keys, "every row has one of its own")
    yield Check("Cells", True, f"{cells} need a person: sheetops check" if cells else "all read")


def _is_of_headings(problem: Problem, book: Book) -> bool:
    """Whether it is of a whole tab, or of a cell in or above its headings."""
    row = int("0" + problem.cell.lstrip(ascii_uppercase))
    table = book.tables.get(problem.tab)
    return not problem.key and (table is None or row <= table.layout.heading_row)


def _of_problems(name: str, problems: list[Problem], well: str) -> Check:
    if not problems:
        return Check(name, True, well)
    first = problems[0]
    more = f" (and {len(problems) - 1} more: {_MORE})" if problems[1:] else ""
    return Check(name, False, f"{first.where}: {first.found}{more}", first.mend)
