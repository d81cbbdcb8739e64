"""Client fulfilment: what is known of whom, whom a message is for, and who has gone silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario

LETTER = "Dublin is lovely in spring"


@pytest.fixture
def studio(tmp_path: Path) -> Scenario:
    """Bo and Cy began on the 2nd; Cy agreed to receive more than service mail."""
    scenario = Scenario(tmp_path, Postal_address="1 Main Street, Galway")
    scenario.sheet(
        "Clients",
        """
        Client | Start date | Marketing consent
        Bo     | 02/11/2026 |
        Cy     | 02/11/2026 | yes
        """,
    )
    scenario.sheet(
        "Offer steps",
        """
        Order | Step     | Waiting on | Working days
        1     | Contract | Client     | 40
        """,
    )
    scenario.sheet(
        "Questions",
        """
        Question            | Why we ask     | For
        Which city is home? | To meet there. | know
        What do you love?   |                | delight
        """,
    )
    scenario.sheet(
        "Answers",
        """
        Date       | Client | Question            | Answer
        02/11/2026 | Bo     | Which city is home? | Dublin
        02/11/2026 | Cy     | Which city is home? | dublin.
        """,
    )
    scenario.sheet(
        "Segments",
        """
        Segment   | Field               | Is     | Value
        Dubliners | Which city is home? | is     | Dublin
        Dubliners | Status              | is not | Finished
        """,
    )
    return scenario


def with_letter(studio: Scenario, when: str = "once") -> Scenario:
    return studio.sheet(
        "Messages",
        f"""
        Message  | Part    | When   | Segment   | Subject
        {LETTER} | segment | {when} | Dubliners | {LETTER}
        """,
    )


def test_the_sheet_shows_what_is_known_and_how_many_a_segment_holds(studio: Scenario) -> None:
    studio.day("03/11/2026")
    studio.sheet_shows("Clients", "Bo", "Known %", "50")
    studio.sheet_shows("Questions", "Which city is home?", "Answered %", "100")
    studio.sheet_shows("Questions", "What do you love?", "Answered %", "0")
    studio.sheet_shows("Segments", "Dubliners", "Clients now", "2")


def test_the_latest_answer_counts(studio: Scenario) -> None:
    studio.staff_add(
        "Answers",
        """
        Date       | Client | Question            | Answer
        04/11/2026 | Bo     | Which city is home? | Cork
        03/11/2026 | Bo     | Which city is home? | Dublin
        """,
    )
    studio.day("05/11/2026").sheet_shows("Segments", "Dubliners", "Clients now", "1")


def test_an_answer_of_which_nobody_knows_when_it_was_given_is_not_relied_upon(
    studio: Scenario,
) -> None:
    studio.staff_add(
        "Answers",
        """
        Client | Question            | Answer
        Bo     | Which city is home? | Cork
        """,
    )
    studio.day("05/11/2026").sheet_shows("Segments", "Dubliners", "Clients now", "1")
    studio.sheet_shows("Clients", "Bo", "Known %", "0")


def test_the_next_question_goes_to_whoever_speaks_to_the_client_next(studio: Scenario) -> None:
    studio.staff_type("Offer steps", "Contract", "Waiting on", "Team")
    studio.staff_type("Offer steps", "Contract", "Owner", "Ben")
    studio.day("03/11/2026").digest_says("Ben", "Bo: What do you love?")
    studio.digest_lacks("Anna", "What do you love?")
    studio.digest_lacks("Ben", "Which city is home?")


def test_nobody_is_asked_to_ask_more_than_a_few_things(studio: Scenario) -> None:
    for name in ("Di", "Ed", "Flo", "Gus", "Hal"):
        table = f"Client | Start date\n{name} | 02/11/2026"
        studio.staff_add("Clients", table)
    studio.day("03/11/2026")
    section = studio.digest("Anna").split("please ask")[1]
    assert section.count("\n- ") == 3


def test_a_segment_s_letter_leaves_once_and_only_for_who_agreed(studio: Scenario) -> None:
    with_letter(studio).days("03/11/2026", "10/11/2026", weekends=True)
    assert list(studio.story("cy@example.com").values()) == [LETTER]
    assert not studio.story("bo@example.com")
    studio.staff_type("Clients", "Cy", "Start date", "01/11/2026")
    studio.days("16/11/2026", "20/11/2026")
    assert len(studio.story("cy@example.com")) == 1


def test_on_a_cadence_a_turn_comes_every_so_many_weeks_from_the_start(studio: Scenario) -> None:
    with_letter(studio, "every 2 weeks").days("03/11/2026", "01/12/2026", weekends=True)
    assert list(studio.story("cy@example.com")) == ["16/11/2026", "30/11/2026"]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Marketing consent", "no"),
        ("Do not mail", "yes"),
        ("Pause until", "01/12/2026"),
        ("Status", "Finished"),
        ("Status", "Refunded"),
        ("Status", "Do not serve"),
        ("Status", "Actve"),
        ("Offer", "Coachng"),
    ],
)
def test_nothing_leaves_for_whom_it_is_not(studio: Scenario, heading: str, value: str) -> None:
    studio.staff_type("Clients", "Cy", heading, value)
    with_letter(studio).days("03/11/2026", "06/11/2026")
    assert not studio.story("cy@example.com")


def test_a_segment_that_cannot_be_told_gets_nothing_and_says_which_cell(studio: Scenario) -> None:
    studio.staff_type("Segments", "Dubliners", "Value", "Finishd")
    with_letter(studio).days("03/11/2026", "04/11/2026")
    assert not studio.story("cy@example.com")
    studio.problem_says('Segments!D3: "Finishd" is no Status that there is. Did you mean')
    studio.sheet_shows("Segments", "Dubliners", "Clients now", "")


def test_without_the_tab_segments_its_messages_wait_and_say_so(studio: Scenario) -> None:
    with_letter(studio).without("Segments").days("03/11/2026", "04/11/2026")
    assert not studio.story("cy@example.com")
    studio.problem_says('Segment "Dubliners": There is no tab Segments')


@pytest.fixture
def silent(studio: Scenario) -> Scenario:
    """The offer calls ten working days of silence inactive, and the sheet names the help for it."""
    studio.sheet("Offers", "Offer | Inactive after (days)\nCoaching | 10")
    return studio.sheet("Messages", "Message | Part | When\nMay we help | inactive | inactive")


def test_who_is_silent_for_too_long_is_inactive_and_gets_the_help_once(silent: Scenario) -> None:
    silent.days("12/11/2026", "13/11/2026").sheet_shows("Clients", "Bo", "Flag", "On track")
    silent.days("16/11/2026", "20/11/2026").sheet_shows("Clients", "Bo", "Flag", "Inactive")
    silent.sheet_says("Clients", "Bo", "Why", "since the last answer on 2 Nov 2026")
    silent.digest_says("Anna", "No sign of life\n- Bo")
    assert list(silent.story("bo@example.com")) == ["16/11/2026"]


def test_a_sign_of_life_ends_it_and_a_later_silence_is_another(silent: Scenario) -> None:
    silent.days("13/11/2026", "17/11/2026")
    silent.staff_type("Clients", "Bo", "Last contact", "17/11/2026")
    silent.day("18/11/2026").sheet_shows("Clients", "Bo", "Flag", "On track")
    silent.days("30/11/2026", "02/12/2026")
    assert list(silent.story("bo@example.com")) == ["16/11/2026", "01/12/2026"]


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("Last contact", "12/11/2026"),
        ("Last contact", "last tuesday"),
        ("Pause until", "01/12/2026"),
        ("Do not mail", "yes"),
        ("Status", "Refunded"),
        ("Status", "Lead"),
        ("Status", "Finished"),
    ],
)
def test_no_help_is_pressed_on(silent: Scenario, heading: str, value: str) -> None:
    silent.staff_type("Clients", "Bo", heading, value)
    silent.days("16/11/2026", "18/11/2026")
    assert not silent.story("bo@example.com")


@pytest.mark.parametrize("party", ["Team", "Third party"])
def test_whoever_waits_for_us_is_not_asked_why_they_are_silent(
    silent: Scenario, party: str
) -> None:
    silent.staff_type("Offer steps", "Contract", "Waiting on", party)
    silent.staff_type("Offer steps", "Contract", "Owner", "Ben")
    silent.days("16/11/2026", "18/11/2026").sheet_shows("Clients", "Bo", "Flag", "Inactive")
    assert not silent.story("bo@example.com")
    for name in ("Anna", "Ben"):  # who looks after Bo, and on whom Bo waits
        silent.digest_says(name, "No sign of life\n- Bo")
        silent.digest_says(name, '"Contract" is open. They wait on us, so nothing is sent to them.')
        assert silent.digest(name).count("- Bo: No sign of life") == 1


def test_whose_step_a_silent_client_has_in_hand_is_told_of_nobody_else(silent: Scenario) -> None:
    """Bo is silent and it is Bo's turn: only Anna, who looks after Bo, hears of it."""
    silent.staff_type("Offer steps", "Contract", "Owner", "Ben")
    silent.day("16/11/2026").digest_says("Anna", "No sign of life\n- Bo")
    silent.digest_lacks("Ben", "No sign of life")


def test_who_is_paused_is_paused_and_not_inactive(silent: Scenario) -> None:
    silent.staff_type("Clients", "Bo", "Pause until", "01/12/2026").day("18/11/2026")
    silent.sheet_shows("Clients", "Bo", "Flag", "Paused")
