"""Undo as a run: what it puts back, that it can be undone, and that no mail leaves twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.errors import AnotherRun, ConfigError
from sheetops.ledger import Ledger
from tests.jobs.undo.desk import Desk
from tests.sheets import TUESDAY, WEDNESDAY, Row


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def test_all_that_a_run_wrote_is_put_back_but_for_the_id_and_what_tells_of_mail(desk: Desk) -> None:
    before = desk.seen()
    done = desk.daily()
    assert done.receipt.rows > 8
    desk.undo()
    sent = desk.seen()["Follow-ups"]
    assert before["Follow-ups"] == {}
    assert all(("Outcome", "Sent") in row for row in sent)
    assert sent.total() == 5  # the nudges; the words that waited for a decision are gone
    assert desk.cell("Clients", "Ed", "Client ID") == "AL-2"
    desk.type_in("Clients", "Ed", "Client ID", None)
    assert {**desk.seen(), "Follow-ups": None} == {**before, "Follow-ups": None}


def test_the_same_run_again_gives_the_same_workbook_and_sends_nothing(desk: Desk) -> None:
    desk.daily()
    written, mails = desk.seen(), desk.mails()
    desk.undo()
    again = desk.daily()
    assert desk.seen() == written
    assert not again.sending.accepted
    assert desk.mails() == mails


def test_an_undo_is_undone(desk: Desk) -> None:
    run = desk.daily()
    written = desk.seen()
    first = desk.undo()
    assert first.of.run == run.run
    second = desk.undo()
    assert second.of.run == first.name
    assert desk.seen() == written
    assert len(second.undo.rows) == len(first.undo.gone)
    desk.daily()
    assert desk.seen() == written


def test_an_undo_has_its_line_in_runs_and_leaves_the_others(desk: Desk) -> None:
    run = desk.daily()
    undone = desk.undo()
    head, *rows = desk.tabs["Runs"]
    lines = [dict(zip(head, row, strict=False)) for row in rows]
    assert [(one["Run"], one["Job"]) for one in lines] == [
        (run.run, "daily"),
        (undone.name, "undo"),
    ]
    assert lines[0]["Ledger"]
    assert not lines[1].get("Ledger")
    with Ledger.open(desk.folder / "ledger" / "desk.ledger", "W-1") as ledger:
        assert ledger.runs(1)[0].note == f"undid {run.run}"


def test_the_last_run_that_wrote_is_undone_unless_one_is_named(desk: Desk) -> None:
    first = desk.daily()
    desk.type_in("Steps", "Di › Contract", "Done", TUESDAY)
    second = desk.daily(WEDNESDAY)
    quiet = desk.daily(WEDNESDAY)
    assert not quiet.receipt.cells
    assert desk.preview().of.run == second.run
    older = desk.preview(first.run)
    assert older.of.run == first.run
    assert any(second.run in left.why for left in older.undo.left)
    with pytest.raises(ConfigError, match='no run "1999"'):
        desk.preview("1999")


def test_a_preview_changes_nothing(desk: Desk) -> None:
    desk.daily()
    tabs = desk.seen()
    assert desk.preview().undo
    assert desk.seen() == tabs
    assert len(desk.tabs["Runs"]) == 2


def test_nothing_to_undo_is_said(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="No run has written"):
        desk.preview()


def test_no_undo_while_a_run_is_under_way(desk: Desk) -> None:
    desk.daily()
    with Ledger.open(desk.folder / "ledger" / "desk.ledger", "W-1") as ledger:
        ledger.begin_run("daily", TUESDAY, desk.request().clock())
        with pytest.raises(AnotherRun):
            desk.undo()


def test_what_staff_did_meanwhile_stays(desk: Desk) -> None:
    desk.daily()
    desk.type_in("Steps", "Al › Contract", "Done", TUESDAY)
    desk.type_in("Clients", "Di", "Flag", "ring her")
    desk.tabs["Clients"][1:] = reversed(desk.tabs["Clients"][1:])
    desk.tabs["Clients"][0][desk.tabs["Clients"][0].index("Email")] = "E-mail"
    done = desk.undo()
    assert desk.cell("Clients", "Di", "Flag") == "ring her"
    assert desk.cell("Clients", "Di", "Why") == "Of yesterday."
    assert desk.cell("Steps", "Al › Contract", "Done") == TUESDAY
    assert desk.cell("Steps", "Al › Plan", "Step") == "Plan"  # her steps stay together
    assert not [row for row in desk.tabs["Steps"] if "Cy" in row]
    assert {left.tab for left in done.undo.left} >= {"Clients", "Steps"}


def test_a_step_that_was_new_in_an_offer_is_laid_out_again(desk: Desk) -> None:
    desk.daily()
    head = desk.tabs["Offer steps"][0]
    new: Row = {"Offer": "Coaching", "Order": 4, "Step": "Farewell", "Waiting on": "Team"}
    desk.tabs["Offer steps"].append([new.get(str(heading)) for heading in head])
    desk.daily(WEDNESDAY)
    written = desk.seen()
    assert desk.cell("Steps", "Di › Farewell", "Step") == "Farewell"
    desk.undo(day=WEDNESDAY)
    assert not [row for row in desk.tabs["Steps"] if "Farewell" in row]
    desk.daily(WEDNESDAY)
    assert desk.seen() == written
