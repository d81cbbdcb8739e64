"""Whole runs on a small workbook: laid out once, decided by staff, never twice, never lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetops import failpoints
from sheetops.errors import AnotherRun, UnsafeRun, WorkbookInUse
from sheetops.jobs import daily
from sheetops.ledger import Ledger
from sheetops.mail import Envelope, Handed
from sheetops.mail.folder import FolderTransport
from tests.jobs.small import FRIDAY, ROWS, Business

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def business(tmp_path: Path) -> Business:
    return Business(tmp_path)


def test_steps_of_new_clients_are_laid_out_once_and_flagged_in_the_same_run(
    tmp_path: Path,
) -> None:
    business = Business(tmp_path, template=True)
    business.daily()
    steps = business.rows("Steps")
    assert [(row["Client"], row["Step"]) for row in steps] == [
        (name, step)
        for name in ("Anna Amber", "Bert Birch", "Cleo Cedar")
        for step in ("Form", "Call")
    ]
    assert [row["Flag"] for row in steps] == ["Stalled", None, "Stalled", None, "Due soon", None]
    assert steps[0]["Why"] == (
        'Waiting 8 working days on the client for "Form"; 3 are allowed. '
        "Too few are done yet to know what is usual."
    )


def test_a_step_that_staff_delete_stays_deleted(business: Business) -> None:
    business.daily()
    business.edit("Steps", lambda sheet, _columns: sheet.delete_rows(3))
    business.daily(MONDAY)
    assert len(business.rows("Steps")) == 5


def test_all_steps_of_a_client_deleted_stay_deleted(business: Business) -> None:
    business.daily()
    business.edit("Steps", lambda sheet, _columns: sheet.delete_rows(2, 2))
    business.daily(MONDAY)
    assert {row["Client"] for row in business.rows("Steps")} == {"Bert Birch", "Cleo Cedar"}


def test_a_new_client_without_an_id_is_given_the_next_one(business: Business) -> None:
    business.type_in("Clients", 4, "Client ID", None)
    business.daily()
    assert [row["Client ID"] for row in business.rows("Clients")] == ["C1", "C2", "C3"]


def test_the_id_of_a_deleted_client_is_never_given_again(business: Business) -> None:
    business.daily()
    business.edit("Clients", lambda sheet, _columns: sheet.delete_rows(4))
    business.edit("Steps", lambda sheet, _columns: sheet.delete_rows(6, 2))

    def new_client(sheet: Any, columns: dict[str, int]) -> None:
        for heading, value in ROWS["Clients"][2].items():
            sheet.cell(4, columns[heading]).value = value
        sheet.cell(4, columns["Client ID"]).value = None
        sheet.cell(4, columns["Client"]).value = "Dora Dill"

    business.edit("Clients", new_client)
    business.daily(MONDAY)
    assert [row["Client ID"] for row in business.rows("Clients")] == ["C1", "C2", "C4"]
    assert {row["Client"] for row in business.rows("Steps")} >= {"Dora Dill"}


def test_catching_up_stops_the_reminder(business: Business) -> None:
    business.daily()
    sent = len(business.mails())
    business.type_in("Steps", 6, "Done", "x")
    applied = business.daily(MONDAY)
    assert [mail.to for mail in applied.sending.accepted if mail.client] == []
    assert len(business.mails()) == sent + 1  # Mei's morning mail


def test_a_tick_counts_from_the_day_on_which_it_was_first_seen(business: Business) -> None:
    business.daily()
    business.type_in("Steps", 2, "Done", "yes")
    business.daily(MONDAY)
    assert business.rows("Steps")[1]["Days waiting"] == 0
    business.daily(TUESDAY)
    assert business.rows("Steps")[1]["Days waiting"] == 1


def test_asked_for_approval_nothing_leaves_until_staff_say_send(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Sending": "ask"})
    applied = business.daily()
    assert [mail.to for mail in applied.sending.accepted] == ["mei@example.org"]
    rows = business.rows("Follow-ups")
    assert [row["Outcome"] for row in rows] == ["Waiting for approval"] * 3

    business.type_in("Follow-ups", 2, "Decision", "Send")
    business.type_in("Follow-ups", 2, "Subject", "In my own words")
    business.type_in("Follow-ups", 3, "Decision", "Skip")
    business.type_in("Follow-ups", 4, "Decision", "Hold")
    applied = business.daily(MONDAY)
    client_mails = [mail for mail in applied.sending.accepted if mail.client]
    assert [(mail.to, mail.subject) for mail in client_mails] == [
        ("anna@example.com", "In my own words")
    ]
    outcomes = [row["Outcome"] for row in business.rows("Follow-ups")]
    assert outcomes == ["Sent", "Skipped", "Held"]

    business.type_in("Follow-ups", 4, "Decision", "Send")
    applied = business.daily(TUESDAY)
    assert [mail.to for mail in applied.sending.accepted if mail.client] == ["cleo@example.com"]


def test_rehearsing_sends_everything_to_the_rehearsal_address_and_settles_nothing(
    tmp_path: Path,
) -> None:
    settings = {"Sending": "rehearse to me", "Rehearsal address": "owner@example.org"}
    business = Business(tmp_path, settings=settings)
    applied = business.daily()
    assert {mail.to for mail in applied.sending.accepted} == {"owner@example.org"}
    assert any("anna@example.com" in mail.subject for mail in applied.sending.accepted)
    assert business.rows("Follow-ups") == []
    business.type_in("Settings", 6, "Value", "send")
    assert business.rows("Settings")[4]["Setting"] == "Sending"
    applied = business.daily(MONDAY)
    assert {mail.to for mail in applied.sending.accepted} >= {"anna@example.com"}


def test_preview_in_settings_sends_nothing_even_when_applied(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Sending": "preview"})
    applied = business.daily()
    assert applied.sending.accepted == ()
    assert business.mails() == []
    assert applied.receipt.cells > 0


class _Dies(KeyboardInterrupt):
    """A run that is killed."""


@pytest.mark.parametrize("at", [0, 3, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2))])
@pytest.mark.parametrize("when", ["before handing", "after handing", "after the file"])
def test_a_run_that_died_is_completed_by_the_next_without_a_second_mail(
    business: Business, monkeypatch: pytest.MonkeyPatch, at: int, when: str
) -> None:
    real = FolderTransport.hand_over
    calls = iter(range(100))

    def dying(self: FolderTransport, envelope: Envelope, before_body: Any) -> Handed:
        if next(calls) != at:
            return real(self, envelope, before_body)
        if when == "before handing":
            raise _Dies
        if when == "after handing":
            before_body()
            raise _Dies
        real(self, envelope, before_body)
        raise _Dies

    monkeypatch.setattr(FolderTransport, "hand_over", dying)
    with pytest.raises(_Dies):
        business.daily()
    monkeypatch.setattr(FolderTransport, "hand_over", real)
    business.daily()
    business.daily()
    assert len(business.mails()) == 4  # three clients and Mei, one each
    assert [row["Outcome"] for row in business.rows("Follow-ups")] == ["Sent"] * 3


def test_dying_between_sending_and_writing_is_made_good_by_the_next_run(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(place: str) -> None:
        if place == "run: sent":
            raise _Dies

    real = failpoints.reach
    monkeypatch.setattr(failpoints, "reach", dying)
    with pytest.raises(_Dies):
        business.daily()
    assert business.rows("Steps") == []
    monkeypatch.setattr(failpoints, "reach", real)
    applied = business.daily()
    assert applied.sending.accepted == ()
    assert len(business.mails()) == 4
    assert [row["Outcome"] for row in business.rows("Follow-ups")] == ["Sent"] * 3
    assert len(business.rows("Steps")) == 6


def test_what_staff_save_while_mail_leaves_is_kept_and_the_rest_is_written(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FolderTransport.hand_over
    saved: list[bool] = []

    def saving(self: FolderTransport, envelope: Envelope, before_body: Any) -> Handed:
        if not saved:
            saved.append(True)
            business.type_in("Clients", 2, "Notes", "typed meanwhile")
        return real(self, envelope, before_body)

    monkeypatch.setattr(FolderTransport, "hand_over", saving)
    applied = business.daily()
    assert applied.receipt.cells > 0
    assert len(applied.sending.accepted) == 4
    assert business.rows("Clients")[0]["Notes"] == "typed meanwhile"
    assert business.rows("Clients")[0]["Flag"] == "Stalled"
    assert len(business.mails()) == 4


def test_nothing_leaves_while_somebody_has_the_workbook_open(business: Business) -> None:
    lock = business.folder / "~$clients.xlsx"
    lock.write_bytes(b"\x03Mei".ljust(54) + b"\x03" + "Mei".encode("utf-16-le").ljust(110))
    before = business.path.read_bytes()
    with pytest.raises(WorkbookInUse, match="Mei"):
        business.daily()
    assert business.mails() == []
    assert business.path.read_bytes() == before
    lock.unlink()
    business.daily()
    assert len(business.mails()) == 4


def test_two_runs_at_once_are_one_too_many(business: Business) -> None:
    settings = business.settings
    path = settings.ledger_at("small")
    with Ledger.open(path, "small") as ledger:
        ledger.begin_run("daily", FRIDAY, business.request().clock())
        with pytest.raises(AnotherRun):
            business.daily()
    assert business.mails() == []


def test_a_full_disk_loses_nothing(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    before = business.path.read_bytes()
    business.outbox.write_text("a file where the folder should be")
    applied = business.daily()
    assert applied.sending.accepted == ()
    assert len(applied.sending.not_sent) == 4
    assert business.path.read_bytes() != before
    business.outbox.unlink()
    business.daily()
    assert len(business.mails()) == 4


def test_a_run_that_would_send_too_many_stops_before_the_first_and_tells_the_owner(
    tmp_path: Path,
) -> None:
    settings = {"Mails per day at most": "2", "Owner's address": "owner@example.org"}
    business = Business(tmp_path, settings=settings)
    before = business.path.read_bytes()
    with pytest.raises(UnsafeRun, match="5 mails would leave today"):
        business.daily()
    assert business.path.read_bytes() == before
    assert len(business.mails()) == 1
    alarm = (business.outbox / business.mails()[0]).read_text()
    assert "owner@example.org" in alarm
    business.daily(force=True)
    assert len(business.mails()) == 6


def test_vanished_clients_stop_the_run(tmp_path: Path) -> None:
    many = [
        {
            **ROWS["Clients"][0],
            "Client ID": f"K{n}",
            "Client": f"Client {n}",
            "Email": f"k{n}@example.com",
        }
        for n in range(10)
    ]
    business = Business(tmp_path, {**ROWS, "Clients": many})
    business.daily()
    sent = len(business.mails())
    business.edit("Clients", lambda sheet, _columns: sheet.delete_rows(4, 6))
    with pytest.raises(UnsafeRun, match="There are 4 clients; at the last run there were 10"):
        business.daily(MONDAY)
    assert len(business.mails()) == sent


def test_a_clock_that_went_back_stops_the_run(business: Business) -> None:
    business.daily(TUESDAY)
    with pytest.raises(UnsafeRun, match="the last run was on 24 Nov 2026"):
        business.daily(FRIDAY)


def test_what_was_planned_by_a_run_that_died_may_still_be_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = Business(tmp_path, settings={"Sending": "ask"})
    business.daily()
    business.type_in("Follow-ups", 2, "Decision", "Send")

    def dying(*_: object) -> Handed:
        raise _Dies

    monkeypatch.setattr(FolderTransport, "hand_over", dying)
    with pytest.raises(_Dies):
        business.daily(MONDAY)
    monkeypatch.undo()
    business.type_in("Follow-ups", 2, "Decision", "Skip")
    applied = business.daily(MONDAY)
    assert not [mail for mail in applied.sending.accepted if mail.client]
    assert business.rows("Follow-ups")[0]["Outcome"] == "Skipped"
    assert business.daily(MONDAY).receipt.cells == 0


def test_while_the_tab_of_decisions_is_misspelt_nothing_leaves(business: Business) -> None:
    workbook = openpyxl.load_workbook(business.path)
    workbook["Follow-ups"].title = "Folow-ups"
    workbook.save(business.path)
    applied = business.daily()
    assert not [mail for mail in applied.sending.accepted if mail.client]
    assert any("Rename it" in problem.mend for problem in applied.plan.problems)


def test_without_the_tab_to_decide_in_nothing_is_sent_and_a_problem_says_so(
    tmp_path: Path,
) -> None:
    business = Business(tmp_path, settings={"Sending": "ask"})
    workbook = openpyxl.load_workbook(business.path)
    del workbook["Follow-ups"]
    workbook.save(business.path)
    applied = business.daily()
    assert not [mail for mail in applied.sending.accepted if mail.client]
    assert any(problem.tab == "Follow-ups" for problem in applied.plan.problems)


def test_a_new_client_is_written_to_under_the_id_that_stands_in_the_sheet(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    business.type_in("Clients", 4, "Client ID", None)

    def dying(*_: object) -> Handed:
        raise _Dies

    monkeypatch.setattr(FolderTransport, "hand_over", dying)
    with pytest.raises(_Dies):
        business.daily()
    assert business.rows("Clients")[2]["Client ID"] == "C3"
    monkeypatch.undo()
    applied = business.daily()
    assert [mail.client for mail in applied.sending.accepted if mail.client] == ["C1", "C2", "C3"]
    written = business.path.read_bytes()
    business.daily()
    assert business.path.read_bytes() == written
    assert len(business.mails()) == 4


def test_a_preview_shows_what_new_clients_will_be_sent(business: Business) -> None:
    business.type_in("Clients", 4, "Client ID", None)
    shown = daily.preview(business.request())
    assert ("C3", "Client ID", "C3") in [(c.key, c.heading, c.new) for c in shown.cells]
    applied = business.daily()
    assert [mail.to for mail in shown.mails] == [mail.to for mail in applied.sending.accepted]
    assert "cleo@example.com" in {mail.to for mail in shown.mails}


def test_mails_to_new_clients_count_for_the_guard_rails_before_their_ids_are_written(
    tmp_path: Path,
) -> None:
    business = Business(tmp_path, settings={"Mails per day at most": "3"})
    business.type_in("Clients", 4, "Client ID", None)
    before = business.path.read_bytes()
    with pytest.raises(UnsafeRun, match="4 mails would leave today"):
        business.daily()
    assert business.path.read_bytes() == before
    assert business.mails() == []


def test_nobody_is_written_to_before_their_id_stands_in_the_sheet(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client who comes in just while others are given their IDs has one before any mail, too."""
    business.type_in("Clients", 3, "Client ID", None)
    last, seen = business.rows("Clients")[-1], []
    come_in = [{**last, "Client ID": None, "Client": "Dora Dale", "Email": "dora@example.com"}]
    reach, hand_over = failpoints.reach, FolderTransport.hand_over

    def while_ids_are_written(place: str) -> None:
        if place == "run: IDs written" and come_in:
            row = come_in.pop()
            business.edit("Clients", lambda sheet, _columns: sheet.append(list(row.values())))
        reach(place)

    def looking(transport: FolderTransport, *mail: Any) -> Handed:
        seen.append([row["Client ID"] for row in business.rows("Clients")])
        return hand_over(transport, *mail)

    monkeypatch.setattr(failpoints, "reach", while_ids_are_written)
    monkeypatch.setattr(FolderTransport, "hand_over", looking)
    business.daily()
    assert seen
    assert all(len(ids) == 4 and all(ids) for ids in seen)
    assert [row["Client"] for row in business.rows("Clients")][-1] == "Dora Dale"
