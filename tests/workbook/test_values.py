"""Cells are read by the kind of their column, and never by guessing."""

# ruff: noqa: DTZ001 - a cell has no time zone

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.workbook.contract import BY_NAME, TABS, Column, Kind
from sheetops.workbook.raw import NO_VALUE, CellError, Value
from sheetops.workbook.values import TICK, day_text, parse, same, shown
from tests.sheets import PATIENT

CLIENTS = BY_NAME["Clients"]
START, CLIENT_ID, STATUS = CLIENTS["Start date"], CLIENTS["Client ID"], CLIENTS["Status"]
EMAIL, VALUE, STARS = CLIENTS["Email"], CLIENTS["Value"], CLIENTS["Satisfaction"]
NO_MAIL, NOTES = CLIENTS["Do not mail"], CLIENTS["Notes"]
DONE = BY_NAME["Steps"]["Done"]
OPEN = BY_NAME["Offers"]["Open"]

ANYTHING = st.one_of(
    st.none(), st.text(max_size=12), st.booleans(), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(), st.floats(allow_nan=False), st.just(NO_VALUE), st.just(CellError("#N/A")),
    st.integers(-5, 5),
)  # fmt: skip


def one(column: Column, cell: Value) -> Any:
    values, faults = parse(column, [cell])
    assert not faults
    return values[0]


def fault(column: Column, cell: Value) -> str:
    values, faults = parse(column, [cell])
    assert str(values[0]) == str(one(column, None))  # left blank
    (found,) = faults
    return f"{found.found} {found.mend}"


@pytest.mark.parametrize("text", ["007", "NA", "1e3", "TRUE", "0.10", "null", "1/2", "#12", "-"])
def test_an_id_keeps_its_form(text: str) -> None:
    assert one(CLIENT_ID, text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7.0, "7"),
        (1000.0, "1000"),
        (0.5, "0.5"),
        (True, "TRUE"),
        (" 007 ", "007"),
        (12345678901.0, "12345678901"),
    ],
)
def test_a_number_as_an_id_is_what_it_looks_like(cell: Value, text: str) -> None:
    assert one(CLIENT_ID, cell) == text


def test_spaces_in_a_name_are_one_space() -> None:
    assert one(CLIENT_ID, "Anna\u00a0 Maria \n Berg") == "Anna Maria Berg"


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 24), datetime(2026, 11, 24, 17, 30), "2026-11-24", "24/11/2026",
        "24.11.2026", "11/24/2026", "24 Nov 2026", "Tue 24 November 2026",
        "November 24, 2026", "Nov 24th 2026", " 2026-11-24 09:30 ", "24-nov-2026",
    ],
)  # fmt: skip
def test_a_date_that_can_mean_one_day_is_that_day(cell: Value) -> None:
    assert one(START, cell) == np.datetime64("2026-11-24")


def test_the_same_day_both_ways_is_no_riddle() -> None:
    assert one(START, "05/05/2026") == np.datetime64("2026-05-05")


def test_an_ambiguous_date_is_never_guessed() -> None:
    said = fault(START, "03/04/2026")
    assert '"03/04/2026" is text and may mean 4 Mar 2026 or 3 Apr 2026.' in said
    assert "write the month as a word" in said


@pytest.mark.parametrize(
    "cell",
    [
        "next tuesday", "31/02/2026", "32/13/2026", "2026", "24/11/26", 46000.0, True, "tbd",
        time(9), timedelta(days=1), "24 Smarch 2026", "2026-11-24T25",
    ],
)  # fmt: skip
def test_nonsense_is_no_date(cell: Value) -> None:
    assert "is not a date. Type one like 24/11/2026." in fault(START, cell)


@pytest.mark.parametrize("cell", [date(1926, 1, 1), "24/11/2206", date(9999, 12, 31)])
def test_a_year_that_can_hardly_be_meant_is_no_date(cell: Value) -> None:
    assert "can hardly be meant" in fault(START, cell)


@pytest.mark.parametrize("cell", ["x", "X", " yes ", True, "TRUE", "✓", "☑", "done"])
def test_a_tick_is_done_on_a_day_to_be_found_out(cell: Value) -> None:
    assert one(DONE, cell) == TICK


@pytest.mark.parametrize("cell", [None, "", "  ", False, "no", "☐", "0"])
def test_no_tick_is_not_done(cell: Value) -> None:
    assert np.isnat(one(DONE, cell))


def test_done_is_a_date_or_a_tick_and_nothing_else() -> None:
    assert one(DONE, "24 Nov 2026") == np.datetime64("2026-11-24")
    assert '"almost" is not a date or a tick.' in fault(DONE, "almost")


@pytest.mark.parametrize(
    ("cell", "meant"), [("Yes", True), ("x", True), ("no", False), (None, False)]
)
def test_yes_and_no_are_read_in_many_words(cell: Value, meant: bool) -> None:
    assert one(NO_MAIL, cell) == meant


def test_maybe_is_neither_yes_nor_no() -> None:
    assert '"maybe" is neither yes nor no.' in fault(NO_MAIL, "maybe")


def test_blank_means_yes_only_where_the_contract_says_so() -> None:
    assert one(OPEN, None)
    assert not one(OPEN, "no")
    assert not one(NO_MAIL, None)


@pytest.mark.parametrize(
    ("cell", "number"), [(12.0, 12), ("12", 12), ("1,200.50", 1200.5), (" 7 ", 7), ("50%", 0.5)]
)
def test_a_number_is_read_as_typed(cell: Value, number: float) -> None:
    assert one(VALUE, cell) == number


