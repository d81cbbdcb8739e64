"""A hundred copies of the demo's workbook, mangled as staff mangle them: no traceback, no wrong
flag, no wrong mail, and problems that name the very cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from sheetops.plan.plan import Plan, make_plan
from sheetops.stores.excel.read.read import read as read_excel
from sheetops.template import build
from sheetops.template.demo import MISTAKES, business, settings
from sheetops.workbook.book import read as read_book
from sheetops.workbook.contract import BY_NAME, Kind
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import NOTHING, flags, grid
from tests.workbook.mangled.mangle import EVERY, Desk, Grid, mangled

TODAY = date(2026, 11, 24)
SEEDS = range(100)
Item = tuple[str, str, str, str]
MORE = {"On course to miss", "Inactive"}
"""Flags that rest on more rows and tabs than the client's own."""
LEARNED = re.compile(
    r" (?:Too few are done yet[^.]*|(?:Few have done it yet; of all steps, )?"
    r"9 in 10 [^.;]*(?:; \d+ % chance it is still open in a week)?)\."
)
"""The sentences of Why that say what is usual."""


@cache
def demo(*, with_mistakes: bool = False) -> dict[str, Grid]:
    rows = business(TODAY, MISTAKES if with_mistakes else ())
    tabs = {name: grid(name, cells) for name, cells in rows.items()}
    chosen = settings(TODAY).items()
    tabs["Settings"] = grid("Settings", [{"Setting": n, "Value": v} for n, v in chosen])
    return tabs


def plan_of(raw: RawBook) -> Plan:
    return make_plan(read_book(raw), NOTHING, TODAY)


@cache
def clean(*, with_mistakes: bool = False) -> Plan:
    return plan_of(whole(demo(with_mistakes=with_mistakes)))


def whole(tabs: dict[str, Grid]) -> RawBook:
    return mangled_by(tabs).raw()


def mangled_by(tabs: dict[str, Grid], *ways: Callable[[Desk], None]) -> Desk:
    desk = mangled(tabs, 0, ways=ways)
    assert len(desk.done) == len(ways)
    return desk


def by_client(plan: Plan) -> dict[str, tuple[str, str]]:
    """Flag and Why by the client's name: keys change where the column of IDs is lost."""
    if not plan.status:
        return {}
    return dict(zip(plan.snapshot.clients.name, flags(plan).values(), strict=True))


def items(plan: Plan) -> dict[Item, tuple[str, str]]:
    """Subject and text of what is said to whom today."""
    return {
        (one.client_name, one.message, one.step, one.to): (one.subject, one.body)
        for mail in plan.mails
        for one in mail.items
    }


def laid_out(plan: Plan) -> set[tuple[Value, Value]]:
    return {(r.values["Client"], r.values["Step"]) for r in plan.rows if r.tab == "Steps"}


def wrong_flags(plan: Plan, meant: Plan) -> dict[str, tuple[str, str]]:
    """Flags that are neither as in the workbook that was meant, nor blank, nor Data problem."""
    right = by_client(meant)
    return {
        name: said
        for name, said in by_client(plan).items()
        if said[0] not in {"", "Data problem"} and not _says_no_more(said, right.get(name))
    }


def _says_no_more(said: tuple[str, str], meant: tuple[str, str] | None) -> bool:
    """Whether it is what was meant; an unreadable reason for a pause may be left out.

    What is learned rests on the rows that can be read, so its numbers may differ.
    """
    if meant is None:
        return False
    if MORE & {said[0], meant[0]}:
        return True
    if said[0] != meant[0]:
        return False
    why, right = LEARNED.sub("", said[1]), LEARNED.sub("", meant[1])
    return why == right or (
        said[0] == "Paused" and right.startswith(why.split(". ")[0].rstrip("."))
    )


