"""Every tab stands as the contract says, and helps the people who type in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import build
from sheetops.template.conditional_formats import DECISION_COLOURS, FLAG_COLOURS, OUTCOME_COLOURS
from sheetops.template.styles import DATE_FORMAT, MOMENT_FORMAT, TEXT_FORMAT, TOOL_FILL
from sheetops.workbook.contract import (
    BY_NAME,
    DECISIONS,
    FLAGS,
    OUTCOMES,
    REQUIRED_TABS,
    SETTING_LIST,
    TABS,
    Column,
    Kind,
    Tab,
)
from sheetops.workbook.raw import NO_VALUE, CellError, Value

FAR_DOWN = 100_000
MERGE_FIELD = re.compile(r"\{\{([^}|]*)")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return _built(tmp_path_factory, small=False)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return _built(tmp_path_factory, small=True)


def _built(factory: pytest.TempPathFactory, *, small: bool) -> Workbook:
    path = factory.mktemp("built") / "w.xlsx"
    build(path, small=small)
    return load_workbook(path)


def _headings(page: Worksheet) -> list[Any]:
    return [cell.value for cell in page[1]]


def _columns(workbook: Workbook) -> Iterator[tuple[Worksheet, Tab, Column, str]]:
    for page in workbook.worksheets:
        if page.title in BY_NAME:
            for number, heading in enumerate(_headings(page), start=1):
                tab = BY_NAME[page.title]
                yield page, tab, tab[str(heading)], get_column_letter(number)


def _check(page: Worksheet, letter: str, row: int = FAR_DOWN) -> DataValidation | None:
    checks = [c for c in page.data_validations.dataValidation if f"{letter}{row}" in c.cells]
    return checks[0] if checks else None


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)
def test_headings_are_the_contracts_with_the_tools_at_the_far_right(
    full: Workbook, tab: Tab
) -> None:
    staff, tool = tab.staff_columns, tab.tool_columns
    assert _headings(full[tab.name]) == [column.heading for column in (*staff, *tool)]


def test_tabs_stand_in_the_order_of_use(full: Workbook) -> None:
    assert full.sheetnames == ["Start here", "Dashboard", *(tab.name for tab in TABS)]
    assert full.worksheets[0] is full.active
    assert full.worksheets[0].title == "Start here"


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)
def test_headings_stay_in_view_and_print_on_every_page(full: Workbook, tab: Tab) -> None:
    page = full[tab.name]
    assert re.fullmatch(r"[A-Z]+2", str(page.freeze_panes))
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"
    assert not page.protection.sheet


@pytest.mark.parametrize("size", ["full", "small"])
def test_tool_columns_are_grey_to_the_bottom_and_say_who_writes_them(
    size: str, request: pytest.FixtureRequest
) -> None:
    for page, tab, column, letter in _columns(request.getfixturevalue(size)):
        note = page[f"{letter}1"].comment.text
        assert column.what in note
        assert ("written by sheetops" in note) is column.is_tool, (tab.name, column.heading)
        fill = page.column_dimensions[letter].fill.start_color.rgb
        assert (fill == f"00{TOOL_FILL}") is column.is_tool, (tab.name, column.heading)


def test_columns_bear_the_format_of_their_kind_for_rows_to_come(full: Workbook) -> None:
    formats = {
        Kind.DATE: DATE_FORMAT,
        Kind.DONE: DATE_FORMAT,
        Kind.MOMENT: MOMENT_FORMAT,
        Kind.ID: TEXT_FORMAT,
        Kind.WHOLE: "0",
    }
    for page, tab, column, letter in _columns(full):
        wanted = formats.get(column.kind)
        found = page.column_dimensions[letter].number_format
        assert wanted in {None, found}, (tab.name, column.heading)


def test_every_choice_has_its_dropdown_down_to_the_last_row(full: Workbook) -> None:
    for page, tab, column, letter in _columns(full):
        if column.kind is Kind.CHOICE and not column.is_tool:
            check = _check(page, letter)
            assert check is not None, (tab.name, column.heading)
            assert check.formula1 == f'"{",".join(column.choices)}"'
            assert check.showErrorMessage
            assert len(check.formula1) <= 255 + 2, "a longer list breaks the file in Excel"


def test_every_name_has_a_dropdown_from_the_tab_that_it_refers_to(full: Workbook) -> None:
    for page, tab, column, letter in _columns(full):
        if column.refers_to:
            check = _check(page, letter)
            assert check is not None, (tab.name, column.heading)
            assert check.type == "list"
            source = full.defined_names[str(check.formula1)].attr_text
            assert source.startswith(f"'{column.refers_to[0]}'!"), (tab.name, column.heading)


def test_a_step_that_only_one_client_has_may_be_typed_without_a_warning(full: Workbook) -> None:
    letter = get_column_letter(_headings(full["Steps"]).index("Step") + 1)
    check = _check(full["Steps"], letter)
    assert check is not None
    assert not check.showErrorMessage


def test_dates_emails_numbers_and_ticks_are_checked_gently(full: Workbook) -> None:
    kinds = {Kind.DATE, Kind.DONE, Kind.EMAIL, Kind.NUMBER, Kind.WHOLE}
    for page, tab, column, letter in _columns(full):
        if column.kind in kinds and not column.is_tool:
            check = _check(page, letter)
            assert check is not None, (tab.name, column.heading)
            assert check.errorStyle == "warning", (tab.name, column.heading)


@pytest.mark.parametrize(
    ("tab", "heading", "words"),
    [
        ("Clients", "Flag", FLAGS),
        ("Steps", "Flag", FLAGS),
        ("Follow-ups", "Decision", DECISIONS),
        ("Follow-ups", "Outcome", OUTCOMES),
    ],
)
def test_every_word_has_its_colour(
    full: Workbook, tab: str, heading: str, words: tuple[str, ...]
) -> None:
    page = full[tab]
    letter = get_column_letter(_headings(page).index(heading) + 1)
    formulas = {
        rule.formula[0]
        for area in page.conditional_formatting
        if f"{letter}{FAR_DOWN}" in area.cells
        for rule in area.rules
    }
    assert {f'${letter}2="{word}"' for word in words} <= formulas


def test_no_word_is_coloured_that_the_contract_does_not_know() -> None:
    assert tuple(FLAG_COLOURS) == FLAGS
    assert tuple(DECISION_COLOURS) == DECISIONS
    assert tuple(OUTCOME_COLOURS) == OUTCOMES


def test_settings_hold_every_setting_with_its_dropdown(full: Workbook) -> None:
    page = full["Settings"]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [setting.name for setting in SETTING_LIST]
    assert [row[2] for row in rows] == [setting.what for setting in SETTING_LIST]
    for row, setting in enumerate(SETTING_LIST, start=2):
        check = _check(page, "B", row)
        assert (setting.kind is Kind.CHOICE) <= (check is not None and check.type == "list")


def test_small_has_the_needed_tabs_and_columns_and_no_dropdown_from_elsewhere(
    small: Workbook,
) -> None:
    assert set(small.sheetnames) == {"Start here", *(tab.name for tab in REQUIRED_TABS)}
    for tab in REQUIRED_TABS:
        headings = set(_headings(small[tab.name]))
        assert {c.heading for c in tab if c.required or c.is_tool} <= headings
    for page in small.worksheets:
        for check in page.data_validations.dataValidation:
            is_name = check.type == "list" and '"' not in check.formula1
            assert not is_name or check.formula1 in small.defined_names
    for name in small.defined_names.values():
        assert name.attr_text.split("'")[1] in small.sheetnames


@pytest.mark.parametrize("size", ["full", "small"])
def test_start_here_links_only_to_tabs_that_are_there(
    size: str, request: pytest.FixtureRequest
) -> None:
    workbook = request.getfixturevalue(size)
    links = [c.hyperlink.location for row in workbook["Start here"] for c in row if c.hyperlink]
    assert len(links) >= 3
    assert {link.split("'")[1] for link in links} <= set(workbook.sheetnames)


@pytest.mark.parametrize("word", ["lead magnet", "pipeline", "ticket", "user"])
def test_words_that_we_do_not_use(full: Workbook, word: str) -> None:
    for page in full.worksheets:
        texts = [str(c.value) + (c.comment.text if c.comment else "") for r in page for c in r]
        assert not [text for text in texts if re.search(rf"\b{word}s?\b", text.lower())]


def test_examples_reach_nobody_and_name_only_what_is_there(full: Workbook) -> None:
    for page, _, column, letter in _columns(full):
        for row in range(2, page.max_row + 1):
            value = page[f"{letter}{row}"].value
            if column.kind is Kind.EMAIL and value:
                assert str(value).endswith("@example.com")
            if column.refers_to and value:
                tab, heading = column.refers_to
                place = _headings(full[tab]).index(heading)
                assert value in [r[place] for r in full[tab].iter_rows(values_only=True)]


def test_example_messages_use_fields_that_exist_and_days_that_are_understood(
    full: Workbook,
) -> None:
    known = {
        c.heading for tab in ("Clients", "Offers", "Offer steps", "Steps") for c in BY_NAME[tab]
    }
    rungs = set()
    headings = _headings(full["Messages"])
    for row in full["Messages"].iter_rows(min_row=2, values_only=True):
        message = dict(zip(headings, row, strict=True))
        fields = MERGE_FIELD.findall(f"{message['Subject']} {message['Body']}")
        assert {field.strip() for field in fields} <= known | {"Business name"}
        rungs.add(message["When"])
    assert rungs == {
        "waiting 2 days",
        "waiting 5 days",
        "3 days before due",
        "1 day after due",
        "2 days after finish",
    }


def test_given_rows_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    clients: list[Mapping[str, Value]] = [
        {"Client ID": "007", "Client": "=1+1", "Start date": date(2026, 3, 4), "Value": 12.5},
        {"Client ID": "NA", "Client": CellError("#N/A"), "Start date": "next tuesday"},
        {"Client ID": "1e3", "Client": NO_VALUE, "Do not mail": True},
    ]
    build(path, rows={"Clients": clients}, settings={"Mails per day at most": "7"})
    workbook = load_workbook(path)
    page = workbook["Clients"]
    assert [page[f"A{row}"].value for row in (2, 3, 4)] == ["007", "NA", "1e3"]
    assert (page["B2"].value, page["B2"].data_type) == ("=1+1", "s")
    assert (page["B3"].value, page["B3"].data_type) == ("#N/A", "e")
    assert page["B4"].data_type == "f"
    assert page["H2"].value.date() == date(2026, 3, 4)
    assert page["H3"].value == "next tuesday"
    assert page["Q4"].value is True
    settings = {row[0]: row[1] for row in workbook["Settings"].iter_rows(values_only=True)}
    assert settings["Mails per day at most"] == "7"
    assert settings["Business name"] is None
    assert workbook["Steps"].max_row == 1


def test_a_small_workbook_leaves_out_what_it_has_no_column_for(tmp_path: Path) -> None:
    build(tmp_path / "w.xlsx", small=True, rows={"Clients": [{"Client": "Ann", "Result": "good"}]})
    page = load_workbook(tmp_path / "w.xlsx")["Clients"]
    assert "Result" not in _headings(page)
    assert page["B2"].value == "Ann"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": {"Klients": []}},
        {"rows": {"Settings": []}},
        {"rows": {"Clients": [{"Nickname": "x"}]}},
        {"settings": {"Colour": "blue"}},
        {"small": True, "rows": {"Notes": []}},
    ],
)
def test_what_has_no_place_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Klients|Settings|Nickname|Colour|Notes"):
        build(tmp_path / "w.xlsx", **wrong)
    assert not (tmp_path / "w.xlsx").exists()