@pytest.mark.parametrize(
    "cell", ["about 900", "1e3", "12,5", "€ 5", True, "%", "--", date(2026, 1, 1)]
)
def test_anything_else_is_no_number(cell: Value) -> None:
    assert "is not a number" in fault(VALUE, cell)


def test_a_number_stays_between_its_bounds() -> None:
    assert "is too small. The least is 1." in fault(STARS, 0.0)
    assert "is too large. The most is 5." in fault(STARS, 6.0)
    assert "is not a whole number" in fault(STARS, 4.5)
    assert one(STARS, 5.0) == 5


@pytest.mark.parametrize("cell", [1e18, 1e300, 1001.0])
def test_working_days_that_lead_out_of_time_are_refused(cell: float) -> None:
    assert "is too large" in fault(BY_NAME["Offer steps"]["Working days"], cell)


@pytest.mark.parametrize("cell", ["Do not serve", "DO NOT SERVE", " do  not serve "])
def test_a_choice_takes_the_contract_s_spelling(cell: str) -> None:
    assert one(STATUS, cell) == "Do not serve"


def test_a_wrong_choice_says_what_was_probably_meant() -> None:
    assert (
        '"Actve" is not one of the choices. Did you mean Active? Choose one of: Lead, Active'
        in (fault(STATUS, "Actve"))
    )
    assert "Did you mean" not in fault(STATUS, "客户")


@pytest.mark.parametrize(
    ("cell", "address"),
    [("anna@example.com", "anna@example.com"), (" Anna@EXAMPLE.com ", "Anna@example.com"),
     ("anna@münchen.example", "anna@xn--mnchen-3ya.example"), (None, "")],
)  # fmt: skip
def test_an_address_is_read_in_the_form_that_mail_carries(cell: Value, address: str) -> None:
    assert one(EMAIL, cell) == address


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("a@example.com; b@example.com", "holds two addresses"),
        ("a@example.com, b@example.com", "holds two addresses"),
        ("a@example.com b@example.com", "holds two addresses"),
        ("anna", "is not an e-mail address"),
        ("anna@", "is not an e-mail address"),
        ("Anna <anna@example.com>", "is not an e-mail address"),
        ("a@example.com\nBcc: b@example.com", "holds two addresses"),
        ("ünna@example.com", "letters that mail cannot carry"),
        (7.0, "is not an e-mail address"),
    ],
)
def test_what_mail_cannot_reach_is_no_address(cell: Value, said: str) -> None:
    assert said in fault(EMAIL, cell)


@pytest.mark.parametrize(
    "column",
    [pytest.param(c, id=f"{tab.name} {c.heading}") for tab in TABS for c in tab.staff_columns],
)
def test_a_formula_without_a_value_and_an_error_are_never_blank(column: Column) -> None:
    assert "Open the workbook in Excel once and save it." in fault(column, NO_VALUE)
    assert "#REF! is an error." in fault(column, CellError("#REF!"))


@PATIENT
@given(st.sampled_from([c for tab in TABS for c in tab]), st.lists(ANYTHING, max_size=5))
def test_nothing_in_a_cell_can_raise(column: Column, cells: list[Value]) -> None:
    values, faults = parse(column, cells)
    assert len(values) == len(cells)
    for found in faults:
        assert found.found.endswith(".")
        assert found.mend.endswith((".", "…"))


@PATIENT
@given(st.sampled_from([c for tab in TABS for c in tab]), st.lists(ANYTHING, max_size=5))
def test_a_column_reads_each_cell_as_if_it_stood_alone(column: Column, cells: list[Value]) -> None:
    together, faults = parse(column, cells)
    alone = [parse(column, [cell]) for cell in cells]
    assert [f.at for f in faults] == [at for at, (_, found) in enumerate(alone) if found]
    for one_value, (value, _) in zip(together, alone, strict=True):
        assert str(one_value) == str(value[0])


def test_the_place_of_a_fault_is_the_cell_s() -> None:
    _, faults = parse(START, ["2026-11-24", None, "soon", "2026-11-24", "soon"])
    assert [found.at for found in faults] == [2, 4]


def test_true_is_not_the_number_one() -> None:
    values, faults = parse(VALUE, [1.0, True, 1])
    assert [found.at for found in faults] == [1]
    assert values.tolist()[0] == values.tolist()[2] == 1.0


@PATIENT
@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)))
def test_a_day_shown_to_people_reads_back_as_that_day(day: date) -> None:
    assert one(START, day_text(day)) == np.datetime64(day)


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        (None, None, True), ("", None, True), (None, "", True), ("x", None, False),
        (7.0, 7, True), (True, 1.0, False), (1.0, True, False), (True, True, True),
        (datetime(2026, 11, 24), date(2026, 11, 24), True),
        (datetime(2026, 11, 24, 9), date(2026, 11, 24), False),
        (date(2026, 11, 24), datetime(2026, 11, 24, 9), False),
        ("7", 7.0, False), (NO_VALUE, None, False), (CellError("#N/A"), "x", False),
        (False, None, False),
    ],
)  # fmt: skip
def test_a_cell_is_written_only_if_it_would_show_something_else(
    old: Value,
    new: Value,
    is_same: bool,
) -> None:
    assert same(old, new) is is_same


def test_a_cell_is_shown_on_one_short_line() -> None:
    assert shown("a\nb\t c") == "a b c"
    assert len(shown("é" * 40_000)) == 58
    assert shown(7.0) == "7"
    assert shown(CellError("#N/A")) == "#N/A"


def test_a_date_in_free_text_stays_readable() -> None:
    assert one(NOTES, date(2026, 11, 24)) == "2026-11-24"
    assert one(NOTES, datetime(2026, 11, 24, 9, 5)) == "2026-11-24 09:05"
    assert Kind.TEXT is NOTES.kind
