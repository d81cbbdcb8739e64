"""Trackers that nobody made for us: all that the job needs is found, and nothing wrong.

The first dozen in `drawn` was there while the matching was made. Each later one was drawn before
anybody looked at how it fares. At first sight, of twelve, all that is needed was found in 7, 5, 6,
3 (fifth to eighth), 12, 8, 10, 7 (ninth to twelfth), 11, 11 (thirteenth, fourteenth), 11, 9, 10, 10
(fifteenth, which is made of decoys, to eighteenth). What was missing was mended in general, never
for the one tracker.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetops.adopt.adapter import seen
from sheetops.adopt.proposal import propose
from sheetops.workbook import book as books
from sheetops.workbook.raw import RawBook, RawTab
from tests.adopt.drawing import trackers
from tests.adopt.judging import Verdict, drawn, judge, proposed
from tests.adopt.trackers import TODAY, Cells, day

NAMED = trackers()


@pytest.mark.parametrize("name", NAMED)
def test_a_tracker_is_understood(name: str) -> None:
    assert judge(NAMED[name], drawn(NAMED[name])) == Verdict((), ())


@pytest.mark.parametrize("name", ["spanish_groups", "two_tables", "dutch_long"])
def test_a_tracker_in_a_file_is_understood_like_the_same_in_memory(
    name: str, tmp_path: Path
) -> None:
    tracker = NAMED[name]
    found = proposed(tracker, tmp_path)
    assert judge(tracker, found) == Verdict((), ())
    assert found.mapping == drawn(tracker).mapping


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


def test_a_clients_name_may_stand_in_the_first_of_their_rows_only() -> None:
    rows: list[list[Any]] = [["Client", "Task", "Due date", "Done on"]]
    for at in range(6):
        for number, task in enumerate(("Contract", "Invoice", "Kickoff")):
            done = day(20) if number < at % 3 else None
            rows.append([f"Client {at}" if number == 0 else None, task, day(30 - number), done])
    book = raw(rows)
    found = propose(book, TODAY)
    assert dict(found.mapping.tabs) == {"Sheet1": "Steps"}
    steps = books.read(seen(book, found.mapping)).frame("Steps")
    assert steps["client"].tolist() == [f"Client {at // 3}" for at in range(18)]


def test_a_step_may_have_a_column_for_its_status_and_one_for_its_date() -> None:
    more: dict[str, Any] = {}
    for step in ("Contract", "Setup"):
        more[f"{step} status"] = lambda at: ("Done", "Open")[at % 2]
        more[f"{step} date"] = lambda at: (day(20), None)[at % 2]
    found = propose(raw(clients(**more)), TODAY)
    assert {one.done for one in found.mapping.steps["Sheet1"].values()} == {
        "Contract date",
        "Setup date",
    }
    assert len(found.mapping.steps["Sheet1"]) == 2


def test_what_is_not_needed_is_no_step_and_sent_is_not_signed() -> None:
    said = ("Sent", "Signed", "n/a", None)
    book = raw(clients(Contract=lambda at: said[at % 4], Welcome=lambda _at: "Sent"))
    found = propose(book, TODAY)
    frame = books.read(seen(book, found.mapping)).frame("Steps")
    contract = frame[frame["Step"] == "Contract"]
    assert contract["client"].tolist() == [f"Client {at}" for at in range(8) if at % 4 != 2]
    assert contract["Done"].notna().tolist() == [at % 4 == 1 for at in range(8) if at % 4 != 2]
    assert contract["Waiting on"].tolist()[:2] == ["Client", ""]
    assert frame[frame["Step"] == "Welcome"]["Done"].notna().all()
