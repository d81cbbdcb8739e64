"""The personal touch: a named person is asked to call, and nothing is sent to the client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario

PROMPT = "Bo › Personal check-in"


@pytest.fixture
def studio(tmp_path: Path) -> Scenario:
    """Coaching asks for a talk every two weeks; Bo began on Monday the 2nd."""
    scenario = Scenario(tmp_path)
    scenario.sheet("Clients", "Client | Start date\nBo | 02/11/2026")
    scenario.sheet("Offer steps", "Order | Step | Working days\n1 | Contract | 90")
    scenario.sheet("Offers", "Offer | Personal check-in every (weeks)\nCoaching | 2")
    scenario.sheet("Questions", "Question | For\nWhere is home? | know")
    scenario.sheet("Answers", "Client | Question | Answer")
    return scenario.sheet(
        "Notes",
        """
        Date       | Client | What they said      | Remember
        02/11/2026 | Bo     | I want Fridays back | yes
        02/11/2026 | Bo     | It rained           |
        """,
    )


def test_the_owner_is_asked_with_what_they_said_and_what_is_not_known(studio: Scenario) -> None:
    studio.days("11/11/2026", "15/11/2026", weekends=True).sheet_has("Follow-ups")
    studio.day("16/11/2026").sheet_shows("Follow-ups", PROMPT, "Outcome", "To do by hand")
    studio.sheet_says("Follow-ups", PROMPT, "Body", "- 2 Nov 2026: I want Fridays back Remember.")
    studio.sheet_says("Follow-ups", PROMPT, "Body", "- Where is home?")
    assert not studio.story("bo@example.com")


def test_one_prompt_stays_one_row_until_it_is_answered(studio: Scenario) -> None:
    studio.days("16/11/2026", "27/11/2026").sheet_has("Follow-ups", PROMPT)
    studio.sheet_shows("Follow-ups", PROMPT, "Outcome", "To do by hand")
    studio.staff_add("Notes", "Date | Client | What they said\n30/11/2026 | Bo | All is well")
    studio.day("30/11/2026").sheet_shows("Follow-ups", PROMPT, "Outcome", "Done by hand")
    studio.days("08/12/2026", "13/12/2026", weekends=True).sheet_has("Follow-ups", PROMPT)
    studio.day("14/12/2026").sheet_has("Follow-ups", PROMPT, PROMPT)


@pytest.mark.parametrize("decision", ["Done by hand", "Skip"])
def test_a_decision_ends_it(studio: Scenario, decision: str) -> None:
    studio.day("16/11/2026").staff_type("Follow-ups", PROMPT, "Decision", decision)
    studio.days("17/11/2026", "27/11/2026").sheet_has("Follow-ups", PROMPT)
    outcome = "Skipped" if decision == "Skip" else decision
    studio.sheet_shows("Follow-ups", PROMPT, "Outcome", outcome)


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Last contact", "13/11/2026"),
        ("Last contact", "16/11/2026"),
        ("Pause until", "01/12/2026"),
        ("Status", "Paused"),
        ("Status", "Refunded"),
        ("Status", "Do not serve"),
        ("Status", "Lead"),
        ("Status", "Finished"),
        ("Last contact", "the other day"),
    ],
)
def test_nobody_is_asked_about_them(studio: Scenario, heading: str, value: str) -> None:
    studio.staff_type("Clients", "Bo", heading, value).days("16/11/2026", "20/11/2026")
    studio.sheet_has("Follow-ups")


def test_on_a_day_off_and_while_away_nobody_is_asked(studio: Scenario) -> None:
    studio.sheet("Time off", "Name | From | To\nAnna | 16/11/2026 | 18/11/2026")
    studio.days("14/11/2026", "18/11/2026", weekends=True).sheet_has("Follow-ups")
    studio.day("19/11/2026").sheet_has("Follow-ups", PROMPT)


def test_nobody_gets_more_than_the_settings_say_and_not_all_on_one_day(studio: Scenario) -> None:
    for name in ("Cy", "Di", "Ed", "Flo", "Gus", "Hal"):
        studio.staff_add("Clients", f"Client | Start date\n{name} | 02/11/2026")
    counts = []
    for day in ("16", "17", "18", "19", "20"):
        studio.day(f"{day}/11/2026")
        counts.append(len(studio.names("Follow-ups")))
    assert counts == [1, 2, 2, 3, 3]
    spoken_to = studio.names("Follow-ups")[0].split(" › ")[0]
    studio.staff_type("Clients", spoken_to, "Last contact", "20/11/2026").day("21/11/2026")
    assert len(studio.names("Follow-ups")) == 3


def test_without_the_tab_notes_nobody_is_asked(studio: Scenario) -> None:
    studio.without("Notes").days("16/11/2026", "17/11/2026").sheet_has("Follow-ups")


def test_a_message_to_do_by_hand_is_done_when_a_note_is_logged(studio: Scenario) -> None:
    studio.sheet("Messages", "Message | When | Send\nRing them | waiting 2 days | by hand")
    studio.day("04/11/2026").sheet_has("Follow-ups", "Bo › Ring them")
    studio.day("05/11/2026").sheet_shows("Follow-ups", "Bo › Ring them", "Outcome", "To do by hand")
    studio.staff_add("Notes", "Date | Client | What they said\n05/11/2026 | Bo | Signing today")
    studio.day("06/11/2026").sheet_shows("Follow-ups", "Bo › Ring them", "Outcome", "Done by hand")
    assert not studio.story("bo@example.com")
