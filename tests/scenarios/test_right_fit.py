"""Right Fit: a lead who lacks a prerequisite is flagged, with which, before a start is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario


@pytest.fixture
def studio(tmp_path: Path) -> Scenario:
    """Lea is a lead; Coaching asks for two hours a week, and for a budget."""
    scenario = Scenario(tmp_path)
    scenario.sheet("Clients", "Client | Status\nLea | Lead")
    scenario.sheet("Offer steps", "Order | Step | Working days\n1 | Contract | 5")
    scenario.sheet(
        "Questions",
        """
        Question         | For  | Must be
        Two hours free?  | fit  | yes
        Hours a week?    | fit  | at least 2
        Where from?      | fit  | Ireland or Wales
        Tea or coffee?   | know |
        """,
    )
    scenario.sheet("Answers", "Date | Client | Question | Answer")
    return scenario


def says(studio: Scenario, question: str, answer: str) -> Scenario:
    table = f"Date | Client | Question | Answer\n03/11/2026 | Lea | {question} | {answer}"
    return studio.staff_add("Answers", table)


def test_what_is_missing_is_named(studio: Scenario) -> None:
    says(studio, "Two hours free?", "Y")
    says(studio, "Where from?", "wales.").day("03/11/2026")
    studio.sheet_shows("Clients", "Lea", "Fit", '2 of 3; missing: "Hours a week?"')
    studio.sheet_shows("Clients", "Lea", "Flag", "Data problem")
    studio.sheet_says("Clients", "Lea", "Why", 'Not ready to start; missing: "Hours a week?".')


def test_an_answer_that_is_not_as_it_must_be_is_said_as_such(studio: Scenario) -> None:
    says(studio, "Two hours free?", "no")
    says(studio, "Hours a week?", "1").day("03/11/2026")
    studio.sheet_says("Clients", "Lea", "Fit", '0 of 3; missing: "Where from?"; not as it must be:')
    studio.sheet_says(
        "Clients", "Lea", "Fit", '"Hours a week?" (must be at least 2, they said "1")'
    )


def test_a_lead_who_has_all_of_them_is_ready(studio: Scenario) -> None:
    says(studio, "Two hours free?", "yes")
    says(studio, "Hours a week?", "2")
    says(studio, "Where from?", "Ireland").day("03/11/2026")
    studio.sheet_shows("Clients", "Lea", "Fit", "3 of 3")
    studio.sheet_shows("Clients", "Lea", "Flag", "")


def test_whoever_looks_after_a_lead_is_told_once_and_then_once_a_week(studio: Scenario) -> None:
    unready = "once a week all of them\n- Lea: Not ready to start; missing:"
    studio.day("03/11/2026").digest_says("Anna", unready).digest_lacks("Anna", "Please mend")
    studio.days("04/11/2026", "05/11/2026").digest_lacks("Anna", "Lea: Not ready")
    says(studio, "Two hours free?", "no").day("06/11/2026").digest_says("Anna", unready)
    studio.days("07/11/2026", "08/11/2026", weekends=True).digest_lacks("Anna", "Lea: Not ready")
    studio.day("09/11/2026").digest_says("Anna", unready)
    studio.days("10/11/2026", "13/11/2026").digest_lacks("Anna", "Lea: Not ready")
    studio.day("17/11/2026").digest_says("Anna", unready)  # nobody ran it on Monday
    studio.sheet_shows("Clients", "Lea", "Flag", "Data problem")


def test_what_else_is_wrong_with_a_lead_is_said_every_day(studio: Scenario) -> None:
    studio.staff_type("Clients", "Lea", "Start date", "next tuesday")
    studio.days("03/11/2026", "04/11/2026").digest_says(
        "Anna", "Please mend in the workbook\n- Lea"
    )


def test_a_start_date_is_not_accepted_before(studio: Scenario) -> None:
    studio.staff_type("Clients", "Lea", "Start date", "04/11/2026").day("05/11/2026")
    studio.problem_says("a prerequisite is not met").sheet_has("Steps")


def test_who_was_started_all_the_same_goes_on_and_why_says_so(studio: Scenario) -> None:
    studio.staff_type("Clients", "Lea", "Start date", "04/11/2026")
    studio.staff_type("Clients", "Lea", "Status", "Active").day("05/11/2026")
    studio.sheet_has("Steps", "Lea › Contract").sheet_shows("Clients", "Lea", "Flag", "On track")
    studio.sheet_says("Clients", "Lea", "Why", "Started without a prerequisite; missing:")
    studio.sheet_shows("Clients", "Lea", "Fit", "")


def test_a_must_be_that_is_not_understood_is_a_problem(studio: Scenario) -> None:
    studio.staff_type("Questions", "Hours a week?", "Must be", "at least some").day("03/11/2026")
    studio.problem_says('Questions!D3: "at least some" is not understood.')


@pytest.mark.parametrize("tab", ["Questions", "Answers"])
def test_without_its_tab_nobody_is_scored(studio: Scenario, tab: str) -> None:
    studio.without(tab).day("03/11/2026").sheet_shows("Clients", "Lea", "Fit", "")
    studio.sheet_shows("Clients", "Lea", "Flag", "")
