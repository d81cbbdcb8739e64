"""Tabs and columns are found by what they are called, wherever they stand."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.workbook.contract import BY_NAME, TABS, Tab
from sheetops.workbook.headers import Headings, find, folded, is_ours, tabs_of
from sheetops.workbook.raw import RawTab, Value, address, column_letters
from tests.sheets import sheet

STEPS, CLIENTS = BY_NAME["Steps"], BY_NAME["Clients"]


def found(tab: Tab, *rows: list[Value], first_row: int = 1, first_column: int = 1) -> Headings:
    return find(tab, RawTab(tab.name, rows, first_row, first_column))


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)
def test_no_alias_means_two_columns(tab: Tab) -> None:
    own = {folded(column.heading) for column in tab}
    names = [folded(alias) for column in tab for alias in column.aliases]
    assert not {name for name, count in Counter(names).items() if count > 1 and name not in own}


@pytest.mark.parametrize("heading", ["Done", " done ", "DONE", "Done on", "completed", "Finished"])
def test_case_spaces_and_aliases_do_not_matter(heading: str) -> None:
    assert found(STEPS, ["Client", heading]).columns["Done"] == 2


def test_columns_may_stand_in_any_order() -> None:
    assert found(STEPS, ["Done", None, "Step", "Client"]).columns == {
        "Client": 4,
        "Step": 3,
        "Done": 1,
    }


def test_the_own_heading_goes_before_an_alias() -> None:
    headings = found(CLIENTS, ["Name", "Client", "Customer"])
    assert headings.columns["Client"] == 2
    assert not headings.rivals


def test_headings_may_stand_below_a_title() -> None:
    headings = found(STEPS, ["Client list", "2026"], [], [None, "Client", "Step", "Done"])
    assert headings.row == 3
    assert headings.columns["Client"] == 2


def test_a_read_area_that_begins_further_down_keeps_its_addresses() -> None:
    headings = found(STEPS, ["Client", "Step", "Done"], first_row=4, first_column=3)
    assert headings.row == 4
    assert headings.columns == {"Client": 3, "Step": 4, "Done": 5}


def test_a_row_of_data_is_not_taken_for_headings() -> None:
    headings = found(STEPS, ["Client", "Step", "Waiting on"], ["Owner", "Step", "Client"])
    assert headings.row == 1


def test_a_second_column_of_a_heading_is_a_problem_of_that_cell() -> None:
    headings = found(STEPS, ["Client", "Due", "Step", "Done", "due "])
    (problem,) = headings.problems
    assert str(problem) == (
        'Steps!E1: "due " is a second column for Due, beside B1. '
        "Keep one, and rename or delete the other."
    )
    assert headings.rivals == {"Due": (5,)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Startd", "Started"),
        ("Deu", "Due"),
        ("Dua", "Due"),
        ("Wating on", "Waiting on"),
        ("Dedline", "Due"),
        ("Responsibel", "Owner"),
        ("Flagg", "Flag"),
    ],
)
def test_a_heading_that_reads_like_one_that_is_missing_is_a_problem(typed: str, meant: str) -> None:
    headings = found(STEPS, ["Client", "Step", "Done", typed])
    (problem,) = headings.problems
    assert problem.where == "Steps!D1"
    assert problem.mend == f'Rename it to "{meant}".'
    assert meant not in headings.columns
    assert headings.rivals == {meant: (4,)}


@pytest.mark.parametrize("own", ["Colour", "Invoice", "We", "Phone", "🎂", "備考"])
def test_a_column_of_the_staff_s_own_is_nobody_s_problem(own: str) -> None:
    headings = found(STEPS, ["Client", "Step", "Done", own])
    assert not headings.problems
    assert not headings.rivals


def test_a_heading_is_not_misspelt_where_the_right_one_is_there() -> None:
    assert not found(STEPS, ["Client", "Step", "Done", "Due", "Dues"]).problems


def test_a_missing_required_column_is_a_problem() -> None:
    headings = found(STEPS, ["Client", "Step"])
    assert headings.missing == ("Done",)
    assert 'there is no column "Done" in the headings of row 1.' in str(headings.problems[-1])


def test_an_empty_tab_lacks_what_is_required_and_nothing_else_happens() -> None:
    assert found(STEPS).missing == ("Client", "Step", "Done")
    assert found(STEPS, [], [None, ""]).missing == ("Client", "Step", "Done")


def test_headings_that_are_no_text_are_passed_over() -> None:
    assert found(STEPS, [7.0, "Client", True, "Step", "Done"]).columns["Client"] == 2


@pytest.mark.parametrize("title", ["Clients", "CLIENTS", " clients ", "Customers", "Client list"])
def test_a_tab_is_found_by_name_or_alias(title: str) -> None:
    tabs, _, _ = tabs_of(sheet({title: [["Client"]]}))
    assert tabs["Clients"].name == title
    assert is_ours(title)


def test_of_two_tabs_for_one_the_one_with_its_own_name_is_read() -> None:
    tabs, _, problems = tabs_of(sheet({"Customers": [["Client"]], "Clients": [["Client"]]}))
    assert tabs["Clients"].name == "Clients"
    assert 'Customers: Both this tab and "Clients" may be Clients.' in str(problems[0])


def test_a_missing_tab_is_a_problem_only_where_nothing_works_without_it() -> None:
    _, _, problems = tabs_of(sheet({"Clients": [["Client"]]}))
    assert [problem.tab for problem in problems] == ["Steps", "Offer steps"]


@pytest.mark.parametrize(("title", "meant"), [("Mesages", "Messages"), ("Cleints", "Clients")])
def test_a_misspelt_tab_is_a_problem_and_is_not_read(title: str, meant: str) -> None:
    tabs, misspelt, _ = tabs_of(sheet({title: [["Client"]]}))
    assert meant not in tabs
    problem = misspelt[meant]
    assert problem.tab == title
    assert problem.found == f"This tab reads like {meant}, misspelt, and is not read."
    assert problem.mend == f'Rename it to "{meant}".'


@pytest.mark.parametrize(
    ("column", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")],
)
def test_a_column_is_named_as_spreadsheets_name_it(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert address(12, column) == f"{letters}12"


@given(st.integers(1, 16384))
def test_letters_count_as_digits_to_the_base_of_26(column: int) -> None:
    number = 0
    for letter in column_letters(column):
        number = number * 26 + ord(letter) - ord("A") + 1
    assert number == column


TEXTS = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from([c.heading for c in STEPS]),
    st.sampled_from(["Deu", "Dnoe", "Custmer", "Task", "Deadline", "due"]),
)  # fmt: skip


@given(st.lists(TEXTS, max_size=9))
def test_no_column_is_read_as_two_things(row: list[Value]) -> None:
    headings = found(STEPS, row)
    columns = list(headings.columns.values())
    assert len(columns) == len(set(columns))
    rivals = {at for places in headings.rivals.values() for at in places}
    assert not rivals & set(columns)
    for problem in headings.problems:
        assert problem.tab == "Steps"
        assert problem.mend
