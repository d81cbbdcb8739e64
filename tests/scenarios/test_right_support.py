"""Right Support, as the owner of a business reads it: warnings first, and the same for everyone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.mail import Handed, Outcome
from sheetops.mail.folder import FolderTransport
from tests.scenarios.scenario import Scenario

BO = "bo@example.com"


@pytest.fixture
def studio(tmp_path: Path) -> Scenario:
    """Bo has five working days for the contract; the second mail pauses the work."""
    return (
        Scenario(tmp_path)
        .sheet("Offer steps", """
            Order | Step     | Waiting on | Working days | Risk             | Boundary
            1     | Contract | Client     | 5            | The wrong form   | We sign once
            2     | Plan     | Team       | 3            | Too many wishes  | One revision
        """)
        .sheet("Clients", """
            Client | Start date | Promised by
            Bo     | 02/11/2026 | 30/11/2026
        """)
        .sheet("Messages", """
            Message | When           | Consequence
            Nudge   | waiting 2 days |
            Final   | waiting 7 days | pause; move the promised date; tell the owner
            Later   | waiting 9 days |
        """)
    )  # fmt: skip


def paused(studio: Scenario) -> Scenario:
    """Bo was warned on the 4th, and paused on the 11th."""
    return studio.day("02/11/2026").day("04/11/2026").day("11/11/2026")


def test_the_consequence_follows_the_warning_and_is_seen(studio: Scenario) -> None:
    studio.day("02/11/2026").day("04/11/2026").outbox_has(BO, "Nudge")
    studio.sheet_shows("Clients", "Bo", "Consequence", "")
    studio.day("11/11/2026").outbox_has(BO, "Final").no_problems()
    studio.sheet_shows("Clients", "Bo", "Flag", "Paused")
    studio.sheet_says("Clients", "Bo", "Why", 'Paused since 11 Nov 2026, as "Final" said')
    studio.sheet_says("Clients", "Bo", "Consequence", "Paused since 11 Nov 2026; Promised date mo")
    studio.sheet_shows("Clients", "Bo", "Promise moved to", "02/12/2026")
    studio.sheet_says("Follow-ups", "Bo › Final", "Why", "What follows: pause")
    studio.sheet_shows("Clients", "Bo", "Pause until", "")
    studio.sheet_shows("Clients", "Bo", "Status", "Active")


def test_the_owner_is_told_the_next_morning_once(studio: Scenario) -> None:
    paused(studio).digest_lacks("Anna", '"Final" went out')
    studio.day("12/11/2026").digest_says("Anna", '"Final" went out about "Contract"')
    studio.day("13/11/2026").digest_lacks("Anna", '"Final" went out')


def test_while_paused_there_is_no_mail_and_no_stalled_flag(studio: Scenario) -> None:
    paused(studio).days("12/11/2026", "16/11/2026", weekends=True).nothing_sent()
    studio.sheet_shows("Clients", "Bo", "Flag", "Paused")
    assert studio.story(BO) == {"04/11/2026": "Nudge", "11/11/2026": "Final"}
    studio.digest_says("the owner", "Consequences in force")


def test_lifting_ends_it_and_nothing_old_comes_back(studio: Scenario) -> None:
    paused(studio).staff_type("Clients", "Bo", "Lift consequence", "x").day("16/11/2026")
    studio.sheet_shows("Clients", "Bo", "Flag", "Stalled")
    studio.sheet_shows("Clients", "Bo", "Consequence", "")
    studio.sheet_shows("Clients", "Bo", "Promise moved to", "")
    studio.nothing_sent()  # the next rung keeps its distance from the day it was lifted
    studio.staff_clear("Clients", "Bo", "Lift consequence").day("17/11/2026").nothing_sent()
    studio.sheet_shows("Clients", "Bo", "Consequence", "")
    studio.day("18/11/2026").outbox_has(BO, "Later")


def test_the_promise_that_was_moved_is_the_one_to_keep(studio: Scenario) -> None:
    """Two days late with the contract, Bo is promised the work two days later."""
    studio.staff_type("Messages", "Final", "Consequence", "move the promised date")
    studio.staff_type("Clients", "Bo", "Promised by", "10/11/2026")
    paused(studio).staff_type("Steps", "Bo › Contract", "Done", "11/11/2026").day("12/11/2026")
    studio.sheet_shows("Clients", "Bo", "Promise moved to", "12/11/2026")
    studio.sheet_shows("Clients", "Bo", "Flag", "Due soon")
    studio.day("13/11/2026").sheet_shows("Clients", "Bo", "Flag", "On course to miss")
    studio.sheet_says("Clients", "Bo", "Why", "Promise moved to 12 Nov 2026, 1 working day ago")
    studio.staff_type("Clients", "Bo", "Lift consequence", "x").day("13/11/2026")
    studio.sheet_says("Clients", "Bo", "Why", "Promised by 10 Nov 2026, 3 working days ago")


def test_while_the_tick_stands_no_new_consequence_is_announced(studio: Scenario) -> None:
    studio.staff_type("Clients", "Bo", "Lift consequence", "x")
    paused(studio).nothing_sent().problem_says("Lift consequence is still ticked")
    studio.staff_clear("Clients", "Bo", "Lift consequence").day("12/11/2026")
    studio.outbox_has(BO, "Final").sheet_shows("Clients", "Bo", "Flag", "Paused")


def test_catching_up_stops_the_ladder_at_once(studio: Scenario) -> None:
    studio.day("02/11/2026").day("04/11/2026")
    studio.staff_type("Steps", "Bo › Contract", "Done", "10/11/2026")
    studio.day("11/11/2026").nothing_sent().sheet_shows("Clients", "Bo", "Consequence", "")


def test_who_catches_up_while_paused_is_shown_to_the_owner(studio: Scenario) -> None:
    paused(studio).staff_type("Steps", "Bo › Contract", "Done", "12/11/2026").day("13/11/2026")
    studio.sheet_shows("Clients", "Bo", "Flag", "Paused")
    studio.digest_says("Anna", '"Contract" is done by now. Tick Lift consequence to go on.')
    studio.day("20/11/2026").sheet_shows("Clients", "Bo", "Promise moved to", "03/12/2026")


def test_who_was_not_warned_bears_no_consequence(studio: Scenario) -> None:
    """The job did not run for two weeks: the first rung comes first, the days between are kept."""
    studio.day("02/11/2026").day("16/11/2026").outbox_has(BO, "Nudge")
    studio.day("20/11/2026").nothing_sent().sheet_shows("Clients", "Bo", "Consequence", "")
    studio.day("23/11/2026").outbox_has(BO, "Final").sheet_shows("Clients", "Bo", "Flag", "Paused")


@pytest.mark.parametrize("outcome", [Outcome.IN_DOUBT, Outcome.REFUSED])
def test_a_rung_that_may_not_have_arrived_brings_no_consequence(
    studio: Scenario, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.day("02/11/2026").day("04/11/2026")
    handed = FolderTransport.hand_over

    def lost(self: FolderTransport, envelope: object, before: object) -> Handed:
        before()  # type: ignore[operator]  # as the transport calls it
        return Handed(outcome, "the line broke")

    monkeypatch.setattr(FolderTransport, "hand_over", lost)
    studio.day("11/11/2026").sheet_shows("Clients", "Bo", "Consequence", "")
    monkeypatch.setattr(FolderTransport, "hand_over", handed)
    studio.day("13/11/2026").nothing_sent().sheet_shows("Clients", "Bo", "Flag", "Stalled")


def test_who_is_paused_by_staff_hears_nothing_and_bears_nothing(studio: Scenario) -> None:
    studio.day("02/11/2026").day("04/11/2026")
    studio.staff_type("Clients", "Bo", "Pause until", "20/11/2026")
    studio.day("11/11/2026").nothing_sent().sheet_shows("Clients", "Bo", "Consequence", "")


def test_words_that_are_added_later_change_nothing_for_who_had_the_mail(studio: Scenario) -> None:
    studio.staff_clear("Messages", "Final", "Consequence")
    paused(studio).staff_type("Messages", "Final", "Consequence", "pause").day("12/11/2026")
    studio.sheet_shows("Clients", "Bo", "Flag", "Stalled")


def test_what_was_announced_stays_in_force_though_its_message_is_deleted(studio: Scenario) -> None:
    paused(studio).staff_delete("Messages", "Final").day("12/11/2026")
    studio.sheet_shows("Clients", "Bo", "Flag", "Paused")


def test_other_words_are_shown_and_a_slip_is_asked_about(studio: Scenario) -> None:
    studio.staff_type("Messages", "Final", "Consequence", "Late fee of 50 euros")
    paused(studio).sheet_shows("Clients", "Bo", "Consequence", "Late fee of 50 euros")
    studio.sheet_shows("Clients", "Bo", "Flag", "Stalled")
    studio.staff_type("Messages", "Later", "Consequence", "pausse").day("13/11/2026")
    studio.problem_says('Did you mean "pause"?').nothing_sent()


def test_holidays_and_weekends_are_no_waiting(tmp_path: Path) -> None:
    holidays = Scenario(tmp_path, **{"Extra days off": "3 Nov 2026 to 6 Nov 2026"})
    holidays.sheet("Offer steps", "Order | Step\n1 | Contract")
    holidays.sheet("Clients", "Client | Start date\nBo | 02/11/2026")
    holidays.sheet("Messages", "Message | When | Consequence\nFinal | waiting 2 days | pause")
    holidays.day("06/11/2026").nothing_sent()


def test_do_not_mail_skips_the_rungs_and_still_tells_the_owner(studio: Scenario) -> None:
    studio.staff_add(
        "Messages", "Message | To | When | Consequence\nCall | owner | waiting 10 days | pause"
    )
    studio.staff_type("Clients", "Bo", "Do not mail", "x")
    paused(studio).nothing_sent().day("16/11/2026").nothing_sent().digest_says("Anna", "Call")
    studio.sheet_says("Follow-ups", "Bo › Call", "Why", '"Nudge", "Final", "Later"')
    studio.sheet_says("Follow-ups", "Bo › Call", "Why", "not carried out: they were not warned")
    studio.day("17/11/2026").sheet_shows("Clients", "Bo", "Consequence", "")


@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
def test_who_is_not_served_hears_nothing(studio: Scenario, status: str) -> None:
    studio.day("02/11/2026").staff_type("Clients", "Bo", "Status", status)
    studio.day("04/11/2026").nothing_sent().digest_lacks("Anna", "Bo")


def test_who_is_early_is_thanked_once(studio: Scenario) -> None:
    studio.staff_add("Messages", "Message | Part | When\nThanks | reward | done early")
    studio.day("02/11/2026").staff_type("Steps", "Bo › Contract", "Done", "04/11/2026")
    studio.day("04/11/2026").outbox_has(BO, "Thanks").no_problems()
    studio.staff_type("Steps", "Bo › Contract", "Done", "03/11/2026")
    studio.day("05/11/2026").nothing_sent()


@pytest.mark.parametrize("done", ["09/11/2026", "10/11/2026"])
def test_who_is_just_in_time_or_late_is_not(studio: Scenario, done: str) -> None:
    studio.sheet("Messages", "Message | Part | When\nThanks | reward | done early")
    studio.day("02/11/2026").staff_type("Steps", "Bo › Contract", "Done", done)
    studio.day("10/11/2026").nothing_sent()


def test_who_acts_is_told_the_risk_and_the_boundary(studio: Scenario) -> None:
    studio.day("02/11/2026").staff_type("Steps", "Bo › Contract", "Done", "03/11/2026")
    studio.day("03/11/2026").digest_says("Anna", "Risk: Too many wishes. Boundary: One revision.")


@pytest.fixture
def bank(tmp_path: Path) -> Scenario:
    """Bo waits on a bank for one step, and has another of their own beside it."""
    return (
        Scenario(tmp_path)
        .sheet("Offer steps", """
            Order | Step      | Waiting on  | Third party email
            1     | Statement | Third party | desk@bank.example.com
            1     | Contract  | Client      |
        """)
        .sheet("Clients", "Client | Start date\nBo | 02/11/2026")
        .sheet("Messages", """
            Message | To          | When
            Nudge   | client      | waiting 2 days
            Ask     | third party | waiting 2 days
        """)
    )  # fmt: skip


def test_a_third_party_is_reminded_at_its_own_address_beside_the_client(bank: Scenario) -> None:
    bank.day("02/11/2026").day("04/11/2026").no_problems()
    bank.outbox_has("desk@bank.example.com", "Ask").outbox_has(BO, "Nudge")
    bank.sheet_shows("Follow-ups", "Bo › Ask", "To", "desk@bank.example.com")
    bank.day("05/11/2026").nothing_sent()


def test_the_address_beside_the_step_goes_before_that_of_the_offer(bank: Scenario) -> None:
    bank.day("02/11/2026")
    bank.staff_type("Steps", "Bo › Statement", "Third party email", "ann@bank.example.com")
    bank.day("04/11/2026").outbox_has("ann@bank.example.com", "Ask")
    bank.nothing_sent("desk@bank.example.com")


@pytest.mark.parametrize("address", ["", "ann at the bank"])
def test_without_an_address_it_is_held_and_the_cell_is_named(bank: Scenario, address: str) -> None:
    if not address:
        bank.staff_clear("Offer steps", "Statement", "Third party email")
    bank.day("02/11/2026").staff_type("Steps", "Bo › Statement", "Third party email", address)
    bank.day("04/11/2026").outbox_has(BO, "Nudge").outbox_lacks("Ask, in full")
    bank.problem_says("Steps!H2: There is no address of the third party")


def test_the_rules_of_the_client_hold_for_their_third_parties(bank: Scenario) -> None:
    bank.day("02/11/2026").staff_type("Clients", "Bo", "Do not mail", "x")
    bank.day("04/11/2026").nothing_sent()


def test_a_third_party_gets_no_marketing(bank: Scenario) -> None:
    bank.staff_type("Messages", "Ask", "Kind", "marketing").day("02/11/2026").day("04/11/2026")
    bank.nothing_sent("desk@bank.example.com").problem_says("gets service mail only")


def test_rehearsing_both_mails_come_to_the_owner(bank: Scenario) -> None:
    bank.staff_type("Settings", "Sending", "Value", "rehearse to me")
    bank.staff_add("Settings", "Setting | Value\nRehearsal address | me@studio.example.com")
    bank.day("02/11/2026").day("04/11/2026")
    subjects = [one.subject for one in bank.letters if one.to == "me@studio.example.com"]
    assert sum("Ask" in one or "Nudge" in one for one in subjects) == 2