def check(plan: Plan, meant: Plan, desk: Desk) -> None:
    assert wrong_flags(plan, meant) == {}
    said, right = items(plan), items(meant)
    assert {item: words for item, words in said.items() if right.get(item) != words} == {}
    assert laid_out(plan) <= laid_out(meant)
    if said.keys() != right.keys():
        assert plan.problems or "missing tab" in desk.done
    spoilt = desk.addresses(with_ahead=plan.book.is_usable)
    assert spoilt - {problem.where for problem in plan.problems} == set()


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.long] * (n % 4 > 0)) for n in SEEDS]
)
def test_a_mangled_workbook_says_nothing_wrong_and_names_the_cell(seed: int) -> None:
    desk = mangled(demo(), seed)
    check(plan_of(desk.raw()), clean(), desk)


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.long] * (n % 3 > 0)) for n in range(200, 220)]
)
def test_a_workbook_with_mistakes_gets_no_worse_when_mangled(seed: int) -> None:
    desk = mangled(demo(with_mistakes=True), seed)
    plan = plan_of(desk.raw())
    assert wrong_flags(plan, clean(with_mistakes=True)) == {}
    assert items(plan).items() <= items(clean(with_mistakes=True)).items()


def test_the_mistakes_of_the_demo_cost_no_wrong_flag_and_no_wrong_mail() -> None:
    assert wrong_flags(clean(with_mistakes=True), clean()) == {}
    assert items(clean(with_mistakes=True)).items() <= items(clean()).items()


@pytest.mark.parametrize("way", EVERY, ids=lambda way: way.__name__.strip("_"))
def test_every_way_of_mangling_comes_up_among_the_hundred(way: Callable[[Desk], None]) -> None:
    name = way.__name__.strip("_").replace("_", " ")
    assert any(name in mangled(demo(), seed).done for seed in SEEDS)


@pytest.mark.parametrize("seed", [0, 2, 3, 4, 7])
def test_what_only_moves_changes_nothing_at_all(seed: int) -> None:
    """Blank rows, titles, shuffled columns, aliases, renamed tabs: the plan is the same."""
    desk = mangled(demo(), seed, ways=MOVES)
    plan = plan_of(desk.raw())
    assert by_client(plan) == by_client(clean())
    assert items(plan) == items(clean())
    assert [problem.found for problem in plan.problems] == [
        problem.found for problem in clean().problems
    ]


MOVES = tuple(
    way
    for way in EVERY
    if way.__name__
    in {"_renamed_tab", "_blank_rows", "_title_rows", "_shuffled_columns", "_aliases", "_odd_text"}
)


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.long] * (n % 4 > 0)) for n in range(300, 308)]
)
def test_a_real_file_with_spoilt_cells_is_read_as_the_same_in_memory(
    seed: int, tmp_path: Path
) -> None:
    desk = mangled(demo(), seed, ways=TYPED)
    rows = {
        name: [dict(zip(map(str, cells[0]), row, strict=True)) for row in cells[1:]]
        for name, cells in desk.tabs.items()
        if name != "Settings"
    }
    build(tmp_path / "mangled.xlsx", rows=_staff(rows), settings=settings(TODAY))
    plan = plan_of(read_excel(tmp_path / "mangled.xlsx"))
    in_memory = plan_of(desk.raw())
    assert by_client(plan) == by_client(in_memory)
    assert items(plan) == items(in_memory)
    assert desk.addresses() <= {problem.where for problem in plan.problems}


TYPED = tuple(
    way
    for way in EVERY
    if way.__name__
    in {"_clear_dates", "_bad_date", "_future_done", "_wrong_choice", "_wrong_name", "_odd_text"}
)


def _staff(rows: dict[str, list[dict[str, Value]]]) -> dict[str, list[dict[str, Value]]]:
    """Rows with the staff's cells only, and of dates only those that a cell can hold."""
    return {
        name: [
            {
                heading: value
                for heading, value in row.items()
                if not BY_NAME[name][heading].is_tool
                and BY_NAME[name][heading].kind is not Kind.ANY
                and value is not None
            }
            for row in cells
        ]
        for name, cells in rows.items()
    }
