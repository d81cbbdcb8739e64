"""Sheets of other countries, and sheets in which staff have hidden or filtered what they see."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.errors import GoogleError
from sheetops.stores.google import prepare
from sheetops.workbook.raw import column_letters
from tests.jobs.small import FRIDAY
from tests.sheets_server.faults import Fault
from tests.sheets_server.running import Running
from tests.sheets_server.staff import Staff
from tests.stores.google import making
from tests.stores.google.office import Office


def flags(office: Office) -> dict[str, str]:
    return {row["Client"]: row["Flag"] for row in office.shown("Clients")}


@pytest.mark.parametrize(
    "locale", ["de_DE", *(pytest.param(one, marks=pytest.mark.long) for one in ("fr_FR", "pt_BR"))]
)
def test_where_decimals_have_a_comma_formulas_separate_with_semicolons(
    google: Running, tmp_path: Path, locale: str
) -> None:
    here, there = (
        Office(tmp_path / "us", google),
        Office(tmp_path / "there", google, locale=locale),
    )
    for office in (here, there):
        office.daily(FRIDAY)
    assert flags(there) == flags(here)
    assert any(flags(there).values())
    heading = there.staff.sheet("Clients").cell(
        0, there.staff.reads("Clients!1:1")[0].index("Flag")
    )
    assert heading.formula.count(";") > 5
    assert "," not in heading.formula
    before = flags(there)
    there.staff.sorts("Clients", 2, down=True)
    assert flags(there) == before
    assert there.daily(FRIDAY).receipt.cells == 0


def test_ids_with_decimals_are_found_where_these_have_a_comma(google: Running) -> None:
    tabs: making.Tabs = {
        "Clients": [["Client ID", "Client", "Flag"], [1.5, "Anna", "late"], [2, "Bert", "fine"]],
        "Offer steps": [["Offer", "Order", "Step"]],
        "Steps": [["Client", "Step"]],
    }
    book, store = making.make(google, tabs, rows=8, locale="de_DE")
    found = store.look()
    assert list(found.tabs["Clients"].idents) == [("1,5", ""), ("2", "")]
    assert Staff(book).reads("Clients!C1:C3") == [["Flag"], ["late"], ["fine"]]
    assert found.book.troubles == ()


def test_what_staff_hide_or_filter_is_read_and_written_all_the_same(
    google: Running, tmp_path: Path
) -> None:
    plain, hidden = Office(tmp_path / "plain", google), Office(tmp_path / "hidden", google)
    hidden.staff.hides_rows("Clients", 2, 1)
    hidden.staff.filters("Steps", 1, [row["Client"] for row in hidden.shown("Steps")[:2]])
    for office in (plain, hidden):
        office.daily(FRIDAY)
    assert hidden.shown("Clients") == plain.shown("Clients")
    assert hidden.shown("Steps") == plain.shown("Steps")
    assert hidden.staff.sheet("Steps").basic_filter
    assert hidden.staff.sheet("Clients").sizes["ROWS"][1] == {"hiddenByUser": True}


def test_rows_are_added_below_a_filter(google: Running, tmp_path: Path) -> None:
    office = Office(tmp_path, google, settings={"Sending": "ask"})
    office.staff.filters("Follow-ups", 1, ["Send"])
    office.daily(FRIDAY)
    listed = office.shown("Follow-ups")
    assert listed
    assert len({row["Follow-up ID"] for row in listed}) == len(listed)


def test_a_google_table_is_told_where_its_headings_take_no_formula(google: Running) -> None:
    tabs: making.Tabs = {"Clients": [["Client ID", "Client", "Flag"], ["C1", "Anna", "late"]]}
    book, store = making.make(google, tabs, rows=8)
    staff = Staff(book)
    staff.types("Clients!C1", "Flag")
    assert store.read().troubles[0].mend.startswith("Run: sheetops init")
    book.sheets[0].tables.append({"tableId": "1", "name": "Table1", "range": {"endRowIndex": 8}})
    assert "choose Convert to unformatted data" in store.read().troubles[0].mend
    google.fail(Fault("status", 400, hits=lambda request: b"updateCells" in request.body))
    with pytest.raises(GoogleError, match=r"Look at Clients\. It is a Google table"):
        prepare.prepare(store, small=True, rows=8)
    prepare.prepare(store, small=True, rows=8)
    assert store.read().troubles == ()


@pytest.mark.parametrize("locale", ["en_US", "de_DE"])
def test_the_last_line_of_runs_turns_red_once_its_day_has_gone_by(
    google: Running, locale: str
) -> None:
    book, _ = making.make(
        google, {"Clients": [["Client ID", "Client"]]}, small=False, locale=locale
    )
    lines = Staff(book).sheet("Runs")
    [rule] = [
        one
        for one in lines.conditional
        if one["booleanRule"]["condition"]["type"] == "CUSTOM_FORMULA"
    ]
    column = column_letters(Staff(book).reads("Runs!1:1")[0].index("Next by") + 1)
    [value] = rule["booleanRule"]["condition"]["values"]
    last = f"${column}2=MAX(${column}$2:${column})"
    assert value["userEnteredValue"] == f"=({last})*(${column}2>0)*(TODAY()>${column}2)"
    assert rule["ranges"][0]["startRowIndex"] == 1
