"""The story goes on after delivery: five parts, a delta that shrinks to zero, then one question.

Bo has finished on Friday 20 November 2026.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.scenario import Scenario

BO = "bo@example.com"
PARTS = """
    Message   | Part      | When                 | Send    | Kind
    How is it | quality   | 2 days after finish  | auto    | service
    Your view | feedback  | 4 days after finish  | auto    | service
    Thank you | thank-you | 1 day after finish   | by hand | service
    Join us   | join      | 6 days after finish  | auto    | marketing
    Letters   | subscribe | 7 days after finish  | auto    | marketing
    Again     | resale    | 9 days after finish  | auto    | marketing
    Who else  | referral  | 10 days after finish | auto    | marketing
"""


@pytest.fixture
def bo(tmp_path: Path) -> Scenario:
    return (
        Scenario(tmp_path, Postal_address="1 Quay Street, Cork")
        .sheet("Offers", "Offer\nCoaching")
        .sheet("Offer steps", "Order | Step\n1 | Contract")
        .sheet("Messages", PARTS)
        .sheet(
            "Clients",
            """
            Client | Status   | Start date | Finished on | Marketing consent
            Bo     | Finished | 02/11/2026 | 20/11/2026  | yes
            """,
        )
        .sheet("Steps", "Client | Step | Done\nBo | Contract | 20/11/2026")
    )


def test_the_delta_shrinks_to_zero(bo: Scenario) -> None:
    bo.day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "5").nothing_sent()
    bo.sheet_shows("Offers", "Coaching", "Delta", "5")
    bo.staff_type("Follow-ups", "Bo › Thank you", "Decision", "Done by hand")
    bo.days("24/11/2026", "24/11/2026").outbox_has(BO, "How is it")
    bo.sheet_shows("Clients", "Bo", "Delta", "3")
    bo.days("25/11/2026", "30/11/2026").sheet_shows("Clients", "Bo", "Delta", "1")
    bo.day("01/12/2026").outbox_has(BO, "Letters")
    bo.sheet_shows("Clients", "Bo", "Delta", "0").sheet_shows("Offers", "Coaching", "Delta", "0")


def test_nobody_is_asked_for_more_before_they_have_answered(bo: Scenario) -> None:
    bo.days("23/11/2026", "04/12/2026").outbox_lacks("Again").outbox_lacks("Who else")
    bo.sheet_shows("Clients", "Bo", "Next follow-up", "")
    bo.staff_type("Clients", "Bo", "Satisfaction", "5")
    bo.day("07/12/2026").outbox_has(BO, "Again")


def test_an_unhappy_client_is_never_asked_for_more(bo: Scenario) -> None:
    bo.days("23/11/2026", "25/11/2026").staff_type("Clients", "Bo", "Satisfaction", "2")
    bo.days("03/12/2026", "11/12/2026")
    assert {"Again", "Who else"}.isdisjoint(bo.story(BO).values())


def test_words_without_a_figure_are_judged_by_a_person(bo: Scenario) -> None:
    bo.days("23/11/2026", "02/12/2026").staff_type("Clients", "Bo", "Result", "It went fine.")
    bo.day("03/12/2026").nothing_sent()
    bo.sheet_shows("Follow-ups", "Bo › Again", "Outcome", "Waiting for approval")
    bo.staff_type("Follow-ups", "Bo › Again", "Decision", "Send")
    bo.day("04/12/2026").outbox_has(BO, "Again")


def test_before_the_quality_follow_up_has_gone_out_no_figure_counts(bo: Scenario) -> None:
    bo.sheet("Messages", PARTS.replace("9 days after", "0 days after"))
    bo.staff_type("Clients", "Bo", "Result", "She said so in week two.")
    bo.day("23/11/2026").nothing_sent().outbox_lacks("Again")


def test_what_a_client_has_not_agreed_to_is_not_missing(bo: Scenario) -> None:
    bo.staff_clear("Clients", "Bo", "Marketing consent")
    bo.day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "3")
    bo.staff_type("Clients", "Bo", "Do not mail", "yes")
    bo.days("24/11/2026", "07/12/2026").sheet_shows("Clients", "Bo", "Delta", "1").nothing_sent()
    assert not bo.story(BO)


def test_a_part_logged_in_notes_or_answered_in_the_row_is_done(bo: Scenario) -> None:
    bo.sheet("Notes", "Date | Client | What they said\n21/11/2026 | Bo | Thank-you: I rang her.")
    bo.day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "4")
    bo.staff_type("Clients", "Bo", "Satisfaction", "4")
    bo.day("24/11/2026").sheet_shows("Clients", "Bo", "Delta", "3")


def test_a_note_from_before_the_finish_does_not_count(bo: Scenario) -> None:
    bo.sheet("Notes", "Date | Client | What they said\n09/11/2026 | Bo | Thank-you for the plan")
    bo.day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "5")


@pytest.mark.parametrize(
    "status",
    [
        "Refunded",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("Do not serve", "Active")),
    ],
)
def test_only_finished_clients_have_a_delta(bo: Scenario, status: str) -> None:
    bo.staff_type("Clients", "Bo", "Status", status)
    bo.days("23/11/2026", "11/12/2026").sheet_shows("Clients", "Bo", "Delta", "").nothing_sent()


def test_without_messages_there_is_no_delta(bo: Scenario) -> None:
    bo.without("Messages").day("23/11/2026").sheet_shows("Clients", "Bo", "Delta", "")


def test_without_a_postal_address_marketing_waits_and_is_not_lost(bo: Scenario) -> None:
    bo.staff_clear("Settings", "Postal address", "Value")
    bo.days("23/11/2026", "30/11/2026").nothing_sent().problem_says("Postal address is blank")
    bo.staff_type("Settings", "Postal address", "Value", "1 Quay Street, Cork")
    bo.day("01/12/2026").outbox_has(BO, "Join us").outbox_has(BO, "Letters")


def test_a_corrected_finish_sends_nothing_a_second_time(bo: Scenario) -> None:
    bo.days("23/11/2026", "24/11/2026").outbox_has(BO, "How is it")
    bo.staff_type("Clients", "Bo", "Finished on", "19/11/2026")
    bo.days("25/11/2026", "26/11/2026")
    assert list(bo.story(BO).values()).count("How is it") == 1
