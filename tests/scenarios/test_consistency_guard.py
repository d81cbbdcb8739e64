"""The consistency guard: who was refunded or is not served gets nothing, and is seen to return."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario

MESSAGES = """
    Message | When                | To
    Nudge   | waiting 1 day       | client
    Look    | waiting 2 days      | owner
    Hello   | 1 day after start   | client
    Thanks  | 1 day after finish  | client
"""


@pytest.fixture
def office(tmp_path: Path) -> Scenario:
    return (
        Scenario(tmp_path)
        .sheet("Offer steps", "Order | Step | Working days\n1 | Contract | 3\n2 | Intake | 3")
        .sheet("Messages", MESSAGES)
    )


@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
def test_they_receive_nothing_ever(office: Scenario, status: str) -> None:
    office.sheet("Clients", "Client | Start date\nBo | 16/11/2026")
    office.day("16/11/2026").staff_type("Clients", "Bo", "Status", status)
    office.staff_type("Clients", "Bo", "Finished on", "17/11/2026")
    office.days("17/11/2026", "30/11/2026")
    assert not office.story("bo@example.com")
    assert not [one for one in office.letters if "Look" in one.body]


@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
def test_the_same_person_under_a_new_row_is_stopped_and_shown(
    office: Scenario, status: str
) -> None:
    office.sheet("Clients", f"Client | Status | Start date\nBo | {status} | 02/11/2026")
    office.staff_add("Clients", "Client | Email | Start date\nB. New | BO@example.com | 23/11/2026")
    office.days("23/11/2026", "27/11/2026").sheet_has("Steps")
    office.sheet_shows("Clients", "B. New", "Flag", "Data problem")
    office.sheet_says("Clients", "B. New", "Why", f"whose Status is {status}")
    assert not office.story("bo@example.com")


def test_once_they_are_welcome_the_work_begins(office: Scenario) -> None:
    office.sheet("Clients", "Client | Status | Start date\nBo | Refunded | 02/11/2026")
    office.staff_add("Clients", "Client | Email | Start date\nB. New | bo@example.com | 23/11/2026")
    office.day("23/11/2026").sheet_has("Steps")
    office.staff_type("Clients", "Bo", "Status", "Finished")
    office.day("24/11/2026").sheet_has("Steps", "B. New › Contract", "B. New › Intake")


@pytest.mark.parametrize("status", ["Refunded", "Do not serve"])
def test_nothing_follows_an_earlier_finish_of_theirs_and_it_is_said(
    office: Scenario, status: str
) -> None:
    """Bo finished well once, and was refunded the second time."""
    office.sheet("Messages", "Message | Part | When\nThanks | thank-you | 2 days after finish")
    office.sheet("Offers", "Offer\nCoaching")
    office.sheet(
        "Clients",
        f"""
        Client | Email          | Status   | Start date | Finished on
        Bo     | bo@example.com | Finished | 02/11/2026 | 20/11/2026
        Cy     | cy@example.com | Finished | 02/11/2026 | 20/11/2026
        Bo Two | BO@example.com | {status} | 16/11/2026 |
        """,
    )
    office.day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "")
    office.sheet_says(
        "Clients", "Bo", "Why", f"this may be Bo Two of row 4, whose Status is {status}"
    )
    office.sheet_shows("Clients", "Cy", "Delta", "1").sheet_shows(
        "Offers", "Coaching", "Delta", "1"
    )
    office.sheet_shows("Clients", "Cy", "Why", "")
    office.days("24/11/2026", "27/11/2026")
    assert not office.story("bo@example.com")
    assert office.story("cy@example.com")
    office.staff_type("Clients", "Bo Two", "Status", "Finished").day("30/11/2026")
    office.outbox_has("bo@example.com", "Thanks").sheet_shows("Clients", "Bo", "Why", "")
    office.sheet_shows("Clients", "Bo", "Delta", "0")


def test_exceptions_given_to_one_client_are_said_as_such(office: Scenario) -> None:
    office.sheet("Offers", "Offer\nCoaching").sheet(
        "Clients", "Client | Start date\nBo | 16/11/2026"
    )
    office.day("16/11/2026").sheet_shows("Offers", "Coaching", "Exceptions", "")
    office.staff_type("Steps", "Bo › Contract", "Due", "27/11/2026")
    office.staff_add("Steps", "Client | Step\nBo | A call beside")
    office.day("17/11/2026").sheet_says(
        "Clients",
        "Bo",
        "Why",
        'Exception: extra step "A call beside"; longer for "Contract", until',
    )
    office.sheet_shows(
        "Offers",
        "Coaching",
        "Exceptions",
        'extra step "A call beside" (1); longer for "Contract" (1)',
    )


def test_a_required_step_that_was_taken_away_is_an_exception_once_passed(office: Scenario) -> None:
    office.sheet("Clients", "Client | Start date\nBo | 16/11/2026")
    office.day("16/11/2026").staff_delete("Steps", "Bo › Contract")
    office.day("17/11/2026")
    assert "Exception" not in office.seen("Clients", "Bo", "Why")
    office.staff_type("Steps", "Bo › Intake", "Done", "17/11/2026")
    office.staff_add("Steps", "Client | Step\nBo | A call beside")
    office.day("18/11/2026").sheet_says("Clients", "Bo", "Why", 'without "Contract"')
