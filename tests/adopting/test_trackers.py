"""Trackers that nobody made for us: all that the job needs is found, and nothing wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheetops.adopting.proposal import propose
from sheetops.raw import RawBook, RawTab
from tests.adopting.fourth import FOURTH
from tests.adopting.held_back import HELD_BACK
from tests.adopting.judging import judge, proposed
from tests.adopting.third import THIRD
from tests.adopting.trackers import FIRST, TODAY, Cells, Tracker, day


@pytest.mark.parametrize(
    "make", [*FIRST, *HELD_BACK, *THIRD, *FOURTH], ids=lambda make: str(make.__name__)
)
def test_a_tracker_is_understood(make: Callable[[], Tracker], tmp_path: Path) -> None:
    tracker = make()
    verdict = judge(tracker, proposed(tracker, tmp_path))
    assert verdict.missing == ()
    assert verdict.wrong == ()


def raw(cells: Cells, name: str = "Sheet1") -> RawBook:
    return RawBook("test.xlsx", {name: RawTab(name, [list(row) for row in cells])})


def clients(**columns: Any) -> list[list[Any]]:
    """A list of clients with some columns, by heading; a callable gives the cell of a row."""
    rows: list[list[Any]] = [["Client", "Email", *columns]]
    for at in range(8):
        cells = [cell(at) if callable(cell) else cell for cell in columns.values()]
        rows.append([f"Client {at}", f"c{at}@example.com", *cells])
    return rows


def test_the_proposal_is_printed_in_exactly_four_parts() -> None:
    found = propose(raw(clients(Contract=day, Invoice=day)), TODAY).as_dict()
    assert list(json.loads(json.dumps(found))) == ["tabs", "columns", "shape", "unsure"]
    assert found["tabs"] == {"Sheet1": "Clients"}
    assert found["columns"] == {"Sheet1": {"Client": "Client", "Email": "Email"}}


def test_two_columns_that_may_both_be_the_start_are_asked_about() -> None:
    book = raw(
        clients(
            **{"Date joined": lambda at: day(90 + at), "Project start": lambda at: day(60 + at)}
        )
    )
    found = propose(book, TODAY)
    assert "Start date" not in found.mapping.columns["Sheet1"]
    question = next(one for one in found.unsure if one.heading == "Start date")
    assert set(question.candidates) == {"Date joined", "Project start"}


def test_a_status_that_nobody_knows_is_asked_about_by_its_word() -> None:
    book = raw(clients(Status=lambda at: ("Active", "Ghosted")[at % 2], Contract=day, Invoice=day))
    found = propose(book, TODAY)
    assert found.mapping.columns["Sheet1"]["Status"] == ("Status",)
    assert [one.word for one in found.unsure if one.heading == "Status"] == ["Ghosted"]


def test_dates_that_lie_ahead_are_no_steps_that_were_done() -> None:
    ahead = lambda at: day(-30 - at) if at % 2 else None  # noqa: E731 # a cell of a column
    found = propose(raw(clients(Contract=day, Invoice=day, Kickoff=ahead)), TODAY)
    assert set(found.mapping.steps["Sheet1"]) == {"Contract", "Invoice"}
    assert [one.step for one in found.unsure if one.heading == "Step"] == ["Kickoff"]


def test_x_is_asked_about_where_a_tick_is_yes() -> None:
    mark = lambda at: ("✓", "x")[at % 2]  # noqa: E731 # a cell of a column
    found = propose(raw(clients(Contract=mark, Invoice=mark)), TODAY)
    assert {one.word for one in found.unsure if one.word} == {"x"}


def test_birthdays_renewals_and_meetings_to_come_are_no_steps() -> None:
    more = dict.fromkeys(("Birthday", "Renewal date", "Last meeting", "Next call"), day)
    found = propose(raw(clients(Contract=day, Invoice=day, **more)), TODAY)
    assert set(found.mapping.steps["Sheet1"]) == {"Contract", "Invoice"}


def test_a_column_of_running_numbers_is_no_client_id() -> None:
    rows = clients(Contract=day, Invoice=day)
    numbered = [["#", *rows[0]], *([at, *row] for at, row in enumerate(rows[1:], 1))]
    assert "Client ID" not in propose(raw(numbered), TODAY).mapping.columns["Sheet1"]


def test_a_client_id_with_gaps_is_left_out_and_said() -> None:
    rows = clients(**{"Client ID": lambda at: f"K{at}" if at else None}, Contract=day, Invoice=day)
    found = propose(raw(rows), TODAY)
    assert "Client ID" not in found.mapping.columns["Sheet1"]
    assert any("Client ID is left out" in note for note in found.notes)


def test_a_tab_without_clients_gets_no_role() -> None:
    book = raw([["Month", "Rent", "Power"], ["May", 900, 80], ["June", 900, 75]], "Costs")
    found = propose(book, TODAY)
    assert dict(found.mapping.tabs) == {"Costs": ""}
    assert found.notes == ("No tab was found that lists clients or their steps.",)
