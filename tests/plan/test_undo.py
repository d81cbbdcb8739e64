"""What an undo puts back, what it leaves, and why: by key and heading, never by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from sheetops.model.history import History, Sent, Written
from sheetops.model.mail import MailState
from sheetops.plan.undo import Now, Undo, decide
from sheetops.workbook import book as books
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.raw import CellError, RawBook, Value
from tests.sheets import NOTHING, TUESDAY, Row, client, office, step

NEW = NewRow("Steps", "BO-1 › Contract", {"Client": "Bo", "Step": "Contract", "Flag": "On track"})


def now(raw: RawBook, history: History = NOTHING, **more: object) -> Now:
    return replace(Now(raw, books.read(raw), history), **more)  # type: ignore[arg-type] # of Now


def flag(old: Value, new: Value, key: str = "BO-1", heading: str = "Flag") -> CellChange:
    return CellChange("Clients", key, heading, old, new)


def undo(raw: RawBook, *cells: CellChange, rows: Sequence[NewRow] = (), **more: object) -> Undo:
    return decide(Written("R", cells, tuple(rows)), now(raw, **more))  # type: ignore[arg-type]


def whys(found: Undo) -> list[str]:
    return [one.why for one in found.left]


def test_a_cell_that_still_holds_what_was_written_is_put_back() -> None:
    found = undo(office([client("Bo", Flag="Stalled")]), flag("On track", "Stalled"))
    assert found.cells == (flag("Stalled", "On track"),)
    assert not found.left


def test_a_cell_that_was_blank_is_cleared() -> None:
    found = undo(office([client("Bo", Flag="Stalled")]), flag("", "Stalled"))
    assert found.cells == (flag("Stalled", None),)


def test_the_row_is_found_wherever_it_has_been_sorted_to() -> None:
    rows = [client("Al"), client("Cy"), client("Bo", Flag="Stalled")]
    assert undo(office(rows), flag(None, "Stalled")).cells == (flag("Stalled", None),)


@pytest.mark.parametrize("typed", ["stalled!", None, 3.0])
def test_a_cell_that_staff_have_changed_is_left(typed: Value) -> None:
    found = undo(office([client("Bo", Flag=typed)]), flag("On track", "Stalled"))
    assert not found
    assert whys(found) == ["It was changed since."]


def test_a_cell_that_holds_again_what_it_held_is_not_worth_a_word() -> None:
    found = undo(office([client("Bo", Flag="On track")]), flag("On track", "Stalled"))
    assert not found
    assert not found.left


def test_a_cell_that_a_later_run_wrote_names_that_run() -> None:
    later = {("Clients", "BO-1", "Flag"): "20261125-070000-daily"}
    found = undo(office([client("Bo", Flag="Paused")]), flag("", "Stalled"), later=later)
    assert whys(found) == ["A later run wrote there: undo 20261125-070000-daily first."]


def test_a_row_that_is_gone_or_renamed_is_left() -> None:
    found = undo(office([client("Al")]), flag("On track", "Stalled"))
    assert whys(found) == ["Its row is gone, or is called otherwise now."]


def test_a_formula_that_shows_the_same_is_left() -> None:
    raw = office([client("Bo", Flag="Stalled")])
    place = books.read(raw).layout["Clients"]
    at = (place.rows["BO-1"], place.columns["Flag"])
    tab = replace(raw.tabs["Clients"], formulas=frozenset({at}))
    raw = replace(raw, tabs={**raw.tabs, "Clients": tab})
    assert whys(undo(raw, flag("", "Stalled"))) == ["A formula stands there now."]


def test_an_error_that_stood_there_is_not_written_again() -> None:
    found = undo(office([client("Bo", Flag="Stalled")]), flag(CellError("#REF!"), "Stalled"))
    assert whys(found) == ["What stood there before was an error, and is not written again."]


def test_a_client_id_is_never_taken_away() -> None:
    found = undo(office([client("Bo")]), flag(None, "BO-1", heading="Client ID"))
    assert not found
    assert "never given twice" in whys(found)[0]


@pytest.mark.parametrize(("typed", "is_back"), [("Data problem", True), ("Stalled", False)])
def test_a_row_without_a_key_is_known_by_all_that_was_written_in_it(
    typed: str, is_back: bool
) -> None:
    raw = office([client("Bo"), client("Bo", Flag=typed, Why="Two of them.")])
    cells = [
        CellChange("Clients", "¶3", "Flag", None, "Data problem"),
        CellChange("Clients", "¶3", "Why", None, "Two of them."),
    ]
    found = undo(raw, *cells)
    assert bool(found.cells) is is_back
    assert len(found.left) == (0 if is_back else 2)


# ---- rows


def bo(**cells: Value) -> Row:
    return step("Bo", "Contract", Flag="On track", **cells)


def test_a_row_that_nobody_touched_is_taken_back_whole() -> None:
    found = undo(office([client("Bo")], [bo()]), rows=[NEW], new=frozenset({"BO-1"}))
    assert found.gone == (NEW,)
    assert {(one.heading, one.new) for one in found.clears} == {
        ("Client", None), ("Step", None), ("Flag", None),
    }  # fmt: skip
    assert found.clients == {"BO-1"}


@pytest.mark.parametrize(
    "touched", [{"Done": date(2026, 11, 20)}, {"Notes": "rang"}, {"Flag": "Paused"}]
)
def test_a_row_in_which_anything_else_stands_is_left(touched: Row) -> None:
    found = undo(office([client("Bo")], [bo() | touched]), rows=[NEW])
    assert not found
    assert whys(found) == ["Something in its row was changed since."]


def test_a_row_in_which_staff_have_typed_under_a_heading_of_their_own_is_left() -> None:
    raw = office([client("Bo")], [bo()])
    rows = [[*raw.tabs["Steps"].rows[0], "Ours"], [*raw.tabs["Steps"].rows[1], "remember!"]]
    raw = replace(raw, tabs={**raw.tabs, "Steps": replace(raw.tabs["Steps"], rows=rows)})
    assert whys(undo(raw, rows=[NEW])) == ["Something in its row was changed since."]


def test_the_steps_of_a_client_are_taken_back_together_or_not_at_all() -> None:
    second = NewRow("Steps", "BO-1 › Intake", {"Client": "Bo", "Step": "Intake"})
    raw = office([client("Bo")], [bo(), step("Bo", "Intake", Notes="by phone")])
    found = undo(raw, rows=[NEW, second])
    assert not found
    assert len(found.left) == 2


@pytest.mark.parametrize(("new", "is_back"), [(frozenset({"BO-1"}), False), (frozenset(), True)])
def test_a_new_client_who_was_given_other_steps_since_keeps_all_of_them(
    new: frozenset[str], is_back: bool
) -> None:
    raw = office([client("Bo")], [bo(), step("Bo", "Something else")])
    assert bool(undo(raw, rows=[NEW], new=new)) is is_back


def test_no_row_is_taken_out_of_a_tab_that_staff_edit_at_the_same_moment() -> None:
    found = undo(office([client("Bo")], [bo()]), rows=[NEW], may_clear=False)
    assert not found
    assert "delete it there" in whys(found)[0]


def listed(outcome: str) -> tuple[RawBook, NewRow]:
    row: Row = {"Follow-up ID": "F1", "Client": "Bo", "Message": "Nudge", "Outcome": outcome}
    return office([client("Bo")], follow_ups=[row]), NewRow("Follow-ups", "F1", row)


def test_a_row_that_waits_for_a_decision_is_taken_back() -> None:
    raw, row = listed("Waiting for approval")
    assert undo(raw, rows=[row]).gone == (row,)


def test_a_row_that_tells_of_mail_that_left_stays() -> None:
    raw, row = listed("Sent")
    sent = Sent("F1", "BO-1", "Nudge", "", TUESDAY, MailState.ACCEPTED, TUESDAY)
    history = History(sent={"F1": sent})
    assert "cannot be taken back" in whys(undo(raw, rows=[row], history=history))[0]
    cell = CellChange("Follow-ups", "F1", "Outcome", "Waiting for approval", "Sent")
    assert "cannot be taken back" in whys(undo(raw, cell, history=history))[0]


def test_the_report_and_what_was_asked_for_stay_and_say_so() -> None:
    raw = office([client("Bo")], Capacity=[{"Figure": "Load", "Value": 3.0}])
    tick = CellChange("Settings", "Report now", "Value", True, None)
    found = undo(raw, tick, rows=[NewRow("Capacity", "¶new 1", {"Figure": "Load", "Value": 3.0})])
    assert not found
    assert "the next report writes it anew" in whys(found)[0]


def test_lines_of_runs_are_never_taken_back() -> None:
    found = undo(office([client("Bo")]), rows=[NewRow("Runs", "R", {"Run": "R"})])
    assert not found
    assert not found.left


def test_rows_that_were_taken_back_come_back() -> None:
    cells = tuple(CellChange("Steps", NEW.key, h, v, None) for h, v in NEW.values.items())
    written = Written("U", cells, (), (NEW,))
    found = decide(written, now(office([client("Bo")])))
    assert found.rows == (NEW,)
    assert not found.cells
    assert not decide(written, now(office([client("Bo")], [bo()]))).rows
